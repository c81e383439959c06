"""Versions of the workflow: a draft is a copy of the one in force, is checked whole, and then takes its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import Conflict, FieldError, Invalid
from incidents.flow import ASSIGNMENT, INCIDENT, Flow, forget_flow, read_flow
from incidents.models import Assignment, Entry, Incident, Phase, Status, Transition, Workflow

State = Workflow.State
K = Entry.Kind
LOCK = 7_401_101  # two administrators who put a version in force at once get an order
# Steps that programs take or offer by name: without them cases stop where nobody can move them on.
CASE_STEPS = frozenset(
    {K.VERIFIED, K.ASSIGNED, K.INVITED, K.RELEASED, K.ASKED, K.SUPPLIED, K.MESSAGE, K.FORWARDED, K.OUTSIDE, K.RESOLVED,
     K.RETURNED, K.ARCHIVED, K.CONFIRMED, K.OBJECTED, K.REOPENED, K.CLOSED, K.RATED, K.CORRECTED}
)  # fmt: skip
AGENCY_STEPS = frozenset({K.ACCEPTED, K.STARTED, K.ANSWERED, K.RESOLVED, K.RETURNED})


def copy_as_draft(source: Workflow, by: User, note: str = "") -> Workflow:
    """A draft with the statuses and steps of a version, to be edited."""
    with transaction.atomic():
        newest = Workflow.objects.aggregate(newest=Max("version"))["newest"] or 0
        draft = Workflow.objects.create(version=newest + 1, note=note, made_by=by)
        statuses, steps = list(source.statuses.all()), list(source.transitions.all())
        for status in statuses:
            status.pk, status.workflow = None, draft
        for step in steps:
            step.pk, step.workflow = None, draft
        Status.objects.bulk_create(statuses)
        Transition.objects.bulk_create(steps)
    return draft


def put_in_force(draft: Workflow) -> None:
    """Let a version take the place of the one in force; open cases go on in it. Also the way back to an earlier one.

    Raises Conflict (it is in force already), Invalid with all that is wrong with it.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        draft.refresh_from_db()
        if draft.state == State.ACTIVE:
            raise Conflict(_("This version is in force already."))
        wrong = list(faults(read_flow(draft)))
        if wrong:
            raise Invalid(
                _("This version cannot be put in force yet."),
                [FieldError("workflow", text) for text in wrong],
            )
        Workflow.objects.filter(state=State.ACTIVE).update(state=State.RETIRED)
        draft.state, draft.activated_at = State.ACTIVE, timezone.now()
        draft.save(update_fields=["state", "activated_at"])
    forget_flow()


def faults(flow: Flow) -> Iterator[str]:
    """What is wrong with a workflow, in words; nothing if cases can live in it."""
    yield from _phases(flow)
    yield from _steps(flow)
    yield from _ways_out(flow)
    yield from _cases_in_it(flow)


def _phases(flow: Flow) -> Iterator[str]:
    usual = Counter(one.phase for one in flow.statuses.values() if one.usual)
    for phase in Phase:
        if usual[phase] != 1:
            yield _("The phase “{phase}” needs exactly one usual status.").format(phase=phase.label)


def _steps(flow: Flow) -> Iterator[str]:
    known = {INCIDENT: set(flow.statuses), ASSIGNMENT: set(Assignment.Status.values)}
    offered = {INCIDENT: CASE_STEPS, ASSIGNMENT: AGENCY_STEPS}
    for (level, action, _start), step in flow.steps.items():
        where = Transition.Level(level)
        named = f"{step.get_action_display()}: {step.source} → {step.target or '…'}"
        if step.source not in known[where] or (step.target and step.target not in known[where]):
            yield _("The step “{step}” names a status that there is not.").format(step=named)
        if not step.roles:
            yield _("The step “{step}” is nobody's to take.").format(step=named)
        if action not in offered[where]:
            yield _("The step “{step}” cannot be taken there.").format(step=named)
        if where == ASSIGNMENT and not step.target:
            yield _("The step “{step}” of an assignment needs a state to go to.").format(step=named)


def _ways_out(flow: Flow) -> Iterator[str]:
    """No open case may get stuck: from each open status a person of the city can move it on, and it can end."""
    for status in flow.statuses.values():
        if Phase(status.phase) not in Incident.OPEN:
            continue
        on = [one for one in flow.actions(status.code, "operator") if one.target != status.code]
        if not on:
            yield _("From the status “{status}” no operator can move a case on.").format(status=status.name)
    if not any(action == K.RESOLVED and level == ASSIGNMENT for level, action, _start in flow.steps):
        yield _("No agency could say that it is done.")
    if not any(action == K.CLOSED for _level, action, _start in flow.steps):
        yield _("No case would ever be closed.")


def _cases_in_it(flow: Flow) -> Iterator[str]:
    """Open cases keep their status, so each must exist, with the phase that it had."""
    held = Incident.every.filter(phase__in=Incident.OPEN).values_list("status", "phase").distinct()
    for status, phase in held:
        known = flow.statuses.get(status)
        if known is None:
            count = Incident.every.filter(status=status, phase__in=Incident.OPEN).count()
            text = _("{n} open cases have the status “{status}”, which this version has not.")
            yield text.format(n=count, status=status)
        elif known.phase != phase:
            yield _("Open cases have the status “{status}” in another phase.").format(status=status)


def differences(before: Flow, after: Flow) -> list[str]:
    """What a version changes, one line each: statuses and steps that come, go or differ."""
    lines = [f"+ {after.statuses[code].name}" for code in after.statuses.keys() - before.statuses.keys()]
    lines += [f"− {before.statuses[code].name}" for code in before.statuses.keys() - after.statuses.keys()]
    for key in after.steps.keys() | before.steps.keys():
        old, new = before.steps.get(key), after.steps.get(key)
        if old is None and new is not None:
            lines.append(f"+ {_line(new)}")
        elif new is None and old is not None:
            lines.append(f"− {_line(old)}")
        elif old is not None and new is not None and _line(old) != _line(new):
            lines.append(f"{_line(old)} ⇒ {_line(new)}")
    return sorted(lines)


def _line(step: Transition) -> str:
    """A step as one line: what, from where to where, who, and what it needs."""
    roles = ", ".join(str(Transition.Role(one).label) for one in step.roles)
    needs = [
        str(word)
        for wanted, word in (
            (step.needs_reason, _("words")),
            (step.needs_photo, _("a photo")),
            (step.needs_target, _("an agency")),
        )
        if wanted
    ]
    line = f"{step.get_action_display()}: {step.source} → {step.target or '…'} ({roles})"
    return f"{line} [{', '.join(needs)}]" if needs else line
