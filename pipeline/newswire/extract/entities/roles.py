"""Roles: what the article calls a person beside the name ("U.S. Secretary of State"), and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer

__all__ = ("Role", "describe", "role_after", "role_ahead", "role_before")

# A role in front of a name is at most this many words; longer runs are the rest of a sentence without a comma.
LONGEST: Final = 9

# Links by which words belong to a noun phrase before its name.
BEFORE: Final = frozenset(("NN", "NNS", "NNP", "NNPS", "JJ", "POS", "HYPH", "IN", "CC", "VBN", "VBG", "AFX", "CD"))


@dataclass(frozen=True, slots=True)
class Role:
    """The phrase, tokens `first` to `last`, and the country and PLOVER sector that the office tells."""

    first: int
    last: int
    text: str
    country: str | None
    sector: str | None


def role_before(parse: Parse, first: int, taken: set[int], gazetteer: Gazetteer) -> Role | None:
    """The role that stands right before the name that begins at token `first`. `taken` are tokens of other persons' names."""
    sentence = parse.sentence_starts[parse.sentence(first)]
    at = first - 1
    if at < sentence or not _personal(parse, at, gazetteer):
        return None
    while at >= sentence and first - at <= LONGEST and at not in taken:
        word = parse.words[at].lower()
        if parse.tags[at] not in BEFORE or (
            parse.tags[at] in ("IN", "CC") and word not in gazetteer.words.office_links
        ):
            break
        if parse.tags[at] == "IN" and parse.lemmas[at - 1] not in gazetteer.sectors:
            break  # "the release of WNBA star": only an office goes on behind its preposition
        at -= 1
    at += 1
    while at < first and (
        parse.tags[at] in ("IN", "CC", "POS", "HYPH", "CD") or parse.words[at].lower() in gazetteer.words.role_edges
    ):
        at += 1
    return _role(parse, at, first - 1, gazetteer)


def role_after(parse: Parse, first: int, last: int, gazetteer: Gazetteer) -> Role | None:
    """The role that stands as an apposition behind the name of tokens `first` to `last` ("Jane Doe, the mayor of ...")."""
    comma = last + 1
    if comma + 1 >= len(parse) or parse.words[comma] != ",":
        return None
    heads = [
        token
        for name in range(first, last + 1)
        for token in parse.children[name]
        if token > comma and parse.deps[token] == "appos" and parse.tags[token][:2] == "NN"
    ]
    if not heads or not _personal(parse, heads[0], gazetteer) or parse.edges[heads[0]][0] > comma + 2:
        return None
    head, begin = heads[0], comma + 1
    end = head
    while end + 1 < len(parse) and end - begin < LONGEST:
        word = parse.words[end + 1]
        if parse.tags[end + 1] not in BEFORE | {"DT"} or (
            parse.tags[end + 1] == "IN" and word.lower() not in gazetteer.words.role_links
        ):
            break
        end += 1
    while end > head and parse.tags[end] in ("IN", "CC", "DT", "POS", "HYPH", "VBN", "VBG", "JJ"):
        end -= 1
    return _role(parse, _bare(parse, begin, head, gazetteer), end, gazetteer)


def role_ahead(parse: Parse, first: int, last: int, gazetteer: Gazetteer) -> Role | None:
    """The role that a phrase in front of the name gives, with a comma between ("a student, Jane Doe")."""
    comma = first - 1
    if comma < 1 or parse.words[comma] != ",":
        return None
    heads = (parse.heads[token] for token in range(first, last + 1) if parse.deps[token] == "appos")
    head = next((head for head in heads if head < comma), None)
    if head is not None and parse.deps[head] == "pobj" and parse.tags[head][:3] == "NNP":
        # "an adviser at the World Bank, Jane Doe": parsers take the nearer noun, which has a name of its own.
        head = parse.heads[parse.heads[head]]
    if head is None or head >= comma or not _personal(parse, head, gazetteer):
        return None
    begin, end = parse.edges[head][0], head
    # Behind its head the phrase may only go on with where or for whom the person works, up to the comma.
    while end + 1 < comma and (
        parse.tags[end + 1] in BEFORE | {"DT"}
        and (parse.tags[end + 1] != "IN" or parse.words[end + 1].lower() in gazetteer.words.role_links)
    ):
        end += 1
    if end != comma - 1 or end - begin >= LONGEST:
        return None
    return _role(parse, _bare(parse, begin, head, gazetteer), end, gazetteer)


def describe(text: str, gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """Country and sector of an office or body, from the words that name it."""
    words = text.replace("'s", " 's").replace("’s", " 's").split()
    country = sector = None
    at = 0
    while at < len(words):
        length, phrase = next(gazetteer.phrases(words, at), (1, ""))
        entry = gazetteer.entries.get(phrase)
        if entry is not None:
            # A province whose name a city abroad has as well tells nothing: "Manchester United".
            told = entry.kind != "province" or all(city.country == entry.country for city in gazetteer.cities(phrase))
            country = country or (entry.country if told else None)
            sector = sector or (entry.sector if entry.kind == "organisation" else None)
        at += length
    for size in (3, 2, 1):
        for at in range(len(words) - size, -1, -1):
            phrase = " ".join(words[at : at + size]).lower().rstrip(",")
            known = gazetteer.sectors.get(phrase)
            if known and size == 1 and at:
                known = gazetteer.role(phrase, words[at - 1].lower())
            if known:
                # The head of an English noun phrase stands last, so the last word that tells a sector decides.
                return country, sector or known
    return country, sector


def _bare(parse: Parse, begin: int, head: int, gazetteer: Gazetteer) -> int:
    """Where a phrase begins without its article and what else is no part of a role."""
    while begin < head and (
        parse.words[begin].lower() in gazetteer.words.role_edges or parse.tags[begin] in ("DT", "PRP$", "CD", "RB")
    ):
        begin += 1
    return begin


def _role(parse: Parse, first: int, last: int, gazetteer: Gazetteer) -> Role | None:
    while first <= last and parse.words[last].lower() in gazetteer.words.courtesies:
        last -= 1
    if first > last:
        return None
    text = " ".join(parse.span_text(first, last).split())
    return Role(first, last, text, *describe(text, gazetteer))


def _personal(parse: Parse, token: int, gazetteer: Gazetteer) -> bool:
    """Whether a noun can be what a person is: one of the lists, or any common noun."""
    tag, word = parse.tags[token], parse.words[token]
    if tag in ("NN", "NNS"):
        return True
    if tag not in ("NNP", "NNPS"):
        return False
    return (
        word in gazetteer.titles
        or word.lower() in gazetteer.sectors
        or parse.lemmas[token] in gazetteer.sectors
        or (token > 1 and f"{parse.words[token - 2]} {parse.words[token - 1]} {word}" in gazetteer.titles)
    )
