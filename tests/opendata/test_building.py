"""From an order to a release: each state that a build can come to, and that nothing is half there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from geo.errors import Conflict, Invalid
from incidents.models import Complaint
from incidents.visibility import What, raise_privacy
from opendata.approve import approve, decide, discard, release_approved
from opendata.audit import gate
from opendata.audit.verdicts import Verdict
from opendata.building import carry_out, order
from opendata.due import due_revisions
from opendata.locks import sole_builder
from opendata.models import Build, Definition, Policy, Release, ReleasedIncident
from opendata.policy import Numbers
from opendata.recipes.registry import RECIPES
from opendata.releasing import build_and_release
from opendata.standing import PATIENCE, is_interrupted, latest
from opendata.store import folder_of
from tests.opendata.small_recipe import SLUG

pytestmark = pytest.mark.django_db
State = Build.State
APRIL = datetime(2027, 4, 20, 3, 0, tzinfo=UTC)  # the first quarter is over


def folders() -> list[str]:
    """What lies on disk for the dataset."""
    root = folder_of(SLUG, "x").parent
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def test_a_candidate_that_passed_waits_with_all_that_is_known_of_it(ready: Build) -> None:
    assert (ready.state, ready.rows, ready.counted, ready.progress) == (State.READY, 6, 6, 100)
    assert ready.held == {"confidential": 1}
    assert ready.utility == {"rows": 6}
    assert (ready.policy_id is not None, len(ready.input_digest)) == (True, 64)
    assert folders() == [ready.folder]
    assert not Release.objects.exists()


def test_approved_it_is_released_with_rows_files_and_who_let_it_leave(ready: Build, steward: User) -> None:
    done = release_approved(approve(ready, steward).pk)

    release = Release.objects.get()
    assert (done.state, done.release, done.decided_by) == (State.RELEASED, release, steward)
    assert (release.version, release.rows, release.dataset.recipe) == ("2026-10", 6, "codes")
    assert folders() == ["2026-10"]
    rows = list(
        ReleasedIncident.objects.filter(release=release)
        .values_list("outcome", "catchment", "kelurahan")
        .distinct()
    )
    assert rows == [("open", "", "=1+1")]
    assert release.policy["version"] == 1
    listed = [(one.file, one.size) for one in release.resources.all()]
    assert ("manifest.json", (folder_of(SLUG, "2026-10") / "manifest.json").stat().st_size) in listed
    assert {file for file, _size in listed} == {path.name for path in folder_of(SLUG, "2026-10").iterdir()}
    assert json.loads((folder_of(SLUG, "2026-10") / "audit.json").read_text())["version"] == "2026-10"


def test_a_case_that_became_confidential_meanwhile_makes_the_candidate_stale(
    ready: Build, october: list[Complaint], steward: User
) -> None:
    raise_privacy(october[0], {What.CONFIDENTIAL})

    done = release_approved(approve(ready, steward).pk)

    assert done.state == State.STALE
    assert "became confidential" in done.message
    assert folders() == []
    assert not Release.objects.exists()
    assert not ReleasedIncident.objects.exists()


def test_a_dataset_that_is_released_by_itself_needs_no_approval(trial: Definition) -> None:
    trial.automatic = True
    trial.save()

    done = build_and_release(order(trial, "2026-10", 0, None).pk)

    assert (done.state, done.decided_by) == (State.RELEASED, None)


def test_what_is_discarded_leaves_no_file_and_its_reason_stays(ready: Build, steward: User) -> None:
    done = discard(ready, steward, "Menunggu batas baru.")

    assert (done.state, done.message, folders()) == (State.DISCARDED, "Menunggu batas baru.", [])
    with pytest.raises(Conflict, match="discarded"):
        approve(ready, steward)


def test_nothing_to_release_is_said_and_leaves_no_file(trial: Definition) -> None:
    done = carry_out(order(trial, "2026-07", 0, None).pk)

    assert (done.state, done.message) == (State.NOTHING, "Nothing to release: no row may leave.")
    assert folders() == []


@pytest.mark.parametrize(
    ("period", "revision", "error", "says"),
    [
        ("2026-11", 0, Invalid, "has not ended"),
        ("2026-Q3", 0, Invalid, "written like 2026-10"),
        ("Oktober", 0, Invalid, "is no period"),
        ("2026-10", 1, Invalid, "no earlier release"),
    ],
)
def test_what_cannot_be_ordered_is_refused_with_the_reason(
    trial: Definition, period: str, revision: int, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        order(trial, period, revision, None)
    assert not Build.objects.exists()


def test_an_order_that_is_under_way_waits_or_was_released_is_not_ordered_twice(
    ready: Build, trial: Definition, steward: User
) -> None:
    with pytest.raises(Conflict, match="waits for approval"):
        order(trial, "2026-10", 0, steward)

    release_approved(approve(ready, steward).pk)
    with pytest.raises(Conflict, match="released already"):
        order(trial, "2026-10", 0, steward)


def test_a_revision_is_made_after_a_quarters_end_only_and_once(
    ready: Build, trial: Definition, steward: User, now: time_machine.Traveller, report: Any
) -> None:
    release_approved(approve(ready, steward).pk)
    report("banjir")
    with pytest.raises(Conflict, match="after a quarter"):
        order(trial, "2026-10", 1, steward)

    now.move_to(APRIL)
    discard(carry_out(order(trial, "2026-10", 1, None).pk), steward, "Once more.")
    release_approved(approve(carry_out(order(trial, "2026-10", 1, steward).pk), steward).pk)

    with pytest.raises(Conflict, match="after a quarter"):
        order(trial, "2026-10", 2, steward)


@pytest.mark.parametrize("kind", ["counts", "cameras"])
def test_tables_of_numbers_are_never_revised(
    ready: Build,
    trial: Definition,
    steward: User,
    now: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    release_approved(approve(ready, steward).pk)
    now.move_to(APRIL)
    monkeypatch.setitem(RECIPES, "codes", RECIPES[kind])

    with pytest.raises(Conflict, match="never revised"):
        order(trial, "2026-10", 1, None)
    assert due_revisions(APRIL) == []


@pytest.mark.parametrize("changed", ["borders", "catchments", "manifest"])
def test_a_revision_by_other_places_than_the_earlier_release_stays_inside(
    ready: Build,
    trial: Definition,
    steward: User,
    now: time_machine.Traveller,
    report: Any,
    changed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows of merged cells come as others go: a row that is missing among them would not be seen."""
    release_approved(approve(ready, steward).pk)
    now.move_to(APRIL)
    for _more in range(3):
        report("banjir")
    manifest = folder_of(SLUG, "2026-10") / "manifest.json"
    if changed == "borders":
        made = RECIPES["codes"].make
        moved = replace(RECIPES["codes"], make=lambda order: replace(made(order), edition="Batas baru"))
        monkeypatch.setitem(RECIPES, "codes", moved)
    elif changed == "catchments":
        manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "catchments": "1"}))
    else:
        manifest.unlink()

    done = carry_out(order(trial, "2026-10", 1, None).pk)

    assert done.state == State.REFUSED
    assert "not those of the earlier release" in done.message


