"""The steps that somebody may take next, in words: what the button says, and what happens after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incidents.models import Assignment, Entry, Incident
from incidents.workflow import allowed_steps

Kind = Entry.Kind


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


@dataclass(frozen=True)
class Steps:
    """What can be done now: `accept` by one press, the others through the answer box, `usual` chosen there first."""

    accept: Choice | None
    others: list[Choice]
    usual: Entry.Kind | None


def steps_of(assignment: Assignment, incident: Incident) -> Steps:
    """The steps of an agency's assignment; who has answered already will mostly resolve."""
    kinds = allowed_steps(assignment)
    others = [CHOICES[kind] for kind in (Kind.ANSWERED, Kind.RESOLVED, Kind.RETURNED) if kind in kinds]
    answered = incident.first_answer_at is not None and Kind.RESOLVED in kinds
    usual = Kind.RESOLVED if answered and assignment.status == Assignment.Status.ACCEPTED else Kind.ANSWERED
    return Steps(
        CHOICES[Kind.ACCEPTED] if Kind.ACCEPTED in kinds else None, others, usual if others else None
    )


def done_words(entry: Entry, incident: Incident) -> str:
    """What has just happened, and what the reporter sees of it."""
    words = {"n": incident.pk, "agency": entry.agency}
    if entry.kind == Kind.ACCEPTED:
        return _("Case #%(n)s is yours. The reporter sees: “Taken up by the agency”, %(agency)s.") % words
    if entry.kind == Kind.ANSWERED:
        return _("The answer to case #%(n)s is sent. The reporter reads it on the tracking page.") % words
    if entry.kind == Kind.RETURNED:
        return _("Case #%(n)s went back to the operator. The reporter reads your reason.") % words
    if incident.status == Incident.Status.RESOLVED:
        return _("Case #%(n)s is resolved. The reporter sees your text and the photo.") % words
    return (
        _("Your part of case #%(n)s is done. It stays open until the agency in charge is done, too.") % words
    )
