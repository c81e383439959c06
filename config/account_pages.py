"""/akun/: one's own account, where one is signed in, and the second factor's set-up."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.devices import device_name
from config.second_factor import has_second_factor
from geo.errors import NotFound
from incidents.access import needs_second_factor, signed_in
from incidents.sessions import end_session, end_sessions, sessions_of


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Who one is here, and the ways to password, second factor and sessions."""
    user = signed_in(request)
    context = {
        "member": getattr(user, "member", None),
        "second_factor": has_second_factor(user),
        "second_factor_needed": needs_second_factor(user),
        "sessions": len(sessions_of(user)),
    }
    return _private(render(request, "account/account.html", context))


@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Every browser in which this account is signed in."""
    found = sessions_of(signed_in(request), request.session.session_key)
    rows = [{"session": one, "device": device_name(one.agent)} for one in found]
    others = sum(not one.current for one in found)
    return _private(render(request, "account/sessions.html", {"rows": rows, "others": others}))


@require_POST
def end_one(request: HttpRequest, handle: str) -> HttpResponse:
    """Sign one of one's own browsers out."""
    if not end_session(signed_in(request), handle):
        raise NotFound(_("This session has ended already."))
    messages.success(request, _("Signed out there."))
    return HttpResponseRedirect(reverse("account_sessions"))


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    end_sessions(signed_in(request), but=request.session.session_key)
    messages.success(request, _("You are signed in only here now."))
    return HttpResponseRedirect(reverse("account_sessions"))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


class SetUpSecondFactor(ActivateTOTPView):
    """Whoever types the new app's code has shown the second factor for this session as well."""

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp", reauthenticated=True)
        return response
