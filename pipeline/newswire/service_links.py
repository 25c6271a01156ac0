"""Variables that Kubernetes sets by itself: for each Service of the namespace, where it listens.

For a Service called `newswire-worker` a pod gets `NEWSWIRE_WORKER_SERVICE_HOST`, `NEWSWIRE_WORKER_PORT` and more, unless its
spec says `enableServiceLinks: false`. They begin as our own variables do, and nobody has written them.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ("is_service_link",)

ADDRESS: Final = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]*:[\da-fA-F:.]*)"
NUMBER: Final = r"\d{1,5}"
PROTOCOL: Final = r"(?:tcp|udp|sctp)"
PORT: Final = rf"PORT_{NUMBER}_(?:TCP|UDP|SCTP)"
URL: Final = rf"{PROTOCOL}://(?:[\d.]+|\[[\da-fA-F:.]+\]):{NUMBER}"

# The names and values that the kubelet makes, and Docker's links before it. The value must fit too: a slip of the pen as
# NEWSWIRE_WEB_PORT=8080 is none. A Service's name ends with a letter or digit, so NEWSWIRE_WEB__PORT can be no link.
LINK: Final = re.compile(
    rf"[A-Z\d_]*[A-Z\d]_(?:SERVICE_HOST={ADDRESS}|SERVICE_PORT(?:_[A-Z\d_]+)?={NUMBER}|PORT={URL}|{PORT}={URL}"
    rf"|{PORT}_PROTO={PROTOCOL}|{PORT}_PORT={NUMBER}|{PORT}_ADDR={ADDRESS})",
    re.ASCII,
)


def is_service_link(name: str, value: str) -> bool:
    """Whether a variable has the name and the value of a service link."""
    return LINK.fullmatch(f"{name}={value}") is not None
