"""Settings of the private cluster: a small server, durable, quiet about what people wrote."""

from __future__ import annotations

import os
from pathlib import Path

# Statements and details are kept out of the log: they would hold names, contacts and descriptions.
TEMPLATE = """\
# Written by set-up at every start.
listen_addresses = ''
port = 5432
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = {shared}MB
effective_cache_size = {cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
fsync = on
full_page_writes = on
synchronous_commit = on
password_encryption = 'scram-sha-256'
idle_in_transaction_session_timeout = '10min'
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
logging_collector = off
log_statement = 'none'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_checkpoints = off
"""


def render(sockets: Path, memory_mb: int | None = None) -> str:
    """The configuration for a machine with so much memory (default: this one)."""
    if memory_mb is None:
        memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared = min(max(memory_mb // 8, 64), 512)
    return TEMPLATE.format(sockets=sockets, shared=shared, cache=max(memory_mb // 2, 256))
