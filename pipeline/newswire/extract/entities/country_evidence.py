"""Country evidence: what in a document tells which country a person or an organisation belongs to.

A mark tells something of whom it stands beside ("Portugal's Rui Matos"), and all of them together tell where the story plays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from newswire.extract.document.drafts import EntityDraft
from newswire.extract.document.parse import Parse
from newswire.extract.entities.gazetteer import Gazetteer
from newswire.extract.entities.name_origins import NameOrigins
from newswire.extract.entities.scenes import CAST, Mark, Scene

__all__ = ("Dossier", "dossier")

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
STATES: Final = ("in", "lead", "role", "ahead", "trail")

# Bounds of the bins of how a name fits a country, of how much better than the next candidate, and of how many countries of the
# world it fits better still.
FITS: Final = (-3, -2, -1, 0, 1, 2, 4, 6)
RIVALS: Final = (-6, -4, -2, -1, 0, 1, 2, 4, 6)
BETTER: Final = (1, 3, 8, 20, 50)

# Bounds of the bins of how many marks a document has.
MARKS: Final = (1, 3, 8, 20)

# How the next candidate fits where there is only one.
LEAST_FIT: Final = -3.0

# Where the lists say whose somebody is, it does not matter where the story plays.
SURE: Final = frozenset(("known", "family", "listed", "acronym", "stateless"))

# Sectors that each country has its own of: who is of one of them without a nationality is at home in the story.
DOMESTIC: Final = frozenset(("COP", "GOV", "JUD", "LEG", "MIL", "SPY", "OPP"))

# The same with parties: bodies whose names those of several countries bear.
OWNED: Final = DOMESTIC | {"PTY"}

# Kinds of marks that name a territory, not somebody of it.
TERRITORIES: Final = frozenset(("country", "seat", "place"))

# Words that a line with an author's name has in front of it or behind it at most ("By Kari Holm in Oslo").
BYLINE: Final = 3
LETTERS: Final = re.compile(r"[^\W\d_]+")

# Tokens beside a name in which a body is that of its bearer.
BESIDE: Final = 7

# Towns of one name that are looked at, the most populous first.
TOWNS: Final = 4

# What tells most of whose somebody is, the surest first: a nationality or an owner in front of the name leaves no doubt, a town
# behind it some.
SUREST: Final = (
    "lead:next:people",
    "lead:people",
    "lead:owner:True",
    "lead:owner:False",
    "lead:country",
    "role:begins:people",
    "role:begins:country",
    "lead:next:body",
    "lead:body",
    "in:begins:people",
    "in:begins",
    "trail:next:people",
    "trail:comma:people",
    "ahead:people",
    "ahead:owner:True",
    "role:of:country",
    "lead",
    "trail:comma:body",
    "trail:comma:country",
    "ahead",
    "role:amid",
    "role:of",
    "trail",
    "in",
)

# Letters of a name in capitals that several bodies may have.
SHORT: Final = 5

# Ranks from which on it does not matter which one a country has.
LAST_RANK: Final = 3

# Countries of a document that are candidates for everybody in it; others only where they stand beside the name.
CANDIDATES: Final = 4


@dataclass(frozen=True, slots=True)
class Dossier:
    """The countries that somebody may belong to, with the traits that speak for each, and the traits that speak for none."""

    countries: list[str]
    traits: list[list[str]]
    none: list[str]


def dossier(
    parse: Parse, draft: EntityDraft, known: str | None, around: Scene, gazetteer: Gazetteer, origins: NameOrigins
) -> Dossier:
    """What speaks for which country of a person or an organisation.

    `known` is the country of a person whom all the world knows.
    """
    local: dict[str, set[str]] = {}
    topics: set[Mark] = set()
    names = [mention for mention in draft.mentions if mention.kind == "name"]
    spans = [span for mention in names if len(span := parse.tokens(mention.start, mention.end))]
    for span in spans:
        _look_inside(parse, span, draft.label == "ORG", around, local, gazetteer)
        _look_ahead(parse, span, around, local, topics)
        _look_behind(parse, span, around, local, topics)
    _look_at_role(draft.role, local, gazetteer)
    state = _listed(parse, draft, spans, known, around, local, gazetteer)
    if state in SURE:
        countries = [country for country in local if not SURE.isdisjoint(local[country])]
        traits = [
            [*sorted(local[country]), f"{state}:present{around.elsewhere(country, spans)}"] for country in countries
        ]
        return Dossier(countries, traits, [f"none:{state}"])
    if local:
        kinds = {trait.partition(":")[0] for traits in local.values() for trait in traits}
        state = next((each for each in STATES if each in kinds), "bare")
    near = _near(parse, spans, around)
    # "Director for Peru": where the text has nothing else of a country, what an office is about does not tell whose it is.
    about = Counter(mark.country for mark in topics if mark.kind in TERRITORIES)
    told = Counter(mark.country for mark in around.order if mark.kind != "body") if about else about
    foreign = {country for country, count in about.items() if count == told[country]}
    nearby = dict.fromkeys((*local, *list(around.shares)[:CANDIDATES], *near, *around.cast))
    countries = [country for country in nearby if country not in foreign]
    home, role = draft.sector in DOMESTIC, draft.role is not None
    surest = next((each for each in SUREST if any(each in told for told in local.values())), "bare")
    traits = [
        [
            *sorted(local.get(country, ())),
            f"{'told' if surest in local.get(country, ()) else 'untold'}:by:{surest}",
            *near.get(country, ()),
            *_common(around, state, country, home, role),
            f"{draft.sector}:rank{min(_place(around.shares, country), LAST_RANK)}",
        ]
        for country in countries
    ]
    none = _none(draft, len(spans), state, around)
    if draft.label == "PERSON":
        none += _unplaced(parse, draft, spans, gazetteer)
        _fit_name(draft.name, countries, frozenset(local), traits, none, origins)
    return Dossier(countries, traits, none)


def _common(around: Scene, state: str, country: str, home: bool, role: bool) -> list[str]:
    """What the whole document tells of a country for somebody of whom it stands so near."""
    key = state, country, home, role
    found = around.common.get(key)
    if found is not None:
        return found
    shares = around.shares
    size = bisect_right(SHARES, shares.get(country, 0.0))
    rank = min(_place(shares, country), LAST_RANK)
    cast = min(_place(around.cast, country), CAST)
    fit = bisect_right(FITS, around.cast.get(country, LEAST_FIT))
    marked = bisect_right(MARKS, len(around.order))
    found = [
        f"{state}:share{size}",
        f"{state}:rank{rank}",
        f"{state}:home{home}:rank{rank}",
        f"rank{rank}",
        f"role{role}:rank{rank}",
        f"cast{cast}:{fit}",
        f"{state}:cast{cast}:marks{marked}",
        f"rank{rank}:marks{marked}",
    ]
    if rank == 0:
        lead = _lead(around)
        found += [f"{state}:lead{lead}", f"lead{lead}"]
    if country == around.home:
        found += ["home", f"{state}:home"]
    if country in around.leading:
        found += ["leading", f"{state}:leading"]
    if country in around.headed:
        found += ["headed", f"{state}:headed"]
    if country == "USA":
        found.append("USA")
    around.common[key] = found
    return found


def _place(ranking: dict[str, float], country: str) -> int:
    """Where a country stands in a ranking, behind its end if it does not."""
    return next((place for place, each in enumerate(ranking) if each == country), LAST_RANK)


def _lead(around: Scene) -> int:
    """How far the most frequent country is ahead of the next."""
    top, second = [*around.shares.values(), 0.0, 0.0][:2]
    return bisect_right(LEADS, top - second)


def _none(draft: EntityDraft, mentions: int, state: str, around: Scene) -> list[str]:
    """What speaks for no country."""
    none = [
        "none",
        f"none:{state}",
        f"none:home{draft.sector in DOMESTIC}:{state}",
        f"none:lead{_lead(around)}:{state}",
        f"none:countries{min(len(around.shares), 6)}:{state}",
        f"none:marks{bisect_right(MARKS, len(around.order))}:{state}",
        f"none:mentions{min(mentions, 4)}",
        f"none:words{min(draft.name.count(' ') + 1, 4)}",
    ]
    none.append(f"none:{draft.sector}:{state}")
    if draft.label == "ORG" and draft.name.isupper():
        none.append("none:capitals")
    return none


def _unplaced(parse: Parse, draft: EntityDraft, spans: Sequence[range], gazetteer: Gazetteer) -> Iterator[str]:
    """What speaks for a person's being of no country of the story: a line that holds nothing but the name, which is the author's,
    and a body beside the name that is no country's."""
    if spans and all(_on_its_own(parse, span) for span in spans):
        yield "none:alone"
        if len(spans) == 1:
            yield "none:alone:once"
    if any(_of_no_country(parse, span, gazetteer) for span in spans):
        yield "none:international"
        yield f"none:international:{draft.sector in DOMESTIC}"


