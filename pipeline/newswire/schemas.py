"""JSON Schema (2020-12) of every record, written from the structs, and what a change of them would break for readers."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from newswire.errors import InputError
from newswire.records import RECORD_TYPES, SCHEMA_IDS

__all__ = ("breaks", "read", "schema_name", "schemas", "write")

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

# What may change without a reader of records noticing.
PROSE: Final = frozenset({"title", "description", "default", "$schema", "$id", "$defs"})

# Added, it narrows what was said of a value, and of no value that there is; who reads the field may rely on it from then on.
FORMAT: Final = "format"


def schemas() -> dict[str, dict[str, Any]]:
    """For each record type (`newswire.quote.v1`) its JSON Schema."""
    found = {}
    for name, struct in RECORD_TYPES.items():
        (schema,), definitions = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
        for inner in _structs(struct):
            definition = definitions[inner.__name__]
            definition["description"] = _unwrapped(inner.__doc__ or "")
            for field, description in _descriptions(inner).items():
                definition["properties"][field] = {"description": description, **definition["properties"][field]}
        found[name] = {"$schema": DIALECT, "$id": f"{SCHEMA_IDS}{name}", **schema, "$defs": definitions}
    return found


def schema_name(text: str) -> str:
    """The record type whose schema a text names: by the type itself, by the `$id`, or as the file that `write` writes."""
    return text.removeprefix(SCHEMA_IDS).removesuffix(".json")


def _structs(kind: Any) -> set[type[msgspec.Struct]]:
    """The struct and all that it holds."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return set().union(*map(_structs, getattr(kind, "__args__", ())))
    return {kind}.union(*(_structs(field.type) for field in msgspec.structs.fields(kind)))


def _descriptions(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The docstrings below the struct's fields, inherited ones included. Python keeps them only in the source."""
    found: dict[str, str] = {}
    for kind in reversed(struct.__mro__):
        if not issubclass(kind, msgspec.Struct) or kind is msgspec.Struct:
            continue
        body = _classes(kind.__module__)[kind.__name__].body
        for field, after in itertools.pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
                found[field.target.id] = _unwrapped(ast.literal_eval(after.value))
    return found


@functools.cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes of a module as its source has them, by name."""
    body = ast.parse(inspect.getsource(sys.modules[module])).body
    return {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def _unwrapped(docstring: str) -> str:
    """Paragraphs without the line ends that the source's width makes."""
    return "\n\n".join(" ".join(part.split()) for part in docstring.split("\n\n"))


def write(directory: Path) -> list[Path]:
    """Writes one file a record type (`newswire.quote.v1.json`) into the directory, and gives their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, schema in schemas().items():
        path = directory / f"{name}.json"
        path.write_bytes(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        paths.append(path)
    return paths


def read(directory: Path) -> dict[str, dict[str, Any]]:
    """The schemas that `write` wrote into the directory.

    Raises InputError when there is none, or one that is no JSON.
    """
    found = {}
    for path in sorted(directory.glob("*.json")):
        try:
            found[path.stem] = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError as error:
            raise InputError(
                f"{path} is no valid JSON: {error.msg}", format="json", where=f"character {error.pos}"
            ) from None
    if not found:
        raise InputError(f"{directory} holds no schema", "`newswire schema --out DIR` writes them")
    return found


def breaks(released: Mapping[str, Any], current: Mapping[str, Any]) -> list[str]:
    """What readers and writers of the released schemas would stumble over in the current ones; empty when nothing.

    A field that is removed, renamed (removed under its name) or retyped breaks who reads it; a field that becomes required
    breaks who writes records without it. Added optional fields and added record types break nobody, nor does a `format`: it says
    what every value was before, too.
    """
    found: list[str] = []
    for name, schema in released.items():
        if name in current:
            found += _breaks(name, _resolved(schema, schema["$defs"]), _resolved(current[name], current[name]["$defs"]))
        else:
            found.append(f"{name}: removed")
    return found


def _breaks(where: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if "properties" in old and "properties" in new:
        for name, schema in old["properties"].items():
            if name in new["properties"]:
                yield from _breaks(f"{where}.{name}", schema, new["properties"][name])
            else:
                yield f"{where}.{name}: removed"
        for name in sorted(set(new["required"]) - set(old["required"])):
            yield f"{where}.{name}: became required"
    elif "items" in old and "items" in new:
        yield from _breaks(f"{where}[]", old["items"], new["items"])
    elif "anyOf" in old and "anyOf" in new and len(old["anyOf"]) == len(new["anyOf"]):
        for before, after in zip(old["anyOf"], new["anyOf"], strict=True):
            yield from _breaks(where, before, after)
    elif old != {key: value for key, value in new.items() if key != FORMAT or key in old}:
        yield f"{where}: retyped from {_kind(old)} to {_kind(new)}"


def _resolved(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with each reference replaced by what it names, and without prose. The records have no cycles."""
    if isinstance(schema, list):
        return [_resolved(item, definitions) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "properties" in schema:  # a field may be called `title` or `default`
        properties = {name: _resolved(inner, definitions) for name, inner in schema["properties"].items()}
        return {"type": "object", "properties": properties, "required": schema["required"]}
    return {name: _resolved(value, definitions) for name, value in schema.items() if name not in PROSE}


def _kind(schema: Mapping[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_kind(part) for part in schema["anyOf"])
    return str(schema.get("type", "anything"))
