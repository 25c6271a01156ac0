"""Events: who did what to whom, when and where, by PLOVER 2.0."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final, Protocol

from newswire.extract.document.drafts import DateDraft, EntityDraft, EventDraft, PartyDraft, PlaceDraft, QuoteDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.events.arguments import actors
from newswire.extract.events.candidates import Candidate, Site, candidates, pair_features, sites, type_features
from newswire.extract.events.classifier import ROOTS, Classifier, load_classifier
from newswire.extract.events.confidence import cautious
from newswire.extract.events.counterparts import counterparts
from newswire.extract.events.dates import Timex, find_dates, is_limit, local_date
from newswire.extract.events.ends import Listed, coordinations, party_key
from newswire.extract.events.factuality import Status, status
from newswire.extract.events.features import readings_at
from newswire.extract.events.guards import WORDY, interviewed, plausible, scored, silent, wordy
from newswire.extract.events.ontology import FUTURE, HOSTILE, INFLICTED, SYMMETRIC, TYPES, Ontology
from newswire.extract.events.parties import Party, all_parties, are_countries, named_place, parties
from newswire.extract.events.predicates import Lexicon, complements, listed_lemma
from newswire.extract.events.predictions import EventNetworks, Prediction, is_brief, load_event_networks
from newswire.extract.events.repairs import SUBJECTS, Taken, repaired
from newswire.extract.events.sport import about_sport, played
from newswire.extract.events.words import EventWords, function_words
from newswire.records import Article

__all__ = ("find_events", "listed_events", "read_events")

# Probability of the ends above which a candidate is looked at further. The sentences of the gold speak of events all the
# time, news does not: it is the product with the type's probability that keeps out what is none.
THRESHOLD: Final = 0.2
CONFIDENCE: Final = 0.18
# The same for predicates that the lexicon does not list: on the folds these are half as often right.
UNLISTED: Final = 0.3
# Below this share of the likeliest type, a row of the lexicon that is unambiguous or fits closely decides: of the corpora it is
# right as often, and it knows the predicates that they lack.
UNSURE: Final = 0.5
# The same of a pair where the text gives no country, or of one end neither country nor sector: in stories on home politics, of
# which the corpora have none, such candidates are seldom events.
UNPLACED: Final = 0.25
# A noun with both its ends beside it. The corpora mark verbs, hardly ever nouns, so that the model has not learnt them.
NOMINAL: Final = 0.7
# Who suffers an unambiguous act by somebody whom the text does not name, or does what is done to nobody. The corpora mark two
# ends always.
ONE_ENDED: Final = 0.6
# How the ends of such a noun hang on it.
OWNING: Final = frozenset(("poss", "mod")) | function_words("owning")
AFFECTED: Final = function_words("affected") | {"conj"}

# Labels of countries and bodies, which do what is called theirs.
COLLECTIVE: Final = frozenset(("GPE", "NORP", "ORG"))

# Sectors of public actors: dealings of companies with these are events, among themselves they are business.
PUBLIC: Final = frozenset(
    ("GOV", "MIL", "COP", "JUD", "LEG", "OPP", "REB", "PRM", "PTY", "SPY", "UAF", "IGO", "NGO", "IMG", "CRM", "REF")
)

# Confidence below which no event is taken that lexicon and grammar read and the networks are not sure of. With one network F1 out
# of folds on the labelled articles was 42.8, 42.8 and 42.6 with 0.15, 0.3 and 0.45: 0.3 had 1.6 more of precision than 0.15.
LISTED: Final = 0.3

# What sport is told as, and the labels of those who play.
CONTESTED: Final = frozenset(("ASSAULT", "CONSULT"))
TEAMS: Final = frozenset(("GPE", "NORP", "ORG"))

# An alert or a brief nearly always tells an event, so in it less confidence will do: from BRIEF_THRESHOLD on, and where the
# lexicon reads an event, too, from BRIEF_LISTED on. Out of folds, with 0.35 instead of 0.3, precision is 53.9 instead of 50.9 and
# F1 34.8 instead of 35.9 in 1,780 invented texts, 60.3 instead of 57.2 and 43.2 instead of 44.4 in excerpts of labelled articles.
BRIEF_THRESHOLD: Final = 0.33
BRIEF_LISTED: Final = 0.15

# What the classifier's confidence is worth where the networks do not see the type: set by judgement.
DOUBTED: Final = 0.6

# Acts of longer ago than this many years are history, told as background.
HISTORY: Final = 20

# Behind it stands who does what a noun names ("the attack by the army").
BY: Final = "by"

# Who agrees to something promises it to those with whom he agrees, whoever suffers it ("agreed to deport two men").
MUTUAL_PROMISES: Final = frozenset(("agree", "consent"))

# Behind these stands whom a deed is aimed at ("reprisals against", "raids on").
AIMED: Final = frozenset(("against", "on", "upon"))

# How what somebody promises hangs on the verb.
PROMISED: Final = frozenset(("dobj", "xcomp", "ccomp"))

# Sectors of those who work, and go on strike.
WORKING: Final = frozenset(("LAB", "MED", "EDU", "AGR"))

# How attacks by words are coded.
VERBAL: Final = ("ACCUSE", "disapprove", "111")

# Prepositions that say where something took place.
PLACING: Final = function_words("placing")


@dataclass(frozen=True, slots=True)
class CodedCandidate:
    """A candidate taken for an event."""

    candidate: Candidate
    type: str
    mode: str
    cameo: str
    confidence: float


class EventLexicons(Protocol):
    """The word lists that events are found with."""

    @property
    def gazetteer(self) -> Gazetteer: ...

    @property
    def predicates(self) -> Lexicon: ...

    @property
    def event_words(self) -> EventWords: ...

    @property
    def sport(self) -> Mapping[str, str]: ...


def find_events(
    parse: Parse,
    article: Article,
    entities: list[EntityDraft],
    quotes: list[QuoteDraft],
    lexicons: EventLexicons,
    model: Classifier | None = None,
    networks: EventNetworks | None = None,
) -> list[EventDraft]:
    """The events of a text in text order. `model` and `networks` are others than those that come with the project (training
    reports on others)."""
    if about_sport(parse, article, lexicons.sport):
        return []
    known = parties(parse, entities, lexicons.gazetteer, lexicons.event_words)
    read = read_events(parse, known, lexicons, model)
    everyone = all_parties(parse, entities, known)
    networks = networks or load_event_networks()
    predicted = networks.predict(parse, everyone, quotes, lexicons.predicates, listed_events(read))
    thresholds = (BRIEF_THRESHOLD, BRIEF_LISTED) if is_brief(parse) else (networks.threshold, LISTED)
    agreed = _agreed(parse, everyone, read, predicted, thresholds, lexicons)
    taken = [one for one in agreed if not _is_match(parse, everyone, one, lexicons.sport)]
    if not taken:
        return []
    ends = [head for one in taken for head in (*one.actors, *one.recipients)]
    found = networks.homes(
        parse, everyone, [head for head in ends if not are_countries(parse, head, lexicons.event_words)]
    )
    everyone |= {head: replace(everyone[head], country=country) for head, country in found.items()}
    named = {head: named_place(parse, everyone, party, lexicons.gazetteer) for head, party in everyone.items()}
    both = counterparts(parse, entities, everyone, lexicons.event_words, lexicons.gazetteer, ends)
    named |= {head: replace(named[head], both=pair) for head, pair in both.items()}
    published = local_date(article.published)
    dates = find_dates(parse, published, sorted({parse.sentence(one.core) for one in taken}))
    quoted = [(end - start, index, start, end) for index, quote in enumerate(quotes) for start, end in quote.spans]
    events = []
    for one in taken:
        when = _date(parse, one, dates)
        if not _historic(when, published):
            events.append(_draft(parse, one, named, quoted, when))
    return events


def _is_match(parse: Parse, known: Mapping[int, Party], one: Taken, words: Mapping[str, str]) -> bool:
    """Whether two countries or clubs fight or meet each other in a contest, and nobody else does anything there."""
    ends = (*one.actors, *one.recipients)
    return one.type in CONTESTED and all(known[end].label in TEAMS for end in ends) and played(parse, one.head, words)


def listed_events(read: Sequence[CodedCandidate]) -> list[Listed]:
    """What lexicon, grammar and classifier read, for the networks' forests."""
    return [
        Listed(
            (one.candidate.site.core, one.candidate.site.head),
            TYPES.index(one.type),
            one.candidate.actors,
            one.candidate.recipients,
            one.confidence,
        )
        for one in read
    ]


