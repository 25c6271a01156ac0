"""Candidate events: every predicate of a text with each pair of parties that could be its ends.

Training and extraction share this module, so that what was learnt is what is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.events.arguments import End, actors, coordinated, passive, recipients
from newswire.extract.events.factuality import Status, status
from newswire.extract.events.ontology import HOSTILE, SYMMETRIC
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon, Reading, complements, listed_lemma
from newswire.extract.events.words import EventWords, function_words, governors

__all__ = ("Candidate", "Site", "candidates", "pair_features", "sites", "type_features")

# A sentence of more tokens is a table or a list without stops, whose parse says nothing; each predicate looks at all of it.
LONGEST: Final = 250

# Words looked at to either side of a predicate when its type is read off its clause.
REACH: Final = 14

# Auxiliaries and verbs that name no act; everything else may, if it has two ends.
EMPTY: Final = governors("empty")

# Behind these stand the others of an act that several do together: then they do not do it with one another.
PARTNERS: Final = function_words("partner")

# Types whose object is judged, deeds that are, how they hang on the verb, and the prepositions behind which stands whom a deed
# was done to.
JUDGING: Final = frozenset(("ACCUSE", "SUPPORT"))
VIOLENT: Final = frozenset(("ASSAULT", "COERCE"))
JUDGED: Final = frozenset(("dobj", "nsubjpass")) | function_words("judged")
UNDERGOING: Final = function_words("undergone")

# All who stand behind these do what a mutual noun names ("talks between").
PARTY_TO: Final = function_words("party_to")

# What `complements` says of a clause in the future.
PROMISE: Final = "@willdo"

CONTENT: Final = ("NN", "VB", "JJ", "RB", "RP", "IN", "MD")


@dataclass(frozen=True, slots=True)
class Site:
    """A predicate in its sentence. `core` is the word that names the event: the verb, or the noun that a light verb is said
    of; `objects` and `places` are the lemmas and prepositions that it governs."""

    head: int
    core: int
    verbal: bool
    readings: tuple[Reading, ...]
    objects: tuple[str, ...]
    places: tuple[str, ...]
    status: Status
    actors: tuple[End, ...]
    recipients: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site with the parties of one pair; each side lists the heads of coordinated parties, and may be empty."""

    site: Site
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    actor_path: str
    recipient_path: str


def sites(parse: Parse, known: Mapping[int, Party], lexicon: Lexicon) -> Iterator[Site]:
    """The predicates that have at least one party, in text order."""
    taken: set[int] = set()
    for first, last in parse.sentences:
        if last - first > LONGEST or not any(token in known for token in range(first, last)):
            continue
        for token in range(first, last):
            tag = parse.tags[token]
            if tag[:2] == "VB" and parse.deps[token] not in ("aux", "auxpass", "amod", "compound"):
                site = _verb(parse, token, known, lexicon, taken)
            elif tag[:2] == "NN" and token not in taken and token not in known:
                site = _noun(parse, token, known, lexicon)
            else:
                continue
            if site is not None:
                yield site


def candidates(parse: Parse, site: Site, words: EventWords) -> list[Candidate]:
    """The pairs of a site: its likeliest doer with each recipient, and each end alone."""
    groups = _groups(parse, site.recipients)
    partners = any(path.split(">")[0] in PARTNERS for path, _ in groups)
    doers = _groups(parse, site.actors)
    result = []
    for path, heads in doers or [("", ())]:
        result += [Candidate(site, heads, others, path, other) for other, others in groups if heads != others]
        if len(heads) > 1 and not partners and _mutual(parse, site, words):
            result.append(Candidate(site, heads[:1], heads[1:], path, "conj"))
        if heads:
            result.append(Candidate(site, heads, (), path, ""))
    if doers and not site.verbal:
        result += [Candidate(site, (), heads, "", path) for path, heads in groups]
    return result


def _mutual(parse: Parse, site: Site, words: EventWords) -> bool:
    """Whether those who do an act together may do it with one another ("X and Y met", not "X and Y praised the deal")."""
    return bool(site.readings) and (
        (any(reading.type in SYMMETRIC for reading in site.readings) and parse.lemmas[site.core] not in words.one_sided)
        or parse.lemmas[site.core] in words.mutual
        or not words.ties.isdisjoint(site.objects)
    )


