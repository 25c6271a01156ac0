"""Trains what says who people and organisations are, their roles and their countries:

    python -m training.entities.descriptions CORPORA             weights of roles and countries
    python -m training.entities.descriptions CORPORA --report    figures of each fifth by weights of the others

CORPORA is the directory of events_train.jsonl, of which 193 articles say who is who, and of what has labels of our own
(`training.labels`), which are not reported: articles teach countries alone, since with them four in a hundred fewer roles were
found on the development part; invented texts teach roles, and countries where they tell one. The same corpora and code give the
same weights.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.entities.countries import MODELS, confident, dossiers, known_persons, likeliest, place_all
from newswire.extract.entities.country_evidence import Dossier
from newswire.extract.entities.finding import find_entities
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.role_phrases import RoleNoun, RolePhrases
from newswire.extract.entities.role_text import RoleText
from newswire.extract.entities.roles import LIKELY, RoleModels, describe, likeliest_role, no_role, role_text
from newswire.extract.entities.scenes import scene, with_placed
from newswire.extract.language.model import load_model
from newswire.extract.lexicons import Lexicons
from training.corpora import CorpusError, DescribedArticle, Description, existing, read_described
from training.entities.choices import Example, fit
from training.labels import described_rows, introduced_rows

WEIGHTS: Final = Path(__file__).parents[2] / "pipeline" / "newswire" / "extract" / "weights"
FOLDS: Final = 5

# Strength of the pull towards zero, chosen on the folds.
ROLE_DECAY: Final = 2.0
EXTENT_DECAY: Final = 1.0
COUNTRY_DECAY: Final = 1.5

# Borders of the bins of said confidence.
BINS: Final = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95)

# Words that say nothing of a role, and the share of its words that a phrase must have to be it.
EMPTY: Final = frozenset(("the", "a", "an", "of", "and", "for", "in", "to", "s", "at", "from"))
ENOUGH: Final = 0.6


@dataclass(slots=True)
class Document:
    """An article as the extraction finds it: the nouns beside persons, and which drafts the described are."""

    article: DescribedArticle
    parse: Parse
    drafts: list[EntityDraft]
    nouns: dict[int, list[RoleNoun]]
    people: list[tuple[Description, int | None]]
    organisations: list[tuple[Description, int | None]]
    known: dict[int, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=existing, metavar="CORPORA")
    parser.add_argument("--report", action="store_true", help="print figures instead of writing weights")
    arguments = parser.parse_args()
    try:
        articles = read_described(arguments.corpora / "events_train.jsonl")
        more = msgspec.convert(described_rows(arguments.corpora), list[DescribedArticle])
        invented = msgspec.convert(introduced_rows(), list[DescribedArticle])
    except CorpusError as error:
        sys.exit(f"error: {error}")
    lexicons, language = Lexicons.load(), load_model("en_core_web_sm")
    documents, others, texts = (
        [document(article, *language.analyse([article.body])[0], lexicons) for article in each]
        for each in (articles, more, invented)
    )
    if arguments.report:
        print(json.dumps(report(documents, others, texts, lexicons)))
        return
    roles = train_roles([*documents, *texts])
    write("role_nouns", roles.nouns)
    write("role_extents", roles.extents)
    for label, model in train_countries([*documents, *others, *_placing(texts)], roles, lexicons).items():
        write(MODELS[label], model)


def write(name: str, model: ChoiceModel) -> None:
    rows = ",\n".join(f"{json.dumps(trait)}: {weight}" for trait, weight in model.weights.items())
    (WEIGHTS / f"{name}.json").write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
    print(f"{name}.json: {len(model.weights)} weights")


def document(article: DescribedArticle, parse: Parse, spans: list[NamedSpan], lexicons: Lexicons) -> Document:
    gazetteer = lexicons.gazetteer
    drafts = find_entities(parse, spans, gazetteer, roles=RoleModels(ChoiceModel({}), ChoiceModel({})))
    named = [
        [parse.tokens(mention.start, mention.end) for mention in draft.mentions if mention.kind == "name"]
        for draft in drafts
    ]
    labels = {
        token: draft.label for draft, ranges in zip(drafts, named, strict=True) for span in ranges for token in span
    }
    persons = {
        token: span
        for draft, ranges in zip(drafts, named, strict=True)
        if draft.label == "PERSON"
        for span in ranges
        for token in span
    }
    phrases = RolePhrases(RoleText(parse, persons, labels, gazetteer))
    nouns = {index: phrases.nouns(named[index]) for index, draft in enumerate(drafts) if draft.label == "PERSON"}
    year = int(article.published[:4]) if article.published else None
    return Document(
        article,
        parse,
        drafts,
        nouns,
        [(each, bearer(each.name, "PERSON", parse, drafts)) for each in article.people or ()],
        [(each, bearer(each.name, "ORG", parse, drafts)) for each in article.organisations],
        known_persons(drafts, year, lexicons.leaders),
    )


def bearer(name: str, label: str, parse: Parse, drafts: list[EntityDraft]) -> int | None:
    """The draft that a name is a mention of, the one with the right label and most mentions where several are."""
    bearing = [
        index
        for index, draft in enumerate(drafts)
        if plain(name) in {plain(parse.text[m.start : m.end]) for m in draft.mentions if m.kind == "name"}
    ]
    return max(bearing, key=lambda i: (drafts[i].label == label, len(drafts[i].mentions)), default=None)


def plain(name: str) -> str:
    return re.sub(r"[’']s$", "", " ".join(name.split()).lower().removeprefix("the "))


def train_roles(documents: Iterable[Document]) -> RoleModels:
    """The weights of the roles' nouns and of their extents.

    A noun is right where a phrase around it has most words of the role and few others; of its phrases the one that does so best.
    """
    nouns, extents = [], []
    for each in documents:
        for described, index in each.people:
            beside = each.nouns.get(index, ()) if index is not None else ()
            right = []
            for number, noun in enumerate(beside):
                fits = [fitness(role_text(each.parse, phrase), described.role or "") for phrase in noun.phrases]
                best = max(range(len(fits)), key=fits.__getitem__)
                if fits[best][0] == 2:
                    right.append(number)
                    extents.append(Example([noun.extent_traits(phrase) for phrase in noun.phrases], best))
            if beside:
                options = [*(noun.traits() for noun in beside), no_role(beside)]
                nouns.append(Example(options, right[0] if right else len(beside), frozenset(right)))
    return RoleModels(fit(nouns, ROLE_DECAY), fit(extents, EXTENT_DECAY))


def fitness(found: str, role: str) -> tuple[int, float]:
    """How many of recall and precision are enough, and the harmonic mean of both, by words."""
    some, others = content(found), content(role)
    shared = len(some & others)
    if not shared:
        return 0, 0.0
    return (shared >= ENOUGH * len(some)) + (shared >= ENOUGH * len(others)), 2 * shared / (len(some) + len(others))


def content(text: str) -> set[str]:
    return {re.sub(r"(?<=[^s])s$", "", word) for word in re.findall(r"[^\W_]+", text.lower())} - EMPTY


def give_roles(documents: Iterable[Document], roles: RoleModels, gazetteer: Gazetteer) -> None:
    """Gives the persons the roles that a model chooses."""
    for each in documents:
        for index, nouns in each.nouns.items():
            chance, phrase = likeliest_role(each.parse, nouns, roles)
            draft = each.drafts[index]
            draft.role = draft.sector = None
            if phrase is not None and chance >= LIKELY:
                draft.role = role_text(each.parse, phrase)
                draft.sector = describe(draft.role, gazetteer)[1]


def train_countries(documents: Sequence[Document], roles: RoleModels, lexicons: Lexicons) -> dict[str, ChoiceModel]:
    """The weights of countries by label: of organisations first, then of persons in the light of the organisations' countries."""
    give_roles(documents, roles, lexicons.gazetteer)
    gazetteer, leaders = lexicons.gazetteer, lexicons.leaders
    scenes = [
        scene(each.parse, each.drafts, each.known, each.article.headline or "", gazetteer, leaders.origins)
        for each in documents
    ]
    models: dict[str, ChoiceModel] = {}
    for label in ("ORG", "PERSON"):
        found = [
            dossiers(label, each.parse, each.drafts, each.known, around, gazetteer, leaders)
            for each, around in zip(documents, scenes, strict=True)
        ]
        examples = [
            _country_example(evidence[index], described.country)
            for each, evidence in zip(documents, found, strict=True)
            for described, index in (each.organisations if label == "ORG" else each.people)
            if index is not None and index in evidence
        ]
        model = models[label] = fit(examples, COUNTRY_DECAY)
        scenes = [
            with_placed(around, each.parse, each.drafts, _sure(evidence, model))
            for each, around, evidence in zip(documents, scenes, found, strict=True)
        ]
    return models


