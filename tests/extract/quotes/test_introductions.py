import pytest

from newswire.extract.document.marks import quotations
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.language.model import LanguageModel
from newswire.extract.quotes.introductions import Introduction, introduction
from tests.extract.lists import LEXICONS
from tests.extract.quoting import drafts, only, parsed


def speakers(model: LanguageModel, text: str) -> list[tuple[str | None, str]]:
    """Source and the beginning of the content of each quote."""
    return [
        (text[draft.source.start : draft.source.end] if draft.source else None, text[draft.spans[0][0] :][:8])
        for draft in drafts(parsed(model, text))
    ]


@pytest.mark.parametrize("dash", ["—", "–", "―", "--", "-"])
def test_a_signature_behind_a_dash_names_the_source(model: LanguageModel, dash: str) -> None:
    text = (
        "Readers of the Harbour Post on the new bridge.\n\n"
        f"“The bridge is far too narrow for two lorries, and the town knew it.” {dash} Marta Olsen\n\n"
        f"“Nobody asked the people on the south bank what they wanted at all.” {dash} Piet Jansen"
    )
    assert speakers(model, text)[-2:] == [("Marta Olsen", "The brid"), ("Piet Jansen", "Nobody a")]


def test_the_signature_may_stand_on_a_line_of_its_own(model: LanguageModel) -> None:
    text = "“The bridge is far too narrow for two lorries, and the town knew it.”\n\n— Marta Olsen"
    assert speakers(model, text) == [("Marta Olsen", "The brid")]


def test_a_dash_with_a_sentence_behind_it_is_no_signature(model: LanguageModel) -> None:
    said = "“The bridge is far too narrow for two lorries, and all knew it” – "
    assert speakers(model, said + "The town built it anyway.") == [(None, "The brid")]
    assert speakers(model, said + "Marta Olsen") == [("Marta Olsen", "The brid")]


def test_a_label_in_a_transcript_is_the_source_and_no_part_of_the_content(model: LanguageModel) -> None:
    text = (
        "A part of the hearing was read out.\n\n"
        "“OLSEN: When did the company learn of the crack in the northern pillar?\n\n"
        "“JANSEN: We learned of it in the last days of March, like all others.”"
    )
    assert speakers(model, text)[-2:] == [("OLSEN", "When did"), ("JANSEN", "We learn")]


def test_a_clause_before_a_colon_in_the_paragraph_before_introduces(model: LanguageModel) -> None:
    text = (
        "Ms. Olsen made the following promise to the residents:\n\n"
        "“Whoever has to leave a flat because of the works gets one of the same size, for the same rent.”"
    )
    assert ("Ms. Olsen", "Whoever ") in speakers(model, text)


def test_a_name_before_a_colon_without_a_space_ends_before_the_colon(model: LanguageModel) -> None:
    text = 'Marta Olsen (South Bank):"I have never seen a bridge that was built with so little care and money."'
    assert [source for source, _ in speakers(model, text)] == ["Marta Olsen (South Bank)"]


def test_a_quotation_without_any_hint_has_no_source_and_little_confidence(model: LanguageModel) -> None:
    draft = only(model, "The walls are grey.\n\n“The bridge is far too narrow for two lorries, and the town knew it.”")
    assert draft.source is None
    assert draft.confidence < 0.2


def test_what_the_layout_says_of_things_names_no_source(model: LanguageModel) -> None:
    said = ":\n\n“The bridge is far too narrow for two lorries, and the town knew it.”"
    assert speakers(model, f"The mayor of South Bank had three reasons. Here they are{said}") == [(None, "The brid")]
    assert speakers(model, f"The mayor had three reasons. The residents are clear{said}") == [
        ("The residents", "The brid")
    ]


