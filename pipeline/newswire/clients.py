"""How each Kafka client is told to reach the broker: the settings' security in the words of kafka-python, aiokafka and Faust."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from newswire.errors import BrokerError, NewswireError, SettingsError
from newswire.outages import reason
from newswire.settings import KafkaSettings, TopicSettings

if TYPE_CHECKING:
    from kafka import KafkaAdminClient

__all__ = (
    "RECONNECT_BACKOFF",
    "RECONNECT_MAX_BACKOFF",
    "Failures",
    "admin",
    "aiokafka_options",
    "broker_errors",
    "close",
    "faust_options",
    "kafka_python_options",
    "listening",
    "producer_options",
    "retried",
    "ssl_context",
)

Result = TypeVar("Result")

# Seconds between two tries to connect to a broker that is away: the first, doubled by each that fails, up to the last. These are
# the defaults of Kafka's Java client. kafka-python by itself waits half a minute in the end, and notices a broker as late.
RECONNECT_BACKOFF: Final = 0.05
RECONNECT_MAX_BACKOFF: Final = 1.0

# kafka-python logs here what goes wrong while it connects.
CONNECTING: Final = ("kafka.net.manager", "kafka.net.connection", "kafka.net.transport")

# Seconds between two tries: a coordinator is found some tenths of a second after its topic is made.
RETRY_INTERVAL: Final = 0.2


def kafka_python_options(kafka: KafkaSettings, *, patient: bool = False) -> dict[str, Any]:
    """Keyword arguments for any kafka-python client: servers, time-outs, back-off, security. A `patient` one waits for
    `kafka.request_timeout` even where every address refuses the connection.
    """
    # Brings kafka-python, a third of a second that `newswire --help` need not wait.
    from newswire.checksums import compute_in_c
    from newswire.compression import compress_less_in_kafka_python
    from newswire.connections import ImpatientClient, PatientClient

    compute_in_c()
    compress_less_in_kafka_python()
    return {
        **_options(kafka),
        "bootstrap_timeout_ms": int(kafka.request_timeout * 1000),
        "reconnect_backoff_ms": int(RECONNECT_BACKOFF * 1000),
        "reconnect_backoff_max_ms": int(RECONNECT_MAX_BACKOFF * 1000),
        "kafka_client": PatientClient if patient else ImpatientClient,
    }


def aiokafka_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Keyword arguments for any aiokafka client: servers, time-outs, security."""
    from newswire.compression import compress_less_in_aiokafka

    compress_less_in_aiokafka()
    return _options(kafka)


def producer_options(topics: TopicSettings) -> dict[str, Any]:
    """Keyword arguments for any producer of ours, of kafka-python or aiokafka, beside those that reach the broker: nothing is
    lost or doubled by a retry, and everything is in the codec that subscribers were promised.
    """
    compression = None if topics.compression == "none" else topics.compression
    return {"acks": "all", "enable_idempotence": True, "compression_type": compression}


def faust_options(kafka: KafkaSettings) -> dict[str, Any]:
    """Keyword arguments for `faust.App`: the broker's addresses and credentials."""
    # Faust brings aiokafka, and is slow to import; the command line's other clients need neither.
    import faust
    from faust.auth import SASLCredentials, SSLCredentials

    options: dict[str, Any] = {
        "broker": [f"kafka://{server.strip()}" for server in kafka.servers.split(",")],
        "broker_client_id": kafka.client_id,
        "broker_request_timeout": kafka.request_timeout,
        "broker_session_timeout": kafka.session_timeout,
        "broker_heartbeat_interval": kafka.heartbeat_interval,
        "broker_rebalance_timeout": kafka.rebalance_timeout,
        "broker_commit_interval": kafka.commit_interval,
    }
    context = ssl_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        user, password = _login(kafka)
        options["broker_credentials"] = SASLCredentials(
            username=user,
            password=password,
            ssl_context=context,
            mechanism=faust.types.auth.SASLMechanism(kafka.sasl_mechanism),
        )
    elif context is not None:
        options["broker_credentials"] = SSLCredentials(context)
    return options


@contextmanager
def admin(kafka: KafkaSettings, *, patient: bool = False) -> Iterator[KafkaAdminClient]:
    """An admin client of kafka-python, closed at the end. What fails inside is reported as by `broker_errors`; `patient` is as
    in `kafka_python_options`.
    """
    # Imported where it is used: a third of a second that `newswire --help` need not wait.
    from kafka import KafkaAdminClient

    with broker_errors(kafka):
        client = KafkaAdminClient(**kafka_python_options(kafka, patient=patient))
        try:
            yield client
        finally:
            close(client)


def close(client: Any) -> None:
    """Closes a client of kafka-python. What its thread was about in that moment fails, and it logs that, with tracebacks; whoever
    closes does not want to know.
    """
    closing = [logging.getLogger(name) for name in (*CONNECTING, "kafka.cluster")]
    for logger in closing:
        logger.addFilter(_nothing)
    try:
        client.close()
    finally:
        for logger in closing:
            logger.removeFilter(_nothing)


def _nothing(record: logging.LogRecord) -> bool:
    return False


@contextmanager
def broker_errors(kafka: KafkaSettings) -> Iterator[None]:
    """Turns the errors of kafka-python into ours.

    Raises SettingsError where the broker refuses our login or rights, BrokerError for everything else it says or does not say.
    """
    from kafka.errors import KafkaError

    with listening(kafka) as failures:
        try:
            yield
        except KafkaError as error:
            raise failures.ours(error) from None


