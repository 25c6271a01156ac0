"""Events of invented sentences: types, ends, status, dates, and what is no event."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.event_pairs import CONFIDENT
from newswire.extract import Extractor, join
from newswire.records import Article, Event, Extraction, encode
from newswire.settings import ExtractSettings

# A Thursday.
PUBLISHED = "2021-03-18T12:00:00Z"


@cache
def extractor(lexicon: Path | None = None) -> Extractor:
    return Extractor(ExtractSettings(lexicon=lexicon))


def extraction(text: str, **fields: object) -> Extraction:
    article = Article(**{"id": "a", "body": text, "published": PUBLISHED, **fields})  # type: ignore[arg-type]
    return extractor().extract([article])[0]


def events(text: str, **fields: object) -> list[Event]:
    return extraction(text, **fields).events


def only(text: str, **fields: object) -> Event:
    found = events(text, **fields)
    assert len(found) == 1, [(event.type, event.predicate.lemma) for event in found]
    return found[0]


def countries(event: Event) -> tuple[list[str | None], list[str | None]]:
    return [actor.country for actor in event.actors], [actor.country for actor in event.recipients]


@pytest.mark.parametrize(
    ("text", "type", "actor", "recipient"),
    [
        ("Peruvian troops attacked Bolivian soldiers near the border on Monday.", "ASSAULT", "PER", "BOL"),
        ("Bolivian soldiers were attacked by Peruvian troops on Monday.", "ASSAULT", "PER", "BOL"),
        ("Chile imposed sanctions on Paraguay.", "COERCE", "CHL", "PRY"),
        ("The Chilean government condemned Paraguay for the raid.", "ACCUSE", "CHL", "PRY"),
        ("Norway will send food aid to Malawi.", "AGREE", "NOR", "MWI"),
        ("Norway provided emergency food aid to Malawi last week.", "AID", "NOR", "MWI"),
        ("Kenya's president met his Ugandan counterpart on Tuesday.", "CONSULT", "KEN", "UGA"),
        ("Kenyan officials held talks with Ugandan ministers on Tuesday.", "CONSULT", "KEN", "UGA"),
        ("Latvia expelled two Belarusian diplomats on Monday.", "SANCTION", "LVA", "BLR"),
        ("Ghana rejected a proposal by Togo.", "REJECT", "GHA", "TGO"),
        ("Ghana demanded that Togo withdraw its soldiers.", "REQUEST", "GHA", "TGO"),
        ("Ghana threatened to attack Togo.", "THREATEN", "GHA", "TGO"),
        ("Nepal's foreign minister praised India for its help.", "SUPPORT", "NPL", "IND"),
        ("Angolan rebels released three Portuguese hostages on Sunday.", "RETREAT", "AGO", "PRT"),
        # predicates that the corpora lack, read as the lexicon says
        ("Russia said it would summon the British ambassador in Moscow.", "THREATEN", "RUS", "GBR"),
        ("China called on the United States to lift its tariffs.", "REQUEST", "CHN", "USA"),
        ("Spain extradited a Venezuelan general on Monday.", "COOPERATE", "ESP", "VEN"),
        ("The arrest of an American journalist by Russian police drew protests.", "COERCE", "RUS", "USA"),
        ("An agreement between Iran and Saudi Arabia was signed in Beijing.", "AGREE", "IRN", "SAU"),
        ("South Sudan and Sudan reached a truce in the border region.", "AGREE", "SSD", "SDN"),
        ("Peru declared the Mexican president persona non grata.", "SANCTION", "PER", "MEX"),
        ("Estonia closed the Russian consulate in Tartu.", "SANCTION", "EST", "RUS"),
    ],
)
def test_who_did_what_to_whom(text: str, type: str, actor: str, recipient: str) -> None:
    found = [event for event in events(text) if event.type == type]
    assert found, [(event.type, event.predicate.lemma) for event in events(text)]
    assert countries(found[0]) == ([actor], [recipient])


@pytest.mark.parametrize(
    "text",
    [
        "Norway will not send arms to Ukraine.",
        "Peru will not send troops to Haiti.",
        "Ghana will not recognise the government of Togo, its foreign minister said.",
        "Norway would not let Estonia use its harbours.",
    ],
)
def test_what_somebody_will_not_do_is_a_refusal(text: str) -> None:
    event = only(text)
    assert (event.type, event.polarity) == ("REJECT", "affirmed")


@pytest.mark.parametrize(
    "text",
    [
        "Analysts do not think that Norway will send arms to Ukraine.",
        "Mali will not receive troops from France.",
        "The money of the United Nations will not help Gaza.",
        "The ministers of Peru and Chile will not meet on Monday.",
        "Norway would not let Estonia use its harbours if the fleet left.",
        "Norway would not have let Estonia use its harbours.",
        "Norway would not normally let Estonia use its harbours.",
    ],
)
def test_what_will_not_happen_is_no_refusal_of_those_who_do_not_refuse_it(text: str) -> None:
    assert not [event.type for event in events(text) if event.type == "REJECT"]


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("China pledged to punish firms that sell arms to Taiwan.", "THREATEN"),
        ("The militia promised that every collaborator would be shot.", "THREATEN"),
        ("The Nigerian militia promised raids on Benin.", "THREATEN"),
        ("Kenya promised to lift its sanctions on Uganda.", "AGREE"),
        ("Kenya promised a report on Uganda.", "AGREE"),
        ("Peru agreed with Chile to arrest smugglers.", "AGREE"),
        ("Hezbollah pledged not to attack Israel.", "AGREE"),
        ("Kenya agreed to deport two men to Uganda.", "AGREE"),
    ],
)
def test_who_promises_what_somebody_suffers_threatens_unless_it_is_promised_to_others(text: str, type: str) -> None:
    assert [e.type for e in events(text) if e.predicate.lemma in ("pledge", "promise", "agree")] == [type]


def test_who_goes_along_with_the_object_suffers_too() -> None:
    arrested = next(e for e in events("Peruvian police arrested the mayor along with two aides.") if e.type == "COERCE")
    assert [end.text for end in arrested.actors] == ["Peruvian police"]


def test_who_goes_along_with_the_subject_acts_too() -> None:
    event = only("India, along with Nepal, demanded the release of the pilgrims.")
    assert countries(event) == (["IND", "NPL"], [])


def test_an_alert_needs_less_confidence_than_a_story() -> None:
    alert = "Supporters of the two candidates clashed with knives in Montevideo."
    assert [event.confidence < 0.3 for event in events(alert)] == [True]
    assert not events(f"Rain fell in Kampala. Prices rose a little. The lake was calm. Shops opened late. {alert}")


def test_whose_country_is_told_elsewhere_in_the_text_has_it_in_the_event() -> None:
    text = "Togolese police arrested ten miners in Lomé on Monday.\n\nThe police beat journalists on Tuesday, witnesses said."
    beaten = [event for event in events(text) if event.predicate.text == "beat"]
    assert [actor.country for event in beaten for actor in event.actors] == ["TGO"]


def test_a_noun_with_both_ends_is_an_event() -> None:
    found = [event for event in events("Food prices rose after Chile's invasion of Peru.") if event.type == "ASSAULT"]
    assert [countries(event) for event in found] == [(["CHL"], ["PER"])]
    assert found[0].predicate.text == "invasion"
    assert found[0].tense is None


def test_coordinated_ends_are_one_event_with_all_of_them() -> None:
    found = only("Chile and Peru condemned Bolivia.")
    assert countries(found) == (["CHL", "PER"], ["BOL"])


def test_sectors_come_from_the_nouns() -> None:
    found = only("Kenyan police arrested 40 opposition activists on Monday.")
    assert (found.type, found.mode) == ("COERCE", "arrest")
    assert (found.actors[0].country, found.actors[0].sector) == ("KEN", "COP")
    assert found.recipients[0].sector == "OPP"


def test_every_event_carries_its_code_quad_scores_and_evidence() -> None:
    text = "It was a quiet day. Peruvian troops attacked Bolivian soldiers near the border on Monday."
    found = only(text)
    assert (found.cameo, found.quad, found.score, found.goldstein) == ("190", 4, -9, -10)
    evidence = found.evidence.text
    assert evidence == text[found.evidence.start : found.evidence.end]
    assert evidence.startswith("Peruvian troops")
    assert "quiet" not in evidence
    assert 0 < found.confidence <= 1


def test_an_event_carries_the_sentence_that_tells_it() -> None:
    text = "It was a quiet day.\n\nPeruvian troops attacked Bolivian soldiers, a spokesman said. Nobody was hurt."
    found = only(text)
    assert found.sentence is not None
    assert found.sentence.text == "Peruvian troops attacked Bolivian soldiers, a spokesman said."
    assert text[found.sentence.start : found.sentence.end] == found.sentence.text


def test_a_sentence_that_has_no_end_is_repeated_by_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred events that each repeat it would be larger than a topic takes."""
    monkeypatch.setattr(join, "MAX_EVIDENCE", 20)
    found = only("Peruvian troops attacked Bolivian soldiers on Monday.")
    assert (found.sentence, found.evidence.text) == (None, None)
    assert found.evidence.end > 20


