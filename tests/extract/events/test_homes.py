"""Of which country those are whom a text names by a common noun alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from newswire.extract.events.homes import HOME_FEATURES, Countries, homeless, homes
from newswire.extract.events.parties import Party
from newswire.extract.events.predictions import load_event_networks
from tests.extract.handmade import handmade

VISIT = """
Togo      NNP  nsubj  thanked
thanked   VBD  ROOT   thanked  thank
Ghana     NNP  dobj   thanked
"""
ARREST = """
Togolese  JJ   amod   police
police    NNS  nsubj  arrested
arrested  VBD  ROOT   arrested  arrest
ten       CD   dobj   arrested
"""
RAID = """
The       DT   det    police
police    NNS  nsubj  searched
searched  VBD  ROOT   searched  search
a         DT   det    club
club      NN   dobj   searched
"""
PARSE = handmade(VISIT, ARREST, RAID)
KNOWN = {
    0: Party(0, 0, 0, country="TGO", sector="GOV"),
    2: Party(2, 2, 2, country="GHA", sector="GOV"),
    4: Party(4, 3, 4, country="TGO", sector="COP"),
    8: Party(8, 7, 8, sector="COP"),
}


def column(name: str) -> list[float]:
    rows: list[float] = Countries(PARSE, KNOWN).candidates(8)[:, HOME_FEATURES.index(name)].tolist()
    return rows


def only_asks(name: str) -> dict[str, Any]:
    """A forest that likes a candidate by one feature alone."""
    return {
        "homes.trait": np.array([[HOME_FEATURES.index(name)]]),
        "homes.above": np.array([[0.5]], np.float32),
        "homes.leaf": np.array([[0.0, 5.0]], np.float32),
        "homes.bias": np.float32(0),
    }


def test_the_countries_of_the_text_are_candidates_the_commonest_first_and_no_country_is_one() -> None:
    assert Countries(PARSE, KNOWN).likely == ["TGO", "GHA"]
    assert column("none") == [1, 0, 0]
    assert Countries(PARSE, KNOWN).candidates(8).shape == (3, len(HOME_FEATURES))


def test_the_country_of_the_same_noun_elsewhere_is_told() -> None:
    assert column("same noun") == [-1, 1, 0]
    assert column("same sector") == [-1, 1, 0]


def test_what_the_text_names_later_does_not_count_as_named_before() -> None:
    later = KNOWN | {11: Party(11, 10, 11, country="GHA")}
    rows = Countries(PARSE, later).candidates(8)
    before = rows[:, HOME_FEATURES.index("share before")].tolist()
    assert np.allclose(before, [-1, 0.667, 0.333])


def test_a_party_gets_the_country_that_the_forest_is_sure_of() -> None:
    assert homes(only_asks("same noun"), PARSE, KNOWN, [8]) == {8: "TGO"}


def test_no_country_is_given_where_the_forest_is_not_sure_or_prefers_none() -> None:
    assert homes(only_asks("definite"), PARSE, KNOWN, [8]) == {}
    assert homes(only_asks("none"), PARSE, KNOWN, [8]) == {}


def test_who_has_a_country_or_a_name_gets_no_other() -> None:
    named = KNOWN | {8: replace(KNOWN[8], entity=3)}
    assert not homeless(named[8])
    assert homes(only_asks("same noun"), PARSE, named, [0, 2, 8]) == {}


def test_those_of_a_body_of_many_countries_get_none() -> None:
    named = KNOWN | {8: replace(KNOWN[8], international=True)}
    assert homes(only_asks("same noun"), PARSE, KNOWN, [8]) != {}
    assert homes(only_asks("same noun"), PARSE, named, [8]) == {}


def test_a_text_without_countries_gives_none() -> None:
    nowhere = {8: KNOWN[8]}
    assert homes(only_asks("same noun"), PARSE, nowhere, [8]) == {}


def test_the_weights_of_the_package_give_the_police_of_a_story_their_country() -> None:
    assert load_event_networks().homes(PARSE, KNOWN, [8]) == {8: "TGO"}
