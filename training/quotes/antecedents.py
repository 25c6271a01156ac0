"""Trains what says whom pronouns, common nouns and quotations without a tag stand for:

    python -m training.quotes.antecedents CORPORA                    writes the weights
    python -m training.quotes.antecedents CORPORA --report FILE      figures of each fifth by weights of the others, and in FILE
                                                                     the extractions of speakers_train.jsonl by them

CORPORA is the directory of speakers_train.jsonl, events_train.jsonl and polnear_train.jsonl (of which the sources labelled in
speaker_links_train.tsv are used). The invented texts with labelled sources are learnt from, too. What an article of
speakers_dev.jsonl says of events is left out. The text is read in order, so that what a pronoun stands for decides what the next
one may: where there is a label it is followed, elsewhere the weights learnt so far; therefore they are learnt anew a few times.
The same corpora and code give the same weights.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import re
import sys
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from newswire.extract.antecedents import NOUNS, PERSONAL, SPEECH, Anaphor, Referent
from newswire.extract.coreference import Chooser, link_mentions
from newswire.extract.document.drafts import EntityDraft, QuoteDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.entities.countries import attribute_countries
from newswire.extract.entities.finding import find_entities
from newswire.extract.join import join
from newswire.extract.language.model import load_model
from newswire.extract.lexicons import Lexicons
from newswire.extract.quotes.finding import find_quotes
from newswire.records import Article
from training.corpora import CorpusError, LabelledQuote, SpeakerArticle, existing, read_polnear, read_speakers
from training.entities.choices import Example, fit
from training.labels import spoken_rows

WEIGHTS: Final = Path(__file__).parents[2] / "pipeline" / "newswire" / "extract" / "weights" / "antecedents.json"
LINKS: Final = Path(__file__).parent / "speaker_links_train.tsv"

# Strength of the pull towards zero, chosen on the folds, and how often the weights are learnt anew; more rounds change no figure
# by more than half a point.
DECAY: Final = 2.5
ROUNDS: Final = 3
FOLDS: Final = 5

# Words that do not tell whether two descriptions are of the same.
EMPTY: Final = frozenset(["the", "a", "an", "of", "and", "for", "in", "at", "to", "s", "mr", "mrs", "ms", "dr"])

# Of the words of the shorter of two descriptions so many are the other's, too, if they are of the same.
ENOUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class Label:
    """Whom something stands for: the name of an entity, or, without one, the words of a description."""

    name: str | None
    description: str = ""


@dataclass(slots=True)
class Document:
    """An article as the extraction finds it, and the labels: of a token, and of a quote without a source by its token.

    The examples of a `rare` one count twice.
    """

    article: Article
    parse: Parse
    quotes: list[QuoteDraft]
    entities: list[EntityDraft]
    tokens: dict[int, Label] = field(default_factory=dict)
    voices: dict[int, Label] = field(default_factory=dict)
    rare: bool = False


class Teacher(Chooser):
    """Chooses what the labels say where there are some, and keeps them as examples."""

    def __init__(self, model: ChoiceModel, document: Document, entities: Sequence[EntityDraft]) -> None:
        super().__init__(model)
        self.document, self.entities = document, entities
        self.examples: list[tuple[str, Example]] = []

    def wants(self, token: int) -> bool:
        label = self.document.tokens.get(token)
        return label is not None and label.name is not None

    def choose(
        self, anaphor: Anaphor, options: Sequence[Referent | None], evidence: Sequence[Sequence[str]]
    ) -> tuple[int, float]:
        labels = self.document.voices if anaphor.kind in SPEECH else self.document.tokens
        label = labels.get(anaphor.token)
        if label is None:
            return super().choose(anaphor, options, evidence)
        right = self._right(anaphor, options, label)
        if not right and not anaphor.article and label.name is not None:
            # Whom a pronoun means was not found: that does not make it nobody.
            return super().choose(anaphor, options, evidence)
        kind = "he" if anaphor.kind in PERSONAL else anaphor.kind
        self.examples.append(
            (kind if anaphor.source else f"{kind}, told", Example([list(one) for one in evidence], right))
        )
        return right, 1.0

    def _right(self, anaphor: Anaphor, options: Sequence[Referent | None], label: Label) -> int:
        """The option that a label means; nobody where none does.

        Of several who share words with its name a noun means the one with most, since bodies are named after others ("the
        Foreign Ministry of Peru" is no country), and a pronoun whoever was mentioned last, since those are one person.
        """
        if label.name is not None:
            shares = [
                0.0 if one is None or one.entity is None else named(label.name, self.entities[one.entity])
                for one in options
            ]
            if anaphor.kind not in NOUNS:
                shares = [float(share > 0) for share in shares]
            best = max(range(len(options)), key=shares.__getitem__)
            if 0 < shares[best] < 1 and anaphor.kind in NOUNS:
                called, option = set(words(self._phrase(anaphor.token))), options[best]
                known = set(words(self.entities[option.entity].name)) if option and option.entity is not None else set()
                if called <= set(words(label.name)) and not called <= known:
                    return 0  # "the border guards" of a label "Peruvian border guards" are no Peru
            return best if shares[best] else 0
        for number, one in enumerate(options):
            if one is None:
                continue
            if one.entity is None and not anaphor.article and alike(label.description, self._phrase(one.head)):
                return number
        return 0

    def _phrase(self, head: int) -> str:
        parse = self.document.parse
        return parse.span_text(parse.edges[head][0], head)


def words(text: str) -> list[str]:
    """The words of a name or a description that tell who it is, without accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return [word for word in re.findall(r"[a-z0-9]+", re.sub(r"['’]s\b", "", plain)) if word not in EMPTY]


def named(name: str, entity: EntityDraft) -> float:
    """How much of a name one of an entity's names has, all or a part of it, or its initials; 0 where they differ."""
    wanted = words(name)
    most = 0.0
    for each in (entity.name, *entity.aliases):
        found = words(each)
        if not found or not wanted:
            continue
        if set(wanted) <= set(found) or (len(wanted) > 1 and found == ["".join(word[0] for word in wanted)]):
            return 1.0
        if set(found) <= set(wanted):
            most = max(most, len(set(found)) / len(set(wanted)))
    return most


def alike(description: str, phrase: str) -> bool:
    """Whether two descriptions may be of the same."""
    one, other = set(words(description)), set(words(phrase))
    return bool(one and other) and len(one & other) >= ENOUGH * min(len(one), len(other))


def overlap(quote: LabelledQuote, draft: QuoteDraft) -> int:
    return sum(max(0, min(quote.end, end) - max(quote.start, start)) for start, end in draft.spans)


def label_quotes(document: Document, quotes: Sequence[LabelledQuote]) -> None:
    """Takes over who speaks where extraction and label have the same quote and the same source, or both none."""
    parse = document.parse
    for quote in quotes:
        best = max(document.quotes, key=lambda draft: overlap(quote, draft), default=None)
        if quote.not_said or best is None or 2 * overlap(quote, best) < quote.end - quote.start:
            continue
        label = Label(quote.speaker, quote.description or "")
        if best.source is None or best.inherits:
            at = best.cue[0] if best.cue else best.spans[0][0]
            document.voices[min(bisect_right(parse.ends, at), len(parse) - 1)] = label
        elif quote.source is not None and quote.source.start < best.source.end and best.source.start < quote.source.end:
            document.tokens[best.source.head] = label


def read(corpora: Path) -> list[Document]:
    """The labelled articles, extracted."""
    lexicons, language = Lexicons.load(), load_model("en_core_web_sm")

    def extracted(article: Article) -> Document:
        ((parse, names),) = language.analyse([article.body])
        quotes = find_quotes(parse, lexicons.cues, lexicons.sources, lexicons.quote_words)
        entities = find_entities(parse, names, lexicons.gazetteer)
        year = int(article.published[:4]) if article.published else None
        attribute_countries(parse, entities, article.headline or "", year, lexicons.gazetteer, lexicons.leaders)
        return Document(article, parse, quotes, entities)

    dev = corpora / "speakers_dev.jsonl"
    left_out = {row.id for row in read_speakers(dev)} if dev.is_file() else set()
    found: dict[str, Document] = {}
    for row in (*read_speakers(corpora / "speakers_train.jsonl"), *read_speakers(corpora / "events_train.jsonl")):
        if row.id in left_out:
            continue
        if row.id not in found:
            found[row.id] = extracted(article_of(row))
        document = found[row.id]
        for event in row.events:
            for party in (*event.actors, *event.recipients):
                tokens = document.parse.tokens(party.start, party.end)
                if len(tokens):
                    head = min(tokens, key=lambda token: (document.parse.depths[token], token))
                    label = Label(None, party.text) if party.name == party.text else Label(party.name)
                    document.tokens.setdefault(head, label)
        label_quotes(document, row.quotes)
    links = read_links()
    for story in read_polnear(corpora / "polnear_train.jsonl"):
        if story.id in links:
            document = found[story.id] = extracted(Article(id=story.id, body=story.text, published=story.date))
            label_links(document, links[story.id])
            # Of American politics, with many speakers who have no name, the other corpora hold little.
            document.rare = True
    for spoken in spoken_rows():
        document = found[spoken["id"]] = extracted(Article(id=spoken["id"], body=spoken["text"], language="en"))
        for start, end, *who in spoken["speakers"]:
            name, description = (*who, None, None)[:2]
            label_source(document, start, end, Label(name, description or spoken["text"][start:end]))
    return list(found.values())


def article_of(row: SpeakerArticle) -> Article:
    return Article(id=row.id, body=row.body, headline=row.headline, published=row.published, language="en")


def read_links() -> dict[str, list[list[int]]]:
    links: dict[str, list[list[int]]] = {}
    for line in LINKS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            id, *cells = line.split("\t")
            links.setdefault(id, []).append([int(cell) for cell in cells])
    return links


def label_links(document: Document, links: Sequence[Sequence[int]]) -> None:
    text = document.article.body
    for start, end, *name in links:
        called = text[name[0] : name[1]] if name else None
        label_source(document, start, end, Label(called, text[start:end]))


def label_source(document: Document, start: int, end: int, label: Label) -> None:
    """Takes over whom a stretch of the text stands for where a quote has it as its source."""
    tokens = document.parse.tokens(start, end)
    for draft in document.quotes:
        if draft.source is not None and not draft.inherits and draft.source.head in tokens:
            document.tokens[draft.source.head] = label


def examples(documents: Sequence[Document], model: ChoiceModel) -> list[tuple[str, Example]]:
    """What stands for somebody with its candidates, and which is right, as the text is read with the model."""
    lexicons = Lexicons.load()
    found = []
    for document in documents:
        entities = copy.deepcopy(document.entities)
        teacher = Teacher(model, document, entities)
        link_mentions(
            document.parse, entities, document.quotes, lexicons.gazetteer, lexicons.sources, lexicons.anaphora, teacher
        )
        found += teacher.examples
    return found


def learn(documents: Sequence[Document], decay: float = DECAY) -> ChoiceModel:
    model, counted = ChoiceModel({}), [*documents, *(one for one in documents if one.rare)]
    for _ in range(ROUNDS):
        model = fit([example for _, example in examples(counted, model)], decay)
    return model


def fold(document: Document) -> int:
    return int(hashlib.sha256(document.article.id.encode()).hexdigest(), 16) % FOLDS


def folds(documents: Sequence[Document]) -> Iterator[tuple[ChoiceModel, list[Document]]]:
    """The documents of each fold with a model that learnt from the others."""
    for number in range(FOLDS):
        yield (
            learn([one for one in documents if fold(one) != number]),
            [one for one in documents if fold(one) == number],
        )


def report(models: Sequence[tuple[ChoiceModel, list[Document]]]) -> dict[str, str]:
    """How many of each kind are chosen rightly."""
    count, right = Counter[str](), Counter[str]()
    for model, documents in models:
        for kind, example in examples(documents, model):
            shares = model.probabilities(example.options)
            count[kind] += 1
            right[kind] += max(range(len(shares)), key=shares.__getitem__) == example.right
    return {kind: f"{100 * right[kind] / count[kind]:.1f} % of {count[kind]}" for kind in sorted(count)}


def write_extractions(
    path: Path, models: Sequence[tuple[ChoiceModel, list[Document]]], wanted: Mapping[str, object]
) -> None:
    lexicons = Lexicons.load()
    with path.open("w", encoding="utf-8") as file:
        for model, documents in models:
            for document in documents:
                if document.article.id not in wanted:
                    continue
                entities, quotes, events = join(
                    document.article,
                    document.parse,
                    document.quotes,
                    copy.deepcopy(document.entities),
                    lexicons,
                    Chooser(model),
                )
                row = {
                    "article": {"id": document.article.id},
                    "entities": msgspec.to_builtins(entities),
                    "quotes": msgspec.to_builtins(quotes),
                    "events": msgspec.to_builtins(events),
                }
                print(json.dumps(row, ensure_ascii=False), file=file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=existing, metavar="CORPORA")
    parser.add_argument("--report", type=Path, metavar="FILE")
    options = parser.parse_args()
    try:
        documents = read(options.corpora)
        wanted = {row.id: row for row in read_speakers(options.corpora / "speakers_train.jsonl")}
    except CorpusError as error:
        sys.exit(f"error: {error}")
    if options.report:
        models = list(folds(documents))
        print(json.dumps(report(models), indent=1))
        write_extractions(options.report, models, wanted)
        return
    weights = json.dumps(learn(documents).weights, ensure_ascii=False, indent=0, sort_keys=True)
    WEIGHTS.write_text(weights + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
