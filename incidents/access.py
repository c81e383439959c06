"""Who may see which case: the only way from a request to an incident. A view cannot forget the check."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from geo.errors import Conflict, Forbidden, NotFound, Unauthorized
from geo.models import Agency
from incidents.closed_time import closed
from incidents.models import Assignment, Category, CctvEvent, Entry, ExcludedAgency, Incident, Member, Photo

Role = Member.Role
FIGURES = (Role.OPERATOR, Role.HEAD, Role.LEADERSHIP, Role.AUDITOR)
# Who sees the whole city or decides for an agency shows a second factor; officers may have one.
SECOND_FACTOR = (Role.OPERATOR, Role.HEAD, Role.LEADERSHIP, Role.STEWARD, Role.AUDITOR, Role.ADMIN)


@dataclass(frozen=True)
class Viewer:
    """Somebody who works here, with one role and, where the role belongs to one, an agency."""

    user: User
    role: Member.Role
    agency: Agency | None


def role_of(user: AbstractBaseUser | AnonymousUser) -> Member.Role | None:
    """The role of a signed-in user; None for visitors and for users without one."""
    member = getattr(user, "member", None) if user.is_authenticated else None
    return Member.Role(member.role) if member else None


def signed_in(request: HttpRequest) -> User:
    """Whoever is signed in, with a role or without. Raises Unauthorized."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise Unauthorized(_("Please sign in."))
    return user


def needs_second_factor(user: User) -> bool:
    """Whether this account may work only with a second factor."""
    return role_of(user) in SECOND_FACTOR or is_administrator(user)


def staff(request: HttpRequest, *roles: Member.Role) -> Viewer:
    """The signed-in viewer, if one of the roles is theirs. Raises Unauthorized, Forbidden."""
    user = signed_in(request)
    role = role_of(user)
    if role is None:
        raise Forbidden(_("Your account has no role here yet. Please ask your administrator to give it one."))
    if roles and role not in roles:
        raise Forbidden(_("Your account has no access to this page."))
    return Viewer(user, role, user.member.agency)


def operator(request: HttpRequest) -> Viewer:
    """The operator who asks: takes cases in, hands them to agencies. Raises Unauthorized, Forbidden."""
    return staff(request, Role.OPERATOR)


def desk_worker(request: HttpRequest) -> Viewer:
    """Somebody who works cases: operator, officer or head. Raises Unauthorized, Forbidden."""
    return staff(request, Role.OPERATOR, *Member.AT_AGENCY)


def overseer(request: HttpRequest) -> Viewer:
    """Somebody who looks at cases in numbers: head, leadership or operator. Raises Unauthorized, Forbidden."""
    return staff(request, Role.HEAD, Role.LEADERSHIP, Role.OPERATOR)


def figures_reader(request: HttpRequest) -> Viewer:
    """Somebody who sees the city's or the own agency's figures. Raises Unauthorized, Forbidden."""
    return staff(request, *FIGURES)


def map_reader(request: HttpRequest) -> Viewer:
    """Somebody who may see cases as points: the desk and the leadership. Raises Unauthorized, Forbidden."""
    return staff(request, Role.OPERATOR, *Member.AT_AGENCY, Role.LEADERSHIP)


def data_steward(request: HttpRequest) -> Viewer:
    """The data steward who asks: decides what is released. Raises Unauthorized, Forbidden."""
    return staff(request, Role.STEWARD)


def auditor(request: HttpRequest) -> Viewer:
    """The auditor who asks: reads who did what, changes nothing. Raises Unauthorized, Forbidden."""
    return staff(request, Role.AUDITOR)