def _placing(texts: Iterable[Document]) -> list[Document]:
    """The texts that tell somebody's country: in a sentence or two most people have none, and from all of them it would be
    learnt that nobody has one."""
    return [text for text in texts if any(described.country for described, _ in text.people)]


def _sure(evidence: Mapping[int, Dossier], model: ChoiceModel) -> dict[int, str]:
    return {index: country for index, each in evidence.items() if (country := confident(each, model)) is not None}


def _country_example(each: Dossier, country: str | None) -> Example:
    right = each.countries.index(country) if country in each.countries else len(each.countries)
    return Example([*each.traits, each.none], right)


def report(
    documents: Sequence[Document], others: Sequence[Document], texts: Sequence[Document], lexicons: Lexicons
) -> dict[str, object]:
    """Recall and precision in percent and the reliability of confidences, of each fifth of the documents by weights of the rest
    and of the invented texts, countries also of others."""
    counts: Counter[str] = Counter()
    chances: dict[str, list[tuple[float, bool]]] = {
        "people_country": [],
        "organisations_country": [],
        "people_role": [],
    }
    for fold in range(FOLDS):
        rest = [each for number, each in enumerate(documents) if number % FOLDS != fold]
        roles = train_roles([*rest, *texts])
        countries = train_countries([*rest, *others, *_placing(texts)], roles, lexicons)
        # Copies: what is given to the drafts of one fold must not be seen in training for the next.
        held = [replace(each, drafts=[replace(draft) for draft in each.drafts]) for each in documents[fold::FOLDS]]
        give_roles(held, roles, lexicons.gazetteer)
        for each in held:
            _note_chances(chances, each, roles, countries, lexicons)
            place_all(
                each.parse,
                each.drafts,
                each.known,
                each.article.headline or "",
                lexicons.gazetteer,
                lexicons.leaders,
                countries,
            )
            for kind, rows in (("people", each.people), ("organisations", each.organisations)):
                for described, index in rows:
                    counts.update(_counted(kind, described, None if index is None else each.drafts[index]))
    figures: dict[str, object] = {
        f"{what}_{share}": round(100 * counts[f"{what}_{right}"] / max(1, counts[f"{what}_{of}"]), 1)
        for what in ("people_country", "organisations_country", "people_role")
        for share, right, of in (("recall", "found", "told"), ("precision", "right", "given"))
    }
    return figures | {f"{what}_reliability": reliability(rows) for what, rows in chances.items()}


