"""Headers of CloudEvents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newswire import cloudevents


def test_they_name_the_event_its_type_with_its_schema_and_what_it_is_about() -> None:
    found = cloudevents.headers(
        "newswire.quote.v1", id="q:1:7", source=b"/newswire/extract", time="2024-05-16T12:00:00Z", subject="urn:a"
    )
    assert dict(found) == {
        "ce_specversion": b"1.0",
        "ce_id": b"q:1:7",
        "ce_type": b"newswire.quote.v1",
        "ce_dataschema": b"urn:newswire:schema:newswire.quote.v1",
        "ce_source": b"/newswire/extract",
        "ce_subject": b"urn:a",
        "ce_time": b"2024-05-16T12:00:00Z",
        "content-type": b"application/json",
    }


def test_an_event_about_nothing_in_particular_has_no_subject() -> None:
    assert "ce_subject" not in dict(cloudevents.headers("newswire.heartbeat.v1", id="a", source=b"/", time="now"))


@given(st.text(st.characters(exclude_categories=())))
def test_any_id_gives_headers_in_utf_8(id: str) -> None:
    for _, value in cloudevents.headers("newswire.quote.v1", id=id, source=b"/", time="", subject=id):
        value.decode("utf-8")
