"""What keeps a worker's client in its consumer group, or ends the worker: never a client that stands idle outside of it.

A broker tells each member of a group its partitions in the answer to SyncGroup. The embedded one, when a second member comes in
the moment in which it completes a new group, leaves the leader out of the members that the leader is to share the partitions
among; its answer to that leader is then empty, and not even an assignment of nothing. aiokafka's task that keeps the membership
dies of it. When it dies, of that or of anything else, the client tells only whoever polls it, and Faust polls nothing while it
has no partitions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiokafka.errors import GroupAuthorizationFailedError, RebalanceInProgressError
from aiokafka.protocol.group import SyncGroupRequest

from newswire.errors import BrokerError, NewswireError, SettingsError

__all__ = ("rejoining", "watch")

Send = Callable[..., Awaitable[Any]]


def rejoining(send: Send) -> Send:
    """`send` of an aiokafka client, which takes a node and a request, with an assignment that says nothing taken for what it
    means: this member was forgotten, and has to join again.
    """

    async def sent(node: Any, request: Any, **options: Any) -> Any:
        response = await send(node, request, **options)
        if isinstance(request, SyncGroupRequest) and not response.error_code and not response.member_assignment:
            response.error_code = RebalanceInProgressError.errno
        return response

    return sent


def watch(consumer: Any, group: str, on_failure: Callable[[NewswireError], object]) -> None:
    """Lets `on_failure` know, in the consumer's thread, when a task ends that an aiokafka consumer lives on, or when one has an
    error for whoever polls it. The consumer has started and not subscribed yet. It may be told more than once.
    """
    coordinator = consumer._coordinator  # noqa: SLF001 - tests/stream/test_membership.py holds what is touched here
    push = coordinator._push_error_to_user  # noqa: SLF001

    def fail(error: BaseException) -> None:
        on_failure(_failure(group, error))

    def ended(task: asyncio.Future[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            fail(error)

    def pushed(error: BaseException) -> Any:
        fail(error)
        return push(error)

    coordinator._push_error_to_user = pushed  # noqa: SLF001
    for task in (coordinator._coordination_task, consumer._fetcher.error_future):  # noqa: SLF001
        task.add_done_callback(ended)


def _failure(group: str, error: BaseException) -> NewswireError:
    if isinstance(error, GroupAuthorizationFailedError):
        return SettingsError(
            f"The broker denies the worker its consumer group {group}",
            "Grant it (docs/security.md lists the minimal ACLs)",
        )
    return BrokerError(
        f"The worker can no longer read as a member of its consumer group {group}: {error!r}",
        "Nothing is lost: what it has not done is read again. Start it again",
    )
