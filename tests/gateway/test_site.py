"""The gateway over HTTP, without a broker: what it answers, to whom, and how a client goes on after a cut."""

from __future__ import annotations

import asyncio
import random
import socket
from pathlib import Path

import aiohttp
import orjson
import pytest
from pydantic import SecretStr

from newswire.errors import SettingsError
from newswire.gateway import site, telling
from newswire.gateway.access import Access
from newswire.gateway.places import Place, place
from newswire.settings import GatewaySettings
from tests.gateway.records import Feed, article, quote
from tests.gateway.running import named, running, until

TOKEN = "a-token-that-is-long-enough"
PATIENCE = 60.0


def said(events: list[tuple[str, str, object]]) -> list[tuple[str, object]]:
    return [(name, data["id"]) for name, _, data in events if isinstance(data, dict)]


async def test_a_client_is_told_what_changes_from_now_on(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        gateway.take(gateway.feed.message("p", quote("p")))
        async with gateway.http.get(f"{gateway.url}/stream/quotes") as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            await gateway.joined(1)
            gateway.take(gateway.feed.message("q", quote("q")), gateway.feed.message("p", quote("p", "Ida Berg")))
            gateway.take(gateway.feed.message("q", None))
            events = await until(stream, 3)
        assert said(events) == [("added", "q"), ("changed", "p"), ("withdrawn", "q")]
        assert events[0][2] == orjson.loads(quote("q"))


async def test_a_client_that_begins_in_the_past_is_told_what_stands_and_nothing_that_was_withdrawn(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as gateway:
        feed = gateway.feed
        gateway.take(
            feed.message("p", quote("p")), feed.message("q", quote("q")), feed.message("r", quote("r", "Lind"))
        )
        gateway.take(feed.message("q", None))
        async with gateway.http.get(f"{gateway.url}/stream/quotes?since=2020-01-01&speaker=Holt") as stream:
            assert said(await until(stream, 1)) == [("added", "p")]
            gateway.take(feed.message("r", quote("r", "Ida Holt")), feed.message("p", quote("p", "Otto Lind")))
            assert said(await until(stream, 2)) == [("added", "r"), ("withdrawn", "p")]


@pytest.mark.slow
async def test_two_hundred_cuts_at_any_byte_lose_and_repeat_nothing(tmp_path: Path) -> None:
    """The client forgets what it had of an event that was cut, and comes back with the last id that it has seen whole."""
    rng = random.Random(20)
    async with running(tmp_path) as gateway:
        feed = gateway.feed
        gateway.take(*(feed.message(f"q{number}", quote(f"q{number}")) for number in range(50)))
        host, port = gateway.url.removeprefix("http://").split(":")
        table = {f"q{number}": quote(f"q{number}") for number in range(50)}
        held: dict[str, object] = {}
        last, cuts, told = "", 0, []

        def change() -> None:
            id = f"q{rng.randrange(80)}"
            value = quote(id, rng.choice(["Mina Holt", "Otto Lind"]), text=f"text {rng.random()}")
            if rng.random() < 0.3:
                table.pop(id, None)
                gateway.take(feed.message(id, None))
            else:
                table[id] = value
                gateway.take(feed.message(id, value))

        async def read(most: int) -> bytes:
            reader, writer = await asyncio.open_connection(host, int(port))
            lines = ["GET /stream/quotes?since=2020-01-01 HTTP/1.0", f"Host: {host}:{port}"]
            lines += [f"Last-Event-ID: {last}"] if last else []
            writer.write("\r\n".join([*lines, "", ""]).encode())
            await reader.readuntil(b"\r\n\r\n")
            raw = b""
            while len(raw) < most:
                if rng.random() < 0.7:
                    change()
                try:
                    async with asyncio.timeout(0.05 if cuts < 200 else 5.0):
                        piece = await reader.read(min(most - len(raw), rng.randint(1, 3000)))
                except TimeoutError:
                    break
                raw += piece
            writer.transport.abort()
            return raw

        while cuts <= 200:
            raw = await read(rng.randint(1, 4000) if cuts < 200 else 10_000_000)
            cuts += 1
            for name, id, data in named(raw):
                assert not last or place(id, "quotes") != place(last, "quotes")
                told.append(id)
                last = id
                held[data["id"]] = data
                if name == "withdrawn":
                    del held[data["id"]]
                assert name != "reset"
        assert len(told) == len(set(told)) > 200
        assert held == {id: orjson.loads(value) for id, value in table.items()}


async def test_a_place_that_is_not_kept_any_more_is_told_so_and_what_stands_follows(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        feed = gateway.feed
        gateway.take(feed.message("p", quote("p"), age=8 * 86_400), feed.message("q", quote("q")))
        gateway.feed.store.trim()
        old = place_of(0, 0)
        async with gateway.http.get(f"{gateway.url}/stream/quotes", headers={"Last-Event-ID": old}) as stream:
            events = await until(stream, 2)
        assert [name for name, _, _ in events] == ["reset", "added"]
        assert "not kept" in events[0][2]["reason"]
        # Who is cut off in between goes on, and is not told again from the beginning.
        async with gateway.http.get(f"{gateway.url}/stream/quotes", headers={"Last-Event-ID": events[0][1]}) as stream:
            assert said(await until(stream, 1)) == [("added", "q")]


async def test_a_place_of_a_topic_that_was_made_anew_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "AHEAD_DEADLINE", 0.2)
    async with running(tmp_path) as gateway:
        gateway.take(gateway.feed.message("p", quote("p")))
        headers = {"Last-Event-ID": place_of(10_000, 10_000)}
        async with gateway.http.get(f"{gateway.url}/stream/quotes", headers=headers) as stream:
            assert [name for name, _, _ in await until(stream, 2)] == ["reset", "added"]


async def test_who_follows_a_topic_that_is_made_anew_is_dropped_and_told_what_stands_when_it_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "AHEAD_DEADLINE", 0.2)
    async with running(tmp_path) as gateway:
        stream = await gateway.http.get(f"{gateway.url}/stream/quotes")
        await gateway.joined(1)
        gateway.take(*(gateway.feed.message(f"q{number}", quote(f"q{number}"), partition=0) for number in range(9)))
        last = (await until(stream, 9))[-1][1]
        gateway.feed.store.forget("quotes")
        gateway.delivery.drop_all("quotes")
        farewell = await until(stream, 1)
        assert farewell[0][0] == "dropped"
        assert "made anew" in farewell[0][2]["error"]
        anew = Feed(gateway.feed.store)
        gateway.take(anew.message("p", quote("p"), partition=0))
        async with gateway.http.get(f"{gateway.url}/stream/quotes", headers={"Last-Event-ID": last}) as stream:
            assert [name for name, _, _ in await until(stream, 2)] == ["reset", "added"]


async def test_a_place_that_lies_a_moment_ahead_is_waited_for(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        headers = {"Last-Event-ID": place_of(1, 0)}
        async with gateway.http.get(f"{gateway.url}/stream/quotes", headers=headers) as stream:
            gateway.take(gateway.feed.message("p", quote("p"), partition=0))
            gateway.take(gateway.feed.message("q", quote("q"), partition=0))
            assert said(await until(stream, 1)) == [("added", "q")]


def place_of(*told: int) -> str:
    return Place("quotes", told).id()


async def test_a_quiet_stream_has_comments_that_move_the_place_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "COMMENT_INTERVAL", 0.1)
    async with running(tmp_path) as gateway:
        async with gateway.http.get(f"{gateway.url}/stream/quotes?speaker=Nobody") as stream:
            first = await stream.content.readuntil(b"\n\n")
            gateway.take(gateway.feed.message("p", quote("p"), partition=1))
            blocks = [await stream.content.readuntil(b"\n\n") for _ in range(20)]
        assert b"retry: 2000\nid: " in first
        assert blocks[-1].startswith(b": still here\nid: ")
        assert place(blocks[-1].split(b"id: ")[1].strip().decode(), "quotes").told == (0, 1)


async def test_clients_over_the_limit_are_told_to_come_back_and_a_place_that_is_given_up_is_free(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, max_clients=2) as gateway:
        streams = [await gateway.http.get(f"{gateway.url}/stream/quotes") for _ in range(2)]
        await gateway.joined(2)
        async with gateway.http.get(f"{gateway.url}/stream/quotes") as refused:
            assert refused.status == 503
            assert refused.headers["Retry-After"] == "5"
            assert "gateway.max_clients" in (await refused.json())["remedy"]
        assert (await gateway.get("/search?q=ferry"))[0] == 200
        for stream in streams:
            stream.close()
        await gateway.joined(0)
        assert (await gateway.http.get(f"{gateway.url}/stream/quotes")).status == 200


@pytest.mark.slow
async def test_a_slow_client_is_dropped_with_a_message_and_no_other_notices(tmp_path: Path) -> None:
    text = "x" * 10_000
    async with running(tmp_path, max_client_bytes=200_000) as gateway:
        feed = gateway.feed
        async with gateway.http.get(f"{gateway.url}/stream/quotes") as quick:
            host, port = gateway.url.removeprefix("http://").split(":")
            slow = socket.socket()
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            await asyncio.to_thread(slow.connect, (host, int(port)))
            slow.sendall(f"GET /stream/quotes HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            await asyncio.to_thread(slow.recv, 300)
            await gateway.joined(2)
            reading = asyncio.create_task(until(quick, 1500))
            for number in range(1500):
                gateway.take(feed.message(f"q{number}", quote(f"q{number}", text=text)))
                await asyncio.sleep(0.001)
            async with asyncio.timeout(PATIENCE):
                assert len(await reading) == 1500
            _, metrics = await text_of(gateway.http, f"{gateway.url}/metrics")
            assert 'newswire_gateway_dropped_total{stream="quotes"} 0.0' not in metrics
            assert 'newswire_gateway_clients{stream="quotes"} 1.0' in metrics
            slow.close()


async def test_a_client_that_is_a_little_slow_reads_why_it_was_dropped(tmp_path: Path) -> None:
    async with running(tmp_path, max_client_bytes=5_000) as gateway:
        stream = await gateway.http.get(f"{gateway.url}/stream/quotes")
        await gateway.joined(1)
        gateway.take(*(gateway.feed.message(f"q{number}", quote(f"q{number}")) for number in range(50)))
        events = await until(stream, 1)
        assert events[0][0] == "dropped"
        assert "Last-Event-ID" in events[0][2]["remedy"]
        assert await stream.content.read() == b""


async def text_of(http: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with http.get(url) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/stream/quotes?where=speeker=Holt", 400, "There is no field speeker"),
        ("/stream/quotes?where=Holt", 400, "'Holt' is not a condition"),
        ("/stream/quotes?since=yesterday", 400, "since: "),
        ("/stream/quotes?speeker=Holt", 400, "There is no parameter 'speeker' here"),
        ("/stream/quote", 404, "There is no stream 'quote'"),
        ("/records/nothing", 404, "No record 'nothing' stands"),
        ("/articles/nothing", 404, "No article 'nothing' stands"),
        ("/schemas/newswire.nothing.v1", 404, "There is no schema 'newswire.nothing.v1'"),
        ("/search?q=%22", 400, "q holds no word to look for"),
        ("/nowhere", 404, "Nothing is at '/nowhere'"),
    ],
)
async def test_a_wrong_request_is_answered_with_what_is_wrong_and_what_to_do(
    tmp_path: Path, path: str, status: int, error: str
) -> None:
    async with running(tmp_path) as gateway:
        found, body = await gateway.get(path)
        assert found == status
        assert body["error"].startswith(error)
        assert body["remedy"]


async def test_other_methods_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, gateway.http.post(f"{gateway.url}/search") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")
        assert (await answer.json())["remedy"] == "Use GET"


async def test_until_the_topics_have_been_read_once_clients_are_told_to_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site, "PATIENCE", 0.1)
    async with running(tmp_path, caught_up=False) as gateway:
        for path in ("/stream/quotes", "/search?q=ferry"):
            status, body = await gateway.get(path)
            assert (status, body["error"]) == (503, "The topics are being read for the first time")


