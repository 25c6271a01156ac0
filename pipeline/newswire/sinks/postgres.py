"""Tables of a PostgreSQL database that hold what stands, and how far the topics are worked in, always together.

What is known of a story (which marker rules, which ids it lists, which records are held) lies in the tables too. A batch of
messages loads that of its stories, works them in as every subscriber does (`newswire.subscribe.stories`), and writes it back in
one transaction with the offsets behind the batch: whenever the process ends, the tables are exactly what the messages before
their offsets make.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from newswire.errors import DatabaseError, InputError, SettingsError
from newswire.sinks.columns import COLUMNS, Column, row
from newswire.subscribe.stories import Record, Stories, Story
from newswire.topics import Topic

if TYPE_CHECKING:
    from psycopg import Connection, sql

__all__ = ("Database", "Message", "database")

logger = logging.getLogger(__name__)

# Seconds that another sink may keep the tables: one that was killed, and whose connection the server has not given up yet.
LOCK_PATIENCE: Final = 10.0

# What is looked for, beside the article and the key: who said it, what happened when, who is named.
INDEXES: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "quotes": (("article_id",), ("speaker", "published"), ("published",)),
    "events": (("article_id",), ("type", "published"), ("published",)),
    "entities": (("article_id",), ("name",), ("country",)),
}


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a record topic."""

    partition: int
    offset: int
    value: bytes | None
    headers: Mapping[str, bytes]


class _Head(msgspec.Struct):
    """Of which story a message is."""

    class Article(msgspec.Struct):
        id: str

    article: Article


@contextmanager
def database(url: str, schema: str, topics: Sequence[Topic]) -> Iterator[Database]:
    """The tables of the topics in that schema of a database; made, or given the columns that they lack.

    Raises SettingsError for an address that is none, DatabaseError when the server does not answer or refuses, or another sink
    writes to the same tables.
    """
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, application_name="newswire sink") as connection:
            found = Database(connection, schema)
            found.lock()
            found.make(topics)
            yield found
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:  # of the client: the address cannot be read
            raise SettingsError(
                f"The address of the database cannot be read: {_line(error)}", "Write postgres://USER@HOST/DATABASE"
            ) from None
        raise DatabaseError(f"PostgreSQL refuses: {_line(error)}", "Grant the user CREATE on the database") from None
    except psycopg.Error as error:
        raise DatabaseError(
            f"PostgreSQL does not do its part: {_line(error)}", "Correct that and start again; nothing is lost"
        ) from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