def reliability(rows: Iterable[tuple[float, bool]]) -> dict[str, tuple[int, int, int]]:
    """By bins of said confidence: how many, the mean confidence and the share right, both in percent."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, right in rows:
        bins.setdefault(bisect_right(BINS, chance), []).append((chance, right))
    return {
        f"{([0.0, *BINS])[number]}-{[*BINS, 1.0][number]}": (
            len(bins[number]),
            round(100 * sum(chance for chance, _ in bins[number]) / len(bins[number])),
            round(100 * sum(right for _, right in bins[number]) / len(bins[number])),
        )
        for number in sorted(bins)
    }


def _note_chances(
    chances: Mapping[str, list[tuple[float, bool]]],
    each: Document,
    roles: RoleModels,
    countries: Mapping[str, ChoiceModel],
    lexicons: Lexicons,
) -> None:
    """Adds the probability of the likeliest country and role of each description, and whether it is right."""
    gazetteer, leaders = lexicons.gazetteer, lexicons.leaders
    around = scene(each.parse, each.drafts, each.known, each.article.headline or "", gazetteer, leaders.origins)
    for label, kind, rows in (
        ("ORG", "organisations_country", each.organisations),
        ("PERSON", "people_country", each.people),
    ):
        found = dossiers(label, each.parse, each.drafts, each.known, around, gazetteer, leaders)
        for described, index in rows:
            if index in found:
                country, chance = likeliest(found[index], countries[label])
                if country is not None:
                    chances[kind].append((chance, country == described.country))
        around = with_placed(around, each.parse, each.drafts, _sure(found, countries[label]))
    for described, index in each.people:
        nouns = each.nouns.get(index) if index is not None else None
        if nouns:
            chance, phrase = likeliest_role(each.parse, nouns, roles)
            told, given = content(described.role or ""), content(role_text(each.parse, phrase) if phrase else "")
            chances["people_role"].append((chance, bool(told) and len(told & given) >= ENOUGH * len(given)))


def _counted(kind: str, described: Description, draft: EntityDraft | None) -> Iterator[str]:
    country, role = (draft.country, draft.role) if draft is not None else (None, None)
    if described.country:
        yield f"{kind}_country_told"
    if country:
        yield f"{kind}_country_given"
    if country and country == described.country:
        yield from (f"{kind}_country_found", f"{kind}_country_right")
    if kind == "organisations":
        return
    told, given = content(described.role or ""), content(role or "")
    shared = len(told & given)
    if told:
        yield "people_role_told"
    if given:
        yield "people_role_given"
    if shared and shared >= ENOUGH * len(told):
        yield "people_role_found"
    if shared and shared >= ENOUGH * len(given):
        yield "people_role_right"


if __name__ == "__main__":
    main()
