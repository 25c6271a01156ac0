"""The dateline at the beginning of a text, for formats that have no field for it."""

from __future__ import annotations

import re
from typing import Final

__all__ = ("dateline",)

# "OSLO, Norway (NW) _ A ferry", "Oslo, May 3 (Nordwire) - A ferry", "(ANSA) - ROMA": a place, a date perhaps, the agency in
# brackets, a dash. Longer is no dateline.
OPENING: Final = re.compile(
    r"\s{0,20}(?P<line>(?P<place>[A-ZÀ-Þ][^()\n_:;\"“]{1,60}?)(?:,\s+(?:\d{1,2}\.?\s+)?[A-Z][a-z]{2,8}\.?(?:\s+\d{1,2})?)?"
    r"\s*\((?P<agency>[A-Za-z][\w/ .-]{1,30})\))\s*[._–—-]"
)


def dateline(text: str) -> tuple[str | None, str | None]:
    """The dateline, without the dash behind it, and the place in it; None for a text that has none."""
    found = OPENING.match(text)
    if found is None:
        return None, None
    return found["line"], found["place"].partition(",")[0].strip()
