"""Child processes that end with their parent, even when it is killed and can tell nobody."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from typing import Final

__all__ = ("die_with_parent",)

# From linux/prctl.h.
PR_SET_PDEATHSIG: Final = 1

# Seconds between looks at the parent where the kernel gives no sign; a forgotten child lives this much longer.
WATCH_INTERVAL: Final = 1.0


def die_with_parent(parent: int, signum: int = signal.SIGKILL) -> None:
    """Makes this process end when process `parent`, which started it, ends in whatever way.

    To be called in the child, first thing. On Linux the kernel sends `signum`; but it does so when the *thread* that started
    the child ends, and not at all when the parent was gone already, so a thread of our own looks as well, everywhere.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_watch, args=(parent, signum), name="parent-watch", daemon=True).start()


def _watch(parent: int, signum: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH_INTERVAL)
    os.kill(os.getpid(), signum)
