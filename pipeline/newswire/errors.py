"""Every error that the pipeline raises on purpose.

One root, `NewswireError`, and two branches that decide what happens next: a `TransientError` may pass when tried again, a
`PermanentError` never does (its input goes to the dead letters). Each class keeps what it knows as attributes, says in its
message what to do, and survives pickling on the way out of a worker process.
"""

from __future__ import annotations

__all__ = (
    "BrokerError",
    "InputError",
    "InstallationError",
    "NewswireError",
    "PermanentError",
    "PoolError",
    "PublishError",
    "SettingsError",
    "TopicError",
    "TransientError",
    "WorkerProcessError",
)


class NewswireError(Exception):
    """Root of all errors of this package.

    `what` says what went wrong and where, `remedy` what the reader of the message can do about it ("" when there is
    nothing to do).
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}" if self.remedy else self.what


class TransientError(NewswireError):
    """May succeed when tried again: a broker out of reach, a worker process that died."""


class PermanentError(NewswireError):
    """Will fail again however often it is tried: malformed input, a wrong setting."""


class InputError(PermanentError):
    """A message that is not what its format promises.

    `format` is the reader's name (`ninjs`, `rss`, ...), `where` the place inside the input: a JSON path (`$.bodies[0]`),
    an XPath, a byte offset or a header's name.
    """

    def __init__(self, what: str, remedy: str = "", *, format: str = "", where: str = "") -> None:
        super().__init__(what, remedy)
        self.format = format
        self.where = where

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild_input_error, (type(self), self.what, self.remedy, self.format, self.where)

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.format, self.where and f"at {self.where}") if part)
        return f"{super().__str__()} [{place}]" if place else super().__str__()


def _rebuild_input_error(cls: type[InputError], what: str, remedy: str, format: str, where: str) -> InputError:
    return cls(what, remedy, format=format, where=where)


class SettingsError(PermanentError):
    """A setting that is unknown, malformed or contradicts another one."""


class InstallationError(PermanentError):
    """An optional part, or a program outside Python, that is needed and not installed."""


class TopicError(PermanentError):
    """A topic that is missing or unfit for the pipeline."""


class BrokerError(TransientError):
    """The broker does not answer, or answers with an error that may pass."""


class PublishError(TransientError):
    """A record that the broker has not confirmed."""


class PoolError(TransientError):
    """The pool of worker processes cannot take work just now (it is being rebuilt or shut down)."""


class WorkerProcessError(TransientError):
    """A worker process died or overran its deadline while it held an article."""
