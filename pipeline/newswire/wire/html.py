"""A page or fragment of HTML: paragraphs of text, and what the head of the page says."""

from __future__ import annotations

import re
from typing import Final

from newswire.records import Article
from newswire.wire import charset, markup
from newswire.wire.draft import Draft, finish
from newswire.wire.message import HEAD, Message
from newswire.wire.reader import Reader

__all__ = ("READER",)

# The charset that a document declares: HTML Living Standard, 4.2.5.4, or the XML declaration.
DECLARED: Final = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w:.-]{1,40})|^<\?xml[^>]{0,80}encoding=["']([\w.-]{1,40})""",
    re.IGNORECASE,
)

# `name` or `property` of `meta` elements by the field that they fill, in the order of trust.
META: Final = {
    "headline": ("og:title", "twitter:title"),
    "published": ("article:published_time", "og:published_time", "datepublished", "date", "dc.date"),
    "modified": ("article:modified_time", "og:updated_time", "datemodified"),
    "byline": ("author", "article:author", "dc.creator"),
    "source": ("og:site_name", "application-name"),
    "url": ("og:url",),
    "keywords": ("news_keywords", "keywords"),
}


def _recognises(message: Message) -> bool:
    return message.looks_like_html


def _read(message: Message) -> list[Article]:
    text, note = _decode(message)
    page = markup.parse(text)
    found = {
        field: next((page.meta[name] for name in names if name in page.meta), None) for field, names in META.items()
    }
    address = page.links.get("canonical") or found["url"]
    draft = Draft(
        format="html",
        headline=found["headline"] or page.heading or page.title,
        published=found["published"],
        modified=found["modified"],
        byline=found["byline"],
        source=found["source"],
        url=address if address and address.startswith(("http://", "https://")) else None,
        language=page.language,
        keywords=(found["keywords"] or "").split(","),
        # A page that marks its article has other things around it.
        body="\n\n".join(page.main or page.paragraphs),
        extra={"charset": note} if note else {},
    )
    return [finish(draft, message)]


def _decode(message: Message) -> tuple[str, str | None]:
    declared = message.declared_charset
    if declared is None:
        match = DECLARED.search(message.value[:HEAD])
        declared = (match[1] or match[2]).decode() if match else None
    return charset.decode(message.value, declared, format="html")


READER: Final = Reader(
    name="html", media_types=("text/html", "application/xhtml+xml"), recognises=_recognises, read=_read
)
