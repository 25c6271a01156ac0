"""Kills and corrections in the words of wires: tags before headlines, keyword lines, notes to editors.

What counts as such is the word list `wire_notices.tsv`. Words that stop a story must be an instruction, not news of one: a tag
in capitals, or a request that names an item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from newswire.lexicon import rows

__all__ = ("Notice", "slug", "understood")

# Of several words the first of these counts: what stops a story before what changes it.
ORDER: Final = ("kill", "hold", "correction", "refile", "update", "repeat")

# Characters: of a headline or keyword line that is looked at, of the text in which a notice must begin, and of a text that
# is nothing but a notice.
LINE: Final = 400
BEGINNING: Final = 1_000
SHORT: Final = 600

# Characters of a first paragraph that is nothing but an embargo; one that is longer goes on with the news.
EMBARGO_LINE: Final = 150

# How a request begins.
POLITE: Final = ("please", "pls", "kindly")

# What a request names: "item dpa 157", "story slugged BC-Ferry", "our 0930 GMT story headlined ...". Not photos and reports:
# those are withdrawn by others, and that is news.
ITEM: Final = r"(?:story|stories|item|items|article|articles|dispatch|alert|snap|newsbreak|take|version)"
DESCRIPTION: Final = re.compile(
    r"\b(?:slug\w*|headlined?|titled|entitled|sent|moved|issued|transmitted|timed|number|no\.|nr\.|\d{2,5})\b",
    re.IGNORECASE,
)
SLUG: Final = re.compile(r"\b[Ss]lug(?:ged|line|lined)?:?\s+[\"“']?([A-Z0-9][^\s,;\"”]*(?:\s[A-Z0-9(][^\s,;\"”]*)*)")
NAMED: Final = re.compile(r"\s+([A-Z]{2}-[^\s,;\"”]+(?:\s[A-Z0-9(][^\s,;\"”]*)*)")
HEADLINE: Final = re.compile(r"\b(?:headlined?|titled|entitled):?\s+(?:[\"“]([^\"”]{3,300})|([A-Z][^\n.]{3,200}))")
NUMBER: Final = re.compile(
    rf"\b(?:{ITEM}|number|no\.|nr\.|#)\s*(?:(?:number|no\.|nr\.)\s*)?(?:([A-Za-z]{{2,8}})[ -])?([A-Za-z]?\d{{2,5}})\b"
    r"(?!\s*(?:GMT|UTC|hours))",
    re.IGNORECASE,
)
TIME: Final = re.compile(r"\b([01]\d|2[0-3])[:.]?([0-5]\d)\s*(?:hours\s*)?(GMT|UTC|[A-Z]{3,4})\b")

# "1st Ld-Writethru", "2nd Lead", "UPDATE 3", "CORRECTED (OFFICIAL)".
ORDINAL: Final = re.compile(r"\s*(\d{1,2})(?:st|nd|rd|th)\s*", re.IGNORECASE)
NUMBERED: Final = re.compile(r"\s+(\d{1,2})$")
BRACKETS: Final = re.compile(r"\(([^()]*)\)\s*$")
SEPARATOR: Final = re.compile(r"[,;/]")
JOINT: Final = re.compile(r"[\s-]+")
ADDRESS: Final = re.compile(
    r"\W*(?:eds?\b\W*|editors?\b\W*|note to editors\b\W*)?(?:in .{3,40}? (?:story|item), )?(\w+)", re.IGNORECASE
)
REPEATED: Final = re.compile(r"\W*(KILL|HOLD)\W+\1\W+\1\b")


@dataclass(frozen=True, slots=True)
class Notice:
    """What the words say: `signal` and `status` as in an Article (None where they say nothing), `ordinal` the number of the
    update or lead, and of a kill or hold which other story it means, in `target` (slug, headline, number, source, time).
    `embargoes` are what stands behind the words of notes that the text waits for a time."""

    signal: str | None = None
    status: str | None = None
    ordinal: int | None = None
    target: dict[str, str] = field(default_factory=dict)
    embargoes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """What was found so far: pairs of signal and status, numbers of versions, and of what the notice is."""

    words: list[tuple[str, str]] = field(default_factory=list)
    ordinals: list[int] = field(default_factory=list)
    target: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Words:
    """The word list by place, with the patterns made of it."""

    tags: dict[str, tuple[str, str]]
    tight: frozenset[str]
    verbs: dict[str, tuple[str, str]]
    notes: dict[str, str]
    headline: re.Pattern[str]
    request: re.Pattern[str]
    done: re.Pattern[str]
    done_alone: re.Pattern[str]
    embargo: re.Pattern[str]
    stops: tuple[str, ...]
    """What a note that stops a story has one of."""
    embargoes: tuple[str, ...]
    """What a note of an embargo has one of, with single blanks."""


def understood(
    headline: str | None, slugline: str | None, tags: Sequence[str], notes: Sequence[str], body: str
) -> Notice:
    """What headline, slugline, further `tags` of a keyword line, `notes` to editors and the beginning of the body say."""
    words = _words()
    found = _Found()
    for tag in (*_of_slugline(slugline), *tags):
        _tag(tag, words, found)
    if headline:
        _of_headline(headline.strip()[:LINE], words, found)
    opening = body[:BEGINNING]
    first = opening.lstrip().partition("\n\n")[0].strip()
    bracketed = (first,) if first.startswith("(") and first.endswith(")") else ()
    looked_at = [note[:BEGINNING] for note in (*notes, *bracketed)]
    line = [first] if len(first) <= EMBARGO_LINE and words.embargo.match(first) else []
    # One look for the words that the searches need, which most notes do not have.
    stops = _has(looked_at, words.stops)
    for note in looked_at:
        _of_note(note, words, found, stops=stops)
    noted = [*looked_at, *line]
    flat = " ".join("\n".join(noted).lower().split())
    embargoes = _embargoes(noted, words) if any(phrase in flat for phrase in words.embargoes) else ()
    _of_text(opening, words, found, alone=len(body) <= SHORT)
    ordinal = max(found.ordinals, default=None)
    if not found.words:
        return Notice(ordinal=ordinal, embargoes=embargoes)
    signal, status = min(found.words, key=lambda one: ORDER.index(one[0]))
    if not status:
        return Notice(signal, None, ordinal, embargoes=embargoes)
    if slugline:
        found.target.setdefault("slug", slug(slugline))
    return Notice(signal, status, ordinal, found.target)


def _embargoes(notes: list[str], words: _Words) -> tuple[str, ...]:
    return tuple(note[found.end() :] for note in notes for found in words.embargo.finditer(note))


def _has(texts: list[str], wanted: tuple[str, ...]) -> bool:
    text = "\n".join(texts).lower()
    return any(word in text for word in wanted)


def slug(slugline: str) -> str:
    """The slug without what a keyword line says of the version: `BC-Ferry, 1st Ld-Writethru` is `BC-Ferry`."""
    return BRACKETS.sub("", slugline[:LINE]).partition(",")[0].strip().rstrip("/").strip()


def _of_slugline(slugline: str | None) -> Iterator[str]:
    if not slugline:
        return
    slugline = slugline.strip()[:LINE]
    brackets = BRACKETS.search(slugline)
    if brackets:
        yield from SEPARATOR.split(brackets[1])
        slugline = slugline[: brackets.start()]
    yield from SEPARATOR.split(slugline)[1:]


def _key(tag: str) -> str:
    return JOINT.sub(" ", tag).strip(" +*!#=:.").upper()


def _tag(tag: str, words: _Words, found: _Found) -> None:
    bare = BRACKETS.sub("", tag[:LINE]).strip()
    ordinal = ORDINAL.match(bare)
    bare = bare[ordinal.end() :] if ordinal else bare
    number = NUMBERED.search(bare)
    bare = bare[: number.start()] if number else bare
    said = words.tags.get(_key(bare))
    if said:
        found.words.append(said)
        if counted := ordinal or number:
            found.ordinals.append(int(counted[1]))


def _of_headline(headline: str, words: _Words, found: _Found) -> None:
    request = words.request.match(headline)
    if request:
        _stop(headline, request, words, found)
    if headline.isupper() and _key(headline) not in words.tight:
        _tag(headline, words, found)
    while match := words.headline.match(headline):
        tag = _key(match["tag"])
        if tag in words.tight and match["separator"] != "-":
            break
        found.words.append(words.tags[tag])
        if match["number"]:
            found.ordinals.append(int(match["number"]))
        headline = headline[match.end() :]
        if words.tags[tag][1] and headline:
            found.target["headline"] = headline
    brackets = BRACKETS.search(headline)
    if brackets and brackets[1].isupper():
        for tag in SEPARATOR.split(brackets[1]):
            _tag(tag, words, found)


def _of_note(note: str, words: _Words, found: _Found, *, stops: bool) -> None:
    asked = (words.request.search(note) or words.done.search(note)) if stops else None
    if asked:
        _stop(note, asked, words, found)
        return
    first = ADDRESS.match(note)
    signal = words.notes.get(first[1].lower()) if first else None
    if signal:
        found.words.append((signal, ""))


def _of_text(opening: str, words: _Words, found: _Found, *, alone: bool) -> None:
    """A notice that is a text of its own: its words must name the item, unless the text is nothing else."""
    # The search takes longer than all the rest, and few texts ask for anything.
    request = words.request.search(opening) if _has([opening], POLITE) else None
    if request and not alone and not DESCRIPTION.search(opening, request.end("verb"), request.end("verb") + SHORT // 2):
        request = None
    repeated = REPEATED.match(opening)
    if repeated:
        found.words.append(words.tags[repeated[1]])
    asked = request or (words.done_alone.match(opening) if alone else None)
    if asked:
        _stop(opening, asked, words, found)


def _stop(text: str, asked: re.Match[str], words: _Words, found: _Found) -> None:
    """A request to stop a story, and what it says of the story."""
    found.words.append(words.verbs[(asked["verb"] or "kill").lower()])
    about = text[asked.start() : asked.start() + SHORT]
    target = found.target
    if said := SLUG.search(about) or (asked["verb"] and NAMED.match(text, asked.end("verb"))):
        target.setdefault("slug", slug(said[1].rstrip(".")))
    if said := HEADLINE.search(about):
        target.setdefault("headline", (said[1] or said[2]).strip())
    if said := NUMBER.search(about):
        target.setdefault("number", said[2])
        if said[1] and said[1].lower() not in ("number", "no"):
            target.setdefault("source", said[1])
    if said := TIME.search(about):
        target.setdefault("time", f"{said[1]}{said[2]} {said[3]}")


@cache
def _words() -> _Words:
    listed = rows("wire_notices.tsv", 4)
    tags = {_key(word): (signal, status) for word, place, signal, status in listed if place in ("tag", "tight")}
    known = "|".join(
        re.escape(word).replace(r"\ ", r"\s+")
        for word, place, *_ in sorted(listed, key=lambda row: len(row[0]), reverse=True)
        if place in ("tag", "tight")
    )
    verbs = "|".join(word for word, place, *_ in listed if place == "verb")
    done = "|".join(word for word, place, *_ in listed if place == "done")
    embargo = "|".join(word.replace(" ", r"\s+") for word, place, *_ in listed if place == "embargo")
    passive = rf"(?:is|are|was|were|has\s+been|have\s+been|is\s+being)\s+(?:hereby\s+)?(?P<verb>{done})\b"
    return _Words(
        tags=tags,
        tight=frozenset(_key(word) for word, place, *_ in listed if place == "tight"),
        verbs={word: (signal, status) for word, place, signal, status in listed if place in ("verb", "done")},
        notes={word: signal for word, place, signal, _ in listed if place == "note"},
        headline=re.compile(
            rf"[^\w(]*(?P<tag>{known})(?:\s+(?P<number>\d{{1,2}}))?(?:\s*\([^()]*\))?"
            r"(?:(?P<separator>-)(?=\S)|\s*(?:[:–—+*/]|-\s)+\s*)"
        ),
        request=re.compile(
            rf"\b(?:{'|'.join(POLITE)})\s+(?:immediately\s+)?(?P<verb>{verbs})\b"
            rf"(?=(?:(?![.!?][\"”’]?\s)[^\n]){{0,200}}?(?:\b{ITEM}\b|\bslug|\bheadline|(?-i:\b[A-Z]{{2}}-[A-Z])))",
            re.IGNORECASE,
        ),
        done=re.compile(rf"\b{ITEM}\s+(?:[^\n.]{{1,120}}\s)??{passive}|\ba\s+kill\s+is\s+mandatory\b", re.IGNORECASE),
        stops=(*POLITE, "mandatory", *(word for word, place, *_ in listed if place == "done")),
        embargoes=tuple(word for word, place, *_ in listed if place == "embargo"),
        embargo=re.compile(rf"\b(?:{embargo})", re.IGNORECASE),
        done_alone=re.compile(
            rf"\W*(?:this|our|the)\s+(?:[^\s.]+\s+){{0,6}}?story\s+(?:[^\n.]{{1,120}}\s)??{passive}", re.IGNORECASE
        ),
    )
