"""All addresses of the site."""

from __future__ import annotations

from allauth.account import views as account
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import health
from config.api import api

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("incidents.citizen.urls")),
    path("luar/", include("incidents.outside.urls")),
    path("meja", include("incidents.desk.urls")),
    path("meja", include("incidents.guarding.urls")),
    path("pimpinan/angka", include("incidents.figures.urls")),
    path("pimpinan/peta", include("tiles.heatmap.urls")),
    path("tiles/", include("tiles.urls")),
    path("data/kelola/", include("opendata.desk.urls")),
    path("data/", include("opendata.catalogue.urls")),
    path("api/v1/", api.urls),
    path("api/3/action/", include("opendata.ckan_urls")),
    path("api/action/", include(("opendata.ckan_urls", "ckan"), namespace="ckan-unversioned")),
    path("akun/", include("config.account_urls")),
    path("masuk", account.login, name="account_login"),
    path("keluar", account.logout, name="account_logout"),
    path("pengelola/wilayah-layanan", include("incidents.coverage.urls")),
    path("pengelola/edisi", include("incidents.borders.urls")),
    path("pengelola/alur", include("incidents.flow_pages.urls")),
    path("pengelola/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.alive),
    path("readyz", health.ready),
]