def pair_features(parse: Parse, known: Mapping[int, Party], candidate: Candidate) -> list[str]:
    """What speaks for and against a candidate being an event between just these ends."""
    site = candidate.site
    lemma = parse.lemmas[site.core]
    top = site.readings[0] if site.readings else None
    listed = f"{top.strength}{top.closeness}" if top else "-"
    kind = top.type if top else "-"
    part = "v" if site.verbal else "n"
    a, r = candidate.actor_path, candidate.recipient_path
    doer, other = _kind(known, candidate.actors), _kind(known, candidate.recipients)
    last = r.rsplit(">", 1)[-1]
    features = [
        "b",
        f"k{listed}",
        f"kp{listed}{part}",
        f"t{kind}",
        f"tk{kind}{listed}",
        f"l{lemma}{part}",
        f"a{a}",
        f"r{r}",
        f"ap{a}{part}",
        f"rp{r}{part}",
        f"rk{r}{listed}",
        f"ar{a}|{r}",
        f"rt{r}|{kind}",
        f"x{last}|{lemma}",
        f"d{doer}",
        f"o{other}",
        f"do{doer}|{other}",
        f"tdo{kind}|{doer}|{other}",
        f"D{parse.deps[site.head]}{part}",
        f"z{min(parse.depths[site.head], 5)}",
        f"n{min(r.count('>'), 4)}",
        f"N{min(r.count('>'), 4)}{listed}",
        f"m{site.status.modality}",
        f"p{site.status.polarity}",
        f"c{'light' if site.core != site.head else ''}{len(candidate.actors) > 1}{len(candidate.recipients) > 1}",
    ]
    if candidate.recipients:
        distance = candidate.recipients[0] - site.core
        features.append(f"s{distance > 0}{min(abs(distance).bit_length(), 5)}")
        if candidate.actors:
            one, two = known[candidate.actors[0]], known[candidate.recipients[0]]
            if one.country is not None:
                features.append(f"e{one.country == two.country}{two.country is None}")
            if one.entity is not None and one.entity == two.entity:
                features.append("same")
    else:
        features += [f"0{listed}{kind}", f"0{bool(site.recipients)}{listed}"]
    head = parse.heads[site.head]
    if head != site.head:
        features.append(f"g{parse.deps[site.head]}|{parse.lemmas[head]}")
    return features


def type_features(parse: Parse, known: Mapping[int, Party], candidate: Candidate) -> list[str]:
    """What tells the type of a candidate: its predicate, what the lexicon says of it, and the words of its clause, without
    those of its ends."""
    site = candidate.site
    lemma = parse.lemmas[site.core]
    features = ["b", f"l{lemma}", f"h{parse.lemmas[site.head]}", f"v{passive(parse, site.head)}"]
    for rank, reading in enumerate(site.readings[:3]):
        features += [f"L{reading.type}", f"S{reading.type}{reading.strength}{reading.closeness}{rank}"]
        if rank == 0:
            features += [f"T{reading.type}{reading.mode}", f"M{reading.type}{site.status.modality}"]
            features += [f"P{reading.type}{site.status.polarity}", f"C{reading.cameo}"]
    features += [f"o{word}" for word in site.objects]
    features += [f"O{lemma}|{word}" for word in site.objects]
    features += [f"p{lemma}|{word}" for word in site.places]
    features += [f"m{site.status.modality}", f"n{site.status.polarity}", f"t{site.status.tense}"]
    features += [f"w{candidate.recipient_path}", f"W{lemma}|{candidate.recipient_path}"]
    features += [f"A{_sector(known, candidate.actors)}", f"R{_sector(known, candidate.recipients)}"]
    head = parse.heads[site.head]
    if head != site.head:
        features += [f"g{parse.lemmas[head]}", f"G{parse.deps[site.head]}"]
    sentence = parse.sentences[parse.sentence(site.core)]
    hidden = {
        token
        for end in (*candidate.actors, *candidate.recipients)
        for token in range(known[end].first, known[end].last + 1)
    }
    previous = ""
    for token in range(max(sentence[0], site.core - REACH), min(sentence[1], site.core + REACH + 1)):
        if token in hidden or parse.tags[token][:2] not in CONTENT or parse.tags[token][:3] == "NNP":
            continue
        word = parse.lemmas[token]
        near = abs(token - site.core) <= 5
        features.append(f"B{word}")
        if near:
            features.append(f"N{word}")
        features.append(f"2{previous}|{word}")
        previous = word
    return features


