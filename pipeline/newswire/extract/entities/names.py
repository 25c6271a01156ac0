"""Names: which words of a text are names, and of what.

The recogniser's spans are evidence beside word shapes, the gazetteer, titles, designators and what the rest of the document
says of the same words. A linear model weighs them, a word at a time, in two passes: the second sees what the first made of
the same words elsewhere, so that one name gets one label over the document.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.gazetteer import Gazetteer

__all__ = ("CLASSES", "TAGS", "Name", "NameFeatures", "NameModel", "load_name_model", "tag_names")

# Classes of names by the recogniser's labels. MISC gathers what is no person, place or organisation; measures and dates are
# no names.
CLASSES: Final = {
    "PERSON": "PER",
    "ORG": "ORG",
    "GPE": "LOC",
    "LOC": "LOC",
    "FAC": "LOC",
    "NORP": "MISC",
    "EVENT": "MISC",
    "PRODUCT": "MISC",
    "WORK_OF_ART": "MISC",
    "LAW": "MISC",
    "LANGUAGE": "MISC",
}
TAGS: Final = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC")
INNER: Final = tuple(number for number, tag in enumerate(TAGS) if tag[0] == "I")
WEIGHTS: Final = "names.npz"

Weights = npt.NDArray[np.float32]

# Combinations of tags and shapes, and words, of which what follows from them is kept: a week of news has fewer.
COMBINATIONS_KEPT: Final = 16_384
WORDS_KEPT: Final = 65_536


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens `first` to `last`, both inclusive, and the class: PER, ORG, LOC or MISC."""

    first: int
    last: int
    kind: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a table that count for each word, end to end; `starts` is where each word's begin."""

    flat: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]

    def sums(self, table: Weights) -> Weights:
        """For each word the sum of its rows, added one after the other, whatever words stand beside it."""
        sums: Weights = np.add.reduceat(table[self.flat], self.starts, axis=0)
        return sums


class NameModel:
    """A linear model over features: one row of weights for each feature, one column a tag, one table for each pass."""

    def __init__(self, features: Sequence[str], first: Weights, second: Weights) -> None:
        self.features = features
        self._rows = {feature: row for row, feature in enumerate(features)}
        nothing = np.zeros((1, len(TAGS)), np.float32)
        self.first, self.second = np.vstack([first, nothing]), np.vstack([second, nothing])

    def index(self, words: Sequence[Sequence[str]]) -> Rows:
        """The rows of each word's features, those that are not known left out."""
        rows, unknown = self._rows, len(self._rows)
        flat: list[int] = []
        starts = []
        for features in words:
            starts.append(len(flat))
            flat.append(unknown)  # so that no word is without a row
            flat += [rows[feature] for feature in features if feature in rows]
        return Rows(np.array(flat, np.intp), np.array(starts, np.intp))


def best_tags(scores: list[list[float]]) -> list[int]:
    """The best sequence of tags, by Viterbi; an inner tag follows only its own beginning or middle."""
    best = scores[0][:]
    for inner in INNER:
        best[inner] = -math.inf
    back: list[list[int]] = []
    for row in scores[1:]:
        highest = max(best)
        came = [best.index(highest)] * len(TAGS)
        now = [highest + score for score in row]
        for inner in INNER:
            came[inner] = inner if best[inner] > best[inner - 1] else inner - 1
            now[inner] = best[came[inner]] + row[inner]
        back.append(came)
        best = now
    tags = [best.index(max(best))]
    for came in reversed(back):
        tags.append(came[tags[-1]])
    return tags[::-1]


