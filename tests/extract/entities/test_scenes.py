from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.scenes import Scene, scene, with_placed
from tests.extract.entities.handmade import name, parse_of
from tests.extract.lists import LEXICONS


def draft(parse: Parse, text: str, label: str, country: str | None = None) -> EntityDraft:
    there = name(parse, text, "ORG")
    mention = MentionDraft(parse.starts[there.first], parse.ends[there.last], there.last, "name")
    return EntityDraft(label, text, [mention], country=country)


def scene_of(parse: Parse, *drafts: EntityDraft, headline: str = "", known: dict[int, str] | None = None) -> Scene:
    return scene(parse, drafts, known or {}, headline, LEXICONS.gazetteer, LEXICONS.leaders.origins)


def test_places_peoples_and_leaders_are_marks_of_their_countries() -> None:
    parse = parse_of("Merkel/NNP met/VBD Norwegian/JJ officials/NNS in/IN Lima/NNP")
    found = scene_of(parse, draft(parse, "Merkel", "PERSON"), draft(parse, "Lima", "GPE", "PER"), known={0: "DEU"})
    assert [(mark.country, mark.kind) for mark in found.order] == [
        ("DEU", "leader"),
        ("NOR", "people"),
        ("PER", "seat"),
    ]


def test_the_country_that_is_told_most_often_comes_first() -> None:
    parse = parse_of("Peru/NNP and/CC Peruvian/JJ ministers/NNS left/VBD Norway/NNP")
    assert list(scene_of(parse).shares) == ["PER", "NOR"]


def test_a_person_named_like_a_country_is_no_mark() -> None:
    parse = parse_of("Jordan/NNP Brandt/NNP left/VBD")
    assert not scene_of(parse, draft(parse, "Jordan Brandt", "PERSON")).marks


def test_a_nationality_that_was_taken_into_a_name_is_a_mark() -> None:
    parse = parse_of("Briton/NNP Tomas/NNP Brandt/NNP left/VBD")
    assert list(scene_of(parse, draft(parse, "Briton Tomas Brandt", "PERSON")).shares) == ["GBR"]


def test_the_dateline_tells_the_home_of_a_story_and_the_headline_whom_it_is_about() -> None:
    parse = parse_of("LIMA/NNP ~,/, May/NNP 3/CD -/: Ministers/NNS met/VBD")
    found = scene_of(parse, draft(parse, "LIMA", "GPE", "PER"), headline="Norway's ministers in Peru")
    assert found.home == "PER"
    assert found.headed == {"NOR", "PER"}


def test_an_organisation_is_a_mark_once_its_country_is_known() -> None:
    parse = parse_of("Zorin/NNP Corp/NNP grew/VBD")
    corporation = draft(parse, "Zorin Corp", "ORG")
    before = scene_of(parse, corporation)
    assert not before.shares
    assert with_placed(before, parse, [corporation], {0: "NOR"}).shares == {"NOR": 1.0}


def test_a_document_tells_of_a_country_elsewhere_than_in_the_name_itself() -> None:
    parse = parse_of("The/DT Norwegian/JJ Bank/NNP grew/VBD")
    bank = [range(1, 3)]
    assert not scene_of(parse).elsewhere("NOR", bank)
    assert scene_of(parse).elsewhere("NOR", [range(2, 3)])
