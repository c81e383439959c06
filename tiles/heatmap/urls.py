"""Addresses below /pimpinan/peta (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from tiles.heatmap import views

app_name = "heatmap"
urlpatterns: list[URLPattern] = [
    path("", views.page, name="page"),
    path("/<str:by>.csv", views.table, name="table"),
]
