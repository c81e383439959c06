"""Addresses below /meja for what is covered, opened, released and kept out (no trailing slash)."""

from __future__ import annotations

from django.urls import URLPattern, path

from incidents.guarding import cover, looks, privacy, releases, reveal, timelines

app_name = "guarding"
urlpatterns: list[URLPattern] = [
    path("/foto/<int:pk>/samarkan", cover.page, name="cover"),
    path("/foto/<int:pk>/pulihkan", cover.uncovered, name="uncover"),
    path("/foto/<int:pk>/asli", cover.original, name="original"),
    path("/kasus/<int:pk>/ungkap", reveal.page, name="reveal"),
    path("/kasus/<int:pk>/privasi", privacy.page, name="privacy"),
    path("/privasi", privacy.requests, name="requests"),
    path("/privasi/<int:pk>", privacy.decided, name="decide"),
    path("/rilis", releases.page, name="releases"),
    path("/rilis/<int:pk>", releases.decide, name="release"),
    path("/riwayat", timelines.cases, name="cases"),
    path("/riwayat/<int:pk>", timelines.timeline, name="timeline"),
    path("/catatan-akses", looks.page, name="looks"),
]
