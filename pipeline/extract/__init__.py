"""Extraction: an Article in, an Extraction out. Knows nothing of Kafka."""

from __future__ import annotations

import os
from functools import cache

# One thread for the matrix products, unless the user says otherwise: they are too small to share, and threads that wait for
# each other take several times the processor time. OpenBLAS reads it when numpy is loaded, so it stands before the imports.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from pipeline.extract.extractor import Extractor
from pipeline.records import Article, Extraction

__all__ = ("Extractor", "extract")


def extract(article: Article) -> Extraction:
    """Entities, quotes and events of one article, with the default settings.

    Loads the language model at the first call (a second or two). Raises SettingsError when it is not installed.
    """
    return _extractor().extract([article])[0]


@cache
def _extractor() -> Extractor:
    return Extractor()
