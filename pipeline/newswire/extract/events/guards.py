"""Guards: candidates that are no events between actors, whatever the classifier makes of them.

The corpora that it learns from hold sentences that tell an event; what news is full of besides, it never saw: questions, names
that are called, places where something is said, and what somebody says of others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.events.arguments import CLAUSE_SUBJECTS
from newswire.extract.events.candidates import Candidate
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import DUTY
from newswire.extract.events.words import EventWords

__all__ = ("ARMED", "CIRCUMSTANTIAL", "PLACES", "WORDY", "interviewed", "plausible", "scored", "silent", "wordy")

# Verbs that ask for an answer when a clause follows, and for a deed when an infinitive does.
ASKING: Final = frozenset(("ask", "wonder", "inquire", "query"))

# Verbs with which somebody keeps from a deed, or, before a verb of speech, from an answer to the press.
KEEPING: Final = frozenset(("decline", "refuse"))
SPEAKING: Final = frozenset(
    (
        *("comment", "say", "tell", "speak", "speculate", "elaborate", "discuss", "confirm", "specify", "disclose"),
        *("identify", "name", "explain", "go"),
    )
)

# What the press asks for, and does not get.
COMMENT: Final = "comment"

# Verbs of answering: who is denied an answer is not rejected.
REPLYING: Final = frozenset(("comment", "elaborate", "reply", "respond", "speak", "speculate"))

# Verbs that call a thing by a name when a second object follows ("called the plan a mistake").
NAMING: Final = frozenset(("call", "name", "label", "dub", "brand", "term"))

# Verbs that threaten whom they are said to; who is spoken of behind them is not threatened.
WARNING: Final = frozenset(("warn", "caution", "alert"))

# Verbs that turn down what somebody says: whom that speaks of is not who said it.
DENYING: Final = frozenset(("deny", "dismiss", "dispute", "rebuff", "refute", "reject"))

# Verbs whose infinitive is the deed.
TRYING: Final = frozenset(("attempt", "hope", "seek", "try", "want"))

# Verbs of statement: acts only by what they announce or demand. The second ones are acts when no clause follows.
STATING: Final = frozenset(
    ("say", "add", "state", "note", "claim", "believe", "think", "hope", "argue", "explain", "want")
)
HOLDING: Final = frozenset(("agree", "insist", "concede", "acknowledge", "admit"))

# Verbs of being, behind which nothing is done ("said it would be hard to tell").
STATES: Final = frozenset(("be", "become", "depend", "have", "mean", "remain", "seem", "take"))

# Verbs whose indirect object, or `to`, is who hears it.
TELLING: Final = {"tell": ("dobj", "dative", "to", ""), "complain": ("to",), "explain": ("to",), "admit": ("to",)}

# Verbs of giving and letting go, which are acts between actors unless what changes hands is knowledge or time.
GIVING: Final = frozenset(("release", "provide", "offer", "give", "receive", "deliver", "spend", "send"))
IMMATERIAL: Final = frozenset(
    (
        *(
            "data",
            "report",
            "statement",
            "evidence",
            "detail",
            "poll",
            "survey",
            "video",
            "tape",
            "photo",
            "picture",
            "ad",
        ),
        *(
            "tip",
            "evaluation",
            "assessment",
            "explanation",
            "example",
            "view",
            "opinion",
            "reason",
            "insight",
            "figure",
        ),
        *("amount", "deal", "lot", "plenty", "preview", "platform", "hint", "clue", "sense", "look", "lesson"),
        *("transcript", "memo", "news", "album", "book", "list", "glimpse", "answer", "speech", "remark", "impression"),
        *("hour", "day", "week", "month", "year", "time", "much", "minute", "decade", "career", "life"),
    )
)

# Prepositions behind which a place is where it happens, not to whom.
LOCATIVE: Final = frozenset(("in", "at", "near", "around", "outside", "inside", "through", "across", "within"))
PLACES: Final = frozenset(("GPE", "LOC", "FAC"))

# Prepositions of a circumstance, whose parties had no part in the act ("resigned after a call with the president").
CIRCUMSTANTIAL: Final = frozenset(
    ("after", "before", "since", "amid", "despite", "following", "during", "until", "because")
)

# Weapons are sent, fired and tested; acts are done to them by whoever brings them down.
WEAPONS: Final = frozenset(
    (
        *(
            "aircraft",
            "airstrike",
            "artillery",
            "bomber",
            "drone",
            "fighter",
            "frigate",
            "helicopter",
            "jet",
            "missile",
        ),
        *("plane", "rocket", "satellite", "submarine", "tank", "warplane", "warship", "weapon"),
    )
)
EMPLOYING: Final = frozenset(
    (
        *(
            "acquire",
            "build",
            "buy",
            "deliver",
            "deploy",
            "develop",
            "display",
            "donate",
            "export",
            "fire",
            "fly",
            "give",
        ),
        *("import", "launch", "make", "order", "parade", "produce", "provide", "purchase", "sell", "send", "station"),
        *("supply", "test", "transfer", "unveil", "use"),
    )
)

# Types that are done to a place when they are done in it: towns are bombed, sealed off, left and helped.
LOCAL: Final = frozenset(("ASSAULT", "COERCE", "MOBILIZE", "RETREAT", "AID", "SANCTION"))

# What may be an attack by words, and by what it is one by deeds.
WORDY: Final = frozenset(
    (
        *("attack", "assail", "assault", "bash", "battle", "blast", "clash", "fight", "fire", "hammer", "hit", "lash"),
        *("pound", "rip", "shoot", "slam", "strike", "target"),
    )
)
ARMED: Final = frozenset(("MIL", "REB", "CRM", "COP", "UAF", "SPY"))
POLITICAL: Final = frozenset(("PTY", "LEG", "JRN", "MED"))
# Sectors whose nouns are people in office or after it ("the minister"), who fight with words.
OFFICES: Final = frozenset(("GOV", "OPP"))


# Verbs by which teams win; with a score behind them they are no attacks.
WINNING: Final = frozenset(
    (
        *(
            "beat",
            "crush",
            "defeat",
            "down",
            "draw",
            "edge",
            "hammer",
            "hold",
            "outplay",
            "overcome",
            "overpower",
            "rout",
        ),
        *("shock", "stun", "sweep", "thrash", "trounce", "upset", "win"),
    )
)

# Words behind a winning verb within which its score stands ("beat the champions from Argentina 3-2").
SCORE: Final = 10


def plausible(parse: Parse, known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether nothing speaks against a candidate that the classifier cannot know."""
    site = candidate.site
    if site.verbal and not _deed(parse, known, candidate):
        return False
    if site.verbal and parse.lemmas[site.head] in WINNING and scored(parse, site.head):
        return False
    if candidate.recipients and (_circumstance(candidate) or _employed(parse, candidate)):
        return False
    if candidate.recipients and interviewed(parse, known, candidate.recipients[0]):
        return False
    if parse.lemmas[site.core] in REPLYING and _unsaid(parse, site.core):
        return False
    if parse.lemmas[site.core] == "rally" and candidate.actors and known[candidate.actors[0]].label == "PERSON":
        return False  # of a candidate with his followers
    return not _placed(known, candidate)


