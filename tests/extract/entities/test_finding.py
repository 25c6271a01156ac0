import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import NamedSpan
from newswire.extract.entities.finding import find_entities
from newswire.extract.language.model import LanguageModel
from tests.extract.lists import LEXICONS


def drafts_of(model: LanguageModel, text: str, names: list[NamedSpan] | None = None) -> dict[str, EntityDraft]:
    names = model.recognise([text])[0] if names is None else names
    drafts = find_entities(model.parse([text])[0], names, LEXICONS.gazetteer)
    return {draft.name: draft for draft in drafts}


def spans(text: str, *names: tuple[str, str]) -> list[NamedSpan]:
    """The recogniser's answer, given word for word, right or wrong."""
    return [NamedSpan(text.index(name), text.index(name) + len(name), label) for name, label in names]


def test_a_surname_alone_is_the_bearer_of_the_full_name_and_takes_its_label(model: LanguageModel) -> None:
    text = "Finance Minister Tomas Brandt resigned on Friday.\nBrandt said nothing."
    names = [
        *spans(text, ("Tomas Brandt", "PERSON")),
        NamedSpan(text.rindex("Brandt"), text.rindex("Brandt") + 6, "ORG"),
    ]
    drafts = drafts_of(model, text, names)
    assert [draft.name for draft in drafts.values() if draft.label == "PERSON"] == ["Tomas Brandt"]
    brandt = drafts["Tomas Brandt"]
    assert (len(brandt.mentions), brandt.aliases) == (2, ["Brandt"])


def test_two_bearers_of_a_surname_stay_apart_and_the_last_named_takes_it(model: LanguageModel) -> None:
    text = "Anna Keller met Peter Keller on Monday.\nKeller then left, said Anna Keller's lawyer."
    drafts = drafts_of(model, text)
    assert {"Anna Keller", "Peter Keller"} <= set(drafts)
    assert "Keller" in drafts["Peter Keller"].aliases


def test_an_acronym_is_the_organisation_that_it_abbreviates(model: LanguageModel) -> None:
    text = "The Nordic Ferry Operators Association said fares would rise. The NFOA represents nine companies."
    drafts = drafts_of(model, text, spans(text, ("Nordic Ferry Operators Association", "ORG"), ("NFOA", "ORG")))
    assert drafts["Nordic Ferry Operators Association"].aliases == ["NFOA"]


def test_a_listed_organisation_is_one_by_all_its_names(model: LanguageModel) -> None:
    drafts = drafts_of(model, "The International Monetary Fund met on Monday. The IMF said growth would slow.")
    fund = drafts["International Monetary Fund"]
    assert (fund.aliases, fund.sector, fund.country) == (["IMF"], "IGO", None)


@pytest.mark.parametrize(
    ("text", "role", "sector"),
    [
        ("Norwegian Foreign Minister Kari Holm arrived.", "Foreign Minister", "GOV"),
        ("Kari Holm, the French defense minister, arrived.", "French defense minister", "GOV"),
        ("They met Spanish army spokesman Luis Ortega on Monday.", "army spokesman", "MIL"),
    ],
)
def test_a_role_stands_before_or_behind_the_name_and_tells_the_sector(
    model: LanguageModel, text: str, role: str, sector: str | None
) -> None:
    (person,) = [draft for draft in drafts_of(model, text).values() if draft.label == "PERSON"]
    assert person.role == role
    assert sector is None or person.sector == sector


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Conservative commentator Kari Holm mocked the plan.", "Conservative commentator"),
        (
            "Kari Holm, actress, singer and founder of the Bergen Film School, died on Friday.",
            "actress, singer and founder of the Bergen Film School",
        ),
        ("Kari Holm, 34, of Bergen, a driver for Acme Mining, was killed.", "driver for Acme Mining"),
        ("Kari Holm, herself a former general, backed the plan.", "former general"),
    ],
)
def test_what_somebody_is_stands_whole_beside_the_name(model: LanguageModel, text: str, role: str) -> None:
    assert drafts_of(model, text)["Kari Holm"].role == role


def test_a_phrase_before_a_name_is_no_longer_than_the_role(model: LanguageModel) -> None:
    (holm,) = [
        d
        for d in drafts_of(model, "They asked for the release of opera star Kari Holm.").values()
        if d.label == "PERSON"
    ]
    assert holm.role == "opera star"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("“They beat us,” said the party's spokesman, Kari Holm.", "spokesman"),
        ("A mission chief at the World Bank, Kari Holm, had urged them to move.", "mission chief at the World Bank"),
        ("The minister's spokeswoman, Kari Holm, said so.", "spokeswoman"),
        ("An adviser at the ministry, Kari Holm, said so.", "adviser at the ministry"),
        ("In the end, Kari Holm said so.", None),
        ("She worked for the World Bank, Kari Holm said.", None),
        ("After a vote in the parliament, Kari Holm resigned.", None),
    ],
)
def test_a_role_may_stand_in_front_with_a_comma_between(model: LanguageModel, text: str, role: str | None) -> None:
    assert drafts_of(model, text)["Kari Holm"].role == role