def test_a_colon_inside_a_quotation_introduces_nobody_else(model: LanguageModel) -> None:
    text = (
        "“We have thought about it for a long time,” Ms. Olsen said. “The council wants three things:\n\n"
        "“The first is a bridge that is wide enough for two lorries and a bus.”"
    )
    assert {source for source, _ in speakers(model, text)} == {"Ms. Olsen"}


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("“They know that the harbour is the only one that is open all winter,” a voice-over in the ad states.", 0),
        (
            "“Today, the port is one of the leading ports of the north and works well,” the Saudis state in the paper.",
            1,
        ),
    ],
)
def test_a_tag_whose_verb_reads_as_a_noun_names_the_source(model: LanguageModel, text: str, source: int) -> None:
    story = parsed(model, f"He promised more ships.\n\n{text}")
    (draft,) = [draft for draft in drafts(story) if draft.type == "direct"]
    assert (
        speakers(model, f"He promised more ships.\n\n{text}")[-1][0] == ("a voice-over in the ad", "the Saudis")[source]
    )
    assert draft.cue is not None
    assert draft.cue[2] == "state"
    assert not draft.inherits


def test_what_follows_the_sentence_of_such_a_tag_is_said_by_the_same(model: LanguageModel) -> None:
    text = (
        "“They know that the harbour is the only one that is open all winter,” a voice-over in the ad states. “Nobody may "
        "sell it to a stranger from the city.”"
    )
    assert len(only(model, text).spans) == 2


def introduced(model: LanguageModel, text: str) -> Introduction | None:
    """What introduces the only quotation of a text."""
    (quotation,) = quotations(text)
    lists = (LEXICONS.cues, LEXICONS.sources, LEXICONS.quote_words)
    return introduction(parsed(model, text), quotation, [quotation], paragraphs(text), *lists)


@pytest.mark.parametrize(
    "text",
    [
        "The prize for “the best way to keep a small harbour open all winter,” the motto of the state, went to Bergen.",
        "“They know that the harbour is the only one that is open all winter,” as it states.",
        "“They know that the harbour is the only one that is open all winter,” the town plan.",
        "“They know that the harbour is the only one that is open all winter,” the union report card in hand.",
        "“They know that the harbour is the only one that is open all winter,” its best claim.",
        "“They know that the harbour is the only one that is open all winter.” Harbour states in the north agree.",
    ],
)
def test_other_words_behind_a_quotation_are_no_tag(model: LanguageModel, text: str) -> None:
    assert introduced(model, text) is None


def test_the_words_of_a_tag_behind_the_same_quotation_are_one(model: LanguageModel) -> None:
    text = "“They know that the harbour is the only one that is open all winter,” a voice-over in the ad states."
    tag = introduced(model, text)
    assert tag is not None
    assert text[tag.source.start : tag.source.end] == "a voice-over in the ad"


@pytest.mark.parametrize(
    ("tag", "source", "cue"),
    [
        (
            "the harbour's general manager Ali Rahman Khan was quoted as saying",
            "the harbour's general manager Ali Rahman Khan",
            "was quoted as saying",
        ),
        ("reads a board at the gate", "a board", "reads"),
    ],
)
def test_a_tag_may_have_its_verb_in_front_or_in_the_passive(
    model: LanguageModel, tag: str, source: str, cue: str
) -> None:
    text = f"“They know that the harbour is the only one that is open all winter,” {tag}."
    found = introduced(model, text)
    assert found is not None
    assert text[found.source.start : found.source.end] == source
    assert found.cue is not None
    assert parsed(model, text).span_text(*found.cue) == cue


def test_what_a_title_tells_introduces_nobody_and_its_author_does(model: LanguageModel) -> None:
    text = (
        "NEW—“Harbour fined over a leak of oil in May,” by the Post's Kari Lund: “A docker is suing the port, claiming that it "
        "hid the leak from the town.”\n\n“Ferry sold to a man from Oslo last night,” by Piet Jansen: “Nobody asked the people on "
        "the south bank what they wanted at all.”"
    )
    assert speakers(model, text)[-1] == ("Piet Jansen", "Nobody a")
    assert all(source not in ("Harbour", "Ferry") for source, _ in speakers(model, text))
    assert "Ferry so" not in [content for _, content in speakers(model, text)]


