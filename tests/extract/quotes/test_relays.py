import pytest

from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.finding import find_quotes
from tests.extract.lists import LEXICONS


def found(model: LanguageModel, text: str) -> list[tuple[str, str]]:
    """The sources and contents of the quotes of a text."""
    parse = model.parse([text])[0]
    quotes = find_quotes(parse, LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)
    return [
        (text[quote.source.start : quote.source.end] if quote.source else "", text[slice(*quote.spans[0])])
        for quote in quotes
    ]


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        (
            "The Tarim agency quoted the governor's office as saying that two bridges were closed overnight.",
            "the governor's office",
            "two bridges were closed overnight",
        ),
        (
            "Two bridges were closed overnight, the agency quoted the governor's office as saying.",
            "the governor's office",
            "Two bridges were closed overnight",
        ),
        (
            "The mayor, Ann Ito, was quoted by local newspapers as saying two bridges were closed.",
            "The mayor, Ann Ito",
            "two bridges were closed",
        ),
        (
            "Interior Minister Ann Ito was quoted by the Tarim agency as saying that two bridges were closed.",
            "Interior Minister Ann Ito",
            "two bridges were closed",
        ),
        (
            "The minister was quoted by state television as saying two bridges were closed.",
            "The minister",
            "two bridges were closed",
        ),
        (
            "“He lived a life of luxury,” Kana reported in May, quoting the Audit Commission.",
            "the Audit Commission",
            "He lived a life of luxury",
        ),
        ("Ito said there was evidence of fraud, the Daily Herald reported.", "Ito", "there was evidence of fraud"),
    ],
)
def test_who_is_quoted_says_it_and_not_the_medium(model: LanguageModel, text: str, source: str, content: str) -> None:
    assert (source, content) in found(model, text)
    assert content not in [said for who, said in found(model, text) if who != source]


def test_what_is_cited_as_an_example_is_said_by_who_cites_it(model: LanguageModel) -> None:
    text = "The lawyers cited the election as a reason to speed the release of the records."
    assert {who for who, _ in found(model, text)} <= {"The lawyers"}
