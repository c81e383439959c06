"""The gate before a release: measured attacks on the candidate. Verdicts are published, so they name no secret."""
