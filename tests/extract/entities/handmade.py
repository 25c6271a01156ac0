"""Parses, and names in them, written by hand: what a test says of a text is all that there is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.agreement import NameMention
from newswire.extract.entities.names import Name
from newswire.extract.entities.role_text import RoleText
from tests.extract.lists import LEXICONS

__all__ = ("GAZETTEER", "mention", "name", "parse_of", "role_text", "span")

GAZETTEER = LEXICONS.gazetteer


def parse_of(*sentences: str) -> Parse:
    """A parse of sentences in which each word stands as `word/TAG`, or `word/TAG/link/head` with the number of its head in the
    whole text; `~` in front of a word ties it to the one before, and "¶" is the end of a line. Lemmas are the words in small
    letters."""
    text = ""
    words: list[str] = []
    tags: list[str] = []
    links: list[str] = []
    starts: list[int] = []
    heads: list[int] = []
    begins: list[int] = []
    for sentence in sentences:
        begins.append(len(words))
        for written in sentence.split():
            word, tag, *rest = written.removeprefix("~").split("/")
            text += "" if written[0] == "~" or not text else " "
            starts.append(len(text))
            word = word.replace("¶", "\n")
            text += word
            links.append(rest[0] if rest else "dep")
            heads.append(int(rest[1]) if rest else len(words))
            words.append(word)
            tags.append(tag)
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    return Parse(text, words, starts, ends, tags, links, heads, begins, [word.lower() for word in words])


def _tokens(parse: Parse, text: str, occurrence: int) -> range:
    match = list(re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", parse.text))[occurrence]
    return parse.tokens(*match.span())


def name(parse: Parse, text: str, kind: str, occurrence: int = 0) -> Name:
    """What stands there as a name of a class."""
    tokens = _tokens(parse, text, occurrence)
    return Name(tokens[0], tokens[-1], kind)


def span(parse: Parse, text: str, label: str, occurrence: int = 0) -> NamedSpan:
    """What stands there as the recogniser would give it."""
    tokens = _tokens(parse, text, occurrence)
    return NamedSpan(parse.starts[tokens[0]], parse.ends[tokens[-1]], label)


def mention(parse: Parse, text: str, label: str, occurrence: int = 0, owner: str | None = None) -> NameMention:
    """What stands there as a mention by name; whether it is listed, the gazetteer says, but for persons."""
    tokens = _tokens(parse, text, occurrence)
    entry = None if label == "PERSON" else GAZETTEER.find(text)
    return NameMention(tokens[0], tokens[-1], label, text, tuple(text.split()), entry, text.isupper(), owner)


def role_text(parse: Parse, persons: Mapping[int, range]) -> RoleText:
    """A text in which nobody but `persons`, spans by their tokens, is named."""
    return RoleText(parse, persons, dict.fromkeys(persons, "PERSON"), GAZETTEER)
