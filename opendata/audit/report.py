"""The audit in words for whoever reads the data: what was tried, how often it succeeded, and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from opendata.audit.verdicts import AT_LEAST, Verdict, percent

INTRODUCTION = (
    "Sebelum rilis ini keluar, program kami menyerangnya seperti orang yang ingin tahu siapa pelapornya: ia tahu "
    "di mana rumah-rumah berada, memegang semua rilis sebelumnya, dan tahu cara rilis dibuat. Di bawah ini "
    "tertulis setiap serangan, seberapa sering berhasil, dan batasnya. Satu serangan yang melewati batas "
    "menghentikan rilis.",
    "Before this release left, our program attacked it as somebody would who wants to know who reported: it knows "
    "where homes are, holds every earlier release and knows how releases are made. Each attack is listed below with "
    "how often it succeeded and what is allowed. One attack above its limit stops a release.",
)
LIMITS = (
    "Audit ini tidak melihat apa yang diketahui orang dari sumber lain, misalnya tetangga yang melihat pelapor "
    "memotret.",
    "The audit cannot see what people know from elsewhere, e.g. a neighbour who saw the reporter take a photograph.",
)


def as_json(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """For `audit.json`: all verdicts, and whether all attacks were held off. Holds no number of what was held back."""
    verdicts = list(verdicts)
    return {
        "passed": all(verdict.passed for verdict in verdicts),
        "introduction": {"id": INTRODUCTION[0], "en": INTRODUCTION[1]},
        "limits": {"id": LIMITS[0], "en": LIMITS[1]},
        "verdicts": [verdict.as_json() for verdict in verdicts],
    }


def as_html(verdicts: Sequence[Verdict], language: str = "id") -> str:
    """A section with a heading, an introduction and a table of all attacks, in Indonesian (`id`) or English (`en`).

    Plain HTML without styles or scripts, to stand in a page; every text is escaped.
    """
    at = 0 if language == "id" else 1
    heading = ("Serangan yang diuji", "Attacks that were tried")[at]
    heads = (("Serangan", "Berhasil", "Batas", "Putusan"), ("Attack", "Success", "Limit", "Verdict"))[at]
    columns = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    rows = "".join(_row(verdict, at) for verdict in verdicts)
    return (
        f'<section lang="{("id", "en")[at]}"><h2>{escape(heading)}</h2><p>{escape(INTRODUCTION[at])}</p>'
        f"<table><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
        f"<p>{escape(LIMITS[at])}</p></section>"
    )


def as_page(verdicts: Sequence[Verdict]) -> str:
    """Both languages as a file of its own, `audit.html`."""
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8"><title>Audit</title></head><body><main>'
        f"<h1>Audit</h1>{as_html(verdicts)}{as_html(verdicts, 'en')}</main></body></html>\n"
    )


def _row(verdict: Verdict, at: int) -> str:
    words = (verdict.words_id, verdict.words_en)[at]
    held = (("tertahan", "held off"), ("berhasil: rilis dihentikan", "succeeded: the release was stopped"))
    cells = (*_numbers(verdict, at), held[not verdict.passed][at])
    return (
        f'<tr><th scope="row">{escape(words)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _numbers(verdict: Verdict, at: int) -> tuple[str, str]:
    """Figure and limit: crowds are counted and have a least size, the others are shares or numbers of successes."""
    if verdict.attack in AT_LEAST:
        return f"{verdict.figure:g}", ("paling sedikit ", "at least ")[at] + f"{verdict.bound:g}"
    if verdict.figure > 1:
        return f"{verdict.figure:g}", f"{verdict.bound:g}"
    return percent(verdict.figure)[at], (
        percent(verdict.bound)[at] if verdict.bound < 1 else ("tidak dibatasi", "no limit")[at]
    )
