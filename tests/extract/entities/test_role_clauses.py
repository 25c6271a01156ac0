"""Which phrases verbs offer for a person's role."""

from newswire.extract.document.parse import Parse
from newswire.extract.entities.role_clauses import phrases_by_verbs
from tests.extract.entities.handmade import name, parse_of, role_text


def offered(parse: Parse, person: str, *others: str) -> set[tuple[str, str]]:
    """Place and text of each phrase that the mention of a person is offered."""
    spans = [range(n.first, n.last + 1) for n in (name(parse, each, "PER") for each in (person, *others))]
    text = role_text(parse, {token: span for span in spans for token in span})
    return {(each.place, parse.span_text(each.first, each.last)) for each in phrases_by_verbs(text, spans[0])}


def test_what_a_verb_makes_of_its_subject_is_offered() -> None:
    parse = parse_of("Holm/NNP/nsubjpass/2 was/VBD/auxpass/2 elected/VBN/ROOT/2 mayor/NN/oprd/2 ././punct/2")
    assert ("subject", "mayor") in offered(parse, "Holm")


def test_what_a_verb_makes_of_its_object_is_offered() -> None:
    parse = parse_of(
        "They/PRP/nsubj/1 named/VBD/ROOT/1 Holm/NNP/dobj/1 as/IN/prep/1 envoy/NN/pobj/3 to/IN/prep/4 Chad/NNP/pobj/5 ././punct/1"
    )
    assert {("object:as", "envoy"), ("object:as", "envoy to Chad")} <= offered(parse, "Holm")


def test_what_a_relative_clause_says_that_somebody_will_be_is_offered() -> None:
    parse = parse_of(
        "Holm/NNP/nsubj/9 ,/,/punct/0 who/WP/nsubj/4 will/MD/aux/4 become/VB/relcl/0 the/DT/det/7 next/JJ/amod/7 "
        "mayor/NN/attr/4 ,/,/punct/0 left/VBD/ROOT/9"
    )
    assert ("relative", "next mayor") in offered(parse, "Holm")


def test_the_subject_of_which_a_name_is_the_predicate_is_offered() -> None:
    parse = parse_of("The/DT/det/2 first/JJ/amod/2 mayor/NN/nsubj/3 was/VBD/ROOT/3 Holm/NNP/attr/3 ././punct/3")
    assert ("inverted", "first mayor") in offered(parse, "Holm")


def test_what_a_verb_makes_of_several_is_offered_to_each() -> None:
    parse = parse_of(
        "Holm/NNP/nsubj/3 and/CC/cc/0 Brandt/NNP/conj/0 are/VBP/ROOT/3 the/DT/det/5 ministers/NNS/attr/3 ././punct/3"
    )
    assert ("subject", "ministers") in offered(parse, "Brandt", "Holm")


def test_what_a_verb_makes_of_several_is_offered_to_the_first_too_when_it_hangs_on_the_last() -> None:
    parse = parse_of(
        "Holm/NNP/nmod/2 and/CC/cc/0 Brandt/NNP/nsubj/3 are/VBP/ROOT/3 the/DT/det/5 ministers/NNS/attr/3 ././punct/3"
    )
    assert ("subject", "ministers") in offered(parse, "Holm", "Brandt")
