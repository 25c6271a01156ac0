"""XML from strangers: no entities, no network, no huge trees."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache, lru_cache
from html.entities import html5
from typing import Any, Final, TypeAlias

from lxml import etree

from newswire.errors import InputError
from newswire.wire import charset

__all__ = (
    "Children",
    "children",
    "first_text",
    "inner_text",
    "language",
    "leftovers",
    "line",
    "local_name",
    "name",
    "named",
    "parse",
    "path",
)

Children: TypeAlias = "dict[str, list[etree._Element]]"  # noqa: SLF001 - the name that lxml gives the type

# The declaration of a charset in which every byte is a character.
SINGLE_BYTES: Final = re.compile(
    rb"""\s*<\?xml[^>]{0,80}\bencoding\s*=\s*["'](?:iso-8859-\d+|latin-?\d|windows-125\d|us-ascii|ascii)["']""",
    re.IGNORECASE,
)

# The DTDs of these have HTML's named characters. They are not loaded, so the names are put into numbers before.
DTD: Final = re.compile(rb"<!DOCTYPE\s+(?:nitf|NewsML)\b", re.IGNORECASE)
HEAD: Final = 2_000
NAMED: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
PREDEFINED: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})

SPACE: Final = "{http://www.w3.org/XML/1998/namespace}"


def parse(value: bytes, declared: str | None = None) -> etree._Element:
    """The root element. `declared` is the charset of the content type, which outweighs the document's own (RFC 7303, 3).

    Comments and processing instructions are left out. Raises InputError, with line and column, for what is not well formed,
    nests deeper than libxml2's limit, or has entities of its own.
    """
    if declared:
        value = charset.decode(value, declared, format="xml")[0].encode()
    if DTD.search(value, 0, HEAD):
        value = NAMED.sub(_numbered, value)
    parser = _parser("utf-8" if declared or _is_misdeclared(value) else None)
    try:
        root = etree.fromstring(value, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        place = f"line {line}, column {column}"
        what = (error.msg or "no element").removesuffix(f", {place}").rstrip(".")
        raise InputError(f"no well-formed XML: {what}", "Send the whole document", format="xml", where=place) from None
    except (LookupError, ValueError) as error:
        raise InputError(f"no readable XML: {error}", "Send UTF-8", format="xml") from None
    dtd: Any = root.getroottree().docinfo.internalDTD  # the stubs do not know what a DTD has
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise InputError("XML that declares entities is refused", "Write characters in place of entities", format="xml")
    reference = next(root.iter(etree.Entity), None)
    if reference is not None:
        raise InputError(
            f"the entity {reference.text} is not known in XML",
            "Write the character itself",
            format="xml",
            where=f"line {reference.sourceline}",
        )
    return root


@cache
def _parser(encoding: str | None) -> etree.XMLParser:
    """The parser for documents in an encoding. To set one up takes as long as to parse a story, and it keeps nothing of it."""
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _numbered(reference: re.Match[bytes]) -> bytes:
    meant = html5.get(f"{reference[1].decode()};")
    if meant is None or reference[1] in PREDEFINED:
        return reference[0]
    return "".join(f"&#{ord(character)};" for character in meant).encode()


def _is_misdeclared(value: bytes) -> bool:
    """Whether a document that calls itself one of a charset of single bytes is UTF-8: no text of those is that by chance."""
    if not SINGLE_BYTES.match(value) or value.isascii():
        return False
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def local_name(clark: object) -> str:
    """A name in Clark's notation without its namespace, which may hold anything, braces too (lxml refuses to take it apart)."""
    return _local(str(clark))


# A format has some hundred names, and a message asks for them a thousand times.
@lru_cache(maxsize=4096)
def _local(clark: str) -> str:
    return clark.rpartition("}")[2]


def name(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return _local(str(element.tag))


def inner_text(element: etree._Element | None) -> str | None:
    """All text inside the element without the white space around it; None when there is none."""
    if element is None:
        return None
    return "".join(map(str, element.itertext())).strip() or None


def children(element: etree._Element | None) -> Children:
    """The child elements by Clark name, in the order of the document: found in one walk, asked for often."""
    found: Children = {}
    for child in element if element is not None else ():
        found.setdefault(str(child.tag), []).append(child)
    return found


def first_text(found: Children, *names: str) -> str | None:
    """The text of the first child (by the order of the names) that has any."""
    return next((text for wanted in names for child in found.get(wanted, ()) if (text := inner_text(child))), None)


def named(element: etree._Element | None) -> Children:
    """The child elements by local name: for formats whose writers do not agree about namespaces."""
    found: Children = {}
    for child in element if element is not None else ():
        found.setdefault(_local(str(child.tag)), []).append(child)
    return found


def path(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first element that a path of local names leads to from its parent down."""
    for wanted in names:
        if element is None:
            return None
        element = next((child for child in element if _local(str(child.tag)) == wanted), None)
    return element


def line(element: etree._Element | None) -> str | None:
    """All text inside the element on one line; None when there is none."""
    if element is None:
        return None
    text = "".join(map(str, element.itertext())) if len(element) else element.text
    return " ".join(text.split()) or None if text else None


def leftovers(found: Children, taken: Collection[str]) -> dict[str, Any]:
    """What the children of other names say, by local name: their text, or their attributes where they have none. Several of
    one name become a list."""
    said: dict[str, list[Any]] = {}
    for tag, elements in found.items():
        if tag in taken:
            continue
        for child in elements:
            value = inner_text(child) or {local_name(key): text for key, text in child.attrib.items()}
            if value:
                said.setdefault(name(child), []).append(value)
    return {key: values[0] if len(values) == 1 else values for key, values in said.items()}


def language(element: etree._Element) -> str | None:
    """The `xml:lang` in force at the element."""
    for one in (element, *element.iterancestors()):
        found = one.get(f"{SPACE}lang")
        if found:
            return str(found)
    return None
