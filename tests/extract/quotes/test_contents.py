"""Contents: what of the words that are given to a cue was said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.marks import quotations
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.attributions import Attribution
from newswire.extract.quotes.contents import corrected, nested
from newswire.extract.quotes.features import MARK, features
from tests.extract.lists import LEXICONS
from tests.extract.quoting import parsed, quotes


def tokens(parse: Parse, phrase: str) -> tuple[int, int]:
    start = parse.text.index(phrase)
    inside = parse.tokens(start, start + len(phrase))
    return inside.start, inside.stop - 1


def attribution(parse: Parse, cue: str, source: str | None, *contents: str) -> Attribution:
    """What the networks might say of a text, in phrases of it."""
    where = tokens(parse, cue)
    named = tokens(parse, source) if source else None
    return Attribution(where[0], where, named, tuple(tokens(parse, content) for content in contents), 1.0)


def read(parse: Parse, one: Attribution) -> Attribution:
    """The attribution, corrected."""
    quoted = features(parse, quotations(parse.text), paragraphs(parse.text), LEXICONS.cues).columns[:, MARK] > 0
    return corrected(parse, one, np.asarray(quoted), LEXICONS.quote_words)


def phrase(parse: Parse, span: tuple[int, int]) -> str:
    return parse.text[parse.starts[span[0]] : parse.ends[span[1]]]


def said(parse: Parse, one: Attribution) -> list[str]:
    """The stretches of content of an attribution, corrected."""
    return [phrase(parse, span) for span in read(parse, one).content]


STORY = (
    "“We lost,” Mr. Berg was quoted as saying by the Post, which adds: “It was hard.” The board, she said, as rain fell, met.\n\n"
    "‘Why?’, asked the boy. “According to a poll,” wrote a fan of “Ferry,” a film, on May 5, “we won,\n\n“and lost.”"
)


@given(data=st.data())
def test_whatever_a_cue_is_given_what_is_said_lies_in_the_text(model: LanguageModel, data: st.DataObject) -> None:
    parse = parsed(model, STORY)
    bounds = sorted(data.draw(st.lists(st.integers(0, len(parse) - 1), min_size=6, max_size=10, unique=True)))
    spans = list(zip(bounds[::2], bounds[1::2], strict=False))
    cue = spans.pop(data.draw(st.integers(0, len(spans) - 1)))
    source = spans.pop() if data.draw(st.booleans()) else None
    anchor = data.draw(st.integers(*cue))
    one = Attribution(anchor, cue, source, tuple(spans), 1.0)
    found = read(parse, one)
    assert found.content
    assert all(0 <= first <= last < len(parse) for first, last in (*found.content, found.source or (0, 0)))
    assert (found.anchor, found.cue, found.score) == (one.anchor, one.cue, one.score)
    assert isinstance(nested(parse, one, [each for each in quotations(STORY) if not each.nested]), bool)


@pytest.mark.parametrize("quotation", ["“We lost,”", "“Did we lose?”", "‘We lost’,"])
def test_a_name_between_a_quotation_and_its_cue_is_the_source(model: LanguageModel, quotation: str) -> None:
    parse = parsed(model, f"{quotation} Mr. Berg was quoted as saying. “It was hard.”")
    found = read(parse, attribution(parse, "was quoted as saying", None, f"{quotation} Mr. Berg", "“It was hard.”"))
    assert found.source is not None
    assert phrase(parse, found.source) == "Mr. Berg"
    assert [phrase(parse, span) for span in found.content] == [quotation.rstrip(","), "“It was hard.”"]


@pytest.mark.parametrize(
    ("quotation", "rest", "cue", "source"),
    [
        ("“We will miss him,”", " tweeted the club.", "tweeted", "the club"),
        ("“Is it over?”", " asked the boy, who wore a hat.", "asked", "the boy"),
        ("‘We lost’", ", wrote Berg's two sons in May.", "wrote", "Berg's two sons"),
        ("“We lost,”", " said on Monday the mayor.", "said", None),
        ("“We lost,”", " said “the captain” of the team.", "said", None),
        ("“We lost,”", " said the “captain” of the team.", "said", None),
        ("“We lost,”", " wrote Monday.", "wrote Monday", None),
        ("“We lost”", " wrote a fan on the wall.", "wrote", None),  # no stop: the fan may be what was lost
        ("We lost", ", wrote a fan on the wall.", "wrote", None),
        ("“We lost,”", " a fan, crying, wrote the team.", "wrote", None),
        ("“We lost,”", " writing the letter.", "writing", None),
    ],
)
def test_a_name_behind_a_cue_that_follows_a_quotation_at_once_is_the_source(
    model: LanguageModel, quotation: str, rest: str, cue: str, source: str | None
) -> None:
    parse = parsed(model, quotation + rest)
    found = read(parse, attribution(parse, cue, None, quotation))
    assert (phrase(parse, found.source) if found.source else None) == source


def test_a_name_behind_the_cue_is_no_content(model: LanguageModel) -> None:
    parse = parsed(model, "“Meh,” wrote a fan of the team. “What does Ford know of it?”")
    one = attribution(parse, "wrote", None, "“Meh,”", "a fan of the team", "“What does Ford know of it?”")
    found = read(parse, one)
    assert found.source is not None
    assert phrase(parse, found.source) == "a fan"
    assert said(parse, one) == ["“Meh,”", "“What does Ford know of it?”"]


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        ("“We lost,” the fans of Berg said, he recalled.", "he", "“We lost,” the fans of Berg"),
        ("“Black Night” star Selma Lund said that she was tired.", None, "“Black Night” star Selma Lund"),
        ("The poster “We lost,” which Berg painted, said it all.", None, "The poster “We lost,” which Berg painted"),
        ("“We lost,” a “friend” of Berg said in May.", None, "“We lost,” a “friend” of Berg"),
        ("“We lost,” Mr. Berg of Oslo, a painter, said.", None, "“We lost,” Mr. Berg of Oslo"),
        ("Another “loss,” the people said, is too much.", None, "Another “loss,” the people"),
    ],
)
def test_what_else_a_cue_has_of_a_clause_is_not_taken_for_its_source(
    model: LanguageModel, text: str, source: str | None, content: str
) -> None:
    parse = parsed(model, text)
    one = attribution(parse, "said", source, content)
    assert read(parse, one).source == one.source


@pytest.mark.parametrize(
    ("text", "cue", "source", "quotation", "rest"),
    [
        (
            "“No,” said Mr. Berg, who leads the council.",
            "said",
            "Mr. Berg",
            "“No,”",
            "who leads the council",
        ),
        (
            "“Sink it!” Berg shouted, a slogan of his father.",
            "shouted",
            "Berg",
            "“Sink it!”",
            "a slogan of his father",
        ),
        (
            "“It leads to …” he said, not finishing his sentence.",
            "said",
            "he",
            "“It leads to …”",
            "not finishing his sentence",
        ),
        (
            "“We will see,” Berg said, when somebody asked about the ferry.",
            "said",
            "Berg",
            "“We will see,”",
            "when somebody asked about the ferry",
        ),
        (
            "“Faster,” she shouted, shorthand for a bridge without money.",
            "shouted",
            "she",
            "“Faster,”",
            "shorthand for a bridge without money",
        ),
        (
            "“Faster,” she shouted, meaning that “the bridge must be built at once.”",
            "shouted",
            "she",
            "“Faster,”",
            "meaning that “the bridge must be built at once.”",
        ),
    ],
)
def test_what_a_sentence_says_of_its_tag_is_no_part_of_the_quotation(
    model: LanguageModel, text: str, cue: str, source: str, quotation: str, rest: str
) -> None:
    parse = parsed(model, text)
    assert said(parse, attribution(parse, cue, source, quotation, rest)) == [quotation]


@pytest.mark.parametrize(
    ("text", "cue", "source", "contents"),
    [
        ("“We lost,” Berg said, and that he would resign.", "said", "Berg", ("“We lost,”", "and that he would resign")),
        (
            "The ferry is lost, Berg said, a victim of bad weather.",
            "said",
            "Berg",
            ("The ferry is lost", "a victim of bad weather"),
        ),
        (
            "“We lost,” Berg said. A bad year for “the town and its ferry.”",
            "said",
            "Berg",
            ("“We lost,”", "A bad year for “the town and its ferry.”"),
        ),
    ],
)
def test_what_goes_on_with_what_was_said_stays(
    model: LanguageModel, text: str, cue: str, source: str, contents: tuple[str, ...]
) -> None:
    parse = parsed(model, text)
    assert said(parse, attribution(parse, cue, source, *contents)) == list(contents)


@pytest.mark.parametrize(
    ("text", "cue", "content", "kept"),
    [
        (
            "The crowd chanted “Sink it,” which echoed for long.",
            "chanted",
            "“Sink it,” which echoed for long",
            "“Sink it,”",
        ),
        (
            "Berg vowed, “We will win,” referring to the race.",
            "vowed",
            "“We will win,” referring to the race",
            "“We will win,”",
        ),
        ("It read “Stop here,” a warning to drivers.", "read", "“Stop here,” a warning to drivers", "“Stop here,”"),
    ],
)
def test_what_is_remarked_on_a_quotation_that_a_comma_ends_is_no_part_of_it(
    model: LanguageModel, text: str, cue: str, content: str, kept: str
) -> None:
    parse = parsed(model, text)
    assert said(parse, attribution(parse, cue, None, content)) == [kept]


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        ("Berg said “we lost,” and that he would resign.", "said", "“we lost,” and that he would resign"),
        ("Berg said “the captain” was to blame for it.", "said", "“the captain” was to blame for it"),
        ("Berg said “the captain,” his “friend,” was to blame.", "said", "“the captain,” his “friend,” was to blame"),
        ("“The captain,” a friend, was to blame, Berg said.", "said", "“The captain,” a friend, was to blame"),
        ("Berg said the ferry, “a wreck,” was lost.", "said", "the ferry, “a wreck,” was lost"),
    ],
)
def test_a_sentence_that_goes_on_through_its_marks_is_said_as_a_whole(
    model: LanguageModel, text: str, cue: str, content: str
) -> None:
    parse = parsed(model, text)
    assert said(parse, attribution(parse, cue, None, content)) == [content]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("“According to a poll, the ferry is full,” the report stated.", True),
        ("“According to a poll, the ferry is full.\n\n“We need a bridge,” the report stated.", True),
        ("“According to a poll, the ferry is full, the report stated.", False),  # the mark that ends it may be missing
        ("According to a poll, “the ferry is full,” the report stated.", False),
        ("“According to” a poll, “the ferry is full,” the report stated.", False),
    ],
)
def test_what_a_quotation_reports_in_itself_is_nested(model: LanguageModel, text: str, inside: bool) -> None:
    parse = parsed(model, text)
    one = attribution(parse, "ccording to", "a poll", "the ferry is full")
    assert nested(parse, one, [quotation for quotation in quotations(text) if not quotation.nested]) is inside


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "“Did you know that it was built by monks?” Olsen asked the owner of the mill.",
            [("direct", "Olsen", "Did you know that it was built by monks?")],
        ),
        (
            "“Our hearts are broken, too. We stand with you,” the mayor told the families of the miners.",
            [("direct", "the mayor", "Our hearts are broken, too. We stand with you")],
        ),
    ],
)
def test_whom_a_tag_says_that_somebody_told_is_no_part_of_what_was_said(
    model: LanguageModel, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert quotes(model, text) == expected


def test_a_clause_that_ends_in_a_colon_is_no_part_of_the_quotation_with_a_tag_behind_it(model: LanguageModel) -> None:
    records = quotes(
        model,
        "Then there was the most visible change of all: “It is about time that we had a woman in the town hall,” Olsen said.",
    )
    assert records == [("direct", "Olsen", "It is about time that we had a woman in the town hall")]


def test_the_clause_in_front_of_a_tag_is_what_is_said_and_not_the_one_behind_it(model: LanguageModel) -> None:
    text = (
        "Paramilitary troops seized the town of Elvaby in the northern province on Sunday after days of fighting, "
        "residents and a military source said, as the council appealed for an immediate ceasefire."
    )
    (_, source, content), *_ = quotes(model, text)
    assert (source, content) == (
        "residents and a military source",
        "Paramilitary troops seized the town of Elvaby in the northern province on Sunday after days of fighting",
    )


def test_a_clause_behind_the_tag_that_holds_a_quotation_is_said_too(model: LanguageModel) -> None:
    records = quotes(
        model, "The council keeps the ferry, Olsen said, while others “did not want to pay for it at all.”"
    )
    assert records == [
        ("mixed", "Olsen", "The council keeps the ferry … while others “did not want to pay for it at all.”"),
    ]


@pytest.mark.parametrize(("verb", "found"), [("was dismissed as", "Mayor Olsen"), ("dismissed it as", None)])
def test_whom_a_passive_names_behind_a_quotation_is_its_source(
    model: LanguageModel, verb: str, found: str | None
) -> None:
    text = f"The plan {verb} “a toll on the poor” by Mayor Olsen."
    parse = parsed(model, text)
    one = attribution(parse, verb, None, "The plan", "“a toll on the poor” by Mayor Olsen")
    one = replace(one, anchor=tokens(parse, "dismissed")[0])
    source = read(parse, one).source
    assert (source and phrase(parse, source)) == found
    assert ("by Mayor Olsen" in said(parse, one)[-1]) == (found is None)


def test_where_something_is_said_is_no_part_of_it(model: LanguageModel) -> None:
    text = "The sentence was read on Monday. “He's still my boy,” Janet Olsen, 62, said outside court."
    assert ("direct", "Janet Olsen, 62", "He's still my boy") in quotes(model, text)


def test_a_clause_on_the_source_is_no_part_of_what_it_says(model: LanguageModel) -> None:
    text = (
        "According to Ray Powell, who tracks ship movements at Stanford University, at least 27 Chinese militia boats were "
        "seen near the reef on Monday."
    )
    assert [content for _, _, content in quotes(model, text)] == [
        "at least 27 Chinese militia boats were seen near the reef on Monday"
    ]


def test_a_paragraph_that_reports_goes_on_with_the_speech_that_it_stands_in(model: LanguageModel) -> None:
    records = quotes(
        model,
        "“We lost,” Ms. Ito said on Monday.\n\n"
        "“He is right. A report says, the bridge is a wreck and the ferry is full, and the town is lost.”",
    )
    assert records == [
        ("direct", "Ms. Ito", "We lost"),
        (
            "direct",
            "Ms. Ito",
            "He is right. A report says, the bridge is a wreck and the ferry is full, and the town is lost.",
        ),
    ]


def test_who_introduces_a_quotation_says_what_it_reports_too(model: LanguageModel) -> None:
    records = quotes(
        model, "The paper reports:\n\n“In short, according to a poll, the bridge is a wreck and the ferry is full.”"
    )
    assert records == [
        ("direct", "The paper", "In short, according to a poll, the bridge is a wreck and the ferry is full.")
    ]
