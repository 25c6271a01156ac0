"""Newswire in; entities, quotes with their speakers, and events out, through Kafka."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.extract import (
        Extractor,
        extract,
    )  # at run time the package itself, which can be called like its function

__all__ = ("Extractor", "__version__", "extract")

try:
    __version__ = version("newswire-pipeline")
except PackageNotFoundError:  # run from a source tree that is not installed
    __version__ = "0.0.0"


def __getattr__(name: str) -> Any:
    """`extract` brings spaCy along, so it is imported when it is first asked for."""
    if name in ("Extractor", "extract"):
        package = import_module("pipeline.extract")
        return package if name == "extract" else package.Extractor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
