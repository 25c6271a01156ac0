"""Extraction: an Article in, an Extraction out. Knows nothing of Kafka."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from newswire.errors import InstallationError
from newswire.records import Article, Extraction

try:
    from newswire.extract.extractor import Extractor
except ModuleNotFoundError as error:
    raise InstallationError.of_extra("The extraction", error.name, "extract") from error

__all__ = ("Extractor", "extract")


def extract(article: Article) -> Extraction:
    """Entities, quotes and events of one article, with the default settings.

    Loads the language model at the first call (a second or two). Threads take turns. Raises SettingsError when the model is
    not installed, TypeError for anything but an Article. Importing this raises InstallationError without the extra `extract`.
    """
    if not isinstance(article, Article):
        raise TypeError(f"extract takes an Article, as Article(id=..., body=...), and got a {type(article).__name__}")
    return _extractor().extract([article])[0]


@cache
def _extractor() -> Extractor:
    return Extractor()


class _Callable(ModuleType):
    """This package as what it is at the top of the library: `from newswire import extract; extract(article)`.

    Importing a package makes it an attribute of the one above, in place of a function of the same name that stands there. So
    the name means the package whatever was imported before, and the package can be called. It goes where functions go, into
    another process too.
    """

    def __call__(self, article: Article) -> Extraction:
        return extract(article)

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, (self.__name__,)


_Callable.__call__.__doc__ = extract.__doc__
sys.modules[__name__].__class__ = _Callable
