"""Role places: where a person's role may stand beside the name.

In front of the name ("Norwegian Foreign Minister Kari Holm"), behind it in apposition or brackets, ahead of it with a comma
between ("a nurse, Kari Holm,"), told by "is" or "who is", or in front of the first of several names ("Senators Holm and
Brandt", "officials such as Holm"). Each place gives the phrases that may end or begin at several words; which is the role, if
any, is learnt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer

__all__ = ("LONGEST", "NOUNS", "Found", "cut_behind", "is_noun", "phrases_beside", "singular")

# Tags of the words that a role has besides its prepositions and articles.
WORDS: Final = frozenset(
    (
        "NN",
        "NNS",
        "NNP",
        "NNPS",
        "JJ",
        "JJR",
        "JJS",
        "POS",
        "HYPH",
        "VBN",
        "VBG",
        "AFX",
        "CD",
        "FW",
        "RB",
        "CC",
        "IN",
        "NFP",
    )
)
# Those at which one in front of a name has begun.
OPENING: Final = frozenset(("DT", "PRP$", "PDT"))
# Those at which one behind a name has ended.
CLOSING: Final = frozenset(
    ("VBD", "VBZ", "VBP", "MD", "WP", "WDT", "WP$", "WRB", "_SP", "PRP", "EX", ".", ":", "``", "''", "-RRB-")
)
NOUNS: Final = frozenset(("NN", "NNS", "NNP", "NNPS"))
# Tags of what no phrase begins with.
CLITICS: Final = frozenset(("POS", "CC", "IN", "HYPH"))
# Labels of names that say where somebody holds an office.
PLACED: Final = frozenset(("NORP", "GPE"))

# Tags of the last word in front of a name; adjectives are nouns there ("incumbent Kari Holm").
FINAL: Final = NOUNS | {"JJ"}

# Tokens of a bracket inside a role, and behind one of several names, without the one that opens it.
BRACKETED: Final = 4
BRACKETED_BEHIND: Final = 9

# Tokens of the longest phrase; longer ones are sentences without a comma.
LONGEST: Final = 14

# Phrases of one place: the shortest, the longest and those between up to this number.
VARIANTS: Final = 6


class Found(NamedTuple):
    """Tokens `first` to `last` of a phrase, its place, and how long it is among the phrases of the place."""

    first: int
    last: int
    place: str
    size: str


def phrases_beside(
    parse: Parse, span: range, persons: Mapping[int, range], names: Mapping[int, str], gazetteer: Gazetteer
) -> Iterator[Found]:
    """The phrases beside one mention. `persons` are the spans of persons' names by their tokens, `names` the labels of all
    names by their tokens."""
    begin, end = parse.sentences[parse.sentence(span[0])]
    name = span[0]
    if name == begin and (rank := _parted(parse, name, gazetteer)) is not None:
        name, begin = rank + 1, parse.sentences[parse.sentence(rank)][0]
    yield from _inside(parse, span, gazetteer)
    yield from _before(parse, name, begin, persons, names, gazetteer)
    yield from _behind(parse, span[-1] + 1, end, gazetteer)
    yield from _ahead(parse, name, begin, gazetteer)
    yield from _called(parse, name, begin, gazetteer)
    yield from _shared(parse, span, begin, persons, names, gazetteer)


def _parted(parse: Parse, name: int, gazetteer: Gazetteer) -> int | None:
    """The abbreviated title ("Gov.") in front of a name at which the parser ended a sentence."""
    at = name - 1
    while at > 0 and parse.tags[at] == "_SP":
        at -= 1
    return at if at >= 0 and parse.words[at].endswith(".") and parse.words[at] in gazetteer.titles else None


def is_noun(parse: Parse, token: int, gazetteer: Gazetteer) -> bool:
    """Whether a word is a noun; for one that names persons the tagger is not asked ("screenwriter Kari Holm wrote")."""
    return parse.tags[token] in NOUNS or gazetteer.person_noun(parse.words[token].lower())


def singular(parse: Parse, token: int, gazetteer: Gazetteer) -> str | None:
    """The singular of a word for several persons ("senators", "Sens."), None for any other word."""
    word, lemma = parse.words[token], parse.lemmas[token]
    low = word.lower()
    if gazetteer.person_noun(low) or low in gazetteer.sectors or (word in gazetteer.titles and not word.endswith("s.")):
        return None
    for ending, one in (("s.", "."), ("men", "man"), ("women", "woman"), ("ies", "y"), ("es", ""), ("s", "")):
        stem = word[: len(word) - len(ending)] + one
        if low.endswith(ending) and (stem in gazetteer.titles or gazetteer.person_noun(stem.lower())):
            return stem
    if parse.tags[token] in ("NNS", "NNPS") and low != lemma and low.startswith(lemma):
        return word[: len(lemma)]
    return None


def _inside(parse: Parse, span: range, gazetteer: Gazetteer) -> Iterator[Found]:
    """A title that the recogniser took into the name."""
    for length, phrase in gazetteer.phrases(parse.words, span[0]):
        if length < len(span) and phrase in gazetteer.titles and phrase.lower() not in gazetteer.words.courtesies:
            yield Found(span[0], span[0] + length - 1, "before", "only")
            return


def _before(
    parse: Parse, name: int, begin: int, persons: Mapping[int, range], names: Mapping[int, str], gazetteer: Gazetteer
) -> Iterator[Found]:
    """The phrases right in front of a name."""
    last = _last(parse, name, begin, gazetteer)
    if last is None:
        return
    at, starts = last, []
    while at >= begin and last - at < LONGEST:
        tag, word = parse.tags[at], parse.words[at].lower()
        if word == ")" and (opening := _bracket(parse, at, begin)) is not None:
            at = opening - 1  # "National Union (NU) chairman"
            continue
        if tag in OPENING or (at < last and tag not in WORDS and not _hyphen(parse, at)):
            if (
                tag == "DT"
                and at > begin
                and parse.tags[at - 1] == "IN"
                and parse.words[at - 1].lower() in gazetteer.words.role_links
            ):
                at -= 1  # "head of the police John Doe"
                continue
            break
        if tag == "IN" and word not in gazetteer.words.role_links:
            break
        if (tag in ("IN", "CC", "POS", "VBG", "VBN") and not _hyphen(parse, at + 1)) or at in persons:
            starts.append(at + 1)
        at -= 1
    at = _unparted(parse, at, begin)
    starts.append(at + 1)
    starts = sorted({_bare(parse, start, last, gazetteer) for start in starts}, reverse=True)
    for start, size in _sized(starts):
        yield Found(start, last, "before", size)
    for start in _stripped(parse, starts[0], last, names):
        yield Found(start, last, "before", "head" if start == last else "stripped")
    office = _rankless(parse, starts[-1], last, gazetteer)
    if office is not None:
        for number, start in enumerate(start for start in starts[:VARIANTS] if start <= office):
            yield Found(start, office, "before", f"rankless{min(number, 1)}")


def _unparted(parse: Parse, at: int, begin: int) -> int:
    """The token in front of a phrase, which begins with no hyphen ("ex-minister")."""
    while at >= begin and _hyphen(parse, at + 1):
        at -= 1
    return at


def _sized(edges: list[int]) -> list[tuple[int, str]]:
    """Where the phrases of a place begin or end, the shortest first, and how long each is among them."""
    if len(edges) > VARIANTS:
        edges = [*edges[: VARIANTS - 1], edges[-1]]
    longest = len(edges) - 1
    return [
        (edge, "only" if not longest else "long" if number == longest else f"cut{number}")
        for number, edge in enumerate(edges)
    ]


def _rankless(parse: Parse, first: int, last: int, gazetteer: Gazetteer) -> int | None:
    """The last word of an office in front of a rank ("police spokesperson Lt. Col."), None where no rank stands behind one."""
    at = last
    while at > first and parse.words[at] in gazetteer.titles:
        at -= 1
    return at if first <= at < last and parse.tags[at] in NOUNS else None


def _stripped(parse: Parse, first: int, last: int, names: Mapping[int, str]) -> list[int]:
    """Where the shortest phrase of a place may begin without what stands in front of its noun; no name is torn, and no word with
    a hyphen."""
    return [
        start
        for start in range(first + 1, last + 1)
        if not (start in names and names.get(start - 1) == names[start])
        and not (_hyphen(parse, start) or _hyphen(parse, start - 1))
        and parse.tags[start] not in CLITICS
    ]


def _last(parse: Parse, name: int, begin: int, gazetteer: Gazetteer) -> int | None:
    """The last word of a phrase in front of a name, None where there is none."""
    last = name - 1
    while last >= begin and parse.words[last].lower() in gazetteer.words.courtesies and parse.words[last][0].isupper():
        last -= 1
    if last > begin and parse.words[last] == "the":
        last -= 1  # "their spiritual leader the Dalai Lama"
    if last > begin and parse.words[last] == ")" and (opening := _bracket(parse, last, begin)) is not None:
        last = opening - 1  # "chief executive (CEO) Jane Doe"
    return last if last >= begin and (parse.tags[last] in FINAL or is_noun(parse, last, gazetteer)) else None


def _bracket(parse: Parse, at: int, begin: int, longest: int = BRACKETED) -> int | None:
    """Where the bracket opens that closes at a token and holds up to `longest` tokens."""
    return next((token for token in range(at - 1, max(begin, at - longest) - 1, -1) if parse.words[token] == "("), None)


def _hyphen(parse: Parse, token: int) -> bool:
    """Whether a dash joins the words beside it."""
    return (
        0 < token < len(parse) - 1
        and parse.words[token] in ("-", "‑")
        and parse.ends[token - 1] == parse.starts[token]
        and parse.ends[token] == parse.starts[token + 1]
    )


def _behind(parse: Parse, at: int, end: int, gazetteer: Gazetteer) -> Iterator[Found]:
    """The phrases behind a name: in apposition, in brackets, behind a dash, and what the bearer is said to be."""
    if at + 1 >= end:
        return
    if parse.words[at] in ("himself", "herself"):
        at += 1
    if parse.words[at] == "(":
        closing = next((token for token in range(at, min(end, at + LONGEST)) if parse.words[token] == ")"), None)
        if closing is not None and closing + 1 < end and parse.words[closing + 1] == ",":
            yield from _behind(parse, closing + 1, end, gazetteer)
    if at + 1 >= end:
        return
    word, lemma = parse.words[at], parse.lemmas[at]
    at += 1
    if word == "," or word == "(":
        place = "comma" if word == "," else "bracket"
        if parse.tags[at] == "CD" and at + 2 < end and parse.words[at + 1] in (",", ")"):
            at += 2 + (parse.words[at + 1] == ")" and parse.words[at + 2] == ",")
        elif parse.words[at] == "who" and parse.lemmas[at + 1] in ("be", "become", "serve", "remain"):
            at, place = at + 2, "who"
    elif word in ("-", "–", "—", "--"):
        place = "dash"
    elif lemma in ("be", "become", "remain") and parse.tags[at - 1] in ("VBD", "VBZ", "VBP"):
        place = "is"
    elif word == "as":
        place = "as"
    else:
        return
    while at < end and (parse.tags[at] == "RB" or parse.words[at] == "as"):
        at += 1
    if (
        at >= end
        or (parse.tags[at] in ("IN", "CC", "VBN", "VBG", "TO") and place != "comma")
        or (parse.tags[at] in CLOSING and not _participle(parse, at, place))
    ):
        return
    yield from cut_behind(parse, at, end, place, gazetteer)


def _participle(parse: Parse, at: int, place: str) -> bool:
    """Whether a verb behind a comma is rather a participle in front of a noun ("Kari Holm, ousted leader of the party,")."""
    return place == "comma" and parse.tags[at] == "VBD" and parse.tags[min(at + 1, len(parse) - 1)] in NOUNS | {"JJ"}


def cut_behind(parse: Parse, first: int, end: int, place: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """The phrases that begin at a token: up to the end of the clause, and up to each of the prepositions."""
    cuts, token = [], first
    while token < end and token - first < LONGEST + 2:
        tag, text = parse.tags[token], parse.words[token]
        if text == "(" and token > first:
            closing = next(
                (at for at in range(token, min(end, token + BRACKETED_BEHIND)) if parse.words[at] == ")"), None
            )
            cuts.append(token - 1)
            if closing is None:
                break
            token = closing + 1
            continue
        if (
            token > first
            and not _hyphen(parse, token)
            and (tag in CLOSING or text in (",", ")", ";", "-", "–", "—", "--"))
        ):
            break
        if tag in ("IN", "CC", "TO", "VBG", "VBN") and token > first:
            cuts.append(token - 1)
        token += 1
    cuts.append(token - 1)
    first = _bare(parse, first, token - 1, gazetteer)
    cuts = [cut for cut in dict.fromkeys(cuts) if cut >= first]
    for last, size in _sized(cuts):
        yield Found(first, last, place, size)
        owned = next((at + 1 for at in range(last - 1, first, -1) if parse.tags[at] == "POS"), None)
        if owned is not None:
            yield Found(owned, last, place, f"{size}:owned")


def _ahead(parse: Parse, name: int, begin: int, gazetteer: Gazetteer) -> Iterator[Found]:
    """The phrases in front of a name with a comma between."""
    while name > begin and parse.tags[name - 1] in ("NNP", "JJ", "DT"):
        name -= 1  # "commander of the forces, General Kari Holm", "its owner, the Dane Kari Holm"
    last = name - 2
    if last > begin and parse.words[last] == ")" and (opening := _bracket(parse, last, begin)) is not None:
        last = opening - 1
    if last < begin or parse.words[name - 1] not in (",", "–", "—", "--") or not is_noun(parse, last, gazetteer):
        return
    at, starts = last, []
    while at >= begin and last - at < LONGEST:
        tag = parse.tags[at]
        if parse.words[at] == ")" and (opening := _bracket(parse, at, begin)) is not None:
            at = opening - 1
            continue
        if tag in OPENING or tag in ("IN", "POS"):
            starts.append(at + 1)
        elif tag not in WORDS and not _hyphen(parse, at):
            break
        at -= 1
    starts.append(_unparted(parse, at, begin) + 1)
    starts = list(dict.fromkeys(_bare(parse, start, last, gazetteer) for start in starts))
    for start, size in _sized(starts):
        yield Found(start, last, "ahead", size)


def _called(parse: Parse, name: int, begin: int, gazetteer: Gazetteer) -> Iterator[Found]:
    """The phrase in front of a word that gives a name: "a student named Holm", "an officer, surnamed Holm"."""
    last = name - 2
    if last < begin or parse.words[name - 1] not in gazetteer.words.naming:
        return
    last -= last > begin and parse.words[last] == ","
    if not is_noun(parse, last, gazetteer):
        return
    first = last
    while first > begin and parse.tags[first - 1] in FINAL | {"HYPH", "CD"}:
        first -= 1
    for start in {first, last}:
        yield Found(start, last, "called", "only" if first == last else "long" if start == first else "cut0")


def _shared(
    parse: Parse, span: range, begin: int, persons: Mapping[int, range], names: Mapping[int, str], gazetteer: Gazetteer
) -> Iterator[Found]:
    """The plural in front of the first of several names: "Senators Kari Holm and Tomas Brandt", "officials such as Holm"."""
    at = _ahead_of_list(parse, span, begin, persons, names)
    first, place = at + 1, "shared"
    if parse.words[first] == ",":
        first, place = first + 1, "shared:comma"  # "the two senators, Kari Holm and Tomas Brandt"
    word = parse.words[at]
    if word in ("including", "like", ":") or (word == "as" and at > begin and parse.words[at - 1] == "such"):
        at, place = at - 1 - (word == "as"), "such"
        at -= at > begin and parse.words[at] == ","
    elif first == span[0]:
        return
    if at < begin or singular(parse, at, gazetteer) is None:
        return
    for found in _before(parse, at + 1, begin, persons, names, gazetteer):
        yield found._replace(place=place)


def _ahead_of_list(
    parse: Parse, span: range, begin: int, persons: Mapping[int, range], names: Mapping[int, str]
) -> int:
    """The token in front of the first of several persons, of whom each may have an age, a bracket or a body behind the name
    ("Kari Holm (Defence), 51, of Acme and Tomas Brandt")."""
    at = span[0] - 1
    while at > begin:
        if at in persons:
            at = persons[at][0] - 1
        elif parse.words[at] == ")" and (opening := _bracket(parse, at, begin, BRACKETED_BEHIND)) is not None:
            at = opening - 1
        elif parse.words[at] in (",", "and", "&") or parse.tags[at] == "CD":
            at -= 1
        elif names.get(at) == "ORG" and (body := _body(parse, at, begin, names)) is not None:
            at = body
        else:
            break
    # What was passed last may belong to the phrase rather than to the names.
    while at + 1 < span[0] and at + 1 not in persons and parse.words[at + 1] != ",":
        at += 1
    return at


def _body(parse: Parse, at: int, begin: int, names: Mapping[int, str]) -> int | None:
    """The token in front of "of Acme", which ends at a token; None where no preposition stands there."""
    while at > begin and names.get(at) == "ORG":
        at -= 1
    return at - 1 if parse.words[at] in ("of", "from", "at") else None


def _bare(parse: Parse, begin: int, last: int, gazetteer: Gazetteer) -> int:
    """Where a phrase begins without its article and what else is no part of a role."""
    while begin < last and (
        parse.words[begin].lower() in gazetteer.words.role_edges
        or parse.tags[begin] in ("DT", "PRP$", "RB", "IN", "CC", "POS", "HYPH", "PDT", ",")
    ):
        begin += 1
    return begin
