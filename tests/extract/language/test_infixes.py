"""A closing mark is a word of its own, also where the space behind it is missing."""

import pytest

from newswire.extract.language.model import LanguageModel


@pytest.mark.parametrize("stop", [",", ".", "!", "?"])
@pytest.mark.parametrize("mark", ['"', "”"])
def test_what_is_quoted_ends_before_a_tag_without_a_space(model: LanguageModel, stop: str, mark: str) -> None:
    (parse,) = model.parse([f"“We lost two boats in the storm{stop}{mark}Kinnear said."])
    assert list(parse.words)[-6:] == ["storm", stop, "”", "Kinnear", "said", "."]


def test_a_mark_inside_a_word_parts_nothing(model: LanguageModel) -> None:
    (parse,) = model.parse(["The so-called “anti”-war party lost."])
    assert "anti”-war" in parse.words
