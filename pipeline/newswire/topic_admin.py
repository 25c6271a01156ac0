"""Topics on a broker: making those of the registry, and finding out whether those that exist fit the pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from newswire.clients import admin
from newswire.errors import TopicError
from newswire.settings import Settings
from newswire.topics import TOPICS, Topic

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

__all__ = ("TopicState", "check_topics", "create_topics", "topic_states", "warnings")

# Kafka's error codes (org.apache.kafka.common.protocol.Errors).
UNKNOWN_TOPIC: Final = 3
TOPIC_EXISTS: Final = 36
SUCCESS: Final = 0

CLEANUP: Final = "cleanup.policy"
COMPRESSION: Final = "compression.type"

# The compression.type of a topic that keeps what its producers send, and so ours keep it as they do.
AS_PRODUCED: Final = "producer"
MAX_MESSAGE: Final = "max.message.bytes"


@dataclass(frozen=True)
class TopicState:
    """A topic of the registry as it is on the broker. Without partitions it does not exist."""

    topic: Topic
    name: str
    """The full name, with the prefix."""
    identity: str
    """What tells it apart from every other topic, those of its name on other brokers too: the id that Kafka gives a topic when
    it is made (since 2.8); of a broker without such ids, its addresses and the name. (A cluster's id would not do: it is copied
    with configurations.)"""
    partitions: int
    replication: int
    configuration: dict[str, str]
    """The broker's configuration of the topic in Kafka's own names, its defaults included."""
    problems: tuple[str, ...]
    """Why the pipeline cannot work with it, each with its remedy; empty for a fit topic."""
    warnings: tuple[str, ...]
    """What stops no worker and may stop a subscriber, each with its remedy."""

    @property
    def exists(self) -> bool:
        """Whether the broker has it."""
        return self.partitions > 0


def create_topics(settings: Settings, topics: Sequence[Topic] = TOPICS) -> tuple[str, ...]:
    """Makes the topics that are missing and waits until they can be used; the names of those made. What exists is left alone.

    Raises TopicError when the broker refuses one or an existing one is unfit, BrokerError when it does not answer.
    """
    with admin(settings.kafka) as client:
        missing = [state.topic for state in _states(client, settings, topics) if not state.exists]
        made = _create(client, settings, missing) if missing else ()
        _reject_unfit(_states(client, settings, topics))
    return made


def check_topics(
    settings: Settings, topics: Sequence[Topic] = TOPICS, *, patient: bool = False
) -> tuple[TopicState, ...]:
    """The topics as they are, all of them fit; some may have warnings.

    Raises TopicError, which says what to run, when one of them is missing or unfit; BrokerError without a broker, from
    a `patient` call not before `kafka.request_timeout`.
    """
    states = topic_states(settings, topics, patient=patient)
    _reject_unfit(states)
    return states


def warnings(states: Iterable[TopicState]) -> tuple[str, ...]:
    """What to know of topics that are fit."""
    return tuple(warning for state in states for warning in state.warnings)


def topic_states(
    settings: Settings, topics: Sequence[Topic] = TOPICS, *, patient: bool = False
) -> tuple[TopicState, ...]:
    """Each topic as it is on the broker. Raises BrokerError when that does not answer."""
    with admin(settings.kafka, patient=patient) as client:
        return _states(client, settings, topics)


def _create(client: KafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> tuple[str, ...]:
    wanted = {
        topic.full_name(settings.topics): {
            "num_partitions": topic.partition_count(settings.topics),
            "replication_factor": settings.topics.replication,
            "configs": topic.configuration(settings.topics),
        }
        for topic in topics
    }
    # Errors are read from the answer: that another one made a topic in this moment is none.
    answer = client.create_topics(wanted, raise_errors=False)
    codes = {entry["name"]: (entry["error_code"], entry["error_message"]) for entry in answer["topics"]}
    refused = [
        f"{name}: {message or code}" for name, (code, message) in codes.items() if code not in (SUCCESS, TOPIC_EXISTS)
    ]
    if refused:
        raise TopicError(
            f"The broker refuses to make {'; '.join(refused)}",
            "Compare topics.replication and topics.min_insync_replicas with the number of brokers, and the rights of our login",
        )
    client.wait_for_topics(list(wanted), timeout_ms=int(settings.kafka.request_timeout * 1000))
    return tuple(name for name, (code, _) in codes.items() if code == SUCCESS)


def _states(client: KafkaAdminClient, settings: Settings, topics: Sequence[Topic]) -> tuple[TopicState, ...]:
    from kafka import errors
    from kafka.admin import ConfigResource, ConfigResourceType

    names = [topic.full_name(settings.topics) for topic in topics]
    described = {entry["name"]: entry for entry in client.describe_topics(names)}
    for entry in described.values():
        if entry["error_code"] not in (SUCCESS, UNKNOWN_TOPIC):
            raise errors.for_code(entry["error_code"])(entry["name"])
    existing = [name for name in names if name in described and described[name]["error_code"] == SUCCESS]
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in existing]
    configurations = client.describe_configs(resources, config_filter="all").get("topic", {}) if resources else {}
    return tuple(
        _state(
            topic,
            name,
            described.get(name, {}),
            configurations.get(name, {}),
            settings,
        )
        for topic, name in zip(topics, names, strict=True)
    )


def _state(
    topic: Topic, name: str, described: dict[str, Any], configured: dict[str, Any], settings: Settings
) -> TopicState:
    configuration = {key: str(entry["value"]) for key, entry in configured.items()}
    partitions = described.get("partitions") or []
    replication = min((len(partition["replica_nodes"]) for partition in partitions), default=0)
    if partitions:
        problems = tuple(_problems(topic, name, len(partitions), configuration, settings))
    else:
        problems = (f"{name} does not exist: run `newswire topics create`",)
    told = tuple(_warnings(topic, name, configuration, settings))
    identity = _identity(name, described.get("topic_id"), settings)
    return TopicState(topic, name, identity, len(partitions), replication, configuration, problems, told)


def _identity(name: str, topic_id: object, settings: Settings) -> str:
    servers = ",".join(sorted(server.strip() for server in settings.kafka.servers.split(",")))
    return f"{name} {topic_id or servers}"


def _problems(topic: Topic, name: str, partitions: int, configuration: dict[str, str], settings: Settings) -> list[str]:
    """What makes an existing topic unfit. More partitions and larger messages than we ask for are a deployment's own choice."""
    wanted = topic.configuration(settings.topics)
    change = _change(name, settings)
    if not configuration:
        return [f"the configuration of {name} is hidden from us: grant DescribeConfigs on it (docs/security.md)"]
    found: list[str] = []
    count = topic.partition_count(settings.topics)
    if partitions < count:
        command = (
            f"kafka-topics.sh --bootstrap-server {settings.kafka.servers} --alter --topic {name} --partitions {count}"
        )
        found.append(
            f"{name} has {partitions} partitions, fewer than {count}: lower topics.partitions, or run `{command}`"
        )
    if int(configuration.get(MAX_MESSAGE, 0)) < topic.max_message_bytes:
        found.append(
            f"{name} takes messages of {configuration.get(MAX_MESSAGE)} bytes, not of {topic.max_message_bytes}: "
            f"run `{change} {MAX_MESSAGE}={wanted[MAX_MESSAGE]}`"
        )
    if _policies(configuration.get(CLEANUP, "")) != _policies(wanted[CLEANUP]):
        found.append(
            f"{name} has {CLEANUP} {configuration.get(CLEANUP)}, not {wanted[CLEANUP]}: "
            f"run `{change} {CLEANUP}=[{wanted[CLEANUP]}]`"
        )
    return found


