"""The words beside names and inside them: the list and what a user adds to it."""

from dataclasses import fields
from pathlib import Path

import pytest

from newswire.errors import SettingsError
from newswire.extract.entities.name_words import NameWords

WORDS = NameWords.load()


@pytest.mark.parametrize("group", [field.name for field in fields(NameWords)])
def test_every_class_has_words(group: str) -> None:
    assert getattr(WORDS, group)


@pytest.mark.parametrize(
    "group", ["acronym_gaps", "affixes", "chance_endings", "company_nouns", "courtesies", "kin", "naming", "role_edges"]
)
def test_a_class_that_is_compared_without_capitals_has_none(group: str) -> None:
    assert not [word for word in getattr(WORDS, group) if word != word.lower()]


def test_a_public_service_has_two_words_and_what_its_last_one_says_is_no_body() -> None:
    for service in WORDS.public_services:
        _, noun = service.split(" ")
        assert noun not in WORDS.public_bodies


def test_a_users_word_is_added_to_its_class(tmp_path: Path) -> None:
    (tmp_path / "name_words.tsv").write_text("settlements\thamletlet\n", encoding="utf-8")
    words = NameWords.load(tmp_path)
    assert words.settlements == WORDS.settlements | {"hamletlet"}
    assert words.courtesies == WORDS.courtesies


def test_a_class_that_there_is_none_of_is_refused_with_the_file_and_those_that_there_are(tmp_path: Path) -> None:
    (tmp_path / "name_words.tsv").write_text("settlement\thamletlet\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"name_words\.tsv .*'settlement'") as error:
        NameWords.load(tmp_path)
    assert str(tmp_path) in str(error.value)
    assert "settlements" in error.value.remedy
