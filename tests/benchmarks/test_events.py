"""The scorer of events, on invented sentences."""

from __future__ import annotations

from benchmarks.counts import Counts, Rate, Share
from benchmarks.events import score_record, score_sentence, score_story
from newswire.records import Actor, Event, Evidence, Predicate
from training.corpora import CodedSentence, MarkedSentence


def end(country: str | None, start: int = 0) -> Actor:
    return Actor(start=start, end=start + 5, text="-----", country=country)


def event(type: str, actors: list[Actor], recipients: list[Actor]) -> Event:
    return Event(
        id="e",
        type=type,
        quad=1,
        predicate=Predicate(start=10, end=15, text="-----", lemma="-"),
        actors=actors,
        recipients=recipients,
        evidence=Evidence(0, 30),
    )


def record(type: str, actors: str = "", recipients: str = "") -> CodedSentence:
    return CodedSentence("r", "", type, frozenset(actors.split()), frozenset(recipients.split()))


def levels(gold: CodedSentence, *events: Event) -> list[int]:
    """How many are right at the levels type, type and actor, full."""
    figures = score_record(gold, events)
    assert all(figure[1:] == (len(events), 1) for figure in figures.values())
    return [figure[0] for figure in figures.values()]


def test_a_record_is_right_by_type_then_actor_then_recipient() -> None:
    gold = record("ACCUSE", "NOR", "SWE")
    assert levels(gold, event("ACCUSE", [end("NOR")], [end("SWE")])) == [1, 1, 1]
    assert levels(gold, event("ACCUSE", [end("NOR")], [end("DNK")])) == [1, 1, 0]
    assert levels(gold, event("ACCUSE", [end("DNK")], [end("SWE")])) == [1, 0, 0]
    assert levels(gold, event("REJECT", [end("NOR")], [end("SWE")])) == [0, 0, 0]
    assert levels(gold) == [0, 0, 0]


def test_a_side_without_a_country_in_the_record_is_right() -> None:
    assert levels(record("ACCUSE", "NOR"), event("ACCUSE", [end("NOR")], [])) == [1, 1, 1]
    assert levels(record("ACCUSE"), event("ACCUSE", [end(None)], [])) == [1, 1, 1]


def test_the_sides_of_symmetric_events_may_be_swapped_and_those_of_others_not() -> None:
    swapped = [end("SWE")], [end("NOR")]
    assert levels(record("CONSULT", "NOR", "SWE"), event("CONSULT", *swapped)) == [1, 1, 1]
    assert levels(record("ACCUSE", "NOR", "SWE"), event("ACCUSE", *swapped)) == [1, 0, 0]


def test_further_events_cost_precision() -> None:
    right = event("ACCUSE", [end("NOR")], [end("SWE")])
    assert score_record(record("ACCUSE", "NOR", "SWE"), [right, right, right])["full"] == Counts(1, 3, 1)


MARKED = MarkedSentence("s", "", (0, 5), (20, 25), "YIELD")
AT_BOTH = [end(None, 0)], [end(None, 20)]


def test_a_sentence_is_right_by_root_and_by_ends() -> None:
    figures = score_sentence(MARKED, [event("RETREAT", *AT_BOTH)])
    assert figures == {
        "right root and ends": Share(1, 1),
        "right root": Share(1, 1),
        "right ends": Share(1, 1),
        "found": Share(1, 1),
        "events a sentence": Rate(1, 1),
    }


def test_the_event_that_touches_most_of_the_marked_ends_is_judged() -> None:
    elsewhere = event("CONCEDE", [end(None, 40)], [end(None, 50)])
    figures = score_sentence(MARKED, [elsewhere, event("AID", *AT_BOTH)])
    assert figures["right ends"] == Share(1, 1)
    assert figures["right root"] == figures["right root and ends"] == Share(0, 1)
    assert figures["events a sentence"] == Rate(2, 1)
    assert score_sentence(MARKED, [elsewhere])["right root"] == Share(1, 1)


def test_a_sentence_without_events_is_wrong() -> None:
    assert all(figure[0] == 0 and figure[1] == 1 for figure in score_sentence(MARKED, []).values())


def test_events_of_a_story_without_any_are_counted() -> None:
    assert score_story([event("AID", *AT_BOTH)]) == {"events a story": Rate(1, 1)}
