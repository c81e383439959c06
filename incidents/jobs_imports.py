"""The jobs of lists from elsewhere."""

from __future__ import annotations

from procrastinate.contrib.django import app

from incidents.imports.runs import carry_out, forget_imports, standing_still


# Somebody waits before the page: not behind a day's mail.
@app.task(name="incidents.carry_out_import", queue="imports", priority=10)
def carry_out_import(run_id: int) -> None:
    """Look over or load a list."""
    carry_out(run_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="incidents.resume_imports", queue="imports")
def resume_imports(timestamp: int) -> None:
    """Go on where a worker died over a list."""
    for run_id in standing_still():
        carry_out(run_id)


@app.periodic(cron="23 3 * * *")
@app.task(name="incidents.forget_imports", queue="upkeep")
def forget_old_imports(timestamp: int) -> None:
    """Delete the files of old lists."""
    forget_imports()
