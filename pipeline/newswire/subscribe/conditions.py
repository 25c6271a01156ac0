"""Conditions on records: `speaker=Blinken`, `actors.country=USA`, `text~border`, `type!=direct`, `confidence>=0.8`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from newswire.errors import SettingsError

__all__ = ("Condition", "parse", "parse_all")

PATTERN: Final = re.compile(r"\s*([\w.]+)\s*(!=|>=|<=|=|~)\s*(.*?)\s*", re.DOTALL)

# Between two conditions. A value may hold the word too ("text~war and peace"): what follows it here is a field and an operator.
AND: Final = re.compile(r"\s+and\s+(?=[\w.]+\s*(?:!=|>=|<=|=|~))", re.IGNORECASE)

# Of an object (a speaker, a mention, an actor), what stands for the whole of it; the first that is there.
STANDING_FOR: Final = ("name", "text", "mention", "id")


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, named by its path with dots, an operator, and the value that it is compared with."""

    path: tuple[str, ...]
    operator: str
    value: str

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether the record, as parsed JSON, meets the condition.

        A record without the field does not meet it, whatever the operator. Of a list any element may meet `=` and `~`, and
        none may be equal for `!=`. Case does not count. An object is equal to its name, and to whole words of it:
        `speaker=Blinken` finds Antony Blinken. `null` stands for an absent value. `>=` and `<=` compare numbers: what is
        none, or absent, meets neither.
        """
        found = list(_values(record, self.path))
        if not found:
            return False
        match self.operator:
            case "=":
                return any(_equal(value, self.value) for value in found)
            case "!=":
                return not any(_equal(value, self.value) for value in found)
            case ">=":
                return any(number >= float(self.value) for number in _numbers(found))
            case "<=":
                return any(number <= float(self.value) for number in _numbers(found))
        wanted = self.value.casefold()
        return any(wanted in text.casefold() for value in found for text in _texts(value))


def parse(text: str, structs: Iterable[type[msgspec.Struct]]) -> Condition:
    """The condition that a text states on records of one of the structs.

    Raises SettingsError when it is none, or names a field that none of them has.
    """
    match = PATTERN.fullmatch(text)
    if match is None:
        raise SettingsError(
            f"{text!r} is not a condition",
            "Write FIELD=VALUE, FIELD!=VALUE, FIELD~PART, FIELD>=NUMBER or FIELD<=NUMBER, for example speaker=Blinken",
        )
    if match[2] in (">=", "<=") and not _is_number(match[3]):
        raise SettingsError(
            f"{text!r} compares with {match[3]!r}, which is not a number",
            f"Write a number behind {match[2]}, for example confidence>=0.8",
        )
    path = tuple(match[1].split("."))
    kinds = list(structs)
    if kinds and not any(_has(kind, path) for kind in kinds):
        names = sorted({field for kind in kinds for field in kind.__struct_fields__})
        raise SettingsError(
            f"There is no field {match[1]}", f"The fields are {', '.join(names)}; use dots for inner fields"
        )
    return Condition(path, match[2], match[3])


def parse_all(text: str, structs: Iterable[type[msgspec.Struct]]) -> tuple[Condition, ...]:
    """The conditions that a text states, with `and` between them; otherwise as `parse`."""
    kinds = list(structs)
    return tuple(parse(part, kinds) for part in AND.split(text))


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """Every value that the path leads to, through lists as well."""
    if isinstance(value, list):
        for item in value:
            yield from _values(item, path)
        if not value and not path:
            yield None
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values(value[path[0]], path[1:])
    elif value is None:
        yield None


def _numbers(values: Iterable[Any]) -> Iterator[float]:
    return (value for value in values if isinstance(value, int | float) and not isinstance(value, bool))


def _is_number(text: str) -> bool:
    try:
        return not math.isnan(float(text))
    except ValueError:
        return False


def _equal(value: Any, wanted: str) -> bool:
    match value:
        case None:
            return wanted == "null"
        case bool():
            return wanted.casefold() == str(value).casefold()
        case int() | float():
            try:
                return value == float(wanted)
            except ValueError:
                return False
        case str():
            return value.casefold() == wanted.casefold()
    # Whole words, so that "Putin" does not find "Putina", and none of them empty.
    words = rf"(?<!\w){re.escape(wanted)}(?!\w)"
    return bool(wanted) and any(re.search(words, text, re.IGNORECASE) for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    """What stands for a value in words."""
    if isinstance(value, Mapping):
        for name in STANDING_FOR:
            if value.get(name):
                yield from _texts(value[name])
                return
    elif isinstance(value, str):
        yield value
    elif value is not None:
        yield str(value)


def _has(kind: Any, path: tuple[str, ...]) -> bool:
    """Whether the type, or one that it holds, has the field; a mapping has any."""
    if not path:
        return True
    if get_origin(kind) in (Union, UnionType, list):
        return any(_has(inner, path) for inner in get_args(kind))
    if get_origin(kind) is dict:
        return True
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind)
        return path[0] in hints and _has(hints[path[0]], path[1:])
    return False
