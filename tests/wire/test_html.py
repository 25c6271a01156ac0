from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.wire import markup, read
from newswire.wire.message import Message

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>Ferry | Nordwire</title>
<meta charset="windows-1252"><meta property="og:title" content="Ferry aground"><meta name="author" content="Kari Nes">
<meta property="article:published_time" content="2024-05-03T09:00:00+02:00"><meta property="og:site_name" content="Nordwire">
<meta name="news_keywords" content="ferry, Oslo"><link rel="canonical" href="https://nordwire.example/17">
<style>p {}</style></head><body><nav><a>Home</a></nav>
<article><h1>Ferry aground</h1><p>A ferry&nbsp;ran <b>aground</b>.<br>Nobody was hurt.</p>
<figure><img src="x"><figcaption>A ferry</figcaption></figure><script>if (a < b) {}</script>
<ul><li>One<li>Two</ul><table><tr><td>a<td>b</tr></table></article>
<aside>Read more</aside><p>Cookies</p></body></html>"""


def test_a_page_gives_its_article_and_what_its_head_says() -> None:
    (article,) = read(PAGE.encode("cp1252"), {"content-type": b"text/html"})
    assert article.body == "Ferry aground\n\nA ferry ran aground.\nNobody was hurt.\n\nOne\n\nTwo\n\na b"
    assert (article.headline, article.byline, article.language) == ("Ferry aground", "Kari Nes", "en-GB")
    assert (article.source, article.url) == ("Nordwire", "https://nordwire.example/17")
    assert article.published == "2024-05-03T09:00:00+02:00"
    assert article.keywords == ["ferry", "Oslo"]


@pytest.mark.parametrize(
    "start", ["<p>", "<!doctype html>", "<?xml version='1.0'?><html>", "<!-- a --> <div class=x>", "\ufeff<h1>"]
)
def test_html_is_recognised_by_its_first_element(start: str) -> None:
    (article,) = read(f"{start}Text".encode(), {})
    assert (article.format, article.body) == ("html", "Text")


COMMENTS = st.lists(
    st.text("<!->p \n\xe9", max_size=12).map(lambda text: f"<!--{text.replace('-->', '')}-->"), max_size=4
)


@given(COMMENTS, st.sampled_from(["", " ", "\n"]))
def test_comments_before_the_first_element_hide_it_from_nobody(comments: list[str], between: str) -> None:
    start = between.join([*comments, ""])
    assert Message.of(f"{start}<p>Text".encode(), {}).looks_like_html
    assert not Message.of(f"{start}<item>Text".encode(), {}).looks_like_html
    assert not Message.of(f"{start}<!--<p>Text".encode(), {}).looks_like_html


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("a<p>b</p>c", ["a", "b", "c"]),
        ("<p>a <i>b</i>\n c</p>", ["a b c"]),
        ("<p>a</p><p> </p><p>&nbsp;</p><p>b</p>", ["a", "b"]),
        ("<p>a<br><br>b</p>", ["a", "b"]),
        ("<p>a<br>b <br> <br> c</p>", ["a\nb", "c"]),
        ("<p>She said <q>it <q>rains</q></q>.</p>", ["She said “it ‘rains’”."]),
        ("<p>a</p><embed src=x><p>b</p>", ["a", "b"]),
        ("a <embed src=x> b", ["a b"]),
        ("<p>2 &lt; 3 &amp;amp; &eacute;&#8220;</p>", ["2 < 3 &amp; é“"]),
        ("<p>a<noscript>x</noscript><template>y</template><button>z</button></p>", ["a"]),
        ("<figure>x<p>y</p></figure><p>a</p>", ["a"]),
        ("<blockquote><p>a</p></blockquote>", ["a"]),
        ("re\xadport", ["report"]),
        ("a\0b", ["a\ufffdb"]),
        ("", []),
        ("<!-- only this -->", []),
    ],
)
def test_markup_becomes_paragraphs(html: str, found: list[str]) -> None:
    assert markup.paragraphs(html) == found


@given(st.lists(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1), min_size=1, max_size=5))
def test_paragraphs_that_are_written_are_read(texts: list[str]) -> None:
    escaped = (text.replace("&", "&amp;").replace("<", "&lt;") for text in texts)
    assert markup.paragraphs("".join(f"<p>{text}</p>" for text in escaped)) == texts
