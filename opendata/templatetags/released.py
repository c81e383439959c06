"""`{% load released %}{% newest_month as public_map %}`: the newest release for pages of the rooms below this one."""

from __future__ import annotations

from django import template

from opendata.front import Shown, shown

register = template.Library()


@register.simple_tag
def newest_month() -> Shown | None:
    """The newest month's problems by place; None before the first release."""
    return shown()
