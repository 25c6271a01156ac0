"""Descriptions: what an entity's record says of a bearer: its name, role, country, sector, gender and place."""

from __future__ import annotations

from collections import Counter
from typing import Final

from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.agreement import NameMention
from newswire.extract.entities.bearers import Bearer
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.places import link_place
from newswire.extract.entities.role_phrases import RolePhrases
from newswire.extract.entities.role_text import RoleText
from newswire.extract.entities.roles import RoleModels, describe, find_role

__all__ = ("describe_bearers",)

# Sectors of an organisation by its designator, where no noun of its name tells it.
DESIGNATED: Final = {"government": "GOV", "party": "PTY", "legal": "BUS"}


def describe_bearers(
    parse: Parse, bearers: list[Bearer], gazetteer: Gazetteer, roles: RoleModels | None = None
) -> list[EntityDraft]:
    """A draft of each bearer, in their order, with its mentions by name. `roles` as in `find_role`."""
    spans = [(range(name.first, name.last + 1), name.label) for bearer in bearers for name in bearer.mentions]
    labels = {token: label for span, label in spans for token in span}
    persons = {token: span for span, label in spans if label == "PERSON" for token in span}
    phrases = RolePhrases(RoleText(parse, persons, labels, gazetteer))
    drafts = [_draft(parse, bearer, gazetteer) for bearer in bearers]
    for draft, bearer in zip(drafts, bearers, strict=True):
        if draft.label == "PERSON":
            _office(parse, bearer, phrases, draft, gazetteer, roles)
    _link(parse, drafts, bearers, gazetteer)
    return drafts


def _draft(parse: Parse, bearer: Bearer, gazetteer: Gazetteer) -> EntityDraft:
    label = Counter(name.label for name in bearer.mentions).most_common(1)[0][0]
    quiet = [name.text for name in bearer.mentions if not name.loud] or [_quiet(name.text) for name in bearer.mentions]
    forms = list(dict.fromkeys(quiet))
    if bearer.entry is not None and bearer.entry.kind not in ("people", "seat"):
        name = bearer.entry.name
    else:
        name = max(forms, key=lambda form: (form.count(" "), len(form)))
    mentions = [
        MentionDraft(parse.starts[n.first], _end(parse, n.last), _head(parse, n.first, n.last), "name")
        for n in bearer.mentions
    ]
    draft = EntityDraft(label, name, mentions, [form for form in forms if form != name])
    entry = bearer.entry
    if entry is not None:
        draft.country, draft.sector = entry.country, entry.sector
    if label == "ORG":
        country, sector = describe(name, gazetteer)
        if country is None:
            # "Supreme Court", which somewhere is the "U.S. Supreme Court"
            longer = next((form.removesuffix(name) for form in forms if form != name and form.endswith(name)), "")
            country = describe(longer, gazetteer)[0]
        draft.country = draft.country or bearer.owner or country
        draft.sector = draft.sector or sector or _designated(name, gazetteer)
    return draft


def _designated(name: str, gazetteer: Gazetteer) -> str | None:
    for word in reversed(name.split()):
        for group in gazetteer.designators.get(word, "").split():
            if group in DESIGNATED:
                return DESIGNATED[group]
    return None


def _quiet(text: str) -> str:
    """A name that stands in capitals only, as it would stand in a sentence."""
    return " ".join(word.title() if len(word) > 3 and word.isupper() else word for word in text.split())


def _end(parse: Parse, last: int) -> int:
    """The end of a name. The dot of an abbreviation that ends a sentence ("of Acme Inc.") is the sentence's."""
    final = (
        parse.sentence(min(last + 1, len(parse) - 1)) != parse.sentence(last)
        or last + 1 == len(parse)
        or not parse.words[last + 1].strip()
    )
    return parse.ends[last] - (
        final and len(parse.words[last]) > 2 and parse.words[last].count(".") == 1 and parse.words[last].endswith(".")
    )


def _head(parse: Parse, first: int, last: int) -> int:
    """The token of the name whose head lies outside it; the last one where several do."""
    for token in range(last, first - 1, -1):
        if not first <= parse.heads[token] <= last or parse.heads[token] == token:
            return token
    return last


def _office(
    parse: Parse,
    bearer: Bearer,
    phrases: RolePhrases,
    draft: EntityDraft,
    gazetteer: Gazetteer,
    roles: RoleModels | None,
) -> None:
    """Role, sector and gender of a person from what stands beside the name."""
    quiet = [name for name in bearer.mentions if not name.loud]
    for name in quiet:
        gender = gazetteer.titles.get(parse.words[name.first - 1] if name.first else "")
        if gender:
            draft.gender = draft.gender or gender
    role = find_role(phrases, [range(name.first, name.last + 1) for name in quiet], roles)
    if role is not None:
        draft.role, draft.sector = role.text, role.sector


def _link(parse: Parse, drafts: list[EntityDraft], bearers: list[Bearer], gazetteer: Gazetteer) -> None:
    """Countries and GeoNames places of the places, in the light of the countries that the document names."""
    shared = [all(name.text in gazetteer.words.shared_names for name in bearer.mentions) for bearer in bearers]
    countries = {
        b.entry.country for b, alone in zip(bearers, shared, strict=True) if b.entry and b.entry.country and not alone
    }
    for draft, bearer, alone in zip(drafts, bearers, shared, strict=True):
        if draft.label not in ("GPE", "LOC") or (bearer.entry is not None and bearer.entry.label == "FAC"):
            continue
        if alone and bearer.entry is not None and bearer.entry.country not in countries:
            draft.country = None  # "the North" in a story that has nothing of Korea
            continue
        qualifier = next((q for name in bearer.mentions if (q := _qualifier(parse, name, gazetteer))), None)
        link = link_place(draft.name, bearer.entry, qualifier, countries, gazetteer)
        draft.country, draft.place = link.country, link.place


def _qualifier(parse: Parse, name: NameMention, gazetteer: Gazetteer) -> str | None:
    """The country or state behind a name: "Paris, Texas"."""
    comma = name.last + 1
    if comma + 1 >= len(parse) or parse.words[comma] != ",":
        return None
    for length in (3, 2, 1):
        phrase = " ".join(parse.words[comma + 1 : comma + 1 + length])
        entry = gazetteer.entries.get(phrase)
        if (entry is not None and entry.kind in ("country", "region")) or phrase in gazetteer.states:
            # In a list of places ("London, France and Spain") the next one is no qualifier; a qualifier has a comma behind.
            follower = parse.words[comma + 1 + length] if comma + 1 + length < len(parse) else ""
            return phrase if follower in (",", ".", "—", "–", "-", "(", ";", ")") else None
    return None
