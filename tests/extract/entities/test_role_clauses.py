"""Which phrases verbs and other sentences offer for a person's role."""

from newswire.extract.document.parse import Parse
from newswire.extract.entities.role_clauses import Nominals, phrases_in_clauses
from tests.extract.entities.handmade import name, parse_of, role_text


def offered(parse: Parse, person: str, *others: str, number: int = 0) -> set[tuple[str, str]]:
    """Place and text of each phrase that the first mention of a person is offered."""
    spans = [range(n.first, n.last + 1) for n in (name(parse, each, "PER") for each in (person, *others))]
    persons = {token: span for span in spans for token in span}
    text = role_text(parse, persons)
    found = phrases_in_clauses(text, spans[0], number, Nominals(text))
    return {(each.place, parse.span_text(each.first, each.last)) for each in found}


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


def test_a_description_in_the_next_sentence_is_offered() -> None:
    parse = parse_of("Holm/NNP left/VBD ./.", "The/DT foreign/JJ minister/NN agreed/VBD ./.")
    assert offered(parse, "Holm") == {("described:later", "foreign minister")}


def test_a_description_that_names_its_bearer_is_nobody_elses() -> None:
    parse = parse_of("Holm/NNP left/VBD ./.", "The/DT minister/NN Brandt/NNP agreed/VBD ./.")
    assert offered(parse, "Holm", "Brandt") == set()


def test_several_in_the_sentence_before_are_offered_to_each_who_is_named_behind() -> None:
    parse = parse_of("Police/NNS freed/VBD two/CD teachers/NNS ./.", "Holm/NNP had/VBD been/VBN held/VBN ./.")
    assert ("described:earlier", "two teachers") in offered(parse, "Holm")


def test_a_description_in_the_sentence_before_is_offered_at_later_mentions_too() -> None:
    parse = parse_of("The/DT teacher/NN left/VBD ./.", "Holm/NNP had/VBD been/VBN held/VBN ./.")
    assert ("described:earlier", "teacher") in offered(parse, "Holm", number=3)


def test_whom_somebody_works_for_may_stand_in_front_of_a_description() -> None:
    parse = parse_of("Holm/NNP left/VBD ./.", "Brandt/NNP 's/POS lawyer/NN agreed/VBD ./.")
    assert ("described:later", "lawyer") in offered(parse, "Holm", "Brandt")


def test_a_description_may_lack_an_article() -> None:
    parse = parse_of("Holm/NNP taxed/VBD them/PRP while/IN minister/NN ./.")
    assert offered(parse, "Holm") == {("described:same", "minister")}