def test_a_place_carries_its_geonames_id() -> None:
    found = only("Peruvian troops attacked Bolivian soldiers in Cochabamba on Monday.")
    assert found.place is not None
    assert (found.place.name, found.place.geonames) == ("Cochabamba", 3919968)


def test_an_act_that_is_only_announced_is_agreed_or_threatened() -> None:
    assert only("Peru will attack Bolivia.").type == "THREATEN"
    assert only("Norway will send food aid to Malawi.").type == "AGREE"


def test_negation_and_modality_are_marked() -> None:
    assert only("Peruvian troops did not attack Bolivian soldiers.").polarity == "negated"
    assert only("Peruvian troops may attack Bolivian soldiers.").modality == "possible"
    assert only("Peruvian troops attacked Bolivian soldiers.").modality == "actual"


def test_the_date_is_counted_from_the_day_of_publication() -> None:
    found = only("Peruvian troops attacked Bolivian soldiers on Monday.").date
    assert found is not None
    assert (found.text, found.value, found.precision) == ("Monday", "2021-03-15", "day")


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("Denmark were destroyed by Norway in the final.", []),
        ("Fans attacked the police in the semi-final.", ["ASSAULT"]),
        ("Police arrested 40 fans in the semi-final.", ["COERCE"]),
    ],
)
def test_countries_that_play_are_at_no_war_but_fans_and_police_may_do_something(text: str, types: list[str]) -> None:
    assert [event.type for event in events(text)] == types


