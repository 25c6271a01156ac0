"""The tables of the ontology, and the lexicon of predicates, in form and in use."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from newswire.errors import SettingsError
from newswire.extract.events.ontology import FUTURE, SYMMETRIC, TYPES, Ontology
from newswire.extract.events.predicates import Lexicon
from newswire.extract.events.words import EventWords, function_words, governors
from newswire.lexicon import rows

SECTORS = "GOV MIL COP JUD LEG OPP REB PRM PTY SPY UAF CVL BUS EDU MED LAB AGR JRN REF REL SOC CRM"
QUADS = {type: 1 + (i >= 4) + (i >= 7) + (i >= 12) for i, type in enumerate(TYPES)}


def test_every_type_and_mode_has_its_quad_and_scores_within_the_scales() -> None:
    table = rows("plover.tsv", 5)
    assert {row[0] for row in table} == set(TYPES)
    for type, mode, quad, score, cameo in table:
        assert int(quad) == QUADS[type]
        assert -10 <= float(score) <= 10
        assert (float(score) > 0) == (QUADS[type] <= 2)
        coding = Ontology().code(type, mode)
        assert (coding.cameo, coding.mode) == (cameo, mode or None)
        assert coding.goldstein is not None


def test_every_predicate_names_a_type_a_mode_and_a_code_of_the_tables() -> None:
    modes = {(row[0], row[1]) for row in rows("plover.tsv", 5)}
    codes = {code for code, _ in rows("goldstein.tsv", 2)}
    classes = {name for name, _ in rows("classes.tsv", 2)} | {"must", "willnot", "willdo"}
    strange = []
    for row in rows("predicates.tsv", 8):
        lemma, part, objects, _, type, mode, cameo, strength = row
        wanted = [cell[1:] for cell in objects.split("|") if cell.startswith("@")]
        known = (type, mode) in modes and (not cameo or cameo in codes | {"176"}) and set(wanted) <= classes
        if not known or part not in "vn" or strength not in "012" or lemma != lemma.lower():
            strange.append(row)
    assert strange == []


def test_agents_have_sectors_of_the_codebook() -> None:
    sectors = set(SECTORS.split())
    assert {sector for _, sector in rows("agents.tsv", 2)} <= sectors


def test_what_is_announced_becomes_a_type_of_the_same_side() -> None:
    assert set(FUTURE.values()) == {"AGREE", "THREATEN"}
    assert all((QUADS[one] <= 2) == (QUADS[other] <= 2) for one, other in FUTURE.items())
    assert set(TYPES) >= SYMMETRIC


def test_a_type_that_is_none_is_a_key_error_and_an_unknown_mode_is_left_out() -> None:
    with pytest.raises(KeyError):
        Ontology().code("PICNIC")
    assert Ontology().code("ASSAULT", "tickle").mode is None


def test_the_closest_row_of_the_lexicon_comes_first() -> None:
    lexicon = Lexicon()
    plain = lexicon.readings("suspend", "v", ["aid"], [])
    assert (plain[0].type, plain[0].mode) == ("SANCTION", "discontinue")
    assert lexicon.readings("impose", "v", ["curfew"], ["in"])[0].mode == "curfew"
    assert lexicon.readings("picnic", "v", [], []) == []


def test_each_class_of_governors_is_filled() -> None:
    for group in ("averse", "planned", "possible", "demanded", "achieved", "control", "empty", "uttered"):
        assert len(governors(group)) > 5


def test_a_class_of_words_that_is_none_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        governors("picnic")
    with pytest.raises(KeyError):
        function_words("picnic")


@pytest.mark.parametrize("name", ["governors.tsv", "function_words.tsv", "event_words.tsv", "dates.tsv"])
def test_the_head_of_a_list_with_classes_explains_each_of_them(name: str) -> None:
    text = (files("newswire.lexicon") / name).read_text(encoding="utf-8")
    head = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))
    explained = {word.strip() for part in re.findall(r"[\w, ]+(?=:)", head) for word in part.split(",")}
    assert {cells[0] for cells in rows(name, 3)} <= explained


def test_a_user_adds_event_words_and_a_class_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "event_words.tsv").write_text("assets\thovercraft\n", encoding="utf-8")
    assert "hovercraft" in EventWords.load(tmp_path).assets - EventWords.load().assets
    (tmp_path / "event_words.tsv").write_text("gadgets\thovercraft\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"event_words\.tsv.*gadgets"):
        EventWords.load(tmp_path)


def test_a_user_adds_predicates_without_touching_code(tmp_path: Path) -> None:
    (tmp_path / "predicates.tsv").write_text("zap\tv\t@gadget\t\tASSAULT\tdestroy\t1712\t2\n", encoding="utf-8")
    (tmp_path / "classes.tsv").write_text("gadget\trobot|toaster\n", encoding="utf-8")
    lexicon = Lexicon(tmp_path)
    assert lexicon.readings("zap", "v", ["robot"], [])[0].type == "ASSAULT"
    assert lexicon.readings("zap", "v", ["cat"], []) == []


@pytest.mark.parametrize(
    "row", ["zap\tx\t\t\tASSAULT\t\t\t2", "zap\tv\t\t\tPICNIC\t\t\t2", "zap\tv\t\t\tASSAULT\t\t\t7"]
)
def test_a_wrong_row_of_a_user_is_named_with_its_remedy(tmp_path: Path, row: str) -> None:
    (tmp_path / "predicates.tsv").write_text(row + "\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"predicates\.tsv"):
        Lexicon(tmp_path)
