"""Every setting of the pipeline, with its meaning, unit and default.

Values come, strongest first, from flags (keyword arguments of `load`), from environment variables (`NEWSWIRE_KAFKA__SERVERS`
for `kafka.servers`; for a secret also `NEWSWIRE_KAFKA__SASL_PASSWORD_FILE`, the path of a file that holds it), from the
settings file (`config/pipeline.toml`, or the file that `NEWSWIRE_CONFIG` names), and from the defaults here. An unknown key
anywhere is an error. `origins` says where each value came from.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from newswire.errors import SettingsError
from newswire.secret_files import SecretFile
from newswire.service_links import is_service_link

__all__ = (
    "DEFAULT_FILE",
    "LOG_FORMATS",
    "ExtractSettings",
    "FeedSettings",
    "Group",
    "KafkaSettings",
    "PoolSettings",
    "Settings",
    "TopicSettings",
    "WebSettings",
    "WorkerSettings",
    "child_environment",
    "load",
    "origins",
    "service_links",
    "variables",
)

DEFAULT_FILE: Final = Path("config/pipeline.toml")
PREFIX: Final = "NEWSWIRE_"
FILE_VARIABLE: Final = "NEWSWIRE_CONFIG"
FILE_SUFFIX: Final = "_FILE"  # behind the variable of a secret: that of a file with it
FLAG: Final = "flag"
ENVIRONMENT: Final = "environment"
REMEDY: Final = "`newswire config show` lists every setting"
ABSENT: Final = object()

LogFormat = Literal["auto", "text", "json"]
LOG_FORMATS: Final[tuple[LogFormat, ...]] = get_args(LogFormat)

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


def _split(value: object) -> object:
    """Lists stand in the environment and in flags as words with commas between them."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


Words = BeforeValidator(_split)


class Group(BaseModel):
    """A table of the settings file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class KafkaSettings(Group):
    """How to reach the broker. The security settings have Kafka's own meanings and go through to every client."""

    servers: str = "127.0.0.1:9092"
    """Comma-separated host:port pairs to begin with."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """TLS needs `SSL` or `SASL_SSL`, a login `SASL_PLAINTEXT` or `SASL_SSL`."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How the login is proven, where `security_protocol` asks for one."""
    sasl_username: str | None = None
    """Name of the login."""
    sasl_password: SecretStr | None = None
    """Password of the login. Better given as `NEWSWIRE_KAFKA__SASL_PASSWORD_FILE`, the path of a file that holds it and nothing
    else, or as `NEWSWIRE_KAFKA__SASL_PASSWORD`, than here. Never shown or logged."""
    ssl_cafile: Path | None = None
    """CA certificates in PEM; without it, those of the system."""
    ssl_certfile: Path | None = None
    """Certificate of this client in PEM, where the broker asks for one."""
    ssl_keyfile: Path | None = None
    """Private key of `ssl_certfile` in PEM."""
    ssl_password: SecretStr | None = None
    """Pass phrase of `ssl_keyfile`. The same holds for it: `NEWSWIRE_KAFKA__SSL_PASSWORD_FILE`."""
    ssl_check_hostname: bool = True
    """Whether the broker's certificate must be for the name that it was reached by."""
    request_timeout: Seconds = 30.0
    """Seconds after which a request to the broker counts as failed."""
    session_timeout: Seconds = 30.0
    """Seconds without a heartbeat after which the group gives a worker's partitions to others. Short frees the partitions of
    a killed worker sooner; it must leave room for `worker.drain_deadline`."""
    heartbeat_interval: Seconds = 3.0
    """Seconds between heartbeats to the group; a tenth of `session_timeout` forgives several that are lost."""
    rebalance_timeout: Seconds = 60.0
    """Seconds that the members of a group have to give up and take over partitions when one joins or leaves."""
    commit_interval: Seconds = 1.0
    """Seconds between commits of acknowledged offsets: the age of the lag that operators and autoscalers see."""
    client_id: str = "newswire"
    """How this client is named in the broker's logs, quotas and metrics."""


