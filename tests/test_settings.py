"""Where settings come from, which of them wins, and what a wrong one is told."""

from __future__ import annotations

import os
import pickle
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from newswire.cli.config import template
from newswire.errors import SettingsError
from newswire.service_links import is_service_link
from newswire.settings import (
    DEFAULT_FILE,
    FILE_VARIABLE,
    PREFIX,
    Group,
    Settings,
    child_environment,
    load,
    origins,
    service_links,
)

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working directory and no variable of ours in the environment."""
    for name in list(os.environ):
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / DEFAULT_FILE
    path.parent.mkdir()
    path.write_text('[kafka]\nservers = "file:1"\nclient_id = "file"\n\n[pool]\nprocesses = 3\n')
    return path


def test_without_anything_given_the_defaults_hold() -> None:
    assert load() == Settings()
    assert {origin for _, origin in origins(load()).values()} == {"default"}


def test_flags_win_over_environment_over_file_over_defaults(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_KAFKA__CLIENT_ID", "environment")
    monkeypatch.setenv("NEWSWIRE_KAFKA__SERVERS", "environment:1")
    flags: dict[str, Any] = {"kafka": {"servers": "flag:1"}}
    found = load(**flags)
    assert (found.kafka.servers, found.kafka.client_id, found.pool.processes) == ("flag:1", "environment", 3)
    assert found.pool.attempts == Settings().pool.attempts
    said = origins(found, **flags)
    assert said["kafka.servers"] == ("flag:1", "flag")
    assert said["kafka.client_id"] == ("environment", "NEWSWIRE_KAFKA__CLIENT_ID")
    assert said["pool.processes"] == (3, str(DEFAULT_FILE))
    assert said["pool.attempts"] == (Settings().pool.attempts, "default")


def test_a_named_file_replaces_the_one_of_the_working_directory(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, third = tmp_path / "other.toml", tmp_path / "third.toml"
    other.write_text("[pool]\nprocesses = 7\n")
    third.write_text("[pool]\nprocesses = 8\n")
    monkeypatch.setenv(FILE_VARIABLE, str(other))
    assert load().pool.processes == 7
    assert load().kafka.servers == Settings().kafka.servers
    assert load(third).pool.processes == 8
    assert origins(load(third), third)["pool.processes"] == (8, str(third))


def test_flags_that_are_none_count_as_not_given(file: Path) -> None:
    assert load(kafka={"servers": None}, log_level=None).kafka.servers == "file:1"


@pytest.mark.parametrize("value", ["intake,publish", " intake , publish ", "intake,publish,"])
def test_lists_are_words_with_commas_in_the_environment_and_in_flags(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSWIRE_WORKER__AGENTS", value)
    assert load().worker.agents == ("intake", "publish")
    assert load(worker={"agents": value}).worker.agents == ("intake", "publish")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[kafka]\nserver = 'x:1'\n", "kafka.server (config/pipeline.toml): is not a setting"),
        ("[kafak]\nservers = 'x:1'\n", "kafak (config/pipeline.toml): is not a setting"),
        ("[pool]\nprocesses = -1\n", "pool.processes (config/pipeline.toml)"),
        ("[pool]\nprocesses = 'many'\n", "pool.processes (config/pipeline.toml)"),
        ("[worker]\nagents = ['reader']\n", "worker.agents (config/pipeline.toml)"),
        ("log_level = 'LOUD'\n", "log_level (config/pipeline.toml)"),
        ("kafka = 3\n", "kafka (config/pipeline.toml)"),
        ("[kafka\n", "config/pipeline.toml is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_setting_and_the_file(file: Path, text: str, named: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError, match=re.escape(named)) as caught:
        load()
    assert caught.value.remedy


@pytest.mark.parametrize(
    "variable",
    ["NEWSWIRE_KAFKA__SERVER", "NEWSWIRE_KAFKA_SERVERS", "NEWSWIRE_KAFKA", "NEWSWIRE_LOGLEVEL", "newswire_pool__size"],
)
def test_an_unknown_variable_is_refused_by_name(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "1")
    with pytest.raises(SettingsError, match=variable) as caught:
        load()
    assert "config show" in caught.value.remedy


def test_a_wrong_value_in_the_environment_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_POOL__PROCESSES", "lots")
    with pytest.raises(SettingsError, match=r"pool\.processes \(NEWSWIRE_POOL__PROCESSES\)"):
        load()


def test_unknown_and_wrong_flags_are_all_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(kafka={"sorvers": "x"}, pool={"processes": "x"}, speed="11")
    for part in ("kafka.sorvers (flag): is not a setting", "pool.processes (flag)", "speed (flag): is not a setting"):
        assert part in str(caught.value)


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILE_VARIABLE, "nowhere.toml")
    with pytest.raises(SettingsError, match=r"NEWSWIRE_CONFIG names nowhere\.toml"):
        load()
    with pytest.raises(SettingsError, match="--config names"):
        load(tmp_path / "nowhere.toml")


def test_secrets_show_in_no_message_and_no_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD", "open sesame")
    settings = load()
    assert settings.kafka.sasl_password is not None
    assert settings.kafka.sasl_password.get_secret_value() == "open sesame"
    assert "sesame" not in f"{settings!r} {settings} {origins(settings)} {settings.model_dump_json()}"
    with pytest.raises(SettingsError) as caught:
        load(kafka={"ssl_password": ["open sesame"], "session_timeout": "open"})
    assert "sesame" not in str(caught.value)


def test_settings_reach_a_worker_process_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD", "open sesame")
    settings = load(worker={"batch_size": 9})
    assert pickle.loads(pickle.dumps(settings)) == settings


def _every_setting() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Group):
            found |= {f"{name}.{key}": inner for key, inner in type(field.default).model_fields.items()}
        else:
            found[name] = field
    return found


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in _every_setting().items() if not field.description] == []


def test_the_settings_file_is_the_one_that_the_settings_make() -> None:
    assert (ROOT / DEFAULT_FILE).read_text() == template(), (
        "write it anew: newswire config template > config/pipeline.toml"
    )


def test_the_settings_file_as_delivered_changes_nothing() -> None:
    assert load(ROOT / DEFAULT_FILE) == Settings()
    assert {origin for _, origin in origins(Settings(), ROOT / DEFAULT_FILE).values()} == {"default"}


def test_every_line_of_the_settings_file_taken_in_is_valid_and_the_default(tmp_path: Path) -> None:
    taken = re.sub(r"^# (\w+ = )", r"\1", (ROOT / DEFAULT_FILE).read_text(), flags=re.MULTILINE)
    path = tmp_path / "taken.toml"
    path.write_text(taken)
    assert load(path) == Settings()
    values = tomllib.loads(taken)
    written = {f"{group}.{key}" for group, table in values.items() if isinstance(table, dict) for key in table}
    written |= {name for name, value in values.items() if not isinstance(value, dict)}
    assert written == {name for name, field in _every_setting().items() if field.default is not None}


def test_names_without_a_default_stand_in_the_settings_file_too() -> None:
    text = (ROOT / DEFAULT_FILE).read_text()
    for name, field in _every_setting().items():
        if field.default is None:
            assert re.search(rf"^# {name.rpartition('.')[2]} =$", text, flags=re.MULTILINE), name


# What a pod gets for the Service `newswire-worker` with a port called `web` (the kubelet's order), and for two others.
SERVICE_LINKS = {
    "NEWSWIRE_WORKER_SERVICE_HOST": "10.0.0.1",
    "NEWSWIRE_WORKER_SERVICE_PORT": "8080",
    "NEWSWIRE_WORKER_SERVICE_PORT_WEB": "8080",
    "NEWSWIRE_WORKER_PORT": "tcp://10.0.0.1:8080",
    "NEWSWIRE_WORKER_PORT_8080_TCP": "tcp://10.0.0.1:8080",
    "NEWSWIRE_WORKER_PORT_8080_TCP_PROTO": "tcp",
    "NEWSWIRE_WORKER_PORT_8080_TCP_PORT": "8080",
    "NEWSWIRE_WORKER_PORT_8080_TCP_ADDR": "10.0.0.1",
    "NEWSWIRE_SERVICE_HOST": "fd00:10:96::a",  # a Service called `newswire`, in a cluster with IPv6
    "NEWSWIRE_PORT": "udp://[fd00:10:96::a]:53",
    "NEWSWIRE_PORT_53_UDP": "udp://[fd00:10:96::a]:53",
    "NEWSWIRE_PORT_53_UDP_ADDR": "fd00:10:96::a",
    "NEWSWIRE_KAFKA__0_SERVICE_PORT": "9092",  # kafka--0
}


def test_what_kubernetes_sets_for_a_service_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICE_LINKS.items():
        monkeypatch.setenv(name, value)
    assert load() == Settings()
    assert service_links() == sorted(SERVICE_LINKS)
    monkeypatch.setenv("NEWSWIRE_WEB__PORT", "8080")
    monkeypatch.setenv("NEWSWIRE_POOL__SIZE", "8080")
    with pytest.raises(SettingsError, match=r"variables: NEWSWIRE_POOL__SIZE\."):
        load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSWIRE_WEB_PORT", "8080"),
        ("NEWSWIRE_PORT", "8080"),
        ("NEWSWIRE_PORT", "http://10.0.0.1:8080"),
        ("NEWSWIRE_WEB_HOST", "10.0.0.1"),
        ("NEWSWIRE_WORKER_SERVICE_HOST", "kafka.example.org"),
        ("NEWSWIRE_WORKER_SERVICE_PORT", "web"),
        ("NEWSWIRE_WORKER_PORT_8080_TCP_PROTO", "yes"),
        ("NEWSWIRE_WORKER_PORT_8080_TCP_ADDR", "10.0.0.1:8080"),
        ("NEWSWIRE_WORKER_PORT_WEB_TCP_ADDR", "10.0.0.1"),
        ("newswire_worker_service_port", "8080"),  # Kubernetes writes capitals
    ],
)
def test_what_only_resembles_a_service_link_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load()


def test_no_setting_has_the_name_of_a_service_link() -> None:
    """One that had would take its value from whatever Services there are."""
    names = {FILE_VARIABLE} | {f"{PREFIX}{name.replace('.', '__')}".upper() for name in _every_setting()}
    names |= {f"{name}_FILE" for name in names}
    assert [name for name in names for value in SERVICE_LINKS.values() if is_service_link(name, value)] == []


SECRETS = ["kafka.sasl_password", "kafka.ssl_password", "gateway.token"]


def test_every_secret_can_come_from_a_file() -> None:
    assert [name for name, field in _every_setting().items() if "Secret" in str(field.annotation)] == SECRETS


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (b"open sesame", "open sesame"),
        (b"open sesame\n", "open sesame"),
        (b"open sesame\r\n", "open sesame"),
        (b"open sesame\n\n", "open sesame\n"),
        (b" open sesame ", " open sesame "),
        ("Sesam öffne dich\n".encode(), "Sesam öffne dich"),
    ],
)
def test_a_secret_comes_from_the_file_that_its_variable_names(
    name: str, content: bytes, secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    variable = f"{PREFIX}{name.replace('.', '__')}_FILE".upper()
    monkeypatch.setenv(variable, str(path))
    settings = load()
    group, _, key = name.partition(".")
    found = getattr(getattr(settings, group), key)
    assert found.get_secret_value() == secret
    assert origins(settings)[name] == ("**********", f"{variable}: {path}")


def test_a_secret_from_a_file_is_weaker_than_a_flag_and_stronger_than_the_settings_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[kafka]\nsasl_password = 'in the settings'\n")
    (tmp_path / "secret").write_text("in a file\n")
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD_FILE", "secret")
    assert load().kafka.sasl_password == SecretStr("in a file")
    flags: dict[str, Any] = {"kafka": {"sasl_password": "a flag"}}
    assert load(**flags).kafka.sasl_password == SecretStr("a flag")
    assert origins(load(**flags), **flags)["kafka.sasl_password"] == ("**********", "flag")


def test_a_secret_may_come_through_a_pipe_that_can_be_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"open sesame\n")
    os.close(writing)
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD_FILE", f"/dev/fd/{reading}")
    settings = load()
    os.close(reading)
    assert settings.kafka.sasl_password == SecretStr("open sesame")
    assert origins(settings)["kafka.sasl_password"][1].startswith("NEWSWIRE_KAFKA__SASL_PASSWORD_FILE")


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("nowhere", "names nowhere, which cannot be read: No such file or directory"),
        (".", r"names \., which cannot be read: Is a directory"),
        ("empty", "names empty, which is empty"),
        ("newline", "names newline, which is empty"),
        ("binary", "names binary, which is no UTF-8 text"),
        ("/dev/zero", "names /dev/zero, which has more than"),
        ("", "is set but empty"),
    ],
)
def test_a_file_without_a_secret_is_refused_with_variable_and_path(
    path: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "newline").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("NEWSWIRE_KAFKA__SSL_PASSWORD_FILE", path)
    with pytest.raises(SettingsError, match=f"^NEWSWIRE_KAFKA__SSL_PASSWORD_FILE {fault}") as caught:
        load()
    assert caught.value.remedy


def test_a_secret_that_is_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD", "open sesame")
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD_FILE", "secret")
    with pytest.raises(SettingsError, match="SASL_PASSWORD and NEWSWIRE_KAFKA__SASL_PASSWORD_FILE are both") as caught:
        load()
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("variable", ["NEWSWIRE_KAFKA__SASL_USERNAME_FILE", "NEWSWIRE_CONFIG_FILE"])
def test_what_is_no_secret_comes_from_no_file(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "secret")
    with pytest.raises(SettingsError, match=variable):
        load()


def test_a_program_that_we_start_gets_our_settings_and_nothing_that_contradicts_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("open sesame\n")
    monkeypatch.setenv("NEWSWIRE_KAFKA__SASL_PASSWORD_FILE", "secret")
    monkeypatch.setenv("NEWSWIRE_POOL__PROCESSES", "3")
    monkeypatch.setenv("NEWSWIRE_WORKER_PORT", "tcp://10.0.0.1:8080")
    settings = load(pool={"processes": 4})
    given = child_environment(settings)
    assert given["PATH"] == os.environ["PATH"]
    for name in set(os.environ) - set(given):
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert load() == settings
    assert service_links() == []