def read_events(
    parse: Parse, known: Mapping[int, Party], lexicons: EventLexicons, model: Classifier | None = None
) -> list[CodedCandidate]:
    """What lexicon, grammar and classifier alone read in a text with these parties."""
    model, words = model or load_classifier(), lexicons.event_words
    found = [_best(parse, known, site, words, model) for site in sites(parse, known, lexicons.predicates)]
    return _select(parse, found)


def _agreed(
    parse: Parse,
    known: Mapping[int, Party],
    read: Sequence[CodedCandidate],
    predicted: Sequence[Prediction],
    thresholds: tuple[float, float],
    lexicons: EventLexicons,
) -> list[Taken]:
    """What is taken for an event, in text order; `thresholds` are the least confidence of either step. In steps, of which the
    second leaves alone what the first has read:

    1. What the networks are sure enough of.
    2. What else lexicon and grammar read where the networks see an event, too.

    Of what is told twice in a sentence the surest is taken, and who only says what he does or will do does the latter alone.
    """
    words, lexicon = lexicons.event_words, lexicons.predicates
    threshold, listed = thresholds
    at = {one.anchor: one for one in predicted}
    fresh = [one for one in predicted if one.confidence >= threshold and _tellable(parse, known, one)]
    there = {one.anchor for one in fresh}
    told = [_predicted(parse, known, one, words, lexicon) for one in fresh]
    for coded in read:
        worth = _shared(coded, at)
        if worth >= listed and there.isdisjoint(_tokens(coded)) and any(token in at for token in _tokens(coded)):
            told.append(_listed(coded, worth))
    judged = (_menacing(parse, _spared(parse, known, one, predicted), predicted, lexicon) for one in told)
    mended = (repaired(parse, known, one, words, lexicon, lexicons.gazetteer) for one in judged)
    held = [one for one in mended if one is not None]
    below: dict[int, list[Taken]] = {}
    for one in held:
        below.setdefault(parse.heads[one.head], []).append(one)
    taken: dict[int, list[Taken]] = {}
    for one in sorted(held, key=lambda one: -one.confidence):
        rivals = taken.setdefault(parse.sentence(one.core), [])
        announces = any(_announces(parse, known, one, other, lexicon) for other in below.get(one.core, ()))
        if not announces and not any(_repeats(parse, one, other) for other in rivals):
            rivals.append(one)
    return sorted((one for rivals in taken.values() for one in rivals), key=lambda one: one.core)


