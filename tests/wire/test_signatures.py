"""What is no text is refused by the name of its format, and never read as text."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import tarfile
import wave
import zipfile
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.wire import read
from newswire.wire.registry import _readers
from newswire.wire.signatures import SIGNATURES, Signature

HEADERS: tuple[Mapping[str, bytes], ...] = (
    {},
    *({"content-type": kind.encode()} for reader in _readers() for kind in reader.media_types),
    {"content-type": b"application/octet-stream"},
    {"content-type": b"text/plain; charset=latin-1"},
    {"content-type": b"application/pdf"},
)


def _zip(*names: str, content: bytes = b"<x/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _tar() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("story.txt"))
    return file.getvalue()


def _wav() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        sound.writeframes(b"\x80" * 100)
    return file.getvalue()


def _sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table story (text)")
    return connection.serialize()


ODT = b"application/vnd.oasis.opendocument.text"
# As programs write them, or as their headers begin.
FILES = {
    "PDF": b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n",
    "RTF": rb"{\rtf1\ansi A ferry ran aground.}",
    "PostScript": b"%!PS-Adobe-3.0\n(A ferry) show\n",
    "DOCX": _zip("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    "XLSX": _zip("[Content_Types].xml", "xl/workbook.xml"),
    "PPTX": _zip("[Content_Types].xml", "ppt/presentation.xml"),
    "ODT": _zip("mimetype", content=ODT),
    "EPUB": _zip("mimetype", content=b"application/epub+zip"),
    "ZIP": _zip("story.txt"),
    "DOC": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100,
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "GIF": b"GIF89a\x01\0\x01\0",
    "TIFF": b"II*\0\x08\0\0\0",
    "WebP": b"RIFF\x24\0\0\0WEBPVP8 ",
    "HEIF": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "MP4": b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2",
    "MP3": b"ID3\x04\0\0\0\0\0\x23TSSE",
    "WAV": _wav(),
    "Ogg": b"OggS\0\x02" + b"\0" * 20,
    "gzip": gzip.compress(b"A ferry ran aground."),
    "bzip2": bz2.compress(b"A ferry ran aground."),
    "xz": lzma.compress(b"A ferry ran aground."),
    "tar": _tar(),
    "SQLite": _sqlite(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_text_is_named_with_what_to_do(name: str) -> None:
    with pytest.raises(InputError, match=rf"this is .*{name}.*, not text") as caught:
        read(FILES[name], {})
    assert caught.value.remedy
    assert "UTF-8" not in str(caught.value)


@pytest.mark.parametrize(("name", "tool"), [("PDF", "pdftotext"), ("DOCX", "pandoc"), ("gzip", "Unpack")])
def test_the_remedy_is_that_of_the_format(name: str, tool: str) -> None:
    with pytest.raises(InputError) as caught:
        read(FILES[name], {"content-type": b"text/plain"})
    assert tool in caught.value.remedy


@pytest.mark.parametrize("one", SIGNATURES, ids=lambda one: str(one.format))
@settings(max_examples=25)  # of each of forty formats
@given(data=st.data())
def test_no_reader_takes_what_begins_so_whatever_follows_and_whatever_it_is_called(
    one: Signature, data: st.DataObject
) -> None:
    value = data.draw(st.from_regex(one.begins, fullmatch=True)) + data.draw(st.binary(max_size=60)) + one.holds
    with pytest.raises(InputError, match=r"this is .*, not text"):
        read(value, data.draw(st.sampled_from(HEADERS)))


@given(st.sampled_from(sorted(FILES)), st.text(max_size=40), st.sampled_from(HEADERS))
def test_words_behind_the_beginning_of_a_file_make_no_story_of_it(
    name: str, words: str, headers: Mapping[str, bytes]
) -> None:
    with pytest.raises(InputError, match=r"this is .*, not text"):
        read(FILES[name] + words.encode("utf-8", "surrogatepass"), headers)


@pytest.mark.parametrize(
    "text",
    [
        "BMW recalls 3,000 cars.",
        "ID3 owners are told to wait.",
        "GIF images turn 40.",
        "MZ Motorrad is back.",
        "II. The second part",
        "MM* is a film.",
        "PK, short for Peacekeeper",
        "RIFF raff",
        "Rar! said the lion.",
        "PDF files are no news.",
        "The ftype of a file",
        "BZh11 is a road.",
        "FORMer minister resigns",
        "ÿûÿ",
        "\x0cPage two",
        "\ufeffPlain text",
    ],
)
def test_a_story_that_begins_with_the_same_letters_is_read(text: str) -> None:
    (article,) = read(text.encode(), {})
    assert article.body == text.removeprefix("\ufeff")


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1"])
def test_text_in_other_charsets_is_taken_for_no_file(charset: str) -> None:
    (article,) = read("Fähre auf Grund".encode(charset), {"content-type": f"text/plain; charset={charset}".encode()})
    assert article.body == "Fähre auf Grund"
