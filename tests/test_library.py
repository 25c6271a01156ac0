"""The package as a library: what `from newswire import ...` gives, whatever was imported before."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import newswire
import newswire.extract.language.model
from newswire import Extractor, extract
from newswire.records import Article, Extraction

ROOT = Path(__file__).parent.parent
ARTICLE = Article(id="a", body="“We stay in port,” Mina Holt said.")

# Each ends with the function under the name `extract`, and with some module of the package under the name `module`.
ORDERS = [
    "from newswire import extract; import newswire.extract.gate as module",
    "import newswire.extract.gate; from newswire import extract; module = newswire.extract.gate",
    "import newswire.extract.gate as module; from newswire import extract",
    "from newswire.extract import gate as module; from newswire import extract",
    "from newswire import Extractor, extract; from newswire.extract import gate as module",
    "import newswire; extract = newswire.extract; module = extract.gate",
    "import newswire.extract; extract = newswire.extract; module = newswire.extract.gate",
    "import newswire.extract as extract; module = extract.gate",
    "from newswire.extract import extract; import newswire.extract.gate as module",
    "from newswire import *; from newswire.extract import gate as module",
    "from importlib import import_module; module = import_module('newswire.extract.gate'); from newswire import extract",
    "import newswire.stream.tasks; from newswire import extract; import newswire.extract.gate as module",
]

# One interpreter for all of them: it loads what is slow and not ours, and each order is tried in a fork of it.
PROGRAM = """
import os, sys, traceback
import lxml.etree, msgspec, numpy, orjson, pydantic_settings, spacy
for order in ORDERS:
    if not (child := os.fork()):
        try:
            assert not [name for name in sys.modules if name.startswith("newswire")]
            names = {}
            exec(order, names)
            assert callable(names["extract"])
            assert names["module"].admit.__module__ == "newswire.extract.gate"
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    if os.waitpid(child, 0)[1]:
        print(order)
"""


@pytest.mark.slow
def test_extract_can_be_called_and_its_modules_imported_in_every_order_of_imports() -> None:
    code = f"ORDERS = {ORDERS!r}\n{PROGRAM}"
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, env=environment, timeout=200
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.slow
def test_importing_it_changes_no_variable_of_the_process() -> None:
    code = "import os; before = dict(os.environ); import newswire.extract; assert dict(os.environ) == before"
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment | {"PYTHONPATH": str(ROOT / "pipeline")})


def test_extract_gives_the_extraction_of_one_article() -> None:
    found = extract(ARTICLE)
    assert isinstance(found, Extraction)
    module = import_module("newswire.extract")  # to mypy, `newswire.extract` is the function alone
    assert found == module.extract(ARTICLE) == Extractor().extract([ARTICLE])[0]
    assert [quote.text for quote in found.quotes] == ["We stay in port"]


def test_extract_goes_to_another_process_as_functions_do() -> None:
    assert pickle.loads(pickle.dumps(extract))(ARTICLE) == extract(ARTICLE)


@pytest.mark.parametrize("given", ["A text.", [ARTICLE], None])
def test_anything_but_an_article_is_refused_with_what_an_article_is(given: object) -> None:
    with pytest.raises(TypeError, match=r"Article\(id=..., body=...\)"):
        extract(given)  # type: ignore[arg-type]


def test_what_the_package_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'extrakt'"):
        newswire.extrakt  # noqa: B018
