"""Coreference: which entity a pronoun or a common noun stands for, and who the speakers are.

The text is read once, in order. What could be meant later (entities, and persons or bodies that have no name) is kept with
where it was last mentioned and in which part of the sentence; a pronoun or a definite noun takes the best that agrees with
it. A noun without a name that stands nearer keeps a pronoun from going to a name further off.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from newswire.extract.anaphora import Anaphora
from newswire.extract.document.drafts import EntityDraft, MentionDraft, QuoteDraft, SourceDraft
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.quotes.sources import Sources

__all__ = ("Antecedent", "link_mentions")

# The classes of pronouns that tell a gender, which are named by it.
GENDERS: Final = frozenset(("male", "female"))

# Labels of what a sentence speaks of, and of what describes a name by hanging on it.
PROMINENT: Final = frozenset(("nsubj", "nsubjpass", "csubj", "ROOT", "agent"))
INSIDE: Final = frozenset(("compound", "amod", "nmod", "poss", "appos", "nounmod"))
# The beginnings of the tags that the words of a title have.
TITLING: Final = frozenset(("NN", "JJ", "DT", "HY"))

# Weights of the evidence for the referent of a pronoun, set by judgement and left as they were: being near counts most, then
# being the subject, then having just spoken, then being talked about much.
NEARNESS: Final = 0.9
SUBJECT: Final = 1.0
SPOKE: Final = 1.2
OFTEN: Final = 0.35
AGREES: Final = 0.6
QUOTED: Final = 2.0
POSSESSOR: Final = 0.4
SINGULAR: Final = 1.0
# So little for a token between that it only decides between two of the same sentence.
CLOSENESS: Final = 0.002

# Sentences after which a pronoun no longer reaches back.
REACH: Final = 6

# Scores of a definite noun for a body or a person, set by judgement: a word of the name or role decides over all else, then that
# the noun is of the body's kind, then that any body can be called so. Words that both have, being the subject, being talked
# about and being near choose between several that fit.
OWN_WORD: Final = 3.0
OWN_KIND: Final = 2.0
ANY_BODY: Final = 1.5
SHARED_WORD: Final = 0.5
AS_SUBJECT: Final = 0.3
AS_OFTEN: Final = 0.1
AS_NEAR: Final = 0.15

# Least score of such a noun: its own word in the name or role, or its kind and nearness.
LEAST_SCORE: Final = 1.0

# Sentences after which a noun no longer stands for a body by its kind alone.
KIND_REACH: Final = 3


@dataclass(slots=True)
class Referent:
    """Somebody or something that may be meant, as the text has told of it so far.

    `entity` is an index, None without a name; `sort` is person, body or people.
    """

    entity: int | None
    sort: str
    gender: str | None = None
    plural: bool = False
    words: set[str] = field(default_factory=set)
    sector: str | None = None
    last: int = -1
    sentence: int = -99
    subject: bool = False
    possessor: bool = False
    count: int = 0
    quoted: bool = True
    phrase: SourceDraft | None = None
    """What a nameless one was called when it spoke."""


@dataclass(frozen=True, slots=True)
class Antecedent:
    """What a source stands for: an entity (its index), or the phrase of a nameless one ("a U.S. official") that spoke before."""

    entity: int | None = None
    phrase: SourceDraft | None = None


def link_mentions(
    parse: Parse,
    entities: list[EntityDraft],
    quotes: list[QuoteDraft],
    gazetteer: Gazetteer,
    sources: Sources,
    anaphora: Anaphora,
) -> list[Antecedent]:
    """Adds the pronouns and nominals that resolve to an entity to its mentions, which stay in text order.

    Returns, for each quote, whom its source stands for. Sets an entity's gender where its pronouns tell it.
    """
    resolver = _Resolver(parse, entities, quotes, gazetteer, sources, anaphora)
    resolver.resolve()
    speakers = [None if quote.source is None else resolver.speaker(quote.source) for quote in quotes]
    resolver.first_person(quotes, speakers)
    resolver.add()
    return [
        Antecedent(speaker, None if speaker is not None or quote.source is None else resolver.nameless_of(quote.source))
        for quote, speaker in zip(quotes, speakers, strict=True)
    ]


class _Resolver:
    def __init__(
        self,
        parse: Parse,
        entities: list[EntityDraft],
        quotes: list[QuoteDraft],
        gazetteer: Gazetteer,
        sources: Sources,
        anaphora: Anaphora,
    ) -> None:
        self.parse, self.entities, self.gazetteer, self.sources = parse, entities, gazetteer, sources
        self.anaphora = anaphora
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
        self._index_quotes(quotes)
        self.phrases: dict[int, SourceDraft] = {}
        self.speaking: Referent | None = None
        self.referents = [self._referent(index) for index in range(len(entities))]
        self.nameless: list[Referent] = []
        self.sentence = -1

    def _index_mentions(self) -> None:
        for index, entity in enumerate(self.entities):
            for mention in entity.mentions:
                self.heads[mention.head] = index
                for token in self.parse.tokens(mention.start, mention.end):
                    self.bearers[token] = mention.head
                    if mention.kind == "name":
                        self.named[token] = index

    def _index_quotes(self, quotes: list[QuoteDraft]) -> None:
        """Which tokens stand in marks, by whom, and which head a source."""
        for quote in quotes:
            inside = [token for start, end in quote.verbatim for token in self.parse.tokens(start, end)]
            for token in inside:
                self.quoted[token] = True
            if quote.source is None:
                continue
            self.quoters.update(dict.fromkeys(inside, quote.source))
            self.sourced[quote.source.head] = quote.source
            bearer = self._bearer(quote.source)
            if bearer is not None:
                self.sourced[bearer] = quote.source

    def resolve(self) -> None:
        """Resolves every pronoun and every definite noun, in text order, but in each paragraph what stands in quote marks last:
        who speaks does not speak of himself as "he"."""
        parse = self.parse
        sectors, anaphora = self.gazetteer.sectors, self.anaphora
        for token in self._order():
            word = parse.words[token]
            self.sentence = parse.sentence(token)
            index = self.heads.get(token)
            if index is not None:
                self._learn(token, index)
                self._mention(self.referents[index], token)
                continue
            if token in self.bearers:
                continue
            tag = parse.tags[token]
            if tag[0] == "N":
                lemma = parse.lemmas[token]
                listed = lemma in sectors or lemma in anaphora.bodies or lemma in anaphora.gendered
                if listed and parse.deps[token] not in ("compound", "amod"):
                    self._nominal(token, lemma, tag)
            elif tag[0] == "P" or tag[0] == "W":
                kind = anaphora.pronouns.get(word.lower())
                if kind is not None and kind != "first":
                    self._pronoun(token, kind)

    def _order(self) -> Iterator[int]:
        """The tokens paragraph by paragraph, those outside quote marks first."""
        for start, end in paragraphs(self.parse.text):
            tokens = self.parse.tokens(start, end)
            yield from (token for token in tokens if not self.quoted[token])
            yield from (token for token in tokens if self.quoted[token])

    def speaker(self, source: SourceDraft) -> int | None:
        """The entity that a source phrase names or stands for."""
        parse, head = self.parse, source.head
        if head in self.linked:
            return self.linked[head]
        bearer = self._bearer(source)
        if bearer is not None:
            return self.heads[bearer]
        if parse.lemmas[head] in self.sources.documents and parse.tags[head].startswith("NN"):
            return self._author(head)
        return None

    def _bearer(self, source: SourceDraft) -> int | None:
        """The token that heads the name of whom a source phrase describes, where the phrase has another head."""
        parse, head = self.parse, source.head
        if head in self.bearers:
            return self.bearers[head]
        tokens = parse.tokens(source.start, source.end)
        # "the campaign manager, Jane Doe": a name in apposition is whose phrase it is.
        for token in tokens:
            if token in self.heads and parse.deps[token] == "appos" and parse.heads[token] == head:
                return token
        # "Army chief Jane Doe", "its co-leader, Jane Doe": a name that ends the phrase, behind a comma, or with nothing but nouns
        # and their adjectives in front of it.
        last = tokens.stop - 1
        while last > head and parse.tags[last] == ",":
            last -= 1
        named = self.bearers.get(last)
        if named is None or self.entities[self.heads[named]].label != "PERSON" or head > last:
            return None
        before = [token for token in range(tokens.start, last) if self.bearers.get(token) != named]
        titled = all(parse.tags[token][:2] in TITLING for token in before)
        return named if titled or (before and parse.words[before[-1]] == ",") else None

    def nameless_of(self, source: SourceDraft) -> SourceDraft | None:
        """What the nameless one was called for whom the pronoun stands that is this source."""
        return self.phrases.get(source.head)

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
        if entity.label == "PERSON":
            gender = entity.gender
            if gender is None:
                first = next((w for w in entity.name.split() if len(w.rstrip(".")) > 1), "")
                known = self.gazetteer.given
                gender = known.get(first) or known.get(first.partition("-")[0]) or None if " " in entity.name else None
            return Referent(index, "person", gender)
        words = {word.casefold() for word in entity.name.split()}
        if entity.label == "NORP":
            return Referent(index, "people", plural=True, words=words)
        # A country or a capital that stands for one; what else is a place has no government that a text calls so.
        country = entity.label == "GPE" and entity.sector == "GOV"
        return Referent(index, "body", words=words, sector="country" if country else entity.sector)

    def _learn(self, token: int, index: int) -> None:
        """Collects the nouns that the text calls a person by: in front of the name, in apposition, behind "is"."""
        referent = self.referents[index]
        if referent.sort != "person":
            return
        parse = self.parse
        for word in self._describing(token):
            referent.words.add(parse.lemmas[word])
            if parse.tags[word][0] == "N":
                referent.words.update(
                    parse.lemmas[c] for c in parse.children[word] if parse.deps[c] in ("compound", "amod")
                )
                if referent.gender is None:
                    referent.gender = self.anaphora.gendered.get(parse.lemmas[word])
        # The words right before a name are its title whatever the parser makes of them.
        before = token - 1
        while before in self.bearers and self.heads[self.bearers[before]] == index:
            before -= 1
        for word in (before, before - 1):
            if word >= 0 and word not in self.named and parse.tags[word][:2] == "NN":
                referent.words.add(parse.lemmas[word])
            else:
                break

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
        if self.quoted[token] and not referent.quoted:
            return  # inside somebody's words: the text itself goes on with whom it spoke of before
        referent.quoted = self.quoted[token]
        if referent.sentence == self.sentence and referent.subject and dep not in PROMINENT:
            referent.last = token
            return
        referent.last, referent.sentence = token, self.sentence
        referent.subject = dep in PROMINENT
        referent.possessor = dep == "poss"
        if token in self.sourced or head in self.sourced:
            self.speaking = referent

    def _pronoun(self, token: int, kind: str) -> None:
        if kind == "relative":
            self._relative(token)
            return
        if kind in GENDERS:
            referent = self._person(token, kind)
        elif kind == "plural":
            referent = self._several(token)
        else:
            referent = self._thing(token)
        if referent is not None:
            self._take(token, kind, referent)

    def _relative(self, token: int) -> None:
        """A relative pronoun stands for the noun in front of it: an entity, or a nameless one who speaks."""
        noun = self._clause_noun(token)
        if noun is None:
            return
        index = self.heads.get(noun, self.linked.get(noun))
        if index is not None:
            self.linked[token] = index
        elif token in self.sourced and self.parse.tags[noun][:2] == "NN" and noun not in self.bearers:
            self.phrases[token] = self._phrase(noun, token)

    def _several(self, token: int) -> Referent | None:
        """Whom "they" stands for."""
        several = [r for r in self._all() if r.plural or r.sort == "body"]
        if token not in self.sourced:
            # Who does not speak is often nobody with a name: only a people that was the subject close by is sure enough.
            several = [r for r in several if r.plural and r.subject and self.sentence - r.sentence <= 1]
        return self._best(token, several, plural=True)

    def _thing(self, token: int) -> Referent | None:
        """What "it" stands for: mostly nothing that has a name; it is resolved where somebody speaks or owns."""
        if token not in self.sourced and self.parse.deps[token] != "poss":
            return None
        return self._best(token, [r for r in self._all() if r.sort == "body" and not r.plural], plural=False)

    def _take(self, token: int, kind: str, referent: Referent) -> None:
        """A pronoun mentions its referent, goes on speaking for it, and tells its gender."""
        if referent is self.speaking and referent.phrase is not None and token in self.sourced:
            self.phrases[token] = referent.phrase
        self._mention(referent, token)
        if token in self.sourced:
            self.speaking = referent
        if referent.entity is None:
            return
        self._link(token, token, token, referent.entity, "pronoun")
        if kind in GENDERS:
            referent.gender = referent.gender or kind
            entity = self.entities[referent.entity]
            entity.gender = entity.gender or kind

    def _person(self, token: int, gender: str) -> Referent | None:
        ahead = self._ahead(token, gender)
        if ahead is not None:
            return ahead
        quoter = self.quoters.get(token)
        speaker = None if quoter is None else self.speaker(quoter)
        fitting = [
            r
            for r in self._all()
            if r.sort == "person"
            and not r.plural
            and r.gender in (None, gender)
            and (r.entity is None or r.entity != speaker)
        ]
        return self._best(token, fitting, plural=False)

    def _ahead(self, token: int, gender: str) -> Referent | None:
        """The subject to come, for a pronoun in a clause before it: "While he agreed, Doe said ..."."""
        parse = self.parse
        verb = parse.heads[token]
        if parse.deps[verb] != "advcl" or parse.heads[verb] < token:
            return None
        for child in parse.children[parse.heads[verb]]:
            index = self.heads.get(child)
            if child > token and parse.deps[child] == "nsubj" and index is not None:
                referent = self.referents[index]
                if referent.sort == "person" and referent.gender in (None, gender):
                    return referent
        return None

    def _best(self, token: int, candidates: list[Referent], plural: bool) -> Referent | None:
        best, score = None, -math.inf
        source = token in self.sourced
        for referent in candidates:
            distance = abs(self.sentence - referent.sentence)
            if referent.last < 0 or distance > REACH:
                continue
            value = -NEARNESS * distance - CLOSENESS * abs(token - referent.last)
            value += SUBJECT * referent.subject - POSSESSOR * referent.possessor
            value += OFTEN * math.log1p(referent.count)
            value += AGREES * (referent.gender is not None)
            if referent.quoted and not self.quoted[token]:
                value -= QUOTED
            if source and referent is self.speaking:
                value += SPOKE
            if plural and not referent.plural:
                value -= SINGULAR
            if value > score:
                best, score = referent, value
        return best

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
        # A name in apposition speaks for itself, before or behind.
        for child in children:
            index = self.heads.get(child)
            if index is not None and parse.deps[child] == "appos":
                self.linked[token] = index
                return
        if parse.deps[token] == "appos" and parse.heads[token] in self.heads:
            return
        plural = tag in ("NNS", "NNPS")
        body = lemma in self.anaphora.bodies
        sort = "body" if body else "person"
        definite = any(parse.words[child].lower() in self.anaphora.definite for child in children)
        if definite and not plural:
            modifiers = {parse.lemmas[c] for c in children if parse.deps[c] in ("amod", "compound", "poss", "nmod")}
            referent = self._called(token, lemma, body, modifiers)
            if referent is not None and referent.entity is not None:
                first = parse.edges[token][0]
                self._link(first, token, token, referent.entity, "nominal")
                self._mention(referent, token)
                return
        # A noun without a name, to which a pronoun behind it may belong.
        if parse.deps[token] in PROMINENT or token in self.sourced or parse.deps[token] in ("dobj", "pobj", "conj"):
            known = next((r for r in reversed(self.nameless[-8:]) if lemma in r.words and r.plural == plural), None)
            if known is None or not definite:
                known = Referent(None, sort, self.anaphora.gendered.get(lemma), plural, {lemma})
                self.nameless.append(known)
            known.phrase = self.sourced.get(token, known.phrase)
            self._mention(known, token)

    def _called(self, token: int, lemma: str, body: bool, modifiers: set[str]) -> Referent | None:
        """The entity that a definite noun stands for: by a word of its name or role, by its kind, the nearest first."""
        if body:
            likenesses = self._bodies_called(lemma, owned=any(m[0].isalpha() for m in modifiers))
        else:
            likenesses = self._persons_called(lemma, self._foreign(token))
        best, score = None, LEAST_SCORE
        for referent, likeness in likenesses:
            value = likeness + SHARED_WORD * len(modifiers & referent.words)
            value += (
                AS_SUBJECT * referent.subject
                + AS_OFTEN * math.log1p(referent.count)
                - AS_NEAR * (self.sentence - referent.sentence)
            )
            if value > score:
                best, score = referent, value
        if best is None:
            return None
        # "The bank" of a text about a central bank is that one, though the World Bank is named once.
        spoken = max((one.count for one in self.nameless if lemma in one.words and not one.plural), default=0)
        return best if spoken <= best.count else None

    def _bodies_called(self, lemma: str, *, owned: bool) -> Iterator[tuple[Referent, float]]:
        """The bodies that a noun may stand for, and how well it fits. Where something else tells whose the noun is ("the city's
        bank"), only a word of the name counts."""
        kind = self.anaphora.bodies[lemma]
        if lemma in self.anaphora.national and len(self._countries()) > 1:
            kind = ""
        for referent in self._single("body"):
            if lemma in referent.words:
                yield referent, OWN_WORD
            elif owned or self.sentence - referent.sentence > KIND_REACH:
                continue
            elif kind and kind == referent.sector:
                yield referent, OWN_KIND
            elif lemma in self.anaphora.generic and referent.sector not in ("country", "GOV"):
                yield referent, ANY_BODY
            else:
                yield referent, 0.0

    def _persons_called(self, lemma: str, country: str | None) -> Iterator[tuple[Referent, float]]:
        """The persons whom the text has called by a noun; where its clause speaks of a country, none of another one."""
        for referent in self._single("person"):
            if lemma in referent.words and (country is None or self._country(referent) in (None, country)):
                yield referent, OWN_WORD

    def _single(self, sort: str) -> Iterator[Referent]:
        """The entities of a sort that are mentioned before and are one."""
        return (
            referent
            for referent in self.referents
            if referent.last >= 0 and not referent.plural and referent.sort == sort
        )

    def _countries(self) -> set[str]:
        """The countries spoken of lately."""
        return {
            country
            for referent in self.referents
            if referent.last >= 0 and self.sentence - referent.sentence <= 3 and (country := self._country(referent))
        }

    def _country(self, referent: Referent) -> str | None:
        return None if referent.entity is None else self.entities[referent.entity].country

    def _foreign(self, token: int) -> str | None:
        """The country of a noun's clause: "Peru's congress stripped the president" speaks of Peru's."""
        parse = self.parse
        verb = parse.heads[token]
        for subject in parse.children[verb]:
            if parse.deps[subject] in PROMINENT and subject != token:
                for below in parse.children[subject]:
                    index = self.heads.get(below)
                    if index is not None and parse.deps[below] in ("poss", "amod", "compound"):
                        return self.entities[index].country
        return None

    def _author(self, head: int) -> int | None:
        """Whose a document is: "the company's statement", "a statement by the ministry"."""
        parse = self.parse
        for child in parse.children[head]:
            if parse.deps[child] in ("poss", "compound", "nmod"):
                index = self.heads.get(child, self.linked.get(child))
                if index is not None and self.entities[index].label != "NORP":
                    return index
            elif parse.deps[child] == "prep" and parse.lemmas[child] in self.anaphora.authors:
                for below in parse.children[child]:
                    index = self.heads.get(below, self.linked.get(below))
                    if index is not None:
                        return index
        return None

    def _all(self) -> list[Referent]:
        return [*self.referents, *self.nameless[-12:]]

    def _link(self, first: int, last: int, head: int, index: int, kind: str) -> None:
        self.linked[head] = index
        self.new.append((index, MentionDraft(self.parse.starts[first], self.parse.ends[last], head, kind)))
