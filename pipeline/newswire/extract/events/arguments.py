"""Arguments: who stands at the ends of a predicate, and by which path through the tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse, remembered
from newswire.extract.events.parties import Party
from newswire.extract.events.words import function_words, governors

__all__ = ("CLAUSE_SUBJECTS", "End", "actors", "coordinated", "passive", "path", "recipients")

CLAUSE_SUBJECTS: Final = frozenset(("nsubj", "nsubjpass", "csubj"))

# Verbs whose object does what their infinitive says ("ordered troops to leave"); with all others it is the subject.
OBJECT_CONTROL: Final = governors("control")
# Some take that object behind a preposition ("called on troops to leave").
CONTROLLED: Final = function_words("controlled")

# A path of more links than this ties a recipient to another predicate.
LONGEST: Final = 7

# Subjects are looked for along at most this many clauses upwards.
CLAUSES: Final = 5

PERSONAL: Final = function_words("personal")

# Behind these stands who does what a noun names.
DOER: Final = function_words("doer")

# Behind these stands what a phrase without a party of its own is of ("members of the army").
BELONGING: Final = function_words("belonging")


class End(NamedTuple):
    """A candidate for one end of an event: the head of its party and the path from the predicate to it, as labels joined by
    `>` ("dobj>on")."""

    head: int
    path: str


@remembered
def passive(parse: Parse, verb: int) -> bool:
    """Whether the verb is in the passive voice, reduced relative clauses ("rebels backed by ...") included."""
    deps = [parse.deps[child] for child in parse.children[verb]]
    if "nsubjpass" in deps or "auxpass" in deps or "agent" in deps:
        return True
    return parse.tags[verb] == "VBN" and parse.deps[verb] == "acl" and "aux" not in deps


def actors(parse: Parse, predicate: int, known: Mapping[int, Party], verbal: bool) -> list[End]:
    """The candidates for the doer, the most likely first, with the parties coordinated with each."""
    ends = _agents(parse, predicate) if verbal else _possessors(parse, predicate)
    result: list[End] = []
    for end in ends:
        for head in _reach(parse, end.head, known):
            if all(head != other.head for other in result):
                result.append(End(head, end.path))
    return result


def recipients(parse: Parse, predicate: int, known: Mapping[int, Party], doers: frozenset[int]) -> list[End]:
    """All parties below the predicate that do not belong to the doer, with their paths.

    In the passive voice the subject is below it as any other; a reduced relative clause takes the noun that it modifies. What
    is below a verb coordinated with the predicate belongs to both only when the predicate has no object of its own and that
    verb no subject.
    """
    first, last = parse.edges[predicate]
    result = []
    closed = _joined(parse, predicate)
    for head in range(first, last + 1):
        if head not in known or head in doers or head == predicate or _beside(parse, head, predicate):
            continue
        if not any(a <= head <= b for a, b in closed):
            links = path(parse, predicate, head)
            if links is not None:
                result.append(End(head, links))
    if parse.deps[predicate] == "acl" and passive(parse, predicate):
        result += [End(head, "acl") for head in _reach(parse, parse.heads[predicate], known) if head not in doers]
    elif parse.deps[predicate] == "relcl" and any(
        parse.deps[child] == "nsubjpass" and parse.tags[child] in ("WP", "WDT") for child in parse.children[predicate]
    ):
        result += [End(head, "relcl") for head in _reach(parse, parse.heads[predicate], known) if head not in doers]
    elif parse.deps[predicate] == "conj" and not _own(parse, predicate) and passive(parse, predicate):
        for end in _subjects(parse, predicate, patients=True):
            result += [End(head, "conj") for head in _reach(parse, end.head, known) if head not in doers]
    return result


def _beside(parse: Parse, token: int, predicate: int) -> bool:
    """Whether a party belongs to what goes with a predicate: "they signed it, with Brussels hailing it"."""
    while token not in (predicate, parse.heads[token]):
        if (
            parse.deps[token] == "pcomp"
            and parse.lowered[parse.heads[token]] == "with"
            and any(parse.deps[child] == "nsubj" for child in parse.children[token])
        ):
            return True
        token = parse.heads[token]
    return False


@remembered
def _joined(parse: Parse, predicate: int) -> list[tuple[int, int]]:
    """The stretches of the verbs coordinated with a predicate that have a subject of their own, or all of them when it has its
    object already."""
    complete = any(parse.deps[child] in ("dobj", "ccomp", "xcomp") for child in parse.children[predicate])
    return [
        parse.edges[child]
        for child in parse.children[predicate]
        if parse.deps[child] == "conj" and parse.tags[child][:2] == "VB" and (complete or _own(parse, child))
    ]


def path(parse: Parse, above: int, below: int) -> str | None:
    """The labels of the links from one token down to another: prepositions by their word, modifiers as `mod`; None when
    `below` is not below `above`, or too far."""
    labels: list[str] = []
    token = below
    for _ in range(LONGEST):
        if token == above:
            return ">".join(reversed(labels))
        dep = parse.deps[token]
        if dep in ("prep", "agent", "dative") and parse.tags[token] in ("IN", "TO"):
            labels.append(parse.lemmas[token])
        elif dep in ("compound", "amod", "nmod", "poss"):
            labels.append("mod")
        elif dep not in ("pobj", "conj"):
            labels.append(dep)
        if parse.heads[token] == token:
            return None
        token = parse.heads[token]
    return None


@remembered
def _agents(parse: Parse, verb: int) -> list[End]:
    """The heads of the phrases that do what a verb says."""
    return _subjects(parse, verb, patients=False)


def _subjects(parse: Parse, verb: int, *, patients: bool) -> list[End]:
    """The heads of the phrases that do what a verb says; with `patients`, whom a passive is done to."""
    name = ""
    for _ in range(CLAUSES):
        done_to = passive(parse, verb) and not patients and not name
        # the subject nearest to the verb: the parser gives the parts of a strange name one each
        for child in reversed(parse.children[verb]):
            dep = parse.deps[child]
            if done_to and dep == "agent":
                below = [t for t in parse.children[child] if parse.deps[t] == "pobj"]
                if below:
                    return [End(below[0], "agent")]
            elif not done_to and dep in CLAUSE_SUBJECTS:
                if parse.tags[child] in ("WP", "WDT") and parse.deps[verb] == "relcl":
                    return [End(parse.heads[verb], name + "relcl")]
                if parse.lemmas[child] in PERSONAL and parse.deps[verb] in ("ccomp", "advcl", "conj"):
                    above = parse.heads[verb]
                    return [End(child, name + dep), *_prefixed(_agents(parse, above), "pron>")]
                return [End(_first(parse, child), name + dep)]
        if done_to:
            return _partners(parse, verb)
        dep, above = parse.deps[verb], parse.heads[verb]
        if above == verb:
            return []
        if dep == "xcomp" or (dep in ("ccomp", "advcl") and parse.tags[above][:2] == "VB"):
            if dep != "advcl" and parse.lemmas[above] in OBJECT_CONTROL:
                objects = [t for t in parse.children[above] if parse.deps[t] in ("dobj", "dative")]
                objects += [
                    t
                    for place in parse.children[above]
                    if parse.deps[place] == "prep" and parse.lemmas[place] in CONTROLLED
                    for t in parse.children[place]
                    if parse.deps[t] == "pobj"
                ]
                if objects:
                    return [End(objects[0], name + "ctrl")]
            name, verb = name + dep + ">", above
        elif dep == "conj" and parse.tags[above][:2] == "VB":
            name, verb = name + "conj>", above
        elif dep == "acomp":  # "is willing to"
            verb = above
        elif dep == "pcomp" and parse.deps[above] == "prep":
            governor = parse.heads[above]
            if parse.tags[governor][:2] != "VB":
                return [End(governor, name + "pcomp")]
            name, verb = name + "pcomp>", governor
        elif dep == "acl":
            if parse.tags[verb] == "VB":  # "an offer to release": whose offer it is
                own = _possessors(parse, above)
                return _prefixed(own, name + "acl>") or _governing(parse, above, name + "acl>")
            return [End(above, name + "acl")]
        elif dep == "relcl":
            return []
        else:
            return []
    return []


def _partners(parse: Parse, verb: int) -> list[End]:
    """Who has signed or reached what is the subject of a passive without an agent ("an agreement between X and Y was signed")."""
    return [
        End(partner, "between")
        for subject in parse.children[verb]
        if parse.deps[subject] == "nsubjpass"
        for place in parse.children[subject]
        if parse.deps[place] == "prep" and parse.lemmas[place] == "between"
        for partner in parse.children[place]
        if parse.deps[partner] == "pobj"
    ]


@remembered
def _possessors(parse: Parse, noun: int) -> list[End]:
    """The heads of the phrases that do what a noun says: its possessor, its adjective, its `by`, then the subject of the verb
    that it is the object of."""
    result = [End(child, "poss") for child in parse.children[noun] if parse.deps[child] == "poss"]
    for child in parse.children[noun]:
        if parse.deps[child] in ("prep", "agent") and parse.lemmas[child] in DOER:
            result += [
                End(below, parse.lemmas[child]) for below in parse.children[child] if parse.deps[below] == "pobj"
            ]
        elif parse.deps[child] == "prep" and parse.lemmas[child] == "of":
            result += _attached(parse, child)
    result += [End(child, "mod") for child in parse.children[noun] if parse.deps[child] in ("amod", "compound", "nmod")]
    return result


def _attached(parse: Parse, preposition: int) -> list[End]:
    """The doer behind `by` that the parser has put below whom it was done to ("the arrest of a reporter by police")."""
    return [
        End(doer, "by")
        for patient in parse.children[preposition]
        for by in parse.children[patient]
        if parse.deps[by] == "prep" and parse.lemmas[by] == "by"
        for doer in parse.children[by]
        if parse.deps[doer] == "pobj"
    ]


def _governing(parse: Parse, noun: int, name: str) -> list[End]:
    token = noun
    for _ in range(CLAUSES):
        if parse.heads[token] == token:
            return []
        token = parse.heads[token]
        if parse.tags[token][:2] == "VB":
            return _prefixed(_agents(parse, token), name)
    return []


def _prefixed(ends: list[End], name: str) -> list[End]:
    return [End(end.head, name + end.path) for end in ends]


def _own(parse: Parse, verb: int) -> bool:
    return any(parse.deps[child] in CLAUSE_SUBJECTS for child in parse.children[verb])


def _reach(parse: Parse, head: int, known: Mapping[int, Party]) -> list[int]:
    """The parties that a phrase names: its head and what is coordinated with it, or the one that describes or heads it."""
    result = [token for token in (head, *_conjuncts(parse, head)) if token in known]
    if result:
        return result
    todo = [
        child for child in parse.children[head] if parse.deps[child] in ("poss", "amod", "compound", "nmod", "appos")
    ]
    for child in parse.children[head]:
        if parse.deps[child] == "prep" and parse.lemmas[child] in BELONGING:
            todo += [below for below in parse.children[child] if parse.deps[below] == "pobj"]
    return [token for child in todo for token in (child, *_conjuncts(parse, child)) if token in known]


def coordinated(parse: Parse, token: int) -> int | None:
    """What a phrase's head is coordinated with. Where parsers make a second subject of what stands behind "and", the first."""
    head = parse.heads[token]
    if parse.deps[token] == "conj":
        return head
    if parse.deps[token] in CLAUSE_SUBJECTS and parse.tags[head][:2] == "VB":
        for other in parse.children[head]:
            if parse.deps[other] == parse.deps[token] and parse.edges[other][1] + 1 == parse.edges[token][0] <= token:
                last = parse.edges[other][1]
                return other if parse.deps[last] == "cc" and parse.heads[last] == other else None
    return None


def _first(parse: Parse, subject: int) -> int:
    """The first of coordinated subjects."""
    before = coordinated(parse, subject) if parse.deps[subject] != "conj" else None
    return subject if before is None else before


@remembered
def _conjuncts(parse: Parse, head: int) -> tuple[int, ...]:
    """The words that are coordinated with a word, or with one of those."""
    result = []
    todo = [head]
    while todo:
        token = todo.pop()
        joined = [child for child in parse.children[token] if parse.deps[child] == "conj"]
        if parse.deps[token] in CLAUSE_SUBJECTS:
            joined += [each for each in parse.children[parse.heads[token]] if coordinated(parse, each) == token]
        for child in joined:
            result.append(child)
            todo.append(child)
    return tuple(result)
