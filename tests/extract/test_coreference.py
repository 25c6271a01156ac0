import csv
import re
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from newswire.extract import Extractor
from newswire.extract.antecedents import Anaphor, Referent
from newswire.extract.coreference import Chooser, link_mentions
from newswire.extract.document.drafts import EntityDraft, MentionDraft, QuoteDraft
from newswire.extract.entities.choices import ChoiceModel
from newswire.extract.entities.finding import find_entities
from newswire.extract.language.model import LanguageModel
from newswire.records import Article
from tests.extract.handmade import handmade
from tests.extract.lists import LEXICONS

LABELS = Path(__file__).parent.parent / "data" / "speaker_links.tsv"


def read(
    model: LanguageModel, text: str, *sources: str, verbatim: str = ""
) -> tuple[list[str | None], dict[str, EntityDraft]]:
    """Whom the sources (found from the end of the text) resolve to, and the entities with their mentions."""
    parse = model.parse([text])[0]
    entities = find_entities(parse, model.recognise([text])[0], LEXICONS.gazetteer)
    start = text.find(verbatim) if verbatim else -1
    inside = ((start, start + len(verbatim)),) if verbatim else ()
    quotes = []
    for source in sources:
        *_, last = re.finditer(rf"\b{re.escape(source)}(?!\w)", text)
        tokens = parse.tokens(*last.span())
        draft = LEXICONS.sources.draft(parse, tokens[0], tokens[-1])
        quotes.append(QuoteDraft("direct", "speech", inside, inside, draft, None, 1.0))
    found = link_mentions(parse, entities, quotes, LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
    return [None if one.entity is None else entities[one.entity].name for one in found], {e.name: e for e in entities}


def mentions(text: str, entity: EntityDraft, kind: str) -> list[str]:
    return [text[m.start : m.end] for m in entity.mentions if m.kind == kind]


def test_a_pronoun_goes_to_the_person_of_its_gender(model: LanguageModel) -> None:
    text = (
        "Maria Santos met Peter Keller in Oslo on Monday.\nThe talks were long, she said. The weather was bad, he said."
    )
    assert read(model, text, "she", "he")[0] == ["Maria Santos", "Peter Keller"]


def test_a_pronoun_tells_the_gender_of_a_name_that_does_not(model: LanguageModel) -> None:
    text = "Minister Oyelaran Adeyo spoke first.\nThe budget was late, she said on Friday."
    speakers, entities = read(model, text, "she")
    assert entities[speakers[0] or ""].gender == "female"


def test_who_is_named_in_apposition_to_the_subject_goes_on_speaking(model: LanguageModel) -> None:
    text = (
        "Carlos Ruiz, the mayor, has not decided. Ruiz's spokesman, Peter Keller, denied on Monday that the mayor was late.\n"
        "“Nobody tells him what to do,” he told reporters."
    )
    assert read(model, text, "Ruiz's spokesman, Peter Keller", "he")[0] == ["Peter Keller", "Peter Keller"]


def test_a_title_before_a_name_that_the_parser_tears_does_not_hide_who_speaks(model: LanguageModel) -> None:
    text = (
        "Foreign Minister Badri Kamal announced talks on Thursday. “We cannot wait,” he said.\n"
        "Army chief Abdel Karim al-Jundi has ruled out negotiations. “No talks before they leave,” he told troops."
    )
    assert read(model, text, "Army chief Abdel Karim al-Jundi", "he")[0] == ["Abdel Karim al-Jundi"] * 2


def test_who_spoke_last_goes_on_speaking(model: LanguageModel) -> None:
    text = (
        "Mayor Peter Keller criticised Carlos Ruiz on Monday.\n“We are late,” Keller said of the bridge.\n"
        "“It will cost more,” he said."
    )
    assert read(model, text, "Keller", "he")[0][1] == "Peter Keller"


def test_a_pronoun_in_a_clause_before_it_goes_to_the_subject_to_come(model: LanguageModel) -> None:
    text = "Peter Keller opened the port.\nWhile he praised the builders, Carlos Ruiz complained about the price."
    speakers, _ = read(model, text, "he")
    assert speakers == ["Carlos Ruiz"]


def test_a_noun_with_the_article_goes_to_whom_the_text_called_so(model: LanguageModel) -> None:
    text = "Senator Maria Santos met Governor Peter Keller in Lima on Monday.\nThe bridge is safe, the governor said."
    speakers, entities = read(model, text, "the governor")
    assert speakers == ["Peter Keller"]
    assert mentions(text, entities["Peter Keller"], "nominal") == ["the governor"]


def test_the_ministry_is_the_one_named_before(model: LanguageModel) -> None:
    text = "The Danish foreign ministry summoned the envoy on Monday.\nNo one was hurt, the ministry said."
    assert read(model, text, "the ministry")[0] == ["Danish foreign ministry"]


def test_a_statement_speaks_for_whose_it_is(model: LanguageModel) -> None:
    text = "No one was hurt, a Danish foreign ministry statement said on Monday."
    assert read(model, text, "a Danish foreign ministry statement")[0] == ["Danish foreign ministry"]


def test_a_name_in_apposition_is_the_speaker(model: LanguageModel) -> None:
    text = "The bridge is safe, the city's chief engineer, Maria Santos, said."
    assert read(model, text, "the city's chief engineer, Maria Santos,")[0] == ["Maria Santos"]


def test_a_name_beside_those_without_one_is_the_speaker(model: LanguageModel) -> None:
    council = "Lawyers and the Harbour Council"
    assert read(model, f"{council} said the fees were too high.", council)[0] == ["Harbour Council"]
    minister = "Ruiz and other ministers"
    text = f"Carlos Ruiz came on Monday. {minister} said the fees were too high."
    assert read(model, text, minister)[0] == ["Carlos Ruiz"]


def test_a_pronoun_that_no_name_is_likely_for_speaks_for_the_likeliest_without_one() -> None:
    chooser = Chooser(ChoiceModel({"nobody": 1.0, "nameless": 0.9, "named": 1.2}))
    options = [None, Referent(None, "person", plural=True), Referent(0, "body")]
    evidence = [["nobody"], ["nameless"], ["named"]]
    assert chooser.choose(Anaphor(20, "plural", 2, 1, True, False), options, evidence)[0] == 1
    assert chooser.choose(Anaphor(20, "plural", 2, 1, False, False), options, evidence)[0] == 2
    assert chooser.choose(Anaphor(20, "plural", 2, 1, True, False), options[::2], evidence[::2])[0] == 1


def test_who_owns_what_stands_beside_is_not_the_speaker(model: LanguageModel) -> None:
    text = "Carlos Ruiz came on Monday. The doctors and Ruiz's lawyers said the fees were too high."
    assert read(model, text, "The doctors and Ruiz's lawyers")[0] == [None]


def test_somebody_without_a_name_is_nobody_and_takes_the_pronoun(model: LanguageModel) -> None:
    text = "Peter Keller left on Sunday.\nOn Monday a man complained to the port office. The port was closed, he said."
    assert read(model, text, "a man", "he")[0] == [None, None]
    text = "Peter Keller left on Sunday.\nOn Monday he complained to the port office. The port was closed, he said."
    assert read(model, text, "he")[0] == ["Peter Keller"]


def test_i_inside_the_marks_is_the_speaker_and_outside_is_not(model: LanguageModel) -> None:
    text = "I was there.\n“I know the bridge,” Maria Santos said on Monday."
    _, entities = read(model, text, "Maria Santos", verbatim="I know the bridge,")
    found = [m for m in entities["Maria Santos"].mentions if m.kind == "pronoun"]
    assert [(m.start, m.end) for m in found] == [(text.index("I know"), text.index("I know") + 1)]


def test_a_pronoun_does_not_reach_over_many_sentences(model: LanguageModel) -> None:
    for sentences, speaker in ((3, "Peter Keller"), (9, None)):
        text = (
            "Peter Keller left.\n" + "The rain fell on the empty port all day.\n" * sentences + "It was over, he said."
        )
        assert read(model, text, "he")[0] == [speaker]


def test_mentions_stay_in_text_order(model: LanguageModel) -> None:
    text = "Maria Santos arrived. She met Peter Keller, and then she left him. Santos said she was glad."
    entities = read(model, text)[1]
    assert len(entities["Maria Santos"].mentions) > 3
    for entity in entities.values():
        assert [m.start for m in entity.mentions] == sorted(m.start for m in entity.mentions)


def test_the_labelled_speakers_are_a_table_of_offsets() -> None:
    with LABELS.open(encoding="utf-8") as file:
        rows = list(csv.reader((line for line in file if line[0] != "#"), delimiter="\t"))
    assert len(rows) >= 200
    for row in rows:
        assert len(row) in (3, 5)
        assert all(cell.isdigit() for cell in row[1:])
        assert int(row[1]) < int(row[2])


def test_a_relative_pronoun_without_an_entity_stands_for_its_noun(model: LanguageModel) -> None:
    text = "Several members of the crew, who want to see justice done, left the court."
    parse = model.parse([text])[0]
    (token,) = parse.tokens(text.index("who"), text.index("who") + 3)
    quote = QuoteDraft("indirect", "intent", (), (), LEXICONS.sources.draft(parse, token, token), None, 1.0)
    (antecedent,) = link_mentions(parse, [], [quote], LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
    assert antecedent.phrase is not None
    assert text[antecedent.phrase.start : antecedent.phrase.end] == "Several members of the crew"


def test_the_bank_is_the_one_that_the_text_is_about(model: LanguageModel) -> None:
    before = "Kenya's central bank held its rate on Tuesday. The bank's committee met twice. Nobody tells the bank what to do.\n"
    text = "The World Bank predicted growth. The ministry did not comment on decisions of the bank."
    assert mentions(text, read(model, text)[1]["World Bank"], "nominal") == ["the bank"]
    assert mentions(before + text, read(model, before + text)[1]["World Bank"], "nominal") == []


def test_who_speaks_does_not_speak_of_himself_as_he(model: LanguageModel) -> None:
    text = (
        "Yasmin Faruqi, who heads the union, accused Peter Keller of breaking a promise.\n"
        "“He told voters that nobody would have to work longer,” she said to applause."
    )
    quote = "He told voters that nobody would have to work longer,"
    speakers, entities = read(model, text, "she", verbatim=quote)
    assert speakers == ["Yasmin Faruqi"]
    assert mentions(text, entities["Peter Keller"], "pronoun") == ["He"]


def test_a_genitive_is_not_who_speaks_for_it(model: LanguageModel) -> None:
    text = "Carlos Ruiz won the vote on Sunday. Ruiz's lawyer said the count was fair."
    assert read(model, text, "Ruiz's lawyer")[0] == [None]


def test_a_title_of_several_offices_before_a_name_does_not_hide_who_speaks(model: LanguageModel) -> None:
    text = "Public Works, Labour and Social Welfare Minister Florence Moyo said on Monday that the road was open."
    source = "Public Works, Labour and Social Welfare Minister Florence Moyo"
    assert read(model, text, source)[0] == ["Florence Moyo"]


def test_a_name_in_another_script_behind_it_does_not_hide_who_speaks(model: LanguageModel) -> None:
    text = "Harbour Workers Union Chair Lin Hsiu-mei (林秀美) said on Monday that the port was open."
    assert read(model, text, "Harbour Workers Union Chair Lin Hsiu-mei (林秀美")[0] == ["Lin Hsiu-mei"]


def test_a_relative_pronoun_behind_an_apposition_is_whom_the_apposition_describes(model: LanguageModel) -> None:
    text = "The call came from Maria Santos, minister of youth, who said that the police must look into it."
    assert read(model, text, "who")[0] == ["Maria Santos"]


def test_i_is_whoever_speaks_not_somebody_of_its_own(model: LanguageModel) -> None:
    text = "Mayor Ruta Keller spoke to reporters on Monday.\n“I think the harbour will open in May.”"
    speakers, _ = read(model, text, "I", verbatim="I think the harbour will open in May.")
    assert speakers == ["Ruta Keller"]


def test_a_noun_with_another_adjective_is_another_nameless_one(model: LanguageModel) -> None:
    text = "The northern command denied it. The coastal command said that patrols would begin."
    parse = model.parse([text])[0]
    quotes = []
    for source in ("The northern command", "The coastal command"):
        tokens = parse.tokens(text.index(source), text.index(source) + len(source))
        draft = LEXICONS.sources.draft(parse, tokens[0], tokens[-1])
        quotes.append(QuoteDraft("indirect", "speech", (), (), draft, None, 1.0))
    _, second = link_mentions(parse, [], quotes, LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
    assert second.phrase is not None
    assert text[second.phrase.start : second.phrase.end] == "The coastal command"


def test_letters_for_a_woman_are_a_person(model: LanguageModel) -> None:
    text = "DT, a Kenyan woman who paid for the sign, hopes for a new law.\nThe harbour must open, she said on Monday."
    parse = model.parse([text])[0]
    letters = EntityDraft("ORG", "DT", [MentionDraft(0, 2, 0, "name")])
    token = parse.tokens(text.index("she"), text.index("she") + 3)[0]
    quote = QuoteDraft("indirect", "speech", (), (), LEXICONS.sources.draft(parse, token, token), None, 1.0)
    (found,) = link_mentions(parse, [letters], [quote], LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
    assert found.entity == 0


def test_of_two_who_hold_the_same_office_the_one_of_the_country_named_is_meant() -> None:
    text = (
        "TEHRAN - Iranian Foreign Minister Karim Bahrami spoke over the phone with five counterparts on Tuesday.\n\n"
        "Bahrami told UAE Foreign Minister Sheikh Khalid bin Rashid that the calls were useful. Bahrami warned Israel.\n\n"
        "The UAE foreign minister, in turn, stressed that relations must grow.\n\n"
        "Bahrami thanked him."
    )
    (extraction,) = Extractor().extract([Article(id="1", body=text, language="en")])
    speakers = {quote.text: quote.speaker.name for quote in extraction.quotes if quote.speaker}
    assert speakers["that relations must grow"] == "Khalid bin Rashid"


def test_they_are_somebody_with_companions(model: LanguageModel) -> None:
    text = "Senator Marta Olsen and her lawyers left the court on Monday. They called for a new trial."
    assert read(model, text, "They")[0] == ["Marta Olsen"]
    assert read(model, text.replace(" and her lawyers", ""), "They")[0] == [None]


def test_it_may_be_a_report_that_has_spoken(model: LanguageModel) -> None:
    text = "“Nobody acted,” the report said. It called for a new trial."
    parse = model.parse([text])[0]
    drafts = []
    for source in ("the report", "It"):
        tokens = parse.tokens(text.index(source), text.index(source) + len(source))
        draft = LEXICONS.sources.draft(parse, tokens[0], tokens[-1])
        drafts.append(QuoteDraft("indirect", "speech", (), (), draft, None, 1.0))
    *_, last = link_mentions(parse, [], drafts, LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
    assert last.phrase is not None
    assert text[last.phrase.start : last.phrase.end] == "the report"


def test_the_minister_of_a_country_is_no_minister_of_another_one() -> None:
    text = (
        "Norwegian Defence Minister Kari Holm praised the plan. Sweden has sent two ships. "
        "Its defence minister said more would follow."
    )
    (extraction,) = Extractor().extract([Article(id="a", body=text)])
    (holm,) = (entity for entity in extraction.entities if entity.name == "Kari Holm")
    assert [mention.text for mention in holm.mentions] == ["Kari Holm"]
    assert extraction.quotes[-1].speaker is not None
    assert extraction.quotes[-1].speaker.name == "Its defence minister"


def test_that_stands_for_the_noun_in_front_of_it(model: LanguageModel) -> None:
    text = "The film shows two men on deck holding a banner that read “we will not be moved from this ship again”."
    (one,) = (quote for quote in Extractor().extract([Article(id="a", body=text)])[0].quotes if quote.type == "direct")
    assert one.speaker is not None
    assert one.speaker.name == "a banner"


def test_a_title_that_is_written_short_is_read_as_its_noun(model: LanguageModel) -> None:
    text = "Sen. Kyle Boone met Gov. Pat Rizzo in Ohio.\nThe budget was late, the governor said. It was not, the senator said."
    assert read(model, text, "the governor", "the senator")[0] == ["Pat Rizzo", "Kyle Boone"]


def test_a_noun_that_tells_more_generally_what_somebody_is_means_that_one(model: LanguageModel) -> None:
    text = "Midfielder Luka Horn missed a penalty. Owner Tom Reed left early.\n“It was the grass,” the footballer said."
    assert read(model, text, "the footballer")[0] == ["Luka Horn"]


def test_nobody_is_the_other_party_of_his_own_verb() -> None:
    text = "Sheriff Tom Hart thanked the sheriff for the help."
    (extraction,) = Extractor().extract([Article(id="a", body=text)])
    (hart,) = (entity for entity in extraction.entities if entity.name == "Tom Hart")
    assert [mention.text for mention in hart.mentions] == ["Tom Hart"]


def speakers(text: str) -> list[str | None]:
    """The names of the speakers of a text, or what they are called where they have none."""
    (extraction,) = Extractor().extract([Article(id="a", body=text, language="en")])
    return [quote.speaker.name if quote.speaker else None for quote in extraction.quotes]


def test_a_broader_noun_means_again_who_spoke_without_a_name() -> None:
    text = "A ministry spokesman said the embassy was safe. The {} said no ship had left."
    assert speakers(text.format("official")) == ["A ministry spokesman"] * 2
    assert speakers(text.format("prosecutor")) == ["A ministry spokesman", "The prosecutor"]
    assert speakers(text.format("harbour official")) == ["A ministry spokesman", "The harbour official"]
    assert speakers("A spokesman left Oslo on Monday. The official said no ship had left.") == ["The official"]


@pytest.mark.parametrize(
    "text",
    [
        "A prosecutor said the defendant had lied. The man said he had told the truth.",
        "A rescuer said a pensioner was trapped. The woman said she had slept.",
        "A teacher said the dam had burst. The woman said nobody had called.",
    ],
)
def test_a_noun_that_tells_a_gender_alone_is_nobody_who_spoke(text: str) -> None:
    assert (speakers(text)[-1] or "").startswith("The ")


def test_a_long_run_of_letters_takes_no_longer_than_its_length(model: LanguageModel) -> None:
    begin = time.process_time()
    read(model, f"The harbour was shut. {'a' * 200_000} The harbour was open, a man said.")
    assert time.process_time() - begin < 5


def test_of_two_without_a_name_neither_is_meant_by_another_noun() -> None:
    text = "A spokesman said the river rose. A minister said the ward was dry. The official said nobody slept."
    assert speakers(text)[-1] == "The official"


def test_words_in_marks_do_not_describe_who_says_them() -> None:
    text = "A spokesman said it stopped. “I picked the red ticket with the silver border and the gold stars,” the official said."
    assert speakers(text) == ["A spokesman"] * 2


def test_words_in_marks_that_hang_on_a_noun_do_not_tell_it_from_another() -> None:
    told = """
        A          DT  det    spokesman
        spokesman  NN  nsubj  said
        said       VBD ROOT   said       say
    """
    parse = handmade(
        told,
        """
        golden     JJ  amod   official
        the        DT  det    official
        official   NN  nsubj  said
        said       VBD ROOT   said       say
        """,
    )
    golden = ((parse.starts[3], parse.ends[3]),)
    for inside, head in ((golden, 1), ((), 5)):
        quotes = [
            QuoteDraft("direct", "speech", verbatim, verbatim, LEXICONS.sources.draft(parse, *span), None, 1.0)
            for verbatim, span in (((), (0, 1)), (inside, (4, 5)))
        ]
        _, later = link_mentions(parse, [], quotes, LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora)
        assert later.phrase is not None
        assert later.phrase.head == head


def test_a_noun_is_nobody_with_a_name_where_all_without_one_are_likelier() -> None:
    chooser = Chooser(ChoiceModel({"nobody": 1.0, "nameless": 0.9, "named": 1.2}))
    options = [None, Referent(None, "person", noun="official"), Referent(0, "person")]
    evidence = [["nobody"], ["nameless"], ["named"]]
    anaphor = Anaphor(20, "noun", 2, 1, True, False, lemma="official", article="definite")
    assert chooser.choose(anaphor, options, evidence)[0] == 0
    assert chooser.choose(anaphor, options[::2], evidence[::2])[0] == 1


class Listener(Chooser):
    """Keeps which nouns without a name may be meant."""

    def __init__(self) -> None:
        super().__init__()
        self.nouns: set[str] = set()

    def choose(
        self, anaphor: Anaphor, options: Sequence[Referent | None], evidence: Sequence[Sequence[str]]
    ) -> tuple[int, float]:
        self.nouns.update(one.noun for one in options if one is not None and one.entity is None)
        return super().choose(anaphor, options, evidence)


def test_the_words_of_a_web_address_are_nobody(model: LanguageModel) -> None:
    text = "Organisers wait.\n\n[PHOTO]http://cdn.example.com/images/content/727.jpg[/PHOTO]\n\n“We will build it.”"
    parse, listener = model.parse([text])[0], Listener()
    said = ((text.index("We"), len(text) - 1),)
    quote = QuoteDraft("direct", "speech", said, said, None, None, 1.0)
    link_mentions(parse, [], [quote], LEXICONS.gazetteer, LEXICONS.sources, LEXICONS.anaphora, listener)
    assert listener.nouns == {"organiser"}
