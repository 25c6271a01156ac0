import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.extractor import Extractor
from newswire.extract.gate import Admission, admit
from newswire.records import Article
from newswire.settings import ExtractSettings

ENGLISH = "The minister told reporters on Monday that the ferries would sail again before the end of the week. " * 3
FRENCH = "Le ministre a déclaré lundi devant la presse que les bateaux repartiraient avant la fin de la semaine. " * 3
SETTINGS = ExtractSettings()


def article(body: str, **fields: object) -> Article:
    return Article(id="a", body=body, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_an_article_that_is_void_gives_its_status_and_no_records(status: str) -> None:
    assert admit(article(ENGLISH, status=status), SETTINGS) == Admission("")
    (extraction,) = Extractor().extract([article("Ann Lee said no.", status=status)])
    assert extraction.article.status == status
    assert (extraction.entities, extraction.quotes, extraction.events) == ([], [], [])
    assert extraction.skipped is None
    (usable,) = Extractor().extract([article("Ann Lee said no.")])
    assert usable.entities
    assert usable.quotes


@pytest.mark.parametrize("language", ["en", "en-GB", "EN_us"])
def test_a_declared_language_is_trusted_whatever_the_text_looks_like(language: str) -> None:
    assert admit(article(FRENCH, language=language), SETTINGS).text == FRENCH


@pytest.mark.parametrize("language", ["fr", "de-AT"])
def test_another_declared_language_is_skipped(language: str) -> None:
    assert admit(article(ENGLISH, language=language), SETTINGS) == Admission("", skipped="language")


def test_an_undeclared_language_is_guessed() -> None:
    assert admit(article(ENGLISH), SETTINGS).text == ENGLISH
    assert admit(article(FRENCH), SETTINGS).skipped == "language"


def test_a_short_text_is_never_turned_away_for_its_language() -> None:
    assert admit(article(FRENCH[:199]), SETTINGS).skipped is None
    assert admit(article(FRENCH[:200]), SETTINGS).skipped == "language"


def test_a_table_of_figures_has_no_language() -> None:
    table = "\n".join(f"{n} 17.35 +0.{n}" for n in range(100))
    assert admit(article(table), SETTINGS).text == table


def test_an_english_table_of_foreign_names_is_not_turned_away() -> None:
    rows = "Novi Breg 3 Radnik 1 (halftime 1-0), attendance 900\nSlavija 0 Hajduk Luka 0, attendance 2,000\n"
    table = "SOCCER - LEAGUE RESULTS.\nResults of first division matches played on Saturday:\n" + rows * 5
    assert admit(article(table), SETTINGS).skipped is None


def test_settings_say_which_languages_are_extracted() -> None:
    assert admit(article(FRENCH), ExtractSettings(languages=("fr",))).text == FRENCH


def test_a_long_body_is_cut_behind_the_last_paragraph_that_fits() -> None:
    body = "First paragraph.\nSecond paragraph.\nThird one."
    admission = admit(article(body), ExtractSettings(max_body_chars=40))
    assert admission.text == "First paragraph.\nSecond paragraph."
    assert admission.truncated_at == len(admission.text)


def test_a_paragraph_that_ends_at_the_limit_stays() -> None:
    body = "First paragraph.\nSecond paragraph.\nThird one."
    assert admit(article(body), ExtractSettings(max_body_chars=34)).truncated_at == 34
    assert admit(article(body), ExtractSettings(max_body_chars=33)).truncated_at == 16


def test_one_paragraph_without_end_is_cut_behind_a_word_else_at_the_limit() -> None:
    assert admit(article("alpha beta gamma"), ExtractSettings(max_body_chars=12)).truncated_at == 11
    assert admit(article("x" * 50), ExtractSettings(max_body_chars=12)).truncated_at == 12


def test_the_extraction_says_where_a_body_was_cut_and_reads_nothing_behind() -> None:
    body = "Ann Lee met Bob Ray in Oslo.\nCarl Fox stayed in Lima."
    (extraction,) = Extractor(ExtractSettings(max_body_chars=40)).extract([article(body)])
    assert extraction.truncated_at == 28
    assert all(m.end <= 28 for entity in extraction.entities for m in entity.mentions)
    assert extraction.entities


@pytest.mark.parametrize("body", ["", " \n\t\n"])
def test_a_body_without_a_word_gives_nothing(body: str) -> None:
    (extraction,) = Extractor().extract([article(body, headline="Flash")])
    assert (extraction.entities, extraction.skipped) == ([], None)
    (extraction,) = Extractor().extract([article(f"{body}Ann Lee met Bob Ray.", headline="Flash")])
    assert extraction.entities


@given(st.text(max_size=300), st.integers(1, 300))
@settings(max_examples=40, deadline=None)
def test_the_text_let_through_is_a_beginning_of_the_body_within_the_limit(body: str, limit: int) -> None:
    admission = admit(article(body, language="en"), ExtractSettings(max_body_chars=limit))
    assert body.startswith(admission.text)
    assert len(admission.text) <= limit
    if admission.truncated_at is not None:
        assert len(admission.text) == admission.truncated_at < len(body)
