import csv
from pathlib import Path

import pytest

from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.finding import find_quotes
from tests.extract.lists import LEXICONS

CASES = Path(__file__).parents[2] / "data" / "sayings.tsv"

# Of the sentences of the list so many have the right polarity; the parser is wrong on some of the rest.
LEAST = 0.9


def polarities(model: LanguageModel, text: str) -> set[str]:
    parse = model.parse([text])[0]
    quotes = find_quotes(parse, LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)
    return {quote.polarity for quote in quotes}


@pytest.mark.parametrize(
    "text",
    [
        "The agency did not say when the clashes took place.",
        "The mayor never said that the bridge was safe.",
        "Berg declined to say whether he would run again.",
        "None of the officers could say who had fired first.",
        "Berg left without saying why he had quit.",
        "The clerk then asked whether anyone else had left the hall.",
        "Did Berg say that the vote was rigged?",
    ],
)
def test_what_somebody_did_not_say_is_negated(model: LanguageModel, text: str) -> None:
    assert polarities(model, text) <= {"negated"}


@pytest.mark.parametrize(
    "text",
    [
        "Berg said that the bridge was not safe.",
        "“Who did this?” Ito asked on Monday.",
        "Ito did not deny that the ministry had known of it.",
        "Nobody was hurt, the ministry said.",
    ],
)
def test_what_somebody_said_is_affirmed(model: LanguageModel, text: str) -> None:
    assert polarities(model, text) == {"affirmed"}


def test_sentences_labelled_by_hand_have_the_right_polarity(model: LanguageModel) -> None:
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if not row[0].startswith("#")]
    right = [
        polarities(model, text) == {"affirmed"} if said == "said" else polarities(model, text) <= {"negated"}
        for said, text in rows
    ]
    assert len(rows) >= 100
    assert sum(right) >= LEAST * len(rows), [text for (_, text), ok in zip(rows, right, strict=True) if not ok]
