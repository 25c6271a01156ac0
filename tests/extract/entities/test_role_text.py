"""Words and names as the search for roles reads them."""

import pytest

from newswire.extract.entities.role_text import RoleText
from tests.extract.entities.handmade import GAZETTEER, parse_of, role_text


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
    assert role_text(parse_of(word), {}).is_noun(0) is noun


def test_nouns_within_reach_of_a_persons_name_are_told_with_where_that_begins() -> None:
    parse = parse_of("a/DT former/JJ minister/NN Kari/NNP Holm/NNP met/VBD lawyer/NN Brandt/NNP and/CC left/VBD")
    holm, brandt = range(3, 5), range(7, 8)
    text = role_text(parse, {token: span for span in (holm, brandt) for token in span})
    assert text.nouns_beside == {"minister": [3], "lawyer": [3, 7], "brandt": [3]}


def test_a_word_between_two_words_of_one_name_joins_them() -> None:
    parse = parse_of("Union/NNP of/IN Miners/NNPS and/CC Acme/NNP of/IN Oslo/NNP left/VBD")
    labels = dict.fromkeys((0, 1, 2, 4), "ORG") | {6: "GPE"}
    text = RoleText(parse, {}, labels, GAZETTEER)
    assert [token for token in range(len(parse)) if text.joins_name(token)] == [1]
