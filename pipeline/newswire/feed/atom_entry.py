"""Atom entry documents: what the raw topic gets of each polled entry, whatever its feed was written in.

Atom, and not this project's own JSON, because Atom carries what every feed format says while the content stays the
provider's HTML: turning it into text is intake's work, and a better reader can read the topic again.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from newswire.wire import times

__all__ = ("ATOM", "XML", "Listed", "Text", "add", "entry", "markup_of", "set_id")

ATOM: Final = "http://www.w3.org/2005/Atom"
XML: Final = "http://www.w3.org/XML/1998/namespace"
DEFAULT: Final[Any] = {None: ATOM}  # the stubs know no default namespace

# What XML 1.0 has no way to write (production 2).
UNWRITABLE: Final = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True, slots=True)
class Text:
    """Words with what they are: `html`, or `text` without any markup."""

    value: str
    type: str = "html"


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as a feed lists it: its Atom entry element; its guid, if that names it only within its publisher's feeds; and
    the address of the feed's page, which tells publishers apart."""

    element: etree._Element
    guid: str | None = None
    page: str | None = None


def entry(
    *,
    id: str | None,
    title: Text | None = None,
    link: str | None = None,
    published: str | None = None,
    updated: str | None = None,
    content: Text | None = None,
    summary: Text | None = None,
    source: str | None = None,
    language: str | None = None,
    authors: Iterable[str] = (),
    tags: Iterable[str] = (),
) -> etree._Element:
    """The entry element that says all this. Times are as the feed writes them."""
    root = etree.Element(f"{{{ATOM}}}entry", nsmap=DEFAULT)
    if language:
        root.set(f"{{{XML}}}lang", UNWRITABLE.sub("", language))
    add(root, "id", id)
    _add_text(root, "title", title)
    for name in authors:
        add(add(root, "author", ""), "name", name)
    if link:
        add(root, "link", "", rel="alternate", href=link)
    add(root, "published", _time(published))
    add(root, "updated", _time(updated))
    for term in tags:
        add(root, "category", "", term=term)
    if source:
        add(add(root, "source", ""), "title", source)
    _add_text(root, "content", content)
    if summary != content:
        _add_text(root, "summary", summary)
    return root


def add(parent: etree._Element, name: str, text: str | None, **attributes: str) -> etree._Element:
    """A child element; none for text that is None."""
    element = etree.Element(f"{{{ATOM}}}{name}", {key: UNWRITABLE.sub("", value) for key, value in attributes.items()})
    if text is not None:
        element.text = UNWRITABLE.sub("", text)
        parent.append(element)
    return element


def set_id(element: etree._Element, id: str) -> None:
    """Makes `id` the id of an entry element."""
    for former in element.findall(f"{{{ATOM}}}id"):
        element.remove(former)
    add(element, "id", id)


def markup_of(element: etree._Element) -> str:
    """What stands inside an element, as HTML: its text where it has no elements, which is HTML in RSS; else text and elements,
    as those write it who forget to escape their markup."""
    if not len(element):
        return (element.text or "").strip()
    children = (etree.tostring(child, encoding="unicode", method="html") for child in element)
    return "".join((html.escape(element.text or "", quote=False), *children)).strip()


def _add_text(parent: etree._Element, name: str, text: Text | None) -> None:
    if text is not None:
        add(parent, name, text.value, type=text.type)


def _time(text: str | None) -> str | None:
    return (times.rfc3339(text) or text) if text else None