@contextmanager
def listening(kafka: KafkaSettings) -> Iterator[Failures]:
    """Hears inside what kafka-python logs of connections that fail, for `Failures.ours` to say it. For whoever has a thousand
    calls to make: one `broker_errors` costs half of what sending a message does.
    """
    failures = Failures(kafka)
    connecting = [logging.getLogger(name) for name in CONNECTING]
    for logger in connecting:
        logger.addFilter(failures)
    try:
        yield failures
    finally:
        for logger in connecting:
            logger.removeFilter(failures)


class Failures(logging.Filter):
    """Keeps the last error that a log record of kafka-python brings, and the record from the log: we report it ourselves. While
    it connects, kafka-python tries again whatever happens, says why only in its log, and ends with a time-out.
    """

    last: Exception | None = None

    def __init__(self, kafka: KafkaSettings) -> None:
        super().__init__()
        self._kafka = kafka

    def filter(self, record: logging.LogRecord) -> bool:
        from kafka.errors import KafkaError, KafkaTimeoutError, SaslAuthenticationFailedError

        arguments = record.args if isinstance(record.args, tuple) else ()
        error = next((argument for argument in arguments if isinstance(argument, KafkaError)), None)
        if error is None:
            return True
        # A refused login is followed by a closed connection, which says less.
        if not isinstance(error, KafkaTimeoutError) and not isinstance(self.last, SaslAuthenticationFailedError):
            self.last = error
        return False

    def ours(self, raised: Exception) -> NewswireError:
        """Our error in place of one that kafka-python has raised: as in `broker_errors`."""
        from kafka import errors

        kafka = self._kafka
        error = self.last or raised if isinstance(raised, errors.KafkaTimeoutError) else raised
        if isinstance(error, errors.SaslAuthenticationFailedError | errors.UnsupportedSaslMechanismError):
            return SettingsError(
                f"The broker at {kafka.servers} refuses the login of {kafka.sasl_username}: {error}",
                "Correct kafka.sasl_mechanism, kafka.sasl_username or kafka.sasl_password",
            )
        if isinstance(error, errors.AuthorizationError):
            return SettingsError(
                f"The broker at {kafka.servers} denies {kafka.sasl_username or 'us'} the right to do this: {error}",
                "Grant it (docs/security.md lists the minimal ACLs)",
            )
        if isinstance(error, errors.KafkaConnectionError | errors.KafkaTimeoutError | errors.RequestTimedOutError):
            # A broker may close the connection of a refused login before it has said so.
            user = f" as {kafka.sasl_username}" if kafka.security_protocol.startswith("SASL") else ""
            login = ", or correct kafka.sasl_username and kafka.sasl_password" if user else ""
            return BrokerError(
                f"No broker answers at {kafka.servers} with {kafka.security_protocol}{user}: {reason(error)}",
                f"Start it (`newswire up` brings one), or set kafka.servers and kafka.security_protocol{login}",
            )
        return BrokerError(f"The broker at {kafka.servers} answers: {error}")


def retried(call: Callable[[], Result], kafka: KafkaSettings) -> Result:
    """What `call` returns, called again while the broker answers with an error that passes.

    For the calls that kafka-python leaves as they fall: a broker that has just started has no group coordinators for a while.
    After `kafka.request_timeout` the error is raised.
    """
    from kafka.errors import RetriableError

    deadline = time.monotonic() + kafka.request_timeout
    while True:
        try:
            return call()
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_INTERVAL)


def ssl_context(kafka: KafkaSettings) -> ssl.SSLContext | None:
    """The TLS context that the settings describe, or None for a protocol without TLS.

    Raises SettingsError when a certificate or key cannot be read.
    """
    if "SSL" not in kafka.security_protocol:
        return None
    try:
        context = ssl.create_default_context(cafile=str(kafka.ssl_cafile) if kafka.ssl_cafile else None)
        context.check_hostname = kafka.ssl_check_hostname
        if kafka.ssl_certfile is not None:
            password = kafka.ssl_password.get_secret_value() if kafka.ssl_password else None
            key = str(kafka.ssl_keyfile) if kafka.ssl_keyfile else None
            context.load_cert_chain(str(kafka.ssl_certfile), key, password)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"A TLS file cannot be read: {error}",
            "Correct kafka.ssl_cafile, kafka.ssl_certfile, kafka.ssl_keyfile or kafka.ssl_password",
        ) from None
    return context


def _options(kafka: KafkaSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in kafka.servers.split(",")],
        "client_id": kafka.client_id,
        "request_timeout_ms": int(kafka.request_timeout * 1000),
        "security_protocol": kafka.security_protocol,
    }
    context = ssl_context(kafka)
    if context is not None:
        options["ssl_context"] = context
    if kafka.security_protocol.startswith("SASL"):
        user, password = _login(kafka)
        options |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": user,
            "sasl_plain_password": password,
        }
    return options


def _login(kafka: KafkaSettings) -> tuple[str, str]:
    if kafka.sasl_username is None or kafka.sasl_password is None:
        raise SettingsError(
            f"kafka.security_protocol is {kafka.security_protocol}, which needs a login",
            "Set kafka.sasl_username and kafka.sasl_password (NEWSWIRE_KAFKA__SASL_PASSWORD)",
        )
    return kafka.sasl_username, kafka.sasl_password.get_secret_value()