def _tokens(coded: CodedCandidate) -> tuple[int, int]:
    """The tokens that networks may take for the predicate of a reading."""
    return coded.candidate.site.core, coded.candidate.site.head


def _shared(coded: CodedCandidate, at: Mapping[int, Prediction]) -> float:
    """What a reading is worth: the confidence of the networks that it is so, or less than the classifier's."""
    agreed = [at[token].confidence for token in _tokens(coded) if token in at and TYPES[at[token].kind] == coded.type]
    return max(agreed, default=DOUBTED * coded.confidence)


def _tellable(parse: Parse, known: Mapping[int, Party], one: Prediction) -> bool:
    """Whether a prediction has an end, and is no dealing among companies, no match, no silence, and nothing said to the press."""
    ends = (*one.actors, *one.recipients)
    if not ends or scored(parse, one.anchor) or silent(parse, one.anchor):
        return False
    sectors = {known[end].sector for end in ends}
    # Whoever quarrels with a company is somebody else; a strike may name nobody but the company.
    quarrel = TYPES[one.kind] == "PROTEST" or (TYPES[one.kind] in HOSTILE and sectors != {"BUS"})
    dealing = "BUS" in sectors and PUBLIC.isdisjoint(sectors) and not quarrel
    return not dealing and not any(interviewed(parse, known, head) for head in one.recipients)