def test_what_happened_over_a_weekend_has_that_weekend_as_its_date() -> None:
    found = only("Peruvian troops attacked Bolivian soldiers over the weekend.").date
    assert found is not None
    assert (found.value, found.precision) == ("2021-W10-WE", "weekend")


def test_without_a_time_of_publication_the_date_has_no_value() -> None:
    found = only("Peruvian troops attacked Bolivian soldiers on Monday.", published=None).date
    assert found is not None
    assert (found.text, found.value, found.precision) == ("Monday", None, None)


def test_what_is_told_in_a_quote_is_attributed_to_its_speaker() -> None:
    text = "“Peruvian troops attacked Bolivian soldiers on Monday,” Defence Minister Rosa Quispe told reporters."
    found = next(event for event in events(text) if event.type == "ASSAULT")
    assert found.attributed_to is not None
    assert found.attributed_to.name == "Rosa Quispe"


@pytest.mark.parametrize(
    ("none", "one"),
    [
        (
            "Spain beat Italy 2-1 in the soccer final, the coach said. The striker's goal won the match for the champions.",
            "Spain condemned Italy in the final hours of the summit, the minister said.",
        ),
        (
            "Acme Corp. attacked the market with a new phone and beat its rival Globex Inc.",
            "The Peruvian government sued Acme Corp. over a new phone.",
        ),
        ("In 1879 Chilean troops attacked Bolivia.", "In 2018 Chilean troops attacked Bolivia."),
        ("The minister said the weather in Peru was fine.", "The minister said Chile had attacked Peru."),
        ("Prices in Chile rose by 3 percent last month.", "Chile suspended aid to Peru last month."),
    ],
    ids=["sport", "business", "history", "statement", "figures"],
)
def test_sport_business_history_and_statements_are_no_events(none: str, one: str) -> None:
    assert events(none) == []
    assert len(events(one)) == 1


