"""Repairs: readings of a predicate that would do harm, put right or taken away, whoever made them.

Lexicon, grammar and networks all learn from sentences in which somebody does something. Of what news is full of besides, such as
storms that kill, envoys who come home and ministers under criticism, they make acts that nobody did.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.events.ends import conjuncts, coordinations
from newswire.extract.events.factuality import Status, unwilling
from newswire.extract.events.features import readings_at
from newswire.extract.events.guards import ARMED, CIRCUMSTANTIAL, PLACES
from newswire.extract.events.ontology import SYMMETRIC
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon
from newswire.extract.events.time_words import WEEKDAYS
from newswire.extract.events.words import EventWords

__all__ = ("SUBJECTS", "Taken", "repaired")

SUBJECTS: Final = ("nsubj", "nsubjpass")

# Prepositions behind which stands whom somebody stands to ("allies of", "aides to", "lawyers for").
STANDING: Final = frozenset(("of", "to", "for"))

# Behind these stands who does what the subject suffers ("criticism from", "a ban by").
ORIGIN: Final = frozenset(("from", "by"))

# Sectors of a weapon that is nobody's: its own.
BARE: Final = frozenset((None, "MIL"))

# Behind these stands whom an attack is aimed at, or where it hits.
TARGETED: Final = frozenset(("on", "against", "at", "in", "near"))

# Behind these stands what a protest is about, not whom it is aimed at ("a strike over wages").
CAUSES: Final = frozenset(("over", "for"))

# Types that a journey looks like, and those that a gift looks like to whoever gets it.
PARTING: Final = frozenset(("RETREAT", "SANCTION"))
GIVEN: Final = frozenset(("AID", "CONSULT", "RETREAT"))

# Sectors whose coming and going is an act: forces, and those who flee.
MARCHING: Final = ARMED | {"CVL", "REF", "PRM"}

# Types of acts that are said of somebody, so that coordinated subjects never do them to one another.
JUDGING: Final = frozenset(("ACCUSE", "SUPPORT"))

# Words before "with" that put somebody beside the subject ("India, along with Nepal, demanded").
ALONG: Final = frozenset(("along", "together"))

# Types of acts that are refused by saying that they will not be done (codebook, REJECT). Talks are not among them: they may fail
# to come about without anybody's refusal ("The ministers will not meet on Monday").
WITHHELD: Final = frozenset(("AGREE", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "MOBILIZE"))

# A party may stand to one who stands to another ("the lawyer of the minister's wife"); nobody goes further.
STEPS: Final = 2


class Taken(NamedTuple):
    """What is taken for an event: `core` is the token that names it, `head` the verb that governs that, or the same."""

    core: int
    head: int
    verbal: bool
    type: str
    mode: str
    cameo: str
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    status: Status
    confidence: float


def repaired(
    parse: Parse,
    known: Mapping[int, Party],
    one: Taken,
    words: EventWords,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
) -> Taken | None:
    """What of a reading holds; None when nothing does. A party who stands to another takes over that one's country. `gazetteer`
    knows which nouns stand for somebody."""
    if _mishap(parse, known, one, words) or _journey(parse, known, one, words) or _broken(parse, one, words):
        return None
    if _foretold(parse, one):
        return None
    one = _wielded(parse, known, _launched(parse, one), words, gazetteer.sectors)
    one = _given(parse, _suffered(parse, one, words), words, lexicon)
    one = _joint(parse, known, _refused(parse, _together(parse, _apart(parse, one), words), words, lexicon))
    return one._replace(
        actors=_bearers(parse, known, one.actors, words, gazetteer),
        recipients=_bearers(parse, known, one.recipients, words, gazetteer),
    )


def _mishap(parse: Parse, known: Mapping[int, Party], one: Taken, words: EventWords) -> bool:
    """Whether weather, a disease, a beast or an accident did it, or it is a death by accident: the sentence or, where it tells
    nothing of how, the text speaks of accidents rather than of violence. Nobody did it, or a mere place ("Turkey mourned as a
    blaze swept Izmir, killing nine")."""
    subjects = [child for child in parse.children[one.core] if parse.deps[child] == "nsubj"]
    if any(_is_mishap(parse, known, one, token, words) for token in (*one.actors, *subjects)):
        return True
    nobody = not one.actors or (
        parse.tags[one.core] == "VBG" and not subjects and all(known[actor].label in PLACES for actor in one.actors)
    )
    if one.type != "ASSAULT" or not nobody or parse.lemmas[one.core] not in words.fatal:
        return False
    first, last = parse.sentences[parse.sentence(one.core)]
    sentence = set(parse.lemmas[first:last])
    if not words.violence.isdisjoint(sentence):
        return False
    if not words.mishap.isdisjoint(sentence):
        return True
    if one.actors:
        return False
    accidents, violence = (sum(lemma in told for lemma in parse.lemmas) for told in (words.mishap, words.violence))
    return accidents > violence


def _is_mishap(parse: Parse, known: Mapping[int, Party], one: Taken, token: int, words: EventWords) -> bool:
    """Whether a phrase names a mishap by its head, or a name by a word in front of it ("Typhoon Mina"). People bear such names as
    well ("Frost"), and bodies have them in theirs ("the Hurricane Center"), but these do not kill."""
    party = known.get(token)
    label = None if party is None else party.label
    if party is not None and party.sector is not None:
        return False
    if parse.lemmas[token] in words.mishap:
        return one.type == "ASSAULT" or label not in ("PERSON", "ORG")
    titles = (child for child in parse.children[token] if parse.deps[child] == "compound")
    named = parse.tags[token][:3] == "NNP" and label != "ORG"
    return named and any(parse.lemmas[child] in words.mishap for child in titles)


def _journey(parse: Parse, known: Mapping[int, Party], one: Taken, words: EventWords) -> bool:
    """Whether somebody who bears no arms only comes or goes ("returned from talks"), and leaves nothing but a place."""
    if one.type not in PARTING or one.core != one.head or parse.lemmas[one.core] not in words.travel:
        return False
    if not one.actors or any(known[actor].sector in MARCHING for actor in one.actors):
        return False
    objects = [child for child in parse.children[one.core] if parse.deps[child] == "dobj"]
    return all(child in known and known[child].label in PLACES for child in objects)


def _broken(parse: Parse, one: Taken, words: EventWords) -> bool:
    """Whether talks came to nothing ("collapsed", "broke down")."""
    verb = parse.heads[one.core]
    if one.type != "CONSULT" or parse.deps[one.core] not in SUBJECTS:
        return False
    particles = [parse.lemmas[child] for child in parse.children[verb] if parse.deps[child] in ("prt", "advmod")]
    lemma = parse.lemmas[verb]
    return not words.failing.isdisjoint((lemma, *(f"{lemma} {particle}" for particle in particles)))


def _suffered(parse: Parse, one: Taken, words: EventWords) -> Taken:
    """With the sides turned where the subject suffers what its verb's object names ("faced criticism from unions")."""
    above = parse.heads[one.core]
    verb = above if parse.deps[one.core] == "dobj" else one.core
    if parse.lemmas[verb] not in words.suffering or (not one.verbal and verb == one.core):
        return one
    objects = [child for child in parse.children[verb] if parse.deps[child] == "dobj"]
    behind = tuple(token for token in one.recipients if _origin(parse, token))
    subject = any(_below_subject(parse, verb, actor) for actor in one.actors)
    if not objects or not subject or not _undone(parse, objects, one) or len(behind) < len(one.recipients):
        return one
    return one._replace(actors=behind, recipients=one.actors)


def _undone(parse: Parse, objects: list[int], one: Taken) -> bool:
    """Whether the object of a verb is an act, not somebody: no party of either side stands there."""
    return all(token not in (*one.actors, *one.recipients) for token in objects)


def _origin(parse: Parse, token: int) -> bool:
    while parse.deps[token] == "conj":
        token = parse.heads[token]
    return parse.deps[token] == "pobj" and parse.lemmas[parse.heads[token]] in ORIGIN


def _below_subject(parse: Parse, verb: int, token: int) -> bool:
    """Whether a token stands in the subject of a verb."""
    spans = [parse.edges[child] for child in parse.children[verb] if parse.deps[child] in SUBJECTS]
    return any(first <= token <= last for first, last in spans)


def _launched(parse: Parse, one: Taken) -> Taken:
    """As an attack, where a strike is one on somebody; workers strike for and against something."""
    strikes = [token for token in (one.core, *parse.children[one.core]) if parse.lemmas[token] == "strike"]
    aimed = any(
        parse.deps[child] == "prep" and parse.lemmas[child] == "on" and not _when(parse, child)
        for token in strikes
        for child in parse.children[token]
    )
    return one._replace(type="ASSAULT", mode="", cameo="190") if one.type == "PROTEST" and aimed else one


def _wielded(
    parse: Parse, known: Mapping[int, Party], one: Taken, words: EventWords, sectors: Mapping[str, str]
) -> Taken:
    """Without actors that are a weapon or an attack ("a missile hit"), unless the text tells whose, and without its target or
    place ("a raid on Kano killed")."""
    if one.type != "ASSAULT":
        return one
    doers = tuple(
        actor
        for actor in one.actors
        if not _means(parse, known, actor, words, sectors) and not _hit(parse, actor, words)
    )
    return one._replace(actors=doers)


def _means(parse: Parse, known: Mapping[int, Party], token: int, words: EventWords, sectors: Mapping[str, str]) -> bool:
    """Whether a phrase names a weapon or an attack, and not whose: no country or listed body, possessor or noun for somebody in
    front ("NATO airstrikes", "their drones", "rebel rockets"; but "a car bomb", "Grad rockets")."""
    party = known[token]
    if parse.lemmas[token] not in words.means or party.country is not None or party.sector not in BARE:
        return False
    front = (child for child in parse.children[token] if child < token)
    return not any(
        parse.deps[child] == "poss" or (parse.lemmas[child] in sectors and parse.lemmas[child] not in words.means)
        for child in front
    )


def _hit(parse: Parse, token: int, words: EventWords) -> bool:
    """Whether a party stands behind an attack as its place or target ("air raids on Sanaa killed six guards")."""
    token = coordinations(parse)[token]
    behind = parse.heads[token]
    aimed = parse.deps[token] == "pobj" and parse.lemmas[behind] in TARGETED
    return aimed and parse.tags[parse.heads[behind]][:2] == "NN" and parse.lemmas[parse.heads[behind]] in words.means


def _when(parse: Parse, preposition: int) -> bool:
    """Whether a preposition says on which day."""
    return any(parse.lemmas[below].lower() in WEEKDAYS for below in parse.children[preposition])


def _given(parse: Parse, one: Taken, words: EventWords, lexicon: Lexicon) -> Taken:
    """As the giver's act, where somebody gets what is given as aid ("received arms from China")."""
    if one.type not in GIVEN or one.core != one.head or parse.lemmas[one.core] not in words.getting:
        return one
    objects = [child for child in parse.children[one.core] if parse.deps[child] == "dobj"]
    if not objects or not _undone(parse, objects, one):
        return one
    goods = [parse.lemmas[token] for thing in objects for token in (thing, *_contents(parse, thing))]
    row = next(iter(lexicon.readings("give", "v", goods, ())), None)
    if row is None or row.type != "AID":
        return one
    behind = tuple(token for token in one.recipients if _origin(parse, token))
    sides = (behind, one.actors) if one.type != "AID" or behind else (one.actors, one.recipients)
    return one._replace(type=row.type, mode=row.mode, cameo=row.cameo, actors=sides[0], recipients=sides[1])


def _contents(parse: Parse, noun: int) -> list[int]:
    """What a noun of measure holds ("a shipment of vaccines")."""
    places = [child for child in parse.children[noun] if parse.deps[child] == "prep" and parse.lemmas[child] == "of"]
    return [below for place in places for below in parse.children[place] if parse.deps[below] == "pobj"]


def _apart(parse: Parse, one: Taken) -> Taken:
    """Without recipients in a circumstance, who had no part in it ("resigned after a call with the president")."""
    return one._replace(recipients=tuple(token for token in one.recipients if not _circumstance(parse, one, token)))


def _circumstance(parse: Parse, one: Taken, token: int) -> bool:
    """Whether the way from a predicate down to a token leads over a preposition of circumstance, or the token is what is
    protested for. Whoever somebody stands "before" is no circumstance."""
    above = parse.heads[token]
    behind = parse.lemmas[above] if parse.deps[token] == "pobj" else ""
    if behind == "before":
        return False
    if one.type == "PROTEST" and behind in CAUSES:
        return True
    while token not in (one.core, one.head) and parse.heads[token] != token:
        above = parse.heads[token]
        if parse.deps[token] == "prep" and above in (one.core, one.head) and parse.lemmas[token] in CIRCUMSTANTIAL:
            return True
        token = above
    return False


def _together(parse: Parse, one: Taken, words: EventWords) -> Taken:
    """With coordinated subjects on one side, unless the act is one that two do to each other ("X and Y praised the deal")."""
    lemma = parse.lemmas[one.core]
    if (one.type in SYMMETRIC and lemma not in words.one_sided) or lemma in words.mutual:
        return one
    below = {parse.lemmas[child] for child in parse.children[one.head]}
    if one.type not in JUDGING and not words.ties.isdisjoint(below):
        return one
    joined = tuple(
        token
        for token in one.recipients
        if any(_beside(parse, token) == coordinations(parse)[actor] for actor in one.actors if actor != token)
    )
    rest = tuple(token for token in one.recipients if token not in joined)
    return one._replace(actors=(*one.actors, *joined), recipients=rest) if joined else one


def _beside(parse: Parse, token: int) -> int:
    """The first of the words that a word is coordinated with; the subject, if it goes "along with" that."""
    first = coordinations(parse)[token]
    behind = parse.heads[first]
    along = parse.heads[behind]
    head = parse.heads[along]
    # Behind the verb it is the object that somebody goes along with ("arrested the mayor along with two aides").
    if parse.lemmas[behind] == "with" and parse.lemmas[along] in ALONG and along < head:
        subject = next((child for child in parse.children[head] if parse.deps[child] in SUBJECTS), head)
        return coordinations(parse)[subject]
    return first


def _joint(parse: Parse, known: Mapping[int, Party], one: Taken) -> Taken:
    """With all of a coordination of which one party stands on a side, but for those on the other ("Egypt and Qatar mediate
    between Israel and Lebanon")."""
    ends = {*one.actors, *one.recipients}
    sides = []
    for side in (one.actors, one.recipients):
        more = [
            token
            for first in {coordinations(parse)[token] for token in side}
            for token in conjuncts(parse, first)
            if token in known and token not in ends and known[token].typed
        ]
        sides.append(tuple(sorted((*side, *more))) if more else side)
    return one._replace(actors=sides[0], recipients=sides[1])


def _foretold(parse: Parse, one: Taken) -> bool:
    """Whether a refusal is nothing but a statement that somebody else will not do something ("said Belgium would not block
    it")."""
    clauses = (child for child in parse.children[one.core] if parse.deps[child] == "ccomp" and unwilling(parse, child))
    subjects = {end for clause in clauses for end in parse.children[clause] if parse.deps[end] in SUBJECTS}
    return one.type == "REJECT" and bool(one.recipients) and subjects.issuperset(one.recipients)


def _refused(parse: Parse, one: Taken, words: EventWords, lexicon: Lexicon) -> Taken:
    """A refusal, affirmed, where somebody says what he will not do ("will not send arms"): the refusal is done by being said."""
    if one.status.polarity == "affirmed" or not one.verbal:
        return one
    done = Status("affirmed", "actual", one.status.tense)
    if one.type == "REJECT":
        twice = any(reading.type == "REJECT" for reading in readings_at(parse, one.core, lexicon))
        return one if twice else one._replace(status=done)
    if one.type not in WITHHELD or not unwilling(parse, one.core) or parse.lemmas[one.core] in words.getting:
        return one
    actors = {coordinations(parse)[actor] for actor in one.actors}
    subjects = [child for child in parse.children[one.core] if parse.deps[child] == "nsubj"]
    himself = any(child in actors or (actors and parse.tags[child] == "PRP") for child in subjects)
    return one._replace(type="REJECT", mode="", cameo="", status=done) if himself else one


def _bearers(
    parse: Parse, known: Mapping[int, Party], side: tuple[int, ...], words: EventWords, gazetteer: Gazetteer
) -> tuple[int, ...]:
    """The parties of a side, where somebody stands to another, or holds an office of another, that one and not the other
    ("Brazil's allies", "the police chief of Ghana")."""
    return tuple(dict.fromkeys(_bearer(parse, known, token, words, gazetteer) for token in side))


def _bearer(parse: Parse, known: Mapping[int, Party], token: int, words: EventWords, gazetteer: Gazetteer) -> int:
    for _ in range(STEPS):
        above = parse.heads[token]
        if parse.deps[token] == "pobj" and parse.lemmas[above] in STANDING:
            above = parse.heads[above]
        elif parse.deps[token] not in ("poss", "compound", "nmod"):
            break
        if above not in known or parse.tags[above][:3] == "NNP":
            break
        lemma, owner, bearer = parse.lemmas[above], known[token], known[above]
        related = lemma in words.relation
        office = (lemma in gazetteer.sectors or gazetteer.person_noun(lemma)) and lemma not in words.means
        if not related and not office:
            break
        if not related:
            bearer.country = owner.country or bearer.country
        elif bearer.country is None and owner.label not in ("GPE", "NORP"):
            bearer.country = owner.country  # a country's allies are of other countries
        token = above
    return token
