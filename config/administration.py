"""The administration at /pengelola/: for superusers, through the same sign-in as everybody."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from geo.errors import Forbidden
from incidents.access import is_administrator

# Brought along by other packages and not for hands: addresses live in the accounts, second factors are their owners',
# the identity provider stands in the settings, jobs are watched in the operation.
NOT_SHOWN = {"account", "mfa", "procrastinate", "socialaccount"}


class Administration(AdminSite):
    site_header = site_title = _("Kentongan administration")
    index_title = _("What this city decides")
    site_url = "/"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The one sign-in of the house, with its limits. Who is signed in without being allowed is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Forbidden(_("The administration is for administrators."))
        target = request.GET.get("next") or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Every table but those of `NOT_SHOWN`: what is not shown has no address either."""
        models = [model_or_iterable] if hasattr(model_or_iterable, "_meta") else list(model_or_iterable)
        shown = [model for model in models if model._meta.app_label not in NOT_SHOWN]
        super().register(shown, admin_class, **options)
