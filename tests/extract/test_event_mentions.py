"""Which mentions tell one event again, and the id that they share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newswire.extract import Extractor
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.event_mentions import Ends, Mention, distinct_events, together, told_traits
from newswire.records import Article, Event

ARMY, REBELS, POLICE = Ends(frozenset(["army"])), Ends(frozenset(["rebels"])), Ends(frozenset(["police"]))


def mention(kind: str = "ASSAULT", actors: Ends = ARMY, recipients: Ends = REBELS, sentence: int = 0) -> Mention:
    return Mention(
        type=kind,
        roots=frozenset(["shell"]),
        actors=actors,
        recipients=recipients,
        statuses=frozenset([("affirmed", "actual")]),
        dates=frozenset(),
        first=sentence,
        sentence=sentence,
        words=frozenset(["shell", "villa", "night"]),
    )


def agreement(one: Mention, two: Mention) -> tuple[str, ...]:
    return tuple(trait for trait in told_traits(one, two) if trait.split()[0] in ("actors", "recipients"))


def test_the_same_told_again_is_one_event_and_another_type_is_another() -> None:
    assert distinct_events([mention(), mention("AID"), mention(sentence=3)]) == [0, 1, 0]


def test_the_same_deed_between_others_is_another_event() -> None:
    others = mention(actors=POLICE, recipients=Ends(frozenset(["miners"])), sentence=5)
    assert distinct_events([mention(), others]) == [0, 1]


def test_a_mention_without_a_doer_may_tell_an_event_that_has_one() -> None:
    again = replace(mention(actors=Ends(), sentence=2), known=True)
    assert distinct_events([mention(), again]) == [0, 0]


def test_what_happened_on_another_day_is_another_event() -> None:
    first, second = (
        replace(mention(sentence=at), dates=frozenset([day])) for at, day in ((0, "2024-05-13"), (3, "2024-05-16"))
    )
    assert distinct_events([first, second]) == [0, 1]
    assert distinct_events([first, replace(second, dates=frozenset(["2024-05"]))]) == [0, 0]


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (ARMY, ARMY, "name"),
        (ARMY, Ends(), "open"),
        (ARMY, Ends(frozenset(["the Chadian army"])), "word"),
        (ARMY, POLICE, "untold"),
        (Ends(ARMY.names, frozenset(["TCD"])), Ends(POLICE.names, frozenset(["TCD"])), "country"),
        (Ends(ARMY.names, frozenset(["TCD"])), Ends(POLICE.names, frozenset(["NER"])), "differ"),
    ],
)
def test_sides_agree_by_name_then_by_country_then_by_a_word(one: Ends, two: Ends, expected: str) -> None:
    assert agreement(mention(actors=one), mention(actors=two))[0] == f"actors {expected}"


def test_the_sides_of_a_meeting_may_be_turned() -> None:
    met = mention("CONSULT", ARMY, REBELS)
    assert agreement(mention("CONSULT", REBELS, ARMY), met) == ("actors name", "recipients name")
    assert agreement(mention("ACCUSE", REBELS, ARMY), replace(met, type="ACCUSE")) == (
        "actors untold",
        "recipients untold",
    )


def test_an_event_gathers_what_its_mentions_tell() -> None:
    whole = together(mention(recipients=Ends()), mention(actors=POLICE, sentence=4))
    assert (whole.actors, whole.recipients) == (Ends(frozenset(["army", "police"])), REBELS)
    assert (whole.first, whole.sentence) == (0, 4)


def test_without_evidence_every_mention_is_an_event_of_its_own() -> None:
    assert distinct_events([mention(), mention()], ChoiceModel({"new": 1.0})) == [0, 1]


LEAD = "Chad's army attacked Nigerian rebels near Lake Fitri on Monday."
BODY = (
    "The rebels had burned a market. Peru's president met Bolivia's foreign minister in Lima.\n"
    "Chad's army attacked the Nigerian rebels again, a witness said."
)


def events(body: str) -> list[Event]:
    (extraction,) = Extractor().extract([Article(id="a", body=body, published="2024-05-16T12:00:00Z")])
    return extraction.events


def attacks(body: str) -> list[Event]:
    return [event for event in events(body) if event.type == "ASSAULT" and "army" in event.actors[0].text]


def test_records_of_one_event_share_the_id_of_the_first_and_others_do_not() -> None:
    first, second = attacks(f"{LEAD}\n{BODY}")
    assert first.event == first.id == second.event != second.id
    (met,) = [event for event in events(f"{LEAD}\n{BODY}") if event.type == "CONSULT"]
    assert met.event == met.id


def test_the_id_stays_in_a_version_that_tells_the_event_once_more() -> None:
    (before,) = attacks(LEAD)
    assert {event.event for event in attacks(f"{LEAD}\n{BODY}")} == {before.event}
