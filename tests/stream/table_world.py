"""Kafka as the tables see it, small enough to be stopped between any two steps: tables and a log of states."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from newswire.errors import BrokerError, PermanentError
from newswire.records import ArticleHead, Entity, Extraction, Model, encode
from newswire.stream.batches import Outgoing
from newswire.stream.message import ConsumedMessage
from newswire.stream.table_log import Fenced, State

__all__ = ("Crash", "Log", "extraction", "message", "record_id")


class Crash(BaseException):
    """The process has ended in this moment."""


def record_id(name: str) -> str:
    """The id of the record that a test calls by a letter of the hexadecimal digits."""
    return name * 32


def extraction(
    story: str, version: int, records: str, *, status: str = "usable", model: str = "small", id: str = ""
) -> Extraction:
    """An Extraction of a story with an entity for each letter."""
    return Extraction(
        article=ArticleHead(id=story, version=version, status=status),
        model=Model(name=model, version="1"),
        entities=[Entity(id=id or record_id(r), name=f"{r} by {model}", type="person", mentions=[]) for r in records],
    )


def message(made: Extraction | bytes | None, offset: int, *, story: str = "x", at_ms: int = 0) -> ConsumedMessage:
    """What the tables agent reads."""
    value = encode(made) if isinstance(made, Extraction) else made
    key = (made.article.id if isinstance(made, Extraction) else story).encode()
    return ConsumedMessage("news.extractions", 0, offset, key, value, (("traceparent", b"00-1-2-01"),), at_ms)


@dataclass
class _Transaction:
    records: list[Outgoing] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    outcome: str = "open"


@dataclass
class Log:
    """The tables and the states of partition 0. Fails at the step after `steps` others, in the way that `failure` says: an
    exception, or "pause" to stand still until `resume`.
    """

    steps: int = -1
    failure: type[BaseException] | str = Crash
    largest: int = 10**9
    transactions: list[_Transaction] = field(default_factory=list)
    records: list[tuple[_Transaction, Outgoing]] = field(default_factory=list)
    """Of all of them, as they lie behind each other on the topics."""
    epoch: int = 0
    claims: int = 0
    restored_from: list[int] = field(default_factory=list)
    resume: asyncio.Event = field(default_factory=asyncio.Event)

    async def claim(self, partition: int) -> _Claim:
        await self.step()
        self.epoch += 1
        self.claims += 1
        for transaction in self.transactions:
            if transaction.outcome == "open":
                transaction.outcome = "aborted"
        return _Claim(self, self.epoch)

    async def changes(self, partition: int, position: int) -> AsyncIterator[tuple[list[State], int]]:
        self.restored_from.append(position)
        for number, transaction in enumerate(self.transactions[position:], position):
            await self.step()
            yield transaction.states if transaction.outcome == "committed" else [], number + 1

    async def step(self) -> None:
        self.steps -= 1
        if self.steps != -1:
            return
        if isinstance(self.failure, str):
            self.resume.clear()
            await self.resume.wait()
        elif self.failure is BrokerError:
            raise BrokerError("no answer")
        else:
            raise self.failure

    def table(self, *, committed: bool) -> dict[str, bytes]:
        """What a consumer holds that keeps the last value of each key."""
        held: dict[str, bytes] = {}
        for transaction, out in self.records:
            if committed and transaction.outcome != "committed":
                continue
            assert out.key is not None
            if out.value is None:
                held.pop(out.key.decode(), None)
            else:
                held[out.key.decode()] = out.value
        return held

    def states(self) -> dict[bytes, bytes]:
        """The states as compaction leaves them."""
        held: dict[bytes, bytes] = {}
        for transaction in self.transactions:
            for story, state in transaction.states if transaction.outcome == "committed" else ():
                if state is None:
                    held.pop(story, None)
                else:
                    held[story] = state
        return held


@dataclass
class _Claim:
    log: Log
    epoch: int

    async def write(self, messages: Sequence[Outgoing], states: Sequence[State]) -> int:
        transaction = _Transaction()
        for out in messages:
            await self._may()
            if len(out.value or b"") > self.log.largest:
                raise PermanentError("too large")
            if not transaction.records:
                self.log.transactions.append(transaction)
            transaction.records.append(out)
            self.log.records.append((transaction, out))
        for state in states:
            await self._may()
            if not transaction.records and not transaction.states:
                self.log.transactions.append(transaction)
            transaction.states.append(state)
        await self._may()
        transaction.outcome = "committed"
        await self.log.step()  # the answer may get lost
        return self.log.transactions.index(transaction) + 1

    async def close(self) -> None:
        pass

    async def _may(self) -> None:
        await self.log.step()
        if self.epoch != self.log.epoch:
            raise Fenced("claimed")
