"""Coreference: which entity a pronoun or a common noun stands for, and who the speakers are.

The text is read once, in order. What could be meant later (entities, and persons or bodies that have no name) is kept with
where it was last mentioned, in which part of the sentence, and when it spoke. A pronoun, a noun or a quotation without a tag
takes the likeliest candidate (`antecedents`), which may be nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from newswire.extract.anaphora import Anaphora
from newswire.extract.antecedents import SPEECH, Anaphor, Referent, candidates, nobody, traits
from newswire.extract.document.drafts import EntityDraft, MentionDraft, QuoteDraft, SourceDraft
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.entities.choices import ChoiceModel, load_choice_model
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.quotes.sources import Sources

__all__ = ("Antecedent", "Chooser", "link_mentions")

# The classes of pronouns that tell a gender, which are named by it.
GENDERS: Final = frozenset(("male", "female"))

# Labels of what a sentence speaks of, of what else a pronoun may come back to, and of what describes a name by hanging on it.
PROMINENT: Final = frozenset(("nsubj", "nsubjpass", "csubj", "ROOT", "agent"))
OBJECTS: Final = frozenset(("dobj", "pobj", "conj"))
INSIDE: Final = frozenset(("compound", "amod", "nmod", "poss", "appos", "nounmod"))
# The beginnings of the tags that the words of a title have, of what stands between the parts of a body's name and of several
# offices, and of the tags of words by which a text calls somebody.
TITLING: Final = frozenset(("NN", "JJ", "DT", "HY"))
LISTING: Final = frozenset((",", "CC", "-L", "-R"))
CALLING: Final = frozenset(("NN", "JJ"))

# What is no speaker and no actor.
THINGS: Final = frozenset(("LOC", "FAC", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "LANGUAGE"))

# Who speaks beside those without a name, and the words for these.
COMPANIONS: Final = frozenset(("PERSON", "ORG"))
OTHERS: Final = (["other"], ["others"])

# A description has at most so many words; what is longer is a clause.
LONGEST: Final = 12

# A number of years, of a unit, of a district.
NUMBER: Final = re.compile(r"\d{1,3}(?![\d,.])")

# An address on the web, whose parts are words of nobody.
LINK: Final = re.compile(r"(?:https?://|ftp://|www\.)\S+")

# The nameless who were mentioned last, of whom a text brings many, and the speakers who may take up their turn again.
NAMELESS: Final = 12
TURNS: Final = 3


@dataclass(frozen=True, slots=True)
class Antecedent:
    """Whom a quote is by: an entity (its index), or the phrase of a nameless one ("a U.S. official") that spoke before.

    `confidence` is the probability of that, given the quote's source. `source` is what stands for the speaker in the text, None
    where nothing does.
    """

    entity: int | None = None
    phrase: SourceDraft | None = None
    confidence: float = 1.0
    source: SourceDraft | None = None


class Chooser:
    """Chooses among the candidates by the weights that come with the project, or by others."""

    def __init__(self, model: ChoiceModel | None = None) -> None:
        self.model = model or load_choice_model("antecedents")

    def wants(self, token: int) -> bool:
        """Whether a pronoun is looked at that is mostly left alone."""
        return False

    def choose(
        self, anaphor: Anaphor, options: Sequence[Referent | None], evidence: Sequence[Sequence[str]]
    ) -> tuple[int, float]:
        """The number of an option and its probability, by what speaks for each. The first option is nobody with a name."""
        shares = self.model.probabilities(evidence)
        best = max(range(len(shares)), key=shares.__getitem__)
        if not anaphor.source or anaphor.kind in SPEECH:
            return best, shares[best]
        unnamed = [at for at, one in enumerate(options) if one is None or one.entity is None]
        if anaphor.article:
            # A noun has a name only where that is likelier than that it has none.
            if sum(shares[at] for at in unnamed) > shares[best]:
                best = max(unnamed, key=shares.__getitem__)
        else:
            # A pronoun speaks for somebody: where no name is likely, for the likeliest without one.
            nameless = max(unnamed[1:], key=shares.__getitem__, default=0)
            if shares[best] < shares[0] + (shares[nameless] if nameless else 0.0):
                best = nameless
        return best, shares[best]


def link_mentions(
    parse: Parse,
    entities: list[EntityDraft],
    quotes: list[QuoteDraft],
    gazetteer: Gazetteer,
    sources: Sources,
    anaphora: Anaphora,
    chooser: Chooser | None = None,
) -> list[Antecedent]:
    """Adds the pronouns and nominals that resolve to an entity to its mentions, which stay in text order.

    Returns, for each quote, whom it is by. Sets an entity's gender where its pronouns tell it.
    """
    resolver = _Resolver(parse, entities, quotes, gazetteer, sources, anaphora, chooser or Chooser())
    resolver.resolve()
    speakers = [resolver.antecedent(number) for number in range(len(quotes))]
    resolver.first_person(quotes, [speaker.entity for speaker in speakers])
    resolver.add()
    return speakers


class _Resolver:
    def __init__(
        self,
        parse: Parse,
        entities: list[EntityDraft],
        quotes: list[QuoteDraft],
        gazetteer: Gazetteer,
        sources: Sources,
        anaphora: Anaphora,
        chooser: Chooser,
    ) -> None:
        self.parse, self.entities, self.gazetteer, self.sources = parse, entities, gazetteer, sources
        self.anaphora, self.chooser, self.quotes = anaphora, chooser, quotes
        self.paragraphs = paragraphs(parse.text)
        self.linked: dict[int, int] = {}
        self.new: list[tuple[int, MentionDraft]] = []
        self.named: dict[int, int] = {}
        self.heads: dict[int, int] = {}
        # For each token of a mention the token that heads it.
        self.bearers: dict[int, int] = {}
        self._index_mentions()
        self.quoted = [False] * len(parse)
        self.quoters: dict[int, SourceDraft] = {}
        self.sourced: dict[int, SourceDraft] = {}
        # Quotes by the token that heads their source, and those without one by the token where they are looked at.
        self.cited: dict[int, list[int]] = {}
        self.sourceless: dict[int, list[int]] = {}
        self._index_quotes()
        # Whom each source stands for, by the token that heads it, and each quote without one, by its number.
        self.speakers: dict[int, tuple[Referent | None, float]] = {}
        self.voices: dict[int, tuple[Referent | None, float]] = {}
        self.speaking: list[Referent] = []
        # The names that are sources.
        self.signed = sorted(self.sourced.keys() & self.heads.keys())
        self.referents = [self._referent(index) for index in range(len(entities))]
        self.nameless: list[Referent] = []
        # The same by their noun and whether it is a plural.
        self.common: dict[tuple[str, bool], list[Referent]] = {}
        self.sentence = self.paragraph = -1
        for token, index in sorted(self.heads.items()):
            self._learn(token, self.referents[index])
        for referent in self.referents:
            if referent.sort == "person":
                referent.sectors.update(gazetteer.sectors[word] for word in referent.words if word in gazetteer.sectors)
            referent.callings.update(
                word for word in referent.words if word in anaphora.narrower or word in anaphora.broader
            )

    def _index_mentions(self) -> None:
        for index, entity in enumerate(self.entities):
            for mention in entity.mentions:
                self.heads[mention.head] = index
                for token in self.parse.tokens(mention.start, mention.end):
                    self.bearers[token] = mention.head
                    if mention.kind == "name":
                        self.named[token] = index

    def _index_quotes(self) -> None:
        """Which tokens stand in marks, by whom, and which head a source."""
        for number, quote in enumerate(self.quotes):
            inside = [token for start, end in quote.verbatim for token in self.parse.tokens(start, end)]
            for token in inside:
                self.quoted[token] = True
            if quote.source is None or quote.inherits or self._speaks_of_self(quote.source):
                at = quote.cue[0] if quote.cue else quote.spans[0][0] if quote.spans else 0
                token = min(bisect_right(self.parse.ends, at), len(self.parse) - 1)
                self.sourceless.setdefault(token, []).append(number)
                continue
            self.quoters.update(dict.fromkeys(inside, quote.source))
            self.cited.setdefault(quote.source.head, []).append(number)
            self.sourced[quote.source.head] = quote.source
            bearer = self._bearer(quote.source)
            if bearer is not None:
                self.sourced[bearer] = quote.source

    def _speaks_of_self(self, source: SourceDraft) -> bool:
        """Whether a source is "I" or "we": whose words they stand in, no tag of their own tells."""
        return self.anaphora.pronouns.get(self.parse.words[source.head].lower()) == "first"

    def resolve(self) -> None:
        """Resolves every pronoun, every definite noun and every source, in text order, but in each paragraph what stands in quote
        marks last: who speaks does not speak of himself as "he"."""
        parse = self.parse
        sectors, anaphora = self.gazetteer.sectors, self.anaphora
        sentences = [number for number, (first, last) in enumerate(parse.sentences) for _ in range(first, last)]
        links = {token for link in LINK.finditer(parse.text) for token in parse.tokens(*link.span())}
        for token in self._order():
            self.sentence = sentences[token]
            if token in self.sourceless:
                for number in self.sourceless[token]:
                    self._voice(number, token)
            if token in self.heads:
                self._mention(self.referents[self.heads[token]], token)
                continue
            tag = parse.tags[token]
            # What is neither a noun nor a pronoun is looked at only where it heads a source.
            if token in self.bearers or token in links or (tag[0] not in "NPWD" and token not in self.sourced):
                continue
            kind = self._pronoun_kind(token)
            if kind is not None and kind != "first":
                self._pronoun(token, kind)
            elif token in self.sourced and kind is None:
                self._nominal(token, parse.lemmas[token], tag)
            elif tag[0] == "N":
                lemma = parse.lemmas[token]
                listed = lemma in sectors or lemma in anaphora.bodies or lemma in anaphora.gendered
                if listed and parse.deps[token] not in ("compound", "amod"):
                    self._nominal(token, lemma, tag)
                elif tag in ("NNS", "NNPS") and parse.deps[token] in PROMINENT:
                    self._nameless(token, lemma, "person", plural=True, definite=False)

    def _order(self) -> Iterator[int]:
        """The tokens paragraph by paragraph, those outside quote marks first."""
        for number, (start, end) in enumerate(self.paragraphs):
            self.paragraph = number
            tokens = self.parse.tokens(start, end)
            yield from (token for token in tokens if not self.quoted[token])
            yield from (token for token in tokens if self.quoted[token])

    def antecedent(self, number: int) -> Antecedent:
        """Whom a quote is by, once all is resolved."""
        quote = self.quotes[number]
        if quote.source is None or quote.inherits or self._speaks_of_self(quote.source):
            referent, sure = self.voices.get(number, (None, 1.0))
            own = quote.source is not None and not quote.inherits
            taken = quote.source if own or (referent and referent is self._spoken(quote.source)) else None
            if referent is None:
                return Antecedent(None, None, sure, taken)
            return Antecedent(referent.entity, self._called(referent), sure, taken)
        referent, sure = self.speakers.get(quote.source.head, (None, 1.0))
        if referent is None:
            bearer = self._bearer(quote.source)
            named = None if bearer is None else self.heads[bearer]
            return Antecedent(named, self._relation(quote.source), sure, quote.source)
        return Antecedent(referent.entity, self._called(referent), sure, quote.source)

    def _relation(self, source: SourceDraft) -> SourceDraft | None:
        """The phrase of the nameless one for whom a relative pronoun stands."""
        noun = self._clause_noun(source.head)
        if self._pronoun_kind(source.head) != "relative" or noun is None:
            return None
        return (
            self._phrase(noun, source.head) if self.parse.tags[noun][:2] == "NN" and noun not in self.bearers else None
        )

    def _pronoun_kind(self, token: int) -> str | None:
        """Whom a pronoun stands for; nothing for other words. "That" is relative where the tagger says so."""
        tag = self.parse.tags[token]
        if tag == "WDT":
            return "relative"
        return self.anaphora.pronouns.get(self.parse.words[token].lower()) if tag[0] in "PWD" else None

    def _called(self, referent: Referent) -> SourceDraft | None:
        """What a nameless one was called when it was first spoken of."""
        return self._description(referent.head) if referent.entity is None else None

    def _description(self, head: int) -> SourceDraft:
        """The phrase of a noun with what belongs to it, but no clause."""
        if head in self.sourced:
            return self.sourced[head]
        parse = self.parse
        last = head
        for child in parse.children[head]:
            if child == last + 1 and parse.deps[child] == "prep":
                last = parse.edges[child][1]
        first = parse.edges[head][0]
        return self.sources.draft(parse, max(first, head - LONGEST), last if last - head <= LONGEST else head)

    def _spoken(self, source: SourceDraft | None) -> Referent | None:
        """Who has spoken by a source, once it is resolved."""
        if source is None:
            return None
        referent, _ = self.speakers.get(source.head, (None, 1.0))
        bearer = self._bearer(source)
        return referent if referent is not None or bearer is None else self.referents[self.heads[bearer]]

    def _bearer(self, source: SourceDraft) -> int | None:
        """The token that heads the name of whom a source phrase describes."""
        parse, head = self.parse, source.head
        tokens = parse.tokens(source.start, source.end)
        # "Army chief Jane Doe", "its co-leader, Jane Doe", "Acme Corp chair Jane Doe": the name of a person that ends the phrase,
        # behind a comma, or with nothing but nouns and their adjectives in front of it.
        last = tokens.stop - 1
        if parse.words[last] == ")":
            # The name in another script: "Chair Ito (伊藤)".
            last = next((token for token in range(last, head, -1) if parse.words[token] == "("), last + 1) - 1
        while last > head and parse.tags[last] == ",":
            last -= 1
        named = self.bearers.get(last)
        if named is not None and self._is_person(named) and head <= last:
            before = [token for token in range(tokens.start, last) if self.bearers.get(token) != named]
            kinds = TITLING if self._is_person(self.bearers.get(head, -1)) else TITLING | LISTING
            titled = all(parse.tags[token][:2] in kinds or token in self.bearers for token in before)
            if not before or titled or parse.words[before[-1]] == ",":
                return named
        if head in self.bearers and not (self._is_owner(self.bearers[head], tokens)):
            return self.bearers[head]
        # "the campaign manager, Jane Doe, of Oslo": a name in apposition is whose phrase it is.
        for token in tokens:
            if token in self.heads and parse.deps[token] == "appos" and parse.heads[token] == head:
                return token
        # "Jane Doe, professor at Oslo,": of an apposition alone, whose it is.
        if parse.deps[head] == "appos" and self._is_person(parse.heads[head]):
            return parse.heads[head]
        return self._companion(head, tokens)

    def _companion(self, head: int, tokens: range) -> int | None:
        """The token that heads the first name beside a nameless head: "lawyers and the Council", "Doe and other ministers"."""
        parse = self.parse
        for token in tokens:
            if token not in self.heads or self.entities[self.heads[token]].label not in COMPANIONS:
                continue
            behind = next((at for at in range(token + 1, tokens.stop) if self.bearers.get(at) != token), tokens.stop)
            if parse.words[behind : behind + 1] == ["and"] and parse.words[behind + 1 : behind + 2] in OTHERS:
                return token
            if parse.deps[token] == "conj" and parse.heads[token] == head and not self._is_owner(token, tokens):
                return token
        return None

    def _is_person(self, token: int) -> bool:
        """Whether a token heads the name of a person."""
        return token in self.heads and self.entities[self.heads[token]].label == "PERSON"

    def _is_owner(self, token: int, tokens: range) -> bool:
        """Whether a name is a genitive with a noun behind it: "Jane Doe's lawyer" is not Jane Doe."""
        parse = self.parse
        behind = next((at for at in range(token + 1, tokens.stop) if self.bearers.get(at) != token), tokens.stop)
        return behind + 1 < tokens.stop and parse.tags[behind] == "POS"

    def first_person(self, quotes: Sequence[QuoteDraft], speakers: Sequence[int | None]) -> None:
        """ "I" inside quote marks is the speaker."""
        for quote, speaker in zip(quotes, speakers, strict=True):
            if speaker is None or self.entities[speaker].label != "PERSON":
                continue
            for start, end in quote.verbatim:
                for token in self.parse.tokens(start, end):
                    if (
                        self.anaphora.pronouns.get(self.parse.words[token].lower()) == "first"
                        and token not in self.linked
                        and token not in self.bearers
                    ):
                        self._link(token, token, token, speaker, "pronoun")

    def add(self) -> None:
        """Puts the mentions found to their entities, in text order."""
        for index, mention in self.new:
            self.entities[index].mentions.append(mention)
        for index in {index for index, _ in self.new}:
            self.entities[index].mentions.sort(key=lambda mention: (mention.start, mention.end))

    def _referent(self, index: int) -> Referent:
        entity = self.entities[index]
        words = {word.casefold() for word in entity.name.split()}
        if entity.label == "PERSON":
            referent = Referent(index, "person", entity.gender)
            first = next((w for w in entity.name.split() if len(w.rstrip(".")) > 1), "")
            if " " in entity.name:
                referent.given = self.gazetteer.given_gender(first)
            self._call(referent, (entity.role or "").split())
        elif entity.label == "NORP":
            referent = Referent(index, "people", plural=True, words=words)
        else:
            # A country or a capital that stands for one; what else is a place has no government that a text calls so.
            country = entity.label == "GPE" and entity.sector == "GOV"
            sort = "thing" if entity.label in THINGS else "body"
            referent = Referent(index, sort, words=words, sector="country" if country else entity.sector)
            referent.place = entity.label == "GPE"
        referent.name = frozenset(words) if entity.label != "PERSON" else frozenset()
        referent.country = entity.country
        referent.first, referent.whole = entity.mentions[0].head, len(entity.mentions)
        return referent

    def _call(self, referent: Referent, words: Sequence[str]) -> None:
        """A referent is called by words, which stand in a row."""
        short = self.anaphora.short
        referent.words.update(short.get(word.casefold(), word.casefold()) for word in words)
        initials = [word[0] for word in words if word[:1].isupper()]
        for begin in range(len(initials) - 1):
            for end in range(begin + 2, len(initials) + 1):
                referent.initials.add("".join(initials[begin:end]))

    def _learn(self, token: int, referent: Referent) -> None:
        """Collects the nouns that the text calls a person or a body by: in front of the name, in apposition, behind "is"."""
        if referent.sort not in ("person", "body"):
            return
        parse = self.parse
        for word in self._describing(token):
            referent.words.add(self._noun_of(word))
            if parse.tags[word][0] == "N":
                first, last = parse.edges[word]
                near = [
                    i for i in range(max(first, word - 6), min(last, word + 6) + 1) if i not in self.named or i == word
                ]
                referent.words.update(parse.lemmas[i] for i in near if parse.tags[i][:2] in CALLING)
                self._call(referent, [parse.words[i] for i in range(max(first, word - 6), word + 1)])
                referent.numbers.update(number for i in near if (number := _number(parse.words[i])))
                gender = self.anaphora.gendered.get(parse.lemmas[word])
                if gender and parse.deps[word] == "appos":
                    referent.sort = "person"  # "DT, a Kenyan woman": letters that the recogniser has for a body
                if referent.gender is None and referent.sort == "person":
                    referent.gender = gender
        if referent.sort != "person":
            return
        # The words right before a name are its title whatever the parser makes of them.
        before = token - 1
        while before in self.bearers and self.bearers[before] == token:
            before -= 1
        title = []
        for word in range(before, max(before - 5, -1), -1):
            if word in self.named or parse.tags[word][:2] not in ("NN", "JJ"):
                break
            title.append(word)
        referent.words.update(self._noun_of(word) for word in title)
        self._call(referent, [parse.words[word] for word in reversed(title)])
        # "Ray Ortiz, 29,"
        if token + 2 < len(parse) and parse.words[token + 1] == "," and parse.words[token + 2].isdigit():
            referent.numbers.add(parse.words[token + 2])

    def _noun_of(self, token: int) -> str:
        """The lemma of a token, of a title that is written short the noun."""
        lemma = self.parse.lemmas[token]
        return self.anaphora.short.get(lemma.lower(), lemma)

    def _describing(self, token: int) -> list[int]:
        """The words that describe a name by the tree."""
        parse = self.parse
        around = [child for child in parse.children[token] if parse.deps[child] in INSIDE and child not in self.named]
        head = parse.heads[token]
        if parse.deps[token] == "appos":
            around.append(head)
        elif parse.lemmas[head] == "be" and parse.deps[token] == "nsubj":
            around += [child for child in parse.children[head] if parse.deps[child] == "attr"]
        return [word for word in around if parse.deps[word] != "poss"]

    def _mention(self, referent: Referent, token: int) -> None:
        head = token
        if self.parse.deps[head] == "appos":
            # "Ruto's spokesperson, Hussein Mohamed, denied": who is named in apposition is the subject, and has spoken.
            head = self.parse.heads[head]
        dep = self.parse.deps[head]
        referent.count += 1
        if token in self.sourced or head in self.sourced:
            self._speaks(referent)
        if self.quoted[token] and referent.last >= 0 and not referent.quoted:
            return  # inside somebody's words: the text itself goes on with whom it spoke of before
        referent.quoted = self.quoted[token]
        if referent.sentence == self.sentence and referent.subject and dep not in PROMINENT:
            referent.last = token
            return
        referent.last, referent.sentence, referent.paragraph = token, self.sentence, self.paragraph
        referent.subject = dep in PROMINENT
        referent.possessor = dep == "poss"
        referent.joined = any(
            self.parse.deps[child] == "conj" and self.parse.tags[child][0] in "NP"
            for child in self.parse.children[head]
        )

    def _speaks(self, referent: Referent) -> None:
        referent.spoke += 1
        referent.said = self.paragraph
        self.speaking = [referent, *(one for one in self.speaking if one is not referent)][:TURNS]

    def _choose(self, anaphor: Anaphor) -> tuple[Referent | None, float]:
        """Whom an anaphor stands for, and how likely."""
        options = candidates(anaphor, [*self.referents, *self.nameless[-NAMELESS:]])
        if not options:
            return None, 1.0
        evidence = [nobody(anaphor, options)]
        evidence += [traits(anaphor, one, rank, options, self.speaking) for rank, one in enumerate(options)]
        choice, sure = self.chooser.choose(anaphor, [None, *options], evidence)
        return (options[choice - 1] if choice else None), sure

    def _pronoun(self, token: int, kind: str) -> None:
        if kind == "relative":
            self._relative(token)
            return
        source = token in self.sourced
        # What is told of "it" and "they" mostly has no name; it is resolved where somebody speaks or owns.
        told = not source and (kind == "plural" or (kind == "neuter" and self.parse.deps[token] != "poss"))
        if told and not self.chooser.wants(token):
            return
        within, content = self._content(self.cited.get(token, ()))
        anaphor = Anaphor(
            token,
            kind,
            self.sentence,
            self.paragraph,
            source,
            self.quoted[token],
            within=within,
            content=content,
            barred=self._barred(token),
            ahead=self._ahead(token) if kind in GENDERS else None,
            over=self._over(token),
        )
        referent, sure = self._choose(anaphor)
        if source:
            self.speakers[token] = (referent, sure)
        if referent is None:
            return
        self._mention(referent, token)
        if referent.entity is None:
            return
        self._link(token, token, token, referent.entity, "pronoun")
        if kind in GENDERS:
            referent.gender = referent.gender or kind
            entity = self.entities[referent.entity]
            entity.gender = entity.gender or kind

    def _next(self, token: int) -> int | None:
        """The entity that is the first source by name behind a token."""
        at = bisect_right(self.signed, token)
        return self.heads[self.signed[at]] if at < len(self.signed) else None

    def _content(self, numbers: Sequence[int]) -> tuple[frozenset[int], frozenset[int]]:
        """The entities named in what quotes hold, and its tokens."""
        spans = [span for number in numbers for span in self.quotes[number].spans]
        tokens = frozenset(at for span in spans for at in self.parse.tokens(*span))
        return frozenset(self.heads[at] for at in tokens if at in self.heads), tokens

    def _barred(self, token: int) -> frozenset[int]:
        """Who a pronoun is not: the speaker in whose words it stands, and the other party of its own verb."""
        quoter = self.quoters.get(token)
        speaker = self._spoken(quoter) if quoter is not None else None
        return self._partners(token) | ({speaker.entity} if speaker and speaker.entity is not None else set())

    def _partners(self, token: int) -> frozenset[int]:
        """The named parties of the verb of a subject or an object: "Ray met him", and nobody meets himself."""
        parse = self.parse
        if parse.deps[token] not in ("dobj", "nsubj", "dative"):
            return frozenset()
        return frozenset(self.heads[child] for child in parse.children[parse.heads[token]] if child in self.heads)

    def _relative(self, token: int) -> None:
        """A relative pronoun stands for the noun in front of it: an entity, or a nameless one who speaks."""
        noun = self._clause_noun(token)
        if noun is None:
            return
        if self.parse.deps[noun] == "appos" and self._is_person(self.parse.heads[noun]):
            noun = self.parse.heads[noun]  # "Jane Doe, minister of youth, who said"
        index = self.heads.get(noun, self.linked.get(noun))
        if index is not None:
            self.linked[token] = index
            if token in self.sourced:
                self.speakers[token] = (self.referents[index], 1.0)
                self._speaks(self.referents[index])

    def _ahead(self, token: int) -> int | None:
        """The subject to come, for a pronoun in a clause before it: "While he agreed, Doe said ..."."""
        parse = self.parse
        verb = parse.heads[token]
        if parse.deps[verb] != "advcl" or parse.heads[verb] < token:
            return None
        for child in parse.children[parse.heads[verb]]:
            if child > token and parse.deps[child] == "nsubj" and child in self.heads:
                return self.heads[child]
        return None

    def _over(self, token: int) -> int:
        """The subject of the clause that a pronoun's clause hangs on ("Doe wrote a letter in which she asked"), or -1."""
        parse, verb = self.parse, self.parse.heads[token]
        while parse.heads[verb] != verb:
            verb = parse.heads[verb]
            for child in parse.children[verb]:
                if child < token and parse.deps[child] in ("nsubj", "nsubjpass"):
                    return child
        return -1

    def _phrase(self, noun: int, end: int) -> SourceDraft:
        """The phrase of a noun, up to the token before `end`."""
        last = end - 1
        while last > noun and self.parse.tags[last] in (",", "IN", ":"):
            last -= 1
        return self.sources.draft(self.parse, self.parse.edges[noun][0], last)

    def _clause_noun(self, token: int) -> int | None:
        """The noun that a relative clause belongs to."""
        parse = self.parse
        verb = token
        for _ in range(4):
            if parse.deps[verb] == "relcl":
                return parse.heads[verb] if parse.heads[verb] < token else None
            if parse.heads[verb] == verb:
                return None
            verb = parse.heads[verb]
        return None

    def _nominal(self, token: int, lemma: str, tag: str) -> None:
        parse = self.parse
        children = parse.children[token]
        source = self.sourced.get(token)
        # A name in apposition speaks for itself, before or behind.
        for child in children:
            index = self.heads.get(child)
            if index is not None and parse.deps[child] == "appos":
                self.linked[token] = index
                return
        if (parse.deps[token] == "appos" and parse.heads[token] in self.heads) or (
            source and self._bearer(source) is not None
        ):
            return
        plural = tag in ("NNS", "NNPS")
        definite = any(parse.words[child].lower() in self.anaphora.definite for child in children)
        if source or (definite and not plural):
            anaphor = self._noun(token, lemma, plural, definite)
            referent, sure = self._choose(anaphor)
            if source:
                self.speakers[token] = (referent, sure)
                if referent is not None:
                    referent.taken.add(lemma)
            if referent is not None and referent.entity is not None:
                if anaphor.kind != "document":
                    self._link(parse.edges[token][0], token, token, referent.entity, "nominal")
                self._mention(referent, token)
                return
            if referent is not None:
                self._mention(referent, token)
                return
        if parse.deps[token] in PROMINENT or source or parse.deps[token] in OBJECTS:
            body = lemma in self.anaphora.bodies
            self._nameless(token, lemma, "body" if body else "person", plural=plural, definite=definite)

    def _nameless(self, token: int, lemma: str, sort: str, *, plural: bool, definite: bool) -> None:
        """A noun without a name, to which what comes behind it may belong."""
        recent = reversed(self.nameless[-NAMELESS:])
        modifiers = self._modifiers(token)
        known = (
            next((r for r in recent if r.noun == lemma and r.plural == plural and modifiers <= r.words), None)
            if definite
            else None
        )
        if known is None and definite and token in self.sourced:
            known = self._again(lemma, modifiers, plural)
        if known is None:
            human = lemma in self.sources.unnamed or lemma in self.anaphora.gendered
            gender = self.anaphora.gendered.get(lemma)
            paper = lemma in self.sources.documents
            known = Referent(
                None, sort, gender, None, plural, {lemma, *modifiers}, noun=lemma, head=token, human=human, paper=paper
            )
            self.nameless.append(known)
            self.common.setdefault((lemma, plural), []).append(known)
        self._mention(known, token)
        if token in self.sourced and self.speakers.get(token, (None, 1.0))[0] is None:
            self.speakers[token] = (known, self.speakers.get(token, (None, 1.0))[1])

    def _again(self, lemma: str, modifiers: set[str], plural: bool) -> Referent | None:
        """The nameless one of those who spoke last whom a definite noun means by a broader word: "the official", of "a
        spokesman". Nobody where several that differ in their nouns may be meant."""
        narrower = self.anaphora.narrower.get(lemma, frozenset())
        found = [
            one
            for one in self.speaking
            if one.entity is None and one.plural == plural and modifiers <= one.words and one.noun in narrower
        ]
        return found[0] if len({one.noun for one in found}) == 1 else None

    def _modifiers(self, token: int) -> set[str]:
        """The nouns, names and adjectives in front of a noun that tell it from others of its kind."""
        parse = self.parse
        before = range(max(parse.edges[token][0], token - LONGEST), token)
        marked = self.quoted[token]
        return {parse.lemmas[i] for i in before if parse.tags[i][:2] in CALLING and self.quoted[i] == marked}

    def _noun(self, token: int, lemma: str, plural: bool, definite: bool) -> Anaphor:
        """A common noun with its phrase as what may stand for somebody."""
        parse, source = self.parse, self.sourced.get(token)
        first, last = parse.edges[token][0], parse.edges[token][1]
        if source is not None:
            here = parse.tokens(source.start, source.end)
            first, last = here.start, here.stop - 1
        begin = max(first, token - LONGEST)
        # "Doe's spokesman": who owns is neither what the spokesman is called nor where he is from.
        before = [i for i in range(begin, token) if not self._is_person(self.bearers.get(i, -1))]
        phrase = range(begin, min(last, token + LONGEST) + 1)
        kind = "noun"
        if lemma in self.anaphora.bodies:
            kind = "body"
        elif lemma in self.sources.documents:
            kind = "document"
        children = parse.children[token]
        owned = any(parse.deps[child] == "poss" for child in children)
        word = parse.words[token]
        return Anaphor(
            token,
            kind,
            self.sentence,
            self.paragraph,
            source is not None,
            self.quoted[token],
            lemma,
            plural,
            lemma in self.gazetteer.sectors or lemma in self.anaphora.bodies or lemma in self.sources.unnamed,
            "definite"
            if definite
            else "owned"
            if owned
            else "indefinite"
            if any(parse.deps[child] == "det" for child in children)
            else "bare",
            self.anaphora.bodies.get(lemma) or self.gazetteer.sectors.get(lemma, ""),
            word if word.isupper() and len(word) > 1 else "",
            frozenset(parse.lemmas[i] for i in before if parse.tags[i][:2] in CALLING),
            frozenset(parse.words[i] for i in before if parse.words[i].isupper() and len(parse.words[i]) > 1),
            frozenset(c for i in before if (c := self._country(i))),
            frozenset(number for i in (*before, token) if (number := _number(parse.words[i]))),
            parse.tags[token] in ("NNP", "NNPS"),
            self.anaphora.narrower.get(lemma, frozenset()),
            self.anaphora.broader.get(lemma, frozenset()),
            self._entities_at(phrase),
            self._entities_at([i for i in phrase if parse.deps[i] == "poss"]),
            *self._closing(phrase),
            self.anaphora.gendered.get(lemma),
            *self._content(self.cited.get(token, ())),
            next=self._next(token),
            barred=self._partners(token),
            rival=max((one.count for one in self.common.get((lemma, plural), ())), default=0),
        )

    def _closing(self, phrase: range) -> tuple[int | None, str]:
        """The entity whose name ends a phrase, and the beginning of the tag of the word in front of that name."""
        bearer = self.bearers.get(phrase[-1])
        if bearer is None:
            return None, ""
        before = next((i for i in reversed(phrase) if self.bearers.get(i) != bearer), None)
        return self.heads[bearer], "" if before is None else self.parse.tags[before][:2]

    def _entities_at(self, tokens: Iterable[int]) -> frozenset[int]:
        """The entities that tokens head the names of, or that pronouns stand for."""
        found = (self.heads.get(token, self.linked.get(token)) for token in tokens)
        return frozenset(index for index in found if index is not None)

    def _country(self, token: int) -> str | None:
        index = self.heads.get(token, self.linked.get(token))
        return None if index is None else self.entities[index].country

    def _voice(self, number: int, token: int) -> None:
        """Finds who speaks where no tag tells it."""
        quote = self.quotes[number]
        resumed = self._spoken(quote.source)
        within, content = self._content([number])
        anaphor = Anaphor(
            token,
            "cued" if quote.cue else "untagged",
            self.sentence,
            self.paragraph,
            source=True,
            quoted=False,
            within=within,
            content=content,
            next=self._next(token),
            resumed=resumed,
            continues=quote.continues is not None,
        )
        referent, sure = self._choose(anaphor)
        self.voices[number] = (referent, sure)
        if referent is not None:
            self._speaks(referent)

    def _link(self, first: int, last: int, head: int, index: int, kind: str) -> None:
        self.linked[head] = index
        self.new.append((index, MentionDraft(self.parse.starts[first], self.parse.ends[last], head, kind)))


def _number(word: str) -> str:
    """The number that a word begins with ("29-year"), which tells one of several apart; nothing for other words."""
    digits = NUMBER.match(word)
    return digits[0] if digits else ""
