"""GET /healthz: the process is up. GET /readyz: everything that it needs is there."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from geo.models import Edition

HEARTBEAT = timedelta(seconds=60)


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations, boundaries and the job worker are there, else 503 with what is missing."""
    try:
        executor = MigrationExecutor(connection)
        checks = {
            "database": True,
            "migrations": not executor.migration_plan(executor.loader.graph.leaf_nodes()),
            "edition": Edition.objects.filter(status=Edition.Status.ACTIVE).exists(),
            "worker": ProcrastinateWorker.objects.filter(
                last_heartbeat__gt=timezone.now() - HEARTBEAT
            ).exists(),
        }
    except DatabaseError:
        checks = {"database": False}
    fine = all(checks.values())
    return JsonResponse(
        {"status": "ok" if fine else "not ready", "checks": checks}, status=200 if fine else 503
    )
