import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.language.model import LanguageModel
from tests.extract.quoting import drafts as drafts_of
from tests.extract.quoting import only, parsed, quotes

# Marks, apostrophes, astral characters and paragraphs in all orders; each example is parsed for real, so there are few.
NOISE = st.text(alphabet=st.sampled_from("\"'“”‘’«» \n.,:abS😀é"), max_size=80)
CLAUSES = st.lists(
    st.sampled_from(
        [
            '"We will',
            " go,” ",
            "she said",
            " that ",
            "“it is over",
            ".",
            "\n\n",
            "😀",
            "‘the plan’ ",
            "According to Ms. Ito, ",
        ]
    ),
    max_size=14,
).map("".join)


@pytest.mark.parametrize(
    "text",
    [
        "“The harbour will stay open all winter,” Mayor Ruta Keller said on Monday.",
        '"The harbour will stay open all winter," Mayor Ruta Keller said on Monday.',
        "‘The harbour will stay open all winter,’ Mayor Ruta Keller said on Monday.",
        "«The harbour will stay open all winter», Mayor Ruta Keller said on Monday.",
    ],
)
def test_a_direct_quote_is_found_in_whatever_marks(model: LanguageModel, text: str) -> None:
    (quote,) = quotes(model, text)
    assert quote[:2] == ("direct", "Mayor Ruta Keller")
    assert quote[2].rstrip(",") == "The harbour will stay open all winter"


def test_a_quote_that_its_tag_interrupts_is_one_quote_of_two_spans(model: LanguageModel) -> None:
    text = "“The harbour will stay open,” Ms. Keller said, “because the town cannot live without it.”"
    assert quotes(model, text) == [
        ("direct", "Ms. Keller", "The harbour will stay open … because the town cannot live without it.")
    ]


@pytest.mark.parametrize("dash", ["—", "--", " – "])
def test_a_dash_before_the_tag_hides_nothing(model: LanguageModel, dash: str) -> None:
    text = f"“The harbour will stay open all winter,”{dash}said Mayor Ruta Keller."
    ((kind, source, _),) = quotes(model, text)
    assert (kind, source) == ("direct", "Mayor Ruta Keller")


def test_points_of_a_list_are_no_quotations(model: LanguageModel) -> None:
    text = "What we know:\n\n» Ruta Keller, the mayor, said: “The harbour stays open.”\n\n» Two ferries wait there."
    assert quotes(model, text) == [("direct", "Ruta Keller, the mayor", "The harbour stays open.")]


@pytest.mark.parametrize(
    "text",
    [
        "The storm hit “poor quarters” most, the Red Cross said.",
        "Ruta Keller said the town had pushed “too hard”.",
    ],
)
def test_what_is_hit_or_pushed_in_what_somebody_says_is_no_label(model: LanguageModel, text: str) -> None:
    assert len(quotes(model, text)) == 1


@pytest.mark.parametrize(
    ("verb", "found"), [("pressed “send”", 0), ("clicked “accept all cookies”", 0), ("said “send it”", 1)]
)
def test_what_is_pressed_or_clicked_is_not_said(model: LanguageModel, verb: str, found: int) -> None:
    assert len(quotes(model, f"Ruta Keller {verb} when the alarm went off.")) == found


@pytest.mark.parametrize(
    "text",
    [
        "Ruta Keller was just going to press “stop” while the belt still ran.",
        "The driver was about to hit “close doors” before the bell.",
        "Ruta Keller ticked “other” and went home.",
    ],
)
def test_what_somebody_is_about_to_press_is_not_said_whatever_the_cue_takes_in(model: LanguageModel, text: str) -> None:
    assert quotes(model, text) == []


def test_nobody_is_no_source(model: LanguageModel) -> None:
    for draft in drafts_of(parsed(model, "Nobody said “the harbour is safe”.")):
        assert draft.source is None
        assert draft.polarity == "negated"


def test_the_agent_of_a_passive_cue_is_the_source(model: LanguageModel) -> None:
    text = "The plan was called “a gift to the big yards” by Ruta Keller."
    ((_, source, content),) = quotes(model, text)
    assert source == "Ruta Keller"
    assert "a gift to the big yards" in content


def test_an_indirect_quote_has_no_verbatim_part(model: LanguageModel) -> None:
    text = "The minister said the harbour would stay open all winter."
    draft = only(model, text)
    assert draft.type == "indirect"
    assert draft.verbatim == ()
    assert draft.cue is not None
    assert text[draft.cue[0] : draft.cue[1]] == "said"
    assert draft.cue[2:] == ("say", "neutral")


