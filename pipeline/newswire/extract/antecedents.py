"""Antecedents: whom a pronoun, a common noun or a quotation without a tag may stand for, and what speaks for each.

A conditional logit (`entities.choices`) chooses among the candidates, "nobody with a name" being one of them. Here are the traits
of the candidates, which training and extraction share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

__all__ = ("NOUNS", "PERSONAL", "SPEECH", "Anaphor", "Referent", "candidates", "nobody", "traits")

PERSONAL: Final = frozenset(("male", "female"))
NOUNS: Final = frozenset(("noun", "body", "document"))
SPEECH: Final = frozenset(("untagged", "cued"))

# Sentences after which a pronoun no longer reaches back, nor a noun to somebody whom the text has not called so; paragraphs
# after which a quotation without a tag does not; tokens ahead in which a name may follow the noun that announces it. Nothing
# labelled was meant beyond them but for single cases.
REACH: Final = 8
NEXT: Final = 3
AHEAD: Final = 80

# Distances that count as far, and counts as many: from there on the logit learns no difference.
FAR: Final = 6
MANY: Final = 4

# What relates a noun to somebody whom the text has called otherwise, or by that noun.
AKIN: Final = frozenset(("own", "narrower", "broader"))

# The sectors of the bodies that may stand for a country or a city.
STATES: Final = frozenset(("country", "GOV"))
# What is called by a noun for a body, and is a place.
TOWNS: Final = frozenset(("city", "state"))

# The number in "29-year-old", which tells nothing of the noun.
DIGITS: Final = re.compile(r"\d+")

# Tokens that are the beginning of a text, which names whom it is about: a headline's length and a lead's.
LEAD: Final = 60


@dataclass(slots=True)
class Referent:
    """Somebody or something that may be meant, as the text has told of it so far.

    `entity` is an index, None without a name; `head` is then the token of the noun, `noun` its lemma. `sort` is person, body,
    people or thing, `place` says that a body is a place, too. `gender` is what the text tells, `given` what the given name does.
    `words` are the nouns and adjectives that the text calls it by, `callings` those of them that the word list relates to others,
    `sectors` the sectors of persons called so, `name` the words of a body's name, `initials` those of its
    offices, `numbers` those in apposition ("Ray Ortiz, 29,", "a 29-year-old baker"). A nameless one is `human` if its noun is
    one for persons, `paper` if it is one for documents, which speak as bodies do. `whole` counts the mentions by name in all of
    the text, `first` is the token of the first one. `last`, `sentence` and `paragraph` tell of the last mention, which may be
    `quoted`, and `joined` to others ("Ruiz and her lawyers"). `spoke` counts what it has said, the last time in paragraph `said`;
    `taken` are the nouns that have stood for it as sources.
    """

    entity: int | None
    sort: str
    gender: str | None = None
    given: str | None = None
    plural: bool = False
    words: set[str] = field(default_factory=set)
    name: frozenset[str] = frozenset()
    noun: str = ""
    initials: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    sector: str | None = None
    sectors: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    callings: set[str] = field(default_factory=set)
    place: bool = False
    country: str | None = None
    head: int = -1
    human: bool = False
    paper: bool = False
    first: int = -1
    whole: int = 0
    last: int = -1
    sentence: int = -99
    paragraph: int = -99
    subject: bool = False
    possessor: bool = False
    joined: bool = False
    count: int = 0
    quoted: bool = False
    spoke: int = 0
    said: int = -99


@dataclass(frozen=True, slots=True)
class Anaphor:
    """What stands for somebody, at a token.

    `kind` is male, female, plural or neuter (pronouns), noun, body or document (common nouns), untagged (a quotation without a
    tag) or cued (whose tag names nobody). `source` says that somebody is quoted by it, `quoted` that it stands in marks. Of a
    noun phrase there are its `lemma`, its `article` (definite, indefinite, owned, bare), the `sector` of those who are called so,
    its `title` in capitals, the words (`acronyms` among them), countries and numbers in front of it, whether it is `proper`, the
    nouns that are `narrower` and `broader` than it, the entities `inside` it, of them the `owners`
    and the one whose name is `closing` it (the tag of the word in front of that name is `joint`), the `gender` that the noun
    tells, and as `rival` how often the text has spoken of a nameless one by the same noun. `content` are the tokens of what it is
    the source of, `within` the entities named there, `barred` those it cannot be, `ahead` is the subject to come, `over` the
    token that is the subject of the clause around its own, `next` who is the next source by name, and `resumed` who spoke before.
    """

    token: int
    kind: str
    sentence: int
    paragraph: int
    source: bool
    quoted: bool
    lemma: str = ""
    plural: bool = False
    listed: bool = False
    article: str = ""
    sector: str = ""
    title: str = ""
    modifiers: frozenset[str] = frozenset()
    acronyms: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    proper: bool = False
    narrower: frozenset[str] = frozenset()
    broader: frozenset[str] = frozenset()
    inside: frozenset[int] = frozenset()
    owners: frozenset[int] = frozenset()
    closing: int | None = None
    joint: str = ""
    gender: str | None = None
    within: frozenset[int] = frozenset()
    content: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()
    ahead: int | None = None
    over: int = -1
    next: int | None = None
    resumed: Referent | None = None
    continues: bool = False
    rival: int = 0


def candidates(anaphor: Anaphor, referents: Sequence[Referent]) -> list[Referent]:
    """Those of the referents that an anaphor can stand for, by sort, gender, number, distance; the last mentioned first."""
    found = [referent for referent in referents if _fits(anaphor, referent)]
    if any(referent.entity == anaphor.ahead for referent in found if anaphor.ahead is not None):
        # "While he praised the builders, Ruiz complained": the subject to come, and no other.
        found = [referent for referent in found if referent.entity == anaphor.ahead]
    return sorted(found, key=lambda referent: -referent.last)


def _is_foreign(anaphor: Anaphor, referent: Referent) -> bool:
    """Whether somebody is of another country than a noun: "the Brazilian minister", or "its minister" of Brazil, is none of
    Peru."""
    return bool(anaphor.countries) and referent.country is not None and referent.country not in anaphor.countries


def _is_new(anaphor: Anaphor, referent: Referent) -> bool:
    """Whether a noun tells of somebody else than a referent with a name: "a man" behind that name, a mother for a man."""
    if referent.entity is None:
        return False
    if anaphor.kind == "body" and referent.place and anaphor.sector not in STATES and anaphor.lemma not in TOWNS:
        return True  # a zoo of a town is not the town, nor is a company
    if anaphor.numbers and referent.numbers and anaphor.numbers.isdisjoint(referent.numbers):
        return True  # of another age, or another district
    if referent.entity in anaphor.inside or (called(anaphor, referent) and anaphor.article != "indefinite"):
        return False
    if anaphor.proper and not anaphor.listed:
        return True  # a name that the recogniser missed
    if (
        referent.sort == "person"
        and anaphor.gender
        and (referent.gender or referent.given) not in (None, anaphor.gender)
    ):
        return True
    if referent.last >= 0:
        return anaphor.article != "definite"
    return anaphor.article in ("indefinite", "bare") and kinship(anaphor, referent) not in AKIN


def _fits(anaphor: Anaphor, referent: Referent) -> bool:
    kind, sort = anaphor.kind, referent.sort
    if sort == "thing" or (referent.entity is not None and referent.entity in anaphor.barred):
        return False
    if kind == "document" and referent.entity is not None:
        # "The ministry's letter"; whose another one is, only the text around it tells.
        return referent.entity in anaphor.inside
    if referent.entity is not None and referent.entity in anaphor.owners:
        return False  # "Ruiz's lawyer" is not Ruiz
    if kind == "noun" and anaphor.owners and sort == "person" and referent.last >= 0 and not called(anaphor, referent):
        return False  # nor anybody else whom the text has not called so
    if kind == "noun" and sort == "person" and _is_foreign(anaphor, referent):
        return False
    if kind in NOUNS and _is_new(anaphor, referent):
        return False
    near = anaphor.sentence - referent.sentence <= REACH
    if referent.last < 0:
        ahead = referent.entity is not None and referent.entity in (anaphor.ahead, *anaphor.inside)
        announced = anaphor.source and kind in NOUNS and referent.first - anaphor.token <= AHEAD
        near = ahead or (announced and referent.entity is not None)
        if not near:
            return False
    if kind in PERSONAL:
        return near and sort == "person" and not referent.plural and (referent.gender or referent.given) in (None, kind)
    if kind == "plural":
        return near and (referent.plural or sort != "person" or referent.joined)
    if kind == "neuter":
        return near and (sort == "body" or referent.paper) and not referent.plural
    if kind in SPEECH:
        # Who goes on speaking through several paragraphs is near, though nothing names them.
        return anaphor.paragraph - max(referent.paragraph, referent.said) <= NEXT and sort in ("person", "body")
    if referent.plural != anaphor.plural or (kind == "body" and sort != "body"):
        return False
    if referent.entity is None:
        return anaphor.lemma == referent.noun
    if anaphor.rival > referent.count >= 1 and not anaphor.source:
        # "The bank" of a text about a central bank is that one, though the World Bank is named once.
        return False
    return near or called(anaphor, referent)


def called(anaphor: Anaphor, referent: Referent) -> bool:
    """Whether the text calls a referent by a word of a noun phrase."""
    return (
        anaphor.lemma in referent.words
        or anaphor.title in referent.initials
        or not anaphor.acronyms.isdisjoint(referent.initials)
        or not anaphor.numbers.isdisjoint(referent.numbers)
        or referent.entity in anaphor.inside
    )


def traits(
    anaphor: Anaphor, referent: Referent, rank: int, options: Sequence[Referent], speaking: Sequence[Referent]
) -> list[str]:
    """What speaks for a referent, or against it. `rank` is how many candidates were mentioned after it; `options` are all of
    them, `speaking` those who spoke last, the last one first."""
    kind = "he" if anaphor.kind in PERSONAL else anaphor.kind
    later = referent.last < 0
    apart = -1 if later else min(anaphor.sentence - referent.sentence, FAR)
    place = "subject" if referent.subject else "owner" if referent.possessor else "other"
    if referent.last in anaphor.content:
        place = f"quoted {place}"  # "Ruiz will win, she said": who is spoken of is not who speaks
    found = [
        f"{kind} apart {apart}",
        f"{kind} {place} {min(apart, 2)}",
        f"{kind} rank {min(rank, 3)}",
        f"{kind} count {min(referent.count, MANY)}",
        f"{kind} paragraphs {'later' if later else min(anaphor.paragraph - referent.paragraph, 3)}",
    ]
    if referent.entity is None:
        found.append(f"{kind} nameless {'several' if referent.plural else referent.sort}")
        found.append(f"{kind} nameless {referent.human} spoke {min(referent.spoke, 1)}")
    else:
        found += [f"{kind} {referent.sort}", f"{kind} whole {min(referent.whole, 2 * MANY)}"]
    found += _turns(anaphor, referent, kind, place, min(apart, 1), speaking)
    if anaphor.kind in PERSONAL and anaphor.over >= 0:
        found.append(f"{kind} over {referent.last == anaphor.over} {anaphor.source}")
    if referent.quoted and not anaphor.quoted:
        found.append(f"{kind} quoted")
    if referent.entity is not None and (anaphor.kind in PERSONAL or anaphor.kind in NOUNS):
        others = [
            one.whole for one in options if one is not referent and one.sort == referent.sort and one.entity is not None
        ]
        most = "only" if not others else "most" if referent.whole > max(others) else "less"
        found += [f"{kind} {most}", f"{kind} {most} {referent.sort} {anaphor.source} {referent.first < LEAD}"]
    if anaphor.kind in NOUNS and referent.entity is not None and anaphor.lemma in referent.words:
        sole = all(one is referent or one.entity is None or anaphor.lemma not in one.words for one in options)
        found += [
            f"{kind} sole {sole} {anaphor.source}",
            f"{kind} sole {sole} {anaphor.article} {bool(anaphor.modifiers)}",
        ]
    if anaphor.kind in PERSONAL:
        found.append(f"he gender {'told' if referent.gender else 'given' if referent.given else 'unknown'}")
    elif anaphor.kind in NOUNS:
        found += _likeness(anaphor, referent, kind)
        if referent.entity is not None:
            kin = kinship(anaphor, referent)
            rivals = any(
                one is not referent and one.entity is not None and kinship(anaphor, one) in AKIN for one in options
            )
            found += [
                f"{kind} kin {kin}",
                f"{kind} kin {kin} {rivals}",
                f"{kind} kin {kin} {anaphor.article} {anaphor.source} {bool(anaphor.modifiers)}",
            ]
        if kind == "noun" and referent.entity is not None:
            found.append(f"noun fit {_fit(anaphor, referent, options)}")
    elif anaphor.kind == "plural" and not referent.plural:
        found.append(f"plural single {referent.sort}")
    return found


def _turns(
    anaphor: Anaphor, referent: Referent, kind: str, place: str, apart: int, speaking: Sequence[Referent]
) -> list[str]:
    """Who has spoken and goes on speaking."""
    if not anaphor.source:
        return [f"{kind} told {place} {apart}", *([f"{kind} told spoke"] if referent.spoke else [])]
    found = [f"{kind} source {place} {apart}", f"{kind} spoke {min(referent.spoke, 3)}"]
    if referent.spoke and all(one is referent for one in speaking):
        found.append(f"{kind} alone {referent.entity is not None}")
    alike = anaphor.kind in NOUNS and not called(anaphor, referent)
    for turn, one in enumerate(speaking):
        if one is referent:
            found += [
                f"{kind} turn {turn} {alike}",
                f"{kind} turn {turn} {min(anaphor.paragraph - referent.said, 2)} {alike}",
                f"{kind} turn {turn} {anaphor.article} {anaphor.listed} {referent.sort}",
            ]
    if referent.entity is not None and referent.entity == anaphor.next:
        found += [f"{kind} next", f"{kind} next {anaphor.article} {referent.last < 0} {alike}"]
    if referent.entity is not None and referent.entity in anaphor.within:
        found.append(f"{kind} within")
    if anaphor.resumed is referent:
        found += [f"{kind} resumed", f"{kind} resumed {anaphor.continues} {min(anaphor.paragraph - referent.said, 2)}"]
    return found


def _likeness(anaphor: Anaphor, referent: Referent, kind: str) -> list[str]:
    """What a noun phrase and a referent have in common."""
    own, shared = anaphor.lemma in referent.words, len(anaphor.modifiers & referent.words)
    alike = "plain" if not anaphor.modifiers else "shared" if shared else "apart"
    holder = "nameless" if referent.entity is None else "own" if own else "alien"
    later = referent.last < 0
    found = [f"{kind} {anaphor.article} {referent.sort} {'' if anaphor.source else 'told'}"]
    found += [
        f"{kind} {holder} {alike}",
        f"{kind} {holder} {alike} {anaphor.article} {later}",
        f"{kind} {holder} {alike} {bool(anaphor.inside)} {referent.entity in anaphor.inside}",
    ]
    if anaphor.lemma in referent.name:
        found += [f"{kind} in name", f"{kind} in name {anaphor.article} {alike}"]
    if own:
        found += [f"{kind} own", f"{kind} own {anaphor.article} {min(shared, 2)}"]
        if not anaphor.source:
            found.append(f"{kind} own told")
    elif referent.entity is not None and not anaphor.listed:
        found.append(f"{kind} unlisted {anaphor.article}")
    if referent.entity is not None and not called(anaphor, referent):
        found += [
            f"{kind} alien {bool(shared)} {anaphor.article}",
            f"{kind} alien {min(len(anaphor.modifiers), 2)}",
            f"{kind} alien owned {bool(anaphor.owners)} {referent.sort}",
            f"{kind} alien described {min(len(referent.words - referent.name), 2)}",
            f"alien {DIGITS.sub('#', anaphor.lemma)}",
        ]
    if referent.last < 0:
        found.append(f"{kind} later {own} {anaphor.article} {min(shared, 2)}")
    if shared:
        found.append(f"{kind} shared {min(shared, 2)}")
    elif anaphor.modifiers:
        found.append(f"{kind} unshared {own}")
    if anaphor.countries and referent.country:
        found.append(f"{kind} country {referent.country in anaphor.countries}")
    if anaphor.title and anaphor.title in referent.initials:
        found.append(f"{kind} initials")
    if anaphor.acronyms:
        found.append(f"{kind} acronym {not anaphor.acronyms.isdisjoint(referent.initials)}")
    if anaphor.numbers:
        found.append(f"{kind} number {not anaphor.numbers.isdisjoint(referent.numbers)}")
    if referent.entity is not None and referent.entity in anaphor.inside:
        found += [f"{kind} inside", f"{kind} inside {referent.sort}"]
        if referent.entity == anaphor.closing:
            found += [f"{kind} closing {referent.sort}", f"{kind} closing {referent.sort} {anaphor.joint}"]
    if anaphor.gender and referent.sort == "person":
        told = referent.gender or referent.given
        found.append(f"{kind} gender {'unknown' if told is None else told == anaphor.gender}")
    if kind == "body":
        sector = (
            "any" if not anaphor.sector else "untold" if referent.sector is None else anaphor.sector == referent.sector
        )
        found.append(f"body sector {sector} {referent.place}")
    if kind == "noun" and anaphor.sector and referent.entity is not None:
        known = "unknown" if not referent.sectors else anaphor.sector in referent.sectors
        found += [f"noun sector {known}", f"noun sector {known} {own} {anaphor.article}"]
    if anaphor.lemma in referent.taken:
        found += [f"{kind} taken", f"taken {alike}"]
    return found


def kinship(anaphor: Anaphor, referent: Referent) -> str:
    """How the noun is related to what the text calls a referent: its own, narrower or broader, or apart from it."""
    if anaphor.lemma in referent.words:
        return "own"
    if not anaphor.narrower.isdisjoint(referent.callings):
        return "narrower"
    if not anaphor.broader.isdisjoint(referent.callings):
        return "broader"
    if not referent.callings:
        return "untold"
    return "apart" if anaphor.narrower or anaphor.broader else "unlisted"


def _fit(anaphor: Anaphor, referent: Referent, options: Sequence[Referent]) -> str:
    """Whether another candidate fits a noun phrase better."""
    own = _agreement(anaphor, referent)
    best = max((_agreement(anaphor, one) for one in options if one is not referent), default=0)
    return "best" if own > best else "even" if own == best else "less"


def _agreement(anaphor: Anaphor, referent: Referent) -> int:
    """How many words, acronyms and countries of a noun phrase the text has told of a referent."""
    shared = len(anaphor.modifiers & referent.words) + len(anaphor.acronyms & referent.initials)
    return (anaphor.lemma in referent.words) + shared + (referent.country in anaphor.countries)


def nobody(anaphor: Anaphor, options: Sequence[Referent]) -> list[str]:
    """What speaks for nobody, or for somebody who has no name and has not spoken before."""
    kind = "he" if anaphor.kind in PERSONAL else anaphor.kind
    found = [f"{kind} nobody", f"{kind} nobody {anaphor.source}", f"{kind} nobody of {min(len(options), 3)}"]
    if anaphor.kind in NOUNS:
        own = sum(anaphor.lemma in one.words for one in options)
        found += [
            f"{kind} nobody {anaphor.article} {anaphor.source}",
            f"{kind} nobody {anaphor.article} own {min(own, 2)}",
            f"{kind} nobody several {anaphor.plural}",
            f"{kind} nobody listed {anaphor.listed}",
            f"{kind} nobody modified {min(len(anaphor.modifiers), 2)}",
            f"{kind} nobody inside {bool(anaphor.inside)} {bool(anaphor.owners)}",
            f"nobody called {DIGITS.sub('#', anaphor.lemma)}",
        ]
    return found
