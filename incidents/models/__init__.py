"""All tables of the incidents room."""

from incidents.models.camera import Camera, CctvEvent, CctvMessage, Rule
from incidents.models.case import Assignment, Entry, Incident, Note, Phase
from incidents.models.channel import PushSubscription
from incidents.models.clock import Late, Reminder, ReminderRule, Round
from incidents.models.correction import Correction
from incidents.models.deadline import DayOff, Limit, Timed
from incidents.models.desk import OPERATORS, CaseWords, InboxLine, InboxPlace, SavedFilter
from incidents.models.follow import Follower, Handle
from incidents.models.fusion import Apart, ClosedTime, Fusion, Stay
from incidents.models.limits import RateWindow
from incidents.models.listing import ImportRun
from incidents.models.outbox import Notice
from incidents.models.policy import Category, FormerTier
from incidents.models.privacy import AccessLog, ExcludedAgency, HeldBack, LegalHold, PrivacyRequest, Retention
from incidents.models.referral import Referral, ReferralLink
from incidents.models.relocation import Doubt, Relocation
from incidents.models.report import Complaint, Photo, Reporter
from incidents.models.session import Session
from incidents.models.staff import Member, Token
from incidents.models.workflow import Status, Transition, Workflow

__all__ = [
    "OPERATORS",
    "AccessLog",
    "Apart",
    "Assignment",
    "Camera",
    "CaseWords",
    "Category",
    "CctvEvent",
    "CctvMessage",
    "ClosedTime",
    "Complaint",
    "Correction",
    "DayOff",
    "Doubt",
    "Entry",
    "ExcludedAgency",
    "Follower",
    "FormerTier",
    "Fusion",
    "Handle",
    "HeldBack",
    "ImportRun",
    "InboxLine",
    "InboxPlace",
    "Incident",
    "Late",
    "LegalHold",
    "Limit",
    "Member",
    "Note",
    "Notice",
    "Phase",
    "Photo",
    "PrivacyRequest",
    "PushSubscription",
    "RateWindow",
    "Referral",
    "ReferralLink",
    "Relocation",
    "Reminder",
    "ReminderRule",
    "Reporter",
    "Retention",
    "Round",
    "Rule",
    "SavedFilter",
    "Session",
    "Status",
    "Stay",
    "Timed",
    "Token",
    "Transition",
    "Workflow",
]
