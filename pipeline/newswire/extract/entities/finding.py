"""Entities: the names of a document, repaired and gathered into bearers."""

from __future__ import annotations

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.agreement import agreed, labelled
from newswire.extract.entities.bearers import gather_bearers
from newswire.extract.entities.descriptions import describe_bearers
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.names import NameText, names_of
from newswire.extract.entities.public_bodies import find_public_bodies
from newswire.extract.entities.roles import RoleModels

__all__ = ("find_entities",)


def find_entities(
    parse: Parse, spans: list[NamedSpan], gazetteer: Gazetteer, roles: RoleModels | None = None
) -> list[EntityDraft]:
    """The entities of a text in order of first mention, with their mentions by name.

    `spans` are the recogniser's names; `roles` are other models of roles than those that come with the project (training
    reports on others).
    """
    document = NameText(parse)
    names = names_of(parse, spans, document, gazetteer)
    mentions = labelled(parse, agreed(names, document, gazetteer), spans, document, gazetteer)
    drafts = describe_bearers(parse, gather_bearers(mentions, gazetteer), gazetteer, roles)
    drafts += find_public_bodies(parse, mentions, gazetteer)
    return sorted(drafts, key=lambda draft: draft.mentions[0].start)