def test_a_revision_that_says_nothing_new_is_not_released(
    ready: Build, trial: Definition, steward: User, now: time_machine.Traveller
) -> None:
    release_approved(approve(ready, steward).pk)
    now.move_to(APRIL)

    done = carry_out(order(trial, "2026-10", 1, None).pk)

    assert (done.state, Release.objects.count()) == (State.NOTHING, 1)
    assert "Nothing has changed" in done.message


def test_a_revision_has_new_ids_and_stands_beside_the_first(
    ready: Build, trial: Definition, steward: User, report: Any, now: time_machine.Traveller
) -> None:
    release_approved(approve(ready, steward).pk)
    now.move_to(APRIL)
    report("banjir")  # of October, entered late

    done = release_approved(approve(carry_out(order(trial, "2026-10", 1, None).pk), steward).pk)

    assert done.release
    assert (done.release.version, done.release.rows) == ("2026-10-r1", 7)
    ids = [set(one.incidents.values_list("row", flat=True)) for one in Release.objects.all()]
    assert (len(ids[0] | ids[1]), folders()) == (13, ["2026-10", "2026-10-r1"])


def test_a_full_disk_is_a_failure_in_words_and_the_order_can_be_given_again(
    trial: Definition, tmp_path: Path
) -> None:
    (tmp_path / "releases").write_text("in the way")

    done = carry_out(order(trial, "2026-10", 0, None).pk)
    assert done.state == State.FAILED
    assert "files cannot be written" in done.message

    (tmp_path / "releases").unlink()
    assert carry_out(order(trial, "2026-10", 0, None).pk).state == State.READY


