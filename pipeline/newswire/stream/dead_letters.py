"""Dead letters: messages that could not be processed, as they came, with headers that say where from and why.

Their headers are those of `newswire.stream.error_headers`.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Iterable
from typing import Final

from newswire.errors import InputError, NewswireError, WorkerProcessError
from newswire.logs import masking
from newswire.settings import Settings, WorkerSettings
from newswire.stream import error_headers as names
from newswire.stream.batches import Outgoing
from newswire.stream.halt_log import Partition
from newswire.stream.message import ConsumedMessage
from newswire.topics import DEAD_LETTERS

__all__ = ("DeadLetterGuard", "dead_letter")

# Characters of an error's message and of its traceback: a broker's limit for a whole record is a few megabytes, a reader's
# patience a screen.
MAX_MESSAGE: Final = 2_000
MAX_TRACE: Final = 8_000


def dead_letter(message: ConsumedMessage, agent: str, error: Exception, settings: Settings) -> Outgoing:
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

    One bad article is the wire's fault, a run of them ours (a setting, a release, a wrong topic): then halting loses nothing,
    and going on would drain the topic into the dead letters.
    """

    def __init__(self, settings: WorkerSettings) -> None:
        self._ratio = settings.dead_letter_ratio
        self._window = settings.dead_letter_window
        self._last: deque[tuple[Partition, bool]] = deque(maxlen=settings.dead_letter_window)

    def note(self, partition: Partition, *, dead: bool) -> str | None:
        """Notes how a message ended. Gives why its partition has to halt, when it has to.

        That is so when a window full of messages (`worker.dead_letter_window`) was seen, and of them as well as of those of
        this partition more than `worker.dead_letter_ratio` are dead letters. Those of a halted partition are then forgotten,
        so that one bad partition halts no good one.
        """
        self._last.append((partition, dead))
        if not dead or len(self._last) < self._window:
            return None
        count = sum(ended for _, ended in self._last)
        own = [ended for other, ended in self._last if other == partition]
        if count <= self._ratio * self._window or sum(own) <= self._ratio * len(own):
            return None
        self.forget(partition)
        return f"{count} of the last {self._window} messages became dead letters"

    def forget(self, partition: Partition) -> None:
        """Takes the messages of a partition out of the count."""
        kept = [(other, dead) for other, dead in self._last if other != partition]
        self._last.clear()
        self._last.extend(kept)


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
