from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.extract.document.drafts import QuoteDraft, SourceDraft
from newswire.extract.extractor import Extractor
from newswire.extract.identifiers import record_ids
from newswire.extract.join import join
from newswire.records import Article, Extraction, encode

STORY = (
    "Norwegian Foreign Minister Kari Holm arrived in Lima on Monday.\n"
    "“We will sign,” Holm said. “I am glad,” she said.\n"
    "“We will sign,” Holm said again."
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def test_ids_of_equal_contents_differ_by_their_ordinal_and_are_stable() -> None:
    ids = record_ids("a", "quote", ["No.", "no.", "Yes."])
    assert len(set(ids)) == 3
    assert ids == record_ids("a", "quote", ["No.", " NO. ", "Yes."])
    assert record_ids("a", "quote", ["Yes.", "No."])[1] == ids[0]


def joined(extractor: Extractor, body: str, drafts: Callable[[str], list[QuoteDraft]]) -> tuple[list, list]:  # type: ignore[type-arg]
    article = Article(id="a", body=body, language="en")
    admission = extractor.admit(article)
    parse, names = extractor.parse(admission), extractor.recognise(admission)
    entities, quotes, _ = join(article, parse, drafts(body), extractor.entities(parse, names), extractor.lexicons)
    return entities, quotes


def test_a_quote_carries_its_speaker_cue_and_continuation(extractor: Extractor) -> None:
    def drafts(body: str) -> list[QuoteDraft]:
        parse = extractor.parse(extractor.admit(Article(id="a", body=body, language="en")))
        she = next(t for t, word in enumerate(parse.words) if word == "she")
        source = SourceDraft(parse.starts[she], parse.ends[she], she)
        cue = (parse.starts[she + 1], parse.ends[she + 1], "say", "neutral")
        first, second = body.index("“We"), body.index("“I")
        return [
            QuoteDraft("direct", "speech", ((first, first + 13),), ((first + 1, first + 13),), source, cue, 0.87654),
            QuoteDraft("direct", "speech", ((second, second + 10), (0, 9)), (), None, None, 0.5, continues=0),
        ]

    entities, (one, two) = joined(extractor, STORY, drafts)
    holm = next(entity for entity in entities if entity.name == "Kari Holm")
    assert one.speaker.entity == holm.id
    assert (one.speaker.name, one.speaker.mention.text, one.speaker.role) == (
        "Kari Holm",
        "she",
        "Foreign Minister",
    )
    assert (one.cue.text, one.cue.lemma, one.cue.stance) == ("said", "say", "neutral")
    # The source is right with 0.87654, and that it is Holm is a little less than sure.
    assert 0.8 < one.confidence < 0.877
    assert (two.continues, two.cue) == (one.id, None)
    assert (two.speaker.name, two.speaker.mention) == ("Kari Holm", None)
    assert two.text == " … ".join(STORY[span.start : span.end] for span in two.spans)


def test_a_source_without_a_name_is_described_as_it_stands(extractor: Extractor) -> None:
    body = "The ferry will sail, a port official said."

    def drafts(body: str) -> list[QuoteDraft]:
        parse = extractor.parse(extractor.admit(Article(id="a", body=body, language="en")))
        head = parse.words.index("official")
        start = body.index("a port")
        return [QuoteDraft("indirect", "speech", ((0, 19),), (), SourceDraft(start, start + 15, head, True), None, 0.5)]

    _, (quote,) = joined(extractor, body, drafts)
    assert (quote.speaker.entity, quote.speaker.name, quote.speaker.anonymous) == (None, "a port official", True)


def checked(extraction: Extraction, body: str) -> None:
    for entity in extraction.entities:
        assert entity.mentions
        assert 0 <= entity.salience <= 1
        for mention in entity.mentions:
            assert body[mention.start : mention.end] == mention.text != ""
    ids = [entity.id for entity in extraction.entities] + [quote.id for quote in extraction.quotes]
    assert len(set(ids)) == len(ids)
    known = {entity.id for entity in extraction.entities}
    for quote in extraction.quotes:
        if quote.speaker is not None and quote.speaker.entity is not None:
            assert quote.speaker.entity in known


def test_one_by_one_in_batches_and_in_other_orders_the_records_are_the_same(extractor: Extractor) -> None:
    articles = [Article(id=f"a{n}", body=STORY * (n + 1), language="en") for n in range(3)]
    together = [encode(x) for x in extractor.extract(articles)]
    assert [encode(extractor.extract([article])[0]) for article in articles] == together
    assert [encode(x) for x in extractor.extract(articles[::-1])] == together[::-1]


PIECES = st.lists(
    st.sampled_from(
        [
            "Kari Holm",
            "U.S.",
            "the minister ",
            "Lima, Peru",
            "she said ",
            "“",
            "”",
            "\n",
            "\n\n",
            ". ",
            "😀",
            "A",
            " ",
            "'s",
            "HOLM",
        ]
    )
    | st.text(max_size=8),
    max_size=25,
).map("".join)


@given(PIECES)
@settings(max_examples=40, deadline=None)
def test_no_text_raises_and_every_offset_holds(extractor: Extractor, body: str) -> None:
    (extraction,) = extractor.extract([Article(id="a", body=body, language="en", published="2024-05-06T10:00:00Z")])
    checked(extraction, body)


def test_a_determiner_with_more_behind_it_describes_a_speaker_and_alone_names_nobody(extractor: Extractor) -> None:
    def called(body: str, phrase: str) -> str | None:
        def drafts(text: str) -> list[QuoteDraft]:
            (source,) = extractor.parse(extractor.admit(Article(id="a", body=body, language="en"))).tokens(0, 4)
            draft = SourceDraft(0, len(phrase), source)
            return [QuoteDraft("indirect", "speech", ((20, 30),), (), draft, None, 1.0)]

        _, ((quote,)) = joined(extractor, body, drafts)
        assert quote.speaker is not None
        name: str | None = quote.speaker.name
        return name

    assert called("Some in Lima said that they were glad.", "Some in Lima") == "Some in Lima"
    assert called("This says that the town is very glad.", "This") is None


def test_a_pronoun_for_a_nameless_speaker_is_called_what_that_speaker_was_called(extractor: Extractor) -> None:
    body = (
        "The ministry said in a statement that police had acted lawfully. It added: “The law applies to everyone.”\n"
        "“We were not warned,” said a senior European official who declined to be named. “It was a mistake,” he said."
    )
    quotes = extractor.extract([Article(id="a", body=body, language="en")])[0].quotes
    by_mention = {
        quote.speaker.mention.text: quote.speaker for quote in quotes if quote.speaker and quote.speaker.mention
    }
    assert (by_mention["It"].name, by_mention["It"].entity) == ("The ministry", None)
    assert by_mention["he"].name is not None
    assert by_mention["he"].name.startswith("a senior European official")
    assert by_mention["he"].anonymous


@pytest.mark.parametrize(
    ("source", "speaker", "others"),
    [
        ("Carlos Ruiz and Ann Berg", "Carlos Ruiz", ["Ann Berg"]),
        ("Mayor Carlos Ruiz, Ann Berg and Peter Keller", "Carlos Ruiz", ["Ann Berg", "Peter Keller"]),
        ("Carlos Ruiz of Acme", "Carlos Ruiz", []),
        ("Carlos Ruiz, the Red Cross and Amnesty International", "Carlos Ruiz", ["Red Cross", "Amnesty International"]),
        ("The lawyers of Carlos Ruiz and Ann Berg", None, []),
    ],
)
def test_who_speaks_together_is_all_named(
    extractor: Extractor, source: str, speaker: str | None, others: list[str]
) -> None:
    text = f"{source} said in a joint statement on Monday that the bridge would open in May."

    def drafts(body: str) -> list[QuoteDraft]:
        parse = extractor.parse(extractor.admit(Article(id="a", body=body, language="en")))
        tokens = parse.tokens(0, len(source))
        draft = extractor.lexicons.sources.draft(parse, tokens[0], tokens[-1])
        start = body.index("the bridge")
        return [QuoteDraft("indirect", "speech", ((start, len(body) - 1),), (), draft, None, 0.9)]

    entities, (quote,) = joined(extractor, text, drafts)
    names = {entity.id: entity.name for entity in entities}
    assert names.get(quote.speaker.entity) == speaker
    assert [names[one.entity] for one in quote.speakers] == others
    assert all(text[one.mention.start : one.mention.end] == one.name for one in quote.speakers)


def test_a_firm_behind_a_name_and_a_post_does_not_speak_too(extractor: Extractor) -> None:
    body = "Nina Olsen, head of rates, Fjord Bank:\n\n“We saw this coming, and so did the market.”"
    (quote,) = extractor.extract([Article(id="a", body=body, language="en")])[0].quotes
    assert quote.speaker is not None
    assert (quote.speaker.name, quote.speakers) == ("Nina Olsen", [])