def test_files_that_were_damaged_while_they_waited_are_not_released(ready: Build, steward: User) -> None:
    (folder_of(SLUG, ready.folder) / "kode.csv").write_text("lain")

    done = release_approved(approve(ready, steward).pk)

    assert (done.state, Release.objects.exists()) == (State.READY, False)
    assert "damaged" in done.message


def test_a_build_whose_worker_died_is_shown_as_interrupted_and_makes_room(trial: Definition) -> None:
    left = order(trial, "2026-10", 0, None)
    Build.objects.filter(pk=left.pk).update(state=State.AUDITING, folder=".candidate-left")
    folder_of(SLUG, ".candidate-left").mkdir(parents=True)

    (told,) = latest(SLUG)
    assert (told.interrupted, told.moving) == (True, False)
    with sole_builder(SLUG, wait=False):
        assert not is_interrupted(told.build)

    done = carry_out(order(trial, "2026-10", 0, None).pk)
    assert (done.state, folders()) == (State.READY, [done.folder])
    left.refresh_from_db()
    assert left.state == State.FAILED


def test_an_order_that_no_worker_takes_up_is_not_waited_for_for_ever(trial: Definition) -> None:
    left = order(trial, "2026-10", 0, None)
    assert not is_interrupted(left)

    left.requested_at = timezone.now() - PATIENCE * 2
    assert is_interrupted(left)


def test_what_an_attack_stopped_is_not_built_again_until_something_has_changed(
    trial: Definition, steward: User, october: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Verdict("household", 0.4, 0.05, False, 100, 40, "Berhasil.", "It was right.")
    monkeypatch.setitem(gate.BY_RECIPE, "codes", (lambda _subject: [found],))
    assert carry_out(order(trial, "2026-10", 0, steward).pk).state == State.REFUSED

    with pytest.raises(Conflict, match="stopped this already, and nothing has changed"):
        order(trial, "2026-10", 0, steward)

    raise_privacy(october[0], {What.CONFIDENTIAL})
    carry_out(order(trial, "2026-10", 0, steward).pk)
    with pytest.raises(Conflict, match="stopped this already"):
        order(trial, "2026-10", 0, steward)
    Policy.objects.create(version=2, numbers=Numbers(k=12).as_json())
    assert order(trial, "2026-10", 0, steward).state == State.WAITING


def test_a_candidate_of_an_earlier_policy_does_not_leave(ready: Build, steward: User) -> None:
    Policy.objects.create(version=2, numbers=Numbers(k=12).as_json())

    done = release_approved(approve(ready, steward).pk)

    assert (done.state, Release.objects.exists()) == (State.STALE, False)
    assert "the policy was changed" in done.message


def test_what_was_discarded_in_the_same_moment_cannot_be_let_out(ready: Build, steward: User) -> None:
    seen = Build.objects.get(pk=ready.pk)
    discard(ready, steward, "Menunggu.")

    with pytest.raises(Conflict, match="discarded"):
        decide(seen, None)

    seen.refresh_from_db()
    assert (seen.state, seen.decided_by) == (State.DISCARDED, steward)
