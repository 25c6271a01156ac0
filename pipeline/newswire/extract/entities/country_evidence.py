"""Country evidence: what in a document tells which country a person or an organisation belongs to.

The text names countries in many ways: by name, people, seat of government, town, or a body that belongs to one. Each such
place is a mark. A mark tells something of whom it stands beside ("Portugal's Rui Matos"), and all of them together tell where
the story plays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.dateline import dateplace
from newswire.extract.document.drafts import EntityDraft, MentionDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.name_origins import NameOrigins

__all__ = ("Dossier", "Mark", "Scene", "dossier", "scene")

PLACES: Final = frozenset(("GPE", "LOC", "FAC"))

# Tags of what may stand between a mark and the name that it belongs to, in front of the name.
LEADING: Final = frozenset(
    ("NN", "NNS", "NNP", "NNPS", "JJ", "JJS", "POS", "HYPH", "VBN", "VBG", "AFX", "CD", "CC", "DT", "NFP", "``", "''")
)
# Prepositions over which a role in front of a name goes on ("minister for trade", "coach of").
LINKS: Final = frozenset(("of", "for", "to", "in", "at", "from", "with", "on"))
# Those of them that say what an office is about rather than whose it is ("ambassador to", "director for").
ABROAD: Final = frozenset(("for", "to", "on", "with"))
# Tags at which what stands behind a name goes over into what its bearer does.
ENDING: Final = frozenset(("VBD", "VBZ", "VBP", "MD", "_SP", "WP", "WDT"))

# Tokens that are looked at beside a name; roles are shorter, and what is further off belongs to somebody else.
REACH: Final = 14

# How American newspapers give a legislator's party and state behind the name: "(R-Ky.)".
SEAT: Final = re.compile(r"\s?\((?:R|D|I)[-–—][A-Z][\w. ]{1,12}\)")

# Bounds of the bins into which the share of a country among the marks falls.
SHARES: Final = (0.08, 0.16, 0.28, 0.42, 0.58, 0.75, 0.92)

# The same of how far the most frequent country is ahead of the next.
LEADS: Final = (0.05, 0.15, 0.3, 0.5, 0.7, 0.9)

# Where a mark may stand to a name, the closest first.
STATES: Final = ("in", "lead", "ahead", "trail")

# Bounds of the bins of how a name fits a country, of how much better than the next candidate, and of how many countries of the
# world it fits better still.
FITS: Final = (-3, -2, -1, 0, 1, 2, 4, 6)
RIVALS: Final = (-6, -4, -2, -1, 0, 1, 2, 4, 6)
BETTER: Final = (1, 3, 8, 20, 50)

# Countries that the cast of a story adds to the candidates.
CAST: Final = 3

# Bounds of the bins of how many marks a document has.
MARKS: Final = (1, 3, 8, 20)

# How the next candidate fits where there is only one.
LEAST_FIT: Final = -3.0

# Where the lists say whose somebody is, it does not matter where the story plays.
SURE: Final = frozenset(("known", "family", "listed", "acronym", "stateless"))

# Sectors that each country has its own of: who is of one of them without a nationality is at home in the story.
DOMESTIC: Final = frozenset(("COP", "GOV", "JUD", "LEG", "MIL", "SPY", "OPP"))

# Towns of one name that are looked at, the most populous first.
TOWNS: Final = 4

# Words of a person's name with a nationality in front ("Briton Alan Moss"); shorter ones may be a name of that form.
FULL: Final = 3

# Letters of a name in capitals that several bodies may have.
SHORT: Final = 5

# Countries of a document that are candidates for everybody in it; others only where they stand beside the name.
CANDIDATES: Final = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """Tokens `first` to `last` that tell a country; `kind` is country, people, seat, place, body or leader."""

    first: int
    last: int
    country: str
    kind: str


@dataclass(frozen=True, slots=True)
class Scene:
    """The marks of a document by token and in order, and what they tell of it as a whole.

    `shares` are the countries' shares in the marks, most frequent first; `home` the country of the dateline; `leading` the
    countries in the first sentences, `headed` in the headline. `cast` is how well the names of the persons fit the countries that
    they fit best, the best first: a story at home often names its country nowhere. `persons` are the tokens of persons' names.
    """

    marks: dict[int, Mark]
    order: list[Mark]
    shares: dict[str, float]
    home: str | None
    leading: frozenset[str]
    headed: frozenset[str]
    cast: dict[str, float]
    persons: frozenset[int]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The countries that somebody may belong to, with the traits that speak for each, and the traits that speak for none."""

    countries: list[str]
    traits: list[list[str]]
    none: list[str]


