"""Conditions on records."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import SettingsError
from newswire.records import EventRecord, Extraction, QuoteRecord
from newswire.subscribe.conditions import parse, parse_all

QUOTE: dict[str, Any] = {
    "type": "direct",
    "text": "We will not wait",
    "confidence": 0.9,
    "speaker": {"name": "Maria da Silva", "mention": {"text": "she"}, "anonymous": False, "role": None},
    "cue": None,
    "continues": None,
    "article": {"version": 3, "source": "Harbour Wire"},
    "actors": [{"name": "Norway", "country": "NOR"}, {"name": None, "text": "the miners", "country": None}],
    "recipients": [],
}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("type=direct", True),
        ("type = DIRECT", True),
        ("type=dir", False),
        ("type!=indirect", True),
        ("type!=direct", False),
        ("text~not WAIT", True),
        ("text~nothing", False),
        ("speaker=Maria da Silva", True),
        ("speaker=silva", True),
        ("speaker=da Silva", True),
        ("speaker=Sil", False),
        ("speaker~Sil", True),
        ("speaker=", False),
        ("speaker!=Silva", False),
        ("speaker!=Okafor", True),
        ("speaker.anonymous=false", True),
        ("speaker.role=null", True),
        ("cue=null", True),
        ("cue!=null", False),
        ("cue.lemma=say", False),
        ("cue.lemma!=say", True),
        ("article.version=3", True),
        ("article.version=3.0", True),
        ("article.version=three", False),
        ("confidence=0.9", True),
        ("confidence>=0.9", True),
        ("confidence >= 0.91", False),
        ("confidence<=0.9", True),
        ("confidence<=.89", False),
        ("article.version>=2", True),
        ("article.version<=2", False),
        ("speaker.anonymous>=0", False),
        ("speaker.role>=0", False),
        ("text>=0", False),
        ("article.source~wire", True),
        ("actors.country=NOR", True),
        ("actors.country=SWE", False),
        ("actors.country!=NOR", False),
        ("actors=miners", True),
        ("actors=Norway", True),
        ("recipients=Norway", False),
        ("recipients.country=USA", False),
        ("sentiment=good", False),
        ("sentiment!=good", False),
    ],
)
def test_a_condition_holds_or_not(condition: str, holds: bool) -> None:
    assert parse(condition, []).holds(QUOTE) is holds


def test_a_speaker_without_a_name_is_known_by_the_phrase_that_stands_there() -> None:
    quote = {"speaker": {"name": None, "mention": {"text": "a senior official"}}}
    assert parse("speaker=official", []).holds(quote)


def test_fields_that_no_record_of_the_topics_has_are_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="no field speeker") as caught:
        parse("speeker=Blinken", [QuoteRecord])
    assert "speaker" in caught.value.remedy
    with pytest.raises(SettingsError):
        parse("speaker.nam=x", [QuoteRecord])


@pytest.mark.parametrize(
    ("condition", "struct"),
    [
        ("speaker.mention.text=he", QuoteRecord),
        ("article.id=x", QuoteRecord),
        ("actors.country=USA", EventRecord),
        ("quotes.speaker.name~x", Extraction),
    ],
)
def test_inner_fields_are_found_through_lists_and_absent_values(condition: str, struct: type[Any]) -> None:
    assert parse(condition, [struct])


@pytest.mark.parametrize("text", ["", "speaker", "=x", "sp eaker=x", "speaker>3"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="is not a condition"):
        parse(text, [])


@pytest.mark.parametrize("text", ["confidence>=high", "confidence<=", "confidence>=nan", "confidence>=0,8"])
def test_a_number_is_compared_with_a_number_only(text: str) -> None:
    with pytest.raises(SettingsError, match="is not a number") as caught:
        parse(text, [QuoteRecord])
    assert "confidence>=0.8" in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("speaker=Blinken and confidence>=0.8", ["Blinken", "0.8"]),
        ("text~war and peace", ["war and peace"]),
        ("text~war and peace AND type = direct", ["war and peace", "direct"]),
        ("speaker=Sand and Sons and type!=indirect", ["Sand and Sons", "indirect"]),
    ],
)
def test_and_joins_conditions_and_may_stand_in_a_value(text: str, values: list[str]) -> None:
    assert [condition.value for condition in parse_all(text, [QuoteRecord])] == values


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "text", "id", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(value=JSON, wanted=st.text(max_size=5), operator=st.sampled_from(["=", "!=", "~"]))
def test_any_value_is_compared_without_an_error_and_unequal_is_the_opposite_of_equal(
    value: Any, wanted: str, operator: str
) -> None:
    record = {"a": value}
    condition = parse(f"a{operator}{wanted}", [])
    assert condition.holds(record) in (True, False)
    assert parse(f"a={wanted}", []).holds(record) != parse(f"a!={wanted}", []).holds(record) or value == []
