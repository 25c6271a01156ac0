"""Names: the recogniser's spans as names of words, and where case tells nothing."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.entities.gazetteer import Gazetteer

__all__ = ("CLASSES", "Name", "NameText", "names_of")

# Classes of names by the recogniser's labels. MISC gathers what is no person, place or organisation.
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

# Of ten words of letters in a sentence, how many in capitals make it one in which capitals tell nothing.
SHOUTED: Final = 7


@dataclass(frozen=True, slots=True)
class Name:
    """Tokens `first` to `last`, both inclusive, and the class: PER, ORG, LOC or MISC."""

    first: int
    last: int
    kind: str


class NameText:
    """A text as it looks to whatever puts its names right: words as they stand, sentences in capitals."""

    def __init__(self, parse: Parse) -> None:
        self.parse = parse
        self.words = [parse.text[start:end] for start, end in zip(parse.starts, parse.ends, strict=True)]
        self.shouted = self._shouted()

    def _shouted(self) -> list[bool]:
        """For each token whether its sentence is in capitals, where they tell nothing."""
        shouted = [False] * len(self.words)
        for first, last in self.parse.sentences:
            letters = [word for word in self.words[first:last] if len(word) > 1 and word.isalpha()]
            if len(letters) >= 2 and 10 * sum(map(str.isupper, letters)) >= SHOUTED * len(letters):
                shouted[first:last] = [True] * (last - first)
        return shouted


def names_of(parse: Parse, spans: Sequence[NamedSpan], document: NameText, gazetteer: Gazetteer) -> list[Name]:
    """The recogniser's names, in text order. A person's name that ends in a particle or in half a surname goes on up to its end,
    one that was taken into the body that an office is for is a name of its own, and one that the text has elsewhere alone loses
    the country and title with which it was taken for a body."""
    found = []
    for span in spans:
        tokens = parse.tokens(span.start, span.end)
        found.append(Name(tokens.start, tokens.stop - 1, CLASSES[span.label]))
    whole = _joined(_whole(found, document.words, gazetteer.words.particles), parse)
    parted = [part for name in whole for part in _holder(name, document, gazetteer)]
    return _bare(parted, document.words, gazetteer)


def _joined(names: Sequence[Name], parse: Parse) -> list[Name]:
    """The names, those of people whole that were torn at the hyphen of a double surname ("Kari Berg", "Olsen")."""
    found: list[Name] = []
    for name in names:
        before = found[-1] if found else None
        if (
            before is not None
            and name.first == name.last == before.last + 2
            and name.kind == "PER"
            and before.kind in ("PER", "ORG")
            and before.last > before.first
            and parse.text[parse.ends[before.last] : parse.starts[name.first]] in ("-", "‑")
        ):
            found[-1] = Name(before.first, name.last, "PER")
        else:
            found.append(name)
    return found


def _holder(name: Name, document: NameText, gazetteer: Gazetteer) -> list[Name]:
    """A name, or two where who has an office was taken into the body that it is for ("minister for Trade Kari Holm")."""
    words = document.words
    if name.kind != "ORG" or name.first < 2 or words[name.first - 1] != "for":
        return [name]
    office = words[name.first - 2].lower()
    at = next((at for at in range(name.first + 1, name.last) if gazetteer.given_gender(words[at]) is not None), None)
    if (
        at is None
        or not gazetteer.person_noun(office)
        or words[at - 1].lower() in (*gazetteer.words.acronym_gaps, "'s")
    ):
        return [name]
    return [Name(name.first, at - 1, "ORG"), Name(at, name.last, "PER")]


def _whole(names: Sequence[Name], words: Sequence[str], particles: Container[str]) -> list[Name]:
    """The names, those whole that were torn behind a particle ("Jan van", "Berg")."""
    lasts = {name.first: name.last for name in names}
    found: list[Name] = []
    for name in names:
        if found and name.first <= found[-1].last:
            continue  # the other part of a torn one
        if name.kind == "PER" and words[name.last] in particles:
            end = next((at for at in range(name.last + 1, len(words)) if words[at] not in particles), name.last)
            if words[end][:1].isupper():
                name = Name(name.first, lasts.get(end, end), "PER")
        found.append(name)
    return found


def _bare(names: Sequence[Name], words: Sequence[str], gazetteer: Gazetteer) -> list[Name]:
    """The names, people bare of country and title with which they were taken for bodies ("U.S. Marine Paul Whelan"), if the text
    has them in full elsewhere. A body may bear a person's name ("Lycée Paul Whelan")."""
    people = {
        tuple(words[name.first : name.last + 1]) for name in names if name.kind == "PER" and name.last > name.first
    }
    found = []
    for name in names:
        known = gazetteer.find(words[name.first])
        country = known is not None and known.kind in ("country", "people")
        tails = range(name.first + 1, name.last) if name.kind == "ORG" and country else range(0)
        first = next((at for at in tails if tuple(words[at : name.last + 1]) in people), None)
        found.append(name if first is None else Name(first, name.last, "PER"))
    return found
