"""How fast each wire format is read on one core through `newswire.wire.read`: a story of 600 words in each, and real files."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from newswire.errors import InputError
from newswire.wire import read

__all__ = ("messages", "reading", "reading_files")

HEADLINE: Final = "UPDATE 1-Officials reject offer after protest"

# Readings of a message in a pass: a pass takes some tenths of a second.
REPEATED: Final = 100


def reading(text: str, passes: int) -> dict[str, float]:
    """Milliseconds of processor time for an item of each format, and items a second."""
    best = _best(messages(text.split("\n\n")), passes)
    return {f"reading.{name}_ms": taken * 1000 for name, taken in best.items()} | {
        f"reading.{name}_items_s": 1 / taken for name, taken in best.items()
    }


def reading_files(directory: Path, passes: int) -> dict[str, float]:
    """Milliseconds of processor time for an article of each format among the files of a directory: the mean of the format's
    files, and the slowest. Files that give no article are left out.
    """
    formats: dict[str, str] = {}
    articles: dict[str, int] = {}
    values: dict[str, bytes] = {}
    for path in sorted(path for path in directory.iterdir() if path.is_file()):
        value = path.read_bytes()
        try:
            found = read(value, {})
        except InputError:
            continue
        formats[path.name], articles[path.name], values[path.name] = str(found[0].format), len(found), value
    taken = {name: seconds * 1000 / articles[name] for name, seconds in _best(values, passes).items()}
    figures: dict[str, float] = {}
    for format in sorted(set(formats.values())):
        ours = [ms for name, ms in taken.items() if formats[name] == format]
        figures |= {f"files.{format}_mean_ms": sum(ours) / len(ours), f"files.{format}_slowest_ms": max(ours)}
    return figures


def _best(items: Mapping[str, bytes], passes: int) -> dict[str, float]:
    """Seconds of processor time that each item takes at its best: whatever else the machine does only adds."""
    best: dict[str, float] = {}
    for _ in range(passes + 1):
        for name, value in items.items():
            for _ in range(REPEATED):
                began = time.process_time()
                read(value, {})
                taken = time.process_time() - began
                best[name] = min(taken, best.get(name, taken))
    return best


def messages(paragraphs: Sequence[str]) -> dict[str, bytes]:
    """A message of each format, with the same story in it."""
    marked = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    nitf = f"<nitf><body><body.head/><body.content>{marked}</body.content></body></nitf>"
    typed = "\r\n\r\n".join("   " + _broken(one) for one in paragraphs)
    tabbed = "\r\n \r\n".join(f"\t   {one}" for one in paragraphs)
    return {
        "newsml_g2": (
            '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet><newsItem guid="tag:nw.example,2024:1" '
            'version="2" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><provider literal="nw.example"/>'
            '<versionCreated>2024-05-03T11:05:00Z</versionCreated><pubStatus qcode="stat:usable"/>'
            '<edNote>Adds quote</edNote><signal qcode="sig:update"/>'
            f"</itemMeta><contentMeta><urgency>3</urgency><language tag='en'/>{_subjects()}<slugline>NORWAY-FERRY/ (UPDATE 1)"
            f"</slugline><headline>{HEADLINE}</headline><by>By Kari Nes</by></contentMeta><contentSet><inlineXML><html "
            f'xmlns="http://www.w3.org/1999/xhtml"><body>{marked}</body></html></inlineXML></contentSet></newsItem></itemSet>'
            "</newsMessage>"
        ).encode(),
        "newsml_1": (
            "<NewsML><NewsItem><Identification><NewsIdentifier><RevisionId>1</RevisionId><PublicIdentifier>urn:newsml:nw:1:1"
            "</PublicIdentifier></NewsIdentifier></Identification><NewsManagement><Status FormalName='Usable'/></NewsManagement>"
            f"<NewsComponent><NewsLines><HeadLine>{HEADLINE}</HeadLine></NewsLines><ContentItem><DataContent>{nitf}</DataContent>"
            "</ContentItem></NewsComponent></NewsItem></NewsML>"
        ).encode(),
        "nitf": nitf.replace(
            "<nitf>",
            '<nitf><head><docdata><doc-id id-string="nw-1"/><date.issue norm="20240503T110500Z"/></docdata></head>',
        ).encode(),
        "iptc7901": (
            f"\x01nwa012 4 i 93   nw 157\r\n\r\nFerry/\r\n\x02{HEADLINE} =\r\n\r\n{typed}\r\n\x03031105 GMT May 24"
        ).encode(),
        "anpa1312": (
            f"\x16\x16\x01N0421\x1f_n\nr i\x13\x11 BC-Ferry   05-03 0093\r\n\x02^BC-Ferry, 1st Ld,93<\r\n^{HEADLINE}<\r\n{tabbed}"
            "\r\n\x03AP-WF-05-03-24 1105GMT<"
        ).encode(),
        "ap": json.dumps(
            {
                "api_version": "1.1",
                "data": {
                    "item": {
                        "altids": {"itemid": "1"},
                        "signals": ["newscontent"],
                        "headline": HEADLINE,
                        "body_nitf": nitf,
                    }
                },
            }
        ).encode(),
        "ninjs": json.dumps({"uri": "urn:nw:1", "type": "text", "headline": HEADLINE, "body_html": marked}).encode(),
        "json_feed": json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [{"id": "1", "title": HEADLINE, "content_html": marked}],
            }
        ).encode(),
        "rss": (
            f"<rss><channel><title>N</title><item><guid>nw:1</guid><title>{HEADLINE}</title>"
            f"<description>{escape(marked)}</description></item></channel></rss>"
        ).encode(),
        "atom": (
            f'<entry xmlns="http://www.w3.org/2005/Atom"><id>nw:1</id><title>{HEADLINE}</title>'
            f'<content type="html">{escape(marked)}</content></entry>'
        ).encode(),
        "html": f"<html><head><title>{HEADLINE}</title></head><body><article>{marked}</article></body></html>".encode(),
        "mail": f"From: a@nw.example\r\nSubject: {HEADLINE}\r\nMessage-ID: <1@nw.example>\r\n\r\n{typed}".encode(),
        "article": json.dumps({"id": "urn:nw:1", "headline": HEADLINE, "body": "\n\n".join(paragraphs)}).encode(),
        "text": "\n\n".join(paragraphs).encode(),
    }


def _subjects() -> str:
    return "".join(
        f'<subject qcode="medtop:2000{number}"><name>subject {number}</name></subject>' for number in range(30)
    )


def _broken(paragraph: str) -> str:
    """A paragraph in lines of at most 69 characters."""
    lines = [""]
    for word in paragraph.split():
        if lines[-1] and len(lines[-1]) + len(word) >= 69:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return "\r\n".join(lines)