def is_administrator(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person decides what the city decides: the pages under /pengelola/."""
    return isinstance(user, User) and user.is_active and user.is_superuser


def administrator(request: HttpRequest) -> User:
    """The signed-in administrator. Raises Unauthorized, Forbidden."""
    user = signed_in(request)
    if not is_administrator(user):
        raise Forbidden(_("The administration is for administrators."))
    return user


def visible_incidents(viewer: Viewer) -> QuerySet[Incident]:
    """The incidents that this viewer may see.

    Operators see all; officers and heads those that their agency holds; leadership and administrators the whole city
    without confidential ones; data stewards none.
    """
    every = Incident.objects.all()
    if viewer.role == Role.OPERATOR:
        return every
    if viewer.role in Member.AT_AGENCY:
        return incidents_of(viewer.agency)
    if viewer.role == Role.LEADERSHIP:
        return counted()
    return every.none()


def counted() -> QuerySet[Incident]:
    """What may be counted, drawn, offered or fed outside the agencies that hold it: no case with a confidential report.

    Every figure, map and list for others than a case's own agencies begins here.
    """
    return Incident.objects.filter(confidential=False)


def offerable() -> QuerySet[Incident]:
    """What people who did not report it may be offered, or join: counted cases filed under a topic of the open tier.

    A case whose topic was corrected from a stricter tier stays what its reporter was promised.
    """
    stricter = Category.objects.exclude(tier=Category.Tier.OPEN).values("code")
    loosened = Entry.objects.alias(was=KT("data__category__from__code")).filter(
        incident=OuterRef("pk"), kind=Entry.Kind.CORRECTED, was__in=stricter
    )
    return counted().filter(~Exists(loosened))


def countable_incidents(viewer: Viewer) -> QuerySet[Incident]:
    """What this viewer's figures are made of: their agency's cases, or the city's without the confidential ones.

    Figures outside the handling agencies never hold confidential cases, whoever looks; data stewards have releases.
    """
    if viewer.agency:
        return incidents_of(viewer.agency)
    if viewer.role in (Role.OPERATOR, Role.LEADERSHIP, Role.AUDITOR):
        return counted()
    return Incident.objects.none()


def incidents_of(agency: Agency | None) -> QuerySet[Incident]:
    """The incidents that an agency holds: not those that it returned, was released from, or that are about it."""
    if (
        agency is None or agency.is_outside
    ):  # an outside agency has its links, and what was passed on with them
        return Incident.objects.none()
    held = Assignment.objects.filter(agency=agency).exclude(status__in=Assignment.GONE)
    about_it = ExcludedAgency.objects.filter(incident=OuterRef("pk"), agency=agency)
    return Incident.objects.filter(~Exists(about_it), pk__in=held.values("incident_id"))


def left_with(agency: Agency) -> list[int]:
    """The cases (keys) that an agency was left with though a report is about it; usually none."""
    theirs = Assignment.objects.filter(agency=agency, incident=OuterRef("incident"))
    about_it = ExcludedAgency.objects.filter(
        Exists(theirs.exclude(status__in=Assignment.GONE)), agency=agency
    )
    return list(about_it.values_list("incident_id", flat=True))


def kept_out(incident: Incident) -> set[int]:
    """The agencies (keys) that the reports of a case are about: they may not have it."""
    return set(incident.excluded.values_list("agency_id", flat=True))


def visible_events(viewer: Viewer) -> QuerySet[CctvEvent]:
    """What cameras saw, as far as this viewer may know: operators and leadership all, agencies their own."""
    if viewer.role in (Role.OPERATOR, Role.LEADERSHIP):
        return CctvEvent.objects.all()
    if viewer.role in Member.AT_AGENCY:
        return events_of(viewer.agency)
    return CctvEvent.objects.none()


def events_of(agency: Agency | None) -> QuerySet[CctvEvent]:
    """The events of an agency's cameras, and those that became a case that it holds."""
    if agency is None:
        return CctvEvent.objects.none()
    return CctvEvent.objects.filter(Q(camera__agency=agency) | Q(incident__in=incidents_of(agency)))


def incident_for(viewer: Viewer, pk: int) -> Incident:
    """One incident, if the viewer may see it. Raises NotFound also for those that exist but are not theirs."""
    incident = visible_incidents(viewer).select_related("category", "camera").filter(pk=pk).first()
    if incident is None:
        raise NotFound(_("This case does not exist or is not your agency's."))
    return incident


def moved_on() -> Conflict:
    """What to raise when a case is no longer as the person who acts has it before them."""
    return Conflict(_("This step is no longer possible: the case has moved on. Please reload it."))


def locked_incident(pk: int) -> Incident:
    """The incident, locked until the transaction ends. Raises Conflict when it was merged into another one."""
    # Without the key: what points at the case meanwhile (fusion/offers.py) waits for nobody.
    incident = Incident.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if incident is None:
        raise moved_on()
    return incident


def assignment_for(viewer: Viewer, pk: int) -> Assignment:
    """The viewer's own agency's assignment of an incident, to be worked on. Raises NotFound, Conflict."""
    if viewer.role not in Member.AT_AGENCY or viewer.agency is None:
        raise Forbidden(_("Only the agency itself can do this."))
    incident = incident_for(viewer, pk)
    held = incident.assignments.select_related("agency", "incident").filter(agency=viewer.agency).first()
    if held is None:  # it ended between the two questions
        raise moved_on()
    return held


def photo_for(viewer: Viewer, pk: int) -> Photo:
    """A photo of a report or of finished work, if its incident is the viewer's to see. Raises NotFound."""
    seen = visible_incidents(viewer).values("pk")
    of_case = Q(entry__incident__in=seen, entry__complaint=None)
    if viewer.role != Role.OPERATOR:
        of_case &= Q(~closed("entry__", viewer.agency))
    of_report = Q(complaint__incident__in=seen) | Q(entry__complaint__incident__in=seen)
    photo = Photo.objects.filter(of_case | of_report, pk=pk).first()
    if photo is None:
        raise NotFound(_("This photo does not exist or is not your agency's."))
    return photo
