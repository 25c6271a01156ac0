"""ANPA 1312, the wire format of American newspapers that AP still sends: SYN SYN SOH, header lines, STX, text, ETX, time, EOT.

Lines of the text's head begin with `^` and end with `<` or `=`, paragraphs begin with a tab. The marks of the typesetter become
those of the text: `` and '' quotation marks, _ a dash, { a half, ; between the cells of a table.
"""

from __future__ import annotations

import re
from typing import Any, Final

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import charset, notices
from newswire.wire.dateline import dateline
from newswire.wire.draft import Draft, finish, identifier
from newswire.wire.message import Message
from newswire.wire.reader import Reader, check_count

__all__ = ("READER",)

SOH: Final = "\x01"
STX: Final = "\x02"
ETX: Final = "\x03"

# "W2870\x1f_asian": service letter and number of the transmission, unit separator, selector.
SEQUENCE: Final = re.compile(r"(?P<service>[A-Za-z])(?P<number>\d{4})\x1f?(?P<selector>[\w-]*)")

# "f l\x13\x11 BC-LT--Argentina     11-13 1049": priority, category, kind of text, keyword and take, day, words.
HEADER: Final = re.compile(
    r"(?P<priority>[a-z]) (?P<category>[a-z])[\x10-\x1f]{0,4}\s?(?P<keyword>[^\n]{1,80}?)\s+(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?: +(?P<words>\d{1,5}))?\s*$",
    re.IGNORECASE,
)
MARKED: Final = re.compile(rb"[\x00\r\n ]{0,64}\x16{0,8}\x01[A-Za-z]\d{4}\x1f")
BARE: Final = re.compile(
    rb"[\x00\r\n ]{0,64}[A-Za-z]\d{4}[\w-]{0,24}\r?\n[a-z] [a-z][\x10-\x1f]{0,4} ?[^\r\n]{1,120}\r?\n\x02?\^"
)
TIME: Final = re.compile(r"AP-\w{2}-(\d\d)-(\d\d)-(\d\d) (\d\d)(\d\d)(GMT|E[SD]T)")
OFFSETS: Final = {"GMT": "Z", "EST": "-05:00", "EDT": "-04:00"}

# The priorities of ANPA 1312 as urgencies: flash, bulletin, urgent, regular, deferred.
URGENCIES: Final = {"f": 1, "b": 2, "u": 3, "r": 4, "d": 5}

# A half behind a number, or alone in the cell of a table; a dash between words.
HALF: Final = re.compile(r"(?<=\d)\{|(?<=;)\{(?=;|$)")
DASH: Final = re.compile(r"(?<=\S) _ (?=\S)")

SELECTOR: Final = re.compile(r"\*\d{2,6}")

# Slugs that are no story's own.
SHARED: Final = re.compile(r"newsalert|advisor")

PHOTOS: Final = re.compile(r"\(?AP (?:Photos?|Video|Graphics?|Audio)\b")
NOTE: Final = re.compile(r"\(?(?:Eds?|Editors?)[:.]|\(?EDITOR'?S'? NOTE\b")
BYLINE: Final = re.compile(r"(?:By|BY) \S")

TITLE: Final = re.compile(
    r"AP \S|(?:The )?Associated Press$|.{0,40}\b(?:Writer|Editor|Correspondent|Reporter|Columnist)$"
)

# Characters. A name and two titles; what follows is no title any more.
LONGEST_BYLINE: Final = 200

# A line of the head with so many words that ends as a sentence does is the summary that goes to phones.
SUMMARY: Final = re.compile(r"(?:\S+\s+){14,}\S+[.!?”'\"]+$")

# What a paragraph of the text begins with, and rows of tables (tab line indicator).
INDENTS: Final = ("\t", "\b")


def _recognises(message: Message) -> bool:
    return MARKED.match(message.value) is not None or BARE.match(message.value) is not None


def _read(message: Message) -> list[Article]:
    text, note = _decoded(message)
    texts = text.split(SOH)[1:] if SOH in text else [text]
    check_count(len(texts), "anpa1312")
    drafts = [_draft(one, f"message {number}", note) for number, one in enumerate(texts, 1)]
    return [finish(draft, message, alone=len(drafts) == 1) for draft in drafts]


def _decoded(message: Message) -> tuple[str, str | None]:
    try:
        text, note = message.decoded
    except InputError:
        if message.declared_charset:
            raise
        text, note = charset.decode(message.value, "iso-8859-1")
    return text.replace("\r\n", "\n").replace("\r", "\n"), note


def _draft(message: str, where: str, note: str | None) -> Draft:
    head, _, rest = message.partition(STX) if STX in message else message.partition("\n^")
    sequence = SEQUENCE.search(head[:80])
    header = next((found for line in head.split("\n")[1:] if (found := HEADER.match(line))), None)
    if header is None and sequence is None:
        raise InputError(
            "no header of ANPA 1312", "Send the message from SYN SYN SOH on, as it came", format="anpa1312", where=where
        )
    text, _, trailer = rest.partition(ETX) if ETX in rest else _split(rest)
    time = _time(trailer)
    lines, paragraphs = _lines("^" + text if STX not in message else text)
    slugline, headline, byline, notes, opening, extra = _heading(lines)
    # Lists of headlines have nothing but lines of the head.
    paragraphs = [*opening, *paragraphs] or extra.pop("lines", [])
    slugline = slugline or (header["keyword"] if header else None)
    take = header["keyword"].split()[1:] if header else []
    line, place = dateline(paragraphs[0] if paragraphs else "")
    if sequence:
        extra |= {
            "service": sequence["service"],
            "number": sequence["number"],
            "selector": sequence["selector"].lstrip("_-"),
        }
    if header:
        extra["keyword"] = header["keyword"]
    if note:
        extra["charset"] = note
    return Draft(
        format="anpa1312",
        where=where,
        id=_id(slugline, header, sequence, time, paragraphs),
        headline=headline or (notices.slug(slugline) if slugline else None),
        byline=byline,
        dateline=line,
        located=place,
        urgency=URGENCIES.get(header["priority"].lower()) if header else None,
        published=time,
        modified=time,
        source="AP" if "AP-" in trailer[:40] or "(AP)" in text else None,
        slugline=slugline,
        tags=take,
        notes=notes,
        subjects=[header["category"]] if header else [],
        body="\n\n".join(paragraphs),
        extra={name: value for name, value in extra.items() if value},
    )


