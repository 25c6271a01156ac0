"""Every setting of the pipeline, with its meaning, unit and default.

Values come, strongest first, from flags (keyword arguments of `load`), environment variables (`NEWSWIRE_KAFKA__SERVERS` for
`kafka.servers`; for a secret also `NEWSWIRE_KAFKA__SASL_PASSWORD_FILE`, the path of a file that holds it), the settings file
(`config/pipeline.toml`, or the file that `NEWSWIRE_CONFIG` names), and the defaults here. An unknown key anywhere is an
error. `origins` says where each value came from.
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
    "GatewaySettings",
    "Group",
    "KafkaSettings",
    "PoolSettings",
    "Settings",
    "TablesSettings",
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
FILE_SUFFIX: Final = "_FILE"  # appended to a secret's variable: names a file that holds it
FLAG: Final = "flag"
ENVIRONMENT: Final = "environment"
REMEDY: Final = "`newswire config show` lists every setting"
ABSENT: Final = object()

LogFormat = Literal["auto", "text", "json"]
LOG_FORMATS: Final[tuple[LogFormat, ...]] = get_args(LogFormat)

Seconds = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]


def _split(value: object) -> object:
    """In the environment and in flags, lists are comma-separated words."""
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


Words = BeforeValidator(_split)


class Group(BaseModel):
    """A table of the settings file. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class KafkaSettings(Group):
    """How to reach the broker. The security settings have Kafka's own meanings and apply to every client."""

    servers: str = "127.0.0.1:9092"
    """Comma-separated host:port pairs to connect to first."""
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """Use `SSL` or `SASL_SSL` for TLS, `SASL_PLAINTEXT` or `SASL_SSL` for a login."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """SASL mechanism, if `security_protocol` includes a login."""
    sasl_username: str | None = None
    """User name of the login."""
    sasl_password: SecretStr | None = None
    """Password of the login. Do not put it here: set `NEWSWIRE_KAFKA__SASL_PASSWORD_FILE` to the path of a file that holds only
    the password, or set `NEWSWIRE_KAFKA__SASL_PASSWORD`. Never shown or logged."""
    ssl_cafile: Path | None = None
    """CA certificates in PEM. Default: those of the system."""
    ssl_certfile: Path | None = None
    """Client certificate in PEM, if the broker requires one."""
    ssl_keyfile: Path | None = None
    """Private key of `ssl_certfile` in PEM."""
    ssl_password: SecretStr | None = None
    """Pass phrase of `ssl_keyfile`. As for the password, better set `NEWSWIRE_KAFKA__SSL_PASSWORD_FILE`."""
    ssl_check_hostname: bool = True
    """Whether the broker's certificate must match its host name."""
    request_timeout: Seconds = 30.0
    """Seconds until a request to the broker counts as failed."""
    session_timeout: Seconds = 30.0
    """Seconds without a heartbeat until the group gives a worker's partitions to others. A shorter time frees a killed worker's
    partitions sooner, but must leave room for `worker.drain_deadline`."""
    heartbeat_interval: Seconds = 3.0
    """Seconds between heartbeats to the group. A tenth of `session_timeout` tolerates several lost ones."""
    rebalance_timeout: Seconds = 60.0
    """Seconds that group members have to hand over partitions when one joins or leaves."""
    commit_interval: Seconds = 1.0
    """Seconds between commits of acknowledged offsets. The lag that operators and autoscalers see is up to this old."""
    client_id: str = "newswire"
    """Name of this client in the broker's logs, quotas and metrics."""


class TopicSettings(Group):
    """Names and properties of the topics. `pipeline/newswire/topics.py` has the rest."""

    prefix: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$|^$")] = "news."
    """Prefix of every topic and consumer group name."""
    partitions: Count = 12
    """Partitions of every topic except the dead letters: the largest number of workers that can share the work."""
    replication: Count = 1
    """Copies of each partition. Use 3 on a real cluster."""
    min_insync_replicas: Count = 1
    """Copies that must have a record before it counts as written. Use 2 with a replication of 3."""
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "gzip"
    """Codec of our producers and of new topics. Every client reads gzip without extra packages; most need a library for the
    others. docs/performance.md says what each costs."""