def scene(
    parse: Parse,
    drafts: Sequence[EntityDraft],
    placed: Mapping[int, str],
    headline: str,
    gazetteer: Gazetteer,
    origins: NameOrigins,
) -> Scene:
    """What a document tells of countries. `placed` are the countries of those persons and organisations, by their indexes among
    the drafts, that are sure already."""
    marks: dict[int, Mark] = {}
    covered: set[int] = set()
    persons: set[int] = set()
    for index, draft in enumerate(drafts):
        country = draft.country if draft.label in PLACES or draft.label == "NORP" else placed.get(index)
        if country is None and draft.label != "PERSON":
            continue
        kind = {"PERSON": "leader", "ORG": "body"}.get(draft.label) or _place_kind(draft, gazetteer)
        for mention in draft.mentions:
            span = parse.tokens(mention.start, mention.end)
            if draft.label == "PERSON":
                persons.update(span)
            if country is None:
                covered.update(span)
                entry = gazetteer.entries.get(parse.words[span[0]]) if len(span) >= FULL else None
                if entry is not None and entry.kind == "people" and entry.country is not None:
                    marks[span[0]] = Mark(span[0], span[0], entry.country, "people")
            elif len(span):
                marks.update(dict.fromkeys(span, Mark(span[0], span[-1], country, kind)))
    _mark_listed(parse.words, marks, covered, gazetteer)
    order = sorted(set(marks.values()), key=lambda mark: mark.first)
    counts = Counter(mark.country for mark in order)
    whole = sum(counts.values())
    first = parse.sentences[min(1, len(parse.sentences) - 1)][1] if len(parse) else 0
    leading = {mark.country for mark in order if mark.first < first}
    headed: dict[int, Mark] = {}
    _mark_listed(headline.replace("’s", " 's").replace("'s", " 's").split(), headed, set(), gazetteer)
    place = dateplace(parse.text, 0)
    home = None
    if place is not None:
        home = next((marks[token].country for token in parse.tokens(*place) if token in marks), None)
    shares = {country: count / whole for country, count in counts.most_common()}
    cast = origins.best([draft.name for draft in drafts if draft.label == "PERSON" and " " in draft.name], CAST)
    headed_by = frozenset(mark.country for mark in headed.values())
    return Scene(marks, order, shares, home, frozenset(leading), headed_by, cast, frozenset(persons))


def _place_kind(draft: EntityDraft, gazetteer: Gazetteer) -> str:
    entry = gazetteer.find(draft.name)
    return entry.kind if entry is not None and entry.kind in ("country", "people", "seat") else "place"


def _mark_listed(words: Sequence[str], marks: dict[int, Mark], covered: set[int], gazetteer: Gazetteer) -> None:
    """Marks the listed names that no entity covers: they stand in other names ("Kenyan Red Cross") or were passed over."""
    for token, word in enumerate(words):
        if token in marks or token in covered or not word[:1].isupper():
            continue
        for length, phrase in gazetteer.phrases(words, token):
            entry = gazetteer.entries.get(phrase)
            if entry is None:
                continue
            if entry.country is not None and phrase not in gazetteer.words.shared_names and entry.kind != "province":
                kind = {"organisation": "body", "region": "place"}.get(entry.kind, entry.kind)
                mark = Mark(token, token + length - 1, entry.country, kind)
                marks.update(dict.fromkeys(range(token, token + length), mark))
            break


