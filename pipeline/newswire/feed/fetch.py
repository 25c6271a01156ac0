"""One HTTP request for a feed, bounded in time, size and redirects."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from newswire.errors import InputError, TransientError
from newswire.settings import FeedSettings

__all__ = ("Answer", "FetchError", "GoneError", "fetch")

# RFC 9110, 15.4: clients should stop somewhere. Feeds that moved take one or two.
MOST_REDIRECTS: Final = 5
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

# Statuses that ask to come again later (RFC 9110, 15.5 and 15.6; RFC 6585, 4).
LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})

# A server that sends a byte now and then keeps within `feed.timeout` for ever; the whole answer has this many times as long.
WHOLE: Final = 4

BLOCK: Final = 64 * 1024

# Longest pause that a Retry-After is granted, in seconds: a day. Longer ones are mistakes more often than meant.
LONGEST_WAIT: Final = 24 * 3600.0


class FetchError(TransientError):
    """The address gave nothing to read this time. `retry_after` are the seconds that its server asks for; `refused` says that
    it does not want to be asked (401, 403, 404 ...), which may pass in days rather than in minutes."""

    def __init__(self, what: str, remedy: str = "", retry_after: float | None = None, *, refused: bool = False) -> None:
        super().__init__(what, remedy)
        self.retry_after = retry_after
        self.refused = refused

    def __reduce__(self) -> tuple[object, ...]:
        return partial(type(self), refused=self.refused), (self.what, self.remedy, self.retry_after)


class GoneError(InputError):
    """The address will never give anything again: its server says that it is gone (410), or it is no address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: no `body` when nothing has changed since `etag` and `last_modified`."""

    body: bytes | None
    etag: str | None
    last_modified: str | None
    content_type: str | None


def fetch(address: str, settings: FeedSettings, etag: str | None = None, last_modified: str | None = None) -> Answer:
    """What lies at an address, if it has changed since the answer that `etag` and `last_modified` came with.

    Raises FetchError for what may pass (no connection, time-outs, errors, refusals, too long an answer), GoneError for what
    will not (410, no address).
    """
    import requests  # slow to import
    from urllib3.exceptions import HTTPError

    headers = {"user-agent": settings.user_agent, "accept-encoding": "gzip, deflate", "accept": ACCEPT}
    if etag:
        headers["if-none-match"] = etag
    if last_modified:
        headers["if-modified-since"] = last_modified
    deadline = time.monotonic() + settings.timeout * WHOLE
    try:
        requests.Request("GET", address).prepare()
    except (requests.RequestException, ValueError) as error:
        raise GoneError(f"{address[:200]!r} is no address: {_short(error)}", "Correct it") from None
    try:
        with requests.Session() as session:
            session.trust_env = False  # no credentials of ~/.netrc for whoever redirects us
            return _follow(session, address, headers, settings, deadline)
    except (requests.RequestException, HTTPError, OSError) as error:
        raise FetchError(f"{address} does not answer: {_short(error)}", "Check the address and the network") from None
    except ValueError as error:  # an address that it redirects to, and that cannot be taken apart
        raise FetchError(f"{address} leads nowhere: {_short(error)}", refused=True) from None


ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, */*;q=0.1"
)


def _follow(session: Any, address: str, headers: dict[str, str], settings: FeedSettings, deadline: float) -> Answer:
    here = address
    for _ in range(MOST_REDIRECTS + 1):
        if urlsplit(here).scheme not in ("http", "https"):
            raise FetchError(
                f"{address} leads to {here[:200]}, which is neither http nor https",
                "Feeds are polled over http and https only",
                refused=True,
            )
        with session.get(
            here, headers=headers, timeout=settings.timeout, stream=True, allow_redirects=False
        ) as response:
            if response.status_code in REDIRECTS and "location" in response.headers:
                here = urljoin(here, response.headers["location"])
                continue
            return _answer(response, address, settings, deadline)
    raise FetchError(f"{address} redirects more than {MOST_REDIRECTS} times", "Name the address that it leads to")


def _answer(response: Any, address: str, settings: FeedSettings, deadline: float) -> Answer:
    status = response.status_code
    found = response.headers
    if status == 304:
        return Answer(None, found.get("etag"), found.get("last-modified"), None)
    if status in LATER:
        raise FetchError(f"{address} answers {status}", retry_after=_retry_after(found.get("retry-after")))
    if status == 410:
        raise GoneError(f"{address} answers {status}: it is gone for good", "Remove the address")
    if status != 200:
        raise FetchError(
            f"{address} answers {status}",
            "Correct the address, or remove it",
            _retry_after(found.get("retry-after")),
            refused=True,
        )
    body = b"".join(_body(response, address, settings, deadline))
    return Answer(body, found.get("etag"), found.get("last-modified"), found.get("content-type"))


def _body(response: Any, address: str, settings: FeedSettings, deadline: float) -> Iterator[bytes]:
    """The body, decompressed by ourselves: a bomb must end at the limit, not after it."""
    too_long = FetchError(
        f"{address} answers with more than {settings.max_bytes:,} bytes", "Raise feed.max_bytes if that is meant"
    )
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    inflater = None
    if encoding in ("gzip", "x-gzip", "deflate"):
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, by its header
    elif encoding not in ("identity", ""):
        raise FetchError(f"{address} answers in the encoding {encoding[:40]!r}, which we did not ask for")
    length = 0
    for block in _blocks(response, address, deadline):
        piece = block
        if inflater is not None:
            try:
                piece = inflater.decompress(block, settings.max_bytes + 1 - length)
            except zlib.error as error:
                raise FetchError(f"{address} answers with broken {encoding}: {error}") from None
            if inflater.unconsumed_tail:
                raise too_long
        length += len(piece)
        if length > settings.max_bytes:
            raise too_long
        yield piece
    if inflater is not None and not inflater.eof:
        raise FetchError(f"{address} answers with {encoding} that is cut off")


def _blocks(response: Any, address: str, deadline: float) -> Iterator[bytes]:
    # read1 returns what has come, so that the deadline is looked at even when a server trickles.
    while block := response.raw.read1(BLOCK, decode_content=False):
        if time.monotonic() > deadline:
            raise FetchError(f"{address} is too slow: its answer was not through in time", "Raise feed.timeout")
        yield block
    expected = response.headers.get("content-length", "")
    if expected.isdigit() and response.raw.tell() < int(expected):
        raise FetchError(f"{address} closed the connection before its answer was through")


def _retry_after(text: str | None) -> float | None:
    """Seconds from a Retry-After header: a number of them, or a date (RFC 9110, 10.2.3)."""
    if not text:
        return None
    if text.strip().isdigit():
        return min(float(text[:10]), LONGEST_WAIT)
    try:
        return min(max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0), LONGEST_WAIT)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
