"""A worker as a child process."""

from __future__ import annotations

from newswire.local.service import ServiceProcess

__all__ = ("WorkerProcess",)


class WorkerProcess(ServiceProcess):
    """`newswire worker` as a child that ends with us; leaving its block drains it."""

    command = "worker"
