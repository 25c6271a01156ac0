from dataclasses import replace

import numpy as np
import pytest

from newswire.extract.document.marks import quotations
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.language.model import load_model
from newswire.extract.quotes.attributions import Attribution, disjoint, load_networks
from newswire.extract.quotes.confidence import ATTRIBUTION_FEATURES
from newswire.extract.quotes.features import Features, features
from tests.extract.lists import LEXICONS

OUTSIDE = np.zeros(40, bool)


def attribution(anchor: int, *content: tuple[int, int], score: float = 1.0) -> Attribution:
    return Attribution(anchor, (anchor, anchor), None, content, score)


def contents(found: list[Attribution]) -> dict[int, tuple[tuple[int, int], ...]]:
    return {one.anchor: one.content for one in disjoint(found, OUTSIDE)}


def columns(text: str) -> Features:
    (parse,) = load_model("en_core_web_sm").parse([text])
    return features(parse, quotations(text), paragraphs(text), LEXICONS.cues)


def test_what_is_all_that_another_cue_has_is_left_to_it() -> None:
    # "X," he said, adding later, "Y"
    found = contents([attribution(5, (0, 3), (10, 14), score=3), attribution(8, (10, 14))])
    assert found == {5: ((0, 3),), 8: ((10, 14),)}


def test_a_stretch_that_begins_with_another_cue_is_left_to_it() -> None:
    # "X," he said, suggesting that Y
    found = contents([attribution(5, (0, 3), (7, 14), score=3), attribution(7, (8, 11))])
    assert found == {5: ((0, 3),), 7: ((8, 11),)}


def test_what_is_said_ends_before_the_next_one_who_is_quoted() -> None:
    # he said that X, a man yelled "Y"
    quoted = OUTSIDE.copy()
    quoted[10:14] = True
    yelled = Attribution(9, (9, 9), (7, 8), ((10, 13),), 1.0)
    found = disjoint([attribution(1, (2, 13), score=3), yelled], quoted)
    assert {one.anchor: one.content for one in found} == {1: ((2, 6),), 9: ((10, 13),)}


def test_an_unlikely_quote_takes_nothing_from_what_is_said() -> None:
    # he said that X and was warned off "in accordance with the law"
    quoted = OUTSIDE.copy()
    quoted[10:14] = True
    warned = Attribution(9, (9, 9), (7, 8), ((10, 13),), -0.2)
    found = disjoint([attribution(1, (2, 13), score=3), warned], quoted)
    assert {one.anchor: one.content for one in found} == {1: ((2, 13),)}


BERG = Attribution(6, (6, 6), (5, 5), ((0, 3),), 1.0)


def shared(*found: Attribution, marked: tuple[slice, ...] = (slice(0, 4),)) -> dict[int, tuple[tuple[int, int], ...]]:
    quoted = OUTSIDE.copy()
    for stretch in marked:
        quoted[stretch] = True
    return {one.anchor: one.content for one in disjoint(found, quoted)}


def test_a_quotation_with_its_tag_is_said_by_whom_the_tag_names_and_not_by_who_tells_of_it() -> None:
    # "X," Berg said, according to the Post
    assert shared(BERG, attribution(8, (0, 6), score=3)) == {6: ((0, 3),)}


def test_who_tells_of_a_quotation_keeps_what_else_they_tell() -> None:
    # "X," Berg said, according to the Post, which adds that Y
    assert shared(BERG, attribution(8, (0, 6), (12, 30), score=3)) == {6: ((0, 3),), 8: ((12, 30),)}


def test_who_tells_of_a_quotation_has_nothing_where_it_was_most_of_what_they_had() -> None:
    # "X," Berg said, according to the Post, referring to Y
    assert shared(BERG, attribution(8, (0, 6), (12, 15), score=3)) == {6: ((0, 3),)}


@pytest.mark.parametrize(
    ("tag", "marked"),
    [
        (replace(BERG, score=-0.2), (slice(0, 4),)),  # rather no quote
        (replace(BERG, source=None), (slice(0, 4),)),
        (BERG, ()),  # no marks say where what Berg said ends
        (BERG, (slice(0, 7),)),  # "X, Berg said," is what the Post quotes
        (replace(BERG, anchor=13, cue=(13, 13)), (slice(0, 4),)),  # too far for a tag
    ],
)
def test_what_has_no_sure_tag_of_its_own_is_said_by_who_tells_of_it(
    tag: Attribution, marked: tuple[slice, ...]
) -> None:
    telling = attribution(15, (0, 13), score=3)
    assert shared(tag, telling, marked=marked) == {15: ((0, 13),)}


def test_a_quote_goes_on_until_the_next_quotation_with_a_tag() -> None:
    # "X," she said. "Y," Berg said.
    berg = Attribution(17, (17, 17), (16, 16), ((10, 13),), 1.0)
    found = shared(attribution(6, (0, 3), (10, 17), score=3), berg, marked=(slice(0, 4), slice(10, 14)))
    assert found == {6: ((0, 3),), 17: ((10, 13),)}


def test_a_cue_keeps_its_only_stretch() -> None:
    assert contents([attribution(5, (10, 14), score=3), attribution(8, (10, 14))]) == {5: ((10, 14),)}


def test_what_a_quote_reports_itself_stays_inside_it() -> None:
    found = contents([attribution(1, (2, 20), score=3), attribution(4, (5, 20))])
    assert found == {1: ((2, 20),)}


def test_of_two_claims_to_the_same_words_the_surer_one_stays() -> None:
    first, second = attribution(3, (5, 9), score=1), attribution(12, (5, 9), score=2)
    assert [one.anchor for one in disjoint([first, second], OUTSIDE)] == [12]


def test_an_attribution_without_content_is_none() -> None:
    assert disjoint([attribution(3)], OUTSIDE) == []
    assert disjoint([attribution(3, (5, 9))], OUTSIDE)


def test_the_score_stands_for_the_mean_of_the_confidence_and_the_probability_of_the_content() -> None:
    found = load_networks().read(
        columns("The minister said on Monday that the harbour would stay open. Nobody believes it.")
    )
    assert found
    for one in found:
        mean = 1 / (1 + np.exp(-one.score))  # the probability of the content is between the confidence and 1
        assert 2 * mean - 1 - 0.005 <= one.confidence <= mean + 0.005


def test_every_candidate_has_content_and_finite_features() -> None:
    text = "“We will go,” she said. He denied it. According to the report, “nothing” was true, he added."
    found, features = load_networks().candidates(columns(text))
    assert found
    assert features.shape == (len(found), len(ATTRIBUTION_FEATURES))
    assert np.isfinite(features).all()
    assert all(one.content for one in found)


def test_a_text_without_words_has_no_attributions() -> None:
    assert load_networks().read(columns("")) == []
    assert load_networks().read(columns("“We will go,” she said."))


def test_sharing_out_looks_at_no_order_of_scores() -> None:
    found = [attribution(5, (0, 3), (10, 14), score=1), attribution(8, (10, 14), score=3)]
    assert contents(found) == contents([replace(one, score=4 - one.score) for one in found])


def test_windows_labelled_in_blocks_are_labelled_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text full of cues is taken in blocks, so that it does not need gigabytes."""
    story = columns(
        "“We will go there,” said Ana Delgado, who added that nobody knew why. Otto Lind said it was late.\n" * 8
    )
    whole = load_networks().read(story)
    assert len(whole) > 8
    monkeypatch.setattr("newswire.extract.quotes.attributions.BLOCK", 300)
    assert load_networks().read(story) == whole
