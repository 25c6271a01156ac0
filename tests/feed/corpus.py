"""Feeds that say the same in many ways: formats, charsets, and what is commonly wrong with feeds."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ("CHARSETS", "FAULTS", "STORIES", "WRITERS", "Story")


@dataclass(frozen=True)
class Story:
    """An entry to be written. Its paragraphs are plain text."""

    id: str
    title: str
    paragraphs: tuple[str, ...]
    published: str
    link: str


# By charset, words that it can write. The names are those that servers send.
CHARSETS = {
    "utf-8": "“Bodø” — 東京 Кий 😀",
    "utf-16": "“Bodø” — 東京 Кий 😀",
    "iso-8859-1": "Ålesund café señor",
    "windows-1252": "“Zoé” – Sète’s quay…",
    "iso-8859-2": "Łódź Čapek Győr",
    "iso-8859-15": "Œuvre 5 € Šiauliai",
    "windows-1251": "Київ и Москва",
    "koi8-r": "Волга замёрзла",
    "shift_jis": "東京の港",
    "gb18030": "上海港口",
}

STORIES = {
    charset: tuple(
        Story(
            f"urn:quay:{number}",
            f"{words} & ‘Dahl’ <{number}>" if charset.startswith("utf") else f"{words} & Dahl <{number}>",
            (f"The ferry from {words} sank & nobody was hurt.", f'"We are safe," the crew of {words} said.'),
            f"2025-03-0{number}T10:00:00+01:00",
            f"https://quay.example/s?id={number}&page=1",
        )
        for number in (1, 2)
    )
    for charset, words in CHARSETS.items()
}


def _markup(story: Story) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in story.paragraphs)


def _rss(stories: tuple[Story, ...]) -> str:
    items = "".join(
        f"<item><title>{html.escape(html.escape(one.title))}</title><link>{html.escape(one.link)}</link>"
        f'<guid isPermaLink="false">{one.id}</guid><pubDate>{one.published}</pubDate>'
        f"<description>{html.escape(_markup(one))}</description></item>"
        for one in stories
    )
    return f'<rss version="2.0"><channel><title>Quay Times</title><link>https://quay.example/</link>{items}</channel></rss>'


def _cdata(stories: tuple[Story, ...]) -> str:
    items = "".join(
        f"<item><title><![CDATA[{html.escape(one.title)}]]></title><link><![CDATA[{one.link}]]></link>"
        f'<guid isPermaLink="false">{one.id}</guid><pubDate>{one.published}</pubDate>'
        f"<description>In short</description><content:encoded><![CDATA[{_markup(one)}]]></content:encoded></item>"
        for one in stories
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {space}><channel><title>Quay Times</title>{items}</channel></rss>'


def _rdf(stories: tuple[Story, ...]) -> str:
    items = "".join(
        f'<item rdf:about="{one.id}"><title>{html.escape(html.escape(one.title))}</title>'
        f"<link>{html.escape(one.link)}</link><dc:date>{one.published}</dc:date>"
        f"<description>{html.escape(_markup(one))}</description></item>"
        for one in stories
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Quay Times</title></channel>{items}</rdf:RDF>'
    )


def _atom(stories: tuple[Story, ...]) -> str:
    entries = "".join(
        f'<entry><id>{one.id}</id><title type="text">{html.escape(one.title)}</title>'
        f'<link rel="alternate" href="{html.escape(one.link)}"/><published>{one.published}</published>'
        f'<updated>{one.published}</updated><content type="html">{html.escape(_markup(one))}</content></entry>'
        for one in stories
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Quay Times</title>{entries}</feed>'


WRITERS: dict[str, Callable[[tuple[Story, ...]], str]] = {"rss": _rss, "cdata": _cdata, "rdf": _rdf, "atom": _atom}

# What is done to a well-formed feed, by the name of the fault. What it says must not change.
FAULTS: dict[str, Callable[[str], str]] = {
    "bare ampersands": lambda feed: feed.replace("&amp;page", "&page").replace("&amp;amp; ", "& "),
    "undeclared entities": lambda feed: feed.replace(" sank", "&nbsp;sank").replace("said.", "said&period;"),
    "blank before the declaration": lambda feed: f"\n \n{feed}",
    "control characters": lambda feed: feed.replace("ferry", "fer\x0bry"),
    "the end is missing": lambda feed: feed.rpartition("</")[0],
    "an element that nobody closes": lambda feed: feed.replace("<title", "<br><title", 2),
}
