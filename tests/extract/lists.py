"""The word lists of the package, built once for all tests of a process."""

from __future__ import annotations

from newswire.extract.lexicons import Lexicons

__all__ = ("LEXICONS",)

LEXICONS = Lexicons.load()
