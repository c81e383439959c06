"""Addresses below /pengelola/alur (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.flow_pages import pages

app_name = "workflow"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("/<int:version>/salin", pages.copy, name="copy"),
    path("/<int:version>/berlakukan", pages.activate, name="activate"),
]
