from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from newswire.extract.document.marks import Quotation, quotations, typographic

# Everything that pairing has to decide on, and characters outside the Basic Multilingual Plane.
MARKED = st.lists(st.sampled_from([*"\"'“”„«»‘’‚‹›`＂ \n.,sAé😀-5…", "''", "``"]), max_size=50).map("".join)


def inner(text: str) -> list[str]:
    return [text[quotation.first : quotation.last] for quotation in quotations(text)]


def only(text: str) -> Quotation:
    (quotation,) = quotations(text)
    return quotation


def test_curly_marks_pair() -> None:
    assert inner("“We will go,” she said, “but not today.”") == ["We will go,", "but not today."]


def test_straight_marks_alternate() -> None:
    assert inner('"We will go," she said, "but not today."') == ["We will go,", "but not today."]


def test_guillemets_pair_in_both_directions() -> None:
    assert inner("Il dit «Oui, demain» et »Nein, heute«.") == ["Oui, demain", "Nein, heute"]


def test_low_marks_and_doubled_back_ticks_pair() -> None:
    assert inner("„So nicht“, sagte er. ``Not so,'' he said.") == ["So nicht", "Not so,"]


def test_doubled_apostrophes_open_and_close() -> None:
    assert inner("''We will go,'' she said, ''but not today.''") == ["We will go,", "but not today."]
    assert inner("A board of 5'10'' is ''too short'' for it.") == ["too short"]


def test_a_straight_mark_and_doubled_apostrophes_close_each_other() -> None:
    assert inner('"We will go,\'\' she said. "Not today."') == ["We will go,", "Not today."]
    assert inner("''We will go,\" she said.") == ["We will go,"]


def test_a_curly_mark_turned_the_wrong_way_counts_for_what_it_stands_for() -> None:
    assert inner("“We will go,“ said Jim. He left.") == ["We will go,"]
    assert inner("”We will go,” said Jim. He left.") == ["We will go,"]


def test_other_marks_inside_a_quotation_nest() -> None:
    for text in ('"The “fair law” is dead," he said.', '“The "fair law" is dead,” he said.'):
        outer, nested = quotations(text)
        assert text[outer.first : outer.last] in ('The "fair law" is dead,', "The “fair law” is dead,")
        assert (text[nested.first : nested.last], nested.nested, outer.nested) == ("fair law", True, False)


def test_single_marks_do_not_pair_across_double_ones() -> None:
    assert inner("'We…''the “fair law” plan'' goes on.") == ["the “fair law” plan", "fair law"]


def test_a_nested_quotation_does_not_close_one_that_its_paragraph_leaves_open() -> None:
    text = '"The “fair law” is dead.\n\n"So is the other one."'
    assert inner(text) == ["The “fair law” is dead.", "fair law", "So is the other one."]
    assert [q.continues for q in quotations(text)] == [False, False, True]


def test_a_single_quotation_inside_a_double_one_is_nested() -> None:
    outer, nested = quotations("“They call it ‘quiet work’ here,” he said.")
    assert not outer.nested
    assert nested.nested
    assert (nested.first, nested.last) == (15, 25)


def test_single_marks_alone_quote_in_the_british_manner() -> None:
    assert inner("'We will go,' she said.") == ["We will go,"]
    assert inner("‘We will go,’ she said.") == ["We will go,"]


def test_apostrophes_are_no_marks() -> None:
    assert inner("It’s the ’90s. Rock 'n' roll isn't the Smiths' music, they'd say, 'tis the '60s'.") == []
    assert inner("It’s the ’90s. Rock 'and' roll isn't the Smiths' music.") == ["and"]


def test_a_genitive_does_not_close_a_single_quotation_that_is_closed_later() -> None:
    assert inner("He said 'the members' vote is what counts' on Friday.") == ["the members' vote is what counts"]


