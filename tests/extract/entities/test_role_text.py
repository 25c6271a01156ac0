"""Words and names as the search for roles reads them."""

import pytest

from tests.extract.entities.handmade import parse_of, role_text


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("senators/NNS", "senator"),
        ("Sens./NNP", "Sen."),
        ("congressmen/JJ", "congressman"),
        ("secretaries/NNPS", "secretary"),
        ("coaches/NNS", "coach"),
        ("actress/NN", None),
        ("boss/NN", None),
        ("minister/NN", None),
    ],
)
def test_a_word_for_several_persons_has_a_singular(word: str, one: str | None) -> None:
    assert role_text(parse_of(word), {}).singular(0) == one


@pytest.mark.parametrize(("word", "noun"), [("screenwriter/VBP", True), ("neurosurgeon/RB", True), ("told/VBD", False)])
def test_a_word_for_a_person_is_a_noun_whatever_the_tagger_says(word: str, noun: bool) -> None:
    assert role_text(parse_of(word), {}).is_noun[0] is noun


def test_names_of_persons_are_counted_between_two_words() -> None:
    parse = parse_of("Kari/NNP Holm/NNP met/VBD Brandt/NNP and/CC Dahl/NNP")
    holm, brandt, dahl = range(2), range(3, 4), range(5, 6)
    text = role_text(parse, {token: span for span in (holm, brandt, dahl) for token in span})
    assert (text.persons_between(0, 6), text.persons_between(2, 5), text.persons_between(4, 5)) == (3, 1, 0)


def test_a_quotation_that_opens_parts_the_words_beside_it() -> None:
    text = role_text(parse_of("Holm/NNP said/VBD :/: \"/`` minister/NN \"/'' left/VBD"), {})
    assert text.is_parted_by_quote(0, 4)
    assert not text.is_parted_by_quote(0, 6)
