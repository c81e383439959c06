"""Compile the translations that are newer than their compiled form (msgfmt alone: no Django start needed)."""

from __future__ import annotations

from setup.common import ROOT, say, step


def compile_translations() -> None:
    for source in sorted((ROOT / "web" / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            say(f"Compiling {source.relative_to(ROOT)}")
            step(["msgfmt", "--check-format", "-o", target, source])


if __name__ == "__main__":
    compile_translations()