class NameFeatures:
    """The evidence on one text: its stretches of words that may be names, and the features of each word in them, in order."""

    def __init__(self, parse: Parse, spans: Sequence[NamedSpan], gazetteer: Gazetteer) -> None:
        self.parse = parse
        self._links = gazetteer.words.name_links
        self.words = [parse.text[start:end] for start, end in zip(parse.starts, parse.ends, strict=True)]
        self.recognised = self._recognised(spans)
        self.shouted = self._shouted()
        self._begins = set(parse.sentence_starts)
        self.stretches = self._stretches()
        self._known = self._gazetted(gazetteer)
        self._document = self._evidence(gazetteer)
        self.first_pass = [
            self._features(t, gazetteer) for first, last in self.stretches for t in range(first, last + 1)
        ]

    def second_pass(self, tags: Sequence[Sequence[int]]) -> list[list[str]]:
        """Further features of each word: what a first pass said of it, and of the same word elsewhere."""
        said: dict[str, dict[str, int]] = defaultdict(dict)
        plain: dict[int, str] = {}
        for (first, _), row in zip(self.stretches, tags, strict=True):
            for token, tag in enumerate(row, first):
                plain[token] = TAGS[tag]
                kind, votes = TAGS[tag][2:] or "O", said[self._key(token)]
                # A headline in capitals says less about a word than the story does.
                votes[kind] = votes.get(kind, 0) + (1 if self.shouted[token] else 4)
        rows = []
        for token, here in plain.items():
            votes = said[self._key(token)]
            own = here[2:] or "O"
            votes[own] -= 1 if self.shouted[token] else 4
            top = max(votes, key=lambda kind: (votes[kind], kind))
            rest = top if votes[top] > 0 else "alone"
            sure = "all" if votes[top] == sum(votes.values()) else "most"
            votes[own] += 1 if self.shouted[token] else 4
            shape = "caps" if self.shouted[token] else ""
            rows.append(
                [
                    f"1={here}",
                    f"1<={plain.get(token - 1, 'O')}|{here}",
                    f"1>={plain.get(token + 1, 'O')}|{here}",
                    f"e={rest}{shape}",
                    f"e={rest}|{here}{shape}",
                    f"es={rest}|{sure}|{here}",
                ]
            )
        return rows

    def tags(self, scores: Weights) -> list[list[int]]:
        """The best tags of each stretch, given every word's scores."""
        rows: list[list[float]] = scores.tolist()
        tags, at = [], 0
        for first, last in self.stretches:
            tags.append(best_tags(rows[at : at + last - first + 1]))
            at += last - first + 1
        return tags

    def begins(self, token: int) -> bool:
        """Whether a sentence begins at a token."""
        return token in self._begins

    def titled(self, token: int) -> bool:
        """Whether a token is inside a listed title of several words, behind its first."""
        return "I-title" in self._known.get(token, ())

    def _key(self, token: int) -> str:
        word = self.words[token]
        return word.casefold() if len(word) > 3 else word

    def _recognised(self, spans: Sequence[NamedSpan]) -> list[str]:
        """The recogniser's tag of each token; measures and dates are `x`."""
        tags = ["O"] * len(self.parse)
        for span in spans:
            kind = CLASSES.get(span.label, "x")
            for position, token in enumerate(self.parse.tokens(span.start, span.end)):
                tags[token] = kind if kind == "x" else ("I-" if position else "B-") + kind
        return tags

    def _shouted(self) -> list[bool]:
        """For each token whether its sentence is in capitals, where they tell nothing."""
        shouted = [False] * len(self.words)
        for first, last in self.parse.sentences:
            letters = [word for word in self.words[first:last] if len(word) > 1 and word.isalpha()]
            if len(letters) >= 2 and 10 * sum(map(str.isupper, letters)) >= 7 * len(letters):
                shouted[first:last] = [True] * (last - first)
        return shouted

    def _stretches(self) -> list[tuple[int, int]]:
        """Runs of words with capitals or recognised as names, small words between them included."""
        stretches: list[tuple[int, int]] = []
        pending = -1
        for token, word in enumerate(self.words):
            if self._dash(token):
                continue
            if word[0].isupper() or self.recognised[token][1:2] == "-" or (word[0].isdigit() and word[-1:].isupper()):
                if stretches and pending == token - 1 and not self.begins(token):
                    stretches[-1] = (stretches[-1][0], token)
                else:
                    stretches.append((token, token))
                pending = token
            elif pending == token - 1 and word in self._links and not self.begins(token):
                pending = token
        return stretches

    def _dash(self, token: int) -> bool:
        """Whether a hyphen has space around it: then it parts what stands before and behind."""
        starts, ends = self.parse.starts, self.parse.ends
        return self.words[token] == "-" and token > 0 and starts[token] > ends[token - 1]

    def _gazetted(self, gazetteer: Gazetteer) -> dict[int, list[str]]:
        """For each token the classes of the listed phrases that it stands in, with its place in them."""
        known: dict[int, list[str]] = defaultdict(list)
        cities: dict[str, str] = {}
        for first, last in self.stretches:
            words = self.words[first : last + 1]
            usual = [w.title() if self.shouted[first] and len(w) > 3 else w for w in words]
            covered = -1
            for at in range(len(words)):
                for length, phrase in gazetteer.phrases(usual, at):
                    kinds = ["title"] if phrase in gazetteer.titles else []
                    entry = gazetteer.entries.get(phrase)
                    if entry is not None:
                        kinds.append(entry.kind if entry.kind != "region" else entry.label)
                    for kind in kinds:
                        if kind == "title" or at > covered:
                            known[first + at].append("B-" + kind)
                            for inner in range(1, length):
                                known[first + at + inner].append("I-" + kind)
                    if entry is not None and entry.kind != "province":
                        covered = max(covered, at + length - 1)
                    break
                for length in (3, 2, 1):
                    if at + length > len(words) or at <= covered:
                        continue
                    phrase = " ".join(usual[at : at + length])
                    if not phrase[0].isupper():
                        break
                    size = cities.get(phrase)
                    if size is None:
                        hits = gazetteer.cities(phrase)
                        size = "" if not hits else "town" if hits[0].population < 100 else "city"
                        size = "metropolis" if hits and hits[0].population >= 1000 else size
                        cities[phrase] = size
                    if size:
                        for inner in range(length):
                            known[first + at + inner].append(("I-" if inner else "B-") + size)
                        break
        return known

    def _evidence(self, gazetteer: Gazetteer) -> dict[str, list[str]]:
        """What the document as a whole says of a word."""
        votes: dict[str, dict[str, int]] = {}
        notes: dict[str, set[str]] = defaultdict(set)
        words, recognised = self.words, self.recognised
        small = {word for word in words if len(word) > 3 and word.islower()}
        for token, word in enumerate(words):
            tag = recognised[token]
            if not word[0].isupper():
                continue
            key = self._key(token)
            if self.shouted[token]:
                continue
            tally, kind = votes.setdefault(key, {}), tag[2:] or "O"
            tally[kind] = tally.get(kind, 0) + 1
            before = words[token - 1] if token else ""
            if key in small:
                notes[key].add("lower")
            if before in gazetteer.titles and before != "Chief":
                notes[key].add("titled")
            if tag == "I-PER" and recognised[token + 1 : token + 2] != ["I-PER"]:
                notes[key].add("surname")
            if before in gazetteer.given and token - 1 not in self._known:
                notes[key].add("named")
            if tag == "B-PER" and recognised[token + 1 : token + 2] == ["I-PER"]:
                notes[key].add("given")
            if tag[2:] == "ORG" and gazetteer.designators.get(word):
                notes[key].add("designator")
        evidence: dict[str, list[str]] = {}
        for key in {*votes, *notes}:
            row = [f"n={note}" for note in sorted(notes[key])] if key in notes else []
            if key in votes:
                tally = votes[key]
                ordered = sorted(tally.items(), key=lambda item: (-item[1], item[0]))
                count = sum(tally.values())
                share = (
                    "one"
                    if count == 1
                    else "all"
                    if len(ordered) == 1
                    else "most"
                    if 3 * ordered[0][1] >= 2 * count
                    else "some"
                )
                row += [f"v={ordered[0][0]}", f"v={ordered[0][0]}|{share}"]
                if len(ordered) > 1:
                    row.append(f"v2={ordered[0][0]}|{ordered[1][0]}")
            evidence[key] = row
        return evidence

    def _features(self, token: int, gazetteer: Gazetteer) -> list[str]:
        parse, words, recognised = self.parse, self.words, self.recognised
        word, tag, shape = words[token], recognised[token], _shape(words[token])
        size = len(words)
        before = words[token - 1] if token else ""
        after = words[token + 1] if token + 1 < size else ""
        second = words[token + 2] if token + 2 < size else ""
        rb = recognised[token - 1] if token else "O"
        ra = recognised[token + 1] if token + 1 < size else "O"
        head = parse.heads[token]
        loud = self.shouted[token]
        known = self._known.get(token) or ["-"]
        start = token == 0 or not before.strip()
        left, right = _context(before), _context(after)
        features = [
            *_form_features(tag, rb, ra, shape, loud, start),
            *_tag_features(
                parse.tags[token],
                parse.tags[token - 1] if token else "^",
                parse.tags[token + 1] if token + 1 < size else "$",
                shape,
            ),
            f"d={parse.deps[token]}|{parse.tags[head][:2] if head != token else 'ROOT'}",
            f"w-={left}",
            f"w+={right}",
            f"w-={left}|w+={right}",
            f"w+2={right}|{_context(second)}",
            f"w-2={_context(words[token - 2]) if token > 1 else '^'}|{left}",
            f"x={word[-3:].lower()}|{loud}" if len(word) > 4 else f"x=|{loud}",
        ]
        for kind in known:
            features += _list_features(kind, tag, loud)
        following = self._known.get(token + 1)
        features += [f"g+={kind}|{shape}" for kind in following] if following else []
        preceding = self._known.get(token - 1)
        features += [f"g-={kind}|{shape}" for kind in preceding] if preceding else []
        usual = word.title() if loud else word
        if usual.rstrip(".") in gazetteer.words.calendar:
            features.append("calendar")
        if usual in gazetteer.given:
            features += ["given", f"given|r={tag}", f"given|{shape}|+{_shape(after)}"]
        if (before.title() if loud else before) in gazetteer.given:
            features += ["given-", f"given-|r={tag}|{shape}"]
        group = gazetteer.designators.get(usual)
        if group:
            features += [f"k={each}|{start}" for each in group.split()]
            if rb != "O" or (before[:1].isupper() and not start):
                features += [f"kk={each}" for each in group.split()]
        for offset in (1, 2, 3):
            at = token + offset
            if at >= size or not (words[at][0].isupper() or words[at] in self._links):
                break
            ahead = gazetteer.designators.get(words[at].title() if loud else words[at])
            if ahead:
                features += [f"k{offset}={each}" for each in ahead.split()]
        if before in gazetteer.titles:
            features.append(f"title|{shape}")
        if parse.lemmas[head] != word.lower() and head != token and words[head].islower():
            features.append(f"h={parse.lemmas[head]}|{parse.deps[token]}")
        notes = self._document.get(self._key(token))
        if notes:
            features += notes
            features += [f"{note}|r={tag}" for note in notes]
        if (token and before[0].isupper()) or before in (".", "-"):
            features.append(f"inner|{shape}|{rb}")
        previous = self._document.get(self._key(token - 1)) if token else None
        if previous:
            features += [f"-{note}" for note in previous]
        if token + 1 < size and after[:1].isupper():
            coming = self._document.get(self._key(token + 1))
            if coming:
                features += [f"+{note}" for note in coming]
        return features