def test_a_courtesy_tells_the_gender_and_is_no_role(model: LanguageModel) -> None:
    holm = drafts_of(model, "Kari Holm spoke first. Mrs. Holm then left for Oslo.")["Kari Holm"]
    assert (holm.gender, holm.role) == ("female", None)


def test_countries_nationalities_and_seats_set_the_country_and_keep_their_type(model: LanguageModel) -> None:
    drafts = drafts_of(model, "Poland and the Kremlin argued on Monday, while Beijing and Hungarian officials waited.")
    assert {name: drafts[name].country for name in ("Poland", "Kremlin", "Beijing", "Hungarian")} == {
        "Poland": "POL",
        "Kremlin": "RUS",
        "Beijing": "CHN",
        "Hungarian": "HUN",
    }
    assert (drafts["Poland"].label, drafts["Hungarian"].label) == ("GPE", "NORP")
    assert drafts["Poland"].place is not None


def test_a_public_body_is_an_entity_by_its_country_and_noun(model: LanguageModel) -> None:
    drafts = drafts_of(model, "The Danish foreign ministry said on Monday it had no comment.")
    ministry = drafts["Danish foreign ministry"]
    assert (ministry.label, ministry.country, ministry.sector) == ("ORG", "DNK", "GOV")
    assert [mention.kind for mention in ministry.mentions] == ["nominal"]


def test_a_headline_in_capitals_takes_its_names_from_the_story(model: LanguageModel) -> None:
    text = "HOLM TO VISIT PERU\nForeign Minister Kari Holm will visit Peru on Friday, her office said.\n"
    drafts = drafts_of(model, text)
    peru = drafts["Peru"]
    assert [text[m.start : m.end] for m in peru.mentions] == ["PERU", "Peru"]


def test_dates_and_amounts_are_no_entities(model: LanguageModel) -> None:
    assert not drafts_of(model, "On Monday, 25 May 2020, it paid $3 million, or 12 percent more.")


def test_the_dot_that_ends_a_sentence_is_no_part_of_a_name(model: LanguageModel) -> None:
    text = "The ferries belong to Baltic Lines Inc."
    drafts = drafts_of(model, text, spans(text, ("Baltic Lines Inc.", "ORG")))
    assert [text[m.start : m.end] for d in drafts.values() for m in d.mentions] == ["Baltic Lines Inc"]


def test_what_stands_beside_a_name_tells_its_label(model: LanguageModel) -> None:
    text = (
        "Rockets hit the town of Kirvat Shamo on Monday.\nBorealis NV rose. Borealis makes plastic.\n"
        "Washington lifted the ban."
    )
    names = spans(text, ("Kirvat Shamo", "PERSON"), ("Borealis NV", "PERSON"), ("Washington", "GPE"))
    drafts = drafts_of(model, text, names)
    assert {name: draft.label for name, draft in drafts.items()} == {
        "Kirvat Shamo": "GPE",
        "Borealis NV": "ORG",
        "Washington": "GPE",
    }


def test_a_dateline_in_capitals_is_the_place_as_written_elsewhere(model: LanguageModel) -> None:
    text = "MANILA, March 3 - Ministers met on Sunday.\nThey left Manila on Monday."
    drafts = drafts_of(model, text)
    assert "Manila" in drafts
    assert "MANILA" not in drafts


def test_a_club_has_no_country_from_a_province_of_its_name(model: LanguageModel) -> None:
    text = "Manchester Rovers won."
    (club,) = drafts_of(model, text, spans(text, ("Manchester Rovers", "ORG"))).values()
    assert club.country is None


def test_entities_come_in_the_order_of_their_first_mention(model: LanguageModel) -> None:
    text = "Kari Holm flew from Oslo to Lima. Peru's government met Holm and the Danish foreign ministry."
    starts = [draft.mentions[0].start for draft in drafts_of(model, text).values()]
    assert starts == sorted(starts)