def dossier(
    parse: Parse, draft: EntityDraft, known: str | None, around: Scene, gazetteer: Gazetteer, origins: NameOrigins
) -> Dossier:
    """What speaks for which country of a person or an organisation.

    `known` is the country of a person whom all the world knows.
    """
    local: dict[str, set[str]] = {}
    names = [mention for mention in draft.mentions if mention.kind == "name"]
    spans = [span for mention in names if len(span := parse.tokens(mention.start, mention.end))]
    for span in spans:
        _look_inside(parse, span, draft.label == "ORG", around, local, gazetteer)
        _look_ahead(parse, span, around, local)
        _look_behind(parse, span, around, local)
    state = _listed(parse, draft, spans, known, around, local, gazetteer)
    if state == "bare":
        told = {trait.partition(":")[0] for traits in local.values() for trait in traits}
        state = next((each for each in STATES if each in told), "bare")
    near = _near(parse, spans, around)
    countries = list(dict.fromkeys([*local, *list(around.shares)[:CANDIDATES], *near, *around.cast]))
    if state in SURE:
        countries = [country for country in local if not SURE.isdisjoint(local[country])]
        near = {}
    casts = {country: rank for rank, country in enumerate(around.cast)}
    marked = sum(len(around.order) >= bound for bound in MARKS)
    ranks = {country: rank for rank, country in enumerate(around.shares)}
    kind = "P" if draft.label == "PERSON" else "O"
    home = draft.sector in DOMESTIC
    top, second = [*around.shares.values(), 0.0, 0.0][:2]
    lead = sum(top - second >= bound for bound in LEADS)
    traits: list[list[str]] = []
    for country in countries:
        share = around.shares.get(country, 0.0)
        found = [*sorted(local.get(country, ())), *near.get(country, ())]
        size = sum(share >= bound for bound in SHARES)
        rank = min(ranks.get(country, 9), 3)
        if state not in SURE:
            found += [f"{state}:share{size}", f"{state}:rank{rank}", f"{state}:home{home}:rank{rank}", f"rank{rank}"]
            found.append(f"role{draft.role is not None}:rank{rank}")
            if rank == 0:
                found += [f"{state}:lead{lead}", f"lead{lead}"]
            if country == around.home:
                found += ["home", f"{state}:home"]
            if country in around.leading:
                found += ["leading", f"{state}:leading"]
            if country in around.headed:
                found += ["headed", f"{state}:headed"]
            cast = f"{casts.get(country, CAST)}:{sum(around.cast.get(country, LEAST_FIT) >= bound for bound in FITS)}"
            found += [f"cast{cast}", f"{state}:cast{casts.get(country, CAST)}:marks{marked}", f"rank{rank}:marks{marked}"]
        else:
            found.append(f"{state}:present{_elsewhere(country, spans, around)}")
        if country == "USA":
            found.append("USA")
        traits.append(found)
    none = ["none", f"none:{state}", f"none:home{home}:{state}", f"none:lead{lead}:{state}"]
    none.append(f"none:countries{min(len(around.shares), 6)}:{state}")
    none.append(f"none:marks{marked}:{state}")
    none.append(f"none:mentions{min(len(spans), 4)}")
    none.append(f"none:words{min(draft.name.count(' ') + 1, 4)}")
    if kind == "O":
        none.append(f"none:{draft.sector}:{state}")
        if draft.name.isupper():
            none.append("none:capitals")
    if draft.label == "PERSON" and state not in SURE:
        _fit_name(draft.name, countries, traits, none, origins)
    return Dossier(
        countries,
        [[f"{kind}:{trait}" for trait in each] for each in traits],
        [f"{kind}:{trait}" for trait in none],
    )


def _fit_name(
    name: str, countries: Sequence[str], traits: list[list[str]], none: list[str], origins: NameOrigins
) -> None:
    """Adds how a person's name fits each country, and compares it with the other candidates and all countries."""
    all_scores = origins.scores(name)
    if all_scores is None or not countries:
        none.append("none:origin:unknown")
        return
    scores = [origins.score(all_scores, country) for country in countries]
    for number, score in enumerate(scores):
        rival = max((other for each, other in enumerate(scores) if each != number), default=LEAST_FIT)
        better = int((all_scores > score).sum())
        traits[number] += [
            f"origin{sum(score >= bound for bound in FITS)}",
            f"rival{sum(score - rival >= bound for bound in RIVALS)}",
            f"better{sum(better >= bound for bound in BETTER)}",
        ]
    none.append(f"none:origin{sum(max(scores) >= bound for bound in FITS)}")


def _listed(
    parse: Parse,
    draft: EntityDraft,
    spans: Sequence[range],
    known: str | None,
    around: Scene,
    local: dict[str, set[str]],
    gazetteer: Gazetteer,
) -> str:
    """Adds what the lists say of somebody, and says whether they know of him."""
    if known is not None:
        local.setdefault(known, set()).add("known" if " " in draft.name else "family")
        return "known" if " " in draft.name else "family"
    if draft.label != "ORG":
        return "bare"
    entry = gazetteer.find(draft.name)
    if entry is None or entry.kind != "organisation":
        if draft.country is not None:
            local.setdefault(draft.country, set()).add("named")
        return "bare"
    if all(parse.span_text(span[0], span[-1]) in gazetteer.words.shared_names for span in spans):
        if draft.country is not None:
            local.setdefault(draft.country, set()).add("shared")
        return "bare"
    short = all(len(span) == 1 and parse.words[span[0]].isupper() and len(parse.words[span[0]]) <= SHORT for span in spans)
    if short and not _elsewhere(entry.country, spans, around) and (entry.sector in DOMESTIC or entry.sector == "PTY"):
        return "bare"  # a party or service of a country that the story has nothing of is another one of that acronym
    if entry.country is not None:
        local.setdefault(entry.country, set()).add("acronym" if short else "listed")
    if entry.country is None:
        # "National Assembly": the list knows the name, but many countries have one
        return "bare" if entry.sector in DOMESTIC or entry.sector == "PTY" else "stateless"
    return "acronym" if short else "listed"


def _elsewhere(country: str | None, spans: Sequence[range], around: Scene) -> bool:
    """Whether a document tells of a country by anything but these names."""
    return any(mark.country == country and all(mark.first not in span for span in spans) for mark in around.order)


