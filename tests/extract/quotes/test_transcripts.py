"""Turns of conversations that a label begins, and lists that look like them."""

import pytest

from newswire.extract.language.model import LanguageModel
from tests.extract.quoting import drafts, parsed, quotes

HEARING = (
    "A part of the hearing was read out.\n\n"
    "Marta Olsen (South Bank): When did the company learn of the crack?\n\n"
    "JANSEN: We learned of it in March. The mayor said it was small.\n\n"
    "Olsen: And nobody was told?\n\n"
    "The hearing goes on today."
)


def test_a_turn_of_a_conversation_is_a_quote_by_whom_its_label_names(model: LanguageModel) -> None:
    assert quotes(model, HEARING) == [
        ("direct", "Marta Olsen", "When did the company learn of the crack?"),
        ("direct", "JANSEN", "We learned of it in March. The mayor said it was small."),
        ("direct", "Olsen", "And nobody was told?"),
    ]


def test_the_colon_is_the_cue_and_the_words_are_verbatim(model: LanguageModel) -> None:
    for draft in drafts(parsed(model, HEARING)):
        assert draft.cue is not None
        assert HEARING[draft.cue[0] : draft.cue[1]] == ":"
        assert draft.verbatim == draft.spans


def test_letters_may_be_labels(model: LanguageModel) -> None:
    text = "Q: What did you see?\n\nA: I saw two boats.\n\nQ1: Where were you?\n\nA1: At the pier."
    assert [source for _, source, _ in quotes(model, text)] == ["Q", "A", "Q1", "A1"]


def test_two_turns_are_enough_if_somebody_asks(model: LanguageModel) -> None:
    asked = "Marta Olsen met the press.\n\nReporter: Will you rebuild it?\n\nOlsen: I would not know how."
    assert len(quotes(model, asked)) == 2
    assert not any(kind == "direct" for kind, _, _ in quotes(model, asked.replace("?", ".")))


@pytest.mark.parametrize(
    "text",
    [
        "Price: 40 kroner\n\nPlace: the old harbour hall\n\nTickets: write to us\n\nPrice: 20 kroner for children",
        "Olsen: I would not know how.\n\nOlsen: Should you ask me again?",
        "Venue: Call us\n\nTime: Can I come late?\n\nVenue: We are in the old hall",
        "Oslo: Are you ready?\n\nBergen: We expect rain\n\nOslo: Take your umbrella",
        "Olsen: 40 votes\n\nJansen: 32 votes\n\nOlsen: 11 seats\n\nJansen: 9 seats",
    ],
)
def test_facts_and_figures_are_no_conversation(model: LanguageModel, text: str) -> None:
    assert not any(kind == "direct" for kind, _, _ in quotes(model, text))


def test_turns_far_apart_are_no_conversation(model: LanguageModel) -> None:
    between = "\n\n".join(["", *["The hall was cold."] * 4, ""])
    text = f"Reporter: Will you rebuild it?{between}Olsen: I would not know how."
    assert not any(kind == "direct" for kind, _, _ in quotes(model, text))


def test_a_quotation_behind_a_label_is_one_as_any_other(model: LanguageModel) -> None:
    text = "Olsen: “I would not know how to build it.”\n\nReporter: Will you ask?\n\nOlsen: I will."
    assert ("direct", "Olsen", "I would not know how to build it.") in quotes(model, text)
