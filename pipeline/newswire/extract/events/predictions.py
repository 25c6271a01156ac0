"""Predictions: which predicates of a parse tell which events between whom, as the learnt networks read them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from newswire.extract.document.drafts import QuoteDraft
from newswire.extract.document.forests import forest_sums, logistic
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import Parse
from newswire.extract.events.confidence import event_features
from newswire.extract.events.ends import Listed, Side, Sides, candidate_ends, chosen_ends, sides_of
from newswire.extract.events.features import (
    Features,
    Meanings,
    Pairs,
    candidate_parties,
    features,
    pairs,
)
from newswire.extract.events.homes import homes
from newswire.extract.events.network import encode, link, shares_of, softmax
from newswire.extract.events.ontology import INFLICTED, TYPES
from newswire.extract.events.parties import Party
from newswire.extract.events.predicates import Lexicon

__all__ = (
    "BRIEF_TRUST",
    "GATE",
    "MEMBER_MARK",
    "TRUST",
    "EventNetworks",
    "Prediction",
    "Sketch",
    "completed",
    "is_brief",
    "linked",
    "linking",
    "load_event_networks",
    "pooled",
    "reading",
    "sketched",
)

Floats = npt.NDArray[np.float32]
Weights = Mapping[str, npt.NDArray[Any]]

# Probability from which on a token is looked at as a predicate; of those below it one in thirty tells an event.
GATE: Final = 0.12

# Probability of an event from which on a token speaks of a deed at least. In invented sentences with something condemned "the
# bombing" has 0.035, "the expulsion" 0.08, "the killing" 0.57, while "the policies" and "the report" have less than 0.01.
SPOKEN: Final = 0.02
SUFFERED: Final = [1 + TYPES.index(kind) for kind in sorted(INFLICTED)]

# How an act hangs on the verb whose object it is, over at most so many links ("a wave of raids").
OBJECTS: Final = frozenset(("dobj", "nsubjpass", "pobj", "prep"))
OBJECT_REACH: Final = 3

# A text of so many sentences at most is an alert or a brief. It nearly always tells an event, and has nothing but itself to
# tell it by: how likely what is found in it is right a forest of its own says.
BRIEF: Final = 3

# The names of the forests of confidence.
TRUST: Final = "trust"
BRIEF_TRUST: Final = "brief"

# Stands between the number of a member and the name of its weight, in the file of all weights.
MEMBER_MARK: Final = "/"

# A sentence of more tokens is a table or a list without stops, whose parse says nothing.
LONGEST: Final = 250


class Prediction(NamedTuple):
    """A predicate taken for an event. `kind` is the number of its type, `actors` and `recipients` are tokens of parties;
    `features` is what `confidence` was told by, `deeds` are the tokens of its sentence that speak of what somebody suffers."""

    anchor: int
    kind: int
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    features: Floats
    deeds: tuple[int, ...] = ()
    confidence: float = 0.0


class EventNetworks:
    """Readers, linkers and forests with their weights.

    There are several members, each a reader with its linker, that began with other random weights. The mean of their shares is
    right more often than those of any one.
    """

    def __init__(self, weights: Weights) -> None:
        """`weights` holds what `training.events.networks` writes."""
        table = weights["meanings"].astype(np.float32)
        if "meanings.unit" in weights:
            table = table * weights["meanings.unit"].astype(np.float32)
        self._meanings = Meanings(bytes(weights["vocabulary"]).decode().split("\n"))
        kept = {
            name: value for name, value in weights.items() if name not in ("meanings", "meanings.unit", "vocabulary")
        }
        table = np.concatenate([np.zeros((1, table.shape[1]), np.float32), table])
        self._forests: dict[str, npt.NDArray[Any]] = {}
        members: dict[str, dict[str, npt.NDArray[Any]]] = {}
        for name, value in kept.items():
            if MEMBER_MARK not in name:
                self._forests[name] = value
                continue
            number, part = name.split(MEMBER_MARK)
            members.setdefault(number, {"meanings": table})[part] = value.astype(np.float32)
        self._members = tuple(members.values())

    @property
    def threshold(self) -> float:
        """The confidence from which on a prediction is an event."""
        return float(self._forests["threshold"])

    def columns(
        self, parse: Parse, known: Mapping[int, Party], quotes: Sequence[QuoteDraft], lexicon: Lexicon
    ) -> Features:
        """What the networks read of a text."""
        return features(parse, known, quotes, paragraphs(parse.text), lexicon, self._meanings)

    def predict(
        self,
        parse: Parse,
        known: Mapping[int, Party],
        quotes: Sequence[QuoteDraft],
        lexicon: Lexicon,
        listed: Sequence[Listed],
    ) -> list[Prediction]:
        """All predicates that may tell an event, in text order, with the confidence that type and ends are right. `listed` is
        what lexicon, grammar and classifier read."""
        if not len(parse):
            return []
        sketch = sketched(self._members, parse, known, quotes, self.columns(parse, known, quotes, lexicon), listed)
        if sketch is None:
            return []
        found = completed(self._forests, sketch, known)
        forest = BRIEF_TRUST if is_brief(parse) else TRUST
        sure = logistic(forest_sums(self._forests, forest, np.stack([one.features for one in found])))
        return pooled(parse, [one._replace(confidence=share) for one, share in zip(found, sure.tolist(), strict=True)])

    def homes(self, parse: Parse, known: Mapping[int, Party], heads: Iterable[int]) -> dict[int, str]:
        """The countries of those of some parties whose own words tell none."""
        return homes(self._forests, parse, known, heads)


def is_brief(parse: Parse) -> bool:
    """Whether a text is an alert or a brief."""
    return len(parse.sentences) <= BRIEF


@dataclass(frozen=True, slots=True)
class Sketch:
    """What readers and linkers find in a text: predicates (`anchors`, tokens; `kinds`, numbers of types) with the ends that their
    sentences give them, and `sides`, who else may be these ends, and
    `listed`, what lexicon and grammar read at a token.

    `shares` are the probabilities of none and the types for each token, `states` the scores of status, `rows` the pairs, `roles`
    their probabilities as either end, `starts` where those of each predicate begin. `shares`, `states` and `roles` are means
    over the members; `least_shares` and `least_roles` are the lowest that any member gives, place by place.
    """

    parse: Parse
    columns: Features
    shares: Floats
    states: Floats
    anchors: list[int]
    kinds: list[int]
    rows: Pairs
    roles: Floats
    starts: npt.NDArray[np.intp]
    ends: list[Sides]
    sides: list[Side]
    listed: dict[int, Listed]
    least_shares: Floats
    least_roles: Floats


def sketched(
    members: Sequence[Weights],
    parse: Parse,
    known: Mapping[int, Party],
    quotes: Sequence[QuoteDraft],
    columns: Features,
    listed: Sequence[Listed],
) -> Sketch | None:
    """What the networks find in a text; None where there is nothing."""
    hiddens, scores, states = zip(*(reading(weights, columns) for weights in members), strict=True)
    all_shares = [softmax(each) for each in scores]
    shares = _mean(all_shares)
    told = 1 - shares[:, 0] > GATE
    for first, last in parse.sentences:
        if last - first > LONGEST:
            told[first:last] = False
    found = np.flatnonzero(told)
    if not len(found):
        return None
    likeliest = 1 + shares[:, 1:].argmax(axis=1)
    anchors, kinds = found.tolist(), (likeliest[found] - 1).tolist()
    linkers = list(zip(members, hiddens, strict=True))
    rows, starts, all_roles = linked(linkers, parse, known, quotes, columns, found, likeliest)
    roles = _mean(all_roles)
    ends = [sides_of(parse, roles[first:last], rows.parties[first:last].tolist()) for first, last in pairwise(starts)]
    listed_at = {token: one for one in listed for token in one.predicate}
    sides = candidate_ends(
        parse, known, quotes, columns, members[0]["meanings"], anchors, kinds, (1 - shares[found, 0]).tolist(), rows, roles,
        starts.tolist(), ends, listed_at,
    )  # fmt: skip
    return Sketch(
        parse, columns, shares, _mean(states), anchors, kinds, rows, roles, starts, ends, sides, listed_at,
        np.min(all_shares, axis=0), np.min(all_roles, axis=0),
    )  # fmt: skip


def _mean(each: Sequence[Floats]) -> Floats:
    """The mean of what the members say."""
    mean: Floats = np.mean(each, axis=0, dtype=np.float32)
    return mean


def reading(weights: Weights, columns: Features) -> tuple[Floats, Floats, Floats]:
    """What the reader makes of the tokens of a text: their vectors, their scores of none and the types, those of status."""
    hidden, scores, states = encode(
        np, weights, columns.meanings, columns.lemmas, columns.columns, columns.links, columns.first, columns.last,
        columns.vectors,
    )  # fmt: skip
    return hidden, scores, states


def linking(columns: Features, hidden: Floats) -> Features:
    """What the linker reads of a text: beside the vector of each token what the reader has made of it and its neighbours."""
    return replace(columns, vectors=np.concatenate([columns.vectors, hidden], axis=1))


def linked(
    linkers: Sequence[tuple[Weights, Floats]],
    parse: Parse,
    known: Mapping[int, Party],
    quotes: Sequence[QuoteDraft],
    columns: Features,
    anchors: npt.NDArray[np.intp],
    likeliest: npt.NDArray[np.intp],
) -> tuple[Pairs, npt.NDArray[np.intp], list[Floats]]:
    """The pairs of predicates, where those of each begin and, after the last, end, and for each linker what share of each end
    they have.

    `linkers` are the weights of each linker with the vectors that its reader makes of the tokens, `likeliest` is the number of
    the likeliest type of each token, from 1.
    """
    kinds = likeliest[anchors].tolist()
    rows = pairs(parse, known, quotes, columns, candidate_parties(parse, known), anchors.tolist(), kinds)
    starts = np.append(np.searchsorted(rows.anchors, anchors), len(rows.anchors))
    shares = []
    for weights, hidden in linkers:
        scores = link(
            np, weights, linking(columns, hidden).vectors, columns.meanings, rows.anchors, rows.parties,
            likeliest[rows.anchors], rows.columns, rows.paths, rows.governors,
        )  # fmt: skip
        shares.append(shares_of(scores, starts))
    return rows, starts, shares


def completed(weights: Weights, sketch: Sketch, known: Mapping[int, Party]) -> list[Prediction]:
    """The predictions of a sketch with their ends; without confidence."""
    ends, choices = chosen_ends(weights, sketch.parse, known, sketch.sides, sketch.ends)
    told = event_features(
        sketch.parse, sketch.columns, known, sketch.shares, sketch.anchors, sketch.rows, sketch.roles, sketch.starts, ends,
        choices, sketch.states, sketch.listed, sketch.least_shares, sketch.least_roles,
    )  # fmt: skip
    deeds = _deeds(sketch.parse, sketch.shares)
    return [
        Prediction(anchor, sketch.kinds[i], *ends[i], told[i], deeds.get(sketch.parse.sentence(anchor), ()))
        for i, anchor in enumerate(sketch.anchors)
    ]


def pooled(parse: Parse, found: Sequence[Prediction]) -> list[Prediction]:
    """The predictions, of which the surest of those that tell the same has the confidence that any of them is right, and the
    others have none.

    An event has one record, whichever of its words that stands on ("held", "consultations"). So each of several predicates of a
    sentence with the same ends is right less often than one of them is, if they are of one type or one is the other's object
    ("launched a wave of raids").
    """
    between: dict[object, list[list[Prediction]]] = {}
    for one in sorted(found, key=lambda one: -one.confidence):
        groups = between.setdefault((parse.sentence(one.anchor), frozenset(one.actors), frozenset(one.recipients)), [])
        for group in groups:
            if one.kind == group[0].kind or _acts_on(parse, one.anchor, group[0].anchor):
                group.append(one)
                break
        else:
            groups.append([one])
    sure = {
        group[0].anchor: 1 - math.prod(1 - one.confidence for one in group)
        for groups in between.values()
        for group in groups
    }
    return [one._replace(confidence=sure.get(one.anchor, 0.0)) for one in found]


def _acts_on(parse: Parse, one: int, other: int) -> bool:
    """Whether one of two predicates is the object of the other, or stands in it ("a wave of raids")."""
    for token, verb in ((one, other), (other, one)):
        for _ in range(OBJECT_REACH):
            if parse.deps[token] not in OBJECTS:
                break
            token = parse.heads[token]
            if token == verb:
                return True
    return False


def _deeds(parse: Parse, shares: Floats) -> dict[int, tuple[int, ...]]:
    """By sentence the tokens that speak of a deed which somebody suffers, be it no event of its own ("condemned the bombing of a
    mosque")."""
    event = 1 - shares[:, 0]
    found: dict[int, tuple[int, ...]] = {}
    for token in np.flatnonzero((event > SPOKEN) & (2 * shares[:, SUFFERED].sum(axis=1) > event)).tolist():
        sentence = parse.sentence(token)
        found[sentence] = (*found.get(sentence, ()), token)
    return found


@cache
def load_event_networks() -> EventNetworks:
    """The networks with the weights that come with the package."""
    with (files("newswire.extract") / "weights" / "event_networks.npz").open("rb") as file, np.load(file) as weights:
        return EventNetworks(dict(weights))
