"""Bytes of any wire format in, Articles out.

`read` picks the reader by the `content-type` header, and by looking at the bytes without one. Adding a format is one module
with a `READER` and one line in `newswire.wire.registry`.
"""

from newswire.wire.registry import FORMATS, read

__all__ = ("FORMATS", "read")
