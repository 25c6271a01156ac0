"""The word lists: tab-separated files beside this module, each with its origin in the comment at its head.

A user's directory (setting `extract.lexicon`) may hold files of the same names; their rows are added behind ours, so that
a consumer that fills a mapping lets them win. Lines that begin with # and empty lines do not count.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from newswire.errors import SettingsError

__all__ = ("rows",)


def rows(name: str, columns: int, additions: Path | None = None) -> list[tuple[str, ...]]:
    """The rows of the list `name` ("countries.tsv"), ours first, each with `columns` cells; cells left out at a row's end
    are empty.

    Raises SettingsError, naming file and line, when a row of the user's file has too many cells or an empty first one, or
    when the file cannot be read.
    """
    found = _parse((files(__package__) / name).read_text(encoding="utf-8"), name, columns)
    if additions is not None and (path := additions / name).is_file():
        try:
            found += _parse(path.read_text(encoding="utf-8"), str(path), columns)
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"The word list {path} (setting extract.lexicon) cannot be read: {error}", "Make it readable, in UTF-8"
            ) from None
    return found


def _parse(text: str, origin: str, columns: int) -> list[tuple[str, ...]]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if len(cells) > columns or not cells[0]:
            raise SettingsError(
                f"Line {number} of the word list {origin} has more than {columns} cells, or an empty first cell",
                "Separate cells with one tab; docs/events.md describes each list",
            )
        found.append(cells + ("",) * (columns - len(cells)))
    return found
