"""What files that are no text begin with: the table by which a PDF or a picture is refused by name instead of as bad text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ("SIGNATURES", "Signature", "signature")

DOCUMENT: Final = "Convert it to text before feeding it, as with `pandoc --to plain` or `soffice --convert-to txt`"
PDF: Final = "Convert it to text before feeding it, as with `pdftotext`"
PICTURE: Final = "A picture holds no text: feed its story or caption"
SOUND: Final = "Feed its transcript"
ARCHIVE: Final = "Unpack it, and feed what is in it"
PROGRAM: Final = "Feed the story's text"

# Software writes, and reads, a byte order mark or empty lines before the signatures that are ASCII.
BEFORE: Final = rb"(?:\xef\xbb\xbf)?\s*"


@dataclass(frozen=True, slots=True)
class Signature:
    """What values of one format begin with. `holds` must stand somewhere after that, too."""

    format: str
    begins: re.Pattern[bytes]
    remedy: str
    holds: bytes = b""


def _signature(format: str, begins: bytes, remedy: str, holds: bytes = b"") -> Signature:
    return Signature(format, re.compile(begins, re.DOTALL), remedy, holds)


# The particular before the general. Short signatures of letters that a story may begin with ("BMW", "ID3", "Rar") count
# only with the control characters that the format wants behind them. Behind each line is where the format says so; where
# only "signature" stands, the list is the PRONOM registry of The National Archives (UK).
SIGNATURES: Final = (
    _signature("PDF", BEFORE + rb"%PDF-", PDF),  # ISO 32000-2, 7.5.2
    _signature("PostScript", BEFORE + rb"%!PS", DOCUMENT),  # Adobe 5001, 3.1
    _signature("RTF", BEFORE + rb"\{\\rtf", DOCUMENT),  # RTF 1.9.1, File
    # Names in a ZIP archive are never compressed (APPNOTE 4.4.17); OPC's parts have these (ECMA-376-2).
    _signature("DOCX (Word)", rb"PK\x03\x04", DOCUMENT, b"word/document.xml"),
    _signature("XLSX (Excel)", rb"PK\x03\x04", DOCUMENT, b"xl/workbook.xml"),
    _signature("PPTX (PowerPoint)", rb"PK\x03\x04", DOCUMENT, b"ppt/presentation.xml"),
    # The first file is `mimetype`, not compressed (OpenDocument 1.3 part 2, 3.3; EPUB OCF 3.3, 4.3.2).
    _signature(
        "ODT (OpenDocument text)", rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", DOCUMENT
    ),
    _signature("OpenDocument", rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument", DOCUMENT),
    _signature("EPUB", rb"PK\x03\x04.{26}mimetypeapplication/epub\+zip", DOCUMENT),
    _signature("ZIP", rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", ARCHIVE),  # APPNOTE 4.3.7, 4.3.16, 8.5.3
    # [MS-CFB] 2.2: DOC, XLS, PPT and MSG are told apart only by the streams inside.
    _signature("an old Office document (DOC, XLS, PPT, MSG)", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DOCUMENT),
    _signature("PNG", rb"\x89PNG\r\n\x1a\n", PICTURE),  # PNG 3rd edition, 5.2
    _signature("JPEG", rb"\xff\xd8\xff", PICTURE),  # ITU-T T.81, B.1.1.3: SOI, and the next marker
    _signature("JPEG 2000", rb"\0\0\0\x0cjP  \r\n\x87\n", PICTURE),  # ITU-T T.800, I.5.1
    _signature("JPEG XL", rb"\0\0\0\x0cJXL \r\n\x87\n", PICTURE),  # ISO/IEC 18181-2, 9.1
    _signature("GIF", rb"GIF8[79]a", PICTURE),  # GIF89a, 17
    _signature("TIFF", rb"II[*+]\0|MM\0[*+]", PICTURE),  # TIFF 6.0, section 2; with + BigTIFF
    _signature("BMP", rb"BM.{4}\0{4}", PICTURE),  # BITMAPFILEHEADER: both reserved words are zero
    _signature("ICO", rb"\0\0[\x01\x02]\0", PICTURE),  # WHATWG MIME Sniffing, 6.1
    _signature("WebP", rb"RIFF.{4}WEBP", PICTURE),  # RFC 9649, 2.4
    _signature("Photoshop", rb"8BPS\0[\x01\x02]", PICTURE),  # Adobe Photoshop File Formats, file header
    # ISO/IEC 14496-12, 4.3: a box of at most 16 MiB, then the brand.
    _signature("HEIF or AVIF", rb"\0.{3}ftyp(?:hei|hev|mif|msf|avi)", PICTURE),
    _signature("M4A (audio)", rb"\0.{3}ftypM4[AB]", SOUND),
    _signature("MP4 or QuickTime (video)", rb"\0.{3}(?:ftyp|moov|mdat|wide|free)", SOUND),
    _signature("MP3", rb"ID3[\x02-\x04]\0", SOUND),  # ID3 2.4.0, 3.1
    # ISO/IEC 11172-3, 2.4.2.3: the sync word, MPEG 1, 2 or 2.5, layer III. Layer I looks like a byte order mark.
    _signature("MP3", rb"\xff[\xfa\xfb\xf2\xf3\xe2\xe3]", SOUND),
    _signature("AAC", rb"\xff[\xf0\xf1\xf8\xf9]", SOUND),  # ISO/IEC 13818-7, 6.2: ADTS
    _signature("WAV", rb"RIFF.{4}WAVE", SOUND),  # Multimedia Programming Interface 1.0, RIFF
    _signature("AVI (video)", rb"RIFF.{4}AVI ", SOUND),
    _signature("AIFF", rb"FORM.{4}AIF[FC]", SOUND),  # AIFF 1.3
    _signature("Ogg", rb"OggS\0", SOUND),  # RFC 3533, 6
    _signature("FLAC", rb"fLaC[\0\x80]", SOUND),  # RFC 9639, 6 and 8.1: STREAMINFO comes first
    _signature("Matroska or WebM (video)", rb"\x1a\x45\xdf\xa3", SOUND),  # RFC 8794, 11.2.1
    _signature("MPEG (video)", rb"\0\0\x01[\xb3\xba]", SOUND),  # ISO/IEC 13818-1, 2.5.3.1; 13818-2, 6.2.2.1
    _signature("FLV (video)", rb"FLV\x01", SOUND),  # Adobe FLV 10.1, E.2
    _signature("Windows Media", rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", SOUND),  # ASF 1.2, 2: header object
    _signature("gzip", rb"\x1f\x8b\x08", ARCHIVE),  # RFC 1952, 2.3.1; 8 is the only method
    _signature(
        "bzip2", rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", ARCHIVE
    ),  # signature, and the block's (pi, or the root of it)
    _signature("xz", rb"\xfd7zXZ\0", ARCHIVE),  # .xz 1.2.1, 2.1.1.1
    _signature("Zstandard", rb"\x28\xb5\x2f\xfd", ARCHIVE),  # RFC 8878, 3.1.1
    _signature("LZ4", rb"\x04\x22\x4d\x18", ARCHIVE),  # LZ4 frame format 1.6.4
    _signature("7-Zip", rb"7z\xbc\xaf\x27\x1c", ARCHIVE),  # 7zFormat.txt
    _signature("RAR", rb"Rar!\x1a\x07", ARCHIVE),  # RAR 5.0 archive format
    _signature("tar", rb"[^\0].{256}ustar(?:\0|  \0)", ARCHIVE),  # POSIX.1-2017, pax: ustar; with a blank GNU's
    _signature("compress (.Z)", rb"\x1f[\x9d\xa0]", ARCHIVE),  # signature
    _signature("a TNEF attachment (winmail.dat)", rb"\x78\x9f\x3e\x22", ARCHIVE),  # [MS-OXTNEF] 2.1.3.2
    _signature("SQLite", rb"SQLite format 3\0", PROGRAM),  # SQLite file format, 1.3.1
    _signature("Parquet", rb"PAR1[\x15\x00]", PROGRAM),  # Parquet file format; Thrift's first field follows
    _signature("a font", rb"wOF[F2](?:\0\x01\0\0|OTTO|true)", PROGRAM),  # WOFF 1.0, 3; WOFF 2.0, 4
    _signature("a program", rb"\x7fELF|\xca\xfe\xba\xbe|\0asm|MZ.{2}\0", PROGRAM),  # signature
)


# What most messages begin with, and no file of these.
TEXT: Final = (b"<?xml", b'{"')


def signature(value: bytes) -> Signature | None:
    """The signature that the value begins with, or None."""
    if value.startswith(TEXT):
        return None
    return next(
        (one for one in SIGNATURES if one.begins.match(value) and (not one.holds or one.holds in value)),
        None,
    )
