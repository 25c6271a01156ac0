"""How speakers of labelled quotes are judged."""

from __future__ import annotations

import pytest

from benchmarks.counts import Share
from benchmarks.extractions import Extracted, Head
from benchmarks.speakers import Judged, judged, table
from newswire.extract import Extractor
from newswire.records import Article
from training.corpora import LabelledQuote, LabelledSource, SpeakerArticle

BODY = "Mina Holt runs the port. She said the cranes would stay. “We need them,” an engineer said."


@pytest.fixture(scope="module")
def text() -> Extracted:
    (found,) = Extractor().extract([Article(id="ww-1", body=BODY, language="en")])
    return Extracted(Head("ww-1"), found.entities, found.quotes, found.events)


def quote(words: str, source: str | None, speaker: str | None = None, description: str | None = None) -> LabelledQuote:
    start = BODY.index(words)
    place = LabelledSource(BODY.index(source), BODY.index(source) + len(source)) if source else None
    return LabelledQuote(start, start + len(words), place, speaker, description)


def judgement(text: Extracted, *quotes: LabelledQuote) -> list[tuple[str, str, bool]]:
    article = SpeakerArticle("ww-1", BODY, quotes=quotes)
    return [(one.region, one.source, one.right) for one in judged(article, text)]


def test_a_pronoun_is_right_if_the_record_has_the_name_that_it_stands_for(text: Extracted) -> None:
    found = judgement(text, quote("the cranes would stay", "She", "Mina Holt"), quote("the cranes", "She", "Ada Berg"))
    assert found == [("Worldwide", "pronoun", True), ("Worldwide", "pronoun", False)]


def test_somebody_without_a_name_is_right_if_the_words_agree(text: Extracted) -> None:
    engineer = quote("We need them", "an engineer", description="an engineer")
    sailor = quote("We need them", "an engineer", description="a sailor")
    assert [right for _, _, right in judgement(text, engineer, sailor)] == [True, False]


def test_what_somebody_did_not_say_is_not_judged(text: Extracted) -> None:
    start = BODY.index("the cranes")
    assert judgement(text, LabelledQuote(start, start + 10, None, "Mina Holt", not_said=True)) == []


def test_quotes_that_no_record_covers_are_not_judged(text: Extracted) -> None:
    assert judgement(text, quote("runs the port", None, "Mina Holt")) == []


def test_rows_of_confidence_begin_at_their_bounds() -> None:
    found = [Judged("BBC", "named", confidence, confidence > 0.6) for confidence in (0.49, 0.5, 0.7, 0.95)]
    assert table(found, "confidence") == {
        "below 0.5": Share(0, 1),
        "from 0.5 on": Share(0, 1),
        "from 0.7 on": Share(1, 1),
        "from 0.9 on": Share(1, 1),
    }
