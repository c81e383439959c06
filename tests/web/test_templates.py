"""Templates keep the content security policy's promises and name only what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Engine, engines
from django.template.loader import get_template

from geo.templatetags.kentongan import icon_body

WEB = Path(__file__).resolve().parent.parent.parent / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static" / "js").rglob("*.js"))


def name(path: Path) -> str:
    return path.relative_to(WEB / "templates").as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    text = re.sub(
        r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S
    )
    inline = re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    bodies = [
        body for head, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.S) if "json" not in head
    ]
    assert inline == []
    assert [body for body in bodies if body.strip()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles(path: Path) -> None:
    assert Engine.get_default().get_template(name(path)).origin.name == str(path)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_names_only_static_files_and_icons_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for static in re.findall(r"\{% static '([^']+)'", text) + re.findall(r'\{% static "([^"]+)"', text):
        root = WEB.parent / "node_modules" if static.startswith("npm/") else WEB / "static"
        assert (root / static.removeprefix("npm/")).is_file(), static
    for icon in re.findall(r'\{% icon "([^"]+)"', text) + re.findall(r'\sicon="([^"]+)"', text):
        assert icon_body(icon)


@pytest.mark.parametrize("path", sorted((WEB / "templates" / "components").glob("*.html")), ids=name)
def test_a_component_begins_with_a_comment_on_its_parameters(path: Path) -> None:
    first = path.read_text(encoding="utf-8").lstrip()[:400]
    assert first.startswith(("{#", "{% comment %}"))
    assert "arameter" in first


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_a_module_imports_only_files_that_exist(path: Path) -> None:
    for target in re.findall(r'from "(\.[^"]+)"', path.read_text(encoding="utf-8")):
        served = (path.parent / target).resolve()
        packages = WEB / "static" / "npm"  # where staticfiles serves node_modules
        if served.is_relative_to(packages):
            served = WEB.parent / "node_modules" / served.relative_to(packages)
        assert served.is_file(), target


@pytest.mark.parametrize("state", ["baru", "dikerjakan", "selesai", "terlambat"])
def test_a_state_is_a_shape_and_a_word_besides_its_colour(state: str) -> None:
    html = engines["django"].from_string('{% include "components/state.html" %}').render({"state": state})
    assert f'class="state {state}"' in html
    assert "<svg" in html
    assert re.sub(r"<[^>]+>", "", html).strip()


def test_the_four_states_have_four_shapes() -> None:
    template = engines["django"].from_string("{% load kentongan %}{% state_icon state %}")
    shapes = {template.render({"state": s}) for s in ("baru", "dikerjakan", "selesai", "terlambat", "arsip")}
    assert len(shapes) == 5


def test_the_page_for_our_own_failures_needs_no_context() -> None:
    html = get_template("500.html").render()
    assert "Permintaan Anda belum diproses" in html


def test_the_frame_stands_without_any_context() -> None:
    html = get_template("base.html").render()
    assert '<main id="main"' in html
