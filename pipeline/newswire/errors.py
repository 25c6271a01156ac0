"""Every error that the pipeline raises on purpose.

The root is `NewswireError`. Two branches decide what happens next: a `TransientError` may pass on retry, a `PermanentError`
never does (its input becomes a dead letter). Each class keeps its facts as attributes, says in its message what to do, and
survives pickling on the way out of a worker process.
"""

from __future__ import annotations

__all__ = (
    "BrokerError",
    "DatabaseError",
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

    `what` says what went wrong and where, `remedy` what you can do about it ("" if nothing).
    """

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}" if self.remedy else self.what


class TransientError(NewswireError):
    """May succeed on retry: an unreachable broker, a dead worker process."""


class PermanentError(NewswireError):
    """Fails on every try: malformed input, a wrong setting."""


class InputError(PermanentError):
    """A message that does not match its format.

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
    """A setting that is unknown, malformed, or contradicts another."""


class InstallationError(PermanentError):
    """An optional part, or a program outside Python, that is needed but not installed."""

    @classmethod
    def of_extra(cls, what: str, module: str | None, extra: str) -> InstallationError:
        """The error of `what` where a module is missing that an extra of the project brings."""
        return cls(
            f"{what} needs {module}, which is not installed",
            f"Run `pip install '.[{extra}]'` in the project's directory",
        )


class TopicError(PermanentError):
    """A topic that is missing or unfit for the pipeline."""


class BrokerError(TransientError):
    """The broker does not answer, or answers with a temporary error."""


class DatabaseError(TransientError):
    """The database of a sink does not answer, or refuses what it is asked for."""


class PublishError(TransientError):
    """A record that the broker has not confirmed."""


class PoolError(TransientError):
    """The pool of worker processes cannot take work now: it is being rebuilt or shut down."""


class WorkerProcessError(TransientError):
    """A worker process died or overran its deadline while it worked on an article."""
