"""Newswire in; entities, quotes with their speakers, and events out, through Kafka."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newswire.extract import (
        Extractor,
        extract,
    )  # at run time the package itself, which can be called like its function

    __version__: str

__all__ = ("Extractor", "__version__", "extract")


def __getattr__(name: str) -> Any:
    """`extract` brings spaCy along, and the version half of the standard library's mail: each is there when it is asked for."""
    if name == "__version__":
        return _version()
    if name in ("Extractor", "extract"):
        package = import_module("newswire.extract")
        return package if name == "extract" else package.Extractor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("newswire-pipeline")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0.0.0"
