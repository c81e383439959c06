#!/usr/bin/env bash
# Make .venv, with uv in it, and bring it to the lock.   python.sh runtime|dev|bench
set -euo pipefail
cd "$(dirname "$0")/.."
. setup/lib.sh
. setup/find_python.sh

STAMP=.venv/.kentongan-lock   # "<lock file> <sha256>": inside .venv, so it goes when .venv goes
export UV_PYTHON_DOWNLOADS=never

sum() { sha256sum "$1" | cut -d' ' -f1; }
# Each kind holds the ones before it.
lock_of() {
    case $1 in runtime) echo requirements.lock ;; dev) echo requirements-dev.lock ;; bench) echo requirements-bench.lock ;; esac
}
# What is installed already may be more than is asked for: packages are never taken away.
kind_needed() {
    local lock
    read -r lock _ 2>/dev/null <"$STAMP" || lock=
    case $1:$lock in
        *:requirements-bench.lock) echo bench ;;
        runtime:requirements-dev.lock) echo dev ;;
        *) echo "$1" ;;
    esac
}

is_current() {
    local lock hash
    read -r lock hash 2>/dev/null <"$STAMP" || return 1
    [ "$lock" = "$(lock_of "$1")" ] || return 1
    [ -f "$lock" ] && [ "$(sum "$lock")" = "$hash" ] && .venv/bin/python -c '' 2>/dev/null
}

# The lock's own entry of uv, hashes included.
uv_of_lock() { awk '/^uv==/ {on=1} on {print; if ($0 !~ /\\$/) exit}' requirements.lock; }

# Only where the machine has no Python >= 3.12 at all (Debian 12 as it comes).
download_python() {
    say "No Python >= 3.12 on this machine: downloading one into $VAR/python"
    python3 -m venv --clear "$VAR/uv"
    "$VAR/uv/bin/python" -m pip install -q --require-hashes -r <(uv_of_lock)
    UV_PYTHON_DOWNLOADS=manual "$VAR/uv/bin/uv" python install --install-dir "$VAR/python" --no-bin 3.13 ||
        die "no Python >= 3.12 found and none could be downloaded; install one (pyenv install 3.13) and try again"
}

make_venv() {
    local python
    python=$(find_python) || { download_python && python=$(find_python); } || exit 1
    say "Making .venv with $("$python" -V) ($python)"
    "$python" -m venv --clear .venv || die "$python cannot make environments; install its venv package"
}

kind=$(kind_needed "$1")
is_current "$kind" && exit 0
.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || make_venv
lock=$(lock_of "$kind")
if ! [ -x .venv/bin/uv ]; then
    .venv/bin/python -m pip install -q --require-hashes -r <(uv_of_lock) || die "pip could not install uv"
fi
# uv does not read pip's settings; a network whose mirror is named there must work all the same.
mirror=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
[ -z "$mirror" ] || [ -n "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] || export UV_DEFAULT_INDEX=$mirror
say "Installing Python packages ($lock)"
.venv/bin/uv pip sync -q --python .venv/bin/python --require-hashes --compile-bytecode "$lock" ||
    die "uv could not install $lock; see the lines above"
echo "$lock $(sum "$lock")" >"$STAMP"