@pytest.mark.parametrize(
    ("of_others", "own"),
    [
        (
            "The Latvian minister said it would be difficult to tell how much Belarus contributed.",
            "The Latvian minister said he would send troops to Belarus.",
        ),
        ("Kenya’s minister declined to comment on Uganda.", "Kenya’s minister declined an invitation from Uganda."),
        (
            "The Dutch finance minister said Belgium would not block the takeover.",
            "The Dutch finance minister said Belgium should not block the takeover.",
        ),
    ],
)
def test_what_is_said_of_others_is_no_event_of_the_speaker(of_others: str, own: str) -> None:
    told = [event for event in events(of_others) if event.predicate.lemma in ("say", "decline")]
    assert [event for event in told if event.confidence >= CONFIDENT] == []
    assert len([event for event in events(own) if event.predicate.lemma in ("say", "decline", "send")]) == 1


def test_a_threat_under_a_condition_is_threatened_and_not_agreed() -> None:
    found = events("Chile and Peru said on Monday they would suspend aid to Mali unless it named a date for elections.")
    assert {event.type for event in found} == {"THREATEN"}


def test_who_denies_a_charge_rejects_those_who_made_it() -> None:
    event = only("President Juan Vega of Peru dismissed the charge by Bolivian ministers.")
    assert (event.type, event.recipients[0].country) == ("REJECT", "BOL")


def test_a_coordinated_verb_keeps_its_own_ends() -> None:
    found = events("The Peruvian governor rejected the criticism and promised to compensate families.")
    assert [
        end.text for event in found if event.type == "REJECT" for end in event.recipients if "famil" in end.text
    ] == []
    found = events("The Peruvian governor rejected the criticism of Bolivian families.")
    assert [len(event.recipients) for event in found if event.type == "REJECT"] == [1]
    found = events("Peruvian protesters gathered outside the court, and police detained eleven of them.")
    assert all(end.sector != "COP" for event in found if event.type == "PROTEST" for end in event.recipients)
    event = only("Peruvian protesters rallied against police outside the court.")
    assert (event.type, event.recipients[0].sector) == ("PROTEST", "COP")


def test_mediators_do_not_meet_each_other_but_those_they_mediate_between() -> None:
    found = only("Egypt and Qatar have been mediating between Israel and Lebanon.")
    assert countries(found) == (["EGY", "QAT"], ["ISR", "LBN"])


def test_two_that_do_the_same_to_a_third_do_nothing_to_each_other() -> None:
    event = only("Chile and Peru rejected the term containment.")
    assert countries(event)[0] == ["CHL", "PER"]
    assert not {"CHL", "PER"} & {*countries(event)[1]}
    assert countries(only("Chile and Peru signed the agreement.")) == (["CHL"], ["PER"])


def test_talks_that_have_not_resumed_are_negated() -> None:
    found = [event for event in events("Talks between Israel and Syria have not resumed.") if event.type == "CONSULT"]
    assert [event.polarity for event in found] == ["negated"]


def test_the_side_before_an_office_or_a_thing_is_the_sector() -> None:
    found = only("Belarus freed an opposition leader on Monday.")
    assert found.recipients[0].sector == "OPP"
    found = only("Malian troops attacked a rebel convoy near Gao on Monday.")
    assert (found.recipients[0].text, found.recipients[0].sector) == ("a rebel convoy", "REB")


