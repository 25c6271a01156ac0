"""A message as an agent gets it: what Kafka says of it, free of any client's types."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("ConsumedMessage",)


@dataclass(frozen=True, slots=True)
class ConsumedMessage:
    """One consumed message. `headers` may repeat a name; `timestamp_ms` is the record's time in Unix milliseconds."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp_ms: int

    def header(self, name: str) -> bytes | None:
        """The last header of that name."""
        return next((value for given, value in reversed(self.headers) if given == name), None)

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, near enough: key, value and headers."""
        return (
            len(self.key or b"") + len(self.value or b"") + sum(len(name) + len(value) for name, value in self.headers)
        )
