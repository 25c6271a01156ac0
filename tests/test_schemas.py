"""The committed schemas say what the structs say, and nothing that readers rely on goes away."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

from pipeline.errors import InputError
from pipeline.records import RECORD_TYPES
from pipeline.schemas import breaks, read, schemas, write

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

    assert _quote(rename) == ["newswire.quote.v1.speaker.name: removed"]


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