def _spared(parse: Parse, known: Mapping[int, Party], one: Taken, predicted: Sequence[Prediction]) -> Taken:
    """Without those who suffer a deed that is judged: "condemned the burning of a mosque" accuses nobody in the mosque. Who is in
    the phrase of a deed suffers it, unless networks or grammar say that they do it. A possessor does what the networks see no
    event in only where it is a country or a body ("Mali's attack", "the journalist's murder")."""
    if one.type != "ACCUSE" or not one.recipients:
        return one
    near = [other for other in predicted if _within(parse, other.anchor, one.head)]
    deeds = {
        deed
        for other in near
        for deed in other.deeds
        if deed != one.core and _within(parse, deed, one.head) and not _joined(parse, one.head, deed)
    }
    doers = {head for other in near if other.anchor in deeds for head in other.actors}
    victims = {head for other in near if other.anchor in deeds for head in other.recipients}
    doers |= {
        end.head
        for deed in deeds
        for end in actors(parse, deed, known, parse.tags[deed][:2] == "VB")
        if end.path == BY or end.path not in OWNING or (known[end.head].label in COLLECTIVE and end.head not in victims)
    }
    accused = tuple(
        head for head in one.recipients if head in doers or not any(_within(parse, head, deed) for deed in deeds)
    )
    return one._replace(recipients=accused)


def _menacing(parse: Parse, one: Taken, predicted: Sequence[Prediction], lexicon: Lexicon) -> Taken:
    """A threat, where what is promised is a deed that somebody suffers ("pledged to punish firms", "promised reprisals against
    Oslo"), and nobody else is named to whom it is promised; a promise, where it is promised not to be done."""
    if one.type not in ("AGREE", "THREATEN") or not one.verbal or parse.lemmas[one.core] in MUTUAL_PROMISES:
        return one
    objects = [child for child in parse.children[one.core] if parse.deps[child] in PROMISED]
    if not objects:
        return one
    deeds = {other.anchor for other in predicted if TYPES[other.kind] in INFLICTED}
    deeds |= {deed for other in predicted for deed in other.deeds if parse.tags[deed][:2] == "NN"}
    promised = [
        child
        for child in objects
        if (child in deeds or any(row.type in INFLICTED for row in readings_at(parse, child, lexicon)))
        and all(_within(parse, end, child) or parse.lemmas[parse.heads[end]] in AIMED for end in one.recipients)
    ]
    spared = any(status(parse, child).polarity == "negated" for child in promised)
    if one.type == "AGREE" and promised and not spared:
        return one._replace(type="THREATEN", mode="", cameo="")
    if one.type == "THREATEN" and spared and any(row.type == "AGREE" for row in readings_at(parse, one.core, lexicon)):
        return one._replace(type="AGREE", mode="", cameo="")
    return one


def _within(parse: Parse, token: int, phrase: int) -> bool:
    """Whether a token stands in the phrase of another."""
    first, last = parse.edges[phrase]
    return first <= token <= last


def _repeats(parse: Parse, one: Taken, other: Taken) -> bool:
    """Whether two events of a sentence tell the same: both sides fit, or they have an end in common. "Killed A and wounded B" is
    two, for the verbs share their subject."""
    if one.type != other.type:
        return False
    mine, theirs = ({*each.actors, *each.recipients} for each in (one, other))
    if one.type in SYMMETRIC:
        return not mine.isdisjoint(theirs)
    sides = ((one.actors, other.actors), (one.recipients, other.recipients))
    if all(_fits(*side) for side in sides):
        return True
    shared = any({*side} & {*rest} for side, rest in sides)
    later = max(one.head, other.head)
    own = any(parse.deps[child] in SUBJECTS for child in parse.children[later])
    return shared and (own or not _joined(parse, one.head, other.head))


