"""Sport is told from other news."""

from __future__ import annotations

import pytest

from newswire.extract.events.sport import about_sport, played
from newswire.extract.language.model import load_model
from newswire.lexicon import rows
from newswire.records import Article
from tests.extract.lists import LEXICONS


def judge(text: str, **fields: object) -> bool:
    (parse,) = load_model("en_core_web_sm").parse([text])
    return about_sport(parse, Article(**{"id": "a", "body": text, **fields}), LEXICONS.sport)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "CURLING AND TENNIS - Results.\nVega 6 4 6, Oduya 4 6 2.",
        "The striker scored a goal in the second half of the match, and the league champions beat their rivals 2-0.",
    ],
)
def test_sport_is_known_by_its_words_or_by_the_slug_before_its_headline(text: str) -> None:
    assert judge(text)


@pytest.mark.parametrize(
    "text",
    [
        "The minister met the opposition on Monday.",
        "The race for the presidency is a game, said the champion of reform.",
        "",
    ],
)
def test_other_news_is_no_sport_even_with_a_word_of_it(text: str) -> None:
    assert not judge(text)


@pytest.mark.parametrize("subject", ["medtop:15000000", "15000000", "Sport", "sports"])
def test_a_subject_says_it_whatever_the_words(subject: str) -> None:
    assert judge("The minister met the opposition on Monday.", subjects=[subject])


def test_the_list_has_lemmas_and_marks_the_names_of_sports() -> None:
    table = rows("sport.tsv", 2)
    assert {kind for _, kind in table} == {"", "game", "stage", "margin"}
    assert all(word == word.lower() and " " not in word for word, _ in table)


@pytest.mark.parametrize(
    ("text", "verb", "expected"),
    [
        ("Peru were crushed by Chile in the semi-final.", "crushed", True),
        ("Kenya attacked boldly in the first innings.", "attacked", True),
        ("Nepal routed Oman by seven wickets.", "routed", True),
        ("Gunmen attacked a bus before the semi-final.", "attacked", False),
        ("The army crushed the rebels in the final days of the war.", "crushed", False),
        ("The club routed its rivals by the goal.", "routed", False),
    ],
)
def test_what_is_told_of_a_part_of_a_contest_or_by_its_margin_is_played(text: str, verb: str, expected: bool) -> None:
    (parse,) = load_model("en_core_web_sm").parse([text])
    assert played(parse, parse.words.index(verb), LEXICONS.sport) is expected
