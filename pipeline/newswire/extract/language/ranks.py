"""Ranks: titles in short before a name ("Sgt. Aaron Smith"), which the tokenizer keeps whole.

Left alone it parts most of them from their stop, which then ends a sentence: the name loses its title, and what was said its
speaker.
"""

from __future__ import annotations

from typing import Any, Final

from spacy.symbols import NORM, ORTH  # type: ignore[import-not-found]  # compiled, without a stub

from newswire.lexicon import rows

__all__ = ("keep_ranks",)

# As which word the model reads a rank. It was taught a handful, and takes "Supt." for the end of a sentence; with "gen." in its
# place it did so for 5 of 36 ranks in one of three sentences, with "col." for 18, with "dr." for none.
READ_AS: Final = "dr."


def keep_ranks(tokenizer: Any) -> None:
    """Makes each abbreviation of `titles.tsv` one token; those that the tokenizer of spaCy knows stay as they are."""
    known = set(tokenizer.rules)
    for rank in sorted({word for title, _ in rows("titles.tsv", 2) for word in title.split()} - known):
        if rank.endswith("."):
            tokenizer.add_special_case(rank, [{ORTH: rank, NORM: READ_AS}])
