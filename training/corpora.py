"""Readers of the corpora that weights are learnt from and figures are measured on; docs/quality.md says where to get them.

No text of them is part of the project. A reader raises CorpusError, which names file, line and fault, when a file is not in the
form that docs/quality.md describes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

__all__ = (
    "CONLL_CLASSES",
    "SPORT",
    "WORLDWIDE_CLASSES",
    "AttributedArticle",
    "Attribution",
    "CodedSentence",
    "ConllStory",
    "CorpusError",
    "DescribedArticle",
    "Description",
    "LabelledName",
    "LabelledQuote",
    "MarkedSentence",
    "MeantimeStory",
    "PlainArticle",
    "SpeakerArticle",
    "WorldwideArticle",
    "existing",
    "half",
    "read_conll",
    "read_described",
    "read_meantime",
    "read_plain",
    "read_plv",
    "read_polnear",
    "read_records",
    "read_speakers",
    "read_worldwide",
    "text_of",
    "trimmed",
)

Span = tuple[int, int]
Row = TypeVar("Row")

HALVES: Final = ("tuning", "report")

# The class of CoNLL-2003 that a name with a label of OntoNotes has; other labels are none of these classes.
CONLL_CLASSES: Final = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}

# The classes of Worldwide Newswire's types; dates and sums of money are no names.
WORLDWIDE_CLASSES: Final = {
    "Person": "PER",
    "Organization": "ORG",
    "Location": "LOC",
    "NORP": "NORP",
    "Facility": "FAC",
    "Product": "PRODUCT",
    "Misc": "MISC",
}

# How a sports story of CoNLL-2003 begins.
SPORT: Final = re.compile(
    r"SOCCER|CRICKET|RUGBY|GOLF|BASEBALL|TENNIS|BOXING|SQUASH|ATHLETICS|CYCLING|BADMINTON|BOBSLEIGH|MOTOR|HORSE|SKI |SPEED "
    r"SKATING|FIGURE|SWIMMING|SUMO|VOLLEYBALL|HANDBALL|[A-Z ]*(SKIING|BASKETBALL|HOCKEY|FOOTBALL)"
)

# The gold standard records name types as PLOVER did in 2016, and a few countries otherwise than ISO 3166-1; organisations of
# several countries and figures of the world's stage have codes that are no country.
RENAMED: Final = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
ISO: Final = {"JAP": "JPN", "ROM": "ROU", "GFR": "DEU", "GER": "DEU", "UK": "GBR", "ITL": "ITA", "VTN": "VNM"}
NO_COUNTRY: Final = frozenset(["IGO", "NGO", "IMG"])

# Tokens of MEANTIME that have no space before them, or none behind.
GLUED_LEFT: Final = frozenset([".", ",", ";", ":", ")", "]", "'", "'s", "n't", "?", "!", "%", "’", "’s", "”", "''"])
GLUED_RIGHT: Final = frozenset(["(", "[", "$", "£", "€", "“", "``"])


class CorpusError(Exception):
    """A file of a corpus cannot be read."""


class Attribution(msgspec.Struct, frozen=True):
    """Who is said to have said what: spans in code points of the text, of which one role may have several or none.

    `type` is direct, mixed or indirect, and empty without content.
    """

    type: str = ""
    content: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()


class AttributedArticle(msgspec.Struct, frozen=True):
    """An article of PolNeAR with all attributions in it. `date` is the day of publication, YYYY-MM-DD."""

    id: str
    date: str
    text: str
    attributions: tuple[Attribution, ...]
    title: str | None = None


class ConllStory(msgspec.Struct, frozen=True):
    """A story of CoNLL-2003 with its names: start, end and class (PER, ORG, LOC or MISC)."""

    number: int
    text: str
    names: frozenset[tuple[int, int, str]]

    @property
    def parity(self) -> str:
        """Whether its number is even or odd."""
        return "odd" if self.number % 2 else "even"

    @property
    def sport(self) -> bool:
        """Whether it is on sport, as half of the stories are: tables of results for the most part."""
        return SPORT.match(self.text) is not None


class CodedSentence(msgspec.Struct, frozen=True):
    """A gold standard record of PLOVER: a sentence, the type of its event, and the countries of actors and recipients."""

    id: str
    text: str
    type: str
    actors: frozenset[str]
    recipients: frozenset[str]


class MarkedSentence(msgspec.Struct, frozen=True):
    """A sentence of PLV with one marked source and target, and PLOVER's root for what passes between them.

    An end that is not marked is the empty span (0, 0).
    """

    id: str
    text: str
    source: Span
    target: Span
    root: str


class LabelledName(msgspec.Struct, frozen=True):
    """A name of Worldwide Newswire: code points of the body, and its type there ("Person", "Organization" ...)."""

    start: int
    end: int
    type: str


class PlainArticle(msgspec.Struct, frozen=True):
    """A text without labels."""

    id: str
    body: str


class WorldwideArticle(msgspec.Struct, frozen=True):
    """An article of Worldwide Newswire with its names, the outermost where some lie within others."""

    id: str
    body: str
    entities: tuple[LabelledName, ...]

    @property
    def outlet(self) -> str:
        """The beginning of its id, which names the country or region of its outlet."""
        return self.id.partition("_")[0]


class Description(msgspec.Struct, frozen=True):
    """Who somebody or what a body is: the fullest name in the article, the country (ISO 3166-1 alpha-3), a person's role."""

    name: str
    country: str | None = None
    role: str | None = None


