"""A body as the parser gets to see it: the same length, character for character, without what would trip it."""

from __future__ import annotations

import re
from typing import Final

from newswire.extract.document.marks import typographic

__all__ = ("legible",)

# What nobody sees and the tokenizer would make part of a word, or a word of its own: control characters except tab and line
# feed, spaces of other widths, zero-width spaces, marks of writing direction, byte-order marks, lone surrogates. Soft hyphens
# and joiners stay, for they stand inside words. Line and paragraph separators stay, for they end lines.
UNSEEN: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xa0\u1680\u2000-\u200b\u200e\u200f\u202a-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\ud800-\udfff]"
)

# Characters without white space between them, above which this is no word: the longest addresses of web pages in news have
# some 200. The tokenizer's patterns take time that grows with the square of a word's length.
LONGEST_WORD: Final = 256
TOO_LONG: Final = re.compile(rf"(\S{{{LONGEST_WORD - 1}}})\S(?=\S)")


def legible(text: str) -> str:
    """The text with straight double quote marks made typographic, unseen characters made spaces, endless words cut."""
    if not text.isascii() or not text.isprintable():
        text = UNSEEN.sub(" ", text)
    return TOO_LONG.sub(r"\1 ", typographic(text))