def _look_inside(
    parse: Parse, span: range, organisation: bool, around: Scene, local: dict[str, set[str]], gazetteer: Gazetteer
) -> None:
    """The marks inside a name, and the towns of the story's countries in that of an organisation."""
    for token in span:
        mark = around.marks.get(token)
        if mark is None:
            if organisation and token < span[-1] and parse.words[token][:1].isupper():
                for city in gazetteer.cities(parse.words[token])[:TOWNS]:
                    if city.country in around.shares:
                        local.setdefault(city.country, set()).add("in:town")
        elif mark.first > span[0] or mark.last < span[-1]:
            where = "begins" if mark.first <= span[0] else "ends" if mark.last == span[-1] else "amid"
            local.setdefault(mark.country, set()).update((f"in:{mark.kind}", f"in:{where}"))


def _look_ahead(parse: Parse, span: range, around: Scene, local: dict[str, set[str]]) -> None:
    """The marks in front of a name, in its own phrase and in the one before a comma."""
    sentence = parse.sentence_starts[parse.sentence(span[0])]
    token, commas, rank, link = span[0] - 1, 0, 0, ""
    while token >= sentence and span[0] - token <= REACH:
        if token in around.persons and parse.tags[token + 1] in ("CC", ","):
            break
        mark = around.marks.get(token)
        tag, word = parse.tags[token], parse.words[token].lower()
        if mark is not None:
            owning = parse.tags[mark.last + 1] == "POS" if mark.last + 1 < len(parse) else False
            place = ("lead", "ahead")[commas]
            closest = "" if rank == 0 else "2"
            traits = local.setdefault(mark.country, set())
            if link in ABROAD:
                traits.add(f"abroad:{link}")
            else:
                traits.update((f"{place}{closest}", f"{place}{closest}:{mark.kind}", f"{place}:link:{link}"))
            if owning and rank == 0:
                traits.add(f"{place}:owner:{mark.last == span[0] - 2}")
            elif mark.last == span[0] - 1:
                traits.add(f"{place}:next:{mark.kind}")
            rank += 1
            token = mark.first - 1
            continue
        if word == "," and commas == 0 and token == span[0] - 1:
            commas = 1
        elif tag not in LEADING and word not in LINKS:
            break
        elif word in LINKS:
            link = word
        token -= 1


def _look_behind(parse: Parse, span: range, around: Scene, local: dict[str, set[str]]) -> None:
    """The marks behind a name, in apposition or behind a preposition."""
    token, end = span[-1] + 1, min(len(parse), span[-1] + REACH)
    if token >= end:
        return
    word = parse.words[token].lower()
    opener = {",": "comma", "(": "bracket", "-": "dash", "—": "dash", "–": "dash"}.get(word, word if word in LINKS else "")
    if SEAT.match(parse.text, parse.ends[span[-1]]):
        local.setdefault("USA", set()).add("caucus")
    if not opener:
        return
    sentence = parse.sentence(span[0])
    rank = commas = 0
    link = ""
    while token < end and parse.sentence(token) == sentence:
        mark = around.marks.get(token)
        word = parse.words[token]
        if mark is not None:
            closest = "" if rank == 0 else "2"
            traits = local.setdefault(mark.country, set())
            if link in ABROAD:
                traits.add(f"abroad:{link}")
            else:
                traits.update((f"trail:{opener}{closest}", f"trail:{opener}{closest}:{mark.kind}"))
                traits.update((f"trail{closest}", f"trail:link:{link}"))
            if token == span[-1] + 2:
                traits.add(f"trail:next:{mark.kind}")
            rank += 1
            token = mark.last + 1
            continue
        commas += word == ","
        link = word if word in LINKS else link
        if parse.tags[token] in ENDING or word == ")" or (commas > 1 and opener == "comma") or (commas and opener in LINKS):
            break
        token += 1


def _near(parse: Parse, spans: Sequence[range], around: Scene) -> dict[str, list[str]]:
    """The countries in the sentences of the mentions, and the last one named before the first mention."""
    near: dict[str, list[str]] = {}
    if not spans:
        return near
    first = spans[0][0]
    before = [mark for mark in around.order if mark.last < first]
    if before:
        near.setdefault(before[-1].country, []).append("last")
    counted: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for index, span in enumerate(spans):
        begin, end = parse.sentences[parse.sentence(span[0])]
        here = {mark.country for token in range(begin, end) if (mark := around.marks.get(token)) and token not in span}
        counted.update(here)
        if len(here) == 1:
            alone.update(here)
        if index == 0:
            for country in sorted(here):
                near.setdefault(country, []).append("first_sentence" if len(here) > 1 else "first_sentence:alone")
    for country in sorted(counted):
        near.setdefault(country, []).append(f"sentences{min(3, int(4 * counted[country] / len(spans)))}")
        if alone[country]:
            near[country].append("alone")
    return near
