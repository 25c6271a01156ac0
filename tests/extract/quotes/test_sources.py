from pathlib import Path

import pytest

from newswire.extract.language.model import load_model
from newswire.extract.quotes.sources import load_sources
from tests.extract.lists import LEXICONS


@pytest.mark.parametrize(
    ("text", "taken", "source"),
    [
        ("Acme today announced a plan.", "Acme today", "Acme"),
        (
            "Several members of the crew, who want justice, said so.",
            "Several members of the crew, who",
            "Several members of the crew",
        ),
        ("Black Friday is the busiest day.", "Black Friday", "Black Friday"),
    ],
)
def test_a_source_ends_before_the_day_and_before_a_clause_that_is_not_all_there(
    text: str, taken: str, source: str
) -> None:
    (parse,) = load_model("en_core_web_sm").parse([text])
    tokens = parse.tokens(0, len(taken))
    draft = LEXICONS.sources.draft(parse, tokens[0], tokens[-1])
    assert text[draft.start : draft.end] == source


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("OSLO (Reuters) - ", "Norway's central bank governor Ida Wolden"),
        ("PARIS, Nov 24 (Wire) - ", "French President Luc Morel"),
        ("", "Oslo"),
    ],
)
def test_a_dateline_is_no_part_of_a_source(line: str, source: str) -> None:
    text = f"{line}{source} said that rates would stay where they are."
    (parse,) = load_model("en_core_web_sm").parse([text])
    tokens = parse.tokens(0, len(line + source))
    draft = LEXICONS.sources.draft(parse, tokens[0], tokens[-1])
    assert text[draft.start : draft.end] == source


@pytest.mark.parametrize(
    ("source", "anonymous"),
    [
        ("A court spokeswoman", True),
        ("One of the dealers", True),
        ("One of the districts", False),
        ("Dozens of fishermen", True),
        ("Dozens of factories", False),
        ("Official figures", False),
        ("One post on a fishing site", True),
        ("The perpetrators", True),
    ],
)
def test_persons_without_a_name_are_anonymous_and_what_is_counted_decides(source: str, anonymous: bool) -> None:
    text = f"{source} said that prices would rise."
    (parse,) = load_model("en_core_web_sm").parse([text])
    tokens = parse.tokens(0, len(source))
    assert LEXICONS.sources.draft(parse, tokens[0], tokens[-1]).anonymous is anonymous


def test_a_mark_before_a_source_is_none_of_it() -> None:
    text = "«We stay in port,» repeated Director Ida Wolden."
    (parse,) = load_model("en_core_web_sm").parse([text])
    tokens = parse.tokens(text.index("»"), text.index("»") + 1)
    draft = LEXICONS.sources.draft(parse, tokens[0], len(parse) - 2)
    assert text[draft.start : draft.end] == "repeated Director Ida Wolden"


def test_a_users_given_names_tell_persons_on_lines_too(tmp_path: Path) -> None:
    (tmp_path / "given_names.tsv").write_text("Zorvina\tfemale\n", encoding="utf-8")
    assert "Zorvina" in load_sources(tmp_path).given
    assert "Zorvina" not in load_sources().given
