"""Cases that go to an agency outside the city: forwarded, answered through a link, a new link sent or asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Invalid
from geo.models import Agency
from incidents.access import Viewer, kept_out, locked_incident
from incidents.links import Standing, referral_standing, send_link, standing
from incidents.models import (
    Assignment,
    Category,
    Entry,
    Incident,
    Member,
    Notice,
    Phase,
    Referral,
    ReferralLink,
    Transition,
)
from incidents.moves import change, step_for
from incidents.photos import Picture, kept_files
from incidents.standing import stand_by_assignments
from incidents.timeline import Happening, append, attach, reachable
from incidents.validate import is_text
from incidents.wording import check_needs, check_seen

A, K, LEAD = Assignment.Status, Entry.Kind, Assignment.Role.LEAD
OUTSIDER = Transition.Role.OUTSIDER
ANSWERS = (K.OUTSIDE, K.RESOLVED, K.RETURNED)
MOST_ID = 80


@dataclass(frozen=True)
class Forwarding:
    """An operator's decision to pass a case on: to whom, in which role, with which words, and what of the reports.

    `complaints`: the keys of the reports whose (masked) words go along. `confirmed`: that it is confidential is known.
    """

    incident: Incident
    outsider: Agency | None
    role: Assignment.Role
    by: Viewer
    text: str
    complaints: Sequence[int] = ()
    photos: bool = False
    confirmed: bool = False
    external_id: str = ""
    seen: int | None = None


def forward(wanted: Forwarding) -> Entry:
    """Pass a case on by a link in an e-mail. Raises Conflict, Forbidden, Invalid (with the field).

    An outside agency that takes charge brings the case to the workflow's status for it; one that supports leaves it
    where the city's agencies have brought it. Whoever was in charge supports from then on.
    """
    with transaction.atomic():
        incident = locked_incident(wanted.incident.pk)
        step = step_for(incident, K.FORWARDED, wanted.by.role)
        outsider = _reachable(wanted.outsider)
        check_needs(step, wanted.text, (), outsider)
        check_seen(incident, wanted.seen)
        if outsider.pk in kept_out(incident):
            raise Conflict(_("This agency is kept out of the case: a report is about it."))
        if incident.confidential and not wanted.confirmed:
            raise Invalid.at(
                "confirmed", _("This case is confidential. Please confirm that it has to go outside.")
            )
        now = timezone.now()
        _give(incident, outsider, wanted.role, now)
        if wanted.role == LEAD:
            change(incident, step.target, now)
        else:
            stand_by_assignments(incident, now)
        entry = _written(incident, outsider, wanted, now)
        _refer(incident, outsider, wanted, entry)
        return entry


def _reachable(outsider: Agency | None) -> Agency:
    if outsider is None or not outsider.is_outside or not outsider.active:
        raise Invalid.at("outsider", _("Please choose to whom it goes."))
    if not outsider.email:
        raise Invalid.at(
            "outsider", _("No e-mail address of this agency is known. An administrator can add it.")
        )
    return outsider


def _give(incident: Incident, outsider: Agency, role: Assignment.Role, now: datetime) -> None:
    if role == LEAD:
        others = incident.assignments.filter(role=LEAD).exclude(agency=outsider)
        others.update(role=Assignment.Role.SUPPORT, updated_at=now)
    given = {"role": role, "status": A.SENT, "why": "operator", "assigned_at": now, "updated_at": now}
    Assignment.objects.update_or_create(incident=incident, agency=outsider, defaults=given)


def _written(incident: Incident, outsider: Agency, wanted: Forwarding, now: datetime) -> Entry:
    given = [{"code": outsider.code, "name": outsider.name, "role": wanted.role.value}]
    passed = {"reports": len(set(wanted.complaints)), "photos": wanted.photos}
    happening = Happening(
        K.FORWARDED, now, public=True, by=wanted.by.user, agency=outsider, text=wanted.text.strip(),
        data={"agencies": given, "passed": passed},
    )  # fmt: skip
    return append(incident, happening, tell_reporters=reachable(incident))


def _refer(incident: Incident, outsider: Agency, wanted: Forwarding, entry: Entry) -> None:
    known = {"by": wanted.by.user, "made_at": entry.at, "entry": entry, "photos": wanted.photos}
    known["withdrawn_at"] = None
    if wanted.external_id.strip():
        known["external_id"] = external_id(wanted.external_id)
    referral, _made = Referral.objects.update_or_create(incident=incident, outsider=outsider, defaults=known)
    referral.complaints.set(incident.complaints.filter(pk__in=list(wanted.complaints)))
    send_link(referral, entry, entry.at)


def pass_on_by_rule(incident: Incident, outsider: Agency, entry: Entry) -> None:
    """What routing gives to an outside agency goes there by itself only where all may know of it: the covered words
    of an open topic, never a photo. Of anything else an operator decides."""
    if incident.confidential or incident.category.tier != Category.Tier.OPEN or not outsider.email:
        return
    referral = Referral.objects.create(incident=incident, outsider=outsider, made_at=entry.at)
    referral.complaints.set(incident.complaints.all())
    send_link(referral, entry, entry.at)


@dataclass(frozen=True)
class Reply:
    """What an outside agency says. `after`: how many answers there were when it began to write."""

    kind: Entry.Kind
    text: str
    pictures: tuple[Picture, ...] = ()
    external_id: str = ""
    after: int = 0


def answer(link: ReferralLink, reply: Reply) -> Entry:
    """Keep what an outside agency says through its link.

    Raises Conflict (sent twice, or the link opens nothing any more), Invalid.
    """
    if reply.kind not in ANSWERS:
        raise Invalid.at("kind", _("Please choose what to do."))
    number = external_id(reply.external_id)
    with kept_files(reply.pictures) as files, transaction.atomic():
        incident = Incident.every.select_for_update(no_key=True).get(pk=link.referral.incident_id)
        referral = (
            Referral.objects.select_for_update(of=("self",))
            .select_related("outsider")
            .get(pk=link.referral_id)
        )
        link.referral, referral.incident = referral, incident
        if standing(link, timezone.now()) != Standing.OPEN:
            raise Conflict(_("This link opens the case no longer, so nothing was sent."))
        if reply.after != referral.answers:
            raise Conflict(
                _("Your answer is there already, or a colleague has answered. Please read it below first.")
            )
        step = step_for(incident, reply.kind, OUTSIDER)
        check_needs(step, reply.text, reply.pictures, None)
        entry = _answered(incident, referral, step, reply)
        attach(entry, reply.pictures, files)
        referral.answers += 1
        referral.external_id = number or referral.external_id
        referral.save(update_fields=["answers", "external_id"])
        return entry


def _answered(incident: Incident, referral: Referral, step: Transition, reply: Reply) -> Entry:
    now, outsider = timezone.now(), referral.outsider
    held = incident.assignments.get(agency=outsider)
    states = {K.RESOLVED: A.DONE, K.RETURNED: A.RETURNED}
    held.status, held.updated_at = states.get(reply.kind, max(A.ACCEPTED, A(held.status), key=_how_far)), now
    held.save(update_fields=["status", "updated_at"])
    if reply.kind != K.RETURNED:
        incident.first_answer_at = incident.first_answer_at or now
    if reply.kind != K.OUTSIDE and held.role == LEAD and incident.phase == Phase.OUTSIDE:
        change(incident, step.target, now)
    else:
        stand_by_assignments(incident, now)
    happening = Happening(reply.kind, now, public=True, agency=outsider, text=reply.text.strip())
    others = [one for one in incident.holders() if one != outsider]
    told = [(Notice.To.OPERATOR, None)]
    return append(incident, happening, tell_agencies=others, tell_reporters=reachable(incident), tell=told)


def _how_far(status: Assignment.Status) -> int:
    return (A.SENT, A.ACCEPTED, A.WORKING, A.DONE, A.RETURNED, A.RELEASED).index(status)


def external_id(text: str) -> str:
    """The number that another system has for a case. Raises Invalid."""
    number = text.strip()
    if len(number) > MOST_ID or not is_text(number):
        raise Invalid.at("external_id", _("A number of another system has at most 80 characters."))
    return number


def send_again(incident: Incident, outsider: Agency, by: Viewer) -> Entry:
    """A new link for an outside agency that has the case; the one before opens nothing any more. Raises Conflict."""
    with transaction.atomic():
        incident = locked_incident(incident.pk)
        referral = incident.referrals.select_related("outsider").filter(outsider=outsider).first()
        if by.role != Member.Role.OPERATOR or referral is None:
            raise Conflict(_("Nothing of this case was passed on to this agency. Please forward it."))
        referral.incident = incident
        if referral_standing(referral) != Standing.OPEN:
            raise Conflict(_("This agency does not have the case (any more). Please forward it anew."))
        now = timezone.now()
        happening = Happening(K.FORWARDED, now, by=by.user, agency=outsider, data={"link": "new"})
        entry = append(incident, happening)
        send_link(referral, entry, now)
        return entry


def want_new(link: ReferralLink) -> bool:
    """The operators hear that a new link is asked for, once for each link. Says whether they were told."""
    with transaction.atomic():
        incident = Incident.every.select_for_update(no_key=True).get(pk=link.referral.incident_id)
        link = (
            ReferralLink.objects.select_for_update(of=("self",))
            .select_related("referral__outsider")
            .get(pk=link.pk)
        )
        if link.wanted_at:
            return False
        link.wanted_at = timezone.now()
        link.save(update_fields=["wanted_at"])
        happening = Happening(
            K.OUTSIDE, link.wanted_at, agency=link.referral.outsider, data={"link": "wanted"}
        )
        append(incident, happening, tell=[(Notice.To.OPERATOR, None)])
        return True
