"""A gateway as a child process."""

from __future__ import annotations

import socket

from newswire.local.service import ServiceProcess
from newswire.settings import GatewaySettings

__all__ = ("GatewayProcess", "free_port")


class GatewayProcess(ServiceProcess):
    """`newswire gateway` as a child that ends with us."""

    command = "gateway"

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.settings.gateway.host, self.settings.gateway.port
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def free_port(settings: GatewaySettings) -> int:
    """The port of the settings if it is free, else one that is: several pipelines may run on a machine."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in (settings.port, 0):
        try:
            with socket.create_server((settings.host, port), family=family) as server:
                return int(server.getsockname()[1])
        except OSError:
            continue
    return settings.port  # the gateway says what is wrong with the address
