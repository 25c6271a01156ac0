"""Which country people and organisations of a text belong to."""

import pytest

from newswire.extract.entities.countries import attribute_countries
from newswire.extract.entities.country_evidence import Dossier, dossier
from newswire.extract.entities.finding import find_entities
from newswire.extract.entities.scenes import scene
from newswire.extract.language.model import LanguageModel
from tests.extract.lists import LEXICONS


def countries_of(model: LanguageModel, text: str, headline: str = "", year: int | None = 2015) -> dict[str, str | None]:
    parse, names = model.analyse([text])[0]
    drafts = find_entities(parse, names, LEXICONS.gazetteer)
    attribute_countries(parse, drafts, headline, year, LEXICONS.gazetteer, LEXICONS.leaders)
    return {draft.name: draft.country for draft in drafts if draft.label in ("PERSON", "ORG")}


@pytest.mark.parametrize(
    ("text", "name", "country"),
    [
        ("Norwegian Foreign Minister Kari Holm arrived in Lima on Monday.", "Kari Holm", "NOR"),
        ("They met Luis Ortega, the Spanish defence minister, in Lima.", "Luis Ortega", "ESP"),
        ("They met Spanish army spokesman Luis Ortega on Monday.", "Luis Ortega", "ESP"),
        ("Luis Ortega, a spokesman for the Spanish army, said so on Monday.", "Luis Ortega", "ESP"),
    ],
)
def test_an_office_tells_the_country_of_its_bearer(model: LanguageModel, text: str, name: str, country: str) -> None:
    assert countries_of(model, text)[name] == country


def test_what_somebodys_office_is_about_is_not_where_he_belongs(model: LanguageModel) -> None:
    text = "Tomas Brandt, the director for Peru at Human Rights Watch, gave no reason."
    assert countries_of(model, text)["Tomas Brandt"] is None


@pytest.mark.parametrize(
    "text",
    [
        "Tomas Brandt, the director for Peru at Zorin Aid, gave no reason.",
        "Tomas Brandt, director for Asia and Peru at Zorin Aid, gave no reason.",
        "Zorin Aid's director for Chile and Peru, Tomas Brandt, gave no reason.",
    ],
)
def test_nobody_belongs_where_an_office_at_an_organisation_is_for(model: LanguageModel, text: str) -> None:
    assert set(countries_of(model, text).values()) == {None}


def test_a_body_that_has_its_country_from_what_an_office_is_about_tells_no_country_of_its_holder(
    model: LanguageModel,
) -> None:
    text = "Kari Holm, the Policy and Outreach director for Peru at Zorin Aid, left."
    assert countries_of(model, text)["Kari Holm"] is None


def test_whose_somebody_is_said_to_be_counts_more_than_how_the_name_sounds(model: LanguageModel) -> None:
    found = countries_of(model, "Peru's Kenji Tanaka and Chile's Tomas Brandt met on Monday.")
    assert (found["Kenji Tanaka"], found["Tomas Brandt"]) == ("PER", "CHL")


def dossier_of(model: LanguageModel, text: str) -> Dossier:
    """What speaks for the countries of the first person in a text."""
    gazetteer, origins = LEXICONS.gazetteer, LEXICONS.leaders.origins
    parse, names = model.analyse([text])[0]
    drafts = find_entities(parse, names, gazetteer)
    person = next(draft for draft in drafts if draft.label == "PERSON")
    return dossier(parse, person, None, scene(parse, drafts, {}, "", gazetteer, origins), gazetteer, origins)


def test_a_country_that_the_surest_word_beside_a_name_does_not_tell_has_that_against_it(model: LanguageModel) -> None:
    found = dossier_of(model, "Nicaragua is quiet. One of them is the Colombian priest Kari Holm.")
    traits = dict(zip(found.countries, found.traits, strict=True))
    assert "told:by:lead:people" in traits["COL"]
    assert "untold:by:lead:people" in traits["NIC"]


def test_the_author_of_a_story_belongs_nowhere(model: LanguageModel) -> None:
    story = "KATHMANDU - Nepal's government has offered talks in Nepal. Nepal's army wants peace, Nepal's police said."
    assert countries_of(model, f"Nepal offers talks.\nGopal Sharma\n{story}")["Gopal Sharma"] is None
    assert countries_of(model, f"{story} Gopal Sharma, a Nepal minister, agreed.")["Gopal Sharma"] == "NPL"


