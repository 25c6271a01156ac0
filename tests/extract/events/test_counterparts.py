"""Who "the two countries" and "both leaders" are, in sentences of invented news."""

from __future__ import annotations

import pytest

from tests.extract.events.test_finding import events


def doers(text: str, kind: str) -> list[tuple[str | None, str | None]]:
    """Name and country of those who do what is told as an event of this type."""
    (event,) = (one for one in events(text) if one.type == kind)
    return [(party.name, party.country) for party in event.actors]


@pytest.mark.parametrize(
    ("text", "kind", "two"),
    [
        (
            "Belize and Guatemala have argued for a century. Maps abound. On Tuesday the two neighbours expelled a French firm.",
            "SANCTION",
            [("Belize", "BLZ"), ("Guatemala", "GTM")],
        ),
        (
            "Chad accused Sudan of arming rebels. Both countries expelled ambassadors on Friday.",
            "SANCTION",
            [("Chad", "TCD"), ("Sudan", "SDN")],
        ),
        (
            "The US launched an attack on Iran. The two countries condemned the plan.",
            "ACCUSE",
            [("United States", "USA"), ("Iran", "IRN")],
        ),
        (
            "President Maria Duarte met Prime Minister Ken Ito. The two leaders condemned the plan.",
            "ACCUSE",
            [("Maria Duarte", None), ("Ken Ito", None)],
        ),
    ],
)
def test_the_two_are_those_whom_the_text_has_named(text: str, kind: str, two: list[tuple[str, str | None]]) -> None:
    assert doers(text, kind) == two


@pytest.mark.parametrize(
    "text",
    [
        "Kenya, Uganda and Togo sent envoys to Nairobi. Both countries attacked Chad.",
        "Kenya sent an envoy to Nairobi. Both countries attacked rebels.",
        "Peru and Chile signed a pact. Rain fell. The sun shone. A dog barked. Both countries attacked rebels.",
        "Peru and Chile signed a pact. Two countries attacked rebels.",
        "Peru and Chile signed a pact. Both neighbours and rebels attacked a port.",
        "Peru urged Chile to wait after a trip to Togo. Both countries attacked rebels.",
        "A flight from Madrid to Lima was late. Both countries attacked rebels.",
        "Peru waited after a trip to Togo. Both countries attacked rebels.",
        "Nairobi praised Lima. Both countries attacked rebels.",
        "Reporters Anna Berg and Tom Holt told the story. The two leaders attacked rebels.",
        "Detectives Karl Roth and Jana Klein slept. Both men attacked rebels.",
    ],
    ids=[
        "three",
        "one",
        "long ago",
        "others",
        "and more",
        "a third, where something is",
        "towns passed",
        "a place",
        "towns",
        "reporters",
        "men",
    ],
)
def test_who_is_not_told_apart_has_neither_name_nor_country(text: str) -> None:
    assert set(doers(text, "ASSAULT")) == {(None, None)}


def test_each_of_the_two_stands_in_the_text_as_the_phrase() -> None:
    text = "Peru and Chile have a border. The two countries attacked rebels."
    (event,) = (one for one in events(text) if one.type == "ASSAULT")
    assert {party.text for party in event.actors} == {"The two countries"}
    assert len({party.entity for party in event.actors}) == 2


def test_who_does_something_to_the_two_is_none_of_them() -> None:
    (event,) = events("Kenya and Uganda trade. Denmark urged the two countries to sign a truce.")
    assert [party.name for party in event.recipients] == ["Kenya", "Uganda"]
