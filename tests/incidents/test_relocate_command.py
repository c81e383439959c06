"""`relocate` and `editions` at the prompt."""

from __future__ import annotations

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from geo.editions import activate
from geo.models import Agency, Edition, ServiceArea
from incidents.models import Category, Entry, Relocation
from incidents.relocation.run import carry_out, new_run
from tests.editions import DIVIDED, MERGED, MERGED_CODE, edition
from tests.incidents.made import case
from tests.worker import jobs, work  # noqa: F401  (a fixture, used by name)

pytestmark = pytest.mark.django_db
IN_BAKALAN = (112.93, -7.67)


@pytest.fixture(autouse=True)
def nobody_to_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no other process that has to follow."""
    monkeypatch.setattr("incidents.management.commands.relocate.FOLLOWED_AFTER_S", 0)
    monkeypatch.setattr("incidents.relocation.order.FOLLOWED_AFTER_S", 0)


def told(*argv: str) -> str:
    out = io.StringIO()
    call_command(*argv, stdout=out)
    return out.getvalue()


def test_a_dry_run_lists_moves_and_agencies_of_borders_not_in_force(categories: dict[str, Category]) -> None:
    case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)

    text = told("relocate", "--edition", "gabung", "--dry-run")

    assert f"99.01.02.1001 Bakalan → {MERGED_CODE} Sari Bakalan" in text
    assert "pkm-timur → pkm-barat" in text
    assert not Relocation.objects.exists()
    assert not Entry.objects.filter(kind="moved").exists()


def test_borders_not_in_force_are_refused_without_dry_run(categories: dict[str, Category]) -> None:
    edition("gabung", MERGED)

    with pytest.raises(CommandError, match="gabung"):
        told("relocate", "--edition", "gabung")
    with pytest.raises(CommandError, match="nirwana"):
        told("relocate", "--edition", "nirwana")


def test_relocate_moves_the_open_cases_and_lists_what_a_person_decides(
    categories: dict[str, Category],
) -> None:
    larvae, without_point = case("jentik", (112.905, -7.67)), case("jentik", None, kelurahan="99.01.01.1001")
    activate(edition("bagi", DIVIDED))

    text = told("relocate")

    larvae.refresh_from_db()
    assert larvae.kelurahan == "Kebon Anyar"
    assert f"! #{without_point.pk}: " in text
    assert Relocation.objects.get().finished_at


def test_relocate_goes_on_with_what_was_interrupted(
    categories: dict[str, Category], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _i in range(3):
        case("jentik", IN_BAKALAN)
    new = edition("gabung", MERGED)
    activate(new)
    run = new_run(new, None, None)
    with monkeypatch.context() as broken:
        broken.setattr("incidents.relocation.run.write_doubts", _dies)
        with pytest.raises(RuntimeError):
            carry_out(run.pk)

    told("relocate")

    run.refresh_from_db()
    assert (run.moved, run.error, Relocation.objects.count()) == (3, "", 1)


def test_what_was_ordered_can_be_done_by_hand_when_no_worker_runs(categories: dict[str, Category]) -> None:
    case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)
    told("editions", "activate", "gabung")

    told("relocate")

    run = Relocation.objects.get()
    assert (run.moved, run.error) == (1, "")
    assert run.finished_at


def _dies(*_given: object) -> None:
    raise RuntimeError


def test_editions_are_listed_compared_put_in_force_and_rolled_back(categories: dict[str, Category]) -> None:
    edition("gabung", MERGED)

    assert "uji" in told("editions")
    compared = told("editions", "compare", "uji", "gabung")
    assert f"+ {MERGED_CODE} Sari Bakalan" in compared
    assert "- 99.01.02.1001 Bakalan" in compared
    assert f"99.01.02.1001 → {MERGED_CODE}  100%" in compared
    told("editions", "activate", "gabung")
    assert Edition.objects.get(status="active").name == "gabung"
    carry_out(Relocation.objects.get().pk)
    told("editions", "rollback")
    assert Edition.objects.get(status="active").name == "uji"


def test_roll_backs_lead_further_back_and_never_forward(categories: dict[str, Category]) -> None:
    def in_force(*argv: str) -> str:
        told("editions", *argv)
        carry_out(Relocation.objects.latest("pk").pk)
        return Edition.objects.get(status="active").name

    edition("gabung", MERGED)
    edition("bagi", DIVIDED)
    in_force("activate", "gabung")
    in_force("activate", "bagi")

    assert in_force("rollback") == "gabung"
    assert in_force("rollback") == "uji"
    with pytest.raises(CommandError):
        told("editions", "rollback")
    assert in_force("activate", "bagi") == "bagi"
    assert in_force("rollback") == "uji"


def test_a_way_back_that_was_gone_by_putting_in_force_does_not_turn_round(
    categories: dict[str, Category],
) -> None:
    old, merged, divided = Edition.objects.get(), edition("gabung", MERGED), edition("bagi", DIVIDED)
    for one in (merged, divided, merged):
        activate(one)

    merged.refresh_from_db()
    assert merged.before == old
    activate(old)
    old.refresh_from_db()
    assert old.before is None


def test_overlaps_that_following_would_create_are_told_by_the_command(
    categories: dict[str, Category], agencies: dict[str, Agency]
) -> None:
    for agency, code in (("dlh", "99.01.02.1001"), ("bpbd", "99.01.01.1001")):
        ServiceArea.objects.create(agency=agencies[agency], category="jentik", area_code=code, priority=9)
    edition("gabung", MERGED)

    assert f"{MERGED_CODE} jentik 9: bpbd, dlh" in told("editions", "compare", "uji", "gabung")
    assert f"{MERGED_CODE} jentik 9: bpbd, dlh" in told("editions", "activate", "gabung", "--follow")


def test_square_metres_are_written_as_the_language_writes_them(categories: dict[str, Category]) -> None:
    edition("gabung", MERGED)
    with translation.override("id"):
        compared = told("editions", "compare", "uji", "gabung")
    (gone,) = (line for line in compared.splitlines() if line.startswith("- 99.01.02.1001 Bakalan"))
    assert re.fullmatch(r".*  \d\.\d{3}\.\d{3} m²", gone)


def test_editions_refuses_what_makes_no_sense(categories: dict[str, Category]) -> None:
    with pytest.raises(CommandError):
        told("editions", "compare", "uji")
    with pytest.raises(CommandError, match="uji"):
        told("editions", "activate", "uji")
    with pytest.raises(CommandError):
        told("editions", "rollback")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("jobs")
def test_the_job_worker_relocates_and_tells_the_agencies(
    categories: dict[str, Category], mailoutbox: list[object]
) -> None:
    larvae = case("jentik", IN_BAKALAN)
    edition("gabung", MERGED)
    work()
    mailoutbox.clear()

    told("editions", "activate", "gabung")
    work("relocate")
    work()

    larvae.refresh_from_db()
    assert larvae.kelurahan_code == MERGED_CODE
    assert Relocation.objects.get().finished_at
    assert len(mailoutbox) == 2