class TopicSettings(Group):
    """The topics' names, and where a deployment differs from the registry in `pipeline/newswire/topics.py`."""

    prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$|^$")] = "news."
    """Stands before every topic's and consumer group's name."""
    partitions: Count = 12
    """Partitions of all topics but the dead letters: the greatest number of worker replicas that have work."""
    replication: Count = 1
    """Copies of each partition. Use 3 on a real cluster."""
    min_insync_replicas: Count = 1
    """Copies that must have a record before it counts as written. Use 2 with a replication of 3."""
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "gzip"
    """How our producers compress what they write, and how the topics keep it. Every client reads gzip as it is installed; for
    the other codecs most need a library more (docs/performance.md has what each costs)."""


class ExtractSettings(Group):
    """What is extracted, and with which model."""

    model: str = "en_core_web_sm"
    """A spaCy pipeline for English with tagger, parser and entity recogniser. `en_core_web_sm` is taken from whichever
    package brings it."""
    max_body_chars: Count = 100_000
    """Longer bodies are cut at a paragraph; 100,000 code points are about 16,000 words, ten times a long read."""
    languages: Annotated[tuple[str, ...], Words] = ("en",)
    """ISO 639-1 codes of the languages that are extracted; others give an Extraction with `skipped`."""
    lexicon: Path | None = None
    """A directory with additions to the word lists of `pipeline/newswire/lexicon` (same file names)."""


class PoolSettings(Group):
    """The worker processes that do the extraction."""

    processes: Annotated[int, Field(ge=0)] = 0
    """How many; 0 takes the CPUs that affinity and cgroup quota leave us."""
    task_deadline: Seconds = 20.0
    """Seconds that one article may take before its process is replaced and the article goes to the dead letters. Time in which
    the process stood in line for a processor does not count.
    """
    max_tasks: Count = 20_000
    """A process is replaced after this many articles, so that no leak lasts."""
    max_memory_mb: Count = 3_000
    """Address space of one process in MiB, as a limit that the kernel enforces."""
    attempts: Count = 2
    """How often an article that killed or hung its process is tried before it goes to the dead letters."""
    tasks: Annotated[str, Field(pattern=r"^[\w.]+:\w+$")] = "newswire.stream.tasks:Tasks"
    """`module:class` of what a process does: for an extraction of one's own, a subclass of this one; and for tests that need
    processes that die or hang."""


class WorkerSettings(Group):
    """The worker: what is in flight, and how it ends."""

    agents: Annotated[tuple[Literal["intake", "extract", "publish"], ...], Words] = ("intake", "extract", "publish")
    """Which of the three agents run in this process."""
    max_in_flight: Count = 32
    """Messages of one agent between consumption and committed acknowledgement: the bound on duplicates after a crash."""
    max_in_flight_bytes: Count = 32 * 1024 * 1024
    """The same in bytes of message values."""
    batch_size: Count = 4
    """Articles of one task of the pool at saturation. Larger batches are a little faster and come out later."""
    drain_deadline: Seconds = 25.0
    """Seconds after SIGTERM within which what is in flight must end; the rest is left to be read again."""
    dead_letter_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    """An agent halts at a partition when more than this share of its last `dead_letter_window` messages became dead letters,
    until `newswire dlq resume`."""
    dead_letter_window: Count = 100
    """Messages that `dead_letter_ratio` looks back on; fewer never halt an agent."""
    publish_attempts: Count = 5
    """How often an unconfirmed record is sent again before the worker stops without acknowledging."""
    hold_embargoed: bool = True
    """Whether articles and all that is made of them stay off the public topics until the article's `embargoed_until`."""
    max_embargoed: Count = 1_000
    """Embargoed stories that a worker holds in memory (within `max_in_flight_bytes`). More than that take turns, and may come
    out late by some ten seconds for each time that the number fits into theirs."""
    data_dir: Path | None = None
    """Where Faust keeps its files; a directory of the system's temporary ones by default. No state is kept there."""


class WebSettings(Group):
    """Health and metrics of a worker over HTTP."""

    enabled: bool = True
    """Whether a worker serves them."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 for all, as in a container."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 takes a free port and logs it."""


