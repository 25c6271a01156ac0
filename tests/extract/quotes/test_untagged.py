"""Quotations without a cue of their own: whose they are."""

from __future__ import annotations

import pytest

from newswire.extract.language.model import LanguageModel
from tests.extract.quoting import drafts as drafts_of
from tests.extract.quoting import parsed, quotes


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (
            "“The harvest is on the table,” Mr. Haddad said on Sunday night at the gala of the farmers' union in Tunis, where "
            "Mrs. Benali also spoke. “Water is on the table. Bread is on the table.”",
            "Mr. Haddad",
        ),
        (
            "“We are going to win this town back,” added his deputy Nils Berg, talking to a local station after the mayor "
            "spoke. “We have a plan. It is not a simple plan.”",
            "his deputy Nils Berg",
        ),
        (
            "It came as a surprise to some old prosecutors, too. “When I heard him, I thought for sure he would either say "
            "nothing or press charges,” said Rudi Holm, the former mayor of Oslo who made his name in the 1980s. “No "
            "reasonable prosecutor would keep this case from a jury.”",
            "Rudi Holm, the former mayor of Oslo who made his name in the 1980s",
        ),
    ],
)
def test_what_stands_behind_the_sentence_of_a_tag_is_said_by_whom_the_tag_names(
    model: LanguageModel, text: str, source: str
) -> None:
    (tagged,) = [quote for quote in quotes(model, text) if quote[0] == "direct"]
    assert tagged[:2] == ("direct", source)
    assert tagged[2].count(" … ") == 1


def test_a_second_tag_in_a_sentence_keeps_its_words_and_another_speaker_hers(model: LanguageModel) -> None:
    said = quotes(model, "“The harvest is lost,” Haddad said, adding, “Nobody will pay us for it.”")
    assert [quote[2] for quote in said] == ["The harvest is lost", "Nobody will pay us for it."]
    said = quotes(model, "“The harvest is lost,” Haddad said. “Nobody will pay us for it,” Benali said.")
    assert [quote[1:] for quote in said] == [("Haddad", "The harvest is lost"), ("Benali", "Nobody will pay us for it")]


def test_each_paragraph_of_a_long_quotation_is_a_quote_that_continues_the_one_before(model: LanguageModel) -> None:
    text = (
        "“The harbour will stay open all winter,” Ms. Keller said. “We have the ships and the people for it.\n\n"
        "“Nobody in this town wants to see the cranes stand still for half a year.”"
    )
    first, second = drafts_of(parsed(model, text))
    assert second.continues == 0
    assert second.inherits
    assert second.source == first.source
    assert second.cue is None


def test_the_last_paragraph_of_a_speech_is_a_quote_however_short_it_is(model: LanguageModel) -> None:
    text = "The mayor told us this:\n\n“We have lost the harbour, and we have lost the mill.\n\n“(Applause.)\n\n“Thank you all.”"
    assert quotes(model, text) == [
        ("direct", "The mayor", "We have lost the harbour, and we have lost the mill."),
        ("direct", "The mayor", "Thank you all."),
    ]


def test_a_quotation_without_a_tag_takes_the_source_of_the_quote_before_and_continues_it(model: LanguageModel) -> None:
    text = (
        "“The harbour will stay open all winter,” Ms. Keller said on Monday.\n\n"
        "“The ice was never as thick as people like to think.”"
    )
    first, second = drafts_of(parsed(model, text))
    assert second.inherits
    assert second.source == first.source
    assert second.continues == 0


def test_a_quotation_behind_what_is_reported_takes_its_source_but_continues_nothing(model: LanguageModel) -> None:
    text = "Ms. Keller said the harbour would stay open all winter.\n\n“The ice was never as thick as people like to think.”"
    first, second = drafts_of(parsed(model, text))
    assert second.source == first.source
    assert second.continues is None


def test_nobody_is_the_source_of_a_quotation_that_stands_apart_from_every_tag(model: LanguageModel) -> None:
    text = (
        "“The harbour will stay open all winter,” Ms. Keller said.\n\n"
        "Outside, some forty people had gathered in the rain with banners and a drum. "
        "“The ice was never as thick as people like to think.”"
    )
    second = drafts_of(parsed(model, text))[-1]
    assert second.type == "direct"
    assert second.source is None
    assert not second.inherits
    assert second.continues is None


def test_a_quotation_behind_one_of_nobody_is_nobodys_and_no_surer(model: LanguageModel) -> None:
    text = (
        "“The harbour will stay open for all of the winter.”\n\n“The ice was never as thick as people like to think.”"
    )
    first, second = drafts_of(parsed(model, text))
    assert second.source is None
    assert not second.inherits
    assert second.confidence == first.confidence


# A paragraph that is a quote: what stands before it would be found, too, if it were one.
SAID = "\n\n“The ice was never as thick as people think,” Ms. Keller said."
ONLY = [("direct", "Ms. Keller", "The ice was never as thick as people think")]


def test_a_title_in_marks_is_no_quote(model: LanguageModel) -> None:
    text = (
        "Mr. Brandt, who had parts in “The Night the Ferry Never Came Home” and in “Who Stole the Captain When the Harbour "
        "Was Closed,” lives near the harbour."
    )
    assert quotes(model, text + SAID) == ONLY


def test_short_words_in_marks_are_no_quotes_of_their_own(model: LanguageModel) -> None:
    text = "The ‘open harbour’ movement met in a “safe space” near the old town on Monday."
    assert quotes(model, text + SAID) == ONLY


def test_a_paragraph_that_carries_on_is_as_sure_as_the_one_before(model: LanguageModel) -> None:
    text = (
        "“The harbour will stay open all winter,” Ms. Keller said. “We have the ships and the people for it.\n\n"
        "“Nobody in this town wants to see the cranes stand still for half a year.”"
    )
    first, second = drafts_of(parsed(model, text))
    assert second.confidence == first.confidence


@pytest.mark.parametrize(
    "text",
    [
        "They keep the walls of “the oldest brewery in the whole north” and its cellar.",
        "The town has Syracuse and “the proud little republic of Ithaca” in it.",
        "He is now host of “An evening with the captain of the ferry”, a show on local radio.",
        "They keep the walls of “the oldest brewery in the whole north.” Nobody goes there.",
        "Near the mill lies “the longest wooden pier of the north”.",
        "“the longest wooden pier of the north” lies near the mill.",
    ],
)
def test_a_phrase_without_a_verb_that_the_article_mentions_is_no_quote(model: LanguageModel, text: str) -> None:
    assert quotes(model, text + SAID) == ONLY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # All of a paragraph, a sentence without a finite verb, and a clause in the article's sentence.
        (
            "The walls are grey.\n\n“a complete disaster for this town and all”",
            "a complete disaster for this town and all",
        ),
        (
            "The walls are grey. “Vote for us and for a better harbour!” The rain fell.",
            "Vote for us and for a better harbour!",
        ),
        ("The walls are grey, and “the harbour was never open in winter” is on all of them.", None),
    ],
)
def test_what_has_a_verb_or_stands_as_a_sentence_or_a_paragraph_is_said(
    model: LanguageModel, text: str, said: str | None
) -> None:
    assert (said or "the harbour was never open in winter") in [quote[2] for quote in quotes(model, text)]


def test_a_title_with_its_author_behind_it_is_no_quote(model: LanguageModel) -> None:
    text = (
        "Ten stories that you should read.\n\n—“Ferry was sold to a man from Oslo last night,” by the Post's Kari Lund."
    )
    assert quotes(model, text + SAID) == ONLY
