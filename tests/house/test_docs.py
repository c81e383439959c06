"""What is documented is there, and what is there is documented: settings, commands, calls, layers, columns, errors."""

from __future__ import annotations

import ast
import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.core.management.base import BaseCommand

from config.api import api
from geo.errors import DomainError
from opendata.defaults import DEFAULTS, Default
from opendata.recipes.registry import RECIPES
from tests.house.sources import ROOT, document, first_cells
from tiles.layers import LAYERS

ROOMS = ("config", "geo", "incidents", "opendata", "tiles")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def settings_read() -> dict[str, object]:
    """Each name that config/settings.py reads from the environment → its default, `...` where that is computed."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if owner in {"env", "os.environ"} and node.args and isinstance(node.args[0], ast.Constant):
                given = node.args[1] if len(node.args) > 1 else ast.Constant(None)
                found[str(node.args[0].value)] = given.value if isinstance(given, ast.Constant) else ...
    return found


def section(page: str, title: str) -> str:
    """The part of a page below one of its headings."""
    _before, _heading, after = page.partition(f"\n## {title}\n")
    assert after, title
    return after.split("\n## ")[0]


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = first_cells(section(document("configuration.md"), "Settings"))
    assert sorted(documented) == sorted(settings_read())


def test_documented_defaults_are_those_of_the_code() -> None:
    rows = section(document("configuration.md"), "Settings").splitlines()
    for name, default in settings_read().items():
        (row,) = [row for row in rows if row.startswith(f"| `{name}` |")]
        shown = row.split("|")[2].strip().strip("`")
        if default is None:
            assert shown in {"required", "empty"}, row
        elif default is not ...:
            expected = {"True": "1", "False": "0", "": "empty"}.get(str(default), str(default))
            assert shown == expected, row


def test_what_set_up_reads_is_documented_and_nothing_else() -> None:
    documented = first_cells(section(document("configuration.md"), "For `make` and the containers"))
    tools = [
        *ROOT.glob("setup/*"),
        ROOT / "Makefile",
        ROOT / "docker-compose.yml",
        *ROOT.glob("benchmarks/*"),
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in tools if path.is_file())
    assert [name for name in documented if not re.search(rf"\b{name}\b", text)] == []
    read = set(re.findall(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"", text))
    assert read - set(documented) - set(settings_read()) == set()


def commands() -> Iterator[tuple[str, BaseCommand]]:
    for room in ROOMS:
        for path in sorted((ROOT / room / "management" / "commands").glob("[!_]*.py")):
            yield path.stem, load_command_class(room, path.stem)


def own_options(command: BaseCommand) -> list[str]:
    parser = ArgumentParser()
    command.add_arguments(parser)  # type: ignore[arg-type]  # Django's own parser adds nothing that matters here
    return [word for action in parser._actions for word in action.option_strings if word.startswith("--")]


@pytest.mark.parametrize(
    ("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_is_documented_with_all_its_options(name: str, command: BaseCommand) -> None:
    told = section(document("commands.md"), name)
    assert [option for option in own_options(command) if option != "--help" and option not in told] == []


def test_the_documented_commands_are_those_that_are_there() -> None:
    known = {name for name, _command in commands()}
    headed = re.findall(r"^## (.+)$", document("commands.md"), re.MULTILINE)
    assert set(headed) == known


def slugs() -> dict[str, int]:
    """Each kind of refusal by its slug, with its status."""
    kinds: list[type[DomainError]] = [DomainError, *DomainError.__subclasses__()]
    return {kind.slug: kind.status for kind in kinds}


def test_every_error_is_documented_with_its_status() -> None:
    rows = section(document("api.md"), "Errors").splitlines()
    for slug, status in slugs().items():
        assert [row for row in rows if row.startswith(f"| `{slug}` | {status} |")], slug


def test_every_call_of_the_api_is_documented() -> None:
    page = document("api.md")
    calls = [
        f"{method.upper()} {path}"
        for path, methods in api.get_openapi_schema(path_prefix="/api/v1")["paths"].items()
        for method in methods
    ]
    assert calls
    assert [call for call in calls if f"`{call}" not in page] == []


def test_every_layer_is_documented_with_its_fields() -> None:
    page = section(document("api.md"), "Tiles")
    for layer in LAYERS.values():
        (row,) = [row for row in page.splitlines() if row.startswith(f"| `{layer.name}` |")]
        fields = {field for fields in layer.contents.values() for field in fields}
        assert [field for field in fields if f"`{field}`" not in row] == [], layer.name


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda default: default.slug)
def test_the_data_dictionary_says_of_each_column_what_its_recipe_says(default: Default) -> None:
    table = [
        line
        for line in section(document("data-dictionary.md"), default.slug).splitlines()
        if line[:3] == "| `"
    ]
    columns = RECIPES[default.recipe].columns
    assert table == [f"| `{one.name}` | {one.type} | {one.meaning_en} | {one.codes} |" for one in columns]


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/**/*.md")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []
