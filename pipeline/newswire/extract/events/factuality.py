"""Whether an event took place: polarity, modality and tense of a predicate, read off the words around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from newswire.extract.document.parse import Parse, remembered
from newswire.extract.events.words import function_words, governors, particles

__all__ = ("Status", "status", "unwilling")

NEGATIVE: Final = function_words("negative")

# As a subject or object these negate the verb; beside a noun the second ones say that there is none.
NOBODY: Final = function_words("nobody")
ZERO: Final = function_words("zero")

# Verbs that say that a finite clause is not so, and those whose negation is one of their clause ("does not think that").
DENYING: Final = governors("denying")
THINKING: Final = governors("thinking")

# Words that turn a negation into none: "not only attacked" behind it, "did not leave until Monday" anywhere below the verb.
NO_NEGATION: Final = function_words("focus")
UNTIL: Final = function_words("until")

# Of the demanding ones, those whose negation is one of what they govern: whoever does not want to go stays.
WISHING: Final = governors("wishing")

# Verbs and nouns that say of what they govern that it was not done ("failed to agree", "denied attacking").
AVERSIVE: Final = governors("averse")

TO: Final = "to"
WILL: Final = function_words("will")
MAY: Final = function_words("may")
MUST: Final = function_words("must")
PERHAPS: Final = function_words("perhaps")

# The future in what somebody said in the past ("said they would leave").
WOULD: Final = function_words("would")

# The tense that auxiliaries give.
PAST: Final = function_words("past")
PRESENT: Final = function_words("present")
PERFECT: Final = function_words("perfect")

# What these govern is still to come ("plans to visit", "an offer to talk").
PLANNING: Final = governors("planned")
# Of these, those that plan a gerund as well ("propose leaving"), and those that plan a noun (not "set a record").
PLANNING_GERUNDS: Final = governors("planned_gerund")
PLANNING_NOUNS: Final = PLANNING - governors("planned_infinitive")
POSSIBLE: Final = governors("possible")
DEMANDING: Final = governors("demanded")
# Beside a noun these say that what it names is still to come ("the planned visit").
COMING: Final = governors("coming")
# Actual although an infinitive: the governing verb says that it came about.
ACHIEVING: Final = governors("achieved")
# Beside a noun these say of its infinitive that it came about ("the first envoy to visit").
RANKING: Final = function_words("ranking")
CONDITIONS: Final = function_words("condition")
HABITUAL: Final = function_words("habit")

# Prepositions by which a verb or noun governs what it speaks of ("prevent from", "plan for"); after others stand circumstances.
COMPLEMENT: Final = function_words("complement")

# Of the averse ones, those that take what they govern for given: whoever stops the attacks has been attacked. Behind a word
# for what is known these negate nothing.
PRESUPPOSING: Final = governors("presupposing")
KNOWN: Final = function_words("definite")

# Words for what somebody says or asks; whoever rejects an offer has been made one.
UTTERED: Final = governors("uttered")
ANSWERING: Final = governors("answering")

# Verbs that bring about the noun that is their object: negated, there is none ("did not reach the agreement").
BRINGING: Final = governors("bringing")

# Verbs by which their subject comes about: when they are negated, it does not ("talks have not resumed").
HAPPENING: Final = governors("happening")

# Nouns for what speaks for something: where there is none, there is not that something either ("no sign of progress").
SIGNS: Final = governors("sign")
# Nouns whose absence is a matter of norms, and says nothing of deeds ("had no right to attack").
NORMS: Final = governors("norm")

# What follows "at no", "under no" and "in no" in a negation of the clause, and those prepositions.
OCCASIONS: Final = function_words("occasion")
ON_OCCASION: Final = function_words("on_occasion")

# Negated, there is none of what is their object ("have no plans").
EXISTING: Final = governors("existing")

# With `yet` they say that their infinitive was not done so far ("have yet to agree").
PENDING: Final = governors("pending")

# Verbs that negate what they govern only with their particle.
PARTICLES: Final = particles()

# The averse words that are nouns and those that are spelled alike but say nothing of the kind ("a drop in sales", "the bar").
AVERSE_NOUNS: Final = governors("averse_noun")

# The averse words whose infinitive tells what was not done; behind others it is an end or an outcome ("stopped to talk",
# "dropped to reach a low").
INFINITIVE: Final = governors("averse_infinitive")

# Clauses upwards over which a governing word's force carries.
CLAUSES: Final = 4


class Status(NamedTuple):
    """`polarity` affirmed or negated; `modality` actual, planned, possible or demanded; `tense` past, present, future or
    infinitive, None for nouns."""

    polarity: str
    modality: str
    tense: str | None

    @property
    def future(self) -> bool:
        """Whether it is only announced."""
        return self.tense == "future"


@remembered
def status(parse: Parse, predicate: int) -> Status:
    """Polarity, modality and tense of the event that a token names."""
    if parse.tags[predicate][:2] in ("VB", "MD"):
        return _verb(parse, predicate)
    return _noun(parse, predicate)


@dataclass(slots=True)
class Judgement:
    """What is known of a predicate so far, on the way up from it."""

    negated: bool
    modality: str = ""
    tense: str | None = None

    def status(self) -> Status:
        return Status("negated" if self.negated else "affirmed", self.modality or "actual", self.tense)


def _verb(parse: Parse, verb: int) -> Status:
    """A verb has the status that its own clause gives it, and what the words above make of it, clause by clause."""
    judgement = Judgement(_negated(parse, verb), _auxiliary(parse, verb), _tense(parse, verb))
    finite = not _infinitive(parse, verb) or bool(judgement.modality)
    token = verb
    for _ in range(CLAUSES):
        if _conditional(parse, token):
            judgement.modality = judgement.modality or "possible"
        above = _link_above(parse, verb, token, finite, judgement)
        if above is None:
            break
        token = above
    if not judgement.modality and judgement.tense == "future":
        judgement.modality = "planned"
    return judgement.status()


def _link_above(parse: Parse, verb: int, token: int, finite: bool, judgement: Judgement) -> int | None:
    """Reads one link above a verb into `judgement`; where to go on from, or None at the end of what bears on the verb."""
    head, dep = parse.heads[token], parse.deps[token]
    if head == token or dep == "relcl":
        # "Peru to withdraw its troops", as headlines have it
        if parse.heads[head] == head and _infinitive(parse, token) and TO in _auxiliaries(parse, token):
            judgement.modality = judgement.modality or "planned"
        return None
    if dep == "conj":
        if token == verb:
            _coordinate(parse, verb, judgement)
        return head
    if dep == "pcomp" and parse.deps[head] == "prep":
        if _privative(parse, head) or _short(parse, head):
            judgement.negated = not judgement.negated
            return None
        if parse.lemmas[head] not in COMPLEMENT:
            return None
        return _governor(parse, head, dep, judgement)
    if dep == "ccomp" and (not _infinitive(parse, token) or (token == verb and finite)):
        _stated(parse, token, judgement)
        return None
    if dep in ("xcomp", "ccomp", "acl") or (dep == "advcl" and _infinitive(parse, token)):
        return _governor(parse, token, dep, judgement)
    if dep == "advcl" and parse.tags[token] == "VBG" and head < token <= head + 2 and _averse(parse, head, token):
        return _governor(parse, token, dep, judgement)  # an object that the parser mistook ("ruled out sending troops")
    return None


def _coordinate(parse: Parse, verb: int, judgement: Judgement) -> None:
    """What is said before the first of coordinated verbs holds for all that have no auxiliary of their own."""
    first = parse.heads[verb]
    bare = parse.tags[verb] == "VB"
    if not judgement.modality and parse.tags[first][:2] == "VB":
        judgement.modality = _auxiliary(parse, first)
        judgement.tense = _tense(parse, first) if bare else judgement.tense
    if bare and parse.tags[first] == "VB" and not _subject(parse, verb):
        # a bare verb behind "did not" or "will not" lacks both words and means both
        judgement.negated = judgement.negated or _negated(parse, first)
    if _coordinator(parse, first, verb) == "nor":
        judgement.negated = True


def _stated(parse: Parse, clause: int, judgement: Judgement) -> None:
    """What a verb of saying or thinking makes of the finite clause that it states."""
    head = parse.heads[clause]
    denied = parse.lemmas[head] in DENYING or (parse.lemmas[head] in THINKING and _negated(parse, head))
    # what stands in front is stated: "X attacked Y, a charge that Z denies"
    if denied and head < clause:
        judgement.negated = not judgement.negated
    judgement.modality = judgement.modality or _opinion(parse, head, clause)


def _governor(parse: Parse, token: int, dep: str, judgement: Judgement) -> int | None:
    """What a word makes of the infinitive, gerund or preposition that it governs. `dep` is how the verb itself hangs there."""
    head = parse.heads[token]
    if _averse(parse, head, token):
        judgement.negated = not judgement.negated
        return None
    governed = _governed(parse, head, token)
    judgement.modality = judgement.modality or governed
    if parse.tags[head][:2] == "NN" and parse.tags[token] in ("VB", "VBG", "VBN", "IN") and _lacking(parse, head):
        judgement.negated = not judgement.negated
        return None
    if dep == "xcomp" and _infinitive(parse, token):
        # "Is not ready to talk" denies the talk, "is not afraid to talk" does not.
        _of_infinitive(parse, parse.heads[head] if parse.deps[head] == "acomp" and governed else head, judgement)
    if parse.tags[head][:2] != "VB":
        return None
    auxiliary = _auxiliary(parse, head)
    # who may want to do it will perhaps do it
    judgement.modality = "possible" if auxiliary == "possible" else judgement.modality or auxiliary
    return head


def _of_infinitive(parse: Parse, head: int, judgement: Judgement) -> None:
    """What the negation of a verb makes of its infinitive, or of that of its adjective ("is not ready to talk")."""
    if _negated(parse, head):
        # what need not be done may be done
        needed = parse.lemmas[head] in DEMANDING - WISHING or parse.lemmas[head] == "have"
        judgement.negated = judgement.negated if needed else not judgement.negated
    elif _unfulfilled(parse, head):
        judgement.negated = True


def _noun(parse: Parse, noun: int) -> Status:
    """A noun has the status of the verb that it depends on, and what its governor makes of it."""
    judgement = Judgement(_negated(parse, noun), _described(parse, noun))
    token = noun
    for _ in range(CLAUSES):
        head, dep = parse.heads[token], parse.deps[token]
        if head == token:
            break
        if parse.tags[head][:2] == "VB":
            _under_verb(parse, noun, token, judgement)
            break
        if dep == "pobj" and _privative(parse, head):
            judgement.negated = True
            break
        if dep in ("compound", "conj", "appos"):
            coordinator = _coordinator(parse, head, token) if dep == "conj" else ""
            alike = coordinator == "nor" or (coordinator == "or" and _negated(parse, head))
            judgement.negated = judgement.negated or alike
            token = head
        elif dep == "pobj" and parse.deps[head] == "prep" and parse.lemmas[head] in COMPLEMENT:
            token = head
            if parse.tags[parse.heads[head]][:2] == "NN":
                _under_noun(parse, noun, parse.heads[head], judgement)
                if judgement.modality or parse.lemmas[head] != "of":
                    break
                token = parse.heads[head]
        else:
            break
    return judgement.status()


def _under_verb(parse: Parse, noun: int, token: int, judgement: Judgement) -> None:
    """What a verb makes of a noun; `token` is the noun or what it hangs on the verb by."""
    head, dep = parse.heads[token], parse.deps[token]
    lemma = parse.lemmas[head]
    direct = dep in ("dobj", "nsubjpass", "attr") or (dep == "prep" and parse.lemmas[token] in COMPLEMENT)
    given = _given(parse, noun)
    if direct and _averse(parse, head, token):
        uttered = lemma in ANSWERING and parse.lemmas[noun] in UTTERED
        judgement.negated = judgement.negated or not (uttered or (given and lemma in PRESUPPOSING))
    elif direct:
        judgement.modality = judgement.modality or _wanted(lemma)
    if direct or dep in ("acomp", "nsubj", "conj", "oprd"):
        above = status(parse, head)
        judgement.modality = judgement.modality or ("" if above.modality == "actual" else above.modality)
        negated = above.polarity == "negated" and _carried(parse, head, dep, given)
        judgement.negated = judgement.negated or negated
        judgement.tense = above.tense


def _carried(parse: Parse, verb: int, dep: str, given: bool) -> bool:
    """Whether the negation of a verb is one of the noun that hangs on it by a label."""
    lemma = parse.lemmas[verb]
    return (
        dep in ("attr", "acomp")
        or (dep in ("dobj", "nsubjpass") and (lemma in BRINGING or not given))
        or (dep in ("nsubj", "nsubjpass") and (lemma in HAPPENING or _takes_place(parse, verb)))
    )


def _under_noun(parse: Parse, noun: int, governor: int, judgement: Judgement) -> None:
    """What a noun makes of another one that it governs by a preposition."""
    averse = _averse(parse, governor, noun) and parse.lemmas[noun] not in UTTERED
    lacking = parse.lemmas[governor] in SIGNS and _lacking(parse, governor)
    judgement.negated = judgement.negated or averse or lacking
    judgement.modality = judgement.modality or _wanted(parse.lemmas[governor])


def _averse(parse: Parse, word: int, governed: int) -> bool:
    """Whether a word says of what it governs that it was not done, if need be with its particle."""
    lemma = parse.lemmas[word]
    if lemma not in AVERSIVE or (parse.tags[word][:2] == "NN" and lemma not in AVERSE_NOUNS):
        return False
    if parse.tags[governed] == "VB" and lemma not in INFINITIVE:
        return False
    particle = PARTICLES.get(lemma)
    return particle is None or any(
        parse.deps[child] in ("prt", "advmod") and parse.lowered[child] == particle for child in parse.children[word]
    )


def _lacking(parse: Parse, noun: int) -> bool:
    """Whether there is none of what a noun names ("no plans to", "did not have evidence of", "without an order to")."""
    if parse.lemmas[noun] in NORMS:
        return False
    head, dep = parse.heads[noun], parse.deps[noun]
    if _negated(parse, noun) or (dep == "pobj" and parse.lemmas[head] == "without"):
        return True
    there = parse.lemmas[head] in EXISTING and dep in ("attr", "dobj")
    return there and _negated(parse, head)


def _coordinator(parse: Parse, head: int, conjunct: int) -> str:
    """The last conjunction in front of a coordinated word."""
    words = [parse.lowered[child] for child in parse.children[head] if parse.deps[child] == "cc" and child < conjunct]
    return words[-1] if words else ""


def _short(parse: Parse, preposition: int) -> bool:
    """Whether a preposition is the last of "stop short of", "fall short of"."""
    return parse.lemmas[preposition] == "of" and parse.lowered[parse.heads[preposition]] == "short"


def _given(parse: Parse, noun: int) -> bool:
    """Whether a noun speaks of what is known already, by its determiner or a possessor."""
    return any(
        parse.deps[child] == "poss" or (parse.deps[child] == "det" and parse.lemmas[child] in KNOWN)
        for child in parse.children[noun]
    )


def _takes_place(parse: Parse, verb: int) -> bool:
    return parse.lemmas[verb] == "take" and any(parse.lemmas[child] == "place" for child in parse.children[verb])


def _wanted(lemma: str) -> str:
    """The modality that a word gives to the noun that is its object."""
    if lemma in DEMANDING:
        return "demanded"
    if lemma in PLANNING_NOUNS:
        return "planned"
    return "possible" if lemma in POSSIBLE else ""


def _described(parse: Parse, noun: int) -> str:
    """The modality that its adjectives give to a noun ("the planned visit")."""
    for child in parse.children[noun]:
        lemma = parse.lemmas[child]
        if (lemma in COMING or lemma in POSSIBLE) and parse.deps[child] in ("amod", "compound"):
            return "planned" if lemma in COMING else "possible"
    return ""


def _opinion(parse: Parse, head: int, clause: int) -> str:
    """The modality that a clause gets from the verb of opinion or demand above it."""
    if parse.lemmas[head] in DEMANDING and _wished(parse, clause):
        return "demanded"
    return "possible" if parse.lemmas[head] in POSSIBLE else ""


def _wished(parse: Parse, clause: int) -> bool:
    """Whether a verb stands as a wish: a bare participle ("want him freed"), or the bare form behind one that is single ("asked
    that the court suspend him")."""
    if parse.tags[clause] == "VBN":
        return not _auxiliaries(parse, clause)
    single = any(parse.deps[c] == "nsubj" and parse.tags[c] in ("NN", "NNP") for c in parse.children[clause])
    return parse.tags[clause] == "VBP" and single


def _privative(parse: Parse, preposition: int) -> bool:
    """Whether what stands behind a preposition was not done: behind "without" and "instead of"."""
    instead = any(parse.lemmas[child] == "instead" for child in parse.children[preposition])
    return parse.lemmas[preposition] == "without" or instead


def _subject(parse: Parse, verb: int) -> bool:
    return any(parse.deps[child] in ("nsubj", "nsubjpass", "expl") for child in parse.children[verb])


def _unfulfilled(parse: Parse, verb: int) -> bool:
    """Whether a verb says with `yet` that its infinitive was not done so far ("have yet to agree")."""
    return parse.lemmas[verb] in PENDING and any(parse.lemmas[child] == "yet" for child in parse.children[verb])


def unwilling(parse: Parse, verb: int) -> bool:
    """Whether a clause says of its subject what it will not do, or would not when asked ("Norway will not send arms", "would not
    let them land"): future and negation are both the verb's own."""
    subject = any(parse.deps[child] == "nsubj" for child in parse.children[verb])
    return subject and _negated(parse, verb) and (_auxiliary(parse, verb) == "planned" or _held_out(parse, verb))


def _held_out(parse: Parse, verb: int) -> bool:
    """Whether `would` tells of a will and of no condition: of what was not done at last, "would not have" speaks."""
    words = [parse.lowered[child] for child in parse.children[verb] if parse.deps[child] == "aux"]
    clauses = [verb, *(child for child in parse.children[verb] if parse.deps[child] in ("advcl", "prep"))]
    conditional = any(_conditional(parse, clause) or parse.lowered[clause] in CONDITIONS for clause in clauses)
    habit = any(parse.lowered[child] in HABITUAL for child in parse.children[verb])
    return not WOULD.isdisjoint(words) and "have" not in words and not conditional and not habit


def _negated(parse: Parse, token: int) -> bool:
    """Whether a word is negated where it stands."""
    below = parse.children[token]
    if any(parse.lemmas[child] in UNTIL for child in below):
        return False
    for child in below:
        word = parse.lowered[child]
        if child + 1 < len(parse.lowered) and parse.lowered[child + 1] in NO_NEGATION:
            continue
        if word == "longer" and any(parse.lowered[each] in NEGATIVE for each in parse.children[child]):
            return True
        if parse.deps[child] == "neg" or (word in NEGATIVE and parse.deps[child] in ("det", "advmod", "preconj", "cc")):
            return True
        if parse.tags[token][:2] != "VB":
            continue
        if parse.deps[child] in ("nsubj", "nsubjpass", "dobj"):
            if word in NOBODY or _none(parse, child):
                return True
        elif parse.deps[child] == "prep" and word in ON_OCCASION:
            objects = [each for each in parse.children[child] if parse.lemmas[each] in OCCASIONS]
            if any(_none(parse, each) for each in objects):
                return True
    return False


def _none(parse: Parse, noun: int) -> bool:
    """Whether a noun says of how many: of none. "Not all" and "not many" are some."""
    words = {parse.lowered[child] for child in parse.children[noun]}
    return not words.isdisjoint(ZERO) or ("not" in words and "single" in words)


def _auxiliary(parse: Parse, verb: int) -> str:
    words = _auxiliaries(parse, verb)
    for word in words:
        if word in WILL or (word in WOULD and _reported(parse, verb)):
            return "planned"
        if word in MUST:
            return "demanded"
        if word in MAY:
            return "possible"
    if any(parse.lemmas[child] in PERHAPS for child in parse.children[verb]):
        return "possible"
    return ""


def _reported(parse: Parse, verb: int) -> bool:
    """Whether a verb stands in what somebody said in the past, where `would` is the future ("said they would leave")."""
    head = parse.heads[verb]
    return parse.deps[verb] == "ccomp" and parse.tags[head] in ("VBD", "VBN") and not _conditional(parse, verb)


def _conditional(parse: Parse, token: int) -> bool:
    return any(parse.deps[child] == "mark" and parse.lowered[child] in CONDITIONS for child in parse.children[token])


def _governed(parse: Parse, head: int, token: int) -> str:
    """The modality that a governing word gives to an infinitive or a gerund."""
    lemma = parse.lemmas[head]
    going = lemma == "go" and parse.tags[head] == "VBG"
    infinitive = _infinitive(parse, token)
    if infinitive and parse.tags[head][:2] == "NN" and any(parse.lemmas[c] in RANKING for c in parse.children[head]):
        return ""
    if lemma == "be" and infinitive:
        return "planned"
    if lemma in ACHIEVING and not going:
        return ""
    if lemma in DEMANDING and infinitive:
        # Who wants to do it himself plans it.
        return "planned" if lemma in WISHING and parse.deps[token] == "xcomp" else "demanded"
    if going or (lemma in PLANNING and (infinitive or lemma in PLANNING_GERUNDS)):
        return "planned"
    if lemma in POSSIBLE:
        return "possible"
    # an infinitive says what is aimed at, unless its governor says that it came about
    return "planned" if infinitive else ""


def _infinitive(parse: Parse, verb: int) -> bool:
    """Whether a verb is an infinitive, in the passive voice too ("to be freed")."""
    if parse.tags[verb] != "VBN":
        return parse.tags[verb] == "VB"
    words = _auxiliaries(parse, verb)
    return TO in words and PERFECT.isdisjoint(words)


def _auxiliaries(parse: Parse, verb: int) -> list[str]:
    return [parse.lowered[child] for child in parse.children[verb] if parse.deps[child] in ("aux", "auxpass")]


def _tense(parse: Parse, verb: int) -> str | None:
    tag = parse.tags[verb]
    words = _auxiliaries(parse, verb)
    if not WILL.isdisjoint(words) or ("would" in words and _reported(parse, verb)):
        return "future"
    if tag == "VBD" or not PAST.isdisjoint(words):
        return "past"
    if tag in ("VBP", "VBZ", "MD") or not PRESENT.isdisjoint(words):
        return "present"
    if not PERFECT.isdisjoint(words):
        return "past"
    if tag == "VB":
        return "infinitive" if "to" in words or not words else "present"
    if tag == "VBN":
        return "past"
    return "present"