class FeedSettings(Group):
    """Polling of RSS and Atom addresses by `newswire feed`."""

    interval: Seconds = 300.0
    """Seconds between two polls of one address; `ttl` and `Retry-After` of the server can only make it longer."""
    timeout: Seconds = 30.0
    """Seconds that a server may take to connect or between two pieces of its answer."""
    max_bytes: Count = 16 * 1024 * 1024
    """A longer answer is refused."""
    max_backoff: Seconds = 3600.0
    """Seconds that the pause between two polls grows to while an address fails."""
    state: Path = Path(".newswire/feeds.json")
    """The file that keeps each address's ETag, Last-Modified and the entries already fed."""
    user_agent: str = "newswire-pipeline (+https://example.org/newswire)"
    """How the poller names itself; put an address there that a publisher can complain to."""


class Settings(BaseSettings):
    """All settings. Make one with `load`, which turns validation errors into clear ones and reads the settings file."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        validate_default=True,
        use_attribute_docstrings=True,
    )

    kafka: KafkaSettings = KafkaSettings()
    topics: TopicSettings = TopicSettings()
    extract: ExtractSettings = ExtractSettings()
    pool: PoolSettings = PoolSettings()
    worker: WorkerSettings = WorkerSettings()
    web: WebSettings = WebSettings()
    feed: FeedSettings = FeedSettings()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least severe messages that are logged."""
    log_format: LogFormat = "auto"
    """auto: text on a terminal, else one JSON object a line."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what it is given: `load` gathers the sources, so that it can say where each value came from."""
        return (init_settings,)


def load(file: Path | None = None, **flags: Any) -> Settings:
    """The settings in force. `flags` are nested mappings, as `load(kafka={"servers": "b:9092"})`; None counts as not given.
    `file` is a settings file to read instead of the one that `NEWSWIRE_CONFIG` names or `config/pipeline.toml`.

    Raises SettingsError, which names each wrong key or value, where it came from, and what was expected.
    """
    sources = _sources(file, flags)
    merged: dict[str, Any] = {}
    for _, values in reversed(sources):
        merged = _merge(merged, values)
    try:
        return Settings(**_read_secrets(merged))
    except ValidationError as error:
        faults = "; ".join(_explain(fault, sources) for fault in error.errors())
        raise SettingsError(f"Wrong settings: {faults}", REMEDY) from None


def origins(settings: Settings, file: Path | None = None, **flags: Any) -> dict[str, tuple[Any, str]]:
    """For each setting's dotted name its value and where it came from (`file` and `flags` as they were given to `load`).

    Secrets show as asterisks.
    """
    sources = _sources(file, flags)
    found: dict[str, tuple[Any, str]] = {}
    for name, value in _leaves(settings.model_dump()):
        found[name] = ("**********" if isinstance(value, SecretStr) else value, _origin(name, sources))
    return found


def variables(settings: Settings) -> dict[str, str]:
    """The environment variables with which `load` in another process gives these settings. Holds the secrets in clear."""
    return {_variable(name): _written(value) for name, value in _leaves(settings.model_dump()) if value is not None}


def child_environment(settings: Settings) -> dict[str, str]:
    """Our whole environment with `variables` instead of our own: what a program of ours that we start is given."""
    kept = {name: value for name, value in os.environ.items() if not _is_ours(name) or name.upper() == FILE_VARIABLE}
    return kept | variables(settings)


def service_links() -> list[str]:
    """The environment variables that begin as ours do and that Kubernetes has set by itself; `load` ignores them."""
    return sorted(name for name, value in os.environ.items() if name in _unknown() and is_service_link(name, value))


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return ",".join(value) if isinstance(value, tuple | list) else str(value)


