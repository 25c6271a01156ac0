"""Salience: how much an article is about an entity."""

from __future__ import annotations

from typing import Final

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse

__all__ = ("salience",)

# News tells what matters first: the weight of a sentence halves every five sentences, the length of a lead with its nut
# graph, but never below a tenth, so that who speaks through the whole of a long story still counts.
HALF_LIFE: Final = 5
FLOOR: Final = 0.1


def salience(parse: Parse, entities: list[EntityDraft]) -> list[float]:
    """For each entity the share of sentences that mention it, each sentence weighted by its nearness to the lead; 0 to 1."""
    weights = [max(FLOOR, 0.5 ** (number / HALF_LIFE)) for number in range(len(parse.sentence_starts))]
    total = sum(weights)
    return [
        sum(weights[number] for number in sorted({parse.sentence(m.head) for m in entity.mentions})) / total
        for entity in entities
    ]
