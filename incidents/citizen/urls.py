from __future__ import annotations

from django.urls import URLPattern, path

from incidents.citizen import browsers, find, following, offers, report, rights, track, views, word

app_name = "citizen"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("cari", find.page, name="find"),
    path("cari/sekitar", find.surroundings, name="surroundings"),
    path("lapor", report.page, name="report"),
    path("lapor/tujuan", report.destination, name="destination"),
    path("lapor/serupa", offers.similar, name="similar"),
    path("lapor/ikuti", offers.follow_offer, name="follow-offer"),
    path("lacak", track.ask, name="ask"),
    path("lacak/<str:tracking_code>", track.follow, name="follow"),
    path("lacak/<str:tracking_code>/alamat/<str:proof>", following.verify_address, name="verify"),
    path("lacak/<str:tracking_code>/berhenti", following.stop, name="stop"),
    path("lacak/<str:tracking_code>/kabar", browsers.page, name="push"),
    path("sw.js", browsers.worker, name="worker"),
    path("lacak/<str:tracking_code>/kata", word.say, name="say"),
    path("lacak/<str:tracking_code>/privasi", rights.page, name="rights"),
    path("lacak/<str:tracking_code>/foto/<int:pk>", track.photo, name="photo"),
]
