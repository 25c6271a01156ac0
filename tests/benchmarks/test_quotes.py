"""The scorer of quotes, on invented sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.counts import Counts, Figure, Share
from benchmarks.quotes import articles, attribution, matched, overlap, score, type_of
from newswire.records import Cue, Quote, Span, Speaker, Text
from training.corpora import Attribution

TEXT = 'Nora Lind said "the bridge is safe", and engineers warned that rain might come.'


def at(words: str) -> tuple[int, int]:
    """Where the words stand in TEXT."""
    start = TEXT.index(words)
    return start, start + len(words)


def made(content: str, source: str = "", cue: str = "") -> Attribution:
    return Attribution("direct", (at(content),), (at(source),) if source else (), (at(cue),) if cue else ())


SAFE = made("the bridge is safe", "Nora Lind", "said")
RAIN = made("that rain might come", "engineers", "warned")


def figures(*found: Attribution, gold: tuple[Attribution, ...] = (SAFE, RAIN)) -> dict[str, Figure]:
    return score(TEXT, gold, found)


def test_what_equals_the_gold_is_right_in_every_metric() -> None:
    total = figures(SAFE, RAIN)
    assert total["content, half overlap"] == total["content, cue and speaker"] == Counts(2, 2, 2)
    assert total["content exact"] == total["cue exact"] == Counts(2, 2, 2)
    assert total["speaker overlap"] == total["speaker exact"] == Share(2, 2)
    assert total["recall, direct"] == total["precision, direct"] == Share(1, 1)
    assert total["recall, indirect"] == total["precision, indirect"] == Share(1, 1)
    assert total["recall, mixed"] == Share(0, 0)


def test_marks_and_commas_around_a_content_do_not_matter() -> None:
    assert figures(made('"the bridge is safe",', "Nora Lind", "said"))["content exact"] == Counts(1, 1, 2)


def test_half_of_the_words_is_a_match_and_less_is_none() -> None:
    assert figures(made("the bridge"))["content, half overlap"] == Counts(1, 1, 2)
    assert figures(made("the"))["content, half overlap"] == Counts(0, 1, 2)


def test_a_match_with_the_wrong_cue_or_source_is_right_in_content_only() -> None:
    for wrong in (made("the bridge is safe", "engineers", "said"), made("the bridge is safe", "Nora Lind", "warned")):
        total = figures(wrong)
        assert total["content, half overlap"] == Counts(1, 1, 2)
        assert total["content, cue and speaker"] == Counts(0, 1, 2)


def test_a_source_that_neither_names_agrees_and_one_that_only_one_names_does_not() -> None:
    nobody = made("the bridge is safe", cue="said")
    assert figures(nobody, gold=(nobody,))["content, cue and speaker"] == Counts(1, 1, 1)
    assert figures(SAFE, gold=(nobody,))["content, cue and speaker"] == Counts(0, 1, 1)
    assert figures(nobody, gold=(SAFE,))["content, cue and speaker"] == Counts(0, 1, 1)


def test_speakers_count_where_the_gold_names_one() -> None:
    assert figures(SAFE, gold=(made("the bridge is safe"),))["speaker overlap"] == Share(0, 0)
    total = figures(made("the bridge is safe", "Lind"))
    assert (total["speaker overlap"], total["speaker exact"]) == (Share(1, 1), Share(0, 1))


def test_each_quote_of_the_gold_has_one_match_the_closest() -> None:
    total = figures(made("the bridge is"), SAFE)
    assert total["content, half overlap"] == Counts(1, 2, 2)
    assert total["speaker exact"] == Share(1, 1)


def test_spans_of_one_content_are_exact_each_by_itself() -> None:
    parts = Attribution("direct", (at("the bridge"), at("is safe")))
    assert figures(parts, gold=(SAFE,))["content exact"] == Counts(0, 2, 1)
    assert figures(parts, gold=(SAFE,))["content, half overlap"] == Counts(1, 1, 1)


def test_attributions_without_content_do_not_count() -> None:
    empty = Attribution("indirect", (), (at("engineers"),))
    assert figures(SAFE, empty, gold=(SAFE, empty))["content, half overlap"] == Counts(1, 1, 1)


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("“We are here, and we will stay.”", "direct"),
        ('"We are here, and we will stay."', "direct"),
        ("“We are here, and nobody has closed the marks.", "direct"),
        ("We are “here”.", "mixed"),
        ("We are here.", "indirect"),
        ("We are here.”", "indirect"),
    ],
)
def test_marks_tell_the_type(text: str, type: str) -> None:
    assert type_of(text, [(0, len(text))]) == type


def test_marks_that_nobody_closes_end_with_the_line() -> None:
    text = "“We are here.\nWe stay."
    assert type_of(text, [(text.index("We stay"), len(text))]) == "indirect"


def test_overlap_is_intersection_over_union() -> None:
    assert overlap(frozenset([1, 2, 3]), frozenset([2, 3, 4])) == 0.5
    assert overlap(frozenset(), frozenset()) == 0


def test_the_closest_pairs_are_matched_first() -> None:
    one, two = frozenset(range(10)), frozenset(range(2, 10))
    assert matched([one, two], [two]) == {1: 0}


def quote(text: str) -> Quote:
    start, end = at("the bridge is safe")
    name, cue = at("Nora Lind"), at("said")
    return Quote(
        id="q",
        type="direct",
        kind="speech",
        text=text,
        spans=[Span(start, end)],
        speaker=Speaker(mention=Text(*name, "Nora Lind")),
        cue=Cue(*cue, "said", "say", "neutral"),
    )


def test_a_record_is_an_attribution() -> None:
    assert attribution(quote("the bridge is safe"), TEXT) == SAFE


def test_a_record_of_another_text_is_no_attribution() -> None:
    with pytest.raises(ValueError, match="do not cover 'the tunnel is safe'"):
        attribution(quote("the tunnel is safe"), TEXT)


def test_a_control_character_of_an_article_is_read_as_what_was_meant(tmp_path: Path) -> None:
    row = {"id": "a", "date": "2016-05-03", "text": "Lind said \x93yes\x94.", "attributions": []}
    path = tmp_path / "polnear.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    assert [one.text for one in articles(path)] == ["Lind said “yes”."]
