"""Signing in and passwords, below /akun/. Of allauth's views only these: an administrator alone changes addresses,
so a borrowed session cannot become a lasting one.
"""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as codes
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from django.urls import path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from config import account_pages as pages
from config import identity

RESET_KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("", pages.account, name="account"),
    path("sesi", pages.sessions, name="account_sessions"),
    path("sesi/lain/akhiri", pages.end_others, name="account_end_others"),
    path("sesi/<slug:handle>/akhiri", pages.end_one, name="account_end_session"),
    path("mfa/", RedirectView.as_view(pattern_name="account"), name="mfa_index"),
    path("mfa/kode/", never_cache(codes.authenticate), name="mfa_authenticate"),
    path("mfa/konfirmasi/", never_cache(codes.reauthenticate), name="mfa_reauthenticate"),
    path("mfa/aktifkan/", never_cache(pages.SetUpSecondFactor.as_view()), name="mfa_activate_totp"),
    path("mfa/matikan/", never_cache(app.deactivate_totp), name="mfa_deactivate_totp"),
    path("mfa/cadangan/", never_cache(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "mfa/cadangan/baru/",
        never_cache(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "mfa/cadangan/unduh/",
        never_cache(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("oidc/<slug:provider_id>/masuk/", identity.sign_in, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/kembali/", identity.come_back, name="openid_connect_callback"),
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