def test_a_quotation_that_is_never_closed_ends_with_its_paragraph() -> None:
    text = "“We go on, he said.\nNothing follows."
    assert inner(text) == ["We go on, he said."]
    assert not only(text).closed


def test_a_quotation_that_is_never_closed_ends_before_the_next_one_opens() -> None:
    assert inner('He said "yes, of course. "No," said she.') == ["yes, of course.", "No,"]
    assert inner("He said “yes, of course. “No,” said she.") == ["yes, of course.", "No,"]


def test_a_paragraph_that_opens_anew_carries_on_the_one_left_open_before() -> None:
    text = "She said: “First of all.\n\n“Then the rest.\n\n“And the end.”\n\n“Another one.”"
    assert [q.continues for q in quotations(text)] == [False, True, True, False]
    assert [q.closed for q in quotations(text)] == [False, False, True, True]


def test_a_closing_mark_without_an_opening_one_is_passed_over() -> None:
    assert inner('The board is 6" wide, he said. "So wide it is."') == ["So wide it is."]
    assert inner("So it is,” he said.") == []
    assert inner("“So it is,” he said.") == ["So it is,"]


def test_marks_with_nothing_between_them_are_no_quotation() -> None:
    assert quotations('"" “” \' "') == []
    assert inner('"" “a” \' "') == ["a"]


def test_straight_marks_become_curly_ones_in_pairs() -> None:
    assert typographic('"Yes," he said. "No."\n"Open\n"Next"') == "“Yes,” he said. “No.”\n“Open\n“Next”"


def test_a_guillemet_that_begins_a_point_of_a_list_is_no_mark() -> None:
    text = "What is open:\n» The ferry, “until noon”, sails.\n » The road is shut."
    assert inner(text) == ["until noon"]
    assert inner("»Nein, heute«, sagte er.") == ["Nein, heute"]


def test_a_dash_that_ties_a_closing_mark_to_the_next_word_becomes_a_space() -> None:
    assert typographic("“We will pay.”—Ida Holm") == "“We will pay.” Ida Holm"
    assert typographic('"We will pay,"--said Ida Holm') == "“We will pay,”  said Ida Holm"
    assert typographic("the “old”—or what is left of it") == "the “old” or what is left of it"
    assert typographic("a well-known “old”-timer") == "a well-known “old”-timer"
    assert typographic("1999–2004 and “so” – on") == "1999–2004 and “so” – on"


def test_doubled_apostrophes_and_back_ticks_become_one_curly_mark_each() -> None:
    assert typographic("''Yes,'' he said. ``No.''") == "“ Yes, ” he said. “ No. ”"


def test_text_without_straight_marks_stays_as_it_is() -> None:
    text = "“Yes,” he said."
    assert typographic(text) is text


@given(MARKED | st.text(max_size=60))
def test_whatever_the_marks_offsets_hold(text: str) -> None:
    for quotation in quotations(text):
        assert 0 <= quotation.start < quotation.first < quotation.last <= quotation.end <= len(text)
        assert "\n" not in text[quotation.start : quotation.end] or "\n" in text.strip()


@given(MARKED | st.text(max_size=60))
def test_outer_quotations_never_overlap_and_nested_ones_lie_inside_them(text: str) -> None:
    found = quotations(text)
    outer = [quotation for quotation in found if not quotation.nested]
    assert all(before.end <= after.start for before, after in pairwise(outer))
    for nested in (quotation for quotation in found if quotation.nested):
        assert any(around.first <= nested.start and nested.end <= around.last for around in outer)


@given(MARKED | st.text(max_size=60))
def test_typographic_changes_straight_marks_and_nothing_else(text: str) -> None:
    changed = typographic(text)
    assert len(changed) == len(text)
    allowed = {'"': '"“”', "'": "'“” ", "`": "`“ ", "-": "- ", "—": "— ", "–": "– "}
    assert all(after in allowed.get(before, before) for before, after in zip(text, changed, strict=True))
