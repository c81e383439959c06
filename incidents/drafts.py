"""Photos of a form that came back with errors: kept for an hour, so that nobody has to choose them again.

Browsers forget chosen files when a page is shown again. The form carries a signed name instead: who has it, sent it.
"""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from django.conf import settings
from django.core import signing

from incidents.photos import Picture
from incidents.uploads import Upload

SALT = "photo-draft"
KEPT_SECONDS = 3600


def keep_draft(upload: Upload) -> str:
    """Put a photo aside; gives the signed text that brings it back."""
    name = f"{secrets.token_hex(16)}.jpg"
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / name).write_bytes(upload.picture.jpeg)
    said = {"name": name, "sha256": upload.sha256, "size": [upload.picture.width, upload.picture.height]}
    return signing.dumps(said, salt=SALT)


def recall_draft(token: str) -> Upload | None:
    """The photo of a signed text, None when it is too old or not ours."""
    try:
        said = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
        jpeg = (folder() / said["name"]).read_bytes()
    except (signing.BadSignature, OSError):
        return None
    width, height = said["size"]
    return Upload(Picture(jpeg, width, height), said["sha256"])


def forget_drafts() -> int:
    """Delete photos that were put aside more than an hour ago; returns how many."""
    if not folder().is_dir():
        return 0
    old = [path for path in folder().iterdir() if path.stat().st_mtime < time.time() - KEPT_SECONDS]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "drafts"
