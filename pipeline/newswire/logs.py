"""Logging: text for people, JSON lines for machines, to stderr, and never a secret.

What is not logged but only written to stderr by Python (warnings, exceptions that nobody catches) becomes part of the log too,
so that in JSON each line is one object. What libraries say again and again is counted (`newswire.repeats`).
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel, SecretStr

from newswire.repeats import Repeats

if TYPE_CHECKING:
    from newswire.settings import Settings

__all__ = ("configure", "is_json", "masking")

logger = logging.getLogger(__name__)

# Libraries that tell of each connection and rebalance step at INFO; what matters of it the pipeline says itself.
CHATTY: Final = ("kafka", "aiokafka", "faust", "mode", "aiohttp.access", "urllib3", "asyncio")

# kafka-python warns when a step of its own takes over 0.1 s, as its first one does on a busy machine: nothing to act on.
NERVOUS: Final = "kafka.net.selector"

# The Kafka clients. While a broker is away each of their tasks says so at each of its tries; that a connection cannot be had is
# told once, for all of them, by `newswire.outages`.
KAFKA_CLIENTS: Final = frozenset({"kafka", "aiokafka"})

# The classes of errors, by name so that nothing need be imported, with which both clients say that there is no connection.
NO_CONNECTION: Final = frozenset({"KafkaConnectionError", "NodeNotReadyError", "NoBrokersAvailable"})

# How records begin that only go with a lost connection, and name no error.
FOLLOWING: Final = (
    "Unable to update metadata from",
    "Marking the coordinator dead",
    "Bootstrap %s not ready",
    "%s: Request timed out after",
)

# What every LogRecord has; anything else was given as `extra=` and belongs into the JSON object.
STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

MASK: Final = "**********"


class _Masking(logging.Formatter):
    """A formatter that replaces each secret by asterisks, whoever wrote it into a message or a traceback."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__()
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(self.line(record))

    def line(self, record: logging.LogRecord) -> str:
        raise NotImplementedError

    def trace(self, record: logging.LogRecord) -> str:
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        return record.exc_text or ""


class _Text(_Masking):
    def line(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        level = "" if record.levelno == logging.INFO else f"{record.levelname.lower()}: "
        line = f"{time} {record.name.removeprefix('newswire.')}: {level}{record.getMessage()}"
        given = " ".join(f"{name}={value}" for name, value in _extra(record).items())
        return "\n".join(part for part in (f"{line} {given}".rstrip(), self.trace(record)) if part)


class _Json(_Masking):
    def line(self, record: logging.LogRecord) -> str:
        fields = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if trace := self.trace(record):
            fields["exception"] = trace
        return orjson.dumps(fields, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure(settings: Settings) -> None:
    """Sets up the root logger as `log_level` and `log_format` say; calling it again replaces what the last call set up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((_Json if is_json(settings) else _Text)(masking(settings)))
    if settings.log_level != "DEBUG":
        handler.addFilter(_news_of_connections)
        handler.addFilter(Repeats())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if settings.log_level == "DEBUG" else logging.WARNING)
    logging.getLogger(NERVOUS).setLevel(logging.DEBUG if settings.log_level == "DEBUG" else logging.ERROR)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def is_json(settings: Settings) -> bool:
    """Whether the log is JSON lines, as of now."""
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def masking(settings: Settings) -> Callable[[str], str]:
    """A function that replaces each secret of the settings in a text by asterisks."""
    secrets = sorted(filter(None, _secrets(settings)), key=len, reverse=True)

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, MASK)
        return text

    return mask


def _news_of_connections(record: logging.LogRecord) -> bool:
    """Whether a record is more than a Kafka client's word on a connection that it cannot have."""
    if record.name.partition(".")[0] not in KAFKA_CLIENTS:
        return True
    arguments = record.args if isinstance(record.args, tuple) else ()
    return not (str(record.msg).startswith(FOLLOWING) or any(map(_is_no_connection, arguments)))


def _is_no_connection(argument: object) -> bool:
    return isinstance(argument, ConnectionError) or (
        isinstance(argument, Exception) and any(kind.__name__ in NO_CONNECTION for kind in type(argument).__mro__)
    )


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logger.critical("Nobody caught %s: %s", kind.__name__, error, exc_info=(kind, error, trace))


def _uncaught_in_thread(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is None or hook.exc_type is SystemExit:
        return
    name = hook.thread.name if hook.thread is not None else "?"
    logger.critical(
        "Nobody caught %s in thread %s: %s",
        hook.exc_type.__name__,
        name,
        hook.exc_value,
        exc_info=(hook.exc_type, hook.exc_value, hook.exc_traceback),
    )


def _unraisable(hook: Any) -> None:
    """An exception where none can be raised, as while an object is removed."""
    if hook.exc_type is KeyboardInterrupt:
        # Ctrl-C fell into such a place, and would be lost.
        signal.raise_signal(signal.SIGINT)
        return
    what = hook.err_msg or "Exception ignored in"
    error = hook.exc_value
    logger.error("%s: %r", what, hook.object, exc_info=(hook.exc_type, error, hook.exc_traceback) if error else None)


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def _secrets(values: BaseModel) -> list[str]:
    secrets: list[str] = []
    for _, value in values:
        if isinstance(value, SecretStr):
            secrets.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            secrets += _secrets(value)
    return secrets
