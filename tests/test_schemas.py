"""The committed schemas say what the structs say, and nothing that readers rely on goes away."""

from __future__ import annotations

import copy
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.errors import InputError
from newswire.records import RECORD_TYPES
from newswire.schemas import breaks, read, schemas, write
from newswire.wire import times

SCHEMAS = Path(__file__).parent.parent / "schemas"
RELEASES = sorted((SCHEMAS / "released").iterdir(), key=lambda path: [int(part) for part in path.name.split(".")])


def test_the_committed_schemas_are_those_of_the_structs(tmp_path: Path) -> None:
    written = {path.name: path.read_bytes() for path in write(tmp_path)}
    committed = {path.name: path.read_bytes() for path in SCHEMAS.glob("*.json")}
    assert committed == written, "write them anew: newswire schema --out schemas"


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: str(path.name))
def test_nothing_that_a_release_promised_is_removed_renamed_or_retyped(release: Path) -> None:
    assert breaks(read(release), schemas()) == []


def _quote(change: Callable[[dict[str, Any]], object]) -> list[str]:
    changed = copy.deepcopy(schemas())
    change(changed["newswire.quote.v1"]["$defs"])
    return breaks(schemas(), changed)


def test_a_removed_field_is_a_break() -> None:
    assert _quote(lambda defs: defs["QuoteRecord"]["properties"].pop("cue")) == ["newswire.quote.v1.cue: removed"]


def test_a_renamed_field_inside_a_nested_record_is_a_break() -> None:
    def rename(defs: dict[str, Any]) -> None:
        fields = defs["Speaker"]["properties"]
        fields["label"] = fields.pop("name")

    assert _quote(rename) == [
        "newswire.quote.v1.speaker.name: removed",
        "newswire.quote.v1.speakers[].name: removed",
    ]


@pytest.mark.parametrize(
    ("field", "schema", "said"),
    [
        ("text", {"type": "integer"}, "text: retyped from string to integer"),
        ("text", {"anyOf": [{"type": "string"}, {"type": "null"}]}, "text: retyped from string to string or null"),
        ("spans", {"type": "array", "items": {"type": "string"}}, "spans[]: retyped from object to string"),
        ("speaker", {"type": "string"}, "speaker: retyped from object or null to string"),
        ("continues", {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "continues: retyped from string to integer"),
    ],
)
def test_a_retyped_field_is_a_break(field: str, schema: dict[str, Any], said: str) -> None:
    found = _quote(lambda defs: defs["QuoteRecord"]["properties"].update({field: schema}))
    assert found == [f"newswire.quote.v1.{said}"]


def test_a_field_that_becomes_required_is_a_break() -> None:
    assert _quote(lambda defs: defs["QuoteRecord"]["required"].append("cue")) == [
        "newswire.quote.v1.cue: became required"
    ]


def test_a_removed_record_type_is_a_break() -> None:
    fewer = {name: schema for name, schema in schemas().items() if name != "newswire.event.v1"}
    assert breaks(schemas(), fewer) == ["newswire.event.v1: removed"]


def test_an_added_optional_field_other_prose_and_an_added_record_type_are_none() -> None:
    def add(defs: dict[str, Any]) -> None:
        defs["Speaker"]["properties"]["title"] = {"type": "string", "default": ""}
        defs["Speaker"]["description"] = "Another."

    assert _quote(add) == []
    assert breaks({}, schemas()) == []


def test_fields_named_like_keywords_of_json_schema_are_compared_too() -> None:
    class Odd(msgspec.Struct):
        title: str
        default: int = 0

    class Even(msgspec.Struct):
        title: int

    old, new = ({"odd": msgspec.json.schema(struct)} for struct in (Odd, Even))
    assert breaks(old, new) == ["odd.title: retyped from string to integer", "odd.default: removed"]


def test_there_is_a_schema_of_every_record_type_and_it_names_its_dialect() -> None:
    found = schemas()
    assert set(found) == set(RECORD_TYPES)
    assert {schema["$schema"] for schema in found.values()} == {"https://json-schema.org/draft/2020-12/schema"}
    assert len({schema["$id"] for schema in found.values()}) == len(found)


def test_reading_schemas_tells_what_is_wrong_with_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no schema"):
        read(tmp_path)
    (tmp_path / "newswire.quote.v1.json").write_text("{")
    with pytest.raises(InputError, match=r"newswire\.quote\.v1\.json is no valid JSON"):
        read(tmp_path)


def test_written_schemas_read_back(tmp_path: Path) -> None:
    write(tmp_path / "new" / "directory")
    assert read(tmp_path / "new" / "directory") == orjson.loads(orjson.dumps(schemas()))


DEFINITIONS = {
    f"{record}: {name}": definition
    for record, schema in schemas().items()
    for name, definition in schema["$defs"].items()
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_record_and_every_field_is_described(name: str) -> None:
    definition = DEFINITIONS[name]
    assert definition["description"]
    assert [field for field, schema in definition["properties"].items() if not schema.get("description")] == []


def _formatted(schema: dict[str, Any]) -> bool:
    return any(part.get("format") == "date-time" for part in (schema, *schema.get("anyOf", ())))


def test_times_are_marked_as_such_and_dates_of_events_are_not() -> None:
    fields = {
        field
        for definition in DEFINITIONS.values()
        for field, schema in definition["properties"].items()
        if _formatted(schema)
    }
    assert fields == {"published", "modified", "embargoed_until", "time"}
    marked = [
        _formatted(schema)
        for definition in DEFINITIONS.values()
        for field, schema in definition["properties"].items()
        if field in fields
    ]
    assert all(marked)


# RFC 3339, 5.6.
RFC_3339 = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
)


@given(
    st.datetimes(timezones=st.none() | st.timezones()).map(lambda time: time.isoformat())
    | st.from_regex(
        r"\d{4}-?\d\d-?\d\d([T ]\d\d(:?\d\d){0,2}([.,]\d{1,9})?([+-]\d\d(:?\d\d){0,2}|Z)?)?", fullmatch=True
    )
    | st.from_regex(r"(Mon, )?\d{1,2} (Jan|May) (\d\d|\d{4}) \d\d:\d\d(:\d\d)? ([+-]\d{4}|GMT|EST|)", fullmatch=True)
    | st.text(max_size=40)
)
def test_every_time_that_a_reader_takes_is_one_of_rfc_3339(written: str) -> None:
    found = times.rfc3339(written)
    assert found is None or RFC_3339.fullmatch(found), found


def test_a_format_may_be_added_and_not_taken_back() -> None:
    with_format = {"format": "date-time", "type": "string"}

    def of(schema: dict[str, Any]) -> dict[str, Any]:
        properties = {"when": {"anyOf": [schema, {"type": "null"}]}}
        definition = {"type": "object", "properties": properties, "required": []}
        return {"odd": {"$ref": "#/$defs/Odd", "$defs": {"Odd": definition}}}

    assert breaks(of({"type": "string"}), of(with_format)) == []
    assert breaks(of(with_format), of({"type": "string"})) == ["odd.when: retyped from string to string"]


def test_the_page_about_records_says_what_the_schemas_say() -> None:
    path = Path(__file__).parent.parent / "docs" / "records.py"
    spec = importlib.util.spec_from_file_location("records_page", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert path.with_suffix(".md").read_text(encoding="utf-8") == module.page(), "write it anew: python docs/records.py"
