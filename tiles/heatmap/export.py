"""Figures to take home: CSV as spreadsheets read it. Counts only; nobody's words, name or place is in it."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse

from geo.csvout import csv_response
from incidents.figures.period import Period
from tiles.heatmap.figures import AreaRow, CategoryRow, Figures


def area_csv(rows: Iterable[AreaRow], period: Period) -> HttpResponse:
    """One line per kelurahan; `per_1000` and `penduduk` are empty where the population is not known."""
    header = ["kode_kelurahan", "kelurahan", "kecamatan", *FIGURE_COLUMNS, "penduduk", "baru_per_1000"]
    lines = [
        [r.code, r.name, r.district, *_numbers(r.figures), r.people, _rounded(r.per_thousand, 2)]
        for r in rows
    ]
    return csv_response(header, lines, f"kelurahan-{_days(period)}")


def category_csv(rows: Iterable[CategoryRow], period: Period) -> HttpResponse:
    """One line per category that has figures."""
    lines = [[r.code, r.name, *_numbers(r.figures)] for r in rows]
    return csv_response(["kode_kategori", "kategori", *FIGURE_COLUMNS], lines, f"kategori-{_days(period)}")


# Column names stay the same in every language: programs read them.
FIGURE_COLUMNS = ["baru", "terlambat", "selesai", "median_hari"]


def _numbers(figures: Figures) -> list[float | None]:
    return [figures.new, figures.late, figures.solved, _rounded(figures.median_days, 1)]


def _rounded(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(value, decimals)


def _days(period: Period) -> str:
    return f"{period.since}-{period.until}"
