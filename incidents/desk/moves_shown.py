"""The forms for steps of a case itself that somebody finds on its page: those that the workflow allows them now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from geo.models import Agency
from incidents.access import Viewer
from incidents.models import Assignment, Entry, Incident, Member, Transition
from incidents.moves import possible
from incidents.reasons import ArchiveReason

K = Entry.Kind


@dataclass(frozen=True)
class Words:
    """What a step is called and what comes of it. `public`: its words are read by who reported the case."""

    label: str | Promise
    button: str | Promise
    effect: str | Promise
    icon: str
    question: str | Promise = ""  # above the words that one writes
    public: bool = False


WORDS: dict[Entry.Kind, Words] = {
    K.VERIFIED: Words(
        pgettext_lazy("step", "Verify"),
        _("Mark as verified"),
        _("You have checked that it is clear and at the right agency."),
        "badge-check",
    ),
    K.INVITED: Words(
        _("Ask another agency in"),
        _("Ask it in"),
        _("It supports you from now on: it sees the case and its timeline, and does its own part."),
        "user-plus",
        _("What do you need it for?"),
    ),
    K.RELEASED: Words(
        _("Release an agency"),
        _("Release it"),
        _("The case leaves its list. What it has written stays in the timeline."),
        "user-minus",
        _("Why is it no longer needed?"),
    ),
    K.REOPENED: Words(
        _("Open again"),
        _("Open the case again"),
        _("All agencies that had finished get it back, and their heads hear of it."),
        "rotate-ccw",
        _("Why is it opened again?"),
        public=True,
    ),
    K.CLOSED: Words(
        pgettext_lazy("step", "Close"),
        _("Close the case"),
        _("Nobody can object any more."),
        "lock",
        public=True,
    ),
    K.ARCHIVED: Words(
        pgettext_lazy("step", "Archive"),
        _("Archive the case"),
        _("Nobody works on it any more. It can be opened again."),
        "archive",
        _("In your own words"),
        public=True,
    ),
}  # fmt: skip
ORDER = tuple(WORDS)


@dataclass(frozen=True)
class Form:
    """One step that can be taken now: its words, what the workflow says it needs, and what can be chosen."""

    kind: Entry.Kind
    words: Words
    step: Transition
    agencies: Sequence[Agency] = ()
    reasons: Sequence[tuple[str, str | Promise]] = field(default=())

    @property
    def by_one_press(self) -> bool:
        return not (self.step.needs_reason or self.step.needs_photo or self.agencies or self.reasons)

    @property
    def words_needed(self) -> bool:
        """An archived case has its reason; more words only where one wants to say more."""
        return self.step.needs_reason and not self.reasons


def forms_for(
    viewer: Viewer,
    incident: Incident,
    assignments: Iterable[Assignment],
    agencies: Iterable[Agency],
    *,
    reported: bool,
) -> list[Form]:
    """The steps of the case that this person may take now, in the order in which they are mostly needed.

    `agencies`: those of the city that could be asked in. `reported`: a citizen did, so that there are wishes.
    """
    held = [one for one in assignments if one.status not in Assignment.GONE]
    leads = any(one.role == Assignment.Role.LEAD and one.agency == viewer.agency for one in held)
    steps = {Entry.Kind(step.action): step for step in possible(incident, viewer.role)}
    found = []
    for kind in ORDER:
        if kind not in steps or (viewer.role in Member.AT_AGENCY and not leads):
            continue
        chosen = _agencies_for(kind, viewer, held, agencies)
        if steps[kind].needs_target and not chosen:
            continue
        reasons = _reasons(reported=reported) if kind == K.ARCHIVED else ()
        found.append(Form(kind, WORDS[kind], steps[kind], chosen, reasons))
    return found


def _reasons(*, reported: bool) -> list[tuple[str, str | Promise]]:
    return [(one.value, one.label) for one in ArchiveReason if reported or one != ArchiveReason.WISH]


def _agencies_for(
    kind: Entry.Kind, viewer: Viewer, held: Sequence[Assignment], agencies: Iterable[Agency]
) -> list[Agency]:
    if kind == K.RELEASED:
        free = viewer.role not in Member.AT_AGENCY
        return [one.agency for one in held if free or one.role == Assignment.Role.SUPPORT]
    if kind == K.INVITED:
        having = {one.agency_id for one in held}
        return [one for one in agencies if one.pk not in having and not one.is_outside]
    return []
