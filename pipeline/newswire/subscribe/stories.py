"""What stands of every story, kept from the messages of a record topic as docs/subscribing.md asks. Knows no Kafka."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import orjson

from newswire.errors import InputError
from newswire.records import RECORD_TYPES, EntityRecord, EventRecord, QuoteRecord, VersionMarker
from newswire.ruling import BEFORE_ALL, Ruling, ruling
from newswire.subscribe.conditions import Condition
from newswire.topics import EXTRACTION_OFFSET

__all__ = ("Added", "Change", "Changed", "Record", "Stories", "Story", "Withdrawn")

Record = QuoteRecord | EventRecord | EntityRecord


@dataclass(frozen=True, slots=True)
class Added:
    """A record that stands from now on."""

    record: Record


@dataclass(frozen=True, slots=True)
class Changed:
    """A record whose fields have changed. It has the same id as `before`."""

    record: Record
    before: Record


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A record that stands no longer: drop it, and take down what you made of it.

    `status` is the story's: with `canceled` or `withheld` the whole story was killed; with `usable` it goes on, without this
    record, or with it in a form that no longer meets your conditions.
    """

    record: Record
    status: str


Change = Added | Changed | Withdrawn


@dataclass(slots=True)
class Story:
    """What is known of one story."""

    ruling: Ruling = BEFORE_ALL
    """Of the marker that rules."""
    standing: frozenset[str] = frozenset()
    """The ids that it lists."""
    held: dict[str, tuple[Ruling, Record | None]] = field(default_factory=dict)
    """The records that stand, by id; None for one that does not meet the conditions."""


class Stories:
    """What stands of the stories of one partition. All messages of a story are in one partition.

    Messages may come late and more than once: what is held in the end is what the marker that rules (`newswire.ruling`)
    lists.
    """

    def __init__(self, conditions: Sequence[Condition] = ()) -> None:
        self._conditions = conditions
        self._stories: dict[str, Story] = {}

    def take(self, value: bytes, headers: Mapping[str, bytes]) -> list[Change]:
        """Works a message in, and says what it changes. One of an unknown type changes nothing.

        Raises InputError when it is no record.
        """
        kind = RECORD_TYPES.get(headers.get("ce_type", b"").decode("utf-8", "replace"))
        if kind not in (QuoteRecord, EventRecord, EntityRecord, VersionMarker):
            return []
        try:
            offset = int(headers[EXTRACTION_OFFSET])
            message = msgspec.json.decode(value, type=kind)
        except KeyError:
            raise InputError(
                f"it has no header {EXTRACTION_OFFSET}", "Only workers write to it: correct its ACLs"
            ) from None
        except (ValueError, msgspec.MsgspecError) as error:
            raise InputError(str(error), "Only workers write to it: correct its ACLs") from None
        if isinstance(message, VersionMarker):
            return self._close(message, ruling(message.article.version, message.status, offset))
        if not isinstance(message, Record):
            return []
        return self._add(message, ruling(message.article.version, "usable", offset), value)

    def hold(self, article: str, story: Story) -> None:
        """Goes on with what is known of a story, by its article's id. A record that is held as None is not compared with."""
        self._stories[article] = story

    def stories(self) -> Iterator[tuple[str, Story]]:
        """What is known of each story, by its article's id."""
        yield from self._stories.items()

    def standing(self) -> Iterator[Record]:
        """Every record that stands, the stories in the order in which they first came."""
        for story in self._stories.values():
            for _, record in story.held.values():
                if record is not None:
                    yield record

    def _close(self, marker: VersionMarker, order: Ruling) -> list[Change]:
        story = self._stories.setdefault(marker.article.id, Story())
        if order < story.ruling:
            return []
        story.ruling, story.standing = order, frozenset(marker.ids)
        gone = [id for id, (made, _) in story.held.items() if made <= order and id not in story.standing]
        records = [story.held.pop(id)[1] for id in gone]
        return [Withdrawn(record, marker.status) for record in records if record is not None]

    def _add(self, record: Record, order: Ruling, value: bytes) -> list[Change]:
        story = self._stories.setdefault(record.article.id, Story())
        if order <= story.ruling and record.id not in story.standing:
            return []
        made, before = story.held.get(record.id, (BEFORE_ALL, None))
        if made >= order:
            return []
        meets = not self._conditions or self._meets(value)
        story.held[record.id] = (order, record if meets else None)
        if not meets:
            return [] if before is None else [Withdrawn(before, "usable")]
        if before is None:
            return [Added(record)]
        # Each version repeats what stands: with the same content it is no news.
        same = msgspec.structs.replace(record, article=before.article) == before
        return [] if same else [Changed(record, before)]

    def _meets(self, value: bytes) -> bool:
        parsed = orjson.loads(value)
        return all(condition.holds(parsed) for condition in self._conditions)
