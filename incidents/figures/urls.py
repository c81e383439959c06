"""Addresses below /pimpinan/angka (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.figures import pages

app_name = "figures"
urlpatterns: list[URLPattern] = [
    path("", pages.page, name="page"),
    path("/<str:by>.csv", pages.table, name="table"),
]
