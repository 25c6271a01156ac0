"""Numbers with their nouns."""

from __future__ import annotations

__all__ = ("counted",)


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 story`, `2 stories`: the plural is `many`, or `one` with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
