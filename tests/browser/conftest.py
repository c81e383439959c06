"""A real Chromium before the real server. A page that logs an error or breaks the security policy fails its test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import expect as expect_that
from pytest_django.live_server_helper import LiveServer

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",  # Chromium refuses root otherwise
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, DESK = (360, 740), (1366, 768)
# Software draws a map in seconds of both processors. Tests that are not about it see what a phone without WebGL sees:
# the same page with a calm note in the map's place. Those that are about it carry the mark `map`.
WITHOUT_WEBGL = """
const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : context.call(this, kind, ...rest);
};
"""

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pages read released tables, too: the server of these tests has both doors to the database."""
    both = pytest.mark.django_db(transaction=True, databases=["default", "public"])
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(both, append=False)


def chromium_path() -> str:
    """The browser that `make test` found (CHROMIUM), else one on PATH."""
    names = (
        os.environ.get("CHROMIUM", ""),
        "chromium-headless-shell",
        "chromium",
        "google-chrome",
        "chromium-browser",
    )
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium on PATH; make test installs it, or set CHROMIUM=/path"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's own event loop would make Django refuse the database in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect_that.set_options(timeout=20_000)  # a map drawn by software on a busy machine takes its time
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def sign_in(context: BrowserContext, server: LiveServer, user: User) -> None:
    """Give the browser the session of this person."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """visit(path, size=DESK, theme="light", user=None, expect=()) → the page, loaded.

    `expect` names console messages that belong to the test (e.g. "404"); any other error fails it at the end.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(
        path: str,
        size: tuple[int, int] = DESK,
        theme: Any = "light",
        user: User | None = None,
        expect: tuple[str, ...] = (),
        **options: Any,
    ) -> Page:
        options.setdefault("reduced_motion", "reduce")  # each frame of a moving map is drawn by software
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme=theme, locale="id-ID", **options
        )
        contexts.append(context)
        if request.node.get_closest_marker("map") is None:
            context.add_init_script(WITHOUT_WEBGL)
        if user:
            sign_in(context, live_server, user)
        page = context.new_page()

        def note(text: str) -> None:
            if not any(word in text for word in expect):
                problems.append(f"{path}: {text}")

        page.on("console", lambda message: note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.goto(live_server.url + path, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def accessibility_problems(page: Page) -> list[str]:
    """What axe-core finds (WCAG 2.2 A and AA, best practices), one line for each."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']})"
    )
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


def overflows(page: Page) -> bool:
    """Whether the page has to be scrolled sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
