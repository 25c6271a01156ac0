"""The raw messages of a chaos run, all from one seed: invented stories in several formats, and poison among them."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

import orjson

__all__ = ("POISON", "Poison", "Raw", "corpus", "story")

FIRST = [
    "Ana",
    "Otto",
    "Ida",
    "Mina",
    "Karim",
    "Yusuf",
    "Elena",
    "Tomas",
    "Priya",
    "Lucia",
    "Henrik",
    "Noor",
    "Samuel",
    "Ingrid",
    "Pavel",
    "Chen",
]
LAST = [
    "Delgado",
    "Lind",
    "Berg",
    "Holt",
    "Mansour",
    "Demir",
    "Petrova",
    "Novak",
    "Raman",
    "Ferrari",
    "Dahl",
    "Aziz",
    "Okafor",
    "Voss",
    "Kolar",
    "Wei",
]
ROLES = (
    "Foreign Minister",
    "Mayor",
    "Governor",
    "police spokesman",
    "union leader",
    "Finance Minister",
    "opposition leader",
    "Prime Minister",
    "army spokeswoman",
)
PLACES = [
    "Poland",
    "Kenya",
    "Chile",
    "Japan",
    "Egypt",
    "Norway",
    "Turkey",
    "France",
    "Nigeria",
    "Canada",
    "India",
    "Brazil",
    "Greece",
    "Peru",
]
CITIES = [
    "Warsaw",
    "Nairobi",
    "Santiago",
    "Tokyo",
    "Cairo",
    "Oslo",
    "Ankara",
    "Paris",
    "Lagos",
    "Ottawa",
    "Delhi",
    "Athens",
    "Lima",
]
GROUPS = (
    "the United Nations",
    "the European Union",
    "the Red Cross",
    "Nordwire Steel",
    "the Dockers' Union",
    "the World Bank",
)
SAID = ("said", "told reporters", "added", "warned", "announced", "argued")
CLAIMS = (
    "the talks will go on until Friday",
    "nobody will be left without water",
    "the strike has cost the port a million dollars a day",
    "we will sign the agreement next week",
    "the army has left the city",
    "prices rose by four percent in March",
    "the bridge must be closed at once",
)
DEEDS = (
    "{place} rejected a demand by {other} to withdraw its troops from the border.",
    "Protesters marched through {city} on {day} to demand the release of {person}.",
    "{group} promised {place} emergency aid worth 20 million dollars.",
    "{role} {person} met officials from {other} in {city} on {day}.",
    "Police in {city} arrested twelve people after clashes near the parliament.",
    "{place} signed a trade agreement with {other} after months of talks.",
    "{group} accused {place} of breaking the ceasefire.",
    "Gunmen attacked a convoy of {group} outside {city}, killing three people.",
)
DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
)

# Bytes of noise in the article that no topic behind the raw one takes: base64 makes three megabytes of it.
NOISE = 2_300_000

# Stories for one poison of each kind: so rare that two that hang hardly ever meet in a window.
POISON_GAP = 1_000


@dataclass(frozen=True, slots=True)
class Raw:
    """A message of the raw topic. `poison` names what is wrong with it, empty for a story."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    poison: str = ""


