"""Addresses below /pengelola/edisi (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.borders import pages

app_name = "borders"
urlpatterns: list[URLPattern] = [
    path("", pages.index, name="index"),
    path("/bandingkan", pages.compare, name="compare"),
    path("/peta.geojson", pages.shapes, name="shapes"),
    path("/berlakukan", pages.activate, name="activate"),
    path("/tempatkan", pages.relocate, name="relocate"),
    path("/pekerjaan", pages.runs, name="runs"),
]
