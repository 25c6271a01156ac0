"""The site of health and metrics on its own: what it answers, and where it listens."""

from __future__ import annotations

import asyncio
import socket
import urllib.error
import urllib.request

import orjson
import psutil
import pytest

from newswire.errors import SettingsError
from newswire.settings import WebSettings
from newswire.web.health import Check, HealthSite

GOOD = Check("pool", True, "2 of 2 processes")
BAD = Check("extract commits", False, "20.0 s under way")


def site(
    settings: WebSettings | None = None, *, live: tuple[Check, ...] = (), ready: tuple[Check, ...] = ()
) -> HealthSite:
    return HealthSite(settings or WebSettings(), live=lambda: live, ready=lambda: ready, measure=lambda: None)


async def get(running: HealthSite, path: str) -> tuple[int, bytes]:
    def ask() -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(f"{running.url}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    return await asyncio.to_thread(ask)


async def test_one_check_that_fails_fails_the_whole_and_is_named() -> None:
    running = site(live=(GOOD,), ready=(GOOD, BAD))
    await running.start()
    try:
        assert (await get(running, "/livez"))[0] == 200
        status, body = await get(running, "/readyz")
        assert status == 503
        assert orjson.loads(body) == {
            "status": "fail",
            "checks": {
                "pool": {"status": "pass", "detail": "2 of 2 processes"},
                "extract commits": {"status": "fail", "detail": "20.0 s under way"},
            },
        }
    finally:
        await running.stop()


async def test_it_listens_on_the_loopback_interface_only_unless_told_otherwise() -> None:
    running = site()
    before = _listening()
    await running.start()
    try:
        assert {ip for ip, _ in _listening() - before} == {"127.0.0.1"}
    finally:
        await running.stop()


async def test_an_address_that_is_taken_is_named_with_what_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port}.*web\.port"):
            await site(WebSettings(port=port)).start()


def _listening() -> set[tuple[str, int]]:
    connections = psutil.Process().net_connections()
    return {(c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN}