class DescribedArticle(msgspec.Struct, frozen=True):
    """A news article of the labelled events of which people and organisations are described as well."""

    id: str
    body: str
    headline: str | None = None
    published: str | None = None
    people: tuple[Description, ...] | None = None
    organisations: tuple[Description, ...] = ()


class LabelledParty(msgspec.Struct, frozen=True):
    """A party of a labelled event: code points of the body, what stands there, and the name that the article has for it."""

    start: int
    end: int
    text: str
    name: str


class LabelledEvent(msgspec.Struct, frozen=True):
    """A labelled event, as far as coreference goes."""

    actors: tuple[LabelledParty, ...] = ()
    recipients: tuple[LabelledParty, ...] = ()


class LabelledSource(msgspec.Struct, frozen=True):
    """The source of a labelled quote as it stands."""

    start: int
    end: int


class LabelledQuote(msgspec.Struct, frozen=True):
    """A labelled quote: code points of the body, and its speaker by the fullest name, or a description of one without a name."""

    start: int
    end: int
    source: LabelledSource | None = None
    speaker: str | None = None
    description: str | None = None
    not_said: bool = False


class SpeakerArticle(msgspec.Struct, frozen=True):
    """A news article of the labelled speakers or of the labelled events: who is meant by what."""

    id: str
    body: str
    headline: str | None = None
    published: str | None = None
    quotes: tuple[LabelledQuote, ...] = ()
    events: tuple[LabelledEvent, ...] = ()


class MeantimeStory(msgspec.Struct, frozen=True):
    """A story of MEANTIME: tokens, the sentence of each, and by id the mentions and time expressions that it annotates."""

    id: str
    tokens: list[str]
    sent: list[int]
    mentions: dict[str, dict[str, Any]]
    timex: dict[str, dict[str, Any]]


def existing(path: str) -> Path:
    """The path of a corpus on a command line, for `argparse`. Raises ArgumentTypeError when nothing is there."""
    if not Path(path).exists():
        raise argparse.ArgumentTypeError(f"there is no {path}; docs/quality.md says where to get the corpora")
    return Path(path)


def half(id: str) -> str:
    """The half of a corpus that a text belongs to: `tuning`, or `report`, of which nothing was learnt."""
    return HALVES[int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2]


def read_polnear(path: Path) -> list[AttributedArticle]:
    """The articles of a part of PolNeAR."""
    return list(_rows(path, AttributedArticle))


def read_worldwide(path: Path) -> list[WorldwideArticle]:
    """The articles of a part of Worldwide Newswire."""
    return list(_rows(path, WorldwideArticle))


def read_plain(path: Path) -> list[PlainArticle]:
    """The texts of a file that has no labels."""
    return list(_rows(path, PlainArticle))


def read_described(path: Path) -> list[DescribedArticle]:
    """The articles of a part of the labelled events in which people and organisations are described."""
    return [article for article in _rows(path, DescribedArticle) if article.people is not None]


def read_speakers(path: Path) -> list[SpeakerArticle]:
    """The articles of a part of the labelled speakers, or of the labelled events."""
    return list(_rows(path, SpeakerArticle))


def read_conll(path: Path) -> list[ConllStory]:
    """The stories of a CoNLL-2003 file, each as one line a sentence."""
    stories = path.read_text(encoding="utf-8").split("-DOCSTART-")[1:]
    if not stories:
        raise CorpusError(f"{path}: no line begins with -DOCSTART-, as each story of CoNLL-2003 does")
    return [ConllStory(number, *_conll_text(story)) for number, story in enumerate(stories)]