class ExtractSettings(Group):
    """What is extracted, and with which model."""

    model: str = "en_core_web_sm"
    """A spaCy pipeline for English with tagger and parser; names have a recogniser of their own. `en_core_web_sm` may come from
    any package that contains it."""
    max_body_chars: Count = 100_000
    """Longer bodies are cut at a paragraph. 100,000 code points are about 16,000 words, ten times a long read."""
    languages: Annotated[tuple[str, ...], Words] = ("en",)
    """ISO 639-1 codes of the languages to extract from. Other articles give an Extraction with `skipped`."""
    lexicon: Path | None = None
    """Directory with your additions to the word lists in `pipeline/newswire/lexicon`, under the same file names."""


class PoolSettings(Group):
    """The worker processes that do the extraction."""

    processes: Annotated[int, Field(ge=0)] = 0
    """Number of processes. 0 means one per CPU that affinity and cgroup quota allow."""
    task_deadline: Seconds = 20.0
    """Seconds that an article may take until its process is replaced and the article becomes a dead letter. Time spent waiting
    for a CPU does not count."""
    max_tasks: Count = 20_000
    """Articles until a process is replaced, so that no memory leak lasts."""
    max_memory_mb: Count = 3_000
    """Limit on the address space of one process in MiB, enforced by the kernel."""
    attempts: Count = 2
    """Tries for an article that kills or hangs its process, until it becomes a dead letter."""
    tasks: Annotated[str, Field(pattern=r"^[\w.]+:\w+$")] = "newswire.stream.tasks:Tasks"
    """`module:class` that a process runs. For your own extraction, name a subclass of the default. Tests use it for processes
    that die or hang."""


class WorkerSettings(Group):
    """The worker: what it may hold in flight, and how it stops."""

    agents: Annotated[tuple[Literal["intake", "extract", "publish", "tables"], ...], Words] = (
        "intake",
        "extract",
        "publish",
        "tables",
    )
    """Agents to run in this process."""
    max_in_flight: Count = 32
    """Messages per agent that are read but not yet committed: the most that a crash can repeat."""
    max_in_flight_bytes: Count = 32 * 1024 * 1024
    """The same in bytes of message values."""
    batch_size: Count = 4
    """Articles per pool task at saturation. Larger batches are slightly faster but finish later."""
    drain_deadline: Seconds = 25.0
    """Seconds after SIGTERM to finish what is in flight. The rest is read again later."""
    dead_letter_ratio: Annotated[float, Field(gt=0, le=1)] = 0.5
    """An agent halts at a partition if more than this share of its last `dead_letter_window` messages became dead letters. Run
    `newswire dlq resume` to continue."""
    dead_letter_window: Count = 100
    """Messages that `dead_letter_ratio` looks back on. An agent with fewer never halts."""
    publish_attempts: Count = 5
    """Tries for an unconfirmed record, until the worker stops without acknowledging."""
    hold_embargoed: bool = True
    """Whether articles and their records stay off the public topics until the article's `embargoed_until`."""
    max_embargoed: Count = 1_000
    """Embargoed stories that a worker holds in memory (within `max_in_flight_bytes`). More than that take turns, and each
    further multiple may be released some ten seconds late."""
    max_indexed: Count = 100_000
    """Articles of the last three days that the index of one worker holds in memory, for notices that name another story. If more
    came, such notices become alerts."""
    data_dir: Path | None = None
    """Directory for files: Faust's, and the tables agent's copy of its state, which it makes anew from Kafka. Nothing in it has
    to survive. Default: a temporary directory. Put it on a disk, not in memory, if the tables have many stories."""


