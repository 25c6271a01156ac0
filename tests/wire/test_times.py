from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.wire.times import rfc3339, unix_seconds


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2024-05-03T09:00:00Z", "2024-05-03T09:00:00Z"),
        ("2024-05-03T09:00:00.25-04:00", "2024-05-03T09:00:00.250-04:00"),
        ("2024-05-03T09:00:00+0200", "2024-05-03T09:00:00+02:00"),
        ("20240503T090000Z", "2024-05-03T09:00:00Z"),
        ("2024-05-03 09:00", "2024-05-03T09:00:00Z"),
        ("2024-05-03", "2024-05-03T00:00:00Z"),
        ("20240503", "2024-05-03T00:00:00Z"),
        ("Fri, 03 May 2024 09:00:00 +0200", "2024-05-03T09:00:00+02:00"),
        ("Fri, 3 May 2024 09:00 EST", "2024-05-03T09:00:00-05:00"),
        ("2024-05-03T09:00:00+00:00:30", "2024-05-03T08:59:30Z"),
        ("Tue, 01 Jul 2025 23:40:00 AEST", "2025-07-01T23:40:00+10:00"),
        ("Fri, 3 May 2024 09:00:00 CET", "2024-05-03T09:00:00+01:00"),
        ("Fri, 3 May 2024 09:00 BST", "2024-05-03T09:00:00+01:00"),
        ("Fri, 3 May 2024 09:00 mesz", "2024-05-03T09:00:00+02:00"),
        ("Fri, 3 May 2024 09:00 GMT+2", "2024-05-03T09:00:00+02:00"),
        ("Fri, 3 May 2024 09:00 UTC-0530", "2024-05-03T09:00:00-05:30"),
        ("2024-05-03T09:00:00 CEST", "2024-05-03T09:00:00+02:00"),
        ("2024-05-03 09:00:00 GMT+00:00", "2024-05-03T09:00:00Z"),
        ("Fri, 3 May 2024 8:57 PM EST", "2024-05-03T20:57:00-05:00"),
        ("Fri, 3 May 2024 12:05 a.m. GMT", "2024-05-03T00:05:00Z"),
        ("2024-05-03 9:00 pm", "2024-05-03T21:00:00Z"),
        ("Fri, 3 May 2024 10:00:00 -0800 (PST)", "2024-05-03T10:00:00-08:00"),
        ("Fri, 3 May 2024 09:00 XYZT", None),
        ("Fri, 3 May 2024 09:00 CET+2", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("Friday", None),
        ("", None),
        ("2024-13-03", None),
        ("2" * 1000, None),
    ],
)
def test_times_become_rfc_3339(written: str, found: str | None) -> None:
    assert rfc3339(written) == found


def test_seconds_since_1970() -> None:
    assert unix_seconds("1970-01-01T01:00:01+01:00") == 1


@given(st.text(max_size=70) | st.datetimes().map(str) | st.from_regex(r"[0-9T:+ -]{8,30}", fullmatch=True))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = rfc3339(text)
    assert found is None or rfc3339(found) == found
