"""The gate lets the real release through and stops weakened ones, each by what it gives away."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from geo.errors import DomainError
from incidents.models import Category, Complaint, Photo
from opendata.anonymise import counts
from opendata.audit import AuditFailed, Truth, examine, require
from opendata.build import Candidate, build, truth_about
from opendata.canaries import Canaries, canaries_of, found, pieces, traces
from opendata.definitions import COUNTS
from opendata.formats import CSV, GEOJSON
from opendata.periods import Window
from opendata.sources import reports_in
from tests.conftest import IN_KEBONSARI, IN_KEPEL
from tests.opendata.conftest import TEXT, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(october: list[Complaint], window: Callable[[str], Window]) -> Candidate:
    Photo.objects.create(complaint=october[0], file="c0ffee12-foto.webp", sha256="ab" * 32, width=1, height=1)
    return build(COUNTS, window("2026-10"), "2026-10")


@pytest.fixture
def truth(candidate: Candidate) -> Truth:
    return truth_about(candidate)


def failed(candidate: Candidate, truth: Truth, files: dict[str, bytes] | None = None) -> set[str]:
    return {verdict.check for verdict in examine(files or candidate.files, truth) if not verdict.passed}


def with_cell(candidate: Candidate, column: str, value: str | int) -> Candidate:
    """The candidate with one cell changed."""
    frame = candidate.frame.copy()
    frame.loc[0, column] = value
    return replace(candidate, frame=frame)


def test_the_real_release_passes_every_check(candidate: Candidate, truth: Truth) -> None:
    verdicts = examine(candidate.files, truth)

    require(verdicts)
    assert [verdict.check for verdict in verdicts] == ["columns", "categories", "totals", "places", "traces"]
    assert {v.check: v.looked_at for v in verdicts}["totals"] == 4


@pytest.mark.parametrize("column", ["category_name", "urusan", "kecamatan"])
def test_words_of_a_report_in_any_column_stop_it(candidate: Candidate, truth: Truth, column: str) -> None:
    assert "traces" in failed(with_cell(candidate, column, TEXT), truth)


def test_a_part_of_the_words_in_other_letters_stops_it(candidate: Candidate, truth: Truth) -> None:
    assert failed(with_cell(candidate, "category_name", TEXT[5:40].upper()), truth) == {"traces"}


@pytest.mark.parametrize(
    "value", ["Siti Rahmawati", "siti.rahma@surel.example", "081234567890", "warung Bu Painem"]
)
def test_the_reporter_and_the_note_stop_it(candidate: Candidate, truth: Truth, value: str) -> None:
    assert failed(with_cell(candidate, "category_name", value), truth) == {"traces"}


def test_tracking_codes_also_of_confidential_reports_stop_it(
    candidate: Candidate, truth: Truth, october: list[Complaint]
) -> None:
    for complaint in october:
        for code in (complaint.tracking_code, complaint.tracking_code.replace("-", "").lower()):
            assert failed(with_cell(candidate, "category_name", code), truth) == {"traces"}


def test_the_name_of_a_photo_stops_it(candidate: Candidate, truth: Truth) -> None:
    assert failed(with_cell(candidate, "category_name", "foto c0ffee12-foto.webp"), truth) == {"traces"}


def test_a_pin_as_geometry_stops_it_twice(candidate: Candidate, truth: Truth) -> None:
    made = json.loads(candidate.files[GEOJSON.file])
    made["features"][0]["geometry"] = {"type": "Point", "coordinates": list(IN_KEBONSARI)}
    pinned = {**candidate.files, GEOJSON.file: json.dumps(made, separators=(",", ":")).encode()}

    assert failed(candidate, truth, pinned) == {"places", "traces"}


def test_a_pin_as_text_stops_it(candidate: Candidate, truth: Truth) -> None:
    text = f"{IN_KEPEL[0]}, {IN_KEPEL[1]}"

    assert failed(with_cell(candidate, "category_name", text), truth) == {"traces"}


def test_another_column_stops_it(candidate: Candidate, truth: Truth) -> None:
    more = replace(candidate, frame=candidate.frame.assign(hari="Rabu"))

    assert failed(more, truth) == {"columns"}


def test_a_renamed_column_stops_it(candidate: Candidate, truth: Truth) -> None:
    renamed = replace(candidate, frame=candidate.frame.rename(columns={"category": "topik"}))

    assert {"columns", "categories"} <= failed(renamed, truth)


def recounted(
    window: Window, change: Callable[[pd.DataFrame], pd.DataFrame], candidate: Candidate
) -> Candidate:
    """The candidate, counted from reports whose flags somebody has changed."""
    names = [(code, code, "2.11") for code in ("sampah", "banjir", "jentik", "pungli")]
    categories = pd.DataFrame(names, columns=["category", "category_name", "urusan"])
    frame = counts(change(reports_in(window)), candidate.borders.areas, categories, window.zone)
    return replace(candidate, frame=frame)


def test_confidential_reports_in_a_total_stop_it(
    candidate: Candidate, truth: Truth, window: Callable[[str], Window]
) -> None:
    weak = recounted(window("2026-10"), lambda reports: reports.assign(confidential=False), candidate)

    assert "totals" in failed(weak, truth)


def test_closed_and_aggregate_categories_stop_it(
    candidate: Candidate, truth: Truth, window: Callable[[str], Window]
) -> None:
    weak = recounted(window("2026-10"), lambda reports: reports.assign(tier="open"), candidate)

    assert {"categories", "totals"} <= failed(weak, truth)


def test_a_lost_report_stops_it(candidate: Candidate, truth: Truth) -> None:
    assert failed(with_cell(candidate, "reports", 1), truth) == {"totals"}


def test_formats_that_disagree_stop_it(candidate: Candidate, truth: Truth) -> None:
    other = replace(candidate, frame=candidate.frame.iloc[1:]).files[CSV.file]

    assert failed(candidate, truth, {**candidate.files, CSV.file: other}) == {"totals"}


def test_what_stopped_it_is_named_and_what_was_found_is_not(candidate: Candidate, truth: Truth) -> None:
    with pytest.raises(AuditFailed) as caught:
        require(examine(with_cell(candidate, "category_name", TEXT).files, truth))

    assert isinstance(caught.value, DomainError)
    assert "traces" in str(caught.value.detail)
    assert "karung" not in str(caught.value.detail)


@pytest.mark.parametrize(
    "words",
    [
        "Kebonsari Kebonsari",
        "Sampah menumpuk",
        "99.01.01.1001,Kebonsari,99.01.01,Barat,sampah,Sampah menumpuk,2.11,2026-W42,2",
        'kelurahan","Barat": 2026-W42',
        "Laporan warga per kelurahan, kategori, dan minggu",
    ],
)
def test_a_report_that_only_repeats_public_words_stops_nothing(
    report: Report, october: list[Complaint], window: Callable[[str], Window], words: str
) -> None:
    report("sampah", description=words, address_note="2026-W42,2")
    candidate = build(COUNTS, window("2026-10"), "2026-10")

    assert failed(candidate, truth_about(candidate)) == set()


def test_the_published_verdicts_do_not_tell_how_much_was_held_back(
    report: Report, october: list[Complaint], window: Callable[[str], Window]
) -> None:
    def verdicts() -> list[dict[str, Any]]:
        candidate = build(COUNTS, window("2026-10"), "2026-10")
        return [verdict.as_json() for verdict in examine(candidate.files, truth_about(candidate))]

    before = verdicts()
    report("sampah", confidential=True)
    report("pungli")

    assert verdicts() == before


def test_canaries_are_found_anywhere_also_across_the_chunks_of_the_search() -> None:
    size = 4 * 1024 * 1024
    for at in (0, size - 5, size - 8, size, size + 3):
        artefact = b"." * at + b"Bu Painem" + b"." * 100
        assert found(["bu painem", "pak darmo", "darmo"], artefact) == {b"bu painem"}
    assert found(["warung"], b"") == set()
    assert found(["warung bu painem"], b"warung") == set()


def test_every_long_run_of_a_text_holds_a_whole_piece() -> None:
    text = "".join(chr(0x4E00 + n) for n in range(100)) + '"' + "abc"
    cut = list(pieces(text))

    assert all(any(piece in text[start : start + 31] for piece in cut) for start in range(70))
    assert "abc" not in cut


def test_a_pin_on_a_corner_of_the_border_is_no_trace(categories: dict[str, Category]) -> None:
    pins = Canaries(frozenset(), frozenset({"112.9,-7.68"}))
    border = b"[[112.9,-7.68],[112.92,-7.68]]"

    assert traces(pins, border, border) == 0
    assert traces(pins, border, b"[112.9,-7.6]") == 1


def test_canaries_cover_reports_that_are_held_back(
    october: list[Complaint], window: Callable[[str], Window]
) -> None:
    canaries = canaries_of(window("2026-10"))

    assert {complaint.tracking_code for complaint in october} <= canaries.texts
    assert f"{IN_KEPEL[0]},{IN_KEPEL[1]}" in canaries.pins