def tag_names(features: NameFeatures, model: NameModel) -> list[Name]:
    """The names of a text in text order."""
    if not features.stretches:
        return []
    index = model.index(features.first_pass)
    tags = features.tags(index.sums(model.first))
    scores = index.sums(model.second) + model.index(features.second_pass(tags)).sums(model.second)
    names = []
    for (start, _), row in zip(features.stretches, features.tags(scores), strict=True):
        open_name: tuple[int, str] | None = None
        for token, tag in enumerate([*row, 0], start):
            kind = TAGS[tag]
            if open_name and (kind[0] != "I" or kind[2:] != open_name[1]):
                names.append(Name(open_name[0], token - 1, open_name[1]))
                open_name = None
            if kind != "O" and open_name is None:
                open_name = (token, kind[2:])
    return names


@cache
def load_name_model() -> NameModel:
    """The model of both passes, as `training/entities/names.py` wrote it."""
    with (files("newswire.extract.weights") / WEIGHTS).open("rb") as file, np.load(file) as data:
        return NameModel(
            str(data["features"]).split("\n"), data["first"].astype(np.float32), data["second"].astype(np.float32)
        )


# The same few thousand combinations come again and again: their features are kept, with the hashes that finding a row takes.
@lru_cache(maxsize=COMBINATIONS_KEPT)
def _form_features(tag: str, before: str, after: str, shape: str, loud: bool, start: bool) -> tuple[str, ...]:
    """The features of the recogniser's tags and the word's shape."""
    return (
        "bias",
        f"r={tag}",
        f"r-={before}|{tag}",
        f"r+={after}|{tag}",
        f"s={shape}|{loud}",
        f"s={shape}|r={tag}|{loud}",
        f"first={start}|{shape}|{loud}",
        f"first={start}|r={tag}",
    )


