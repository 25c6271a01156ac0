"""The ends of what is quoted."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.marks import quotations
from newswire.extract.quotes.spans import fitted, inside_marks, merged, quote_type, trimmed, worded

MARKED = st.text(alphabet=st.sampled_from("\"'“”‘’«»` \n.,:abS😀é"), max_size=40)
SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 10)).map(lambda span: (span[0], span[0] + span[1])))


def piece(text: str, part: str, cue: str = "", *, cut: tuple[bool, bool] = (False, False)) -> str:
    """What becomes of a part of a text as content, given its cue."""
    start, tag = text.index(part), text.index(cue) if cue else 0
    outer = [quotation for quotation in quotations(text) if not quotation.nested]
    first, last = fitted(text, start, start + len(part), cut, outer, (tag, tag + len(cue)))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "part", "fits"),
    [
        ("“We go now,” she said.", "“We go now,”", "We go now"),
        ("''We go now,'' she said.", "''We go now,''", "We go now"),
        ("He said that they go now.", "that they go now.", "that they go now"),
        ("He said: “They go now.”", "“They go now.", "They go now."),
        ("He said, that they go now.", ", that they go now", "that they go now"),
        ("He moved to the U.S.", "to the U.S.", "to the U.S."),
        ("LISBON (AP) - They go now, he said.", "LISBON (AP) - They go now", "They go now"),
        ("He said the plan “is dead,” she wrote.", "the plan “is dead", "the plan “is dead,”"),
    ],
)
def test_marks_commas_and_datelines_at_the_edges_are_no_part_of_it(text: str, part: str, fits: str) -> None:
    assert piece(text, part, "wrote" if "wrote" in text else "said" if "said" in text else "") == fits


def test_the_greater_part_of_a_quotation_means_all_of_it() -> None:
    text = "“We go now because the bus is leaving,” she said."
    assert piece(text, "now because the bus is leaving", "said") == "We go now because the bus is leaving"
    assert piece(text, "We go", "said") == "We go"
    assert piece(text, "We go", "said", cut=(False, True)) == "We go now because the bus is leaving"


@pytest.mark.parametrize(
    ("text", "type"),
    [("“We go now”", "direct"), ("they go now", "indirect"), ("they “go now”", "mixed")],
)
def test_the_share_of_letters_inside_marks_makes_the_type(text: str, type: str) -> None:
    spans = [(0, len(text))]
    assert quote_type(text, spans, inside_marks(spans, quotations(text))) == type


@given(SPANS)
def test_merged_spans_cover_the_same_characters_in_order(spans: list[tuple[int, int]]) -> None:
    result = merged(spans)
    assert all(before[1] < after[0] for before, after in pairwise(result))
    covered = {i for start, end in spans for i in range(start, end)}
    assert {i for start, end in result for i in range(start, end)} == covered


@given(MARKED, st.integers(0, 40), st.integers(0, 40))
def test_trimming_leaves_a_part_of_the_stretch(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(len(text), start + length)
    first, last = trimmed(text, start, end, quotations(text))
    assert first >= last or start <= first < last <= end


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["»"], False),
        (["42"], False),
        (["PHOTO]http://example.org/1.jpg"], False),
        (["Ruta", "Keller"], True),
        (["李", "强"], True),
    ],
)
def test_a_name_has_letters_and_is_no_address(words: list[str], told: bool) -> None:
    assert worded(words) is told
