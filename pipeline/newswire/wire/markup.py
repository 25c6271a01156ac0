"""HTML to text: paragraphs, with what no reader of the story hears left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import unescape
from typing import Any, Final, cast

from lxml import etree

from newswire.errors import InputError
from newswire.wire import typescript, xml

__all__ = ("Page", "line", "paragraphs", "parse", "text_of")

# Elements whose text is not the story's: code, metadata, controls, captions and credits of pictures, navigation.
DROPPED: Final = frozenset({
    "script", "style", "noscript", "template", "head", "title", "svg", "math", "canvas", "object", "iframe",
    "audio", "video", "picture", "map", "select", "option", "textarea", "button", "input", "form", "label", "datalist",
    "figure", "figcaption", "caption", "nav", "aside", "footer", "dialog", "menu",
})  # fmt: skip

# Elements that begin and end a paragraph (HTML Living Standard, 15.3: display block, list-item or table-row).
BLOCKS: Final = frozenset({
    "address", "article", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt", "fieldset", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "legend", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
CELLS: Final = frozenset({"td", "th"})

# White space that HTML folds, and the no-break space, which in news is layout: the language model takes it for a token.
FOLDED: Final = "\t\n\r\f\xa0"
SOFT_HYPHEN: Final = "\xad"

# libxml2 takes NUL for the end of the document. The HTML standard puts this in its place.
NUL: Final = ("\0", "\ufffd")

# What `br` becomes until the paragraph ends: a control character that XML cannot have and that HTML has no use for.
BREAK: Final = "\x1e"

# Old markup ends a paragraph with two of them.
BREAKS: Final = re.compile(rf"{BREAK}\s*{BREAK}\s*")

# References that agencies' software escaped a second time; in news nobody writes them on purpose.
TWICE: Final = re.compile(r"&(?:#\d{2,4}|quot|apos);")

# How a browser draws `q`, and a `q` inside it (HTML Living Standard, 15.3.4, for English).
MARKS: Final = (("“", "”"), ("‘", "’"))

# Open elements inside one another. libxml2's own limit for a tree; each end tag costs a walk over the open ones, so that
# without a limit a message of 4 MiB would take hours. Pages stay below 50.
DEEPEST: Final = 256


class Page:
    """What a run over HTML finds: the target of lxml's parser, which builds no tree.

    `paragraphs` is the text, `main` that inside the first `article` element, `title` and `heading` the first `title` and
    `h1`, `meta` the content of `meta` elements by their name or property in lower case (the first of each counts), `links`
    the address of `link` elements by their relation, `language` the `lang` of the root.

    The text of elements that are `dropped` is left out. Line ends are blanks, as in HTML, unless the text is `typewritten`:
    then they mean what `newswire.wire.typescript` reads from them.
    """

    def __init__(
        self, *, dropped: Collection[str] = DROPPED, blocks: Collection[str] = BLOCKS, typewritten: bool = False
    ) -> None:
        self._dropping = dropped
        self._blocks = blocks
        self._typewritten = typewritten
        self._quotes = 0
        self.paragraphs: list[str] = []
        self.main: list[str] = []
        self.title: str | None = None
        self.heading: str | None = None
        self.meta: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.language: str | None = None
        self._pieces: list[str] = []
        self._dropped = 0
        self._depth = 0
        self._article: int | None = None  # depth of the first article element while it is open
        self._kept: dict[str, list[str]] = {}  # the text of title and h1 while they are open

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins. Raises InputError when too many are open."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise InputError(
                f"HTML nested deeper than {DEEPEST} elements", "Send cleaner markup, or plain text", format="html"
            )
        if tag in self._blocks:
            self._end_paragraph()
        if tag in self._dropping:
            self._dropped += 1
        if tag == "br" and not self._dropped:
            self._pieces.append(BREAK)
        elif tag == "q" and not self._dropped:
            self._pieces.append(MARKS[self._quotes % 2][0])
            self._quotes += 1
        elif tag == "article" and self._article is None and not self.main:
            self._article = self._depth
        elif tag == "meta":
            named = (attributes.get("property") or attributes.get("name") or "").lower()
            content = attributes.get("content", "").strip()
            if named and content:
                self.meta.setdefault(named, content)
        elif tag == "link" and attributes.get("href"):
            self.links.setdefault(attributes.get("rel", "").lower(), attributes["href"])
        elif tag == "html":
            self.language = self.language or attributes.get("lang") or attributes.get("xml:lang")
        elif (tag == "title" and self.title is None) or (tag == "h1" and self.heading is None):
            self._kept.setdefault(tag, [])

    def end(self, tag: str) -> None:
        """An element ends, by its end tag or because another one implies it."""
        if tag in self._blocks:
            self._end_paragraph()
        elif tag in CELLS and not self._dropped:
            self._pieces.append(" ")
        elif tag == "q" and not self._dropped and self._quotes:
            self._quotes -= 1
            self._pieces.append(MARKS[self._quotes % 2][1])
        if tag in self._dropping:
            self._dropped -= 1
        if self._article == self._depth:
            self._article = None
        self._depth -= 1
        if tag in self._kept:
            text = _fold("".join(self._kept.pop(tag))) or None
            if tag == "title":
                self.title = text
            else:
                self.heading = text

    def data(self, text: str) -> None:
        """Text, in as many pieces as the parser likes."""
        for kept in self._kept.values():
            kept.append(text)
        if not self._dropped:
            if self._typewritten and "&" in text:
                text = TWICE.sub(lambda found: unescape(found[0]), text)
            # White space alone is how the source was laid out.
            self._pieces.append(text.replace(SOFT_HYPHEN, "").replace(BREAK, " ") if not text.isspace() else " ")

    def close(self) -> Page:
        """The end of the document."""
        self._end_paragraph()
        return self

    def _end_paragraph(self) -> None:
        if not self._pieces:
            return
        text = "".join(self._pieces)
        self._pieces.clear()
        for paragraph in _set(text) if self._typewritten else _folded(text):
            self.paragraphs.append(paragraph)
            if self._article is not None:
                self.main.append(paragraph)


def _fold(text: str) -> str:
    """The text with single blanks for its white space; several times as fast as a regular expression, which counts here."""
    for space in FOLDED:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def _set(text: str) -> list[str]:
    """The paragraphs of typewritten text, where a break is a line end that no layout explains away."""
    if BREAK in text:
        pieces = (
            piece if "\n" not in piece else "\n\n".join(typescript.paragraphs(piece)) for piece in text.split(BREAK)
        )
        text = "\n".join(map(str.strip, pieces))
    elif "\n" not in text:
        return _folded(text)
    return ["\n".join(map(_fold, paragraph.split("\n"))) for paragraph in typescript.paragraphs(text)]


def _folded(text: str) -> list[str]:
    if BREAK not in text:
        folded = _fold(text)
        return [folded] if folded else []
    found = []
    for paragraph in BREAKS.split(text):
        lines = map(_fold, paragraph.split(BREAK))
        if joined := "\n".join(line for line in lines if line):
            found.append(joined)
    return found


def paragraphs(html: str, *, typewritten: bool = False) -> list[str]:
    """The paragraphs of an HTML document or fragment: white space folded, `br` as a line end inside of them, two as their end.

    Takes anything, in time linear in its length; what is not well formed is read as libxml2 repairs it. Raises InputError
    only for elements nested without end.
    """
    return parse(html, typewritten=typewritten).paragraphs


def line(html: str | None) -> str | None:
    """The text of a short piece of HTML, such as a title, on one line."""
    return " ".join(paragraphs(html)) or None if html else None


def parse(html: str, *, typewritten: bool = False) -> Page:
    """What stands in an HTML document or fragment. Raises InputError as `paragraphs` does."""
    page = Page(typewritten=typewritten)
    if not html.strip():
        return page
    # The target interface, since building a tree takes time quadratic in an element's attributes.
    parser = etree.HTMLParser(
        target=cast("Any", page),
        encoding="utf-8",
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
        recover=True,
    )
    try:
        etree.fromstring(html.replace(*NUL).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing but comments, or an end that could not be repaired
        page.close()
    return page


def text_of(
    root: etree._Element,
    *,
    dropped: Collection[str] = DROPPED,
    blocks: Collection[str] = BLOCKS,
    typewritten: bool = False,
) -> list[str]:
    """The paragraphs inside an element of XHTML, or of markup like it, that was parsed as XML: as `Page` makes them.

    Raises InputError for elements nested too deep.
    """
    page = Page(dropped=dropped, blocks=blocks, typewritten=typewritten)
    # The element itself is no matter of the text: a title of Atom is none of HTML.
    page.start("", {})
    _walk(page, root)
    page.end("")
    return page.close().paragraphs


def _walk(page: Page, parent: etree._Element) -> None:
    """Shows a page what is inside an element. The page refuses what nests deeper than Python would follow."""
    if parent.text:
        page.data(parent.text)
    for element in parent:
        tag = xml.name(element).lower()
        page.start(tag, {})
        _walk(page, element)
        page.end(tag)
        if element.tail:
            page.data(element.tail)
