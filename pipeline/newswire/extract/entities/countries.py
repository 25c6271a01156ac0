"""Countries: which country each person and organisation of a document belongs to, where that is sure enough to say.

Organisations come first: whose they are tells whose their people are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel, load_choice_model
from newswire.extract.entities.country_evidence import Dossier, dossier
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.leaders import Leaders
from newswire.extract.entities.scenes import Scene, scene, with_placed

__all__ = ("MODELS", "attribute_countries", "confident", "dossiers", "known_persons", "likeliest", "place_all")

# A wrong country puts an event into a wrong dyad, a missing one only leaves it out. From this probability on, 96 of a
# hundred given countries are right in articles that the weights did not learn from. With 0.8 people have a country a little more
# often (76.5 instead of 74.7 of a hundred on dev), but in short texts more of them are wrong.
CONFIDENT: Final = 0.82

# The files of weights by the label of whom they place.
MODELS: Final = {"ORG": "organisation_countries", "PERSON": "person_countries"}


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
    place_all(parse, drafts, known, headline, gazetteer, leaders, load_models())


def load_models() -> dict[str, ChoiceModel]:
    """The weights that come with the project, by the label of whom they place."""
    return {label: load_choice_model(name) for label, name in MODELS.items()}


def place_all(
    parse: Parse,
    drafts: Sequence[EntityDraft],
    known: Mapping[int, str],
    headline: str,
    gazetteer: Gazetteer,
    leaders: Leaders,
    models: Mapping[str, ChoiceModel],
) -> None:
    """Sets the countries that models are sure of. `known` are those of persons whom all the world knows, by their indexes."""
    around = scene(parse, drafts, known, headline, gazetteer, leaders.origins)
    placed = _place(dossiers("ORG", parse, drafts, known, around, gazetteer, leaders), drafts, models["ORG"])
    around = with_placed(around, parse, drafts, placed)
    _place(dossiers("PERSON", parse, drafts, known, around, gazetteer, leaders), drafts, models["PERSON"])


def _place(found: Mapping[int, Dossier], drafts: Sequence[EntityDraft], model: ChoiceModel) -> dict[int, str]:
    """Sets the countries of some drafts, and returns those that are sure, by the drafts' indexes."""
    for index, each in found.items():
        drafts[index].country = confident(each, model)
    return {index: country for index in found if (country := drafts[index].country) is not None}


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
    known: Mapping[int, str],
    around: Scene,
    gazetteer: Gazetteer,
    leaders: Leaders,
) -> dict[int, Dossier]:
    """What speaks for whose country, by their indexes, for the drafts with a label that the text names."""
    return {
        index: dossier(parse, draft, known.get(index), around, gazetteer, leaders.origins)
        for index, draft in enumerate(drafts)
        if draft.label == label and any(mention.kind == "name" for mention in draft.mentions)
    }


def confident(each: Dossier, model: ChoiceModel) -> str | None:
    """The country that is sure enough."""
    country, chance = likeliest(each, model)
    return country if chance >= CONFIDENT else None


def likeliest(each: Dossier, model: ChoiceModel) -> tuple[str | None, float]:
    """The likeliest country and its probability, None and 0 where the text tells of no country."""
    *chances, _ = model.probabilities([*each.traits, each.none])
    best = max(range(len(chances)), key=chances.__getitem__, default=None)
    return (None, 0.0) if best is None else (each.countries[best], chances[best])
