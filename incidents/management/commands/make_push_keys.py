"""Make the key by which push services know this city: printed, to be put into the settings."""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print a new PUSH_KEY. Another key makes every browser that subscribed before useless."

    def handle(self, *args: Any, **options: Any) -> None:
        number = generate_private_key(SECP256R1()).private_numbers().private_value
        key = base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")
        self.stdout.write(f"PUSH_KEY={key}")
