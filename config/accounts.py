"""Sign-in is for staff: accounts are made by an administrator, never by a visitor."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from incidents.access import role_of
from incidents.models import Member
from incidents.ratelimit import client_address

WORKPLACES = {
    Member.Role.HEAD: "/pimpinan/peta",
    Member.Role.LEADERSHIP: "/pimpinan/peta",
    Member.Role.STEWARD: "/data/",
}


class StaffAccounts(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one's work is. Who has no role yet is told so at the desk."""
        role = role_of(request.user)
        if role in {None, Member.Role.ADMIN} and getattr(request.user, "is_superuser", False):
            return reverse("admin:index")
        return WORKPLACES.get(role, reverse("desk:inbox")) if role else reverse("desk:inbox")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same client as for all other limits: behind proxies only those that we trust are believed."""
        return client_address(request)
