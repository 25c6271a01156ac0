"""Writes docs/records.md: every field of every record, from the schemas, which have it from the structs.

python docs/records.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from newswire.schemas import schemas

PAGE = Path(__file__).parent / "records.md"

HEAD = """# Records

JSON, UTF-8, every field always present, `null` for what is absent. This page is written by `python docs/records.py` from the
structs of `newswire.records`, and so are the schemas in [schemas/](../schemas) (JSON Schema 2020-12), which `newswire schema`
prints.

Rules for all of them:

* Offsets `start` and `end` count Unicode code points of the article's `body`, half open: `body[start:end] == text`.
* Times are RFC 3339, with the article's own offset: `format: date-time` in the schemas. The `value` of an event's date is none.
* Numbers are rounded to three places.
* Strings that look like enumerations are open: new values may appear in any release. So may fields. None is removed, renamed or
  retyped within `v1`.
* Record ids are 32 hexadecimal digits, stable across versions of the article for unchanged content.
"""

WITHOUT = "in an Extraction without `article`."

# The structs that are messages: each with its heading, and with where it is met.
SECTIONS = (
    (
        "Article",
        "Article",
        "On `news.articles`. Names follow [ninjs](https://iptc.org/standards/ninjs/) where it has one.",
    ),
    ("Extraction", "Extraction", "On `news.extractions`, and what `newswire extract` prints."),
    ("EntityRecord", "Entity", f"On `news.entities` (`newswire.entity.v1`); {WITHOUT}"),
    (
        "QuoteRecord",
        "Quote",
        f"On `news.quotes` (`newswire.quote.v1`); {WITHOUT} [Quality](quality.md#reliability) has how far `confidence` holds.",
    ),
    (
        "EventRecord",
        "Event",
        f"On `news.events` (`newswire.event.v1`); {WITHOUT} [Events](events.md) explains types and measures.",
    ),
    (
        "VersionMarker",
        "Version marker",
        "Last of each extraction on each per-record topic (`newswire.version.v1`). See "
        "[subscribing](subscribing.md#what-a-subscriber-does).",
    ),
    (
        "Heartbeat",
        "Heartbeat",
        "On `news.heartbeats` (`newswire.heartbeat.v1`), without `article`. See [feeding](feeding.md#is-it-alive).",
    ),
    (
        "Alert",
        "Alert",
        "On `news.alerts` (`newswire.alert.v1`), without `article`. See [notices](streaming.md#notices).",
    ),
)

PARTS = (
    *("ArticleHead", "ArticleReference", "Span", "Text", "Mention", "Place", "Speaker", "Cue"),
    *("Predicate", "Actor", "EventDate", "EventPlace", "Evidence", "AttributedTo", "Model", "Candidate"),
)

# What an Extraction holds: the headings under which the records on the topics stand, which say the same and `article`.
SAME = {"Entity": "Entity", "Quote": "Quote", "Event": "Event"}


def page() -> str:
    """The whole page. Raises KeyError when a struct has no place on it."""
    structs: dict[str, Any] = {}
    for schema in schemas().values():
        structs |= schema["$defs"]
    placed = {name for name, _, _ in SECTIONS} | set(PARTS) | set(SAME)
    if placed != set(structs):
        raise KeyError(f"give these a place in docs/records.py, or none: {sorted(placed ^ set(structs))}")
    headings = {name: heading for name, heading, _ in SECTIONS} | SAME | {name: name for name in PARTS}
    pieces = [HEAD]
    for name, heading, above in SECTIONS:
        said = structs[heading if heading in SAME else name]["description"]
        pieces.append(section("##", heading, f"{above}\n\n{said}", structs[name], headings))
    pieces.append("## Parts of records\n")
    pieces += [section("###", name, structs[name]["description"], structs[name], headings) for name in PARTS]
    return "\n".join(pieces)


def section(level: str, heading: str, said: str, struct: dict[str, Any], headings: dict[str, str]) -> str:
    """One struct: heading, words, and a table of its fields."""
    rows = [
        f"| `{name}` | {kind(field, headings)} | {field['description']} |"
        for name, field in struct["properties"].items()
    ]
    return "\n".join([f"{level} {heading}", "", said, "", "| field | type | meaning |", "|---|---|---|", *rows, ""])


def kind(schema: dict[str, Any], headings: dict[str, str]) -> str:
    """The type of a field in words."""
    if "$ref" in schema:
        heading = headings[schema["$ref"].rpartition("/")[2]]
        return f"[{heading}](#{heading.lower().replace(' ', '-')})"
    if "anyOf" in schema:
        return " or ".join(kind(part, headings) for part in schema["anyOf"])
    if schema["type"] == "array":
        return f"list of {kind(schema['items'], headings)}"
    return "time" if schema.get("format") == "date-time" else str(schema["type"])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