async def test_records_articles_searches_schemas_and_samples(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        feed = gateway.feed
        id = "urn:example:a/b c"
        gateway.take(feed.message("p", quote("p")), feed.message(id, article(id), stream="articles"))
        assert await gateway.get("/records/p") == (200, orjson.loads(quote("p")))
        assert await gateway.get("/articles/urn:example:a/b%20c") == (200, orjson.loads(article(id)))
        _, found = await gateway.get("/search?q=port&speaker=Holt")
        assert [(one["stream"], one["record"]["id"]) for one in found["results"]] == [("quotes", "p")]
        assert found["results"][0]["time"] == "2027-01-15T08:00:00.000+00:00"
        assert found["complete"]
        _, names = await gateway.get("/schemas")
        for name, path in names.items():
            _, schema = await gateway.get(path)
            assert await gateway.get(f"/schemas/{schema['$id']}") == (200, schema)
            assert await gateway.get(f"/schemas/{name}.json") == (200, schema)
        assert len((await gateway.get("/samples"))[1]) == len(names)
        _, listed = await gateway.get("/")
        assert set(listed["routes"]) >= {"/search", "/samples", "/articles/{id}"}
        for path in ("/livez", "/readyz"):
            assert (await gateway.get(path))[0] == 200


async def test_who_has_not_the_token_is_let_nowhere_but_to_the_probes(tmp_path: Path) -> None:
    async with running(tmp_path, token=SecretStr(TOKEN)) as gateway:
        gateway.take(gateway.feed.message("p", quote("p")))
        for headers in ({}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": f"Basic {TOKEN}"}):
            for path in ("/", "/records/p", "/stream/quotes", "/metrics", "/nowhere"):
                async with gateway.http.get(gateway.url + path, headers=headers) as answer:
                    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
                    assert "Authorization: Bearer" in (await answer.json())["remedy"]
        assert (await gateway.get("/records/p", Authorization=f"Bearer {TOKEN}"))[0] == 200
        assert (await gateway.get("/livez"))[0] == (await gateway.get("/readyz"))[0] == 200


async def test_without_a_token_a_page_that_calls_us_by_its_own_name_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        status, body = await gateway.get("/", Host="attacker.example:8480")
        assert (status, body["error"]) == (403, "The gateway has no name 'attacker.example:8480'")
        for host in ("localhost", "127.0.0.1:99", "[::1]:8480"):
            assert (await gateway.get("/", Host=host))[0] == 200


async def test_only_pages_of_named_sites_may_read(tmp_path: Path) -> None:
    desk, other = "https://desk.example.org", "https://other.example.org"
    async with running(tmp_path, origins=(desk,), token=SecretStr(TOKEN)) as gateway:
        for origin, allowed in ((desk, desk), (other, None)):
            headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
            async with gateway.http.options(f"{gateway.url}/stream/quotes", headers=headers) as answer:
                assert answer.status == 204
                assert answer.headers.get("Access-Control-Allow-Origin") == allowed
                assert ("Authorization" in answer.headers.get("Access-Control-Allow-Headers", "")) == bool(allowed)
            headers = {"Origin": origin, "Authorization": f"Bearer {TOKEN}"}
            async with gateway.http.get(f"{gateway.url}/stream/quotes", headers=headers) as answer:
                assert answer.headers.get("Access-Control-Allow-Origin") == allowed
                assert answer.headers["Vary"] == "Origin"


async def test_by_default_no_page_of_another_site_may_read(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway:
        answer = await gateway.http.get(f"{gateway.url}/", headers={"Origin": "https://other.example.org"})
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "gateway.example.org", ""])
def test_an_address_that_others_can_reach_needs_a_token(host: str) -> None:
    with pytest.raises(SettingsError, match=r"gateway\.token.*NEWSWIRE_GATEWAY__TOKEN_FILE"):
        Access(GatewaySettings(host=host))
    Access(GatewaySettings(host=host, token=SecretStr(TOKEN)))


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match="fewer than 16"):
        Access(GatewaySettings(token=SecretStr("secret")))


async def test_an_address_that_is_taken_is_named_with_what_to_set(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"127\.0\.0\.1:{port}.*gateway\.port"):
            async with running(tmp_path, port=port):
                pass


async def test_the_memory_that_waits_for_clients_is_shared(tmp_path: Path) -> None:
    """Each event is encoded once, however many are told it."""
    async with running(tmp_path) as gateway:
        streams = [await gateway.http.get(f"{gateway.url}/stream/quotes") for _ in range(20)]
        clients = await gateway.joined(20)
        gateway.take(gateway.feed.message("p", quote("p")))
        assert len({id(client._waiting[0]) for client in clients}) == 1
        for stream in streams:
            stream.close()