@lru_cache(maxsize=COMBINATIONS_KEPT)
def _tag_features(tag: str, before: str, after: str, shape: str) -> tuple[str, ...]:
    """The features of the tagger's tags."""
    return f"t={tag}", f"t-={before}|{shape}", f"t+={after}|{shape}"


@lru_cache(maxsize=COMBINATIONS_KEPT)
def _list_features(kind: str, tag: str, loud: bool) -> tuple[str, ...]:
    """The features of a listed phrase."""
    return f"g={kind}|{loud}", f"g={kind}|r={tag}"


@lru_cache(maxsize=WORDS_KEPT)
def _shape(word: str) -> str:
    """The kind of characters of a word; white space between paragraphs is ¶."""
    if not word.strip():
        return "¶" if word else ""
    if word.isalpha():
        if len(word) == 1:
            return "X" if word.isupper() else "x"
        return (
            "XX"
            if word.isupper()
            else "Xx"
            if word[0].isupper() and word[1:].islower()
            else "x"
            if word.islower()
            else "xX"
        )
    if any(c.isdigit() for c in word):
        return "d" if not any(c.isalpha() for c in word) else "Xd"
    if "." in word and word[0].isupper():
        return "X." if len(word) == 2 else "X.X."
    return word if len(word) == 1 else "X-" if word[0].isupper() else "?"


@lru_cache(maxsize=WORDS_KEPT)
def _context(word: str) -> str:
    """A word of the context: small letters as they stand, so that no name is ever learnt, others by their shape."""
    if not word.strip():
        return "¶" if word else ""
    return word if word.islower() or not any(c.isalnum() for c in word) else _shape(word)
