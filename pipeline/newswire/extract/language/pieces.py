"""Word pieces: the parts of words that a network knows words by which it has never met.

The splitting is that of WordPiece as BERT uses it (Devlin et al. 2019, https://aclanthology.org/N19-1423), without case: the
longest known piece first, parts behind the first marked with "##".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

__all__ = ("LONGEST", "pieces_of")

# Characters above which a word is one unknown piece, as in BERT.
LONGEST: Final = 100

UNKNOWN: Final = "[UNK]"


def pieces_of(word: str, vocabulary: Mapping[str, int]) -> list[int]:
    """The numbers of a word's pieces, at least one: `[UNK]` stands for what is not in the vocabulary."""
    found: list[int] = []
    for part in _parts(word):
        found += _longest_first(part, vocabulary)
    return found or [vocabulary[UNKNOWN]]


def _parts(word: str) -> list[str]:
    """The word in lower case without accents, parted at punctuation."""
    plain = unicodedata.normalize("NFD", word.lower())
    parts: list[str] = []
    open_part = False
    for character in plain:
        kind = unicodedata.category(character)
        if kind in ("Mn", "Cc", "Cf") or character.isspace():
            continue
        mark = kind[0] == "P" or (character.isascii() and not character.isalnum())
        if mark or not open_part:
            parts.append(character)
        else:
            parts[-1] += character
        open_part = not mark
    return parts


def _longest_first(part: str, vocabulary: Mapping[str, int]) -> list[int]:
    if len(part) > LONGEST:
        return [vocabulary[UNKNOWN]]
    found: list[int] = []
    start = 0
    while start < len(part):
        for end in range(len(part), start, -1):
            piece = part[start:end] if not start else "##" + part[start:end]
            if (number := vocabulary.get(piece)) is not None:
                found.append(number)
                start = end
                break
        else:
            return [vocabulary[UNKNOWN]]
    return found
