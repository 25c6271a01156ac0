"""`newswire config` and `newswire schema` from outside."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import orjson

from newswire.records import RECORD_TYPES
from newswire.settings import Settings, load
from tests.cli.conftest import Done

Newswire = Callable[..., Done]


def test_every_setting_is_shown_with_its_origin_and_secrets_are_not(newswire: Newswire) -> None:
    done = newswire(
        "config", "show", "--json", NEWSWIRE_KAFKA__SASL_PASSWORD="open sesame", NEWSWIRE_POOL__PROCESSES="2"
    )
    found = orjson.loads(done.out)
    assert found["pool.processes"] == {"value": 2, "origin": "NEWSWIRE_POOL__PROCESSES"}
    assert found["kafka.sasl_password"] == {"value": "**********", "origin": "NEWSWIRE_KAFKA__SASL_PASSWORD"}
    assert found["topics.prefix"] == {"value": Settings().topics.prefix, "origin": "default"}
    assert b"sesame" not in done.out
    assert "sesame" not in done.err


def test_a_secret_from_a_file_is_shown_with_the_file_and_not_with_the_secret(
    newswire: Newswire, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    path.write_text("open sesame\n")
    done = newswire("config", "show", NEWSWIRE_KAFKA__SASL_PASSWORD_FILE=str(path))
    (line,) = [line for line in done.lines if line.startswith("kafka.sasl_password ")]
    assert line.endswith(f'"**********"  (NEWSWIRE_KAFKA__SASL_PASSWORD_FILE: {path})')
    assert b"sesame" not in done.out


def test_service_links_of_kubernetes_give_one_warning_with_their_names_and_the_remedy(newswire: Newswire) -> None:
    done = newswire("config", "show", NEWSWIRE_WEB_PORT="tcp://10.0.0.1:80", NEWSWIRE_WEB_SERVICE_HOST="10.0.0.1")
    (line,) = done.err.splitlines()
    for part in ("NEWSWIRE_WEB_PORT, NEWSWIRE_WEB_SERVICE_HOST", "enableServiceLinks: false", '"WARNING"'):
        assert part in line


def test_a_template_can_be_used_as_the_settings_file_at_once(newswire: Newswire, tmp_path: Path) -> None:
    path = tmp_path / "written.toml"
    path.write_bytes(newswire("config", "template").out)
    assert load(path) == Settings()
    assert set(tomllib.loads(path.read_text())) >= {"kafka", "topics", "extract", "pool", "worker"}


def test_the_schema_of_the_settings_names_every_group_and_bars_unknown_keys(newswire: Newswire) -> None:
    found = orjson.loads(newswire("config", "schema").out)
    assert set(found["properties"]) == set(Settings.model_fields)
    assert all(group["additionalProperties"] is False for group in found["$defs"].values())


def test_schemas_are_written_to_stdout_or_as_files(newswire: Newswire, tmp_path: Path) -> None:
    assert set(orjson.loads(newswire("schema").out)) == set(RECORD_TYPES)
    done = newswire("schema", "--out", "schemas")
    assert done.out == b""
    assert {path.stem for path in (tmp_path / "schemas").iterdir()} == set(RECORD_TYPES)
    assert newswire("schema", "--against", "schemas").out == b""


def test_a_break_of_the_schemas_is_named_and_ends_with_status_1(newswire: Newswire, tmp_path: Path) -> None:
    newswire("schema", "--out", "schemas")
    path = tmp_path / "schemas" / "newswire.quote.v1.json"
    schema = orjson.loads(path.read_bytes())
    schema["$defs"]["QuoteRecord"]["properties"]["mood"] = {"type": "string"}
    path.write_bytes(orjson.dumps(schema))
    assert newswire("schema", "--against", "schemas", status=1).lines == ["newswire.quote.v1.mood: removed"]
