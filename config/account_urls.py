"""Signing in and passwords, below /akun/. Of allauth's views only these: an administrator alone changes addresses,
so a borrowed session cannot become a lasting one.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import path, re_path
from django.views.decorators.cache import never_cache

RESET_KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("signup/", views.signup, name="account_signup"),  # closed; allauth links to it by name
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", never_cache(views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", never_cache(views.password_change), name="account_change_password"),
    path("password/reset/", never_cache(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", never_cache(views.password_reset_done), name="account_reset_password_done"),
    re_path(RESET_KEY, never_cache(views.password_reset_from_key), name="account_reset_password_from_key"),
    path(
        "password/reset/key/done/",
        never_cache(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