def test_the_government_is_nobodys_where_several_countries_are_spoken_of() -> None:
    urged = "The African Union urged the government to resume talks with the rebels."

    def country(before: str) -> str | None:
        (event,) = [event for event in events(f"{before} {urged}") if event.predicate.lemma == "urge"]
        return event.recipients[0].country

    assert country("Norway suspended aid to Mali.") is None
    assert country("Mali suspended talks.") == "MLI"


def test_a_politician_who_attacks_another_in_words_accuses() -> None:
    found = only("Senator Mary Walsh attacked Governor Tom Reed over taxes.")
    assert found.type == "ACCUSE"


def test_a_conflict_that_somebody_says_is_to_come_is_threatened() -> None:
    event = only("President Miguel Soto of Chile said on Wednesday he would impose tariffs on Paraguay.")
    assert (event.type, event.modality, countries(event)[1]) == ("THREATEN", "planned", ["PRY"])


def test_what_goes_with_a_deed_is_no_end_of_it() -> None:
    found = events("Chile and Paraguay signed a trade agreement on Friday, with Lima hailing it as a milestone.")
    assert [countries(event) for event in found if event.predicate.lemma == "sign"] == [(["CHL"], ["PRY"])]


def test_who_offers_the_same_makes_no_agreement_with_each_other() -> None:
    offered = only("Chile and Paraguay offered to send rescue teams.")
    assert countries(offered)[0] == ["CHL", "PRY"]
    assert not {"CHL", "PRY"} & {*countries(offered)[1]}
    assert countries(only("Chile and Paraguay agreed to send rescue teams.")) == (["CHL"], ["PRY"])


def test_where_a_story_was_written_does_nothing_in_it() -> None:
    story = "Ndola – North Copperbelt Police on Monday arrested five miners."
    for text in (story, f"Miners held\n{story}", f"Miners held\n{story.replace('Ndola', 'NDOLA (Wire)')}"):
        found = [event for event in events(text) if event.predicate.lemma == "arrest"]
        assert [actor.text for event in found for actor in event.actors] == ["North Copperbelt Police"]


def test_who_interviews_is_not_who_is_rejected() -> None:
    text = "President Miguel Soto of Chile rejected the accusation in an interview with the newspaper Tribuna."
    assert not [event for event in events(text) if any("ribuna" in each.text for each in event.recipients)]
    found = events("President Miguel Soto of Chile rejected the accusation by the newspaper Tribuna.")
    rejected = next(event for event in found if event.type == "REJECT")
    assert [each.text for each in rejected.recipients] == ["the newspaper Tribuna"]


def test_who_is_asked_for_comment_is_asked_for_nothing() -> None:
    assert not events("The Tribune asked the Danish defence ministry for comment on Monday.")
    for words in ("his comments", "his comment"):
        assert only(f"Norway criticised the Danish defence minister for {words} on Togo.").type == "ACCUSE"
    assert [event.type for event in events("Norway asked the Danish defence ministry for help on Monday.")] == [
        "REQUEST"
    ]


def test_who_gets_no_answer_is_not_rejected() -> None:
    assert not events("The Chilean finance ministry said it would not comment on decisions of the World Bank.")
    assert only("The Chilean finance ministry said it would reject decisions of the World Bank.").type == "REJECT"


def test_to_say_what_one_will_do_is_one_event_with_it() -> None:
    event = only(
        "The Bolivian interior ministry said it would reject decisions of the Organization of American States."
    )
    assert (event.type, event.predicate.lemma) == ("REJECT", "reject")


def test_a_party_begins_with_a_word() -> None:
    event = only("Last year, then-Prime Minister Ana Soto expelled 23 Russian diplomats from Chile.")
    assert event.actors[0].text == "Prime Minister Ana Soto"


