"""Addresses below /pengelola/wilayah-layanan (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.coverage import pages

app_name = "coverage"
urlpatterns: list[URLPattern] = [
    path("", pages.page, name="page"),
    path("/jawaban", pages.answer, name="answer"),
    path("/peta.geojson", pages.shapes, name="shapes"),
]
