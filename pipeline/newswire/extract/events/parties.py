"""Actors: the phrases of a text that can be an end of an event, with country and sector."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from newswire.extract.document.dateline import story_dateline
from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import SIDES, Entry, Gazetteer
from newswire.extract.events.time_words import MONTHS, WEEKDAYS
from newswire.extract.events.words import EventWords, function_words

__all__ = ("Party", "all_parties", "are_countries", "are_two", "locate", "named_place", "parties")

# Kinds of names that stand for a government only where they act.
GOVERNED_KINDS: Final = frozenset(("country", "seat", "region"))

# Entity labels whose bearers act. A place that is no country or city does not, a product or an event neither.
ACTING: Final = frozenset(("PERSON", "ORG", "GPE", "NORP"))

# Those of the names that a town or a region may have; a building in it has its own.
SETTLED: Final = frozenset(("GPE", "LOC"))

# How a word hangs on the noun that it modifies.
MODIFIERS: Final = frozenset(("compound", "amod", "nmod", "poss", "nounmod"))
# Tags of words that a party does not begin with ("then-Prime Minister Jane Doe").
BEFORE: Final = frozenset(("IN", ",", ":", "CC", "``", "''", "_SP", "RB", "HYPH"))
LEFT: Final = frozenset(("det", "compound", "amod", "nmod", "poss", "nummod", "quantmod", "predet", "advmod", "case"))

# Prepositions behind a noun that say whose it is: "the government of", "troops from", "police in".
WHENCE: Final = function_words("whence")

# Sectors whose bearers belong to a country.
DOMESTIC: Final = frozenset(
    (
        "GOV",
        "MIL",
        "COP",
        "JUD",
        "LEG",
        "OPP",
        "REB",
        "PRM",
        "PTY",
        "SPY",
        "CVL",
        "EDU",
        "LAB",
        "AGR",
        "REL",
        "REF",
        "MED",
    )
)

NOUNS: Final = ("NN", "JJ")

# Words that describe one noun and are looked at; no noun of a real sentence has more.
DESCRIBERS: Final = 20

# By these links a party is part of another one's phrase.
DESCRIBING: Final = frozenset(("compound", "amod", "nmod", "poss", "appos"))

# Pairs of words that begin a bound of a number ("at least 20 people", "up to 300 troops").
BOUNDS: Final = function_words("bound")

# Before a hyphen and a nationality these say that it is not the bearer's own.
PREFIXES: Final = function_words("prefix")

# Tags of nouns that mean several, and the words that make these two of whom the text has spoken.
PLURAL: Final = ("NNS", "NNPS")
BOTH: Final = "both"
THESE: Final = frozenset(("the", "these", "those"))

# Tags and labels of words that may stand as an end of an event although nothing says who that is.
ENDING: Final = ("NN", "CD", "DT")
ARGUMENTS: Final = frozenset(("nsubj", "nsubjpass", "dobj", "pobj", "conj", "poss", "dative", "appos"))

# Prepositions after which a capital is a place.
LOCATING: Final = function_words("locative")


@dataclass(slots=True)
class Party:
    """A phrase that can be an end of an event: tokens `first` to `last` around `head`.

    `entity` is the index of the draft that it names, `country` ISO 3166-1 alpha-3, `sector` a PLOVER actor code, `countries`
    further countries of a coordination ("Hungarian and Romanian officials"). `located` means a city as the place of something,
    whose government does nothing there ("signed in Havana", "the streets of Paris"). `both` are the two that a phrase stands for
    ("the two countries"), where the text has named them. `international` are those of a body of many countries ("EU ministers").
    """

    head: int
    first: int
    last: int
    entity: int | None = None
    country: str | None = None
    sector: str | None = None
    label: str | None = None
    located: bool = False
    countries: list[str] = field(default_factory=list)
    both: tuple[Party, ...] = ()
    international: bool = False

    @property
    def typed(self) -> bool:
        """Whether the text says who that is: a country, a sector, or a name."""
        return self.country is not None or self.sector is not None or self.entity is not None


def locate(parse: Parse, gazetteer: Gazetteer, event_words: EventWords) -> dict[int, tuple[int, Entry]]:
    """The listed names of a text: for each of their tokens the last token of the name and what the lists say."""
    located: dict[int, tuple[int, Entry]] = {}
    words = parse.words
    for token, word in enumerate(words):
        if token in located or not word[0].isupper() or _prefixed(words, token):
            continue
        for length, phrase in gazetteer.phrases(words, token):
            if phrase in event_words.directions and words[token + 1 : token + 2] and words[token + 1][:1].isupper():
                break  # "North Philadelphia", of which no list knows, is not in North Korea
            entry = gazetteer.find(phrase)
            if entry is not None and (entry.country is not None or entry.sector is not None):
                last = token + length - 1
                located.update((inside, (last, entry)) for inside in range(token, last + 1))
                break
    return located


def _prefixed(words: Sequence[str], token: int) -> bool:
    """Whether a name only is what something is for, against or among ("pro-Russian", "Inter-American")."""
    return token > 1 and words[token - 1] == "-" and words[token - 2].lower() in PREFIXES


def parties(parse: Parse, drafts: Sequence[EntityDraft], gazetteer: Gazetteer, words: EventWords) -> dict[int, Party]:
    """The parties of a text by the token of their head."""
    names = _names(parse, drafts, gazetteer, words)
    known: dict[int, Party] = {}
    for token, tag in enumerate(parse.tags):
        if token in names.named or (tag[:2] == "NN" and parse.deps[token] != "compound") or token in names.located:
            party = _party(names, token)
            if party is not None:
                known[token] = party
    _absorb(names, known)
    _settle(names, known)
    _below_dateline(parse, known)
    return known


def all_parties(parse: Parse, drafts: Sequence[EntityDraft], named: Mapping[int, Party]) -> dict[int, Party]:
    """The parties of a text (`named`, as `parties` finds them), and whatever else may stand as an end of an event: pronouns, with
    the entity that they stand for, and nouns that no list knows."""
    known = dict(named)
    covered = {token for party in known.values() for token in range(party.first, party.last + 1)}
    for index, draft in enumerate(drafts):
        for mention in draft.mentions:
            token = mention.head
            if token not in covered and parse.tags[token][:3] == "PRP":
                known[token] = Party(token, token, token, index, draft.country, draft.sector, draft.label)
    dated = _dateline(parse)
    for token, tag in enumerate(parse.tags):
        if token in dated or token in covered or token in known:
            continue
        if tag[:3] == "PRP":
            known[token] = Party(token, token, token)
        elif tag[:2] in ENDING and parse.deps[token] in ARGUMENTS:
            known[token] = party = Party(token, token, token)
            _reach_left(parse, party)
    return known


def are_two(parse: Parse, head: int) -> bool:
    """Whether a noun means two of whom the text has spoken: "both countries", "the two leaders"."""
    if parse.tags[head] not in PLURAL:
        return False
    children = parse.children[head]
    before = {parse.words[child].lower() for child in children if child < head}
    # "Both" of "both countries and firms" counts nobody.
    both = BOTH in before and not any(parse.deps[child] == "conj" for child in children)
    return both or ("two" in before and not THESE.isdisjoint(before))


def are_countries(parse: Parse, head: int, words: EventWords) -> bool:
    """Whether a phrase means two countries, so that neither of them is its home."""
    return parse.lemmas[head] in words.two_countries and are_two(parse, head)


def named_place(parse: Parse, known: Mapping[int, Party], party: Party, gazetteer: Gazetteer) -> Party:
    """The party with the name of the place that it is: "the town" of "the town of Falam" is Falam. Itself where it is another."""
    if party.entity is not None or parse.words[party.head].lower() not in gazetteer.words.settlements:
        return party
    for child in parse.children[party.head]:
        for below in parse.children[child] if child == party.last + 1 and parse.lemmas[child] == "of" else ():
            place = known.get(below)
            if place is not None and place.label in SETTLED and place.entity is not None:
                country = party.country or place.country
                return replace(place, head=party.head, first=party.first, country=country, countries=[])
    return party


def _below_dateline(parse: Parse, known: dict[int, Party]) -> None:
    """Takes the dateline away: its place does nothing, and no party begins there, however the parser reads it."""
    dated = _dateline(parse)
    for token in dated:
        known.pop(token, None)
    for party in known.values():
        if party.first in dated:
            party.first = dated.stop


def _dateline(parse: Parse) -> range:
    """The tokens of the dateline."""
    line = story_dateline(parse.text)
    if line is None:
        return range(0)
    return range(*(bisect_left(parse.starts, at) for at in line.span))


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a text, and what they are looked up in.

    `named` are the mentions of entities by the token of their head, as index of the draft, first and last token; `inside` is
    that head for each token of a mention; `located` the listed names as `locate` gives them.
    """

    parse: Parse
    drafts: Sequence[EntityDraft]
    gazetteer: Gazetteer
    words: EventWords
    named: Mapping[int, tuple[int, int, int]]
    inside: Mapping[int, int]
    located: Mapping[int, tuple[int, Entry]]

    def weapon(self, token: int) -> bool:
        """Whether a word names a weapon or an attack."""
        return self.parse.lemmas[token] in self.words.means

    def country(self, tokens: Iterable[int]) -> str | None:
        """The country of the first of some tokens that belongs to a listed name."""
        return next((self.located[token][1].country for token in tokens if token in self.located), None)