def test_a_name_with_a_nickname_in_marks_introduces(model: LanguageModel) -> None:
    text = "Ray “Sugar” Ortiz: “I have never seen a bridge that was built with so little care and money.”"
    assert [source for source, _ in speakers(model, text)] == ["Ray “Sugar” Ortiz"]


def test_a_tag_behind_a_quotation_with_a_space_before_its_mark_names_the_source(model: LanguageModel) -> None:
    text = '" Nothing moved at all this morning, it was quiet, " one foreign bank dealer said.'
    assert [speaker for speaker, _ in speakers(model, text)] == ["one foreign bank dealer"]


SAID = "\n\n“The bridge is far too narrow for two lorries, and the town knew it.”"


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("This from Marta Olsen, the mayor:", "Marta Olsen, the mayor"),
        ("And by Councillor Piet Jansen:", "Councillor Piet Jansen"),
        ("Marta Olsen from South Bank:", "Marta Olsen from South Bank"),
    ],
)
def test_from_in_an_introduction_is_no_part_of_the_name(model: LanguageModel, line: str, source: str) -> None:
    assert speakers(model, line + SAID) == [(source, "The brid")]


@pytest.mark.parametrize(
    "line",
    [
        "MARTA OLSEN, CHIEF ENGINEER, SOUTH BANK WORKS, BERGEN",
        "Marta Olsen, chief engineer at South Bank Works Ltd.",
        "Marta Olsen - South Bank Works",
        "Marta Olsen (South Bank Works)",
    ],
)
def test_a_line_that_names_somebody_introduces_what_follows(model: LanguageModel, line: str) -> None:
    text = f"Peter Jansen, Harbour Fund{SAID}\n\n{line}{SAID}\n\n“We saw the cracks in the pillar first.”"
    first, *rest = speakers(model, text)
    assert first[0] == "Peter Jansen"
    assert [source.casefold() for source, _ in rest if source] == ["marta olsen"] * 2


@pytest.mark.parametrize(
    "line",
    [
        "New York, March 3 (Reuters)",
        "Nobel Peace Prize, 2020",
        "Harbour Works, Bergen",
        "Bergen, Norway",
        "Low demand, high hopes",
        "Marta Olsen, who built it, left",
        "Marta Olsen, what now?",
    ],
)
def test_another_line_introduces_nobody(model: LanguageModel, line: str) -> None:
    assert speakers(model, line + SAID)[-1] == (None, "The brid")


@pytest.mark.parametrize("end", ["…", "...", ",", ""])
def test_a_verb_of_saying_without_a_stop_leads_to_the_next_paragraph(model: LanguageModel, end: str) -> None:
    text = f"Of the new stage, the builders said{end}{SAID}"
    assert ("the builders", "The brid") in speakers(model, text)
    (*_, draft) = drafts(parsed(model, text))
    assert draft.cue is not None


def test_a_tag_with_its_stop_does_not_lead_to_the_next_paragraph(model: LanguageModel) -> None:
    (*_, draft) = drafts(parsed(model, f"“They paid for it twice,” the builders said.{SAID}"))
    assert draft.cue is None
    assert draft.inherits


def test_a_verb_that_is_none_of_saying_leads_nowhere(model: LanguageModel) -> None:
    assert speakers(model, f"Of the new stage, the builders dreamt,{SAID}")[-1] == (None, "The brid")


def test_few_words_are_a_quote_where_they_are_a_paragraph_that_something_introduces(model: LanguageModel) -> None:
    assert speakers(model, "Marta Olsen, Harbour Fund\n\n“Sell it.”") == [("Marta Olsen", "Sell it.")]
    assert speakers(model, "The sign is old.\n\n“No entry.”\n\nIt has rusted.") == []
    assert speakers(model, "Marta Olsen, Harbour Fund\n\nThe “old one” is sold.") == []