def _conll_text(story: str) -> tuple[str, frozenset[tuple[int, int, str]]]:
    """The text that a story's words came from, near enough, and the names in it."""
    text, names, begun = "", set(), None
    for line in [*story.split("\n")[1:], ""]:
        word, tag = line.partition(" ")[0], line.rpartition(" ")[2]
        if begun is not None and not tag.startswith("I-"):
            names.add((begun[0], len(text.rstrip()), begun[1]))
            begun = None
        if not line.strip():
            text += "\n" if text and not text.endswith("\n") else ""
            continue
        closes = word[0] == "'" or word in (".", ",", ";", ":", "?", "!", ")", "%")
        text += "" if not text or text[-1] in "\n(" or closes else " "
        if tag.startswith("B-"):
            begun = (len(text), tag[2:])
        text += word
    return text, frozenset(names)


def trimmed(text: str, start: int, end: int) -> Span:
    """A name's span without an article in front or a possessive behind, on which corpora differ."""
    if article := re.match(r"(?i)(the|a)\s+", text[start:end]):
        start += article.end()
    if possessive := re.search(r"['’]s?$", text[start:end]):
        end -= len(possessive.group())
    return start, end


class _RecordRow(msgspec.Struct, frozen=True):
    id: str = ""
    text: str | None = None
    event: str | None = None
    source: Any = None
    target: Any = None


def read_records(path: Path) -> list[CodedSentence]:
    """The gold standard records that have a sentence and a type."""
    return [
        CodedSentence(
            row.id, row.text, RENAMED.get(row.event, row.event), _countries(row.source), _countries(row.target)
        )
        for row in _rows(path, _RecordRow)
        if row.text and row.event
    ]


def _countries(ends: object) -> frozenset[str]:
    """The countries (ISO 3166-1 alpha-3) of one side of a gold standard record."""
    items = ends if isinstance(ends, list) else []
    codes = [str(item["code"]) for item in items if isinstance(item, dict) and item.get("code")]
    return frozenset(ISO.get(code, code) for code in codes) - NO_COUNTRY


def read_plv(path: Path) -> list[MarkedSentence]:
    """The sentences of PLV that have a root. Their ids hold number and place, for one number may come twice."""
    csv.field_size_limit(10**7)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        missing = {"sentence_id", "sentence", "marked_sentence", "gold_root"} - set(rows.fieldnames or ())
        if missing:
            raise CorpusError(f"{path}: no column {', '.join(sorted(missing))}; a file of PLV has them")
        coded = [row for row in rows if row["gold_root"]]
    return [
        MarkedSentence(
            f"plv-{row['sentence_id']}-{place}",
            row["sentence"],
            _marked(row["marked_sentence"], "s"),
            _marked(row["marked_sentence"], "t"),
            row["gold_root"],
        )
        for place, row in enumerate(coded)
    ]


def _marked(sentence: str, tag: str) -> Span:
    """Where the words between <tag> and </tag> stand in the sentence without tags."""
    found = re.search(f"<{tag}>(.*?)</{tag}>", sentence)
    if not found:
        return 0, 0
    before = len(re.sub(r"</?[st]>", "", sentence[: found.start()]))
    return before, before + len(re.sub(r"</?[st]>", "", found.group(1)))


def read_meantime(path: Path) -> list[MeantimeStory]:
    """The stories of MEANTIME."""
    return list(_rows(path, MeantimeStory))


def text_of(tokens: list[str], sentences: list[int]) -> tuple[str, list[Span]]:
    """The text that MEANTIME's tokens came from, near enough, and where each stands in it.

    Headline and dateline are paragraphs.
    """
    text = ""
    spans = []
    for i, token in enumerate(tokens):
        if i:
            if sentences[i] != sentences[i - 1] and sentences[i] <= 2:
                text += "\n"
            elif token not in GLUED_LEFT and tokens[i - 1] not in GLUED_RIGHT and "-" not in (token, tokens[i - 1]):
                text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
    return text, spans


def _rows(path: Path, type: type[Row]) -> Iterator[Row]:
    """The rows of a file of JSON lines."""
    decoder = msgspec.json.Decoder(type)
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield decoder.decode(line)
            except msgspec.DecodeError as error:
                raise CorpusError(f"{path}, line {number}: {error}; docs/quality.md describes the form") from None
