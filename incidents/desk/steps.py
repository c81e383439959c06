"""The steps that somebody may take next, in words: what the button says, and what happens after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incidents.models import Assignment, Entry, Incident
from incidents.workflow import allowed_steps

Kind = Entry.Kind
BEGUN = {Assignment.Status.ACCEPTED, Assignment.Status.WORKING}


@dataclass(frozen=True)
class Choice:
    """One way to go on. `confirm` asks once more where it can hurt."""

    kind: Entry.Kind
    label: str | Promise
    button: str | Promise
    effect: str | Promise
    icon: str
    placeholder: str | Promise = ""
    confirm: str | Promise = ""
    photos: bool = False


CHOICES = {
    Kind.ACCEPTED: Choice(
        Kind.ACCEPTED,
        pgettext_lazy("step", "Accept"),
        gettext_lazy("Accept the case"),
        gettext_lazy("The reporter sees that your agency has taken it up."),
        "user-check",
    ),
    Kind.STARTED: Choice(
        Kind.STARTED,
        pgettext_lazy("step", "Begin"),
        gettext_lazy("Begin the work"),
        gettext_lazy("The reporter sees that the work has begun."),
        "hard-hat",
    ),
    Kind.ANSWERED: Choice(
        Kind.ANSWERED,
        pgettext_lazy("step", "Answer"),
        gettext_lazy("Send the answer"),
        gettext_lazy("The reporter reads this answer, with your photos."),
        "send",
        placeholder=gettext_lazy("What is being done, and by when?"),
        photos=True,
    ),
    Kind.RESOLVED: Choice(
        Kind.RESOLVED,
        pgettext_lazy("step", "Resolve"),
        gettext_lazy("Mark as resolved"),
        gettext_lazy("Needs a photo of the finished work. The reporter sees your text and the photo."),
        "circle-check-big",
        placeholder=gettext_lazy("What was done?"),
        confirm=gettext_lazy("Is the work finished? The reporter is told that the problem is solved."),
        photos=True,
    ),
    Kind.RETURNED: Choice(
        Kind.RETURNED,
        pgettext_lazy("step", "Return"),
        gettext_lazy("Return to the operator"),
        gettext_lazy(
            "The case leaves your list; the operator finds the right agency. The reporter reads your reason."
        ),
        "undo-2",
        placeholder=gettext_lazy("Why is it not yours, and whose is it?"),
        confirm=gettext_lazy("Return this case? It leaves your agency's list and goes back to the operator."),
    ),
}

# Only cameras reported the case: nobody is told anything, and nobody is said to be.
UNREPORTED = {
    Kind.ACCEPTED: replace(
        CHOICES[Kind.ACCEPTED],
        effect=gettext_lazy("The operator sees that your agency has taken it up."),
    ),
    Kind.STARTED: replace(
        CHOICES[Kind.STARTED],
        effect=gettext_lazy("The operator sees that the work has begun."),
    ),
    Kind.ANSWERED: replace(
        CHOICES[Kind.ANSWERED],
        effect=gettext_lazy(
            "No citizen reported this case. The answer stays in its timeline, where operators and agencies read it."
        ),
    ),
    Kind.RESOLVED: replace(
        CHOICES[Kind.RESOLVED],
        effect=gettext_lazy(
            "Needs a photo of the finished work. Your text and the photo stay in the case's timeline."
        ),
        confirm=gettext_lazy("Is the work finished? The case is then resolved."),
    ),
    Kind.RETURNED: replace(
        CHOICES[Kind.RETURNED],
        effect=gettext_lazy(
            "The case leaves your list; the operator reads your reason and finds the right agency."
        ),
    ),
}


@dataclass(frozen=True)
class Steps:
    """What can be done now: `accept` and `start` by one press, the others in the answer box, `usual` chosen there."""

    accept: Choice | None
    start: Choice | None
    others: list[Choice]
    usual: Entry.Kind | None


def steps_of(assignment: Assignment, incident: Incident, role: str, *, alone: bool, reported: bool) -> Steps:
    """The steps of an agency's assignment; who has answered already will mostly resolve.

    `alone`: nobody else works on it, so who is done resolves the case. `reported`: a citizen reported it and
    follows what is done.
    """
    kinds = allowed_steps(assignment, role)
    words = {kind: _words(kind, alone=alone, reported=reported) for kind in kinds}
    others = [words[kind] for kind in (Kind.ANSWERED, Kind.RESOLVED, Kind.RETURNED) if kind in words]
    answered = incident.first_answer_at is not None and Kind.RESOLVED in kinds
    usual = Kind.RESOLVED if answered and assignment.status in BEGUN else Kind.ANSWERED
    start = words.get(Kind.STARTED) if assignment.status == Assignment.Status.ACCEPTED else None
    return Steps(words.get(Kind.ACCEPTED), start, others, usual if others else None)


def _words(kind: Entry.Kind, *, alone: bool, reported: bool) -> Choice:
    """What is true of a step here: where others still work, one finishes one's own part; the last one resolves it."""
    choice = (CHOICES if reported else UNREPORTED)[kind]
    if kind == Kind.RESOLVED and not alone:
        return replace(
            choice,
            button=gettext_lazy("Mark your part as done"),
            confirm=gettext_lazy(
                "Is your part of the work finished? The case stays open until all agencies that have it are done."
            ),
        )
    return choice


def others_at_work(assignment: Assignment, held: Iterable[Assignment]) -> bool:
    """Whether another agency of those that have the case is not done with it."""
    done = (*Assignment.GONE, Assignment.Status.DONE)
    return any(one.pk != assignment.pk and one.status not in done for one in held)


def done_words(entry: Entry, incident: Incident) -> str:
    """What has just happened, and what the reporter, if there is one, sees of it."""
    words = {"n": incident.pk, "agency": entry.agency}
    if entry.kind == Kind.RESOLVED and incident.phase != Incident.Phase.RESOLVED:
        return (
            _("Your part of case #%(n)s is done. It stays open until all agencies that have it are done.")
            % words
        )
    told = _told_reporter if incident.complaints.exists() else _told_nobody
    return told(Kind(entry.kind)) % words


def _told_reporter(kind: Entry.Kind) -> str:
    if kind == Kind.ACCEPTED:
        return _("Case #%(n)s is yours. The reporter sees: “Taken up by the agency”, %(agency)s.")
    if kind == Kind.STARTED:
        return _("The work on case #%(n)s has begun. The reporter sees it.")
    if kind == Kind.ANSWERED:
        return _("The answer to case #%(n)s is sent. The reporter reads it on the tracking page.")
    if kind == Kind.RETURNED:
        return _("Case #%(n)s went back to the operator. The reporter reads your reason.")
    return _("Case #%(n)s is resolved. The reporter sees your text and the photo.")


def _told_nobody(kind: Entry.Kind) -> str:
    if kind == Kind.ACCEPTED:
        return _("Case #%(n)s is yours.")
    if kind == Kind.STARTED:
        return _("The work on case #%(n)s has begun.")
    if kind == Kind.ANSWERED:
        return _("The answer to case #%(n)s is in its timeline.")
    if kind == Kind.RETURNED:
        return _("Case #%(n)s went back to the operator.")
    return _("Case #%(n)s is resolved.")
