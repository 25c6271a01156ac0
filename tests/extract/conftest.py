"""One language model for all tests of the extraction in a process."""

from __future__ import annotations

import pytest

from newswire.extract.language.model import LanguageModel, load_model


@pytest.fixture(scope="session")
def model() -> LanguageModel:
    return load_model("en_core_web_sm")
