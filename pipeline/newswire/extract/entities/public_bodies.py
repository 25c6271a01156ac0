"""Public bodies that a text names by their country and a common noun ("the Russian foreign ministry")."""

from __future__ import annotations

from typing import Final

from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.agreement import NameMention
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.roles import describe

__all__ = ("find_public_bodies",)

# Tags of what may stand between a country and the noun for its body, and how many words the whole may have at most.
MODIFYING: Final = frozenset(("JJ", "NN", "NNP", "POS"))

LONGEST_BODY: Final = 4


def find_public_bodies(parse: Parse, mentions: list[NameMention], gazetteer: Gazetteer) -> list[EntityDraft]:
    """Public bodies that the text names by their country and a common noun ("the Russian foreign ministry")."""
    covered = {token: name for name in mentions for token in range(name.first, name.last + 1)}
    drafts: dict[str, EntityDraft] = {}
    for token, lemma in enumerate(parse.lemmas):
        service = token > 0 and f"{parse.words[token - 1].lower()} {lemma}" in gazetteer.words.public_services
        if (
            not (lemma in gazetteer.words.public_bodies or service)
            or token in covered
            or parse.tags[token] not in ("NN", "NNP")
        ):
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
        draft = drafts.get(key)
        if draft is None:
            sector = describe(name, gazetteer)[1]
            draft = drafts[key] = EntityDraft("ORG", name, [], country=of.entry.country, sector=sector)
        elif name not in (draft.name, *draft.aliases):
            draft.aliases.append(name)
        draft.mentions.append(MentionDraft(parse.starts[first], parse.ends[token], token, "nominal"))
    return list(drafts.values())