def _fits(side: Collection[int], other: Collection[int]) -> bool:
    """Whether two sides may be the same: they have somebody in common, or one is nobody."""
    return not side or not other or not {*side}.isdisjoint(other)


def _announces(parse: Parse, known: Mapping[int, Party], one: Taken, other: Taken, lexicon: Lexicon) -> bool:
    """Whether an event only says that somebody does what the other, below it, tells ("said it would reject"). To threaten or to
    promise is an act of its own, and the lexicon knows it."""
    if parse.deps[other.head] not in ("ccomp", "xcomp"):
        return False
    mine, theirs = ({party_key(parse, known[head], head) for head in each.actors} for each in (one, other))
    told = (row.strength and row.type == one.type for row in readings_at(parse, one.core, lexicon))
    return bool(mine) and mine == theirs and not any(told)


def _listed(coded: CodedCandidate, confidence: float) -> Taken:
    site = coded.candidate.site
    return Taken(
        site.core, site.head, site.verbal, coded.type, coded.mode, coded.cameo, coded.candidate.actors,
        coded.candidate.recipients, site.status, confidence,
    )  # fmt: skip


def _predicted(parse: Parse, known: Mapping[int, Party], one: Prediction, words: EventWords, lexicon: Lexicon) -> Taken:
    """A prediction with mode and CAMEO code: those of the closest row of the lexicon that agrees with its type."""
    kind, anchor = TYPES[one.kind], one.anchor
    verbal = parse.tags[anchor][:2] == "VB"
    # When, where and how somebody "had a talk" or "launched a raid" is told with the verb.
    first = coordinations(parse)[anchor]
    above = parse.heads[first]
    carried = not verbal and parse.deps[first] in ("dobj", "nsubjpass") and parse.lemmas[above] in lexicon.light
    head, governed = (above, True) if carried else (anchor, verbal)
    readings = readings_at(parse, anchor, lexicon)
    if carried:
        readings = [row for row in readings_at(parse, above, lexicon) if row.closeness > 1] + readings
    if verbal and parse.lemmas[anchor] in lexicon.light:
        nouns = [token for token in complements(parse, anchor)[0] if parse.tags[token][:2] == "NN"]
        readings = readings + [
            row for noun in nouns[:1] for row in lexicon.readings(listed_lemma(parse, noun, lexicon, "n"), "n", (), ())
        ]
    row = next((row for row in readings if row.type == kind), None)
    mode, cameo = (row.mode, row.cameo) if row else ("", "")
    if kind == "ASSAULT" and wordy(parse, known, anchor, one.actors, one.recipients, words):
        kind, mode, cameo = VERBAL
    held = status(parse, anchor)
    kind, mode, cameo = _announced(held, kind, mode, cameo)
    return Taken(anchor, head, governed, kind, mode, cameo, one.actors, one.recipients, held, one.confidence)


@cache
def load_ontology() -> Ontology:
    """The tables of types and scores, loaded once a process."""
    return Ontology()


def _best(
    parse: Parse, known: Mapping[int, Party], site: Site, words: EventWords, model: Classifier
) -> CodedCandidate | None:
    """The likeliest pair of a predicate, with its type, when it is likely enough."""
    best, probability = None, 0.0
    for candidate in candidates(parse, site, words):
        if not _typed(known, candidate) or _commercial(known, candidate) or not plausible(parse, known, candidate):
            continue
        value = model.pair(pair_features(parse, known, candidate))
        if _nominal(candidate):
            value = max(value, NOMINAL)
        elif _suffered(parse, known, candidate, words) or _alone(candidate) or _striking(known, candidate):
            value = max(value, ONE_ENDED)
        if value > probability:
            best, probability = candidate, value
    floor = CONFIDENCE if site.readings else UNLISTED
    if best is None or probability < max(THRESHOLD, floor):
        return None
    shares = model.types(type_features(parse, known, best))
    top = max(range(len(ROOTS)), key=shares.__getitem__)
    if shares[top] < UNSURE and site.readings and (site.readings[0].strength == 2 or site.readings[0].closeness):
        # what the corpora do not tell the lexicon does
        top = ROOTS.index(_root(site.readings[0].type))
        shares[top] = max(shares[top], UNSURE)
    if not _placed(known, best) and ROOTS[top] != "PROTEST":
        floor = max(floor, UNPLACED)
    if probability * shares[top] < floor:
        return None
    root = "PROTEST" if _striking(known, best) else ROOTS[top]
    if root == "ASSAULT" and wordy(parse, known, best.site.core, best.actors, best.recipients, words):
        type, mode, cameo = VERBAL
    else:
        type, mode, cameo = _coded(site, root)
    return CodedCandidate(best, type, mode, cameo, probability * shares[top])


