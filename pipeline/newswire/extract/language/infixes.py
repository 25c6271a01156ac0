"""Infixes: where the tokenizer parts a word that no space parts."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ("part_unspaced",)

# The comma or stop and the closing mark between what is quoted and its tag, where the space is missing ("closed,”Doe said"). The
# tokenizer would leave all three one word, which is then the speaker's name.
UNSPACED: Final = r"(?<=\w)[,.!?…](?=”\w)|(?<=[,.!?…])”(?=\w)"


def part_unspaced(tokenizer: Any) -> None:
    """Makes the tokenizer of spaCy part a closing mark from the word right behind it."""
    known: str = tokenizer.infix_finditer.__self__.pattern
    tokenizer.infix_finditer = re.compile(f"{known}|{UNSPACED}").finditer
