"""What a text calls a person in other sentences than those that name him."""

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.entities.role_repeats import phrases_elsewhere
from tests.extract.entities.handmade import name, parse_of, role_text

HOLM = "Kari/NNP/compound/1 Holm/NNP/nsubj/2 left/VBD/ROOT/2 ././punct/2"
SPOKE = "The/DT/det/6 foreign/JJ/amod/6 minister/NN/nsubj/7 spoke/VBD/ROOT/7 ././punct/7"


def offered(parse: Parse, person: str, *others: str) -> set[tuple[str, str]]:
    """Place and text of each phrase that a person is offered; the others are somebody else."""
    spans = [range(n.first, n.last + 1) for n in (name(parse, each, "PER") for each in (person, *others))]
    text = role_text(parse, {token: span for span in spans for token in span})
    return {
        (each.found.place, parse.span_text(each.found.first, each.found.last))
        for each in phrases_elsewhere(text, spans[:1])
    }


def test_a_definite_noun_in_a_sentence_behind_is_offered() -> None:
    assert offered(parse_of(HOLM, SPOKE), "Kari Holm") == {("again", "foreign minister")}


def test_a_noun_behind_somebody_elses_name_is_not_offered() -> None:
    between = "Brandt/NNP/nsubj/5 stayed/VBD/ROOT/5 ././punct/5"
    behind = "The/DT/det/8 minister/NN/nsubj/9 spoke/VBD/ROOT/9"
    assert not offered(parse_of(HOLM, between, behind), "Kari Holm", "Brandt")


def test_a_noun_that_stands_beside_somebody_elses_name_is_not_offered() -> None:
    behind = "Later/RB/advmod/10 minister/NN/compound/10 Brandt/NNP/nsubj/10 spoke/VBD/ROOT/10"
    assert not offered(parse_of(HOLM, SPOKE, behind), "Kari Holm", "Brandt")


@pytest.mark.parametrize(
    "behind",
    [
        "A/DT/det/5 minister/NN/nsubj/6 spoke/VBD/ROOT/6",
        "The/DT/det/5 ministers/NNS/nsubj/6 spoke/VBD/ROOT/6",
        "The/DT/det/5 harbour/NN/nsubj/6 closed/VBD/ROOT/6",
        "The/DT/det/5 minister/NN/nsubj/6 said/VBD/ROOT/6 she/PRP/nsubj/8 left/VBD/ccomp/6",
        "The/DT/det/5 minister/NN/nsubj/8 who/WP/nsubj/7 left/VBD/relcl/5 spoke/VBD/ROOT/8",
        "They/PRP/nsubj/5 met/VBD/ROOT/5 the/DT/det/7 minister/NN/dobj/5",
    ],
)
def test_what_speaks_of_no_one_person_or_of_something_else_is_not_offered(behind: str) -> None:
    assert not offered(parse_of(HOLM, behind), "Kari Holm")


def test_a_noun_is_not_offered_to_somebody_of_whom_the_sentence_did_not_speak() -> None:
    met = "They/PRP/nsubj/1 met/VBD/ROOT/1 Holm/NNP/dobj/1 ././punct/1"
    assert not offered(parse_of(met, SPOKE), "Holm")


def test_a_noun_three_sentences_behind_is_not_offered() -> None:
    rained = "It/PRP/nsubj/5 rained/VBD/ROOT/5"
    snowed = "It/PRP/nsubj/7 snowed/VBD/ROOT/7"
    spoke = "The/DT/det/9 minister/NN/nsubj/10 spoke/VBD/ROOT/10"
    assert offered(parse_of(HOLM, rained, spoke.replace("9", "7").replace("10", "8")), "Kari Holm")
    assert not offered(parse_of(HOLM, rained, snowed, spoke), "Kari Holm")


def test_what_a_pronoun_is_said_to_be_is_offered() -> None:
    behind = "She/PRP/nsubj/5 is/VBZ/ROOT/5 a/DT/det/7 lawyer/NN/attr/5 ././punct/5"
    assert offered(parse_of(HOLM, behind), "Kari Holm") == {("again:is", "lawyer")}


def test_a_noun_that_is_named_in_the_next_sentence_is_offered() -> None:
    ahead = "A/DT/det/1 fisherman/NN/nsubj/2 drowned/VBD/ROOT/2 ././punct/2"
    behind = "Kari/NNP/compound/5 Holm/NNP/nsubj/6 fell/VBD/ROOT/6"
    assert offered(parse_of(ahead, behind), "Kari Holm") == {("announced", "fisherman")}


def test_a_noun_of_a_sentence_that_names_somebody_else_is_not_offered_to_who_is_named_next() -> None:
    ahead = "A/DT/det/1 fisherman/NN/nsubj/2 saw/VBD/ROOT/2 Brandt/NNP/dobj/2"
    behind = "Kari/NNP/compound/5 Holm/NNP/nsubj/6 fell/VBD/ROOT/6"
    assert not offered(parse_of(ahead, behind), "Kari Holm", "Brandt")
