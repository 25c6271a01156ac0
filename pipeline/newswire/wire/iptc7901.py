"""IPTC 7901, the text message of teleprinter days that dpa and others still send: SOH, header, STX, text, ETX, time, EOT."""

from __future__ import annotations

import re
from typing import Any, Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import charset, typescript
from newswire.wire.dateline import dateline
from newswire.wire.draft import Draft, finish, identifier
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count
from newswire.wire.times import offset

__all__ = ("READER",)

SOH: Final = "\x01"
STX: Final = "\x02"
ETX: Final = "\x03"

# Receivers keep what synchronises the line and ends the message.
AROUND: Final = "\x00\x04\x16\x17\x7f \r\n"

# "eca062 4 i 211 ccccb   dpa 061": service and its number, priority, category, words, whatever the agency likes, and at the end
# the source with a number of its own.
HEADER: Final = re.compile(
    r"(?P<service>[A-Za-z]{1,5})\s?(?P<sequence>\d{2,5})\s+(?P<priority>[0-9])\s+(?P<category>[A-Za-z]{1,4})\s+(?P<words>\d{1,5})"
    r"(?P<rest>[^\r\n]{0,120})"
)
SOURCE: Final = re.compile(r"(?P<source>[A-Za-z][\w-]{1,11})\s+(?P<number>\d{2,5})\s*$")
BARE: Final = re.compile(rb"[\x00\x16\r\n ]{0,64}[A-Za-z]{2,5}\d{3,5} [0-9] [A-Za-z]{1,4} \d{1,5} [^\r\n]{0,120}\r?\n")
MARKED: Final = re.compile(rb"[\x00\x16\r\n ]{0,64}\x01[^\x1f\n]{3,160}\n")

# "131137 GMT Nov 13" is day, hour and minute, zone, month and year; German services write their months and zones.
TIME: Final = re.compile(
    r"(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)\s*(?P<zone>[A-Z]{1,5})?\s+(?P<month>[^\W\d_]{3})\w*\s+(?P<year>\d\d)\b"
)
MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *(
                "jan",
                "feb fév fev",
                "mar mär mrz",
                "apr avr abr",
                "may mai mag",
                "jun",
                "jul",
                "aug aoû ago",
                "sep set",
            ),
            *("oct okt ott", "nov", "dec dez déc dic"),
        ),
        1,
    )
    for name in names.split()
}

# Where the text ends and what is for editors begins.
NOTES: Final = re.compile(
    r"^[ \t]*(?:#+ *(?:dpa +)?(?:notebook|notizblock|note to editors|redaktionelle hinweise)\b|\*(?: ?\*){2,}[ \t]*$"
    r"|(?:the following information is|die folgenden informationen sind)\b)",
    re.IGNORECASE | re.MULTILINE,
)
BYLINE: Final = re.compile(r"(?:By|Von|Par|Por|Di)\s+(?=\S)")

# A line above the headline that is short and in capitals says what the message is: 1ST LEAD, REFILE, EXTRA.
LONGEST_TAG: Final = 3


def _recognises(message: Message) -> bool:
    if MARKED.match(message.value):
        return b"\x02" in message.value
    return BARE.match(message.value) is not None


def _read(message: Message) -> list[Article]:
    text, note = _decoded(message)
    texts = [text] if SOH not in text else text.split(SOH)[1:]
    check_count(len(texts), "iptc7901")
    drafts = [_draft(one, f"message {number}", note) for number, one in enumerate(texts, 1)]
    return [finish(draft, message, alone=len(drafts) == 1) for draft in drafts]


def _decoded(message: Message) -> tuple[str, str | None]:
    try:
        text, note = message.decoded
    except InputError:
        if message.declared_charset:
            raise
        text, note = charset.decode(
            message.value, "iso-8859-1"
        )  # national sets: letters may come out wrong, words stay
    return text.replace("\r\n", "\n").replace("\r", "\n"), note


