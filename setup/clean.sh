#!/usr/bin/env bash
# `make clean`, with whatever Python there is: it must work when .venv is broken or was never made.
set -euo pipefail
cd "$(dirname "$0")/.."
. setup/lib.sh
. setup/find_python.sh
python=.venv/bin/python
"$python" -c '' 2>/dev/null || python=$(find_python) || python=$(command -v python3) || die "no python3 found"
exec "$python" -m setup.clean
