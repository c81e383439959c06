"""The site plus bare pages on which the frame and the map are tried by themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import URLPattern, URLResolver, path

from config.urls import handler400, handler403, handler404
from config.urls import urlpatterns as site

BARE_MAP = """{% extends "base_map.html" %}{% block panel %}<h1>Peta uji</h1><a href="/">Ke depan</a>{% endblock %}"""
__all__ = ["handler400", "handler403", "handler404", "urlpatterns"]


def bare_map(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(BARE_MAP).render({}, request))


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


urlpatterns: list[URLPattern | URLResolver] = [path("peta-uji", bare_map), path("rusak-uji", broken), *site]