def _names(parse: Parse, drafts: Sequence[EntityDraft], gazetteer: Gazetteer, words: EventWords) -> Names:
    named: dict[int, tuple[int, int, int]] = {}
    for index, draft in enumerate(drafts):
        if draft.label not in ACTING and draft.country is None and draft.sector is None:
            continue
        for mention in draft.mentions:
            span = parse.tokens(mention.start, mention.end)
            if len(span) and parse.tags[mention.head] != "PRP$" and (draft.label in ACTING or mention.kind != "name"):
                named[mention.head] = (index, span[0], span[-1])
    inside = {token: head for head, (_, first, last) in named.items() for token in range(first, last + 1)}
    return Names(parse, drafts, gazetteer, words, named, inside, locate(parse, gazetteer, words))


def _bound(parse: Parse, token: int) -> bool:
    """Whether a word begins a bound of a number."""
    return " ".join(parse.words[token : token + 2]).lower() in BOUNDS


def _company(names: Names, party: Party) -> bool:
    """Whether a name says by its legal form that it is a company's."""
    words = (word.rstrip(".") for word in names.parse.words[party.first : party.last + 1])
    return any("legal" in names.gazetteer.designators.get(word, "") for word in words)


def _settle(names: Names, known: dict[int, Party]) -> None:
    """In a text that names one country only, its officials, police, rebels and citizens are of that country. A weapon may be
    anybody's."""
    countries = {entry.country for _, entry in names.located.values() if entry.country is not None}
    countries |= {party.country for party in known.values() if party.country is not None}
    if len(countries) == 1:
        (country,) = countries
        for party in known.values():
            foreign = party.international or are_countries(names.parse, party.head, names.words)
            if party.country is None and party.sector in DOMESTIC and not foreign and not names.weapon(party.head):
                party.country = country


