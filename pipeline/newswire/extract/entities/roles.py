"""Roles: what the article calls a person ("U.S. Secretary of State"), and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel, load_choice_model
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.role_phrases import RoleNoun, RolePhrase, RolePhrases

__all__ = (
    "LIKELY",
    "Role",
    "RoleModels",
    "describe",
    "find_role",
    "likeliest_role",
    "load_role_models",
    "no_role",
    "role_text",
)

# A person has a role when one of the nouns beside the name is its head with this probability. A wrong one does less harm than a
# wrong country, and above 0.45 more right roles are lost than wrong ones kept out.
LIKELY: Final = 0.4

# Nouns beside a name that count as many, and nouns for persons among them: beyond them nothing is learnt.
MANY: Final = 6
FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Role:
    """The phrase, and the PLOVER sector that the office tells."""

    text: str
    sector: str | None


@dataclass(frozen=True, slots=True)
class RoleModels:
    """Two models: which noun beside a name is the role, if any, and which of the phrases around that noun is the whole of it."""

    nouns: ChoiceModel
    extents: ChoiceModel


@cache
def load_role_models() -> RoleModels:
    """Those that come with the project."""
    return RoleModels(load_choice_model("role_nouns"), load_choice_model("role_extents"))


def find_role(phrases: RolePhrases, spans: Sequence[range], models: RoleModels | None = None) -> Role | None:
    """The role of the person whose names stand at `spans`, None where the text tells none.

    `phrases` are those of the document; `models` are others than those which come with the project (training has its own).
    """
    chance, phrase = likeliest_role(phrases.text.parse, phrases.nouns(spans), models or load_role_models())
    if phrase is None or chance < LIKELY:
        return None
    text = role_text(phrases.text.parse, phrase)
    return Role(text, describe(text, phrases.text.gazetteer)[1])


def likeliest_role(parse: Parse, nouns: Sequence[RoleNoun], models: RoleModels) -> tuple[float, RolePhrase | None]:
    """The phrase that is likeliest to be the role, and the probability that its noun is; None where there is no phrase.

    A noun that stands beside several mentions has the chances of all of them. Phrases around one noun share their words, and so
    their chances: the one is taken that has most words in common with all that may be right.
    """
    if not nouns:
        return 0.0, None
    chances = models.nouns.probabilities([*(noun.traits() for noun in nouns), no_role(nouns)])[:-1]
    whole: dict[str, float] = defaultdict(float)
    for noun, chance in zip(nouns, chances, strict=True):
        whole[noun.noun] += chance
    best = max(range(len(nouns)), key=lambda number: (whole[nouns[number].noun], chances[number]))
    chance, extents = whole[nouns[best].noun], nouns[best].phrases
    if len(extents) == 1:
        return chance, extents[0]
    shares = models.extents.probabilities([nouns[best].extent_traits(phrase) for phrase in extents])
    words = [set(map(str.lower, parse.words[phrase.first : phrase.last + 1])) for phrase in extents]
    common = [sum(share * _overlap(each, other) for share, other in zip(shares, words, strict=True)) for each in words]
    return chance, extents[max(range(len(extents)), key=common.__getitem__)]


def no_role(nouns: Sequence[RoleNoun]) -> list[str]:
    """What speaks for none of the nouns beside a name being the role."""
    personal = sum(noun.phrases[0].phrase.personal for noun in nouns)
    return ["none", f"none:{min(len(nouns), MANY)}", f"none:personal:{min(personal, FEW)}"]


def _overlap(some: set[str], others: set[str]) -> float:
    return 2 * len(some & others) / (len(some) + len(others))


def role_text(parse: Parse, phrase: RolePhrase) -> str:
    """The words of a role; of one that several have, in the singular."""
    text = parse.span_text(phrase.first, phrase.last)
    head, single = phrase.phrase.head, phrase.phrase.single
    if single is not None:
        at = parse.starts[head] - parse.starts[phrase.first]
        text = text[:at] + single + text[at + parse.ends[head] - parse.starts[head] :]
    return " ".join(text.split())


def describe(text: str, gazetteer: Gazetteer) -> tuple[str | None, str | None]:
    """Country and sector of an office or body, from the words that name it."""
    words = text.replace("'s", " 's").replace("’s", " 's").split()
    country = owner = sector = None
    at = 0
    while at < len(words):
        length, phrase = next(gazetteer.phrases(words, at), (1, ""))
        entry = gazetteer.entries.get(phrase)
        if entry is not None:
            # A province whose name a city abroad has as well tells nothing: "Manchester United".
            told = entry.kind != "province" or all(city.country == entry.country for city in gazetteer.cities(phrase))
            if entry.kind == "organisation":
                owner = owner or entry.country  # "Lufthansa Italia" is Italian
            elif told:
                country = country or entry.country
            sector = sector or (entry.sector if entry.kind == "organisation" else None)
        at += length
    for size in (3, 2, 1):
        for at in range(len(words) - size, -1, -1):
            phrase = " ".join(words[at : at + size]).lower().rstrip(",")
            known = gazetteer.sectors.get(phrase)
            if known and size == 1 and at:
                known = gazetteer.role(phrase, words[at - 1].lower())
            if known:
                # The head of an English noun phrase stands last, so the last word that tells a sector decides.
                return country or owner, sector or known
    return country or owner, sector