def _on_its_own(parse: Parse, span: range) -> bool:
    """Whether a line holds a name and little else."""
    start = parse.text.rfind("\n", 0, parse.starts[span[0]]) + 1
    end = parse.text.find("\n", parse.ends[span[-1]])
    before = parse.text[start : parse.starts[span[0]]]
    behind = parse.text[parse.ends[span[-1]] : end if end >= 0 else len(parse.text)]
    return len(LETTERS.findall(before)) <= BYLINE and len(LETTERS.findall(behind)) <= BYLINE


def _of_no_country(parse: Parse, span: range, gazetteer: Gazetteer) -> bool:
    """Whether a listed body that is no country's stands beside a name."""
    begin, end = parse.sentences[parse.sentence(span[0])]
    before = range(max(begin, span[0] - BESIDE), span[0])
    behind = range(span[-1] + 1, min(end, span[-1] + 1 + BESIDE))
    if len(behind) and parse.words[behind[0]] not in (",", "("):
        behind = range(0)
    phrases = (
        phrase
        for token in (*before, *behind)
        if parse.words[token][:1].isupper()
        for _, phrase in gazetteer.phrases(parse.words, token)
    )
    return any(
        entry.kind == "organisation" and entry.country is None and entry.sector not in OWNED
        for phrase in phrases
        if (entry := gazetteer.entries.get(phrase)) is not None
    )


