"""Values for fuzzing, and inputs made to hurt."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import Article
from newswire.wire import read

MIB = 1024 * 1024
SIZE = 4 * MIB  # what a message on the raw topic may have

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(
        ["usable", "canceled", "2024-05-03T09:00:00Z", "20240503", "99999999999999999999", "stat:withheld", "<p>a</p>"]
    )
)
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcx", max_size=3), inner, max_size=3),
    max_leaves=6,
)


def _laughs(inside: bytes) -> bytes:
    """Entities that expand to a billion copies of the first."""
    entities = b'<!ENTITY l0 "lol">' + b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    return b'<?xml version="1.0"?><!DOCTYPE r [' + entities + b"]>" + inside


def _g2(content: bytes, about: bytes = b"") -> bytes:
    return (
        b'<newsItem guid="a" version="1"><itemMeta/><contentMeta>'
        + about
        + b"</contentMeta><contentSet><inlineXML>"
        + content
        + b"</inlineXML></contentSet></newsItem>"
    )


def _nitf(content: bytes) -> bytes:
    return b"<nitf><body><body.content>" + content + b"</body.content></body></nitf>"


MESSAGE_7901 = b"\x01nwa012 4 i 93   nw 157\r\n\nFerry/\r\n\x02Ferry =\r\n"
MESSAGE_ANPA = b"\x16\x16\x01N0421\x1f_n\nr i\x13\x11 BC-Ferry   05-03 0093\r\n\x02^BC-Ferry<\r\n"
MAIL = b"From: a@nordwire.example\nSubject: x\n"

# Inputs that must end as a clear error.
REFUSED = {
    "a billion laughs in text": _laughs(b"<rss><item><title>&l9;</title></item></rss>"),
    "a billion laughs in an attribute": _laughs(b'<rss a="&l9;"><item><title>x</title></item></rss>'),
    "an entity that is a file": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><item><title>&x;</title></item>',
    "an entity that is an address": (
        b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><item><title>x</title></item>'
    ),
    "an entity of HTML in XML": b"<item><title>a&nbsp;b</title></item>",
    "deep XML": b"<rss>" + b"<a>" * (SIZE // 3 - 2),
    "deep HTML": b"<p>" + b"<div>" * (SIZE // 5 - 1),
    "deep HTML with end tags": b"<p>" + b"<b>" * (SIZE // 20) + b"</p>" * (SIZE // 8),
    "comments that do not end": b"<p>" + b"<!--" * (SIZE // 4 - 1),
    "many comments": b"<!-- -->" * (SIZE // 8 - 1) + b"<p>x",
    "deep JSON": b'{"a":' * (SIZE // 5),
    "deep JSON that is whole": b'{"id":"a","body":"x","extra":' + b'{"a":' * 500 + b"1" + b"}" * 501,
    "a huge number": b'{"id":"a","body":"x","version":' + b"9" * (SIZE - 40) + b"}",
    "a string of digits": b'{"id":"a","body":"x","published":"' + b"1" * (SIZE - 40) + b'"}',
    "a lone surrogate": b'{"id":"a","body":"\\ud800"}',
    "bytes that are no UTF-8, in JSON": b'{"id":"a","body":"caf\xe9"}',
    "bytes that are no UTF-8, in HTML": b'<meta charset="utf-8"><p>caf\xe9\x80',
    "another encoding than it says": b"<?xml version='1.0' encoding='utf-16'?><item><title>x</title></item>",
    "control characters in XML": b"<item><title>a\x01b</title></item>",
    "too many items": b"<rss>" + b"<item><title>x</title></item>" * 100_000 + b"</rss>",
    "too many items of NewsML-G2": b"<newsMessage><itemSet>" + b"<newsItem/>" * 300_000 + b"</itemSet></newsMessage>",
    "too many items of NewsML": b"<NewsML>" + b"<NewsItem/>" * 300_000 + b"</NewsML>",
    "deep NewsML-G2": _g2(b"<p>" * 200_000),
    "too many messages": MESSAGE_7901 + b"\x01" * SIZE,
    "too many items of AP": b'{"api_version":"1","data":{"items":[' + b"{}," * 1_000_000 + b"{}]}}",
    "parts in parts": MAIL
    + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(900)),
    "mail in mail": MAIL + b"Content-Type: message/rfc822\n\n" * 3_000 + b"x",
    "brackets in an address": b"Subject: x\nFrom: " + b"(" * 900 + b"\n\nText",
    "spaces after an XML declaration": b"<?xml" + b" " * (SIZE - 5),
}

# Inputs that are odd, and yet articles.
READ = {
    "a document type elsewhere": b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd"><rss><item><title>x</title></item></rss>',
    "angle brackets": b"<p>" + b"<" * (SIZE - 3),
    "many attributes": b"<p " + b" ".join(b"a%d=1" % n for n in range(300_000)) + b">x</p>",
    "one attribute often": b"<p " + b"a " * (SIZE // 2 - 10) + b">x</p>",
    "entities": b"<p>" + b"&amp;" * (SIZE // 5 - 1),
    "paragraphs": b"<p>x" * (SIZE // 4),
    "breaks": b"<p>x" + b"<br>" * (SIZE // 4 - 1),
    "end tags in deep HTML": b"<p>x" + b"<div>" * 240 + b"</p>" * (SIZE // 4 - 400),
    "attributes in XML": b"<item " + b" ".join(b'a%d="1"' % n for n in range(250_000)) + b"><title>x</title></item>",
    "elements in an item": b"<item><title>x</title>" + b"<y>a</y>" * 300_000 + b"</item>",
    "wide JSON": b'{"id":"a","body":"x","extra":{"a":[' + b"1," * (SIZE // 2 - 40) + b"1]}}",
    "brackets": b"[" * SIZE,
    "quote marks": b'"' * SIZE,
    "no space": b"a" * SIZE,
    "spaces": b" " * (SIZE - 1) + b"x",
    "lines in an element": _g2(b"<p>" + b"x\n   y\n" * (SIZE // 8) + b"</p>"),
    "breaks in an element": _g2(b"<p>" + b"x<br/>" * (SIZE // 6 - 50) + b"</p>"),
    "a slugline without end": _g2(b"<p>x</p>", b"<slugline>" + b",( " * (SIZE // 3 - 100) + b"</slugline>"),
    "tags without end": _g2(b"<p>x</p>", b"<headline>" + b"CORRECTED-" * (SIZE // 10 - 50) + b"</headline>"),
    "names": _nitf(b"".join(b"<person>%d</person>" % n for n in range(150_000))),
    "names in names": _nitf((b"<person>" * 200 + b"x" + b"</person>" * 200) * 1_200),
    "stars of 7901": MESSAGE_7901 + (b"* " * 2_000 + b"x\n") * 1_000,
    "lines of ANPA": MESSAGE_ANPA + b"\tx\n" + b"y\n" * (SIZE // 2 - 100),
    "carets": MESSAGE_ANPA + b"^x y<\n" * (SIZE // 6 - 20),
    "empty lines in mail": MAIL + b"\n" * (SIZE - 60) + b"x",
    "requests to kill": b"please kill " * (SIZE // 12),
    "marks that turn the direction": "\u202e\u202eabc\u2069".encode(),
    "the same key twice": b'{"id":"a","id":"b","body":"x","body":"y"}',
    "the same key often": b'{"id":"a","body":"x","extra":{' + b'"a":1,' * (SIZE // 6 - 10) + b'"a":2}}',
    "JSON in UTF-16": '{"id":"a","body":"x"}'.encode("utf-16"),
    "NUL in JSON": b'{"id":"a","body":"x\\u0000y"}',
    "digits for a version": b'{"uri":"a","type":"text","body_text":"x","version":"' + b"9" * 100_000 + b'"}',
}


def articles_or_refusal(value: bytes, headers: Mapping[str, bytes]) -> list[Article]:
    """The articles; none when the message is refused. Any error but an InputError is a fault of the reader."""
    try:
        return read(value, headers)
    except InputError as refusal:
        if not refusal.remedy:
            raise AssertionError(f"nobody is told what to do about: {refusal.what}") from refusal
        return []
