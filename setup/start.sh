#!/usr/bin/env bash
# The door of every make target: prepare the machine, then hand over to Python.   start.sh run|test|bench|lint|…
set -euo pipefail
cd "$(dirname "$0")/.."
. setup/lib.sh
target=$1
shift

port_is_taken() { (exec 3<>"/dev/tcp/${HOST:-127.0.0.1}/$1") 2>/dev/null; }

if [ "$target" = run ]; then  # before anything long
    port=${PORT:-8000}
    [[ $port =~ ^[0-9]{1,5}$ ]] && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || die "PORT=$port is not a port"
    port_is_taken "$port" && die "port $port is in use; choose another: make run PORT=8001"
    if [ -n "${CITY:-}" ] && ! [ -f "$CITY/city.toml" ] && ! [ -f "${CALLER:-.}/$CITY/city.toml" ]; then
        die "CITY=$CITY is not a city's folder: it holds no city.toml (README.md says what such a folder is)"
    fi
fi

umask 022
mkdir -p "$VAR/log" "$VAR/static"
exec 9>"$VAR/setup.lock"
flock -n 9 || { say "Waiting for another make of this clone to finish its set-up"; flock 9; }
case $target in run) kind=runtime ;; bench) kind=bench ;; *) kind=dev ;; esac
bash setup/system.sh "$([ "$target" = test ] && echo test || echo run)"
bash setup/python.sh "$kind"
bash setup/npm.sh
exec 9>&-

if [ "$target" = test ]; then
    CHROMIUM=$(find_chromium)
    export CHROMIUM
fi
exec .venv/bin/python -m "setup.$target" "$@"
