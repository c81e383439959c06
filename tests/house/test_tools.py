"""The rules of the house, checked by their own tools: `make lint` runs the same ones."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from setup.lint import CHECKS, run

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ["config", "geo", "incidents", "opendata", "tiles", "setup", "tests", "benchmarks", "fixtures"]
MOST_LINES, MOST_FUNCTION_LINES = 400, 40
MOST_STORY_LINES = 80  # a scenario is a story, read from its beginning to its end


@pytest.mark.parametrize("name", CHECKS)
def test_the_tools_find_nothing(name: str) -> None:
    done = run(name, capture=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def sources(*patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


def test_no_file_is_longer_than_one_idea() -> None:
    patterns = [f"{room}/**/*.py" for room in ROOMS]
    patterns += ["setup/*.sh", "web/static/**/*.js", "web/static/**/*.css", "web/templates/**/*.html"]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*patterns)}
    assert lengths
    assert [f"{path.relative_to(ROOT)}: {n}" for path, n in lengths.items() if n > MOST_LINES] == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = []
    for path in sources(*(f"{room}/**/*.py" for room in ROOMS)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > (MOST_STORY_LINES if path.parent.name == "scenarios" else MOST_FUNCTION_LINES):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    assert found == []
