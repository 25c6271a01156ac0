"""Countries: which country each person and organisation of a document belongs to, where that is sure enough to say.

Organisations come first: whose they are tells whose their people are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel, load_choice_model
from newswire.extract.entities.country_evidence import Dossier, dossier, scene
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.leaders import Leaders

__all__ = ("attribute_countries", "confident", "dossiers", "known_persons", "place_all")

# A wrong country puts an event into a wrong dyad, a missing one only leaves it out: a country needs this probability.
CONFIDENT: Final = 0.9


def attribute_countries(
    parse: Parse,
    drafts: Sequence[EntityDraft],
    headline: str,
    year: int | None,
    gazetteer: Gazetteer,
    leaders: Leaders,
) -> None:
    """Sets the country of the persons and organisations that the text names; None where it is not sure.

    `year` is that of the publication, None where nothing tells it.
    """
    known = known_persons(drafts, year, leaders)
    place_all(parse, drafts, known, headline, gazetteer, leaders, load_choice_model("countries"))


def place_all(
    parse: Parse,
    drafts: Sequence[EntityDraft],
    known: Mapping[int, str],
    headline: str,
    gazetteer: Gazetteer,
    leaders: Leaders,
    model: ChoiceModel,
) -> None:
    """Sets the countries that a model is sure of. `known` are those of persons whom all the world knows, by their indexes."""
    placed = dict(known)
    for label in ("ORG", "PERSON"):
        found = dossiers(label, parse, drafts, placed, headline, gazetteer, leaders)
        for index, each in found.items():
            country = drafts[index].country = confident(each, model)
            if country is not None:
                placed[index] = country


def known_persons(drafts: Sequence[EntityDraft], year: int | None, leaders: Leaders) -> dict[int, str]:
    """The countries of persons whom all the world knows, by their indexes among the drafts."""
    return {
        index: country
        for index, draft in enumerate(drafts)
        if draft.label == "PERSON" and (country := leaders.country((draft.name, *draft.aliases), year)) is not None
    }


def dossiers(
    label: str,
    parse: Parse,
    drafts: Sequence[EntityDraft],
    placed: Mapping[int, str],
    headline: str,
    gazetteer: Gazetteer,
    leaders: Leaders,
) -> dict[int, Dossier]:
    """What speaks for whose country, by their indexes, for the drafts with a label that the text names.

    `placed` are the countries of those that are known already.
    """
    around = scene(parse, drafts, placed, headline, gazetteer, leaders.origins)
    return {
        index: dossier(parse, draft, placed.get(index), around, gazetteer, leaders.origins)
        for index, draft in enumerate(drafts)
        if draft.label == label and any(mention.kind == "name" for mention in draft.mentions)
    }


def confident(each: Dossier, model: ChoiceModel) -> str | None:
    """The country that is sure enough."""
    *chances, _ = model.probabilities([*each.traits, each.none])
    best = max(range(len(chances)), key=chances.__getitem__, default=None)
    return each.countries[best] if best is not None and chances[best] >= CONFIDENT else None
