"""Programs that we start and that end with us, even when we are killed and can tell nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from newswire.parent import die_with_parent

__all__ = ("spawn",)


def spawn(
    command: Sequence[str], log: Path | None, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts `command`; the kernel kills it when the thread that called this ends, so call it from the main thread.

    Its output is appended to `log`, or goes where ours goes when that is None. It gets a session of its own: a Ctrl-C on the
    terminal reaches only us, and we stop our children in the right order. The process id is that of the program itself.
    """
    launcher = [sys.executable, "-P", "-m", "newswire.local.child", str(os.getpid()), *command]
    if log is None:
        return subprocess.Popen(launcher, stdin=subprocess.DEVNULL, start_new_session=True, env=environment)
    with log.open("ab") as output:
        return subprocess.Popen(
            launcher,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
        )


def main() -> None:
    """`python -m newswire.local.child PARENT PROGRAM ARGUMENT...`: becomes PROGRAM, which then ends with process PARENT.

    A step between, because the sign that the kernel is asked for survives `exec` but not `fork`, and because code that runs
    between the two in a process with threads may hang.
    """
    parent, *command = sys.argv[1:]
    die_with_parent(int(parent))
    os.execvp(command[0], command)  # noqa: S606 - the command is ours


if __name__ == "__main__":
    main()