def test_a_mixed_quote_tells_its_verbatim_part(model: LanguageModel) -> None:
    text = "The minister said the harbour was “open for every honest trade” this winter."
    draft = only(model, text)
    assert draft.type == "mixed"
    assert [text[start:end] for start, end in draft.verbatim] == ["open for every honest trade"]


def test_according_to_attributes(model: LanguageModel) -> None:
    text = "The harbour lost a third of its trade last year, according to a report by the port authority."
    draft = only(model, text)
    assert draft.source is not None
    assert text[draft.source.start : draft.source.end] == "a report by the port authority"
    assert draft.kind == "document"


def test_an_unnamed_source_is_anonymous(model: LanguageModel) -> None:
    text = "A senior official, speaking on condition of anonymity, said the harbour would be closed in spring."
    found = [draft for draft in drafts_of(parsed(model, text)) if "closed" in text[slice(*draft.spans[-1])]]
    assert [draft.source.anonymous for draft in found if draft.source] == [True]


def test_marks_of_two_apostrophes_quote(model: LanguageModel) -> None:
    records = quotes(model, "''We will sell the ferry,'' Ms. Ito said on Monday. ''Nobody uses it.''")
    assert records == [("direct", "Ms. Ito", "We will sell the ferry … Nobody uses it.")]


def test_other_marks_inside_a_quotation_do_not_end_it(model: LanguageModel) -> None:
    records = quotes(model, 'The paper reports:\n\n"The mayor called the “ferry plan” a mistake."')
    assert records == [("direct", "The paper", "The mayor called the “ferry plan” a mistake.")]


def test_no_text_has_no_quotes(model: LanguageModel) -> None:
    assert drafts_of(parsed(model, "")) == []
    assert drafts_of(parsed(model, "The harbour will stay open, Ms. Keller said."))


def test_a_parse_without_vectors_is_still_read(model: LanguageModel) -> None:
    parse = parsed(model, "“The harbour will stay open all winter,” Ms. Keller said.")
    assert [draft.type for draft in drafts_of(dataclasses.replace(parse, vectors=None))] == ["direct"]


def test_noise_in_the_sixth_place_changes_nothing(model: LanguageModel) -> None:
    parse = parsed(model, "“The harbour will stay open,” Ms. Keller said. The board denied that it had been asked.")
    assert parse.vectors is not None
    noisy = parse.vectors + np.float32(1e-6)
    assert drafts_of(dataclasses.replace(parse, vectors=noisy)) == drafts_of(parse)


@settings(max_examples=40, deadline=None)
@given(text=NOISE | CLAUSES)
def test_whatever_the_text_offsets_hold(model: LanguageModel, text: str) -> None:
    drafts = drafts_of(parsed(model, text))
    assert [draft.spans for draft in drafts] == sorted(draft.spans for draft in drafts)
    for index, draft in enumerate(drafts):
        assert draft.spans
        for start, end in (*draft.spans, *draft.verbatim):
            assert 0 <= start < end <= len(text)
        assert all(before[1] < after[0] for before, after in pairwise(draft.spans))
        assert 0 <= draft.confidence <= 1
        assert draft.type in ("direct", "indirect", "mixed")
        assert draft.kind in ("speech", "document", "thought", "intent")
        assert draft.continues is None or 0 <= draft.continues < index
        if draft.source is not None:
            assert 0 <= draft.source.start < draft.source.end <= len(text)
        if draft.cue is not None:
            assert 0 <= draft.cue[0] < draft.cue[1] <= len(text)


def test_a_quotation_that_is_left_open_begins_behind_its_mark(model: LanguageModel) -> None:
    text = (
        "Ms. Keller said: “The harbour will stay open all winter. We have the ships and the people for it.\n\n"
        "“Nobody in this town wants to see the cranes stand still for half a year.”"
    )
    drafts = drafts_of(parsed(model, text))
    assert [text[draft.spans[0][0]] for draft in drafts] == ["T", "N"]
    assert drafts[1].continues == 0


def test_the_stop_of_the_sentence_is_no_part_of_the_cue(model: LanguageModel) -> None:
    text = "“The harbour will stay open all winter,” Ms. Keller wrote on X."
    draft = only(model, text)
    assert draft.cue is not None
    assert text[draft.cue[0] : draft.cue[1]] in ("wrote", "wrote on X")