def corpus(seed: int, count: int) -> list[Raw]:
    """`count` stories, a tenth of them corrected or killed, with every kind of poison spread evenly: each once, and once more
    for every further `POISON_GAP` stories.
    """
    rng = random.Random(seed)
    found: list[Raw] = []
    for number in range(count):
        found += _messages(rng, f"urn:chaos:{seed}:{number}")
    poison = [
        _named(kind.make(rng, f"urn:chaos:{seed}:{name}-{copy}"), name)
        for copy in range(1 + count // POISON_GAP)
        for name, kind in POISON.items()
    ]
    gap = len(found) / (len(poison) + 1)
    for index, message in reversed(list(enumerate(poison, 1))):
        found.insert(int(index * gap), message)
    return found


def story(rng: random.Random, paragraphs: int) -> str:
    """A story of some 55 words a paragraph, with names, quotes, titles and deeds in it."""
    cast = [f"{rng.choice(FIRST)} {rng.choice(LAST)}" for _ in range(3)]
    return "\n\n".join(_paragraph(rng, cast) for _ in range(paragraphs))


def _paragraph(rng: random.Random, cast: list[str]) -> str:
    person, other = rng.sample(cast, 2)
    role, said = rng.choice(ROLES), rng.choice(SAID)
    claim, second = rng.sample(CLAIMS, 2)
    deeds = " ".join(_deed(rng, rng.choice(cast)) for _ in range(2))
    quotes = (
        f"“{claim.capitalize()},” {said} {role} {person} in {rng.choice(CITIES)}.",
        f"{person}, the {role.lower()}, {said} that {claim}. “{second.capitalize()},” she added.",
        f"“{claim.capitalize()},” {person} said. But {other} disagreed and said {second}.",
        f"According to {other} of {rng.choice(GROUPS)}, {claim}.",
    )
    return f"{deeds} {rng.choice(quotes)}"


def _deed(rng: random.Random, person: str) -> str:
    place, other = rng.sample(PLACES, 2)
    text = rng.choice(DEEDS).format(
        place=place,
        other=other,
        city=rng.choice(CITIES),
        group=rng.choice(GROUPS),
        role=rng.choice(ROLES).capitalize(),
        person=person,
        day=rng.choice(DAYS),
    )
    return text[0].upper() + text[1:]


def _messages(rng: random.Random, id: str) -> Iterator[Raw]:
    """One story: a message, or two or three where it is corrected or killed, with its number or without, late or too early."""
    body = story(rng, rng.randint(2, 5))
    fields = {
        "id": id,
        "version": 1,
        "headline": f"News from {rng.choice(CITIES)}",
        "language": "en",
        "published": f"2026-03-{rng.randint(1, 28):02}T10:{rng.randint(0, 59):02}:00Z",
    }
    key = id.encode()
    kind = rng.random()
    if kind < 0.1:
        headers = tuple((name, str(fields[name]).encode()) for name in ("headline", "published", "language"))
        yield Raw(key, body.encode(), (("content-type", b"text/plain"), ("article-id", key), *headers))
    elif kind < 0.2:
        item = f"<title>{fields['headline']}</title><guid>{id}</guid><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>"
        text = escape("".join(f"<p>{paragraph}</p>" for paragraph in body.split("\n\n")))
        item += f"<description>{text}</description>"
        yield Raw(key, f"<rss version='2.0'><channel><item>{item}</item></channel></rss>".encode())
    else:
        first: dict[str, object] = {"body": body}
        other: dict[str, object] = {"body": story(rng, 3)}
        kill: dict[str, object] = {"version": 2, "body": body, "status": "canceled"}
        history = (
            [first, {"version": 2} | other],
            [first, other],  # a silent edit
            [first, kill],
            [first, kill, other],  # the kill is followed by an edit of what it killed
            [kill, first],
            [first, kill, {"version": 3} | other],  # revived
        )
        chosen = history[int((kind - 0.9) * 60)] if kind > 0.9 else [first]
        for changed in chosen:
            yield Raw(key, orjson.dumps(fields | changed))


# ---- poison


def _json(id: str, **fields: object) -> Raw:
    return Raw(id.encode(), orjson.dumps({"id": id, "language": "en", "published": "2026-03-02T10:00:00Z"} | fields))


def _named(raw: Raw, poison: str) -> Raw:
    return Raw(raw.key, raw.value, raw.headers, poison)


def _undecodable(rng: random.Random, id: str) -> Raw:
    return Raw(id.encode(), b'{"id": "' + id.encode() + b'", "body": "cut o')


def _not_utf8(rng: random.Random, id: str) -> Raw:
    return Raw(id.encode(), b"\xff\xfe\x00\xd8" + rng.randbytes(99), (("content-type", b"application/json"),))


def _empty(rng: random.Random, id: str) -> Raw:
    return Raw(id.encode(), b"")


def _large(rng: random.Random, id: str) -> Raw:
    """Noise, since the limit holds for what compression leaves: more than the articles' topic takes."""
    return _json(id, body=base64.b64encode(rng.randbytes(NOISE)).decode())


def _killer(rng: random.Random, id: str) -> Raw:
    return _json(id, headline="die", body=story(rng, 2))


def _hanging(rng: random.Random, id: str) -> Raw:
    return _json(id, headline="hang", body=story(rng, 2))


def _prose(rng: random.Random, id: str) -> Raw:
    """Three megabytes that compress well: everything up to `extract.max_body_chars` is extracted."""
    text = story(rng, 40)
    return _json(id, body="\n\n".join([text] * (3_000_000 // len(text))))


def _endless_sentence(rng: random.Random, id: str) -> Raw:
    """One sentence of twenty thousand characters, quote marks open and none closed."""
    return _json(id, body="He said “" + ", and “".join(rng.choice(CLAIMS) for _ in range(450)))


def _marks(rng: random.Random, id: str) -> Raw:
    return _json(id, body=story(rng, 1) + "“" * 8_000 + "\u202e\u2066" * 500 + story(rng, 1))


@dataclass(frozen=True, slots=True)
class Poison:
    """How a kind of poison is made, and the agent that must make a dead letter of it, if any must."""

    make: Callable[[random.Random, str], Raw]
    fails: str | None = None


POISON = {
    "undecodable": Poison(_undecodable, "intake"),
    "not UTF-8": Poison(_not_utf8, "intake"),
    "empty": Poison(_empty, "intake"),
    "3 MB of noise": Poison(_large, "intake"),
    "kills its process": Poison(_killer, "extract"),
    "hangs": Poison(_hanging, "extract"),
    "3 MB of prose": Poison(_prose),
    "endless sentence": Poison(_endless_sentence),
    "quote marks": Poison(_marks),
}
