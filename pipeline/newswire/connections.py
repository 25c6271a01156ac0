"""kafka-python's connections, watched: whoever waits for a broker that is away is told once, and no longer than it helps; and a
member of a group that the broker has forgotten joins again.
"""

from __future__ import annotations

import time
from typing import Any, Final

from kafka.errors import KafkaTimeoutError, RebalanceInProgressError
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector
from kafka.protocol.consumer.group import SyncGroupRequest

from newswire.outages import OUTAGES, is_refusal

__all__ = ("ImpatientClient", "PatientClient")

# Seconds after which a client gives up when every address refuses the connection. A refusal is definite: the machine is up and
# nobody listens, so waiting helps only while a broker is starting or changes its port's owner, which is a matter of a few
# seconds. Without an answer (a lost packet, a network that is down) the whole `kafka.request_timeout` is waited.
REFUSAL_PATIENCE: Final = 5.0


class _Connections(KafkaConnectionManager):  # type: ignore[misc]
    """The connections of one client. `patient` ones wait out refusals too, and tell of them while they wait."""

    def __init__(self, net: NetworkSelector, *, patient: bool, **options: Any) -> None:
        super().__init__(net, **options)
        self._patient = patient
        self._refusing: set[str] = set()

    def send(self, request: Any, node_id: Any = None, request_timeout_ms: Any = None) -> Any:
        """The answer to come. One that assigns a member of a group not even nothing is taken for what it means: the leader has
        shared the partitions without it, as when the embedded broker did not tell of it (`newswire.stream.membership`), and it
        has to join again. kafka-python would break off with the words of its decoder.
        """
        sent = super().send(request, node_id, request_timeout_ms)
        return sent.add_callback(_rejoin) if isinstance(request, SyncGroupRequest) else sent

    async def _connect(self, node: Any, conn: Any, **options: Any) -> None:
        began = time.monotonic()
        await super()._connect(node, conn, **options)
        address = f"{node.host}:{node.port}"
        if conn.connected:
            OUTAGES.reached(address)
        elif not self.closed and conn.init_future.failed():
            error = conn.init_future.exception
            (self._refusing.add if is_refusal(error) else self._refusing.discard)(address)
            # Whoever has never got through reports that himself, once, at the end.
            if self.bootstrapped or self._patient:
                OUTAGES.lost(address, error, began)

    async def _do_bootstrap(self, deadline: float | None) -> Any:
        if not self._patient:
            soon = time.monotonic() + REFUSAL_PATIENCE
            if deadline is None or soon < deadline:
                try:
                    return await super()._do_bootstrap(soon)
                except KafkaTimeoutError:
                    if {f"{one.host}:{one.port}" for one in self.cluster.bootstrap_brokers()} <= self._refusing:
                        raise
        return await super()._do_bootstrap(deadline)


def _rejoin(response: Any) -> None:
    if not response.error_code and not response.assignment:
        response.error_code = RebalanceInProgressError.errno


class ImpatientClient(KafkaNetClient):  # type: ignore[misc]
    """What kafka-python's clients reach the broker through, as their option `kafka_client`."""

    patient = False

    def __init__(self, **options: Any) -> None:
        net = NetworkSelector(**options)
        super().__init__(net, _Connections(net, patient=self.patient, **options))


class PatientClient(ImpatientClient):
    """The same for whoever has time, as a worker that nobody sits in front of: a broker may be on its way up."""

    patient = True