def _party(names: Names, token: int) -> Party | None:
    """The party whose head a token is, None when it is nobody or only a part of a longer name."""
    parse = names.parse
    if token in names.inside and token not in names.named and token not in names.located:
        return None
    party = Party(token, token, token)
    if token in names.named:
        _take_draft(names, party)
    if token in names.located:
        last = names.located[token][0]
        if token + 1 <= last and parse.heads[token] in range(token + 1, last + 1):
            return None
        _take_listed(names, party)
    role = _role(names, token)
    if role is not None and party.label not in ("GPE", "NORP"):
        party.sector = party.sector or role
    _reach_left(parse, party)
    if role is None and party.entity is None and token not in names.located and not _capital(parse, token):
        return None
    if party.label in ("GPE", "NORP") and party.entity is None and token in names.located:
        return party
    _whence(names, party)
    if party.label == "ORG":
        party.country = _land(names, party) or party.country
    if party.label == "ORG" and party.sector is None and _company(names, party):
        party.sector = "BUS"
    if party.label == "PERSON" or party.sector is None:
        _title(names, party)
    return party


def _take_draft(names: Names, party: Party) -> None:
    """What the entity says that a party names."""
    party.entity, party.first, party.last = names.named[party.head]
    draft = names.drafts[party.entity]
    party.country, party.sector, party.label = draft.country, draft.sector, draft.label


def _take_listed(names: Names, party: Party) -> None:
    """What the lists say of a party's name. A place that something happens in is no government."""
    last, entry = names.located[party.head]
    party.last = max(party.last, last)
    party.country = party.country or entry.country
    if entry.kind not in GOVERNED_KINDS or not _locative(names, party.head):
        party.sector = party.sector or entry.sector
    elif entry.kind == "seat":
        party.sector, party.located = None, True
    party.label = party.label or entry.label


def _reach_left(parse: Parse, party: Party) -> None:
    """A party begins with the first word that modifies its head."""
    for child in parse.children[party.head]:
        if child < party.head and parse.deps[child] in LEFT:
            party.first = min(party.first, parse.edges[child][0])
    while party.first < party.head and parse.tags[party.first] in BEFORE and not _bound(parse, party.first):
        party.first += 1


def _locative(names: Names, token: int) -> bool:
    """Whether a name stands where something happens: behind a preposition, or behind a part of the town ("the streets of")."""
    parse = names.parse
    if parse.deps[token] not in ("pobj", "conj", "appos"):
        return False
    head = parse.heads[token]
    in_town = parse.lemmas[head] == "of" and parse.lemmas[parse.heads[head]] in names.words.town_parts
    return parse.lemmas[head] in LOCATING or in_town


def _capital(parse: Parse, token: int) -> bool:
    """Whether a word is a name that the recogniser passed over: a proper noun that is an argument and no time."""
    return (
        parse.tags[token] in ("NNP", "NNPS")
        and parse.deps[token] in ("nsubj", "nsubjpass", "dobj", "pobj")
        and parse.words[token][0].isupper()
        and not parse.words[token].isupper()
        and parse.lemmas[token] not in WEEKDAYS
        and parse.lemmas[token] not in MONTHS
    )


