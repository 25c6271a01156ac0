"""Writes docs/example.md: an example story with every entity, quote and event marked, from the real extraction.

python docs/example.py
"""

from __future__ import annotations

import json
from pathlib import Path

from newswire.extract import extract
from newswire.records import Actor, Article, Extraction

ROOT = Path(__file__).parent.parent
STORY = ROOT / "seeds" / "000_073d16b00d11c82c.txt"
PAGE = ROOT / "docs" / "example.md"

# Signs that mean something in Markdown and may stand in a story.
SPECIAL = "\\`*_[]<>|{}"


def escape(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    return "".join("\\" + sign if sign in SPECIAL else sign for sign in text)


def mark(body: str, extraction: Extraction) -> str:
    """The body as Markdown: names in bold, predicates in italics, quotes in ⟦⟧, each with its number in the tables."""
    marks = [
        (mention.start, mention.end, 2, "<b>", f"</b><sup>E{number}</sup>")
        for number, entity in enumerate(extraction.entities, 1)
        for mention in entity.mentions
    ]
    marks += [
        (span.start, span.end, 0, f"⟦<sup>Q{number}</sup>", "⟧")
        for number, quote in enumerate(extraction.quotes, 1)
        for span in quote.spans
    ]
    marks += [
        (event.predicate.start, event.predicate.end, 1, "<i>", f"</i><sup>V{number}</sup>")
        for number, event in enumerate(extraction.events, 1)
    ]
    opening: dict[int, list[tuple[int, int, str]]] = {}
    closing: dict[int, list[tuple[int, int, str]]] = {}
    for start, end, rank, before, after in marks:
        opening.setdefault(start, []).append((-end, rank, before))
        closing.setdefault(end, []).append((-start, -rank, after))
    pieces = []
    for place in range(len(body) + 1):
        pieces += [sign for _, _, sign in sorted(closing.get(place, []))]
        pieces += [sign for _, _, sign in sorted(opening.get(place, []))]
        if place < len(body):
            pieces.append("\n>\n> " if body[place] == "\n" else escape(body[place]))
    return "> " + "".join(pieces).rstrip("\n> ") + "\n"


def tables(extraction: Extraction) -> str:
    """What was extracted, as three tables."""
    names = {entity.id: f"E{number}" for number, entity in enumerate(extraction.entities, 1)}
    quotes = {quote.id: f"Q{number}" for number, quote in enumerate(extraction.quotes, 1)}

    def ends(actors: list[Actor]) -> str:
        return "; ".join(
            " ".join(filter(None, (names.get(a.entity or ""), escape(a.name or a.text), a.country, a.sector)))
            for a in actors
        )

    lines = ["## Entities", "", "| | name | type | country | role | mentions |", "|---|---|---|---|---|---|"]
    for number, entity in enumerate(extraction.entities, 1):
        cells = (escape(entity.name), entity.type, entity.country, escape(entity.role or ""), str(len(entity.mentions)))
        lines.append(f"| E{number} | " + " | ".join(cell or "" for cell in cells) + " |")
    lines += ["", "## Quotes", "", "| | type | kind | speaker | cue | confidence |", "|---|---|---|---|---|---|"]
    for number, quote in enumerate(extraction.quotes, 1):
        speaker = quote.speaker
        who = (
            ""
            if speaker is None
            else " ".join(filter(None, (names.get(speaker.entity or ""), escape(speaker.name or ""))))
        )
        anonymous = " (anonymous)" if speaker and speaker.anonymous else ""
        cue = f"{escape(quote.cue.text)} ({quote.cue.stance})" if quote.cue else ""
        lines.append(f"| Q{number} | {quote.type} | {quote.kind} | {who}{anonymous} | {cue} | {quote.confidence} |")
    head = "| | event | CAMEO | predicate | actors | recipients | date | status | told by | confidence |"
    lines += ["", "## Events", "", head, "|---" * 10 + "|"]
    for number, event in enumerate(extraction.events, 1):
        kind = event.type + (f":{event.mode}" if event.mode else "")
        when = f"{escape(event.date.text)} = {event.date.value or '?'}" if event.date else ""
        told = event.attributed_to
        by = "" if told is None else " ".join(filter(None, (quotes[told.quote], escape(told.name or ""))))
        cells = (
            *(kind, event.cameo or "", escape(event.predicate.lemma), ends(event.actors), ends(event.recipients), when),
            *(f"{event.polarity}, {event.modality}", by, str(event.confidence)),
        )
        lines.append(f"| V{number} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def page(article: Article) -> str:
    """The whole page."""
    extraction = extract(article)
    return (
        "# An example story, marked\n\n"
        f"{escape(article.headline or article.id)} ({article.source}, {article.published}). Written by `python docs/example.py`"
        " from what the extraction finds, faults included: names are **bold**<sup>E</sup>, pronouns and nouns that stand for"
        " them too, quotes are in ⟦<sup>Q</sup>brackets⟧, predicates of events in *italics*<sup>V</sup>; the numbers are those"
        " of the tables below.\n\n" + mark(article.body, extraction) + "\n" + tables(extraction)
    )


def main() -> None:
    """Writes the page."""
    meta = json.loads(STORY.with_suffix(".meta.json").read_text(encoding="utf-8"))
    article = Article(
        id=meta["id"],
        body=STORY.read_text(encoding="utf-8"),
        headline=meta.get("headline"),
        published=meta.get("published"),
        source=meta.get("source"),
        language=meta.get("language"),
    )
    PAGE.write_text(page(article), encoding="utf-8")


if __name__ == "__main__":
    main()