def _split(text: str) -> tuple[str, str, str]:
    """Text and trailer of a message that has lost its control characters."""
    found = TIME.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()], "", text[found.start() :]


def _id(
    slugline: str | None,
    header: re.Match[str] | None,
    sequence: re.Match[str] | None,
    time: str | None,
    paragraphs: list[str],
) -> str:
    """The format has no id. A slug is a story's through its day: leads, correctives and kills come under the same. Alerts and
    advisories all have one slug, and are told apart by the number of the transmission."""
    if slugline is None or header is None:
        return identifier("anpa1312", slugline or "", *paragraphs[:1])
    slug = re.sub(r"[^a-z0-9]+", "-", notices.slug(slugline).lower()).strip("-")
    day = f"{time[:4] + '-' if time else ''}{int(header['month']):02}-{int(header['day']):02}"
    number = f":{sequence[0][:5]}" if sequence and SHARED.search(slug) else ""
    return f"urn:newswire:anpa1312:{day}:{slug}{number}"


def _time(trailer: str) -> str | None:
    found = TIME.search(trailer)
    if found is None:
        return None
    month, day, year, hour, minute, zone = found.groups()
    return f"{'20' if int(year) < 70 else '19'}{year}-{month}-{day}T{hour}:{minute}:00{OFFSETS[zone]}"


def _lines(text: str) -> tuple[list[str], list[str]]:
    """The lines of the head, and the paragraphs of the text. Lines of the head's kind further down are headings in the text."""
    head: list[str] = []
    paragraphs: list[str] = []
    lines: list[list[str]] = []  # of the paragraph that is open, each in the pieces that a receiver broke it into
    in_table = False

    def end() -> None:
        if lines:
            paragraphs.append("\n".join(map(" ".join, lines)))
            lines.clear()

    # A selector may stand before the slug in its line: "^*9006< ^BC-Ferry,93<".
    for raw in re.sub(r"<[ \t]*\^", "<\n^", text).split("\n"):
        line = raw.rstrip()
        words = _set(line)
        if words in ("", "END") or SELECTOR.fullmatch(words):
            if not words:
                end()
            continue
        if line.startswith("^") and not line.startswith("^\b"):
            end()
            (paragraphs if paragraphs else head).append(words)
        elif line.startswith(INDENTS) or not (head or paragraphs):
            if not (_is_row(line) and in_table):
                end()
            in_table = _is_row(line)
            lines.append([words])
        elif lines:
            lines[-1].append(words)
        elif head:
            # A row of a table without its mark.
            paragraphs.append(words)
        else:
            lines.append([words])
    end()
    return head, paragraphs


def _is_row(line: str) -> bool:
    return line.startswith("\b") or line.count(";") >= 2


def _set(line: str) -> str:
    """A line without the marks of the typesetter."""
    words = line.strip(" \t^<=\b\x10\x12\x13\x14")
    if _is_row(line):
        words = HALF.sub("½", words.lstrip("^").replace("\x10", " ").replace("^", "")).replace(";", " ")
    else:
        if "`" in words or "''" in words:
            words = words.replace("``", "“").replace("''", "”").replace("`", "‘")
        if " _ " in words:
            words = DASH.sub(" — ", words)
        if "{" in words:
            words = HALF.sub("½", words)
        words = words.replace("\x10", " ").replace("\b", " ")
    return " ".join(words.split())


def _heading(lines: list[str]) -> tuple[str | None, str | None, str | None, list[str], list[str], dict[str, Any]]:
    """Slugline, headline, by-line and notes from the lines over a text, headings that belong to it, and what else stands
    there."""
    slugline = lines[0] if lines else None
    headline = None
    byline = None
    notes: list[str] = []
    extra: dict[str, Any] = {}
    others: list[str] = []
    opening: list[str] = []
    for line in lines[1:]:
        if PHOTOS.match(line):
            extra["photos"] = line
        elif NOTE.match(line):
            notes.append(line.strip("()"))
        elif BYLINE.match(line) and byline is None:
            byline = line
        elif byline is not None and TITLE.match(line) and not opening and len(byline) < LONGEST_BYLINE:
            byline = f"{byline}, {line}"
        elif headline is None:
            headline = line
        elif SUMMARY.match(line) and "summary" not in extra:
            extra["summary"] = line
        else:
            (others if byline is None else opening).append(line)
    if others:
        extra["lines"] = others
    return slugline, headline, byline, notes, opening, extra


READER: Final = Reader(
    name="anpa1312", media_types=("text/vnd.iptc.anpa",), recognises=_recognises, read=_read, stands_out=True
)
