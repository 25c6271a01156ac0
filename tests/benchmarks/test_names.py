"""Names of all continents are scored as the page says."""

from __future__ import annotations

from benchmarks.counts import Counts
from benchmarks.names import gold_names, names_of, region, score
from newswire.records import Entity, Mention
from training.corpora import LabelledName, WorldwideArticle

BODY = "The Lind Bank of Accra's head left."
ARTICLE = WorldwideArticle("ghana_x_1", BODY, (LabelledName(0, 24, "Organization"), LabelledName(17, 22, "Money")))


def entity(type: str, start: int, end: int, kind: str = "name") -> Entity:
    mention = Mention(start=start, end=end, text=BODY[start:end], kind=kind)
    return Entity(id="e", name=BODY[start:end], type=type, aliases=[], mentions=[mention])


def test_an_article_in_front_and_a_possessive_behind_do_not_count() -> None:
    assert gold_names(ARTICLE) == names_of(BODY, [entity("ORG", 4, 22)]) == {(4, 22, "ORG")}


def test_labels_count_as_the_classes_of_the_corpus_and_only_names_count() -> None:
    found = names_of(
        BODY, [entity("GPE", 17, 22), entity("LOC", 4, 8), entity("LAW", 0, 3), entity("ORG", 4, 22, "pronoun")]
    )
    assert found == {(17, 22, "LOC"), (4, 8, "LOC")}


def test_a_region_is_that_of_the_outlet() -> None:
    assert region(ARTICLE) == "Africa"
    assert region(WorldwideArticle("zz_1", "", ())) == "elsewhere"


def test_figures_are_over_all_classes_each_class_and_the_region() -> None:
    figures = score(ARTICLE, frozenset({(4, 22, "ORG"), (17, 22, "LOC"), (0, 3, "FAC")}))
    assert str(figures["ALL"]) == str(figures["Africa"])
    told = {name: figures[name] for name in ("ALL", "ORG", "LOC", "FAC")}
    assert told == {"ALL": Counts(1, 2, 1), "ORG": Counts(1, 1, 1), "LOC": Counts(0, 1, 0), "FAC": Counts(0, 1, 0)}
