"""Logging: text for people, JSON lines for machines, to stderr, and never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from pydantic import BaseModel, SecretStr

if TYPE_CHECKING:
    from pipeline.settings import Settings

__all__ = ("configure", "masking")

# Libraries that tell of each connection and rebalance step at INFO; what matters of it the pipeline says itself.
CHATTY: Final = ("kafka", "aiokafka", "faust", "mode", "aiohttp.access", "urllib3", "asyncio")

# kafka-python warns when a step of its own takes over 0.1 s, as its first one does on a busy machine: nothing to act on.
NERVOUS: Final = "kafka.net.selector"

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
        line = f"{time} {record.name.removeprefix('pipeline.')}: {level}{record.getMessage()}"
        given = " ".join(f"{name}={value}" for name, value in _extra(record).items())
        return "\n".join(part for part in (f"{line} {given}".rstrip(), self.trace(record)) if part)


class _Json(_Masking):
    def line(self, record: logging.LogRecord) -> str:
        found = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if trace := self.trace(record):
            found["exception"] = trace
        return orjson.dumps(found, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure(settings: Settings) -> None:
    """Sets up the root logger as `log_level` and `log_format` say; calling it again replaces what the last call set up."""
    text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter((_Text if text else _Json)(masking(settings)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if settings.log_level == "DEBUG" else logging.WARNING)
    logging.getLogger(NERVOUS).setLevel(logging.DEBUG if settings.log_level == "DEBUG" else logging.ERROR)


def masking(settings: Settings) -> Callable[[str], str]:
    """A function that replaces each secret of the settings in a text by asterisks."""
    secrets = sorted(filter(None, _secrets(settings)), key=len, reverse=True)

    def mask(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, MASK)
        return text

    return mask


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def _secrets(values: BaseModel) -> list[str]:
    found: list[str] = []
    for _, value in values:
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            found += _secrets(value)
    return found