class TablesSettings(Group):
    """The tables of what stands, `current.quotes`, `.events` and `.entities`."""

    days: Annotated[float, Field(gt=0)] = 30.0
    """Days after which a story without a new extraction leaves the tables, with all its records. A kill is remembered as long."""


class WebSettings(Group):
    """Health and metrics of a worker over HTTP."""

    enabled: bool = True
    """Whether the worker serves them."""
    host: str = "127.0.0.1"
    """Address to listen on. Use 0.0.0.0 for all, for example in a container."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port to listen on. 0 takes a free port and logs it."""


class FeedSettings(Group):
    """Polling of RSS, Atom and JSON feeds by `newswire feed`, and what it says of itself."""

    sources: Path = Path("config/feeds.toml")
    """List of feeds in TOML or OPML that `newswire feed` without arguments polls, and `newswire feeds` looks at."""
    interval: Seconds = 300.0
    """Seconds between two polls of an address. The feed's `ttl` and the server's `Retry-After` can only lengthen it."""
    expected: Seconds | None = None
    """Seconds without anything new after which a source is named silent, unless the list of feeds says it for this source.
    Default: never."""
    parallel: Annotated[int, Field(ge=1, le=256)] = 16
    """Addresses that are asked at once; of one host always one after the other."""
    host_pause: Annotated[float, Field(ge=0)] = 1.0
    """Seconds between two requests to one host."""
    timeout: Seconds = 30.0
    """Seconds that a server may take to connect, and between two pieces of its response."""
    max_bytes: Count = 16 * 1024 * 1024
    """Largest response; longer ones are refused."""
    max_backoff: Seconds = 3600.0
    """Longest pause, in seconds, between two polls of a failing address. For one that refuses (401, 403, 404 ...) it is a day."""
    state: Path = Path(".newswire/feeds.json")
    """File that keeps each address's ETag, Last-Modified, how it does, and the entries already fed."""
    user_agent: str = "newswire-pipeline (+https://example.org/newswire)"
    """User-Agent of the poller. Include an address that publishers can contact."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Port for health and metrics of a feeder that polls or watches, on `web.host` if `web.enabled`. 0 takes a free port and
    logs it."""


class GatewaySettings(Group):
    """What `newswire gateway` serves over HTTP, and to whom."""

    host: str = "127.0.0.1"
    """Address to listen on. Any that others can reach needs a `token`."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8480
    """Port to listen on. 0 takes a free port and logs it."""
    token: SecretStr | None = None
    """What clients send as `Authorization: Bearer TOKEN`. Do not put it here: set `NEWSWIRE_GATEWAY__TOKEN_FILE` to the path of a
    file that holds only the token, or set `NEWSWIRE_GATEWAY__TOKEN`. Never shown or logged."""
    origins: Annotated[tuple[str, ...], Words] = ()
    """Sites whose pages may read the answers in a browser, such as `https://desk.example.org`."""
    data_dir: Path = Path(".newswire/gateway")
    """Directory of the gateway's store. If it is lost, the gateway makes it anew from the topics."""
    history: Annotated[float, Field(gt=0)] = 7.0
    """Days for which the store keeps records and changes."""
    max_clients: Count = 1_000
    """Streams that may be open at once."""
    max_client_bytes: Count = 4 * 1024 * 1024
    """Bytes of events that may wait for one client until it is dropped as too slow. Clients share the events themselves."""


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
    tables: TablesSettings = TablesSettings()
    web: WebSettings = WebSettings()
    feed: FeedSettings = FeedSettings()
    gateway: GatewaySettings = GatewaySettings()
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Least severe messages to log."""
    log_format: LogFormat = "auto"
    """auto: text on a terminal, otherwise one JSON object per line."""

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
        raise SettingsError(f"{origin} names {named}, which is not a file", "Name a settings file in TOML, or unset it")
    return path


def _read_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}", "Correct the file") from None


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
    what = "is not a setting" if fault["type"] == "extra_forbidden" else fault["msg"]
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
