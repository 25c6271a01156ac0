"""What a client asks for, from the parameters of its request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from newswire.errors import InputError, SettingsError
from newswire.gateway.changes import Wanted
from newswire.gateway.places import Place, place
from newswire.gateway.streams import SHORT_FORMS, STREAMS, Stream
from newswire.subscribe.conditions import Condition, parse_all
from newswire.subscribe.moments import moment

__all__ = ("DEFAULT_LIMIT", "HIGHEST_LIMIT", "Following", "Parameters", "Search", "following", "search")

Parameters = Mapping[str, Sequence[str]]
"""The values of each parameter of a request."""

DEFAULT_LIMIT: Final = 20
HIGHEST_LIMIT: Final = 200

FOLLOWING: Final = ("since", "where", *SHORT_FORMS)
SEARCH: Final = ("q", "in", "since", "where", "limit", *SHORT_FORMS)


@dataclass(frozen=True, slots=True)
class Following:
    """A stream, what of it, and from where: behind a place, from a moment on, or (neither) from now on."""

    stream: Stream
    wanted: Wanted
    place: Place | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for, the newest first: all the words, in records that are wanted, in at most `limit` of them."""

    streams: tuple[Stream, ...]
    words: tuple[str, ...]
    """Each a word or a phrase."""
    indexed: tuple[str, ...]
    """Phrases that stand in everything that is wanted, so that the index finds it."""
    wanted: Wanted
    since: datetime | None
    limit: int


def following(stream: Stream, parameters: Parameters, last_event_id: str | None) -> Following:
    """What a request of a stream asks for. The header `Last-Event-ID` counts more than `since`: a browser that connects again
    repeats the address as it was.

    Raises InputError or SettingsError for what is no request.
    """
    _check(parameters, FOLLOWING)
    wanted = _wanted([stream], parameters)
    since, found = None, place(last_event_id, stream.name) if last_event_id else None
    if text := _single(parameters, "since"):
        try:
            since = moment(text)
        except SettingsError as error:
            try:
                found = found or place(text, stream.name)
            except InputError as wrong:
                raise InputError(
                    f"since: {error.what}, nor the id of an event of {stream.name}",
                    "Write it as 2026-01-31T12:00:00Z, as 90s, 30m, 2h or 1d, or send the `id` of an event as it came",
                ) from wrong
    return Following(stream, wanted, found, since)


def search(parameters: Parameters) -> Search:
    """What a request of a search asks for. Raises InputError or SettingsError for what is none."""
    _check(parameters, SEARCH)
    streams = _streams(parameters)
    words = tuple(_words(_single(parameters, "q") or ""))
    if "q" in parameters and not words:
        raise InputError("q holds no word to look for", 'Write words, or "a phrase" in quote marks')
    since = _single(parameters, "since")
    limit = _single(parameters, "limit") or str(DEFAULT_LIMIT)
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= HIGHEST_LIMIT):
        raise InputError(f"limit: {limit!r} is no number from 1 to {HIGHEST_LIMIT}", "Correct it, or leave it out")
    return Search(
        streams=streams,
        words=words,
        indexed=tuple(word for word in parameters.get("speaker", ()) if _is_word(word)),
        wanted=_wanted(streams, parameters),
        since=moment(since) if since else None,
        limit=int(limit),
    )


def _check(parameters: Parameters, known: Iterable[str]) -> None:
    names = list(known)
    for name in parameters:
        if name not in names:
            raise InputError(f"There is no parameter {name!r} here", f"The parameters are {', '.join(names)}")


def _single(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, ())
    if len(values) > 1:
        raise InputError(f"{name} is there {len(values)} times", "Give it once")
    return values[0] if values else None


def _streams(parameters: Parameters) -> tuple[Stream, ...]:
    """Those that are named, or else all, that have every short form that is given."""
    named = [name.strip() for name in (_single(parameters, "in") or ",".join(STREAMS)).split(",")]
    for name in named:
        if name not in STREAMS:
            raise InputError(f"in: there is no stream {name!r}", f"The streams are {', '.join(STREAMS)}")
    given = [name for name in SHORT_FORMS if name in parameters]
    found = tuple(
        stream
        for stream in STREAMS.values()
        if stream.name in named and all(name in stream.short_forms for name in given)
    )
    if not found:
        raise InputError(f"No record of {', '.join(named)} has {' and '.join(given)}", "Leave one out")
    return found


def _wanted(streams: Sequence[Stream], parameters: Parameters) -> Wanted:
    records = [stream.record for stream in streams]
    groups: list[tuple[Condition, ...]] = []
    for name in SHORT_FORMS:
        paths = dict.fromkeys(path for stream in streams for path in stream.short_forms.get(name, ()))
        for value in parameters.get(name, ()):
            if not paths:
                raise InputError(f"Records of {streams[0].name} have no {name}", "Use `where` with a field of theirs")
            groups.append(tuple(Condition(tuple(path.split(".")), "=", value) for path in paths))
    for text in parameters.get("where", ()):
        groups += [(condition,) for condition in parse_all(text, records)] if text.strip() else []
    return Wanted(tuple(groups))


def _words(text: str) -> Iterator[str]:
    """The words of a text, and its phrases in quote marks, of which the last need not be closed."""
    for at, part in enumerate(text.split('"')):
        yield from (word for word in ([part] if at % 2 else part.split()) if _is_word(word))


def _is_word(text: str) -> bool:
    """Whether there is anything in it that the index has: letters or digits."""
    return any(character.isalnum() for character in text)