def test_who_speaks_for_a_body_of_many_countries_is_not_of_the_storys(model: LanguageModel) -> None:
    story = "Egypt's police in Cairo said so on Monday, and Egypt's army agreed. "
    assert countries_of(model, story + "UNHCR spokesman Alan Moss left.")["Alan Moss"] is None
    assert countries_of(model, story + "Police spokesman Alan Moss left.")["Alan Moss"] == "EGY"
    assert "none:international" in dossier_of(model, story + "UNHCR spokesman Alan Moss left.").none
    assert "none:international" not in dossier_of(model, story + "Police spokesman Alan Moss left.").none


def test_whom_all_the_world_knows_belongs_to_his_country_wherever_the_story_plays(model: LanguageModel) -> None:
    text = (
        "LIMA, May 3 - Peruvian ministers met Angela Merkel in Lima on Monday. Peru's government praised Merkel. "
        "She left for Germany on Tuesday."
    )
    assert countries_of(model, text)["Angela Merkel"] == "DEU"


def test_a_name_without_any_country_in_the_text_has_none(model: LanguageModel) -> None:
    assert countries_of(model, "Kari Holm left early on Monday.")["Kari Holm"] is None


def test_a_listed_body_belongs_to_its_country_and_an_international_one_to_none(model: LanguageModel) -> None:
    found = countries_of(
        model, "Officials in Oslo told the World Bank and the Pentagon on Monday that Norway would pay."
    )
    assert found["World Bank"] is None
    assert found["Pentagon"] == "USA"


def test_a_body_is_that_of_the_country_in_its_name(model: LanguageModel) -> None:
    text = "The Norwegian Farmers' Association protested in Oslo. Ministers in Norway gave no reason."
    assert countries_of(model, text)["Norwegian Farmers' Association"] == "NOR"


def test_a_congress_is_that_of_the_country_that_the_story_tells_of(model: LanguageModel) -> None:
    text = "LIMA (AP) — Peru's Congress met in Lima on Monday. Congress voted to summon the Peruvian minister."
    assert countries_of(model, text)["Congress"] == "PER"


def test_an_acronym_of_a_party_is_another_one_in_a_story_from_elsewhere(model: LanguageModel) -> None:
    text = "BERLIN, May 3 - German ministers met in Berlin on Monday and left Germany on Tuesday. BJP"
    assert countries_of(model, text).get("Bharatiya Janata Party") != "IND"


def test_a_common_name_of_a_public_body_is_that_of_the_country_that_the_story_tells_of(model: LanguageModel) -> None:
    text = (
        "ACCRA, May 3 - Ghana's ministers met the Environmental Protection Agency in Accra on Monday. The Environmental "
        "Protection Agency said mines in Ghana must close, and Ghanaian miners protested."
    )
    assert countries_of(model, text)["Environmental Protection Agency"] == "GHA"


def test_the_paper_that_a_story_names_most_does_not_tell_where_the_story_plays(model: LanguageModel) -> None:
    text = (
        "OSLO, May 3 - Norwegian Foreign Minister Kari Holm told the New York Times on Monday that Norway would pay. "
        "The New York Times had asked for papers. The New York Times printed them on Friday. "
        "Defence Minister Tomas Brandt told the New York Times that he knew of none."
    )
    found = countries_of(model, text)
    assert found["Kari Holm"] == "NOR"
    assert found["Tomas Brandt"] != "USA"


def test_the_north_is_a_korea_only_where_the_story_tells_of_one(model: LanguageModel) -> None:
    def marked(text: str) -> bool:
        parse, spans = model.analyse([text])[0]
        drafts = find_entities(parse, spans, LEXICONS.gazetteer)
        return "PRK" in scene(parse, drafts, {}, "", LEXICONS.gazetteer, LEXICONS.leaders.origins).counts

    assert not marked("Banks are rare in the North, Canadians say. Canada will open some in the North.")
    assert marked("North Korea sent troops on Monday. South Korea said the North had lied.")


def test_the_same_text_gets_the_same_countries(model: LanguageModel) -> None:
    text = "Norwegian Foreign Minister Kari Holm met Peru's Luis Ortega in Lima."
    assert countries_of(model, text) == countries_of(model, text)
