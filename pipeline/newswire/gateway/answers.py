"""Answers in JSON, errors included."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

__all__ = ("answer", "refusal")


def answer(said: Any, status: int = 200) -> web.Response:
    """What is said, as JSON; bytes are JSON already."""
    body = said if isinstance(said, bytes) else orjson.dumps(said)
    return web.Response(body=body, status=status, content_type="application/json")


def refusal(status: int, error: str, remedy: str, *, retry_after: int | None = None) -> web.Response:
    """Why not, and what to do about it; `retry_after` are seconds."""
    refused = answer({"error": error, "remedy": remedy}, status)
    if retry_after is not None:
        refused.headers["Retry-After"] = str(retry_after)
    return refused
