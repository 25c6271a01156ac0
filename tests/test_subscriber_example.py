"""The subscriber of `examples/quotes.py` ends with what stands, in whatever order and how often messages come."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

EXAMPLE = runpy.run_path(str(Path(__file__).parent.parent / "examples" / "quotes.py"))

Message = tuple[dict[str, Any], dict[str, bytes]]


def messages_of(version: int, offset: int, ids: frozenset[str]) -> list[Message]:
    """What the publish agent makes of an Extraction with these quotes; without any it is a kill."""
    article = {"id": "a", "version": version}
    headers = {"newswire-extraction-offset": str(offset).encode()}
    quotes = [
        ({"id": id, "article": article, "text": id, "speaker": None}, headers | {"ce_type": b"newswire.quote.v1"})
        for id in ids
    ]
    status = "usable" if ids else "canceled"
    marker = {"article": article, "status": status, "count": len(ids), "ids": sorted(ids)}
    return [*quotes, (marker, headers | {"ce_type": b"newswire.version.v1"})]


def held_after(messages: list[Message]) -> dict[str, tuple[int, bool, int]]:
    stories: dict[str, Any] = {}
    for record, headers in messages:
        EXAMPLE["take"](stories, json.loads(json.dumps(record)), headers)
    return {id: order for id, (order, _) in stories["a"].quotes.items()}


extractions = st.lists(
    st.tuples(st.integers(1, 3), st.frozensets(st.sampled_from("pqrs"), max_size=3)), min_size=1, max_size=4
)


@given(extractions, st.data())
def test_what_stands_is_what_the_extraction_says_that_rules_in_whatever_order_messages_come(
    found: list[tuple[int, frozenset[str]]], data: st.DataObject
) -> None:
    every = [m for offset, (version, ids) in enumerate(found) for m in messages_of(version, offset, ids)]
    twice = every + data.draw(st.lists(st.sampled_from(every), max_size=5), label="repeated")
    order = data.draw(st.permutations(twice), label="order")
    version, killed, offset = max((version, not ids, offset) for offset, (version, ids) in enumerate(found))
    assert held_after(order) == dict.fromkeys(found[offset][1], (version, killed, offset))


def test_a_marker_that_comes_late_withdraws_nothing_that_a_later_one_holds() -> None:
    older, newer = messages_of(1, 5, frozenset("p")), messages_of(1, 9, frozenset("pq"))
    *records, marker = older
    assert held_after([*records, *newer, marker]) == {"p": (1, False, 9), "q": (1, False, 9)}