def _draft(message: str, where: str, note: str | None) -> Draft:
    head, _, rest = message.partition(STX) if STX in message else _split(message)
    header = HEADER.search(head)
    if header is None:
        raise InputError(
            "no header of IPTC 7901", "Send the message from SOH on, as it came", format="iptc7901", where=where
        )
    text, _, trailer = rest.partition(ETX)
    time, trailer = _time(trailer or rest[-200:])
    if trailer and ETX not in rest:
        text = text.rpartition(trailer)[0]
    source = SOURCE.search(header["rest"])
    keyword = " ".join(head[header.end() :].split())
    above, story = _headed(text)
    headline, byline, tags, notes = _lines(above)
    story, for_editors = _without_notes(story)
    paragraphs, signed = _without_signature(
        typescript.paragraphs(story.strip("\n")), source["source"] if source else None
    )
    line, place = dateline(paragraphs[0] if paragraphs else "")
    extra: dict[str, Any] = {
        "service": header["service"],
        "sequence": header["sequence"],
        "category": header["category"],
        **({"number": source["number"]} if source else {}),
        **({"signature": signed} if signed else {}),
        **({"tags": tags} if tags else {}),
        **({"charset": note} if note else {}),
    }
    return Draft(
        format="iptc7901",
        where=where,
        id=_id(header, source, time, headline, paragraphs),
        headline=headline,
        byline=byline,
        dateline=line,
        located=place,
        urgency=header["priority"],
        published=time,
        modified=time,
        source=source["source"] if source else header["service"],
        slugline=keyword.rstrip("/") or None,
        tags=tags,
        notes=[*notes, *for_editors],
        subjects=[header["category"]],
        body="\n\n".join(paragraphs),
        extra=extra,
    )


def _split(message: str) -> tuple[str, str, str]:
    """Header and text of a message that has lost its control characters: the keyword line ends with a stroke."""
    header, _, rest = message.lstrip(AROUND).partition("\n")
    before, stroke, text = rest.lstrip("\n").partition("\n")
    if before.rstrip().endswith("/"):
        return f"{header}\n{before}", stroke, text
    return header, "\n", rest


def _id(
    header: re.Match[str], source: re.Match[str] | None, time: str | None, headline: str | None, paragraphs: list[str]
) -> str:
    """The format has no id. A source counts its messages through a day, so that name, number and day are one."""
    name, number = (source["source"], source["number"]) if source else (header["service"], header["sequence"])
    if time:
        return f"urn:newswire:iptc7901:{name.lower()}:{number}:{time[:10]}"
    return identifier("iptc7901", name, number, headline or "", *paragraphs[:1])


def _time(trailer: str) -> tuple[str | None, str]:
    found = max(TIME.finditer(trailer), key=lambda one: one.start(), default=None)
    month = MONTHS.get(found["month"].lower()) if found else None
    if found is None or month is None:
        return None, ""
    zone = offset(found["zone"] or "GMT")
    if zone is None:
        return None, found[0]
    year = 2000 + int(found["year"]) if int(found["year"]) < 70 else 1900 + int(found["year"])
    return f"{year}-{month:02}-{found['day']}T{found['hour']}:{found['minute']}:00{zone}", found[0]


def _headed(text: str) -> tuple[list[str], str]:
    """The lines of the headline, which end with an equals sign, and the text; without a sign the first line is it."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:12]):
        if line.rstrip().endswith("="):
            above = [*lines[:number], line.rstrip()[:-1]]
            return [line.strip() for line in above if line.strip()], "\n".join(lines[number + 1 :])
        if not line.strip() and any(one.strip() for one in lines[:number]):
            break
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return [], ""
    return [lines[first].strip()], "\n".join(lines[first + 1 :])


def _lines(above: list[str]) -> tuple[str | None, str | None, list[str], list[str]]:
    """Headline, by-line, tags and notes from the lines over a text."""
    tags: list[str] = []
    notes: list[str] = []
    titles: list[str] = []
    byline = None
    for number, line in enumerate(above):
        last = number == len(above) - 1
        if line.startswith("(") and line.endswith(")") and not (last and not titles):
            notes.append(line.strip("()"))
        elif BYLINE.match(line) and titles:
            byline = line
        elif not titles and not last and line.isupper() and len(line.split()) <= LONGEST_TAG:
            tags.append(line)
        else:
            titles.append(line)
    return " ".join(titles) or None, byline, tags, notes


def _without_notes(text: str) -> tuple[str, list[str]]:
    found = NOTES.search(text)
    if found is None:
        return text, []
    lines = (line.strip(" \t#*") for line in text[found.start() :].split("\n"))
    return text[: found.start()], [line for line in lines if line]


def _without_signature(paragraphs: list[str], source: str | None) -> tuple[list[str], str | None]:
    """The paragraphs without a last one of the initials of those who worked on it: `dpa wsz jln npr`."""
    if len(paragraphs) > 1 and source:
        name = re.escape(source.partition("-")[0])
        if re.fullmatch(rf"{name}(?: [a-z0-9/-]{{1,5}}){{1,8}}", paragraphs[-1]):
            return paragraphs[:-1], paragraphs[-1]
    return paragraphs, None


READER: Final = Reader(
    name="iptc7901", media_types=("text/vnd.iptc.7901",), recognises=_recognises, read=_read, stands_out=True
)
