"""Changes of what stands, as a whole and as a client sees them who asked for a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, get_args

import orjson

from newswire.gateway.streams import ARTICLE_STREAM
from newswire.subscribe.conditions import Condition

__all__ = ("EVERYTHING", "KINDS", "Change", "Kind", "Wanted", "event", "narrowed")

Kind = Literal["added", "changed", "withdrawn"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# What a record repeats of its article. A new version of a story repeats every record that is still in it: that is no change.
REPEATED: Final = "article"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records a client asked for: those that meet one condition at least of each group."""

    groups: tuple[tuple[Condition, ...], ...] = ()

    def holds(self, record: Mapping[str, Any]) -> bool:
        """Whether the client asked for the record, as parsed JSON."""
        return all(any(condition.holds(record) for condition in group) for group in self.groups)


EVERYTHING: Final = Wanted()


@dataclass(frozen=True)
class Change:
    """What a message changes: the record that stands behind it, and the one that stood before.

    Without a record behind it, it withdraws; `before` is then None where the gateway has not got, or has forgotten, what stood.
    """

    seq: int
    """Grows with each change in the store."""
    stream: str
    partition: int
    offset: int
    id: str
    after: bytes | None
    before: bytes | None

    @property
    def kind(self) -> Kind:
        """What it is to who asked for everything."""
        if self.after is None:
            return "withdrawn"
        return "added" if self.before is None else "changed"

    @cached_property
    def after_fields(self) -> Mapping[str, Any]:
        """The record that stands now, as parsed JSON; empty without one."""
        return _fields(self.after)

    @cached_property
    def before_fields(self) -> Mapping[str, Any]:
        """The record that stood before, as parsed JSON; empty without one."""
        return _fields(self.before)


def narrowed(change: Change, wanted: Wanted) -> Kind | None:
    """What the change is to a client who asked for a part, and has been told all that came before; None for nothing.

    A record that meets the conditions no longer is withdrawn, and one that begins to meet them is added. A withdrawal of what the
    gateway has forgotten is one to everybody: nobody knows whom it concerns.
    """
    before = change.before is not None and wanted.holds(change.before_fields)
    if change.after is None:
        return "withdrawn" if before or change.before is None else None
    if not wanted.holds(change.after_fields):
        return "withdrawn" if before else None
    if not before:
        return "added"
    same = _without_repeated(change.after_fields) == _without_repeated(change.before_fields)
    return None if same else "changed"


def event(kind: Kind, change: Change, id: str) -> bytes:
    """The change as a server-sent event: the record, or, withdrawn, nothing but its id and that of its article."""
    if kind != "withdrawn":
        return _framed(kind, id, change.after or b"")
    known = change.before_fields or change.after_fields
    article = known.get(REPEATED)
    said = article.get("id") if isinstance(article, Mapping) else None
    if change.stream == ARTICLE_STREAM.name:
        said = change.id
    return _framed(kind, id, orjson.dumps({"id": change.id, "article": said}))


def _framed(name: str, id: str, data: bytes) -> bytes:
    # A line end would end the field. JSON has none but between tokens, where our own producers write none.
    if b"\n" in data or b"\r" in data:
        data = orjson.dumps(orjson.loads(data))
    return b"event: %b\nid: %b\ndata: %b\n\n" % (name.encode(), id.encode(), data)


def _fields(value: bytes | None) -> Mapping[str, Any]:
    parsed = orjson.loads(value) if value is not None else {}
    return parsed if isinstance(parsed, dict) else {}


def _without_repeated(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != REPEATED}