@given(
    st.lists(
        st.sampled_from(
            [
                "Kari Holm",
                "NFOA",
                "U.S.",
                "the ",
                "'s",
                ", ",
                "PERU ",
                "\n",
                "of ",
                "Inc.",
                "😀",
                "X-Y",
                "-",
                " ",
                "7th ",
            ]
        )
        | st.text(max_size=6),
        max_size=20,
    ).map("".join),
    st.data(),
)
@settings(max_examples=40, deadline=None)
def test_no_text_and_no_recogniser_makes_it_raise(model: LanguageModel, text: str, data: st.DataObject) -> None:
    parse = model.parse([text])[0]
    names = []
    for first in range(0, len(parse), 3):
        if data.draw(st.booleans()):
            last = min(first + data.draw(st.integers(0, 2)), len(parse) - 1)
            label = data.draw(
                st.sampled_from(["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "LAW"])
            )
            names.append(NamedSpan(parse.starts[first], parse.ends[last], label))
    for draft in find_entities(parse, names, LEXICONS.gazetteer):
        assert draft.mentions
        assert draft.name.strip()
        for mention in draft.mentions:
            assert 0 <= mention.start < mention.end <= len(text)
            assert text[mention.start : mention.end].strip()
            assert mention.start <= parse.starts[mention.head] < mention.end


@pytest.mark.parametrize(
    ("text", "name", "aliases"),
    [
        (
            "Commission President Ursula von der Leyen described the accord. Von der Leyen rejected such criticism.",
            "Ursula von der Leyen",
            ["Von der Leyen"],
        ),
        (
            "Luis de la Calle met Jan van den Berg in Oslo. On Monday Van den Berg left.",
            "Jan van den Berg",
            ["Van den Berg"],
        ),
        ("Crown Prince Faris bin Adel arrived on Monday. Bin Adel then left.", "Faris bin Adel", ["Bin Adel"]),
    ],
)
def test_particles_are_part_of_a_family_name(model: LanguageModel, text: str, name: str, aliases: list[str]) -> None:
    drafts = drafts_of(model, text)
    assert drafts[name].aliases == aliases
    assert [other for other in drafts if other.split()[-1] == name.split()[-1]] == [name]


def test_a_name_that_the_recogniser_tears_behind_a_particle_is_whole(model: LanguageModel) -> None:
    text = "Ada van der Brok left Oslo, and Van der Brok said why."
    names = [
        *spans(text, ("Ada van", "PERSON"), ("Brok", "GPE"), ("Oslo", "GPE")),
        NamedSpan(text.index("Van der Brok"), text.index(" said"), "ORG"),
    ]
    drafts = drafts_of(model, text, names)
    assert set(drafts) == {"Ada van der Brok", "Oslo"}
    assert drafts["Ada van der Brok"].aliases == ["Van der Brok"]


def test_a_person_taken_for_a_body_with_the_title_is_who_the_text_names_elsewhere(model: LanguageModel) -> None:
    text = (
        "Paul Hale left Oslo. The Norwegian Marine Paul Hale is home. The Paul Hale Trust and the Lycée Paul Hale paid."
    )
    names = [
        *spans(text, ("Paul Hale", "PERSON"), ("Oslo", "GPE"), ("Norwegian Marine Paul Hale", "ORG")),
        *spans(text, ("Paul Hale Trust", "ORG"), ("Lycée Paul Hale", "ORG")),
    ]
    drafts = drafts_of(model, text, names)
    assert set(drafts) == {"Paul Hale", "Oslo", "Paul Hale Trust", "Lycée Paul Hale"}
    assert len(drafts["Paul Hale"].mentions) == 2


def test_a_particle_at_the_end_of_a_name_takes_no_small_word(model: LanguageModel) -> None:
    text = "Ada van left."
    assert list(drafts_of(model, text, spans(text, ("Ada van", "PERSON")))) == ["Ada van"]


def test_small_words_behind_a_name_are_no_part_of_it(model: LanguageModel) -> None:
    assert "Kari Holm" in drafts_of(model, "They met Kari Holm al fresco. Then Kari Holm left.")


def test_a_dateline_names_a_place_whatever_stands_behind_it(model: LanguageModel) -> None:
    drafts = drafts_of(model, "KHARTOUM, Nov 23 (Wire) - Troops seized a town on Sunday, residents said.")
    assert drafts["Khartoum"].label == "GPE"


def test_a_portfolio_is_no_name(model: LanguageModel) -> None:
    text = "But in Oslo, Agriculture Minister Annie Holm said that Norway would vote against the deal."
    drafts = drafts_of(model, text)
    assert "Agriculture" not in drafts
    assert drafts["Annie Holm"].role == "Agriculture Minister"


def test_a_month_may_be_a_given_name(model: LanguageModel) -> None:
    assert "Jan Egeberg" in drafts_of(model, "“They will die,” said Jan Egeberg, who visited Darfur in June.")


def test_what_a_hyphen_ties_to_a_given_name_is_part_of_it(model: LanguageModel) -> None:
    drafts = drafts_of(model, "South Korean President Lee Jae-hwan met Donald Holm-backed candidates on Monday.")
    assert "Lee Jae-hwan" in drafts
    assert "Donald Holm" in drafts


def test_a_site_called_by_a_letter_ends_its_sentence_and_is_no_entity(model: LanguageModel) -> None:
    drafts = drafts_of(model, "“We stand with them,” Kari Holm wrote on X. Norway's foreign ministry said so.")
    assert set(drafts) == {"Kari Holm", "Norway"} | {name for name in drafts if "ministry" in name}


def test_the_agency_of_a_dateline_is_an_organisation(model: LanguageModel) -> None:
    assert drafts_of(model, "TOKYO, Nov 20 (Kyodo) - Two people died on Friday, police said.")["Kyodo"].label == "ORG"


def test_places_that_hyphens_tie_together_are_whole(model: LanguageModel) -> None:
    text = (
        "PORT-AU-PRINCE, Nov 24 (Reuters) - Gangs attacked a hospital in Port-au-Prince.\n"
        "Residents of Clermont-Ferrand, Baden-Baden and Guinea-Bissau sent help."
    )
    drafts = drafts_of(model, text)
    assert {"Port-au-Prince", "Clermont-Ferrand", "Baden-Baden", "Guinea-Bissau"} <= set(drafts)
    assert not {"Port", "Prince", "Clermont", "Ferrand", "Guinea", "Bissau", "Baden"} & set(drafts)
    assert (drafts["Port-au-Prince"].country, len(drafts["Port-au-Prince"].mentions)) == ("HTI", 2)


def test_what_a_hyphen_ties_together_otherwise_stays_apart(model: LanguageModel) -> None:
    assert set(drafts_of(model, "The Iran-Iraq war ended.")) == {"Iran", "Iraq"}


def test_a_ministry_is_that_of_the_country_that_owns_it(model: LanguageModel) -> None:
    text = (
        "Brazil's Foreign Ministry protested on Monday. Germany's Foreign Ministry did not.\n"
        "The Foreign Ministry in Berlin gave no reason."
    )
    drafts = find_entities(model.parse([text])[0], model.recognise([text])[0], LEXICONS.gazetteer)
    owned = {draft.country: len(draft.mentions) for draft in drafts if draft.label == "ORG"}
    assert owned == {"BRA": 1, "DEU": 2}


def test_a_court_is_that_of_the_country_which_one_of_its_names_has(model: LanguageModel) -> None:
    drafts = drafts_of(model, "The U.S. Supreme Court ruled on Monday. The Supreme Court gave no reason.")
    assert drafts["Supreme Court"].country == "USA"


def test_a_listed_organisation_is_none_of_the_places_it_is_taken_for(model: LanguageModel) -> None:
    text = "Mercosur declined to comment."
    assert drafts_of(model, text, spans(text, ("Mercosur", "GPE")))["Mercosur"].label == "ORG"


def test_a_public_body_in_the_possessive_is_that_of_the_adjective(model: LanguageModel) -> None:
    text = "China's foreign ministry protested. The Chinese foreign ministry gave no reason. The Philippine coast guard left."
    drafts = [draft for draft in drafts_of(model, text).values() if draft.label == "ORG"]
    assert [(draft.name, draft.aliases, draft.country, len(draft.mentions)) for draft in drafts] == [
        ("China's foreign ministry", ["Chinese foreign ministry"], "CHN", 2),
        ("Philippine coast guard", [], "PHL", 1),
    ]


def test_what_somebody_is_called_at_the_beginning_of_a_sentence_is_no_name(model: LanguageModel) -> None:
    text = 'China\'s foreign ministry rejected the accusation. Spokeswoman Mao Ning said the aircraft had "intruded".'
    assert drafts_of(model, text)["Mao Ning"].role == "Spokeswoman"


def test_a_word_in_brackets_behind_a_body_is_short_for_it_from_there_on(model: LanguageModel) -> None:
    text = "The National Harbour Workers Federation (FENTRAP) ended its strike. FENTRAP wants higher pay."
    names = spans(text, ("National Harbour Workers Federation", "ORG"), ("FENTRAP", "ORG"))
    names.append(NamedSpan(text.rindex("FENTRAP"), text.rindex("FENTRAP") + 7, "ORG"))
    (draft,) = drafts_of(model, text, names).values()
    assert (draft.name, list(draft.aliases)) == ("National Harbour Workers Federation", ["FENTRAP"])


def test_an_address_of_the_web_is_no_name(model: LanguageModel) -> None:
    text = "See http://images.example.org/ferry for more. Carlos Ruiz took it."
    names = spans(text, ("http://images.example.org/ferry", "ORG"), ("Carlos Ruiz", "PERSON"))
    assert list(drafts_of(model, text, names)) == ["Carlos Ruiz"]