def test_who_suffers_an_unambiguous_act_needs_no_doer() -> None:
    event = only("Slovak Prime Minister Robert Fico was shot and wounded in Handlova on Wednesday.")
    assert (event.type, event.actors, event.recipients[0].name) == ("ASSAULT", [], "Robert Fico")
    killed = events("At least 20 people were killed in the shelling of Peshawar, Pakistani police said.")[0]
    assert (killed.type, killed.actors, killed.recipients[0].text) == ("ASSAULT", [], "At least 20 people")


def test_accidents_are_no_assaults() -> None:
    assert not events("Twelve people were killed when a bus overturned near Peshawar, Pakistani police said.")
    assert (
        only("Twelve people were killed when a bomb exploded near Peshawar, Pakistani police said.").type == "ASSAULT"
    )


def test_who_dies_in_a_disaster_that_the_text_tells_of_is_not_assaulted() -> None:
    died = "Two Chilean citizens were killed in Lima, their government confirmed."
    assert not [event for event in events(f"An earthquake shook Peru on Monday.\n\n{died}") if event.type == "ASSAULT"]
    attacked = events(f"Gunmen stormed a market in Peru on Monday, an attack that shocked many.\n\n{died}")
    assert [event.recipients[0].country for event in attacked if event.predicate.text == "killed"] == ["CHL"]


def test_what_a_fire_does_is_no_assault_by_the_country() -> None:
    assert not events("Turkey mourned as a blaze swept the coast near Izmir, killing nine Greek tourists.")


def test_whoever_condemns_an_attack_does_not_accuse_its_victim() -> None:
    assert only("Peru condemned the attack on a church in Chile.").recipients == []
    assert countries(only("Peru condemned the attack by Chile.")) == (["PER"], ["CHL"])


@pytest.mark.parametrize(
    "sentence",
    [
        "Algeria's government criticised the burning of two Algerian students in Lyon.",
        "Kenya's government criticised the expulsion of a Kenyan priest.",
        "Algeria called the stabbing of two Algerian students in Lyon a hate crime.",
        "Egypt condemned the bombing of a mosque in Pakistan.",
        "Unions in Peru criticised the sacking of three teachers.",
        "The UN condemned the journalist's murder.",
        "The West denounced Navalny's arrest.",
        "The opposition condemned Senator Ruiz's arrest.",
    ],
)
def test_nobody_is_accused_of_what_he_suffers_though_no_list_knows_the_deed(sentence: str) -> None:
    assert [event.recipients for event in events(sentence) if event.type == "ACCUSE"] == [[]]


def test_whoever_is_beaten_is_not_accused_by_the_condemnation_of_it() -> None:
    text = "There was condemnation from Algeria of the beating of two Algerian students in Lyon"
    found = events(f"{text} by French police.")
    assert [countries(event) for event in found if event.type == "ASSAULT"] == [(["FRA"], ["DZA"])]
    for each in (*found, *events(f"{text}.")):
        assert each.type != "ACCUSE" or not each.recipients


def test_whoever_is_accused_of_a_deed_stays_beside_its_victim() -> None:
    found = next(event for event in events("Norway accused Sudan of beating two priests.") if event.type == "ACCUSE")
    assert countries(found) == (["NOR"], ["SDN"])


def test_what_somebody_denies_afterwards_was_said_all_the_same() -> None:
    found = events("Peru has accused Chile of supplying Bolivia with weapons, a charge Chile denies.")
    assert [event.polarity for event in found if event.type == "ACCUSE"] == ["affirmed"]


def test_whose_deed_is_condemned_is_accused_of_it() -> None:
    for text in (
        "The party condemned the killing of its leader by the army.",
        "Peru condemned the attack by the army.",
        "Norway charged and jailed the army.",
    ):
        found = next(event for event in events(text) if event.type == "ACCUSE")
        assert [end.text for end in found.recipients] == ["the army"]
    denounced = next(
        event for event in events("Norway denounced the Russian attack on Kharkiv.") if event.type == "ACCUSE"
    )
    assert countries(denounced) == (["NOR"], ["RUS"])


