"""The workflow is data: an administrator copies it, changes it, and puts it in force while cases are open."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from geo.errors import Conflict, Invalid
from incidents.flow import current_flow, forget_flow, read_flow
from incidents.flow_versions import copy_as_draft, differences, faults, put_in_force
from incidents.models import Category, Entry, Incident, Phase, Status, Workflow
from incidents.moves import Actor, Move, move
from incidents.workflow import allowed_steps
from tests.conftest import signed_in
from tests.incidents.made import case, do, viewer

K = Entry.Kind


@pytest.fixture
def admin(city: object) -> User:
    return User.objects.create_superuser("admin", "admin@contoh.example", "kentongan-uji-coba")


@pytest.fixture
def draft(admin: User) -> Workflow:
    """A copy of the usual workflow, to be changed by a test."""
    return copy_as_draft(Workflow.objects.get(state="active"), admin)


def test_the_usual_workflow_has_no_fault_and_leads_from_received_to_closed(city: object) -> None:
    flow = current_flow()

    assert list(faults(flow)) == []
    assert [flow.phase(code) for code in ("diterima", "dikerjakan", "selesai", "ditutup")] == [
        Phase.NEW, Phase.WORKING, Phase.RESOLVED, Phase.CLOSED,
    ]  # fmt: skip


def test_a_draft_changes_nothing_until_it_is_in_force(
    categories: dict[str, Category], petugas_dlh: User, draft: Workflow
) -> None:
    draft.transitions.filter(action=K.RETURNED, level="assignment").delete()
    incident = case()
    assert K.RETURNED in allowed_steps(incident.assignments.get())

    put_in_force(draft)

    assert K.RETURNED not in allowed_steps(incident.assignments.get())
    with pytest.raises(Conflict):
        do(petugas_dlh, incident, K.RETURNED, "Bukan tugas kami.")


def test_a_status_of_the_citys_own_is_walked_through(
    categories: dict[str, Category], operator: User, draft: Workflow
) -> None:
    Status.objects.create(
        workflow=draft, code="survei", name_id="Disurvei", name_en="Surveyed", phase=Phase.NEW, position=2
    )
    draft.transitions.filter(action=K.VERIFIED).update(target="survei")
    draft.transitions.create(
        level="incident", action=K.ARCHIVED, source="survei", target="diarsipkan", roles=["operator"]
    )
    put_in_force(draft)
    incident = case()

    move(Move(incident, K.VERIFIED, Actor.of(viewer(operator))))

    incident.refresh_from_db()
    assert (incident.status, incident.phase) == ("survei", Phase.NEW)
    assert current_flow().name("survei") == "Disurvei"


def test_what_a_step_needs_is_data(
    categories: dict[str, Category], petugas_dlh: User, draft: Workflow
) -> None:
    draft.transitions.filter(action=K.ANSWERED).update(needs_photo=True)
    put_in_force(draft)
    incident = case()

    with pytest.raises(Invalid) as refused:
        do(petugas_dlh, incident, K.ANSWERED)
    assert [error.field for error in refused.value.errors] == ["photos"]


def test_who_may_take_a_step_is_data(
    categories: dict[str, Category], petugas_dlh: User, draft: Workflow
) -> None:
    draft.transitions.filter(action=K.RESOLVED, level="assignment").update(roles=["kepala"])
    put_in_force(draft)

    with pytest.raises(Conflict):
        do(petugas_dlh, case(), K.RESOLVED)


def test_a_version_in_which_cases_would_get_stuck_is_refused_with_all_reasons(
    categories: dict[str, Category], draft: Workflow
) -> None:
    case()
    draft.statuses.filter(code="diterima").update(usual=False)
    draft.statuses.filter(code="dikembalikan").delete()
    draft.transitions.filter(source="menunggu").delete()

    with pytest.raises(Invalid) as refused:
        put_in_force(draft)

    told = "\n".join(str(error.message) for error in refused.value.errors)
    assert "Menunggu kelengkapan" in told
    assert "dikembalikan" in told
    assert Workflow.objects.get(state="active").version == 1


def test_an_open_case_never_loses_its_status(categories: dict[str, Category], draft: Workflow) -> None:
    incident = case()
    Incident.objects.filter(pk=incident.pk).update(status="diverifikasi")
    draft.statuses.filter(code="diverifikasi").delete()
    draft.transitions.filter(source="diverifikasi").delete()
    draft.transitions.filter(target="diverifikasi").delete()

    with pytest.raises(Invalid) as refused:
        put_in_force(draft)
    assert "1 kasus terbuka" in str(refused.value.errors[0].message)


def test_the_way_back_is_to_put_the_earlier_version_in_force_again(draft: Workflow) -> None:
    put_in_force(draft)
    forget_flow()
    first = Workflow.objects.get(version=1)
    assert (current_flow().version, first.state) == (draft.version, "retired")

    put_in_force(first)

    assert current_flow().version == 1


def test_what_a_version_changes_is_told_line_by_line(draft: Workflow) -> None:
    draft.transitions.filter(action=K.CONFIRMED).update(needs_photo=True)
    draft.transitions.filter(action=K.RATED, source="ditutup").delete()

    lines = differences(current_flow(), read_flow(draft))

    assert lines == [
        "Dipastikan selesai: selesai → ditutup (pelapor) ⇒ Dipastikan selesai: selesai → ditutup (pelapor) [foto]",
        "− Penilaian: ditutup → ditutup (pelapor)",
    ]


def test_the_page_draws_every_status_and_puts_a_draft_in_force(admin: User, draft: Workflow) -> None:
    client = signed_in(admin)
    page = client.get("/pengelola/alur").content.decode()
    for name in ("Diterima", "Diverifikasi", "Dikerjakan", "Selesai", "Ditutup", "Diarsipkan"):
        assert name in page
    assert page.count('class="workflow-way"') > 20

    client.post(f"/pengelola/alur/{draft.version}/berlakukan")

    assert Workflow.objects.get(state="active") == draft


def test_a_faulty_draft_is_refused_on_the_page(admin: User, draft: Workflow) -> None:
    draft.statuses.filter(phase=Phase.RESOLVED).delete()
    answer = signed_in(admin).post(f"/pengelola/alur/{draft.version}/berlakukan")

    assert answer.status_code == 422
    assert "tepat satu status lazim" in answer.content.decode()


def test_only_drafts_can_be_edited(admin: User, draft: Workflow) -> None:
    client, active = signed_in(admin), Workflow.objects.get(state="active")

    def field(workflow: Workflow) -> bool:
        page = client.get(f"/pengelola/incidents/workflow/{workflow.pk}/change/").content.decode()
        return 'name="statuses-0-name_id"' in page

    assert (field(active), field(draft)) == (False, True)


def test_an_operator_has_nothing_to_do_with_it(operator: User, warga: Client) -> None:
    assert signed_in(operator).get("/pengelola/alur").status_code == 403
    assert warga.get("/pengelola/alur").status_code == 302


def test_a_whole_workflow_is_saved_in_the_administration(admin: User, draft: Workflow) -> None:
    client, address = signed_in(admin), f"/pengelola/incidents/workflow/{draft.pk}/change/"
    page = client.get(address)
    sent: dict[str, Any] = {"note": "Nama baru."}
    for formset in page.context["inline_admin_formsets"]:
        for form in (formset.formset.management_form, *formset.formset.forms):
            values = {field.html_name: field.value() for field in form}
            ticked = {
                name: one for name, one in values.items() if one is not False and (one or "roles" not in name)
            }
            sent |= {name: "" if one is None else one for name, one in ticked.items()}
    assert len(sent) > 1000

    answer = client.post(address, sent)

    assert answer.status_code == 302, answer.content
    draft.refresh_from_db()
    assert (draft.note, draft.transitions.count()) == ("Nama baru.", len(current_flow().steps))
