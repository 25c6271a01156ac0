"""Files of real agencies, where they lie beside the project. They are not part of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newswire.errors import InputError
from newswire.wire import read

FOLDER = Path(__file__).parents[3] / "shared" / "wire"

# By their content: no extension says what an agency's file is.
NOT_WIRE = {"README.md", "ninjs4_mock.json"}


def _files() -> Iterator[Path]:
    if FOLDER.is_dir():
        yield from (path for path in sorted(FOLDER.rglob("*")) if path.is_file() and path.name not in NOT_WIRE)


def _is_ninjs(path: Path) -> bool:
    return "ninjs" in path.name or path.parent.name == "ninjs"


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no {FOLDER}: the invented look-alikes are tested elsewhere")
@pytest.mark.parametrize("path", [path for path in _files() if _is_ninjs(path)], ids=lambda path: path.name)
def test_real_ninjs_is_read(path: Path) -> None:
    (article,) = read(path.read_bytes(), {})
    assert article.format == "ninjs"
    assert article.headline
    assert article.published
    assert article.body
    assert "<p>" not in article.body


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no {FOLDER}: the invented look-alikes are tested elsewhere")
@pytest.mark.parametrize("path", [path for path in _files() if not _is_ninjs(path)], ids=lambda path: path.name)
def test_other_real_formats_are_named_and_refused(path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(path.read_bytes(), {})
    assert any(name in caught.value.what for name in ("NewsML", "NITF", "ANPA", "7901", "AP Media", "'results'"))
