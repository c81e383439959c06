"""What the tools do not look for: imports that hide a cycle, things left behind, traces of one machine."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from tests.house.sources import ROOT, texts

# Imports inside a function are a smell of cycles; each of these has its reason.
HIDDEN_IMPORTS = {
    ("manage.py", "main"): "Django is imported after its settings are named",
    ("setup/load.py", "release_demo"): "models can be imported once Django is set up",
    ("config/apps.py", "ready"): "checks register themselves once all models are there",
}
LEFT_BEHIND = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X{3})\b")
REGISTRY = re.compile(r"https?://[\w.-]*(registry|pypi|npmjs|pythonhosted)", re.IGNORECASE)
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock", "package-lock.json")


def functions(path: Path, text: str) -> list[tuple[str, ast.AST]]:
    tree = ast.parse(text, str(path))
    return [(n.name, n) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_import_hides_in_a_function() -> None:
    found = set()
    for path, text in texts():
        if path.suffix == ".py":
            for name, function in functions(path, text):
                hidden = any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
                if hidden and path.parts[0] != "benchmarks":  # each figure sets Django up by itself
                    found.add((path.as_posix(), name))
    assert found == set(HIDDEN_IMPORTS)


def test_nothing_is_left_to_be_done_later() -> None:
    prose = [(path, text) for path, text in texts() if path.name not in LOCKS]
    assert [path.as_posix() for path, text in prose if LEFT_BEHIND.search(text)] == []


def test_no_file_knows_on_which_machine_it_was_written() -> None:
    places = [str(ROOT), str(Path.home() / ROOT.name)]
    assert [path.as_posix() for path, text in texts() if any(place in text for place in places)] == []


def test_no_file_names_where_packages_come_from() -> None:
    """A mirror, or the network of a ministry, must be able to stand in for the public registries."""
    assert [path.as_posix() for path, text in texts() if REGISTRY.search(text)] == []


def test_every_locked_package_is_known_by_its_hash() -> None:
    for name in LOCKS[:3]:
        lock = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
        packages = [line for line in lock.splitlines() if line and not line.lstrip().startswith("#")]
        assert packages
        assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []
    lock = json.loads((ROOT / LOCKS[3]).read_text(encoding="utf-8"))
    unknown = [name for name, one in lock["packages"].items() if name and not one.get("integrity")]
    assert unknown == []
