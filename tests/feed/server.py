"""An HTTP server on a free port that answers as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reply:
    """One answer. `body` is what is sent, whatever the headers say of it; between pieces `pause` is awaited."""

    body: bytes | list[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause: Callable[[], object] = lambda: None


@dataclass
class FeedServer:
    """Gives the replies in order, and the last one for ever; one that is a function is called for each answer. `requests` are
    the headers of what was asked."""

    address: str
    replies: list[Reply | Callable[[], Reply]]
    requests: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving(*replies: Reply | Callable[[], Reply]) -> Iterator[FeedServer]:
    found = FeedServer("", list(replies))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.requests.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
            given = found.replies.pop(0) if len(found.replies) > 1 else found.replies[0]
            reply = given if isinstance(given, Reply) else given()
            pieces = reply.body if isinstance(reply.body, list) else [reply.body]
            self.send_response(reply.status)
            headers = {"content-length": str(sum(map(len, pieces))), "connection": "close"} | reply.headers
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                    reply.pause()
            except OSError:  # the client had enough
                pass
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    found.address = f"http://127.0.0.1:{server.server_port}/feed"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