def _fit_name(
    name: str,
    countries: Sequence[str],
    told: frozenset[str],
    traits: list[list[str]],
    none: list[str],
    origins: NameOrigins,
) -> None:
    """Adds how a person's name fits each country, and compares it with the other candidates and all countries. What stands beside
    the name (`told`) counts more than how the name sounds, so that such countries have traits of their own."""
    all_scores = origins.scores(name)
    if all_scores is None or not countries:
        none.append("none:origin:unknown")
        return
    scores = [origins.score(all_scores, country) for country in countries]
    best = max(range(len(scores)), key=scores.__getitem__)
    second = max((score for number, score in enumerate(scores) if number != best), default=LEAST_FIT)
    ranking = np.sort(all_scores)
    for number, (score, place) in enumerate(
        zip(scores, np.searchsorted(ranking, scores, side="right").tolist(), strict=True)
    ):
        rival = second if number == best else scores[best]
        better = len(ranking) - place
        how = "told:" if countries[number] in told else ""
        traits[number] += [
            f"{how}origin{bisect_right(FITS, score)}",
            f"{how}rival{bisect_right(RIVALS, score - rival)}",
            f"{how}better{bisect_right(BETTER, better)}",
        ]
    none.append(f"none:origin{bisect_right(FITS, scores[best])}")


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
    short = all(
        len(span) == 1 and parse.words[span[0]].isupper() and len(parse.words[span[0]]) <= SHORT for span in spans
    )
    kind = entry.name.rpartition(" ")
    common = short or (entry.sector in OWNED and kind[0] != "" and _common_noun(kind[2], gazetteer))
    if entry.country is not None and common and not around.elsewhere(entry.country, spans):
        # An acronym or a name that other countries' bodies have as well, of a country that the story has nothing of.
        local.setdefault(entry.country, set()).update(("lone", f"lone:short{short}", f"lone:{entry.sector}"))
        return "lone"
    if entry.country is not None:
        local.setdefault(entry.country, set()).add("acronym" if short else "listed")
    if entry.country is None:
        # "National Assembly": the list knows the name, but many countries have one
        return "bare" if entry.sector in DOMESTIC or entry.sector == "PTY" else "stateless"
    return "acronym" if short else "listed"


