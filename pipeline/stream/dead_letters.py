"""Dead letters: messages that could not be processed, as they came, with headers that say where from and why.

Their headers are those of `pipeline.stream.error_headers`.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Iterable
from typing import Final

from pipeline.errors import InputError, NewswireError, PermanentError, WorkerProcessError
from pipeline.logs import masking
from pipeline.settings import Settings, WorkerSettings
from pipeline.stream import error_headers as names
from pipeline.stream.message import Message
from pipeline.stream.publisher import Outgoing
from pipeline.topics import DEAD_LETTERS

__all__ = ("DeadLetterGuard", "dead_letter")

# Characters of an error's message and of its traceback: a broker's limit for a whole record is a few megabytes, a reader's
# patience a screen.
MAX_MESSAGE: Final = 2_000
MAX_TRACE: Final = 8_000


def dead_letter(message: Message, agent: str, error: Exception, settings: Settings) -> Outgoing:
    """The dead letter of a message that `agent` could not process because of `error`. The message is as it came; what we add
    to it holds no secret of the settings, whoever wrote it into an error.
    """
    mask = masking(settings)  # before anything is cut, which might leave half a secret
    what = error.what if isinstance(error, NewswireError) else str(error)
    ours = {
        names.TOPIC: message.topic,
        names.PARTITION: str(message.partition),
        names.OFFSET: str(message.offset),
        names.CONNECTOR: agent,
        names.STAGE: agent,
        names.CLASS: f"{type(error).__module__}.{type(error).__qualname__}",
        names.MESSAGE: mask(str(error))[:MAX_MESSAGE],
        names.STACKTRACE: mask(_trace(error))[-MAX_TRACE:],
        names.REASON: _reason(error),
        names.WHAT: mask(what)[:MAX_MESSAGE],
    }
    if isinstance(error, InputError):
        ours |= {names.FORMAT: mask(error.format), names.WHERE: mask(error.where)[:MAX_MESSAGE]}
    # A letter that was replayed and failed again says why it failed last.
    kept = ((name, value) for name, value in message.headers if not name.startswith((names.CONNECT, names.OWN)))
    headers = (*kept, *((name, text.encode("utf-8", "backslashreplace")) for name, text in ours.items()))
    return Outgoing(DEAD_LETTERS.full_name(settings.topics), message.key, message.value, tuple(headers))


class DeadLetterGuard:
    """Watches how many of an agent's last messages became dead letters.

    One bad article is the wire's fault, a run of them ours (a setting, a release, a wrong topic): then stopping loses
    nothing, and going on would drain the topic into the dead letters.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._last: deque[bool] = deque(maxlen=settings.dead_letter_window)

    def note(self, *, dead: bool) -> None:
        """Notes how a message ended.

        Raises PermanentError when of the last `worker.dead_letter_window` messages, and not before there were as many, more
        than `worker.dead_letter_ratio` are dead letters.
        """
        self._last.append(dead)
        if dead and len(self._last) == self._last.maxlen:
            count = sum(self._last)
            if count > self._settings.dead_letter_ratio * len(self._last):
                raise PermanentError(
                    f"{count} of the last {len(self._last)} messages became dead letters",
                    "`newswire dlq list` shows why; nothing else was acknowledged. Correct the cause, start the worker again, "
                    "and `newswire dlq replay` what was set aside (settings worker.dead_letter_ratio, dead_letter_window)",
                )


def _reason(error: Exception) -> str:
    match error:
        case InputError():
            return "input"
        case WorkerProcessError():
            return "process"
        case NewswireError():
            return "refused"
    return "internal"


def _trace(error: Exception) -> str:
    # An error out of a pool process brings that process's traceback as a note.
    notes: Iterable[str] = getattr(error, "__notes__", ())
    return "".join(notes) or "".join(traceback.format_exception(error))
