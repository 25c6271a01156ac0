"""Public bodies that a text names by their country and a common noun ("the Russian foreign ministry")."""

from __future__ import annotations

from typing import Final

from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.agreement import Named
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.roles import describe

__all__ = ("find_public_bodies",)

# Bodies whose last word alone is none.
PUBLIC_SERVICES: Final = frozenset(
    (("air", "force"), ("border", "guard"), ("coast", "guard"), ("election", "commission"))
)

# Nouns for public bodies that a country has one of; what may stand between them and its name, and how many words.
PUBLIC_BODIES: Final = frozenset(
    (
        *(
            "ministry",
            "government",
            "parliament",
            "army",
            "military",
            "navy",
            "embassy",
            "treasury",
            "cabinet",
            "intelligence",
        ),
        *("delegation", "administration", "consulate", "presidency", "senate", "congress"),
    )
)

MODIFYING: Final = frozenset(("JJ", "NN", "NNP", "POS"))

LONGEST_BODY: Final = 4


def find_public_bodies(parse: Parse, names: list[Named], gazetteer: Gazetteer) -> list[EntityDraft]:
    """Public bodies that the text names by their country and a common noun ("the Russian foreign ministry")."""
    covered = {token: name for name in names for token in range(name.first, name.last + 1)}
    found: dict[str, EntityDraft] = {}
    for token, lemma in enumerate(parse.lemmas):
        service = token > 0 and (parse.words[token - 1].lower(), lemma) in PUBLIC_SERVICES
        if not (lemma in PUBLIC_BODIES or service) or token in covered or parse.tags[token] not in ("NN", "NNP"):
            continue
        # Word by word to the left: the parser hangs "Russian" on "statement" in "a Russian foreign ministry statement".
        first = token - 1
        while first >= 0 and first not in covered and token - first < LONGEST_BODY and parse.tags[first] in MODIFYING:
            first -= 1
        of = covered.get(first)
        if of is None or of.label not in ("NORP", "GPE") or of.entry is None or of.entry.country is None:
            continue
        first = of.first
        name = " ".join(parse.span_text(first, token).split())
        # "China's foreign ministry" is "the Chinese foreign ministry".
        own = of.last + 2 if parse.tags[of.last + 1] == "POS" else of.last + 1
        key = f"{of.entry.country} {' '.join(parse.words[own : token + 1])}".casefold()
        draft = found.get(key)
        if draft is None:
            sector = describe(name, gazetteer)[1]
            draft = found[key] = EntityDraft("ORG", name, [], country=of.entry.country, sector=sector)
        elif name not in (draft.name, *draft.aliases):
            draft.aliases.append(name)
        draft.mentions.append(MentionDraft(parse.starts[first], parse.ends[token], token, "nominal"))
    return list(found.values())