def _root(type: str) -> str:
    """The classifier's class of a type: it has one for retreating and conceding."""
    return "YIELD" if type in ("RETREAT", "CONCEDE") else type


def _typed(known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether both ends are there, different, and one of them typed; or one is alone and the predicate unambiguous."""
    if candidate.actors and candidate.recipients:
        one, two = known[candidate.actors[0]], known[candidate.recipients[0]]
        return (one.typed or two.typed) and (one.entity is None or one.entity != two.entity)
    readings = candidate.site.readings
    if not readings or (readings[0].strength < 2 and not _striking(known, candidate)):
        return False
    party = known[(candidate.actors or candidate.recipients)[0]]
    return party.country is not None or party.sector is not None


def _placed(known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether the text gives the country of an end, or an organisation of several, and country or sector of the other."""
    if not candidate.actors or not candidate.recipients:
        return True
    ends = [[known[head] for head in heads] for heads in (candidate.actors, candidate.recipients)]
    typed = all(any(party.country or party.sector for party in end) for end in ends)
    return typed and any(party.country or party.sector == "IGO" for end in ends for party in end)


def _commercial(known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether it is business: a company with nobody who is a public actor. Strikes are events all the same."""
    readings = candidate.site.readings
    if readings and readings[0].type == "PROTEST":
        return False
    sectors = [known[head].sector for head in (*candidate.actors, *candidate.recipients)]
    return "BUS" in sectors and PUBLIC.isdisjoint(sectors)


def _nominal(candidate: Candidate) -> bool:
    """Whether a noun of the lexicon has both ends right beside it ("Russia's invasion of Ukraine")."""
    site = candidate.site
    return (
        not site.verbal
        and bool(site.readings)
        and candidate.actor_path in OWNING
        and candidate.recipient_path in AFFECTED
    )


def _suffered(parse: Parse, known: Mapping[int, Party], candidate: Candidate, words: EventWords) -> bool:
    """Whether an unambiguous act in the passive voice has nobody who does it ("was arrested on Monday")."""
    site = candidate.site
    if candidate.actors or candidate.recipient_path != "nsubjpass" or not site.verbal or not site.readings:
        return False
    reading = site.readings[0]
    if reading.strength < 2 or reading.type not in INFLICTED or parse.lemmas[site.core] != parse.lemmas[site.head]:
        return False
    if parse.lemmas[site.core] in WORDY - {"shoot"} and known[candidate.recipients[0]].label == "PERSON":
        return False  # "was attacked over her speeches"
    first, last = parse.sentences[parse.sentence(site.core)]
    # people are killed and wounded in accidents as well
    return parse.lemmas[site.core] not in words.fatal or not words.violence.isdisjoint(parse.lemmas[first:last])


def _alone(candidate: Candidate) -> bool:
    """Whether somebody protests or resigns, which takes no other."""
    site = candidate.site
    if candidate.recipients or candidate.actor_path != "nsubj" or not site.verbal or not site.readings:
        return False
    reading = site.readings[0]
    return reading.strength == 2 and (reading.mode == "resign" or (reading.type == "PROTEST" and reading.closeness > 0))


def _striking(known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether those who work begin, stage or join a strike; of anybody else that may be one from the air."""
    readings = candidate.site.readings
    if candidate.recipients or not candidate.actors or not readings or readings[0].mode != "strike":
        return False
    return readings[0].closeness > 0 and known[candidate.actors[0]].sector in WORKING


def _coded(site: Site, root: str) -> tuple[str, str, str]:
    """Type, mode and CAMEO code of a root: those of the closest row of the lexicon that agrees with it."""
    if root == "AGREE" and site.status.future and site.readings and site.readings[0].type in HOSTILE:
        # What is announced reads like a promise to the classifier, whatever it is ("said he would impose tariffs").
        return _announced(site.status, "THREATEN", "", "")
    types = ("RETREAT", "CONCEDE") if root == "YIELD" else (root,)
    for reading in site.readings:
        if reading.type in types:
            return _announced(site.status, reading.type, reading.mode, reading.cameo)
    return _announced(site.status, types[0], "", "")


def _announced(status: Status, type: str, mode: str, cameo: str) -> tuple[str, str, str]:
    """Acts that are only announced: cooperation is agreed, conflict threatened."""
    if status.future and status.polarity == "affirmed" and type in FUTURE:
        return FUTURE[type], "", ""
    return type, mode, cameo


def _select(parse: Parse, best: list[CodedCandidate | None]) -> list[CodedCandidate]:
    """Of events that tell the same, the surest: an infinitive whose governor is an event between the same ends, a noun in the
    clause of a verb. Coordinated verbs tell the same only between the same ends."""
    ranked = sorted((one for one in best if one is not None), key=lambda one: -one.confidence)
    kept: dict[int, list[CodedCandidate]] = {}
    for one in ranked:
        rivals = kept.setdefault(parse.sentence(one.candidate.site.core), [])
        if not any(_rival(parse, one.candidate, other.candidate) for other in rivals):
            rivals.append(one)
    return sorted((one for rivals in kept.values() for one in rivals), key=lambda one: one.candidate.site.core)


def _rival(parse: Parse, one: Candidate, other: Candidate) -> bool:
    """Whether two candidates tell the same event."""
    if not _same(_ends(one), _ends(other)):
        return False
    complete = all((one.actors, one.recipients, other.actors, other.recipients))
    return complete or not (one.site.verbal and other.site.verbal and _joined(parse, one.site.head, other.site.head))


def _joined(parse: Parse, one: int, other: int) -> bool:
    """Whether one of two verbs is coordinated with the other."""
    first, second = sorted((one, other))
    while parse.deps[second] == "conj" and second > first:
        second = parse.heads[second]
    return first == second


def _ends(candidate: Candidate) -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(candidate.actors), frozenset(candidate.recipients)


def _same(one: tuple[frozenset[int], frozenset[int]], other: tuple[frozenset[int], frozenset[int]]) -> bool:
    """Whether two pairs are one: the same parties, or one of them lacks an end that the other has."""
    turned = bool(one[0] & other[1]) and bool(one[1] & other[0])
    return (_fits(one[0], other[0]) and _fits(one[1], other[1])) or turned


def _draft(
    parse: Parse, one: Taken, known: Mapping[int, Party], quoted: list[tuple[int, int, int, int]], when: Timex | None
) -> EventDraft:
    """The draft of what is taken; `quoted` are the spans of all quotes, each as length, number of the quote, start and end."""
    coding = load_ontology().code(one.type, one.mode, one.cameo)
    first, last = _clause(parse, one.head)
    name = parse.lemmas[one.core]
    lemma = name if one.core == one.head else f"{parse.lemmas[one.head]} {name}"
    predicate = parse.starts[one.core], parse.ends[one.core]
    return EventDraft(
        type=coding.type,
        mode=coding.mode,
        cameo=coding.cameo,
        quad=coding.quad,
        score=coding.score,
        goldstein=coding.goldstein,
        predicate=predicate,
        lemma=lemma,
        actors=_ends_of(parse, one.actors, known),
        recipients=_ends_of(parse, one.recipients, known),
        evidence=(parse.starts[first], parse.ends[last]),
        date=_date_draft(when),
        place=_place(parse, one, known),
        polarity=one.status.polarity,
        modality=one.status.modality,
        tense=one.status.tense,
        quote=_around(predicate, quoted),
        confidence=cautious(one.confidence),
    )


def _ends_of(parse: Parse, heads: tuple[int, ...], known: Mapping[int, Party]) -> tuple[PartyDraft, ...]:
    """The parties at one end, one for each of two that are meant and for each country that they are of."""
    return tuple(
        PartyDraft(parse.starts[party.first], parse.ends[party.last], party.entity, country, party.sector)
        for phrase in map(known.__getitem__, heads)
        for party in phrase.both or (phrase,)
        for country in (party.country, *party.countries)
    )


def _clause(parse: Parse, head: int) -> tuple[int, int]:
    """The first and last token of the clause around a predicate: its subtree without further sentences joined to it."""
    first, last = parse.edges[head]
    for child in parse.children[head]:
        if parse.deps[child] in ("conj", "parataxis") and child > head and parse.edges[child][1] == last:
            last = min(last, parse.edges[child][0] - 1)
    while last > head and (parse.tags[last] in (".", ",", "_SP", ":", "CC")):
        last -= 1
    return first, last


def _around(predicate: tuple[int, int], quoted: list[tuple[int, int, int, int]]) -> int | None:
    """The smallest quote around the predicate: its speaker tells the event."""
    first, last = predicate
    around = [(length, index) for length, index, start, end in quoted if start <= first and last <= end]
    return min(around)[1] if around else None


def _date(parse: Parse, site: Taken, dates: list[Timex]) -> Timex | None:
    """The date in the clause of a predicate: the nearest below it, else below the verbs above it in the sentence."""
    days = [
        one
        for one in dates
        if one.kind in ("DATE", "TIME") and one.precision != "decade" and not is_limit(parse, one.first)
    ]
    if not days:
        return None
    sentence = parse.sentences[parse.sentence(site.core)]
    inside = [one for one in days if sentence[0] <= one.first < sentence[1]]
    if not inside:
        return None
    token = site.head
    while True:
        low, high = parse.edges[token]
        near = [one for one in inside if low <= one.first <= high and _governor(parse, one.first, token)]
        if near:
            return min(near, key=lambda one: abs(one.first - site.core))
        if parse.heads[token] == token or parse.deps[token] in ("relcl", "advcl", "pcomp") or not site.verbal:
            return None
        token = parse.heads[token]


def _governor(parse: Parse, token: int, predicate: int) -> bool:
    """Whether no other verb stands between a word and the predicate that it hangs below."""
    while token != predicate:
        above = parse.heads[token]
        if above == token:
            return False
        if above != predicate and parse.tags[above][:2] == "VB" and parse.deps[above] not in ("xcomp",):
            return False
        token = above
    return True


def _historic(when: Timex | None, published: date | None) -> bool:
    """Whether something took place so long before publication that it is told as history."""
    if when is None or published is None or when.value is None or not when.value[:4].isdigit():
        return False
    return int(when.value[:4]) < published.year - HISTORY


def _date_draft(when: Timex | None) -> DateDraft | None:
    if when is None:
        return None
    value = None if when.precision == "ref" or when.value is None else when.value.split("T")[0]
    return DateDraft(when.start, when.end, value, when.precision if value else None)


def _place(parse: Parse, site: Taken, known: Mapping[int, Party]) -> PlaceDraft | None:
    """The place that hangs on the predicate or its object by a preposition of place."""
    for governor in (site.head, site.core, *site.recipients):
        for child in parse.children[governor]:
            if parse.deps[child] != "prep" or parse.lemmas[child] not in PLACING:
                continue
            for below in parse.children[child]:
                party = known.get(below)
                if parse.deps[below] == "pobj" and party is not None and party.label in ("GPE", "LOC", "FAC"):
                    return PlaceDraft(parse.starts[party.first], parse.ends[party.last], party.entity, party.country)
    return None
