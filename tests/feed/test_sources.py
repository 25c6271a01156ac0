from __future__ import annotations

from pathlib import Path

import pytest

from newswire.errors import InputError
from newswire.feed.sources import Folder, Source, labelled, read_listing

TOML = """
[[feeds]]
address = "https://quay.example/feed.xml"
name = "Quay Times"
interval = 120
expected = 3600

[[feeds]]
address = "https://user:secret@harbour.example/all?key=secret"

[[folders]]
path = "/srv/drop"
name = "Satellite"
expected = 600
"""
OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body><outline text="Ports">
<outline type="rss" text="Quay Times" xmlUrl="https://quay.example/feed.xml"/><outline text="No feed"/></outline>
<outline type="rss" xmlUrl="https://harbour.example/all"/></body></opml>"""


def written(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_in_toml_says_how_often_each_is_asked_and_what_is_expected(tmp_path: Path) -> None:
    listed = read_listing(written(tmp_path, "feeds.toml", TOML))
    quay, harbour = listed.feeds
    assert listed.folders == [Folder(path="/srv/drop", name="Satellite", expected=600)]
    assert quay == Source(address="https://quay.example/feed.xml", name="Quay Times", interval=120, expected=3600)
    assert (harbour.interval, harbour.expected) == (None, None)


def test_a_list_in_opml_has_addresses_and_names_in_outlines_of_any_depth(tmp_path: Path) -> None:
    quay, harbour = read_listing(written(tmp_path, "feeds.opml", OPML)).feeds
    assert quay == Source(address="https://quay.example/feed.xml", name="Quay Times")
    assert harbour == Source(address="https://harbour.example/all")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "[[feeds]", "no TOML"),
        ("a.toml", "[[feeds]]\nname = 'x'", "address"),
        ("a.toml", "[[feeds]]\naddress = 'https://x'\nevery = 5", "every"),
        ("a.toml", "[[feeds]]\naddress = 'x'", "no http"),
        ("a.toml", "[[feeds]]\naddress = 'https://x'\ninterval = 0", "interval"),
        ("a.toml", "[[feeds]]\naddress = 'https://x'\nexpected = nan", "expected"),
        ("a.toml", "[[folders]]\npath = '/srv/drop'\ninterval = 5", "interval"),
        ("a.toml", "[[folders]]\npath = '/srv/drop'\nexpected = -1", "expected of /srv/drop"),
        ("a.opml", "<opml>", "XML"),
        ("a.opml", "<rss/>", "OPML"),
        ("a.opml", "<!DOCTYPE o [<!ENTITY x 'y'>]><opml/>", "entities"),
    ],
)
def test_what_is_wrong_with_a_list_is_named_with_its_file(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(InputError, match=rf"{name}.*{said}"):
        read_listing(written(tmp_path, name, text))


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml cannot be read"):
        read_listing(tmp_path / "none.toml")


def test_a_label_tells_no_secret_and_each_source_has_its_own() -> None:
    addresses = (
        "https://u:secret@x.example/a?key=secret#f",
        "https://x.example/a",
        "https://x.example/a",
        "http://[::1",
    )
    found = labelled(Source(address=address) for address in addresses)
    assert [one.label for one in found] == ["https://x.example/a", "https://x.example/a (2)", "http://[::1"]
    assert [one.address for one in found] == [addresses[0], addresses[1], addresses[3]]
    assert found[0].host == "x.example"