def _role(names: Names, token: int) -> str | None:
    """The sector that a noun says its bearer is of."""
    parse, gazetteer = names.parse, names.gazetteer
    lemma, below = parse.lemmas[token], token - 1
    if lemma in names.words.idioms and parse.words[token + 1 : token + 2] == ["of"]:
        return None
    if token and (parse.deps[below] == "compound" or (parse.heads[below] == token and parse.tags[below][:2] in NOUNS)):
        if lemma in names.words.assets and (owner := gazetteer.sectors.get(parse.lemmas[below])) in SIDES:
            return owner
        return gazetteer.role(lemma, parse.lemmas[below])
    return gazetteer.sectors.get(lemma)


def _whence(names: Names, party: Party) -> None:
    """Country, sector and name from the words that modify a head."""
    parse = names.parse
    todo = [child for child in parse.children[party.head] if parse.deps[child] in MODIFIERS]
    for _ in range(DESCRIBERS):
        if not todo:
            break
        child = todo.pop(0)
        _describe(names, party, child)
        todo += [below for below in parse.children[child] if parse.deps[below] in (*MODIFIERS, "conj")]
    if party.country is None and party.label != "PERSON":
        _behind(names, party)


def _describe(names: Names, party: Party, word: int) -> None:
    """What a word that modifies a party says of it. Coordinated ones are of further countries. A name that no list has says of a
    weapon what it is, and not whose ("Grad rockets")."""
    entry = names.located[word][1] if word in names.located else None
    country = entry.country if entry is not None else None
    weapon = names.weapon(party.head)
    if country is None and word in names.named and not weapon:
        country = names.drafts[names.named[word][0]].country
    if country is not None:
        if party.country is None:
            party.country = country
        elif country != party.country and names.parse.deps[word] == "conj":
            party.countries.append(country)
    if entry is not None and entry.kind == "organisation":
        party.international = party.international or country is None
        party.sector = entry.sector if weapon else party.sector or entry.sector


def _behind(names: Names, party: Party) -> None:
    """The country from the prepositions behind a head."""
    parse = names.parse
    for child in parse.children[party.head]:
        # An attack is not of the country where it is made.
        if names.weapon(party.head) and parse.lemmas[child] == "in":
            continue
        if parse.deps[child] == "prep" and parse.lemmas[child] in WHENCE:
            for below in parse.children[child]:
                party.country = names.country((below, *parse.children[below]))
                if party.country is not None:
                    return


def _land(names: Names, party: Party) -> str | None:
    """The country that stands behind the name of a body: the Republican Party of Armenia is not the one that all the world
    knows."""
    parse = names.parse
    for child in parse.children[party.head]:
        if parse.deps[child] == "prep" and parse.lemmas[child] == "of":
            for below in parse.children[child]:
                if below in names.located and names.located[below][1].kind == "country":
                    return names.located[below][1].country
    return None


def _title(names: Names, party: Party) -> None:
    """Country and sector of a person from the title before the name or the apposition behind it."""
    parse = names.parse
    for child in parse.children[party.head]:
        dep = parse.deps[child]
        if dep in ("compound", "nmod", "amod", "appos") or (dep == "poss" and party.label != "PERSON"):
            if party.sector is None:
                party.sector = _role(names, child)
            if party.country is None:
                party.country = _country_of_title(names, child)


def _country_of_title(names: Names, title: int) -> str | None:
    """The country in a title or behind it: that of the last of its phrases, unless a word right in it is a listed name."""
    parse, country = names.parse, None
    for below in (title, *parse.children[title]):
        if below in names.located:
            return names.located[below][1].country
        if parse.deps[below] == "prep":
            reach = (each for pobj in parse.children[below] for each in (pobj, *parse.children[pobj]))
            country = names.country(reach)
    return country


def _absorb(names: Names, known: dict[int, Party]) -> None:
    """Takes away the parties that only describe another one, which takes over what they know; a weapon that has a name does
    not."""
    parse = names.parse
    for token in list(known):
        head, dep = parse.heads[token], parse.deps[token]
        while parse.deps[head] == "compound" and dep in DESCRIBING:
            head = parse.heads[head]  # "Ethiopian" hangs on "President", which hangs on the name
        if head == token or head not in known or token not in known:
            continue
        if dep in DESCRIBING:
            party, whole = known[token], known[head]
            if names.weapon(head) and token not in names.located:
                del known[token]
                continue
            whole.country = whole.country or party.country
            if dep in ("compound", "appos"):
                whole.sector = whole.sector or party.sector
            if whole.entity is None and dep == "appos":
                whole.entity, whole.label = party.entity, party.label
                whole.first, whole.last = min(whole.first, party.first), max(whole.last, party.last)
            del known[token]
