"""Polarity, modality and tense of predicates."""

from __future__ import annotations

import pytest

from newswire.extract.events.factuality import Status, status
from newswire.extract.language.model import load_model


def of(text: str, word: str) -> Status:
    (parse,) = load_model("en_core_web_sm").parse([text])
    return status(parse, parse.words.index(word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The rebels did not attack the town.", "attack"),
        ("The army never attacked the town.", "attacked"),
        ("No soldiers attacked the town.", "attacked"),
        ("The ministers failed to agree.", "agree"),
        ("Peru ruled out sending its troops.", "sending"),
        ("Peru is not ready to withdraw its troops.", "withdraw"),
        ("Peru refused to withdraw its troops.", "withdraw"),
        ("The army denied attacking the town.", "attacking"),
        ("They left without signing the treaty.", "signing"),
        ("The president rejected the treaty.", "treaty"),
        ("The envoys did not sign the treaty.", "treaty"),
        ("The army is not ready for war.", "ready"),
        ("The army has yet to free the hostages.", "free"),
        ("Peru no longer supports the rebels.", "supports"),
        ("The minister denied that the army had attacked the town.", "attacked"),
        ("Chile does not think that Peru attacked the town.", "attacked"),
        ("The envoys did not meet or talk.", "talk"),
        ("Peru does not want to withdraw its troops.", "withdraw"),
        ("They talked instead of attacking the town.", "attacking"),
        ("The army took the town without casualties or damage.", "damage"),
        ("The lack of talks worried Peru.", "talks"),
        ("The police scarcely fought the rebels.", "fought"),
        ("Not a single soldier was wounded.", "wounded"),
        ("The minister neither confirmed nor denied the report.", "denied"),
        ("The talks ended without an agreement being signed.", "signed"),
        ("There was no sign of progress in the talks.", "progress"),
        ("The firm said it had no plans to cut jobs.", "cut"),
        ("The envoy had no intention of resigning.", "resigning"),
        ("There was not enough evidence to charge him.", "charge"),
        ("The strike was averted.", "strike"),
        ("The army stopped short of attacking the town.", "attacking"),
        ("The general was acquitted of killing the envoy.", "killing"),
        ("The envoy does not think the government will fall.", "fall"),
        ("Under no circumstances will the rebels negotiate.", "negotiate"),
        ("The union called off the strike.", "strike"),
    ],
)
def test_what_was_not_done_is_negated(text: str, word: str) -> None:
    assert of(text, word).polarity == "negated"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The rebels attacked the town.", "attacked"),
        ("The rebels did not retreat and attacked the town.", "attacked"),
        ("The army managed to free the hostages.", "free"),
        ("Peru has withdrawn its troops.", "withdrawn"),
        ("The minister did not mention the attack.", "attack"),
        ("The envoy refused to discuss the invasion.", "invasion"),
        ("The rebels not only attacked the town but burned it.", "attacked"),
        ("The president did not leave until Monday.", "leave"),
        ("The mayor denied the accusations.", "accusations"),
        ("Peru rejected a demand by Chile.", "demand"),
        ("The court ruled on the attack.", "attack"),
        ("The firm reported a drop in exports.", "exports"),
        ("The envoys held talks.", "talks"),
        ("Not all hostages were freed.", "freed"),
        ("It was not the army that attacked the town.", "attacked"),
        ("The rebels did not accept the deal and attacked the town.", "attacked"),
        ("He is the first minister to visit Lima since the war.", "visit"),
        ("The troops are said to have been attacked at night.", "attacked"),
    ],
)
def test_what_was_done_is_affirmed_and_actual(text: str, word: str) -> None:
    assert (of(text, word).polarity, of(text, word).modality) == ("affirmed", "actual")


def test_an_outcome_behind_a_word_like_drop_is_affirmed() -> None:
    assert of("The index dropped to reach a low.", "reach").polarity == "affirmed"


@pytest.mark.parametrize(
    ("text", "word", "modality"),
    [
        ("The army will attack the town.", "attack", "planned"),
        ("The president plans to visit Peru.", "visit", "planned"),
        ("The envoy said they would attack the town.", "attack", "planned"),
        ("The rebels may attack the town.", "attack", "possible"),
        ("If the rebels attack the town, people will flee.", "attack", "possible"),
        ("Peru must withdraw its troops.", "withdraw", "demanded"),
        ("The call for talks came on Monday.", "talks", "demanded"),
        ("Chile urged Peru to withdraw its troops.", "withdraw", "demanded"),
        ("The treaty is due to be signed on Monday.", "signed", "planned"),
        ("Chile called for the general to be arrested.", "arrested", "demanded"),
        ("Foreign Minister Soto to visit Lima soon.", "visit", "planned"),
        ("The union recommended that the court suspend the mayor.", "suspend", "demanded"),
        ("The envoy spoke of a possible visit to Peru.", "visit", "possible"),
        ("Peru may want to withdraw its troops.", "withdraw", "possible"),
        ("The mayor criticised the planned march.", "march", "planned"),
        ("Gunmen tried to kidnap the envoy.", "kidnap", "planned"),
        ("Peru is considering withdrawing its troops.", "withdrawing", "possible"),
        ("Peru is willing to withdraw its troops.", "withdraw", "possible"),
        ("Peru wants to withdraw its troops.", "withdraw", "planned"),
        ("Peru wants Chile to withdraw its troops.", "withdraw", "demanded"),
    ],
)
def test_what_is_only_announced_possible_or_wanted_is_so_marked(text: str, word: str, modality: str) -> None:
    assert of(text, word).modality == modality


@pytest.mark.parametrize(
    ("text", "word", "tense"),
    [
        ("The army attacked the town.", "attacked", "past"),
        ("The army attacks the town.", "attacks", "present"),
        ("The army will attack the town.", "attack", "future"),
        ("The army wants to attack the town.", "attack", "infinitive"),
    ],
)
def test_the_tense_is_that_of_the_verb_and_its_auxiliaries(text: str, word: str, tense: str) -> None:
    assert of(text, word).tense == tense


def test_what_need_not_be_done_is_not_said_to_be_left_undone() -> None:
    assert of("Peru does not need to withdraw its troops.", "withdraw").polarity == "affirmed"
    assert of("Peru did not ask Chile to leave.", "leave").polarity == "affirmed"


def test_a_noun_has_the_status_of_its_verb() -> None:
    assert of("The two countries will hold talks in Lima.", "talks").modality == "planned"
    assert of("The two countries did not hold talks.", "talks").polarity == "negated"