def test_who_hears_an_apology_stands_in_no_circumstance() -> None:
    found = only("The minister apologised before the Senate committee on Tuesday.")
    assert [end.text for end in found.recipients] == ["the Senate committee"]


def test_a_talk_that_is_had_is_dated_with_its_verb() -> None:
    text = "Peru's president had a frank conversation with Chile's on Friday."
    found = next(event for event in events(text) if event.predicate.text == "conversation")
    assert found.date is not None
    assert found.date.text == "Friday"
    held = only("Talks between Kenya and Somalia were held in Geneva on Friday.")
    assert held.date is not None
    assert held.place is not None
    assert (held.date.text, held.place.text) == ("Friday", "Geneva")


def test_what_the_lexicon_reads_comes_too_where_the_networks_are_not_sure() -> None:
    found = only("Supporters of the two candidates clashed with knives in Montevideo.")
    assert (found.type, found.predicate.text) == ("ASSAULT", "clashed")


def test_what_a_protest_is_about_suffers_nothing() -> None:
    for text in ("Ugandan teachers staged a strike over wages.", "Thousands of Peruvians marched in Lima for Chile."):
        assert [event.recipients for event in events(text) if event.type == "PROTEST"] == [[]]


def test_who_is_named_in_a_circumstance_is_no_recipient() -> None:
    found = events("The Thai prime minister resigned after a phone call with Cambodia's former leader Hun Sen.")
    assert [event.recipients for event in found if event.type == "RETREAT"] == [[]]


def test_a_sea_suffers_nothing() -> None:
    def suffer(text: str) -> list[str]:
        return [actor.text for event in events(text) for actor in event.recipients]

    assert not [end for end in suffer("The Houthis attacked a tanker in the Red Sea.") if "Sea" in end]
    assert suffer("The Houthis attacked Greece in the Red Sea.") == ["Greece"]


def test_who_calls_for_talks_does_not_reject_them() -> None:
    found = {event.type for event in events("The French government called for talks with the unions.")}
    assert "REQUEST" in found
    assert "REJECT" not in found


def test_a_score_makes_no_attack() -> None:
    assert not events("France beat Argentina 3-2 in Doha on Sunday.")
    assert not events("French police beat Algerian protesters 3-2 in Oran on Sunday.")
    assert only("French police beat Algerian protesters in Oran on Sunday.").type == "ASSAULT"


def test_a_strike_is_a_protest_of_the_workers_alone() -> None:
    event = only("Greek dock workers went on strike on Wednesday.")
    assert (event.type, event.actors[0].country, event.recipients) == ("PROTEST", "GRC", [])


def test_an_article_whose_subject_is_sport_has_no_events() -> None:
    text = "Peruvian troops attacked Bolivian soldiers."
    assert events(text, subjects=["medtop:15000000"]) == []
    assert events(text, subjects=["medtop:16000000"]) != []


def test_one_end_is_enough_for_an_unambiguous_predicate() -> None:
    found = only("Guinea's foreign minister resigned on Wednesday.")
    assert (found.type, found.mode, found.recipients) == ("RETREAT", "resign", [])


def test_the_same_text_gives_the_same_bytes_and_ids_that_do_not_depend_on_the_version() -> None:
    text = "Peruvian troops attacked Bolivian soldiers. Chile condemned Peru."
    assert encode(extraction(text)) == encode(extraction(text))
    assert [e.id for e in events(text)] == [e.id for e in events(text, version=7)]
    assert len({e.id for e in events(text)}) == len(events(text))


def test_a_users_word_lists_add_predicates_and_agents(tmp_path: Path) -> None:
    (tmp_path / "predicates.tsv").write_text("defenestrate\tv\t\t\tASSAULT\tbeat\t182\t2\n", encoding="utf-8")
    (tmp_path / "agents.tsv").write_text("shipwright\tREB\n", encoding="utf-8")
    text = "Peruvian shipwrights defenestrated Bolivian soldiers."
    article = Article(id="a", body=text, published=PUBLISHED)
    found = extractor(tmp_path).extract([article])[0].events
    assert [event.type for event in found] == ["ASSAULT"]
    assert found[0].actors[0].sector == "REB"


