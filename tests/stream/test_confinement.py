"""What a message names is neither opened nor asked for: paths and addresses in it are words."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest

from newswire.errors import InputError
from newswire.settings import ExtractSettings
from newswire.stream.tasks import Tasks
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tasks() -> Tasks:
    return Tasks(ExtractSettings(), warm=True)


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """Whoever opens it to read waits until somebody writes, also where the opening is done in C."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """It lets everybody connect and notes it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def _json(place: str) -> bytes:
    names = ("headline", "byline", "dateline", "source", "url", "description")
    body = f"{place}\n\n“See {place},” said Ana Delgado of {place}. She met Otto Lind in Oslo."
    return orjson.dumps({"id": place, "body": body, "extra": {"file": place}} | dict.fromkeys(names, place))


def _ninjs(place: str) -> bytes:
    rendition = {"renditions": {"main": {"href": place}}}
    html = f"<p>Ana Delgado met <a href='{place}'>Otto Lind</a> in Oslo.</p><img src='{place}'>"
    return orjson.dumps(
        {
            "uri": place,
            "type": "text",
            "body_xhtml": html,
            "associations": {"x": {"uri": place, "type": "picture"} | rendition},
        }
    )


def _html(place: str) -> bytes:
    return (
        f"<html><head><base href='{place}'><link rel='stylesheet' href='{place}'><script src='{place}'></script>"
        f"<meta http-equiv='refresh' content='0;url={place}'></head><body><p>Ana Delgado met Otto Lind in Oslo.</p>"
        f"<iframe src='{place}'></iframe><object data='{place}'></object><img src='{place}'></body></html>"
    ).encode()


def _rss(place: str, head: str = "") -> bytes:
    return (
        f"<?xml version='1.0'?>{head}<rss version='2.0' xmlns:xi='http://www.w3.org/2001/XInclude'><channel><item>"
        f"<title>Ana Delgado met Otto Lind</title><link>{place}</link><guid>{place}</guid><source url='{place}'>x</source>"
        f"<enclosure url='{place}' type='text/plain' length='9'/><xi:include href='{place}' parse='text'/>"
        f"<description>She met him in Oslo.</description></item></channel></rss>"
    ).encode()


MESSAGES: dict[str, Callable[[str], bytes]] = {
    "article": _json,
    "ninjs": _ninjs,
    "html": _html,
    "rss": _rss,
    "style sheet": lambda place: _rss(place, f"<?xml-stylesheet type='text/xsl' href='{place}'?>"),
    "document type": lambda place: _rss(place, f"<!DOCTYPE rss SYSTEM '{place}'>"),
    "schema": lambda place: _rss(place).replace(
        b"<rss ",
        f"<rss xmlns:s='http://www.w3.org/2001/XMLSchema-instance' s:noNamespaceSchemaLocation='{place}' ".encode(),
    ),
    "entity": lambda place: _rss(place, f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{place}'>]>").replace(b"Oslo", b"&x;"),
    "parameter entity": lambda place: _rss(place, f"<!DOCTYPE rss [<!ENTITY % x SYSTEM '{place}'> %x;]>"),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_nothing_that_a_message_names_is_opened(tasks: Tasks, kind: str, pipe: Path, server: socket.socket) -> None:
    url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
    for place in (str(pipe), f"file://{pipe}", url):
        work = threading.Thread(target=_process, args=(tasks, MESSAGES[kind](place), place), daemon=True)
        work.start()
        while work.is_alive():
            work.join(0.05)
            assert not _opened(pipe)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_reader_of_the_pipe_would_be_seen(pipe: Path) -> None:
    threading.Thread(target=pipe.read_bytes, daemon=True).start()
    wait_for(lambda: _opened(pipe), "the reader to be seen", timeout=60)


def _process(tasks: Tasks, value: bytes, place: str) -> None:
    try:
        found = tasks.read(value, {"article-id": place.encode(), "source": place.encode()})
    except InputError:
        return
    tasks.extract([article.value for article in found])


def _opened(pipe: Path) -> bool:
    """Whether somebody has opened it to read; lets them go."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno == errno.ENXIO:
            return False
        raise
    return True
