"""Names of the headers that a dead letter carries besides those of the message that it was.

Those of Kafka Connect's dead letter queue (KIP-298, class `DeadLetterQueueReporter`), so that tools that know it show them, and a
few of our own.
"""

from __future__ import annotations

from typing import Final

__all__ = (
    "CLASS",
    "CONNECT",
    "CONNECTOR",
    "FORMAT",
    "MESSAGE",
    "OFFSET",
    "OWN",
    "PARTITION",
    "REASON",
    "STACKTRACE",
    "STAGE",
    "TOPIC",
    "WHAT",
    "WHERE",
)

CONNECT: Final = "__connect.errors."
OWN: Final = "newswire.errors."

TOPIC: Final = CONNECT + "topic"
PARTITION: Final = CONNECT + "partition"
OFFSET: Final = CONNECT + "offset"
CONNECTOR: Final = CONNECT + "connector.name"
STAGE: Final = CONNECT + "stage"
CLASS: Final = CONNECT + "exception.class.name"
MESSAGE: Final = CONNECT + "exception.message"
STACKTRACE: Final = CONNECT + "exception.stacktrace"

REASON: Final = OWN + "reason"
"""input, process, refused or internal: whose fault it was."""
WHAT: Final = OWN + "what"
FORMAT: Final = OWN + "format"
WHERE: Final = OWN + "where"