class Database:
    """The tables of one schema. Only one sink at a time writes to them."""

    def __init__(self, connection: Connection[Any], schema: str) -> None:
        self._connection = connection
        self._schema = schema

    def lock(self) -> None:
        """Keeps other sinks off these tables for as long as the connection lasts. Raises DatabaseError while one is on them."""
        deadline = time.monotonic() + LOCK_PATIENCE
        while not self._value("SELECT pg_try_advisory_lock(hashtext('newswire'), hashtext(%s))", self._schema):
            if time.monotonic() > deadline:
                raise DatabaseError(
                    f"Another sink writes to the schema {self._schema}", "Stop it, or choose another --schema"
                )
            time.sleep(0.2)

    def make(self, topics: Sequence[Topic]) -> None:
        """Makes what is not there yet, columns of later releases included."""
        with self._connection.transaction():
            if not self._value("SELECT to_regnamespace(quote_ident(%s)) IS NOT NULL", self._schema):
                self._do("CREATE SCHEMA {schema}")
            self._do(
                "CREATE TABLE IF NOT EXISTS {schema}.offsets"
                " (topic TEXT, partition INTEGER, next_offset BIGINT NOT NULL, PRIMARY KEY (topic, partition))"
            )
            self._do(
                "CREATE TABLE IF NOT EXISTS {schema}.stories"
                " (topic TEXT, article_id TEXT, ruling BIGINT[] NOT NULL, standing TEXT[] NOT NULL,"
                " PRIMARY KEY (topic, article_id))"
            )
            for topic in topics:
                self._make(topic.name, COLUMNS[topic.name])

    def _make(self, table: str, columns: Sequence[Column]) -> None:
        from psycopg import sql

        names = {"table": sql.Identifier(table)}
        self._do("CREATE TABLE IF NOT EXISTS {schema}.{table} (id TEXT PRIMARY KEY, ruling BIGINT[] NOT NULL)", names)
        for column in columns:
            given = names | {"column": sql.Identifier(column.name), "type": sql.SQL(column.type)}
            self._do("ALTER TABLE {schema}.{table} ADD COLUMN IF NOT EXISTS {column} {type}", given)
        for columns_of in INDEXES[table]:
            index = sql.Identifier("_".join((table, *columns_of)))
            listed = sql.SQL(", ").join(map(sql.Identifier, columns_of))
            self._do(
                "CREATE INDEX IF NOT EXISTS {index} ON {schema}.{table} ({listed})",
                names | {"index": index, "listed": listed},
            )

    def offsets(self, topic: str) -> dict[int, int]:
        """The offset behind what is worked in of each partition of a topic (its full name)."""
        return dict(self._rows("SELECT partition, next_offset FROM {schema}.offsets WHERE topic = %s", topic))

    def apply(self, topic: Topic, full_name: str, messages: Sequence[Message]) -> None:
        """Works messages of a topic in, those of each partition in their order, and moves the offsets, in one transaction."""
        with self._connection.transaction():
            stories, held = self._load(topic, messages)
            for message in messages:
                if message.value is None:
                    continue
                try:
                    stories.take(message.value, message.headers)
                except InputError as error:
                    logger.warning("%s %d:%d is passed over: %s", full_name, message.partition, message.offset, error)
            self._store(topic, stories, held)
            behind = {message.partition: message.offset + 1 for message in messages}
            self._many(
                "INSERT INTO {schema}.offsets VALUES (%s, %s, %s)"
                " ON CONFLICT (topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset",
                [(full_name, partition, offset) for partition, offset in behind.items()],
            )

    def _load(self, topic: Topic, messages: Sequence[Message]) -> tuple[Stories, dict[str, set[str]]]:
        """What is known of the stories of the messages, and the ids that each holds."""
        from psycopg import sql

        articles = {_text(article): article for message in messages if (article := _article(message)) is not None}
        found = {article: Story() for article in articles.values()}
        wanted = list(articles)
        for id, ruling, standing in self._rows(
            "SELECT article_id, ruling, standing FROM {schema}.stories WHERE topic = %s AND article_id = ANY(%s)",
            topic.name,
            wanted,
        ):
            found[articles[id]].ruling, found[articles[id]].standing = tuple(ruling), frozenset(standing)
        table = {"table": sql.Identifier(topic.name)}
        query = "SELECT article_id, id, ruling FROM {schema}.{table} WHERE article_id = ANY(%s)"
        for id, record, ruling in self._rows(query, wanted, names=table):
            found[articles[id]].held[record] = (tuple(ruling), None)
        stories = Stories()
        for article, story in found.items():
            stories.hold(article, story)
        return stories, {article: set(story.held) for article, story in found.items()}

    def _store(self, topic: Topic, stories: Stories, held: Mapping[str, set[str]]) -> None:
        from psycopg import sql

        columns = COLUMNS[topic.name]
        names = [column.name for column in columns]
        gone, rows, known = [], [], []
        for article, story in stories.stories():
            gone += [_text(id) for id in held.get(article, set()) - story.held.keys()]
            rows += [
                (*_values(record, columns), list(map(int, ruling)))
                for ruling, record in story.held.values()
                if record is not None
            ]
            known.append((topic.name, _text(article), list(map(int, story.ruling)), sorted(map(_text, story.standing))))
        table = {"table": sql.Identifier(topic.name)}
        self._do("DELETE FROM {schema}.{table} WHERE id = ANY(%s)", table, gone)
        listed = [sql.Identifier(name) for name in (*names, "ruling")]
        self._many(
            "INSERT INTO {schema}.{table} ({listed}) VALUES ({places}) ON CONFLICT (id) DO UPDATE SET {set}",
            rows,
            table
            | {
                "listed": sql.SQL(", ").join(listed),
                "places": sql.SQL(", ").join([sql.Placeholder()] * len(listed)),
                "set": sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(name) for name in listed[1:]),
            },
        )
        self._many(
            "INSERT INTO {schema}.stories VALUES (%s, %s, %s, %s) ON CONFLICT (topic, article_id)"
            " DO UPDATE SET ruling = EXCLUDED.ruling, standing = EXCLUDED.standing",
            known,
        )

    def _composed(self, statement: str, names: Mapping[str, sql.Composable]) -> sql.Composed:
        from psycopg import sql

        return sql.SQL(statement).format(schema=sql.Identifier(self._schema), **names)

    def _do(self, statement: str, names: Mapping[str, sql.Composable] | None = None, *values: Any) -> None:
        self._connection.execute(self._composed(statement, names or {}), values)

    def _many(
        self, statement: str, rows: Sequence[Sequence[Any]], names: Mapping[str, sql.Composable] | None = None
    ) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(self._composed(statement, names or {}), rows)

    def _rows(self, query: str, *values: Any, names: Mapping[str, sql.Composable] | None = None) -> list[Any]:
        return self._connection.execute(self._composed(query, names or {}), values).fetchall()

    def _value(self, query: str, *values: Any) -> Any:
        [found] = self._rows(query, *values)
        return found[0]


def _article(message: Message) -> str | None:
    """The article's id; None for what cannot be read."""
    try:
        return None if message.value is None else msgspec.json.decode(message.value, type=_Head).article.id
    except msgspec.MsgspecError:
        return None


def _values(record: Record, columns: Sequence[Column]) -> list[Any]:
    values = row(record, columns)
    return [_moment(values[column.name]) if column.type == "TIMESTAMPTZ" else values[column.name] for column in columns]


def _moment(text: str | None) -> datetime | None:
    """The moment that a time names; None for one that no calendar has (23:59:60)."""
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None


def _text(text: str) -> str:
    """As PostgreSQL takes it, which knows no NUL."""
    return text.replace("\0", "")
