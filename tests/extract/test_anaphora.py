from collections import Counter
from importlib.resources import files
from pathlib import Path

from newswire.extract.anaphora import load_anaphora
from newswire.lexicon import rows
from tests.extract.lists import LEXICONS

# What a word of each class tells; nothing where the set holds the empty cell alone.
TOLD = {
    "pronoun": {"male", "female", "plural", "neuter", "first", "relative"},
    "gendered": {"male", "female"},
    "body": {"", "BUS", "GOV", "JRN", "PTY", "country"},
    "definite": {""},
}

# Classes of which a row tells nouns.
NOUNS = {"called", "short"}


def test_the_list_states_its_origin_and_has_known_classes_and_no_row_twice() -> None:
    text = (files("newswire.lexicon") / "coreference.tsv").read_text(encoding="utf-8")
    assert any("Origin: " in line for line in text.splitlines() if line[:1] == "#")
    found = rows("coreference.tsv", 3)
    told = {group: {each for name, _, each in found if name == group} for group, _, _ in found}
    assert told.keys() == TOLD.keys() | NOUNS
    assert {group: each for group, each in told.items() if group not in NOUNS} == TOLD
    assert all(each for group in NOUNS for each in told[group])
    assert not [words for words, count in Counter(row[:2] for row in found).items() if count > 1]


def test_a_users_words_are_added(tmp_path: Path) -> None:
    (tmp_path / "coreference.tsv").write_text("body\tstart-up\tBUS\ngendered\tstateswoman\tfemale\n", encoding="utf-8")
    anaphora = load_anaphora(tmp_path)
    assert anaphora.bodies["start-up"] == "BUS"
    assert anaphora.gendered["stateswoman"] == "female"
    assert anaphora.pronouns == LEXICONS.anaphora.pronouns


def test_nouns_are_related_both_ways() -> None:
    anaphora = LEXICONS.anaphora
    assert "senator" in anaphora.narrower["lawmaker"]
    assert "lawmaker" in anaphora.broader["senator"]
    assert not any(word in words for word, words in anaphora.narrower.items())


def test_titles_that_are_written_short_have_their_noun() -> None:
    assert LEXICONS.anaphora.short["gov."] == "governor"
