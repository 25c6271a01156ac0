"""The fork server: a process that loads the language model once and forks the pool's processes from it.

It has one thread that computes and no event loop, so forking is safe where it would not be in the worker. The processes
share the model's pages, and one that died is replaced in milliseconds instead of the seconds that loading takes. Everything
ends with the worker: the fork server when the worker ends, its children when the fork server does, each by the kernel's
hand, and by the end of its socket as well.

    python -m newswire.stream.forkserver FD PARENT
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from newswire.errors import NewswireError, PermanentError, SettingsError
from newswire.parent import die_with_parent
from newswire.settings import ExtractSettings
from newswire.stream.frames import (
    Begin,
    Drop,
    Dropped,
    Failed,
    HandedEntities,
    HandedParse,
    Hello,
    Parsed,
    Source,
    Succeeded,
    pack,
    read,
)

__all__ = ("COMMAND", "FORK", "KILL", "ProcessSpec", "main")

logger = logging.getLogger(__name__)

T = TypeVar("T", HandedParse, HandedEntities)

# A command to the fork server: what, and for KILL which process. FORK comes with the new process's socket.
COMMAND: Final = struct.Struct("!cQ")
FORK: Final = b"F"
KILL: Final = b"K"

# When memory runs out the kernel shall take a pool process, which is replaced, rather than the worker or the broker. Half
# of the scale: still below what an operator may have marked as dispensable.
OOM_SCORE: Final = 500

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What the processes shall be: sent to the fork server first."""

    tasks: str
    """`module:class` of the tasks."""
    extract: ExtractSettings
    warm: bool
    max_memory_mb: int


def main() -> None:
    """Serves forks over the socket whose number is the first argument, for the process whose id is the second."""
    # Ctrl-C goes to the whole group of the terminal; when to stop is the worker's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(int(sys.argv[2]))
    control = socket.socket(fileno=int(sys.argv[1]))
    with control.makefile("rb", buffering=0) as file:
        spec: ProcessSpec = read(file)
    try:
        tasks = _load(spec)
    except Exception as error:
        control.sendall(pack(_failed(0, error)))
        return
    gc.collect()
    gc.freeze()
    children: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(children))
    control.sendall(pack(Hello(os.getpid())))
    while True:
        data, sockets, _, _ = socket.recv_fds(control, COMMAND.size, 1)
        if len(data) < COMMAND.size:
            break
        what, pid = COMMAND.unpack(data)
        # Nothing is reaped, and so no process id used again, while we kill or fork.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        if what == KILL and pid in children:
            os.kill(pid, signal.SIGKILL)
        elif what == FORK:
            parent = os.getpid()
            if pid := _fork(sockets[0]):
                children.add(pid)
            else:
                _become_child(parent, control, sockets[0], tasks, spec)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _load(spec: ProcessSpec) -> Any:
    module, _, name = spec.tasks.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(
            f"pool.tasks is {spec.tasks!r}, which cannot be imported: {error}", "Name it as module:class"
        ) from error
    return made(spec.extract, warm=spec.warm)


def _reap(children: set[int]) -> None:
    for pid in list(children):
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                continue
        children.discard(pid)


def _fork(descriptor: int) -> int:
    with warnings.catch_warnings():
        # Python 3.12 warns of threads at a fork; ours only looks whether the parent lives, and holds no lock.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        os.close(descriptor)
    return pid


def _become_child(parent: int, control: socket.socket, descriptor: int, tasks: Any, spec: ProcessSpec) -> NoReturn:
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        control.close()
        die_with_parent(parent)
        _limit(spec.max_memory_mb)
        with socket.socket(fileno=descriptor) as connection:
            _serve(connection, tasks)
        status = 0
    finally:
        os._exit(status)


def _limit(max_memory_mb: int) -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE), encoding="ascii")
    most = max_memory_mb * MIB
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _serve(connection: socket.socket, tasks: Any) -> None:
    """Does what comes over the connection, one thing after the other, until it ends."""
    with connection.makefile("rb") as file:
        connection.sendall(pack(Hello(os.getpid())))
        while (request := read(file)) is not None:
            if not isinstance(request, Begin):  # for a task that failed here meanwhile
                continue
            began = time.perf_counter()
            try:
                if request.kind == "parse":
                    parsed = tasks.parse(*request.arguments)
                    parse = pickle.dumps(parsed.parse, protocol=pickle.HIGHEST_PROTOCOL)
                    connection.sendall(pack(Parsed(request.task, parse)))
                    quotes = tasks.quotes(parsed)
                    if (handed := _other_half(file, request.task, HandedEntities)) is None:
                        connection.sendall(pack(Dropped(request.task)))
                        continue
                    result = tasks.join(parsed, quotes, pickle.loads(handed.entities))  # noqa: S301
                elif request.kind == "recognise":
                    names = tasks.recognise(*request.arguments)
                    if (handed_parse := _other_half(file, request.task, HandedParse)) is None:
                        connection.sendall(pack(Dropped(request.task)))
                        continue
                    # Another process of the same pool pickled it, and this is for that one.
                    entities = tasks.entities(names, pickle.loads(handed_parse.parse))  # noqa: S301
                    result = pickle.dumps(entities, protocol=pickle.HIGHEST_PROTOCOL)
                elif request.kind == "extract":
                    result = _extract(tasks, request)
                else:
                    result = getattr(tasks, request.kind)(*request.arguments)
                answer: object = Succeeded(request.task, result, time.perf_counter() - began)
            except MemoryError:
                raise  # what is left of the process cannot be trusted; another one takes its place
            except Exception as error:
                answer = _failed(request.task, error)
            connection.sendall(pack(answer))


def _extract(tasks: Any, request: Begin) -> list[Any]:
    """The result of each article; one that fails does so alone."""
    (values,) = request.arguments
    if len(values) > 1:
        try:
            return list(tasks.extract(values))
        except MemoryError:
            raise
        except Exception:
            logger.debug("a batch failed; its articles are tried one by one", exc_info=True)
    return [_one(tasks, request.task, value) for value in values]


def _one(tasks: Any, task: int, value: bytes) -> Any:
    try:
        return tasks.extract([value])[0]
    except MemoryError:
        raise
    except Exception as error:
        return _failed(task, error)


def _other_half(file: Source, task: int, kind: type[T]) -> T | None:
    """What a task needs of its other half, or None when that never comes."""
    while (message := read(file)) is not None:
        if isinstance(message, kind) and message.task == task:
            return message
        if isinstance(message, Drop) and message.task == task:
            return None
    return None


def _failed(task: int, error: Exception) -> Failed:
    trace = "".join(traceback.format_exception(error))
    if not isinstance(error, NewswireError):
        error = PermanentError(f"{type(error).__name__}: {error}"[:1000])
    return Failed(task, error, trace)


if __name__ == "__main__":
    main()