def _verb(parse: Parse, token: int, known: Mapping[int, Party], lexicon: Lexicon, taken: set[int]) -> Site | None:
    lemma = listed_lemma(parse, token, lexicon, "v")
    tokens, objects, places = complements(parse, token)
    if PROMISE in objects and _harmful(parse, token, lexicon):
        at = objects.index(PROMISE)
        objects = objects[:at] + objects[at + 1 :]
    readings = lexicon.readings(lemma, "v", objects, places)
    core = token
    if lemma in lexicon.light:
        for noun in tokens:
            named = lexicon.readings(listed_lemma(parse, noun, lexicon, "n"), "n", (), ())
            if named and noun not in known:
                taken.add(noun)
                core = noun
                if not readings or readings[0].closeness < 2:
                    readings = named + readings
                break
    if not readings and lemma in EMPTY:
        return None
    doers = actors(parse, token, known, verbal=True)
    heads = frozenset(end.head for end in doers)
    others = [end for end in recipients(parse, token, known, heads) if not _within(parse, end, doers)]
    if readings and readings[0].type in JUDGING:
        others = [end for end in others if not _victim(parse, token, end, lexicon)]
    if not doers and not others:
        return None
    if not readings and not (doers and others):
        return None
    state = status(parse, token)
    return Site(token, core, True, tuple(readings), objects, places, state, tuple(doers), tuple(others))


def _noun(parse: Parse, token: int, known: Mapping[int, Party], lexicon: Lexicon) -> Site | None:
    readings = lexicon.readings(listed_lemma(parse, token, lexicon, "n"), "n", (), ())
    if not readings or readings[0].strength == 0:
        return None
    doers = actors(parse, token, known, verbal=False)
    heads = frozenset(end.head for end in doers)
    others = recipients(parse, token, known, heads)
    if not doers and not others:
        return None
    places = tuple(parse.lemmas[child] for child in parse.children[token] if parse.deps[child] == "prep")
    state = status(parse, token)
    if not doers and readings[0].type in SYMMETRIC:
        # talks between two parties: all of them do it
        doers = [end for end in others if end.path in PARTY_TO][:2]
        others = [end for end in others if end not in doers]
    return Site(token, token, False, tuple(readings), (), places, state, tuple(doers), tuple(others))


def _victim(parse: Parse, verb: int, end: End, lexicon: Lexicon) -> bool:
    """Whether a party is who suffered what is judged ("condemned the attack on the church"), not who did it."""
    links = end.path.split(">")
    if len(links) < 2 or links[0] not in JUDGED or links[1] not in UNDERGOING:
        return False
    deed = end.head
    while parse.heads[deed] != deed and parse.heads[deed] != verb and parse.heads[parse.heads[deed]] != verb:
        deed = parse.heads[deed]
    for noun in (deed, parse.heads[deed]):
        readings = lexicon.readings(listed_lemma(parse, noun, lexicon, "n"), "n", (), ())
        if noun != end.head and readings and readings[0].strength > 0 and readings[0].type in VIOLENT:
            return True
    return False


def _harmful(parse: Parse, verb: int, lexicon: Lexicon) -> bool:
    """Whether the clause of a statement announces an act of conflict, which is no promise: its own verb tells the event."""
    for child in parse.children[verb]:
        if parse.deps[child] == "ccomp":
            _, objects, places = complements(parse, child)
            readings = lexicon.readings(parse.lemmas[child], "v", objects, places)
            if readings and readings[0].strength > 0 and readings[0].type in HOSTILE:
                return True
    return False


def _within(parse: Parse, end: End, doers: list[End]) -> bool:
    """Whether a recipient stands inside a doer's phrase."""
    return any(
        parse.edges[doer.head][0] <= end.head <= parse.edges[doer.head][1] and not doer.path.endswith("relcl")
        for doer in doers
        if doer.path.split(">")[-1] in ("nsubj", "agent", "nsubjpass")
    )


def _groups(parse: Parse, ends: tuple[End, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """Ends gathered into coordinations, each with the path to its first member."""
    groups: list[tuple[str, list[int]]] = []
    place: dict[int, int] = {}
    for end in ends:
        head = coordinated(parse, end.head)
        if head is not None and head in place:
            groups[place[head]][1].append(end.head)
            place[end.head] = place[head]
            continue
        place[end.head] = len(groups)
        groups.append((end.path, [end.head]))
    return [(path, tuple(heads)) for path, heads in groups]


def _kind(known: Mapping[int, Party], heads: tuple[int, ...]) -> str:
    if not heads:
        return "none"
    party = known[heads[0]]
    if party.country is not None:
        return "both" if party.sector is not None else f"country{party.label}"
    return party.sector or f"name{party.label}"


def _sector(known: Mapping[int, Party], heads: tuple[int, ...]) -> str:
    if not heads:
        return "none"
    party = known[heads[0]]
    return party.sector or party.label or "-"
