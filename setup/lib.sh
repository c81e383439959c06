# Shared by the shell scripts of set-up; sourced, never run.

say() { printf '▸ %s\n' "$*"; }

die() {
    printf 'kentongan: %s\n' "$*" >&2
    exit 1
}

# Everything that set-up writes lies here (KENTONGAN_VAR is read by config/settings.py too).
VAR=${KENTONGAN_VAR:-$PWD/var}

# Run as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 126
    fi
}

# True when the database is somebody else's, so no server is needed here.
database_is_outside() {
    local own=
    [ -r "$VAR/env" ] && own=$(sed -n 's/^DATABASE_URL=//p' "$VAR/env")
    if [ -n "${DATABASE_URL:-}${DATABASE_URL_FILE:-}" ]; then
        [ "${DATABASE_URL:-}" != "$own" ]
    else
        [ -r .env ] && grep -Eq '^(export )?DATABASE_URL(_FILE)?=.' .env
    fi
}

# The first usable Chromium or Chrome, the one without windows first: each page of the tests costs it less. Ubuntu's
# chromium-browser package is only a pointer to a snap.
find_chromium() {
    local name path
    for name in "${CHROMIUM:-}" chromium-headless-shell chromium google-chrome google-chrome-stable chromium-browser /snap/bin/chromium; do
        [ -n "$name" ] || continue
        path=$(command -v "$name") || continue
        if "$path" --version >/dev/null 2>&1; then
            printf '%s\n' "$path"
            return
        fi
    done
    return 1
}
