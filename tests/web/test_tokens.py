"""The design tokens keep what their file promises: contrasts in both themes, and no colour outside the file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parent.parent.parent / "web"
CSS = WEB / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")


def block(opening: str) -> dict[str, str]:
    """The custom properties of the first rule whose selector is `opening`."""
    body = TOKENS.split(opening + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


LIGHT = block(":root")
DARK_BY_SYSTEM = block(':root:not([data-theme="light"])')
DARK_BY_HAND = block(':root[data-theme="dark"]')
THEMES = {"light": LIGHT, "dark": {**LIGHT, **DARK_BY_SYSTEM}}


def promises() -> list[tuple[float, str, str]]:
    found = []
    for ratio, pairs in re.findall(r"@contrast ([\d.]+) (.+)", TOKENS):
        found += [(float(ratio), *pair.split("/", 1)) for pair in pairs.split()]
    return [(ratio, text, ground) for ratio, text, ground in found]


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of #rrggbb."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_every_promised_pair_of_text_and_ground_keeps_its_contrast(theme: str) -> None:
    colours = THEMES[theme]
    kept = {(t, g): contrast(colours[t], colours[g]) for _ratio, t, g in promises()}
    broken = [f"{t} on {g}: {kept[t, g]:.2f} < {r}" for r, t, g in promises() if kept[t, g] < r]
    assert len(kept) > 30
    assert broken == []


def test_text_of_the_four_states_is_promised_at_four_and_a_half() -> None:
    promised = {(text, ground) for ratio, text, ground in promises() if ratio >= 4.5}
    for state in ("baru", "dikerjakan", "selesai", "terlambat"):
        assert (f"{state}-ink", f"{state}-wash") in promised


def test_the_manual_dark_theme_is_the_systems_dark_theme() -> None:
    assert DARK_BY_HAND == DARK_BY_SYSTEM


def test_every_colour_of_the_light_theme_has_a_dark_one() -> None:
    colours = {name for name, value in LIGHT.items() if COLOUR.search(value)}
    assert colours - DARK_BY_SYSTEM.keys() == set()


def test_no_other_stylesheet_names_a_colour() -> None:
    allowed = {"print.css"}  # paper is white and ink is black
    named = {
        f"{path.name}: {line.strip()}"
        for path in CSS.glob("*.css")
        if path.name not in allowed | {"tokens.css"}
        for line in path.read_text(encoding="utf-8").splitlines()
        if COLOUR.search(line) and "drop-shadow" not in line
    }
    assert named == set()


def test_every_token_in_use_is_defined() -> None:
    """A property is set by a sheet or by a script, or has a fallback where it is used."""
    sheets = {path.name: path.read_text(encoding="utf-8") for path in CSS.glob("*.css")}
    scripts = "".join(path.read_text(encoding="utf-8") for path in (WEB / "static" / "js").rglob("*.js"))
    given = set(re.findall(r"--([\w-]+):", "".join(sheets.values()))) | set(
        re.findall(r'"--([\w-]+)"', scripts)
    )
    for name, text in sheets.items():
        assert set(re.findall(r"var\(--([\w-]+)\)", text)) - given == set(), name
