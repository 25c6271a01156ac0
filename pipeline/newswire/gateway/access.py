"""Who may ask: whoever is on this machine, or has the token; and which pages of other sites may read the answers."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web

from newswire.errors import SettingsError
from newswire.gateway.answers import refusal
from newswire.settings import GatewaySettings
from newswire.web import metrics

__all__ = ("OPEN", "Access")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

OPEN: Final = frozenset({"/livez", "/readyz"})
"""What needs no token: an orchestrator has none, and they say nothing of what is read."""

# Characters of a token at least: 16 random ones cannot be tried out.
SHORTEST: Final = 16

# Seconds for which a browser need not ask again what it may send.
PREFLIGHT_AGE: Final = 3600

# What a page of another site may send beside what any may.
ALLOWED_HEADERS: Final = "Authorization, Last-Event-ID"


class Access:
    """Raises SettingsError for settings that would let anybody in."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._token = None if settings.token is None else settings.token.get_secret_value().encode()
        self._origins = frozenset(settings.origins)
        if self._token is None and not _is_loopback(settings.host):
            raise SettingsError(
                f"gateway.host is {settings.host}, which others can reach, and there is no gateway.token",
                "Set NEWSWIRE_GATEWAY__TOKEN_FILE to the path of a file with a token, or leave gateway.host at 127.0.0.1",
            )
        if self._token is not None and len(self._token) < SHORTEST:
            raise SettingsError(
                f"gateway.token has fewer than {SHORTEST} characters",
                "Make one, for example with `openssl rand -hex 32`",
            )

    def install(self, application: web.Application) -> None:
        """Checks every request of the application."""
        application.middlewares.append(self._check)
        application.on_response_prepare.append(self._mark)

    @web.middleware
    async def _check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers:
            return self._preflight(request)
        if request.path in OPEN:
            return await handler(request)
        if self._token is None:
            # Without a token only a page of another site can be in the way, whose name may have been made to lead here.
            if not _is_loopback(_host(request)):
                return refusal(
                    403,
                    f"The gateway has no name {request.host!r}",
                    "Without a gateway.token it answers to 127.0.0.1 and localhost only",
                )
        elif not self._is_known(request.headers.get(hdrs.AUTHORIZATION, "")):
            metrics.GATEWAY_REFUSED.labels("token").inc()
            answer = refusal(401, "The token is missing or wrong", "Send the header `Authorization: Bearer TOKEN`")
            answer.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
            return answer
        return await handler(request)

    def _is_known(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        # Takes as long for a token that begins right as for any other.
        same = hmac.compare_digest(token.strip().encode("utf-8", "surrogateescape"), self._token or b"")
        return same and scheme.casefold() == "bearer"

    def _preflight(self, request: web.Request) -> web.Response:
        answer = web.Response(status=204)
        if request.headers.get(hdrs.ORIGIN) in self._origins:
            answer.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = "GET"
            answer.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = ALLOWED_HEADERS
            answer.headers[hdrs.ACCESS_CONTROL_MAX_AGE] = str(PREFLIGHT_AGE)
        return answer

    async def _mark(self, request: web.Request, response: web.StreamResponse) -> None:
        """Headers of every answer, of streams too."""
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        if self._origins:
            response.headers[hdrs.VARY] = hdrs.ORIGIN
            origin = request.headers.get(hdrs.ORIGIN)
            if origin in self._origins:
                response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin


def _host(request: web.Request) -> str:
    """What the client calls us, without the port."""
    host = request.host
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