VOCABULARY = """
Peru Bolivia Peruvian troops attacked attack rebels the police arrested of and by on Monday will not said that talks with invasion
U.S. President Vega who were to , . “ ” ’s held refused may in 1999 sanctions United States Nations
"""


@given(st.one_of(st.text(max_size=120), st.lists(st.sampled_from(VOCABULARY.split()), max_size=30).map(" ".join)))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_events_whose_spans_lie_in_it(text: str) -> None:
    for event in events(text):
        assert text[event.predicate.start : event.predicate.end] == event.predicate.text
        assert 0 <= event.evidence.start < event.evidence.end <= len(text)
        assert event.actors or event.recipients
        for end in (*event.actors, *event.recipients):
            assert text[end.start : end.end] == end.text
        for part in (event.date, event.place):
            assert part is None or text[part.start : part.end] == part.text


@pytest.mark.parametrize("text", ["Peru attacked Chile and " * 400, "Peru’s " * 2000, "Minister " * 2000])
def test_lists_without_stops_have_no_events(text: str) -> None:
    assert events(text) == []
    assert events("Peru attacked Chile and") != []


def test_workers_who_begin_a_strike_protest_and_jets_that_do_attack() -> None:
    strike = only("Ugandan teachers staged a strike over wages.")
    assert (strike.type, strike.mode, strike.recipients) == ("PROTEST", "strike", [])
    assert {event.type for event in events("Omani jets staged a strike on Houthi depots.")} == {"ASSAULT"}


@pytest.mark.parametrize(
    "text",
    [
        "A missile hit a school in Kharkiv, Ukrainian officials said.",
        "A car bomb killed ten soldiers in Baghdad.",
        "An airstrike in Damascus killed General Bakri.",
        "Uragan rockets killed nine civilians in Kherson.",
        "The Zenit missile, which is new, struck the town of Gori, Georgia said.",
    ],
)
def test_a_weapon_that_is_nobodys_makes_no_assault_and_leaves_the_country_out_of_it(text: str) -> None:
    assert [(event.type, event.actors) for event in events(text)] == [("ASSAULT", [])]


@pytest.mark.parametrize("weapon", ["NATO airstrikes", "NATO missiles", "Hamas rockets", "Wagner's drones"])
def test_a_weapon_of_a_body_is_that_bodys(weapon: str) -> None:
    (actor,) = only(f"{weapon} killed ten civilians in Libya.").actors
    assert actor.text == weapon


def test_coordinated_acts_of_one_doer_are_two_events() -> None:
    found = events("Rebels killed ten soldiers and wounded five farmers in Mali.")
    assert [[end.text for end in event.recipients] for event in found] == [["ten soldiers"], ["five farmers"]]


@pytest.mark.parametrize(
    "text", ["Residents accused the landlord of cutting their water.", "Pilots accused the airline of cutting corners."]
)
def test_people_of_whom_the_text_tells_nothing_and_companies_may_quarrel(text: str) -> None:
    assert only(text).type == "ACCUSE"


@pytest.mark.parametrize(
    "text",
    [
        "Nvidia supplies chips to Tesla.",
        "Airbus delivered ten planes to the airline.",
        "Siemens accused General Electric of copying its turbines.",
    ],
)
def test_what_companies_do_among_themselves_does_not_count(text: str) -> None:
    assert not events(text)


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("North Korea test-fired a ballistic missile on Friday.", "MOBILIZE"),
        ("Prisoners in Malta began a hunger strike against the government.", "PROTEST"),
    ],
)
def test_a_row_of_two_words_is_read_whether_a_hyphen_ties_them_or_not(text: str, type: str) -> None:
    assert only(text).type == type
