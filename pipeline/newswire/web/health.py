"""Health and metrics of a worker or a feeder over HTTP: `/livez`, `/readyz`, `/metrics`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from newswire.settings import WebSettings
from newswire.web.listening import listen
from newswire.web.metrics import REGISTRY

__all__ = ("Check", "HealthSite", "checked")

logger = logging.getLogger(__name__)

# Seconds that open connections get when the site closes; answers take milliseconds.
CLOSE_DEADLINE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to hold, whether it does, and what is seen of it."""

    name: str
    passed: bool
    detail: str


class HealthSite:
    """Serves the outcome of checks that are made anew at each request.

    `live` says whether going on makes sense (else the process had better be restarted), `ready` whether the process is doing
    its work. Each answers 200 when all its checks pass and 503 otherwise, with one JSON object either way. `measure` is
    called before the metrics are shown, for those that are only looked at then.
    """

    def __init__(
        self,
        settings: WebSettings,
        *,
        live: Callable[[], Sequence[Check]],
        ready: Callable[[], Sequence[Check]],
        measure: Callable[[], None],
        registry: CollectorRegistry = REGISTRY,
    ) -> None:
        self._settings = settings
        self._live = live
        self._ready = ready
        self._measure = measure
        self._registry = registry
        self._runner: web.AppRunner | None = None
        self.url: str | None = None
        """Where it listens, once it does."""

    async def start(self) -> None:
        """Starts to listen. Raises SettingsError when the address is not to be had."""
        application = web.Application()
        application.router.add_get("/livez", self._answer_live)
        application.router.add_get("/readyz", self._answer_ready)
        application.router.add_get("/metrics", self._answer_metrics)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSE_DEADLINE)
        self._runner = runner
        self.url = await listen(
            runner,
            self._settings.host,
            self._settings.port,
            "Set web.port to a free port (0 takes any), web.host to an address of this machine, or web.enabled to false",
        )
        logger.info("Health and metrics at %s (/livez, /readyz, /metrics)", self.url)

    async def stop(self) -> None:
        """Stops to listen."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _answer_live(self, _: web.Request) -> web.Response:
        return checked(self._live())

    async def _answer_ready(self, _: web.Request) -> web.Response:
        return checked(self._ready())

    async def _answer_metrics(self, _: web.Request) -> web.Response:
        self._measure()
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def checked(checks: Sequence[Check]) -> web.Response:
    """The outcome of checks as an answer: 200 when all pass and 503 otherwise, with one JSON object either way."""
    passed = all(check.passed for check in checks)
    body = {
        "status": "pass" if passed else "fail",
        "checks": {
            check.name: {"status": "pass" if check.passed else "fail", "detail": check.detail} for check in checks
        },
    }
    return web.Response(body=orjson.dumps(body), status=200 if passed else 503, content_type="application/json")