def _sources(file: Path | None, flags: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What flags, environment and file say, strongest first, each with its label."""
    path = _file(file)
    return [(FLAG, _given(flags)), (ENVIRONMENT, _environment()), (str(path), _read_file(path))]


def _file(given: Path | None) -> Path | None:
    named = str(given) if given else os.environ.get(FILE_VARIABLE)
    if not named:
        return DEFAULT_FILE if DEFAULT_FILE.is_file() else None
    path = Path(named)
    if not path.is_file():
        origin = "--config" if given else FILE_VARIABLE
        raise SettingsError(f"{origin} names {named}, which is no file", "Name a settings file in TOML, or none")
    return path


def _read_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no valid TOML: {error}", "Correct the file") from None


def _environment() -> dict[str, Any]:
    """The settings among the environment variables, each as it stands there; a secret that is in a file is not read yet."""
    unknown = sorted(_unknown() - set(service_links()))
    if unknown:
        raise SettingsError(f"Unknown environment variables: {', '.join(unknown)}", REMEDY)
    given = {name.upper(): value for name, value in os.environ.items() if _is_ours(name)}
    found: dict[str, Any] = {}
    for name, field in _fields().items():
        variable = _variable(name)
        file_variable = variable + FILE_SUFFIX
        in_file = _is_secret(field) and file_variable in given
        if in_file and variable in given:
            raise SettingsError(f"{variable} and {file_variable} are both set", "Unset one of them")
        if in_file or variable in given:
            *groups, last = name.split(".")
            table = found
            for group in groups:
                table = table.setdefault(group, {})
            table[last] = SecretFile(file_variable, given[file_variable]) if in_file else given[variable]
    return found


def _unknown() -> set[str]:
    """The environment variables that begin as ours do and are none of them."""
    known = {FILE_VARIABLE}
    for name, field in _fields().items():
        known.add(_variable(name))
        if _is_secret(field):
            known.add(_variable(name) + FILE_SUFFIX)
    return {name for name in os.environ if _is_ours(name) and name.upper() not in known}


def _is_ours(variable: str) -> bool:
    return variable.upper().startswith(PREFIX)


def _variable(name: str) -> str:
    """The environment variable of the setting with a dotted name."""
    return f"{PREFIX}{name.replace('.', '__')}".upper()


def _fields() -> dict[str, FieldInfo]:
    """Every setting by its dotted name."""
    found: dict[str, FieldInfo] = {}
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, Group):
            found |= {f"{name}.{inner}": each for inner, each in type(field.default).model_fields.items()}
        else:
            found[name] = field
    return found


def _is_secret(field: FieldInfo) -> bool:
    return SecretStr in (field.annotation, *get_args(field.annotation))


def _read_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the content of each secret file in its place. Raises SettingsError."""
    read: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, SecretFile):
            read[name] = value.read()
        else:
            read[name] = _read_secrets(value) if isinstance(value, Mapping) else value
    return read


def _given(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags without those that are None, and without groups that are then empty."""
    given: dict[str, Any] = {}
    for name, value in flags.items():
        kept = _given(value) if isinstance(value, Mapping) else value
        if kept is not None and kept != {}:
            given[name] = kept
    return given


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """What `below` says, overruled by `above`, table by table."""
    merged = dict(below)
    for name, value in above.items():
        under = merged.get(name)
        merged[name] = _merge(under, value) if isinstance(under, Mapping) and isinstance(value, Mapping) else value
    return merged


def _explain(fault: Any, sources: Sequence[tuple[str, dict[str, Any]]]) -> str:
    # What follows the setting's own name points into its value (`worker.agents.0`).
    name = ".".join(str(part) for part in fault["loc"][:2]) if _is_group(fault["loc"][0]) else str(fault["loc"][0])
    what = "is no setting" if fault["type"] == "extra_forbidden" else fault["msg"]
    return f"{name} ({_origin(name, sources)}): {what}"


def _is_group(name: object) -> bool:
    field = Settings.model_fields.get(str(name))
    return field is not None and isinstance(field.default, Group)


def _origin(name: str, sources: Sequence[tuple[str, dict[str, Any]]]) -> str:
    """The label of the strongest source that has the setting; for the environment the variable's name."""
    for label, values in sources:
        value = _value(values, name)
        if isinstance(value, SecretFile):
            return f"{value.variable}: {value.path}"
        if value is not ABSENT:
            return _variable(name) if label == ENVIRONMENT else label
    return "default"


def _value(values: Any, name: str) -> Any:
    """What stands there for the setting with a dotted name, or ABSENT."""
    for part in name.split("."):
        if not isinstance(values, Mapping) or part not in values:
            return ABSENT
        values = values[part]
    return values


def _leaves(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            found += _leaves(value, f"{before}{name}.")
        else:
            found.append((before + name, value))
    return found
