"""Processors: how many we may use, which is what affinity and the control group leave of the machine, and how long a process
stood in line for one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ("available_cpus", "queued_seconds")

CGROUP: Final = Path("/sys/fs/cgroup")

NANOSECOND: Final = 1e-9


def available_cpus(cgroup: Path = CGROUP) -> int:
    """Processors that this process may keep busy, at least one: its CPU affinity, bounded by the quota of its control group.

    A quota of two and a half processors counts as two: a third process would be throttled together with the others.
    """
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota(cgroup)
    return max(1, affinity if quota is None else min(affinity, int(quota)))


def queued_seconds(pid: int) -> float:
    """Seconds that the first thread of a process could have run and had no processor, since it began. 0 where the kernel does
    not count them, or the process is gone. Second field of Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat.
    """
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[1]) * NANOSECOND
    except (OSError, ValueError, IndexError):
        return 0.0


def _quota(cgroup: Path) -> float | None:
    """The group's quota in processors, or None without one. Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/cpusets.rst."""
    try:
        quota, period = (cgroup / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        try:
            quota = (cgroup / "cpu" / "cpu.cfs_quota_us").read_text(encoding="ascii").strip()
            period = (cgroup / "cpu" / "cpu.cfs_period_us").read_text(encoding="ascii").strip()
        except OSError:
            return None
    try:
        share = float(quota) / float(period)
    except (ValueError, ZeroDivisionError):  # "max": no limit
        return None
    return share if share > 0 else None
