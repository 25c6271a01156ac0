"""The routes of the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

import orjson
from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from newswire import __version__
from newswire.errors import InputError, NewswireError, SettingsError
from newswire.gateway import searching
from newswire.gateway.access import Access, Handler
from newswire.gateway.answers import answer, refusal
from newswire.gateway.delivery import Delivery
from newswire.gateway.questions import Parameters, following, search
from newswire.gateway.readers import Readers
from newswire.gateway.streams import STREAMS
from newswire.gateway.telling import Telling
from newswire.schemas import schema_name, schemas
from newswire.settings import GatewaySettings
from newswire.web import metrics
from newswire.web.health import Check, checked
from newswire.web.listening import listen

__all__ = ("ROUTES", "Site")

logger = logging.getLogger(__name__)

ROUTES: Final = {
    "/": "this list",
    "/stream/{quotes,events,entities,articles}": "what changes, as server-sent events: since, where, speaker, type, country",
    "/articles/{id}": "an article that stands",
    "/records/{id}": "an entity, a quote or an event that stands",
    "/search": "what stands and has words, the newest first: q, in, where, speaker, type, country, since, limit",
    "/schemas": "the names of the records' JSON Schemas",
    "/schemas/{name}": "one of them, by its name or its $id",
    "/samples": "a real message of every kind of record",
    "/livez": "whether going on makes sense",
    "/readyz": "whether the topics are read up to their ends",
    "/metrics": "metrics of Prometheus",
}
"""Each path, and what is there."""

# Seconds after which a client that is turned away may try again. A place that is given up is free at once, and a store that is
# made anew takes minutes at most.
RETRY_AFTER: Final = 5

# Seconds that a request waits for topics that are being read for the first time: a gateway that has just been started on a few
# stories is ready in one or two.
PATIENCE: Final = 5.0
LOOK_INTERVAL: Final = 0.05

# Seconds that open connections get when the site closes; those of streams are ended before.
CLOSE_DEADLINE: Final = 1.0

STREAM_HEADERS: Final = {
    hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
    hdrs.CACHE_CONTROL: "no-store",
    "X-Accel-Buffering": "no",  # nginx would collect events
}


class Site:
    """Serves until it is stopped. `live` and `ready` are as for `newswire.web.health.HealthSite`; `caught_up` says of a stream
    whether it has once been read up to its end.

    Raises SettingsError for settings that would let anybody in.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        readers: Readers,
        delivery: Delivery,
        *,
        live: Callable[[], Sequence[Check]],
        ready: Callable[[], Sequence[Check]],
        caught_up: Callable[[str], bool],
        measure: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._readers = readers
        self._delivery = delivery
        self._live = live
        self._ready = ready
        self._caught_up = caught_up
        self._measure = measure
        self._access = Access(settings)
        self._following: set[asyncio.Task[Any]] = set()
        self._schemas = {name: orjson.dumps(schema) for name, schema in schemas().items()}
        self._samples = (files("newswire.gateway") / "samples.json").read_bytes()
        self._runner: web.AppRunner | None = None
        self.url: str | None = None
        """Where it listens, once it does."""

    async def start(self) -> None:
        """Starts to listen. Raises SettingsError when the address is not to be had."""
        application = web.Application(middlewares=[_errors])
        self._access.install(application)
        application.router.add_get("/", self._list)
        application.router.add_get("/stream/{stream}", self._stream, allow_head=False)
        application.router.add_get("/articles/{id:.+}", self._article)
        application.router.add_get("/records/{id}", self._record)
        application.router.add_get("/search", self._search)
        application.router.add_get("/schemas", self._list_schemas)
        application.router.add_get("/schemas/{name}", self._schema)
        application.router.add_get("/samples", self._list_samples)
        application.router.add_get("/livez", self._answer_live)
        application.router.add_get("/readyz", self._answer_ready)
        application.router.add_get("/metrics", self._answer_metrics)
        # A client that goes away ends what is done for it, and so frees its place at once.
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=CLOSE_DEADLINE, handler_cancellation=True)
        self._runner = runner
        self.url = await listen(
            runner,
            self._settings.host,
            self._settings.port,
            "Set gateway.port to a free port (0 takes any), or gateway.host to an address of this machine",
        )
        logger.info("The gateway is at %s", self.url)

    async def stop(self) -> None:
        """Ends all streams, and stops to listen."""
        for task in self._following:
            task.cancel()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _list(self, _: web.Request) -> web.Response:
        return answer({"name": "newswire gateway", "version": __version__, "routes": ROUTES})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["stream"]
        if name not in STREAMS:
            return refusal(404, f"There is no stream {name!r}", f"The streams are {', '.join(STREAMS)}")
        question = following(STREAMS[name], _parameters(request), request.headers.get("Last-Event-ID"))
        if not await self._has_caught_up([name]):
            return _unready()
        task = asyncio.current_task()
        if len(self._following) >= self._settings.max_clients or task is None:
            metrics.GATEWAY_REFUSED.labels("clients").inc()
            return refusal(
                503,
                f"{len(self._following)} clients are connected, as many as may be",
                "Try again later, or raise gateway.max_clients",
                retry_after=RETRY_AFTER,
            )
        response = web.StreamResponse(headers=STREAM_HEADERS)
        self._following.add(task)
        metrics.GATEWAY_CLIENTS.labels(name).inc()
        try:
            await response.prepare(request)
            await Telling(request, response, question, self._readers, self._delivery, self._caught_up).run()
        except ConnectionError:
            pass  # it has gone
        finally:
            self._following.discard(task)
            metrics.GATEWAY_CLIENTS.labels(name).dec()
        return response

    async def _has_caught_up(self, streams: Sequence[str]) -> bool:
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not all(map(self._caught_up, streams)):
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(LOOK_INTERVAL)
        return True

    async def _article(self, request: web.Request) -> web.Response:
        return await self._one(searching.article, "article", request.match_info["id"])

    async def _record(self, request: web.Request) -> web.Response:
        return await self._one(searching.record, "record", request.match_info["id"])

    async def _one(self, look_up: Callable[..., bytes | None], what: str, id: str) -> web.Response:
        found = await self._readers.read(look_up, id)
        if found is not None:
            return answer(found)
        return refusal(
            404,
            f"No {what} {id!r} stands",
            f"It was withdrawn, is older than {self._settings.history:g} days, or never was",
        )

    async def _search(self, request: web.Request) -> web.Response:
        question = search(_parameters(request))
        if not await self._has_caught_up([stream.name for stream in question.streams]):
            return _unready()
        found = await self._readers.read(searching.found, question)
        results = [
            {
                "stream": stream,
                "time": datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds"),
                "record": orjson.Fragment(value),
            }
            for stream, at, value in found.records
        ]
        return answer({"results": results, "complete": found.complete})

    async def _list_schemas(self, _: web.Request) -> web.Response:
        return answer({name: f"/schemas/{name}" for name in self._schemas})

    async def _schema(self, request: web.Request) -> web.Response:
        name = schema_name(request.match_info["name"])
        if name not in self._schemas:
            return refusal(404, f"There is no schema {name!r}", f"The schemas are {', '.join(self._schemas)}")
        return answer(self._schemas[name])

    async def _list_samples(self, _: web.Request) -> web.Response:
        return answer(self._samples)

    async def _answer_live(self, _: web.Request) -> web.Response:
        return checked(self._live())

    async def _answer_ready(self, _: web.Request) -> web.Response:
        return checked(self._ready())

    async def _answer_metrics(self, _: web.Request) -> web.Response:
        self._measure()
        body = generate_latest(metrics.GATEWAY_REGISTRY)
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})


@web.middleware
async def _errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error as JSON, with what to do about it."""
    try:
        return await handler(request)
    except (InputError, SettingsError) as error:
        return refusal(400, error.what, error.remedy)
    except NewswireError as error:
        return refusal(500, error.what, error.remedy)
    except web.HTTPNotFound:
        return refusal(404, f"Nothing is at {request.path!r}", "GET / lists what there is")
    except web.HTTPMethodNotAllowed as error:
        refused = refusal(405, f"{request.method} is not possible at {request.path!r}", "Use GET")
        refused.headers[hdrs.ALLOW] = ",".join(sorted(error.allowed_methods))
        return refused


def _unready() -> web.Response:
    return refusal(
        503,
        "The topics are being read for the first time",
        "Try again in a moment; /readyz says how far it is",
        retry_after=RETRY_AFTER,
    )


def _parameters(request: web.Request) -> Parameters:
    return {name: request.query.getall(name) for name in request.query}
