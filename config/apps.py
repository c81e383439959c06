from django.apps import AppConfig
from django.contrib.admin import apps as admin


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers itself)


class AdministrationConfig(admin.AdminConfig):
    """Django's admin with our site (config/administration.py) in the place of its own."""

    default = False
    default_site = "config.administration.Administration"
