"""Addresses below /luar: what an outside agency opens with its link."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.outside import pages

app_name = "outside"
urlpatterns: list[URLPattern] = [
    path("<str:token>", pages.page, name="case"),
    path("<str:token>/foto/<int:pk>", pages.photo, name="photo"),
    path("<str:token>/tautan-baru", pages.new_link, name="new-link"),
]