def test_each_of_two_cues_in_a_sentence_keeps_its_own_words(model: LanguageModel) -> None:
    text = "“The harbour will stay open,” Ms. Keller said, adding later, “We have ships enough for the whole winter.”"
    assert [content for _, _, content in quotes(model, text)] == [
        "The harbour will stay open",
        "We have ships enough for the whole winter.",
    ]


def test_a_long_quotation_ends_with_its_mark_however_far_its_cue_is(model: LanguageModel) -> None:
    sentence = "The people of the town wanted a wide bridge and the council gave them a narrow one for more money. "
    content = (sentence * 9).strip()
    text = f"Ms. Keller said, “{content}” The council did not answer."
    (kind, source, said), *_ = quotes(model, text)
    assert (kind, source, said) == ("direct", "Ms. Keller", content)


@pytest.mark.parametrize(
    ("text", "source", "anonymous"),
    [
        (
            "“It is a disaster,” said a fisherman, who declined to give his name.",
            "a fisherman, who declined to give his name",
            True,
        ),
        (
            "Several members of the crew, who want to see justice done, said the captain was drunk.",
            "Several members of the crew, who want to see justice done",
            True,
        ),
    ],
)
def test_a_source_is_a_whole_phrase(model: LanguageModel, text: str, source: str, anonymous: bool) -> None:
    (draft,) = [draft for draft in drafts_of(parsed(model, text)) if draft.cue and draft.cue[2] in ("announce", "say")]
    assert draft.source is not None
    assert text[draft.source.start : draft.source.end] == source
    assert draft.source.anonymous is anonymous


def test_a_dateline_is_no_part_of_a_quote_by_itself_either(model: LanguageModel) -> None:
    text = (
        "MANILA, Nov 24 (Reuters) - The Philippines on Tuesday accused China of firing flares at a patrol aircraft over "
        "the South China Sea."
    )
    assert quotes(model, text) == [
        ("indirect", "The Philippines", "China of firing flares at a patrol aircraft over the South China Sea")
    ]


def test_a_service_is_not_anonymous_and_a_guard_is(model: LanguageModel) -> None:
    for source, anonymous in (("The coast guard", False), ("A guard", True)):
        draft = only(model, f"{source} said the plane was on a routine flight near the reef.")
        assert draft.source is not None
        assert draft.source.anonymous is anonymous


def test_the_subject_of_a_cue_is_the_source_also_with_words_between(model: LanguageModel) -> None:
    text = (
        "Venezuela, which hosted earlier talks, welcomed Petro's move. Its foreign minister, Yvan Gil, offered to host a new "
        "round in Caracas."
    )
    sources = {content: source for _, source, content in quotes(model, text)}
    # The clause behind the name may belong to the source or not: people label both.
    assert sources["Petro's move"] in ("Venezuela", "Venezuela, which hosted earlier talks")
    text = "Washington, however, showed concern, and an official said that the U.S. “will not reward it.”"
    sources = {content: source for _, source, content in quotes(model, text)}
    assert sources["concern"] == "Washington"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '"We will finish the job," Levi told his cabinet, according to a statement from his office.',
            [("direct", "Levi", "We will finish the job")],
        ),
        (
            '"We lost," Berg said, according to the Post. "It was a hard year for all of us."',
            [("direct", "Berg", "We lost … It was a hard year for all of us.")],
        ),
    ],
)
def test_who_tells_of_a_quotation_with_a_tag_is_not_its_speaker(
    model: LanguageModel, text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert quotes(model, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A court in Porto on Tuesday sentenced former mayor Carlos Ruiz to eight years in prison for accepting bribes.",
        "The dockers' union called off a four-day strike on Monday after reaching a pay deal with the harbour.",
    ],
)
def test_what_is_done_is_not_said(model: LanguageModel, text: str) -> None:
    assert quotes(model, text) == []


def test_a_quotation_over_lines_of_a_sentence_each_is_one(model: LanguageModel) -> None:
    text = (
        "The old bridge will be closed on Monday.\n"
        '" We are sorry about that.\n'
        'Nobody had looked at it for twenty years, " Mayor Ruta Keller told reporters.\n'
        "Work begins in June."
    )
    direct = [draft for draft in drafts_of(parsed(model, text)) if draft.type == "direct"]
    assert [text[draft.spans[0][0] : draft.spans[-1][1]].strip(" ,") for draft in direct] == [
        "We are sorry about that.\nNobody had looked at it for twenty years"
    ]
    assert direct[0].source is not None
    assert text[direct[0].source.start : direct[0].source.end] == "Mayor Ruta Keller"