def wordy(
    parse: Parse,
    known: Mapping[int, Party],
    core: int,
    actors: Sequence[int],
    recipients: Sequence[int],
    words: EventWords,
) -> bool:
    """Whether what reads like an attack is one by words: on what somebody says or plans, or of a politician who bears no arms on
    a person, a party, an office or the press."""
    if parse.lemmas[core] not in WORDY or not actors or not recipients:
        return False
    one, two = known[actors[0]], known[recipients[0]]
    if not ARMED.isdisjoint((one.sector, two.sector)):
        return False
    aimed = [child for child in parse.children[core] if parse.deps[child] == "dobj"]
    aimed += [below for child in parse.children[core] if parse.deps[child] == "prep" for below in parse.children[child]]
    if any(parse.lemmas[token] in words.matter for token in aimed):
        return True
    critics = parse.lemmas[recipients[0]] in words.relation
    return _politician(one) and (two.label == "ORG" or critics or _politician(two))


def _politician(party: Party) -> bool:
    """Whether a party is a person, in office or not, a party, its followers ("Democrats") or the press."""
    office = party.sector in OFFICES and party.label is None
    return (
        office
        or party.label == "PERSON"
        or party.sector in POLITICAL
        or (party.label == "NORP" and party.country is None)
    )


def _deed(parse: Parse, known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether a verb says what somebody does to somebody, and not what somebody asks, calls or says of somebody."""
    verb = candidate.site.head
    lemma = parse.lemmas[verb]
    below = {parse.deps[child]: child for child in parse.children[verb]}
    if lemma in NAMING and "oprd" in below:
        return False
    if lemma in ASKING and _question(parse, verb):
        return False
    if silent(parse, verb):
        return False
    if lemma in TRYING and "xcomp" in below:
        return False
    if lemma in WARNING and _spoken_of(candidate):
        return False
    if lemma in DENYING and candidate.recipients and _inside_clause(parse, verb, candidate.recipients[0]):
        return False
    if lemma in TELLING and "ccomp" in below and candidate.recipient_path in TELLING[lemma]:
        return False
    if lemma in GIVING and "dobj" in below and parse.lemmas[below["dobj"]] in IMMATERIAL:
        return False
    if lemma == "demonstrate" and ("dobj" in below or "ccomp" in below):
        return False
    if (lemma in STATING and candidate.site.core == verb) or (lemma in HOLDING and "ccomp" in below):
        return _announcing(parse, known, candidate)
    return True


def silent(parse: Parse, verb: int) -> bool:
    """Whether a word says that somebody gives no answer ("declined to comment", "said it would not comment", asked of either
    verb), or that the press asks for one ("asked the ministry for comment", "a request for comment"). Comments of somebody's are
    something else ("criticised him for his comments")."""
    if parse.lemmas[verb] == COMMENT and _unsaid(parse, verb):
        return True
    sought = (word for child in parse.children[verb] if parse.lemmas[child] == "for" for word in parse.children[child])
    if any(parse.lowered[word] == COMMENT and not parse.children[word] for word in sought):
        return True
    below = [child for child in parse.children[verb] if parse.lemmas[child] in SPEAKING]
    if parse.lemmas[verb] in KEEPING:
        return any(parse.deps[child] == "xcomp" for child in below)
    return any(parse.deps[child] == "ccomp" and _unsaid(parse, child) for child in below)


def _circumstance(candidate: Candidate) -> bool:
    """Whether the recipient stands behind a preposition that says when or in spite of what something was done."""
    return candidate.recipient_path.split(">")[0] in CIRCUMSTANTIAL


def _employed(parse: Parse, candidate: Candidate) -> bool:
    """Whether the recipient is the weapon with which something is done."""
    weapon = parse.lemmas[candidate.recipients[0]] in WEAPONS
    return weapon and parse.lemmas[candidate.site.head] in EMPLOYING


def scored(parse: Parse, verb: int) -> bool:
    """Whether a score stands behind a verb: two numbers of at most three digits with a dash between them."""
    words = parse.words[verb + 1 : verb + 1 + SCORE]
    return any(
        one.isdigit() and dash in ("-", "–") and other.isdigit() and max(len(one), len(other)) <= 3
        for one, dash, other in zip(words, words[1:], words[2:], strict=False)
    )


def interviewed(parse: Parse, known: Mapping[int, Party], token: int) -> bool:
    """Whether a party is the press that something was said to: "in an interview with the newspaper"."""
    above = parse.heads[token]
    told = parse.deps[token] == "pobj" and parse.lemmas[parse.heads[above]] == "interview"
    return told and known[token].sector in ("JRN", None)


def _unsaid(parse: Parse, verb: int) -> bool:
    """Whether a verb is denied ("would not comment")."""
    return any(parse.deps[child] == "neg" for child in parse.children[verb])


def _inside_clause(parse: Parse, verb: int, token: int) -> bool:
    """Whether a token below a verb stands in a clause with a subject, which says what is denied, not by whom it was said."""
    while token != verb and parse.heads[token] != token:
        below = parse.children[token]
        infinitive = any(parse.words[child].lower() == "to" and parse.deps[child] == "aux" for child in below)
        owned = any(parse.deps[child] in CLAUSE_SUBJECTS for child in below)
        if parse.deps[token] in ("acl", "ccomp") and owned and not infinitive:
            return True
        token = parse.heads[token]
    return False


def _question(parse: Parse, verb: int) -> bool:
    """Whether a verb asks what is so: a clause that is no infinitive follows it or stands before it."""
    return any(
        parse.deps[child] == "ccomp"
        and not any(parse.words[below].lower() in ("to", "that") for below in parse.children[child])
        for child in parse.children[verb]
    )


def _spoken_of(candidate: Candidate) -> bool:
    first = candidate.recipient_path.split(">")[0]
    return first in ("ccomp", "about", "that")


def _announcing(parse: Parse, known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether a statement announces what its speaker will do, or says what somebody must do."""
    site = candidate.site
    clause = next((child for child in parse.children[site.head] if parse.deps[child] == "ccomp"), None)
    if clause is None or not site.readings or candidate.recipient_path.split(">")[0] != "ccomp":
        return False
    subject = next((c for c in parse.children[clause] if parse.deps[c] in ("nsubj", "nsubjpass")), None)
    duty = any(parse.words[child].lower() in DUTY for child in parse.children[clause])
    if (parse.lemmas[clause] in STATES and not duty) or (parse.lemmas[clause] in REPLYING and _unsaid(parse, clause)):
        return False
    if subject is None:
        return True
    own = (
        any(parse.tags[each][:3] == "PRP" for each in (subject, *parse.children[subject]))
        or subject in candidate.actors
    )
    if subject in known and parse.tags[subject] == "PRP":
        return False  # whoever it stands for is an end of the clause's own verb
    same = subject in known and known[subject].entity in {known[actor].entity for actor in candidate.actors} - {None}
    if subject in candidate.recipients:
        return duty and (own or known[subject].entity is not None or known[subject].country is not None)
    return own or same


def _placed(known: Mapping[int, Party], candidate: Candidate) -> bool:
    """Whether the recipient is a town or a province in which something happens. Countries act as well, wherever they stand."""
    if not candidate.recipients:
        return False
    party = known[candidate.recipients[0]]
    first = candidate.recipient_path.split(">")[0]
    if first in LOCATIVE and party.label is None and (first == "outside" or not (party.country or party.sector)):
        return True
    if party.label not in PLACES or (party.sector is not None and not party.located):
        return False
    readings = candidate.site.readings
    links = candidate.recipient_path.split(">")
    if readings and (readings[0].mode == "visit" or readings[0].type in LOCAL):
        # a sea, or where it happened to somebody whom the text names
        elsewhere = links[0] in LOCATIVE and any(end.path in ("dobj", "nsubjpass") for end in candidate.site.recipients)
        return elsewhere or (party.label == "LOC" and party.country is None and links[-1] in LOCATIVE)
    # "for his victory in Ohio's primary"
    return party.located or links[-1] in LOCATIVE or (links[-1] == "mod" and not LOCATIVE.isdisjoint(links))
