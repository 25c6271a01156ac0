"""Role phrases: what stands beside a person's name and may be the role, with the traits by which it is chosen.

In front of the name ("Norwegian Foreign Minister Kari Holm"), behind it in apposition or brackets, ahead of it with a comma
between ("a nurse, Kari Holm,"), told by "is" or "who is", or in front of the first of several names ("Senators Holm and
Brandt"). Each place gives the phrases that may end or begin at several words; which is the role, if any, is learnt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer

__all__ = ("RolePhrase", "none_traits", "role_phrases")

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
# Labels of names that say where somebody holds an office.
PLACED: Final = frozenset(("NORP", "GPE"))

# Tags of the last word in front of a name; adjectives are nouns there ("incumbent Kari Holm").
FINAL: Final = NOUNS | {"JJ"}

# Tokens of a bracket inside a role, without the one that opens it.
BRACKETED: Final = 4

# How the parser hangs a role on a name or a name on a role.
LINKED: Final = frozenset(("appos", "compound", "nmod", "attr"))

# Tokens of the longest phrase; longer ones are sentences without a comma.
LONGEST: Final = 14

# Phrases of one place: the shortest, the longest and those between up to this number.
VARIANTS: Final = 6

# Phrases after which no further mention of a person is looked at: stories introduce people early.
ENOUGH: Final = 24

# Endings of nouns for who does something; they say of words that no list has that they name persons.
AGENTIVE: Final = (
    "er",
    "or",
    "ist",
    "man",
    "woman",
    "person",
    "ian",
    "ant",
    "ent",
    "eer",
    "ee",
    "ssor",
    "ive",
    "ary",
    "ate",
    "chief",
    "head",
)


@dataclass(frozen=True, slots=True)
class RolePhrase:
    """Tokens `first` to `last` of a phrase, its head, where it stands to the name, and its traits. `plural` is one of several."""

    first: int
    last: int
    head: int
    place: str
    traits: list[str]
    plural: bool = False


def role_phrases(
    parse: Parse, spans: Sequence[range], persons: Mapping[int, range], names: Mapping[int, str], gazetteer: Gazetteer
) -> list[RolePhrase]:
    """The phrases beside the mentions of one person.

    `persons` are the spans of persons' names by their tokens, `names` the labels of all names by their tokens.
    """
    phrases: list[RolePhrase] = []
    for number, span in enumerate(spans):
        if len(phrases) >= ENOUGH:
            break
        for first, last, place, size, plural in _found(parse, span, persons, names, gazetteer):
            head = _head(parse, first, last) if first <= last < first + LONGEST else None
            if head is None or " ".join(parse.words[first : last + 1]) in gazetteer.entries:
                continue  # a listed body or place is nobody's role
            if _joined(parse, first, last, persons):
                continue
            traits = _traits(parse, first, last, head, place, span, names, gazetteer)
            traits += [f"{place}:{size}", f"mention{min(number, 3)}", f"{place}:mention{min(number, 1)}"]
            phrases.append(RolePhrase(first, last, head, place, traits, plural))
    heads = Counter((parse.lemmas[p.head], p.place) for p in phrases)
    kinds = {place for _, place in heads}
    for phrase in phrases:
        lemma = parse.lemmas[phrase.head]
        places = sum((lemma, place) in heads for place in kinds)
        phrase.traits.append(f"places{min(places, 3)}")
    return phrases


def _joined(parse: Parse, first: int, last: int, persons: Mapping[int, range]) -> bool:
    """Whether a phrase holds somebody else with more behind ("Briton Alan Moss and doctor")."""
    return any(
        token in persons and token == persons[token][-1] and parse.tags[token + 1] in ("CC", ",", "-LRB-")
        for token in range(first, last)
    )


def none_traits(spans: Sequence[range], phrases: Sequence[RolePhrase]) -> list[str]:
    """What speaks for none of the phrases being a role."""
    places = sorted({phrase.place for phrase in phrases})
    return [
        "none",
        f"none:mentions{min(len(spans), 4)}",
        f"none:words{min(max(map(len, spans), default=0), 3)}",
        *(f"none:{p}" for p in places),
    ]


Found = tuple[int, int, str, str, bool]


def _found(
    parse: Parse, span: range, persons: Mapping[int, range], names: Mapping[int, str], gazetteer: Gazetteer
) -> Iterator[Found]:
    sentence = parse.sentence(span[0])
    begin, end = parse.sentences[sentence]
    yield from _inside(parse, span, gazetteer)
    yield from _before(parse, span[0], begin, persons, names, gazetteer)
    yield from _behind(parse, span[-1] + 1, end, gazetteer)
    yield from _ahead(parse, span[0], begin, gazetteer)
    yield from _shared(parse, span, begin, persons, names, gazetteer)


def _inside(parse: Parse, span: range, gazetteer: Gazetteer) -> Iterator[Found]:
    """A title that the recogniser took into the name."""
    for length, phrase in gazetteer.phrases(parse.words, span[0]):
        if length < len(span) and phrase in gazetteer.titles and phrase.lower() not in gazetteer.words.courtesies:
            yield span[0], span[0] + length - 1, "before", "only", False
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
        if tag in OPENING or (tag not in WORDS and not _hyphen(parse, at)):
            if (
                tag == "DT"
                and at > begin
                and parse.tags[at - 1] == "IN"
                and parse.words[at - 1].lower() in gazetteer.words.office_links
            ):
                at -= 1  # "head of the police John Doe"
                continue
            break
        if tag == "IN" and word not in gazetteer.words.role_links:
            break
        if tag in ("IN", "CC", "POS", "VBG", "VBN") or at in persons:
            starts.append(at + 1)
        at -= 1
    starts.append(at + 1)
    starts += _stripped(parse, at + 1, last, names)
    starts = sorted({_bare(parse, start, last, gazetteer) for start in starts}, reverse=True)
    for number, start in enumerate(starts[:VARIANTS]):
        size = "only" if len(starts) == 1 else "long" if number == len(starts) - 1 else f"cut{number}"
        yield start, last, "before", size, False
    office = _rankless(parse, starts[-1], last, gazetteer)
    if office is not None:
        for number, start in enumerate(start for start in starts[:VARIANTS] if start <= office):
            yield start, office, "before", f"rankless{min(number, 1)}", False


def _rankless(parse: Parse, first: int, last: int, gazetteer: Gazetteer) -> int | None:
    """The last word of an office in front of a rank ("police spokesperson Lt. Col."), None where no rank stands behind one."""
    at = last
    while at > first and parse.words[at] in gazetteer.titles:
        at -= 1
    return at if first <= at < last and parse.tags[at] in NOUNS else None


def _stripped(parse: Parse, first: int, last: int, names: Mapping[int, str]) -> list[int]:
    """Where a phrase may begin without the nationalities and adjectives that it begins with."""
    starts = []
    while first < last and (names.get(first) in PLACED or parse.tags[first] in ("JJ", "JJS", "RB")):
        first += 1
        if first == last or names.get(first) not in PLACED or parse.tags[first - 1] == "JJ":
            starts.append(first)
    return starts


def _last(parse: Parse, name: int, begin: int, gazetteer: Gazetteer) -> int | None:
    """The last word of a phrase in front of a name, None where there is none."""
    last = name - 1
    while last >= begin and parse.words[last].lower() in gazetteer.words.courtesies and parse.words[last][0].isupper():
        last -= 1
    if last > begin and parse.words[last] == ")" and (opening := _bracket(parse, last, begin)) is not None:
        last = opening - 1  # "chief executive (CEO) Jane Doe"
    return None if last < begin or parse.tags[last] not in FINAL else last


def _bracket(parse: Parse, at: int, begin: int) -> int | None:
    """Where the bracket opens that closes at a token and holds a word or two."""
    return next(
        (token for token in range(at - 1, max(begin, at - BRACKETED) - 1, -1) if parse.words[token] == "("), None
    )


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
        or parse.tags[at] in CLOSING
    ):
        return
    first, cuts, token = at, [], at
    while token < end and token - first < LONGEST + 2:
        tag, text = parse.tags[token], parse.words[token]
        if not _hyphen(parse, token) and (tag in CLOSING or text in (",", ")", ";", "-", "–", "—", "--")):
            break
        if tag in ("IN", "CC", "TO", "VBG", "VBN") and token > first:
            cuts.append(token - 1)
        token += 1
    cuts.append(token - 1)
    first = _bare(parse, first, token - 1, gazetteer)
    cuts = [cut for cut in dict.fromkeys(cuts) if cut >= first]
    if len(cuts) > VARIANTS:
        cuts = [*cuts[: VARIANTS - 1], cuts[-1]]
    for number, last in enumerate(cuts):
        size = "only" if len(cuts) == 1 else "long" if number == len(cuts) - 1 else f"cut{number}"
        yield first, last, place, size, False
        owned = next((at + 1 for at in range(last - 1, first, -1) if parse.tags[at] == "POS"), None)
        if owned is not None:
            yield owned, last, place, f"{size}:owned", False


def _ahead(parse: Parse, name: int, begin: int, gazetteer: Gazetteer) -> Iterator[Found]:
    """The phrases in front of a name with a comma between."""
    while name > begin and parse.tags[name - 1] in ("NNP", "JJ"):
        name -= 1  # "commander of the forces, General Kari Holm"
    last = name - 2
    if last < begin or parse.words[name - 1] not in (",", "–", "—", "--") or parse.tags[last] not in NOUNS:
        return
    at, starts = last, []
    while at >= begin and last - at < LONGEST:
        tag = parse.tags[at]
        if tag in OPENING or tag in ("IN", "POS"):
            starts.append(at + 1)
        elif tag not in WORDS and not _hyphen(parse, at):
            break
        at -= 1
    starts.append(at + 1)
    starts = list(dict.fromkeys(_bare(parse, start, last, gazetteer) for start in starts))
    if len(starts) > VARIANTS:
        starts = [*starts[: VARIANTS - 1], starts[-1]]
    for number, start in enumerate(starts):
        size = "only" if len(starts) == 1 else "long" if number == len(starts) - 1 else f"cut{number}"
        yield start, last, "ahead", size, False


def _shared(
    parse: Parse, span: range, begin: int, persons: Mapping[int, range], names: Mapping[int, str], gazetteer: Gazetteer
) -> Iterator[Found]:
    """The plural in front of the first of several names: "Senators Kari Holm and Tomas Brandt"."""
    at = span[0] - 1
    while at > begin and (parse.words[at] in (",", "and", "&") or parse.tags[at] == "CD" or at in persons):
        at = persons[at][0] - 1 if at in persons else at - 1
    if at == span[0] - 1 or at + 1 not in persons:
        return
    if parse.tags[at] not in NOUNS or not _several(parse, at, gazetteer):
        return
    for first, last, _, size, _ in _before(parse, at + 1, begin, persons, names, gazetteer):
        yield first, last, "shared", size, True


def _several(parse: Parse, token: int, gazetteer: Gazetteer) -> bool:
    """Whether a noun is a plural ("senators", "Sens.")."""
    word, lemma = parse.words[token], parse.lemmas[token]
    if word.endswith("s.") and word in gazetteer.titles:
        return True
    return word.lower() in (f"{lemma}s", f"{lemma}es") or (parse.tags[token] == "NNS" and word.lower() != lemma)


def _bare(parse: Parse, begin: int, last: int, gazetteer: Gazetteer) -> int:
    """Where a phrase begins without its article and what else is no part of a role."""
    while begin < last and (
        parse.words[begin].lower() in gazetteer.words.role_edges
        or parse.tags[begin] in ("DT", "PRP$", "RB", "IN", "CC", "POS", "HYPH", "PDT", ",")
    ):
        begin += 1
    return begin


def _head(parse: Parse, first: int, last: int) -> int | None:
    """The noun that heads a phrase: the last one in front of its first preposition."""
    end = first
    while end < last and not (parse.tags[end + 1] in ("IN", "TO", ",") and parse.words[end + 1] != "-"):
        end += 1
    while end > first and parse.tags[end] not in NOUNS:
        end -= 1
    return end if parse.tags[end] in NOUNS else None


def _traits(
    parse: Parse,
    first: int,
    last: int,
    head: int,
    place: str,
    span: range,
    names: Mapping[int, str],
    gazetteer: Gazetteer,
) -> list[str]:
    lemma, tag = parse.lemmas[head], parse.tags[head]
    before = parse.lemmas[head - 1] if head > first else ""
    if gazetteer.role(lemma, before) is not None or lemma in gazetteer.sectors:
        kind = "listed"
    elif (
        parse.words[head] in gazetteer.titles
        or " ".join(parse.words[max(first, head - 1) : head + 1]) in gazetteer.titles
    ):
        kind = "title"
    elif head in names:
        kind = names[head]
    elif lemma.endswith(AGENTIVE):
        kind = "agentive"
    else:
        kind = "other"
    inside = sorted({names[token] for token in range(first, last + 1) if token in names})
    opener = parse.words[first - 1].lower() if first else ""
    opened = (
        opener
        if opener in ("a", "an", "the", "his", "her", "'s", "their", ",", "by")
        else parse.tags[first - 1]
        if first
        else "start"
    )
    length = last - first + 1
    behind = parse.words[last + 1] if last + 1 < len(parse) else "."
    closed = (
        "name"
        if last + 1 == span[0]
        else behind
        if behind in (",", ".", ")", "who", "of", "in", "and", "for", "at")
        else parse.tags[last + 1]
        if last + 1 < len(parse)
        else "end"
    )
    traits = [
        place,
        kind,
        f"{place}:{kind}",
        f"{kind}:{names.get(head)}",
        f"{place}:{tag}",
        f"head={lemma}",
        f"opened:{opened}:{place}",
        f"closed:{closed}:{place}",
        f"length{min(length, 8)}",
        f"{place}:last:{parse.tags[last]}",
        f"first:{parse.tags[first]}",
        *(f"inside:{label}" for label in inside),
        *(f"begins:{names[first]}:length{min(length, 3)}" for _ in range(first in names)),
        f"first:{parse.tags[first]}:length{min(length, 3)}",
        f"before:{names.get(first - 1)}:{kind}",
    ]
    follower = span[-1] + 1
    after = parse.words[follower] if follower < len(parse) else "."
    traits += [f"{place}:linked:{_linked(parse, first, last, span)}", f"{place}:after:{after == ','}"]
    if tag in ("NNS", "NNPS"):
        traits.append(f"plural:{place}")
    links = {
        parse.words[token].lower() for token in range(head + 1, last + 1) if parse.tags[token] in ("IN", "TO", "CC")
    }
    traits += [f"link:{link}" for link in sorted(links)]
    traits += [f"owner:{names.get(token - 1)}" for token in range(first + 1, head) if parse.tags[token] == "POS"]
    if first and parse.tags[first - 1] == "POS":
        traits.append(f"owned:{names.get(first - 2)}")
    if parse.lemmas[head] in gazetteer.words.kin:
        traits += ["kin", f"kin:{place}"]
    if any(parse.tags[token] == "CD" for token in range(first, last + 1)):
        traits.append("number")
    if parse.words[first].lower() in ("former", "ex", "late", "then", "outgoing", "acting", "deputy"):
        traits.append("former")
    return traits


def _linked(parse: Parse, first: int, last: int, span: range) -> bool:
    """Whether the parser hangs the name on the phrase or the phrase on the name, in apposition or as its modifier."""
    inside = range(first, last + 1)
    return any(parse.deps[t] in LINKED and parse.heads[t] in inside for t in span) or any(
        parse.deps[t] in LINKED and parse.heads[t] in span for t in inside
    )
