"""Addresses below /data/. Those of files are promises: they never change and never move."""

from __future__ import annotations

from django.urls import path, register_converter

from opendata.catalogue import files, views


class FileName:
    """A plain name: no slash, no byte that a database or a header could not hold."""

    regex = "[A-Za-z0-9._-]{1,120}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FileName, "file")

app_name = "catalogue"
urlpatterns = [
    path("", views.index, name="index"),
    path("dataset/<slug:slug>", views.dataset, name="dataset"),
    path("dataset/<slug:slug>/rilis/<slug:version>", views.version, name="version"),
    path("dataset/<slug:slug>/rilis/<slug:version>/<file:name>", files.file, name="file"),
    path("dataset/<slug:slug>/terbaru/<file:name>", files.newest_file, name="newest_file"),
]
