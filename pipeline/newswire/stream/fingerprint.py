"""The fingerprint of an extraction: what decides, besides the text, which records come out."""

from __future__ import annotations

import hashlib
from importlib import metadata

from newswire.settings import Settings

__all__ = ("fingerprint",)


def fingerprint(settings: Settings) -> str:
    """Hexadecimal digits that change with the release, the language model, the settings of `extract`, the word lists that
    they add, and the tasks of the pool.

    Loads no model: the worker itself asks, whose pool has one.
    """
    digest = hashlib.sha256()
    name = settings.extract.model.replace("_", "-").lower()
    for package in sorted(
        f"{distribution.name} {distribution.version}"
        for distribution in metadata.distributions()
        if distribution.name.replace("_", "-").lower().startswith((name, "newswire-pipeline"))
    ):
        digest.update(f"{package}\0".encode())
    digest.update(settings.extract.model_dump_json().encode())
    digest.update(settings.pool.tasks.encode())
    if settings.extract.lexicon is not None:
        for path in sorted(settings.extract.lexicon.glob("*")):
            if path.is_file():
                digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:32]
