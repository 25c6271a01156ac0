"""The codes by which wires say what kind of version a text is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from newswire.lexicon import rows

__all__ = ("signal",)


def signal(codes: Iterable[str | None]) -> str | None:
    """The word of `Article.signal` for the first code that has one (`wire_signals.tsv`), with a scheme's alias or without."""
    known = _known()
    for code in codes:
        written = (code or "").strip().lower()
        word = known.get(written) or known.get(written.rpartition(":")[2].rpartition("/")[2])
        if word:
            return word
    return None


@cache
def _known() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("wire_signals.tsv", 2)}
