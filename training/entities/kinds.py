"""Learns from what is said around a name which kind it is: a person's, a body's, a place's or another.

    python -m training.entities.kinds CORPORA [--report]

CORPORA holds worldwide_train.jsonl, worldwide_dev.jsonl and conllpp_train.txt; docs/quality.md says where to get them. Writes
`name_kinds.json` into `pipeline/newswire/extract/weights`. `--report` prints instead how many names of the development part
the recogniser took for another kind, and how many of those that are overruled were wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.name_kinds import KINDS, MODEL, kind_options, kind_traits, likelier_kind
from newswire.extract.entities.names import CLASSES, Name, NameText
from newswire.extract.language.model import load_model
from newswire.extract.lexicons import Lexicons
from training.corpora import WORLDWIDE_CLASSES, CorpusError, existing, read_conll, read_worldwide, trimmed
from training.entities.choices import Example, fit
from training.entities.descriptions import write
from training.labels import named_texts

DECAY: Final = 1.0

# Names that a trait must stand beside, of which most count twice, in their text and in a piece of it: there are many more than of
# roles, and words of few texts say nothing.
RAREST: Final = 12

# Sentences of the short texts that longer ones are cut into.
PIECE: Final = 2

# Classes of the corpora by kind. Buildings are places, as for the recogniser.
PLACED: Final = {"FAC": "LOC", "PRODUCT": "MISC", "NORP": "MISC"}


class Labelled(NamedTuple):
    """A text with its names: start, end and kind."""

    text: str
    names: list[tuple[int, int, str]]


class Kinded(NamedTuple):
    """A name of a text with its traits, its kind and the one that the recogniser gives it, none where it does not find it."""

    traits: list[str]
    kind: str
    recognised: str | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=existing, metavar="CORPORA")
    parser.add_argument("--report", action="store_true", help="print figures instead of writing weights")
    arguments = parser.parse_args()
    try:
        texts = [
            *worldwide(arguments.corpora / "worldwide_train.jsonl"),
            *(Labelled(text, _kinds(names)) for text, names in named_texts()),
            *(
                Labelled(story.text, sorted(story.names))
                for story in read_conll(arguments.corpora / "conllpp_train.txt")
                if not story.sport
            ),
        ]
        held = worldwide(arguments.corpora / "worldwide_dev.jsonl")
    except CorpusError as error:
        sys.exit(f"error: {error}")
    gazetteer = Lexicons.load().gazetteer
    names = kinded([*texts, *(piece for text in texts for piece in pieces(text))], gazetteer)
    model = fit([_example(each) for each in names], DECAY, RAREST)
    if arguments.report:
        print(json.dumps(report(model, kinded(held, gazetteer))))
    else:
        write(MODEL, model)


def worldwide(path: Path) -> list[Labelled]:
    """The texts of a part of Worldwide Newswire."""
    return [
        Labelled(article.body, _kinds((name.start, name.end, name.type) for name in article.entities))
        for article in read_worldwide(path)
    ]


def _kinds(names: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Names with their kinds for types of Worldwide Newswire; dates and sums are none."""
    classes = ((start, end, WORLDWIDE_CLASSES.get(type)) for start, end, type in names)
    return sorted((start, end, PLACED.get(kind, kind)) for start, end, kind in classes if kind is not None)


def pieces(labelled: Labelled) -> Iterator[Labelled]:
    """A text as many short ones, in which a surname stands without the full name, and little tells what anything is."""
    parse = load_model("en_core_web_sm").analyse([labelled.text])[0][0]
    for number in range(0, len(parse.sentences), PIECE):
        first, end = parse.sentences[number][0], parse.sentences[min(number + PIECE, len(parse.sentences)) - 1][1]
        start, stop = parse.starts[first], parse.ends[end - 1]
        names = [(at - start, to - start, kind) for at, to, kind in labelled.names if start <= at and to <= stop]
        if names:
            yield Labelled(parse.text[start:stop], names)


def kinded(texts: Iterable[Labelled], gazetteer: Gazetteer) -> list[Kinded]:
    """The names of texts, each once a text; without those that have several kinds there."""
    language = load_model("en_core_web_sm")
    return [each for text in texts for each in _of_text(text, *language.analyse([text.text])[0], gazetteer)]


def _of_text(labelled: Labelled, parse: Parse, spans: list[NamedSpan], gazetteer: Gazetteer) -> Iterator[Kinded]:
    recognised = {tuple(parse.tokens(span.start, span.end)): CLASSES[span.label] for span in spans}
    document = NameText(parse)
    names = []
    for start, end, kind in labelled.names:
        tokens = parse.tokens(*trimmed(parse.text, start, end))
        if len(tokens):
            names.append(Name(tokens[0], tokens[-1], kind))
    # A surname alone is told by the full name.
    surnames = {document.words[name.last].casefold() for name in names if name.kind == "PER" and name.last > name.first}
    kinds: dict[str, set[str]] = defaultdict(set)
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        text = " ".join(document.words[name.first : name.last + 1]).casefold()
        kinds[text].add(name.kind)
        found = recognised.get(tuple(range(name.first, name.last + 1)))
        if found is not None:
            given[text][found] += 1
    for text, traits in kind_traits(names, document, gazetteer).items():
        if len(kinds[text]) == 1 and text not in surnames:
            most = given[text].most_common(1)
            yield Kinded(traits, next(iter(kinds[text])), most[0][0] if most else None)


def _example(each: Kinded) -> Example:
    return Example(kind_options(each.traits), KINDS.index(each.kind))


def report(model: ChoiceModel, names: Iterable[Kinded]) -> dict[str, int]:
    """How many names the recogniser finds and takes for another kind, how many are overruled, and of these how many rightly and
    how many wrongly."""
    counts: Counter[str] = Counter()
    for each in names:
        if each.recognised is None:
            continue
        kind = likelier_kind(each.recognised, each.traits, model)
        counts["names"] += 1
        counts["wrong"] += each.recognised != each.kind
        if kind != each.recognised:
            counts["overruled"] += 1
            counts["righted"] += kind == each.kind
            counts["broken"] += each.recognised == each.kind
    return dict(counts)


if __name__ == "__main__":
    main()