def _common_noun(word: str, gazetteer: Gazetteer) -> bool:
    """Whether a word at the end of a name says what kind of body it is."""
    return (
        word in gazetteer.designators
        or word.lower() in gazetteer.sectors
        or word.lower() in gazetteer.words.public_bodies
    )


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
            local.setdefault(mark.country, set()).update((f"in:{mark.kind}", f"in:{where}", f"in:{where}:{mark.kind}"))


def _look_ahead(parse: Parse, span: range, around: Scene, local: dict[str, set[str]], topics: set[Mark]) -> None:
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
            topic = next((each for each in (link, _preposition(parse, mark)) if each in ABROAD), None)
            if topic is not None:
                traits.update((f"abroad:{topic}", f"abroad:{mark.kind}"))
                topics.add(mark)
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


def _preposition(parse: Parse, mark: Mark) -> str:
    """The preposition that governs a mark, also one in a row ("director for Chad and Peru"); nothing where none does."""
    token = next(
        (at for at in range(mark.last, mark.first - 1, -1) if not mark.first <= parse.heads[at] <= mark.last), None
    )
    while token is not None and parse.deps[token] == "conj" and parse.heads[token] < token:
        token = parse.heads[token]
    return parse.lowered[parse.heads[token]] if token is not None and parse.deps[token] == "pobj" else ""


def _look_behind(parse: Parse, span: range, around: Scene, local: dict[str, set[str]], topics: set[Mark]) -> None:
    """The marks behind a name, in apposition or behind a preposition."""
    token, end = span[-1] + 1, min(len(parse), span[-1] + REACH)
    if token >= end:
        return
    word = parse.words[token].lower()
    opener = {",": "comma", "(": "bracket", "-": "dash", "—": "dash", "–": "dash"}.get(
        word, word if word in LINKS else ""
    )
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
                traits.update((f"abroad:{link}", f"abroad:{mark.kind}"))
                topics.add(mark)
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
        if (
            parse.tags[token] in ENDING
            or word == ")"
            or (commas > 1 and opener == "comma")
            or (commas and opener in LINKS)
        ):
            break
        token += 1


def _look_at_role(role: str | None, local: dict[str, set[str]], gazetteer: Gazetteer) -> None:
    """The countries in a role, wherever in the document it stands ("Finnish lawyer")."""
    words = (role or "").replace("'s", " 's").replace("’s", " 's").split()
    at, link = 0, ""
    while at < len(words):
        length, phrase = next(gazetteer.phrases(words, at), (1, ""))
        entry = gazetteer.entries.get(phrase)
        if entry is not None and entry.country is not None and phrase not in gazetteer.words.shared_names:
            if link in ABROAD:
                local.setdefault(entry.country, set()).update((f"abroad:{link}", f"abroad:{entry.kind}"))
            else:
                told = "of" if link else "begins" if at == 0 else "amid"
                local.setdefault(entry.country, set()).update((f"role:{told}", f"role:{told}:{entry.kind}"))
        elif words[at].lower() in LINKS:
            link = words[at].lower()
        at += length


def _near(parse: Parse, spans: Sequence[range], around: Scene) -> dict[str, list[str]]:
    """The countries in the sentences of the mentions, and the last one named before the first mention."""
    near: dict[str, list[str]] = {}
    if not spans:
        return near
    before = around.before(spans[0][0])
    if before is not None:
        near[before.country] = ["last"]
    counted: Counter[str] = Counter()
    alone: set[str] = set()
    for index, span in enumerate(spans):
        here = {mark.country for mark in around.sentences.get(parse.sentence(span[0]), ()) if mark.first not in span}
        counted.update(here)
        if len(here) == 1:
            alone |= here
        if index == 0:
            for country in sorted(here):
                near.setdefault(country, []).append("first_sentence" if len(here) > 1 else "first_sentence:alone")
    for country in sorted(counted):
        near.setdefault(country, []).append(f"sentences{min(3, int(4 * counted[country] / len(spans)))}")
        if country in alone:
            near[country].append("alone")
    return near