def _warnings(topic: Topic, name: str, configuration: dict[str, str], settings: Settings) -> list[str]:
    """The codec does not stop us, for we read all of them; a subscriber may lack it."""
    wanted = topic.configuration(settings.topics)[COMPRESSION]
    kept = configuration.get(COMPRESSION, wanted)
    if kept in (wanted, AS_PRODUCED):
        return []
    return [
        f"{name} keeps its messages in {kept}, not in {wanted} (topics.compression): "
        f"run `{_change(name, settings)} {COMPRESSION}={wanted}`; what lies there stays in {kept} until its retention is over"
    ]


def _change(name: str, settings: Settings) -> str:
    """The command that changes a topic's configuration, up to what it shall be."""
    server = f"--bootstrap-server {settings.kafka.servers}"
    return f"kafka-configs.sh {server} --alter --entity-type topics --entity-name {name} --add-config"


def _policies(value: str) -> set[str]:
    return {policy.strip() for policy in value.split(",")}


def _reject_unfit(states: Sequence[TopicState]) -> None:
    missing = [state.name for state in states if not state.exists]
    unfit = [problem for state in states if state.exists for problem in state.problems]
    if missing:
        faults = "; ".join([f"Missing topics: {', '.join(missing)}", *unfit])
        raise TopicError(faults, "Run `newswire topics create` (with the same --servers and --prefix)")
    if unfit:
        raise TopicError(f"Unfit topics: {'; '.join(unfit)}")
