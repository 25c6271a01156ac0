"""Role places: where a person's role may stand beside the name.

In front of the name ("Norwegian Foreign Minister Kari Holm"), behind it in apposition or brackets, ahead of it with a comma
between ("a nurse, Kari Holm,"), told by "is" or "who is", or in front of the first of several names ("Senators Holm and
Brandt", "officials such as Holm"). Each place gives the phrases that may end or begin at several words; which is the role, if
any, is learnt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import PLACE_LABELS
from newswire.extract.entities.role_text import NOUNS, RoleText

__all__ = ("LONGEST", "Found", "cut_behind", "phrases_beside")

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
# Tags of what no phrase begins with.
CLITICS: Final = frozenset(("POS", "CC", "IN", "HYPH"))
# Tags of the words that an office in a row of them has.
TITLING: Final = NOUNS | {"JJ", "HYPH"}
# Tags of what is in front of a role and none of it.
UNOPENED: Final = CLITICS | {"DT", "PRP$", "RB", "PDT", ",", "_SP"}
# Tags of what no phrase ends with.
UNCLOSED: Final = frozenset(("IN", "CC", "TO"))
# Tags at which no sentence ends, whatever the parser says ("chief executive (CEO) | Kari Holm said").
UNENDED: Final = NOUNS | {"JJ", "-RRB-"}

# Tags between a preposition and the name of a body ("from the ruling Centre Party").
MODIFIERS: Final = frozenset(("DT", "JJ", "VBG", "VBN"))

# Tags of the last word in front of a name; adjectives are nouns there ("incumbent Kari Holm").
FINAL: Final = NOUNS | {"JJ"}

# Labels of whom somebody belongs to ("Senators Holm of Oregon and Brandt of Acme").
BODIES: Final = frozenset(("ORG", *PLACE_LABELS))

# Words between a name and what is said of its bearer.
SELVES: Final = frozenset(("himself", "herself"))
PASSED: Final = SELVES | {"as"}

# Tokens of a bracket inside a role, and behind one of several names, without the one that opens it.
BRACKETED: Final = 4
BRACKETED_BEHIND: Final = 9

# Words of the longest title.
TITLED: Final = 3

# Tokens of the longest phrase; longer ones are sentences without a comma.
LONGEST: Final = 14

# Behind a preposition it says since when, or until when, somebody was it ("mayor since 2010").
YEAR: Final = re.compile(r"(1[89]|20)\d\d")

# Words of the longest date.
DATED: Final = 3

# Phrases of one place: the shortest, the longest and those between up to this number.
VARIANTS: Final = 6


class Found(NamedTuple):
    """Tokens `first` to `last` of a phrase, its place, and how long it is among the phrases of the place."""

    first: int
    last: int
    place: str
    size: str


def phrases_beside(text: RoleText, span: range) -> Iterator[Found]:
    """The phrases beside one mention."""
    parse = text.parse
    begin, end = parse.sentences[parse.sentence(span[0])]
    name = span[0]
    if name == begin and (rank := _parted(text, name)) is not None:
        name, begin = rank + 1, parse.sentences[parse.sentence(rank)][0]
    elif name == begin and name and parse.tags[name - 1] in UNENDED:
        begin = parse.sentences[parse.sentence(name - 1)][0]
    yield from _inside(text, span)
    yield from _before(text, name, begin)
    yield from _behind(text, span[-1] + 1, end)
    yield from _ahead(text, name, begin)
    yield from _called(text, name, begin)
    yield from _shared(text, span, begin)


def _parted(text: RoleText, name: int) -> int | None:
    """The abbreviated title ("Gov.") in front of a name at which the parser ended a sentence."""
    parse, gazetteer = text.parse, text.gazetteer
    at = name - 1
    while at > 0 and parse.tags[at] == "_SP":
        at -= 1
    return at if at >= 0 and parse.words[at].endswith(".") and parse.words[at] in gazetteer.titles else None


def _inside(text: RoleText, span: range) -> Iterator[Found]:
    """A title that the recogniser took into the name."""
    parse, gazetteer = text.parse, text.gazetteer
    for length, phrase in gazetteer.phrases(parse.words, span[0]):
        if length < len(span) and phrase in gazetteer.titles and phrase.lower() not in gazetteer.words.courtesies:
            yield Found(span[0], span[0] + length - 1, "before", "only")
            return


def _before(text: RoleText, name: int, begin: int) -> Iterator[Found]:
    """The phrases right in front of a name."""
    parse, persons = text.parse, text.persons
    links = text.gazetteer.words.role_links
    last = _last(text, name, begin)
    if last is None:
        return
    at, starts = last, []
    while at >= begin and last - at < LONGEST:
        tag, word = parse.tags[at], text.low(at)
        if _gap(parse, at):
            at -= 1
            continue
        if word == ")" and (opening := _bracket(parse, at, begin)) is not None:
            at = opening - 1  # "National Union (NU) chairman"
            continue
        modifies = tag == "VBD" and parse.deps[at] == "amod"  # "retired bishop Kari Holm"
        if tag in OPENING or (at < last and tag not in WORDS and not modifies and not _hyphen(parse, at)):
            if tag == "DT" and at > begin and parse.tags[at - 1] == "IN" and text.low(at - 1) in links:
                at -= 1  # "head of the police John Doe"
                continue
            break
        adverbial = at not in text.labels and _adverbial(parse, at, name)
        if (tag == "IN" and word not in links) or _is_edge(text, at) or adverbial:
            break
        parting = tag in ("IN", "CC", "POS", "VBG", "VBN") and not _hyphen(parse, at + 1) and not text.joins_name(at)
        if parting or at in persons:
            starts.append(at + 1)
        at -= 1
    at = _unparted(parse, at, begin)
    starts.append(at + 1)
    starts = sorted({_bare(text, start, last) for start in starts}, reverse=True)
    for start, size in _sized(starts):
        yield Found(start, last, "before", size)
    for start in _stripped(text, starts[0], last):
        yield Found(start, last, "before", "head" if start == last else "stripped")
    office = _rankless(text, starts[-1], last)
    if office is not None:
        for number, start in enumerate(start for start in starts[:VARIANTS] if start <= office):
            yield Found(start, office, "before", f"rankless{min(number, 1)}")


def _unparted(parse: Parse, at: int, begin: int) -> int:
    """The token in front of a phrase, which begins with no hyphen ("ex-minister")."""
    while at >= begin and _hyphen(parse, at + 1):
        at -= 1
    return at


def _is_edge(text: RoleText, at: int) -> bool:
    """Whether a word is no part of a role in front of a name. In a name it is: "Sunday Mirror editor"."""
    return text.low(at) in text.gazetteer.words.role_edges and at not in text.labels


def _adverbial(parse: Parse, at: int, name: int) -> bool:
    """Whether a noun in front of a role says when or where something is done ("Last week mayor Kari Holm said", "On Monday mayor
    Kari Holm said")."""
    head = parse.heads[at]
    if parse.deps[at] == "pobj" and parse.deps[head] == "prep":
        return head < at and parse.heads[head] > name
    return parse.deps[at] == "npadvmod" and not at < head < name


def _sized(edges: list[int]) -> list[tuple[int, str]]:
    """Where the phrases of a place begin or end, the shortest first, and how long each is among them."""
    if len(edges) > VARIANTS:
        edges = [*edges[: VARIANTS - 1], edges[-1]]
    longest = len(edges) - 1
    return [
        (edge, "only" if not longest else "long" if number == longest else f"cut{number}")
        for number, edge in enumerate(edges)
    ]


def _rankless(text: RoleText, first: int, last: int) -> int | None:
    """The last word of an office in front of a rank ("police spokesperson Lt. Col."), None where no rank stands behind one."""
    parse, at = text.parse, last
    while at > first and (length := _title_length(text, first, at)):
        at -= length
    return at if first <= at < last and parse.tags[at] in NOUNS else None


def _title_length(text: RoleText, first: int, last: int) -> int:
    """How many words the longest title has that ends at a token ("Chief Justice"), 0 where none does."""
    words, titles = text.parse.words, text.gazetteer.titles
    starts = range(max(first, last + 1 - TITLED), last + 1)
    return next((last + 1 - start for start in starts if " ".join(words[start : last + 1]) in titles), 0)


def _stripped(text: RoleText, first: int, last: int) -> list[int]:
    """Where the shortest phrase of a place may begin without what stands in front of its noun; no name is torn, and no word with
    a hyphen."""
    parse, names = text.parse, text.labels
    return [
        start
        for start in range(first + 1, last + 1)
        if not (start in names and names.get(start - 1) == names[start])
        and not (_hyphen(parse, start) or _hyphen(parse, start - 1))
        and parse.tags[start] not in CLITICS
        and _balanced(parse, start, last)
    ]


def _balanced(parse: Parse, first: int, last: int) -> bool:
    """Whether a phrase begins at no bracket and inside none ("NU) chairman")."""
    words = parse.words[first : last + 1]
    return words[0] != "(" and words.count("(") == words.count(")")


def _last(text: RoleText, name: int, begin: int) -> int | None:
    """The last word of a phrase in front of a name, None where there is none."""
    parse, courtesies = text.parse, text.gazetteer.words.courtesies
    last = name - 1
    while last >= begin and (_gap(parse, last) or (text.low(last) in courtesies and parse.words[last][0].isupper())):
        last -= 1
    if last > begin and parse.words[last] == "the":
        last -= 1  # "their spiritual leader the Dalai Lama"
    if last > begin and parse.words[last] == ")" and (opening := _bracket(parse, last, begin)) is not None:
        last = opening - 1  # "chief executive (CEO) Jane Doe"
    if last < begin:
        return None
    # What hangs on the name as a noun does is one, whatever its tag ("director of news and talk Kari Holm").
    hangs = parse.deps[last] == "compound" and parse.heads[last] >= name
    return last if hangs or parse.tags[last] in FINAL or text.is_noun(last) else None


def _bracket(parse: Parse, at: int, begin: int, longest: int = BRACKETED) -> int | None:
    """Where the bracket opens that closes at a token and holds up to `longest` tokens."""
    return next((token for token in range(at - 1, max(begin, at - longest) - 1, -1) if parse.words[token] == "("), None)


def _gap(parse: Parse, token: int) -> bool:
    """Whether a token is nothing but a second space between two words of a line."""
    return parse.tags[token] == "_SP" and "\n" not in parse.words[token]


def _hyphen(parse: Parse, token: int) -> bool:
    """Whether a dash joins the words beside it."""
    return (
        0 < token < len(parse) - 1
        and parse.words[token] in ("-", "‑")
        and parse.ends[token - 1] == parse.starts[token]
        and parse.ends[token] == parse.starts[token + 1]
    )


def _behind(text: RoleText, at: int, end: int) -> Iterator[Found]:
    """The phrases behind a name: in apposition, in brackets, behind a dash, and what the bearer is said to be."""
    parse = text.parse
    at += at < end and _gap(parse, at)
    if at + 1 >= end:
        return
    if parse.words[at] in SELVES:
        at += 1
    if parse.words[at] == "(":
        closing = next((token for token in range(at, min(end, at + LONGEST)) if parse.words[token] == ")"), None)
        if closing is not None and closing + 1 < end and parse.words[closing + 1] == ",":
            yield from _behind(text, closing + 1, end)
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
    if place == "comma":
        at = _home(text, at, end)
    while at < end and (parse.tags[at] == "RB" or parse.words[at] in PASSED or _gap(parse, at)):
        at += 1
    if (
        at >= end
        or (parse.tags[at] in ("IN", "CC", "VBN", "VBG", "TO") and place != "comma")
        or (parse.tags[at] in CLOSING and not _participle(parse, at, place))
    ):
        return
    yield from cut_behind(text, at, end, place)


def _home(text: RoleText, at: int, end: int) -> int:
    """The token behind the place where somebody lives ("Kari Holm, 51, of Oslo, a nurse"); the same one where none is told."""
    parse, behind = text.parse, at + 1
    while behind < end and text.labels.get(behind) in PLACE_LABELS:
        behind += 1
    told = parse.words[at] in ("of", "from") and behind > at + 1 and behind + 1 < end and parse.words[behind] == ","
    return behind + 1 if told else at


def _participle(parse: Parse, at: int, place: str) -> bool:
    """Whether a verb behind a comma is rather a participle in front of a noun ("Kari Holm, ousted leader of the party,")."""
    return place == "comma" and parse.tags[at] == "VBD" and parse.tags[min(at + 1, len(parse) - 1)] in NOUNS | {"JJ"}


def cut_behind(text: RoleText, first: int, end: int, place: str) -> Iterator[Found]:
    """The phrases that begin at a token: up to the end of the clause, and up to each of the prepositions."""
    parse = text.parse
    cuts, token = [], first
    while token < end and token - first < LONGEST + 2:
        tag, word = parse.tags[token], parse.words[token]
        if _gap(parse, token):
            token += 1
            continue
        if word == "(" and token > first:
            closing = next(
                (at for at in range(token, min(end, token + BRACKETED_BEHIND)) if parse.words[at] == ")"), None
            )
            cuts.append(token - 1)
            if closing is None:
                break
            token = closing + 1
            continue
        if word == "," and token > first and (behind := _continued(text, token, end)) is not None:
            cuts.append(token - 1)
            token = behind
            continue
        if (
            token > first
            and not _hyphen(parse, token)
            and (tag in CLOSING or word in (",", ")", ";", "-", "–", "—", "--"))
        ):
            break
        if tag in ("IN", "CC", "TO", "VBG", "VBN") and token > first and not text.joins_name(token):
            cuts.append(token - 1)
        if token > first and token + 1 < end and _ended(parse, token):
            break
        token += 1
    cuts.append(token - 1)
    cuts = [_whole(parse, first, cut) for cut in cuts]
    first = _bare(text, _selected(text, first, token - 1), token - 1)
    cuts = [cut for cut in dict.fromkeys(cuts) if cut >= first]
    for last, size in _sized(cuts):
        yield Found(first, last, place, size)
        owned = next(
            (at + 1 for at in range(last - 1, first, -1) if parse.tags[at] == "POS" and not text.joins_name(at)), None
        )
        if owned is not None:
            yield Found(owned, last, place, f"{size}:owned")


def _ended(parse: Parse, token: int) -> bool:
    """Whether a role has ended at a word: at an aim ("first to lead the party") or a time ("mayor since 2010", "mayor from
    1 May 2010")."""
    if parse.tags[token] == "TO":
        return parse.tags[token + 1] == "VB"
    if parse.tags[token] != "IN":
        return False
    for behind in range(token + 1, min(len(parse), token + 1 + DATED)):
        if YEAR.fullmatch(parse.words[behind]):
            return True
        if parse.tags[behind] not in ("CD", "NNP"):
            return False
    return False


def _selected(text: RoleText, first: int, last: int) -> int:
    """Where the phrase begins of those whom somebody is one of ("one of the founders")."""
    chosen = first + 2 < last and text.low(first) == "one" and text.parse.words[first + 1] == "of"
    return first + 2 if chosen else first


def _continued(text: RoleText, comma: int, end: int) -> int | None:
    """The token at which a role goes on behind a comma: behind the body that somebody works for, which a further comma or the end
    closes ("director, Acme Institute, said"), or at the next of several offices ("activist, lawyer and head of Acme"). None where
    the role ends at the comma."""
    if not _personal(text, comma - 1):
        return None
    at = comma + 1
    while at < end and text.labels.get(at) == "ORG":
        at += 1
    if at > comma + 1:
        closed = at >= len(text.parse) or text.parse.words[at] in (",", ".", ";")
        return at if closed else None
    return comma + 1 if _listed(text, comma + 1, end) else None


def _listed(text: RoleText, first: int, end: int) -> bool:
    """Whether offices stand in a row from a token on, of which "and" is in front of the last."""
    at = first
    while at < end and text.parse.tags[at] in TITLING:
        at += 1
    if at in (first, end) or not _personal(text, at - 1):
        return False
    return text.parse.tags[at] == "CC" or (text.parse.words[at] == "," and _listed(text, at + 1, end))


def _personal(text: RoleText, token: int) -> bool:
    """Whether a word stands for one person."""
    return text.parse.tags[token] in NOUNS and text.gazetteer.person_noun(text.low(token))


def _whole(parse: Parse, first: int, last: int) -> int:
    """The last word of a phrase without the preposition or conjunction that a cut leaves at its end."""
    while last > first and parse.tags[last] in UNCLOSED:
        last -= 1
    return last


def _ahead(text: RoleText, name: int, begin: int) -> Iterator[Found]:
    """The phrases in front of a name with a comma between."""
    parse = text.parse
    while name > begin and parse.tags[name - 1] in ("NNP", "JJ", "DT"):
        name -= 1  # "commander of the forces, General Kari Holm", "its owner, the Dane Kari Holm"
    last = name - 2
    if last > begin and parse.words[last] == ")" and (opening := _bracket(parse, last, begin)) is not None:
        last = opening - 1
    if last < begin or parse.words[name - 1] not in (",", "–", "—", "--") or not text.is_noun(last):
        return
    at, starts = last, []
    while at >= begin and last - at < LONGEST:
        tag = parse.tags[at]
        if parse.words[at] == ")" and (opening := _bracket(parse, at, begin)) is not None:
            at = opening - 1
            continue
        if tag in OPENING or tag in ("IN", "POS"):
            starts.append(at + 1)
        elif (tag not in WORDS and not _hyphen(parse, at)) or _coordinated(text, at):
            break
        at -= 1
    starts.append(_unparted(parse, at, begin) + 1)
    starts = list(dict.fromkeys(_bare(text, start, last) for start in starts))
    if _anothers(text, at):
        return
    for start, size in _sized(starts):
        yield Found(start, last, "ahead", size)


def _coordinated(text: RoleText, at: int) -> bool:
    """Whether a person's name ends at a token with "and" behind it: what follows is somebody else's."""
    return at in text.persons and text.parse.tags[at + 1] == "CC"


def _anothers(text: RoleText, at: int) -> bool:
    """Whether what begins behind a token is said of a person in front of it ("Tomas Brandt, the mayor, Kari Holm and others"),
    without "and" between them."""
    words = text.parse.words
    if text.parse.tags[at + 1] == "CC":
        return False
    while at > 0 and text.parse.tags[at] in OPENING | {"RB", "CD"}:
        at -= 1
    return at > 0 and words[at] == "," and at - 1 in text.persons


def _called(text: RoleText, name: int, begin: int) -> Iterator[Found]:
    """The phrase in front of a word that gives a name: "a student named Holm", "an officer, surnamed Holm"."""
    parse = text.parse
    last = name - 2
    if last < begin or parse.words[name - 1] not in text.gazetteer.words.naming:
        return
    last -= last > begin and parse.words[last] == ","
    if not text.is_noun(last):
        return
    first = last
    while first > begin and parse.tags[first - 1] in FINAL | {"HYPH", "CD"}:
        first -= 1
    for start in {first, last}:
        yield Found(start, last, "called", "only" if first == last else "long" if start == first else "cut0")


def _shared(text: RoleText, span: range, begin: int) -> Iterator[Found]:
    """The plural in front of the first of several names: "Senators Kari Holm and Tomas Brandt", "officials such as Holm"."""
    parse = text.parse
    at = _ahead_of_list(text, span, begin)
    first, place = at + 1, "shared"
    if parse.words[first] == ",":
        first, place = first + 1, "shared:comma"  # "the two senators, Kari Holm and Tomas Brandt"
    word = parse.words[at]
    pair = at > begin and (
        (word == "as" and parse.words[at - 1] == "such") or (word == "of" and parse.tags[at - 1] in ("VBN", "VBG"))
    )  # "ministers such as", "a team of doctors, comprised of"
    if pair or word in ("including", "like", ":"):
        at, place = at - 1 - pair, "such"
        at -= at > begin and parse.words[at] == ","
    elif first == span[0]:
        return
    if at < begin or text.singular(at) is None:
        return
    for found in _before(text, at + 1, begin):
        yield Found(found.first, found.last, place, found.size)


def _ahead_of_list(text: RoleText, span: range, begin: int) -> int:
    """The token in front of the first of several persons, of whom each may have an age, a bracket, a body or a place behind the
    name ("Kari Holm (Defence), 51, of Acme and Tomas Brandt")."""
    parse, persons, names = text.parse, text.persons, text.labels
    at = span[0] - 1
    while at > begin:
        if at in persons:
            at = persons[at][0] - 1
        elif parse.words[at] == ")" and (opening := _bracket(parse, at, begin, BRACKETED_BEHIND)) is not None:
            at = opening - 1
        elif parse.words[at] in (",", "and", "&") or parse.tags[at] in ("CD", "RB"):
            at -= 1
        elif names.get(at) in BODIES and (body := _body(text, at, begin)) is not None:
            at = body
        else:
            break
    # What was passed last may belong to the phrase rather than to the names.
    while at + 1 < span[0] and at + 1 not in persons and parse.words[at + 1] != ",":
        at += 1
    return at


def _body(text: RoleText, at: int, begin: int) -> int | None:
    """The token in front of "of the old Acme" or "of Oregon", which ends at a token; None where no preposition stands there."""
    parse, names = text.parse, text.labels
    while at > begin and (names.get(at) in BODIES or parse.tags[at] in MODIFIERS):
        at -= 1
    return at - 1 if parse.words[at] in ("of", "from", "at") else None


def _bare(text: RoleText, begin: int, last: int) -> int:
    """Where a phrase begins without its article and what else is no part of a role."""
    parse = text.parse
    while begin < last and (
        _is_edge(text, begin)
        or (parse.tags[begin] in UNOPENED and not _hyphen(parse, begin + 1))  # "best-selling writer"
    ):
        begin += 1
    return begin
