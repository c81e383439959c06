#!/usr/bin/env bash
# Install the Debian/Ubuntu packages that are missing, and nothing else.   system.sh run|test
set -euo pipefail
cd "$(dirname "$0")/.."
. setup/lib.sh
. setup/find_python.sh

LOG=$VAR/log/apt.log
CREATECLUSTER=/etc/postgresql-common/createcluster.d
needed=()   # without these nothing works
wished=()   # a test skips by name without these
unknown=    # a need that no package of apt's lists meets

# (Not with "… | grep -q": it closes the pipe early, which pipefail then takes for a failure.)
has_library() { [[ $(/sbin/ldconfig -p) == *"$1"* ]]; }
is_offered() { [[ $(apt-cache policy "$1" 2>/dev/null) == *"Candidate: "[!\(]* ]]; }

# Majors of PostgreSQL on this machine, newest first.
server_majors() { ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | cut -d/ -f5 | sort -rn; }

postgis_is_there() {
    local major
    for major in $(server_majors); do
        [ -e "/usr/share/postgresql/$major/extension/postgis.control" ] && return
    done
    return 1
}

want_postgis() {
    local major
    postgis_is_there && return
    for major in $(server_majors) $(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*postgresql-\([0-9]*\)$/\1/p'); do
        if [ "$major" -ge 15 ] && is_offered "postgresql-$major-postgis-3"; then
            needed+=("postgresql-$major" "postgresql-$major-postgis-3")
            return
        fi
    done
    unknown="PostgreSQL >= 15 with PostGIS 3"
}

want_python() {
    local python
    if python=$(find_python); then
        "$python" -c 'import ensurepip, venv' 2>/dev/null && return
        needed+=("python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv")
    elif ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        needed+=(python3 python3-venv)
    fi
}

list_packages() {
    needed=() wished=() unknown=
    want_python
    command -v msgfmt >/dev/null || needed+=(gettext)
    database_is_outside || want_postgis
    # PostGIS brings GDAL and GEOS with it; only a machine with its database elsewhere lacks them.
    if [[ " ${needed[*]-} " != *postgis* ]] && ! { has_library libgdal.so && has_library libgeos_c.so; }; then
        needed+=(gdal-bin)
    fi
    if [ "$1" = test ]; then
        find_chromium >/dev/null || want_chromium
        has_library libatomic.so.1 || needed+=(libatomic1)  # Playwright's own Node needs it
        docker-compose version >/dev/null 2>&1 || docker compose version >/dev/null 2>&1 || wished+=(docker-compose)
    fi
}

want_chromium() {
    if grep -q '^ID=ubuntu' /etc/os-release; then
        die "Ubuntu has Chromium only as a snap: run 'snap install chromium' or install Google Chrome, then make test again"
    fi
    needed+=(chromium-headless-shell)
}

# Debian makes and starts a cluster "main" with a new server package; this project never wants one.
without_main_cluster() {
    local made_folder=
    [ -d "$CREATECLUSTER" ] || made_folder=yes
    as_root mkdir -p "$CREATECLUSTER"
    echo 'create_main_cluster = false' | as_root tee "$CREATECLUSTER/kentongan.conf" >/dev/null
    trap 'as_root rm -f "$CREATECLUSTER/kentongan.conf"' EXIT
    "$@"
    local result=$?
    as_root rm -f "$CREATECLUSTER/kentongan.conf"
    [ -z "$made_folder" ] || as_root rmdir --ignore-fail-on-non-empty "$CREATECLUSTER"
    trap - EXIT
    return $result
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends "$@" >>"$LOG" 2>&1 9>&-
}

apt_update() {
    say "apt-get update"
    as_root apt-get -q update >>"$LOG" 2>&1 9>&- || say "apt-get update had errors (see $LOG); going on"
}

can_be_installed() {
    local package
    for package in "$@"; do is_offered "$package" || return 1; done
}

if ! command -v apt-get >/dev/null; then
    postgis_is_there || database_is_outside ||
        die "this is neither Debian nor Ubuntu: install PostgreSQL >= 15 with PostGIS 3, GDAL, gettext and Python >= 3.12"
    exit 0
fi
mkdir -p "$VAR/log"
list_packages "$1"
if [ -n "$unknown" ]; then  # a fresh image has no package lists
    apt_update
    list_packages "$1"
    [ -z "$unknown" ] || die "apt offers no $unknown; install it, or set DATABASE_URL (docs/install.md)"
fi

if [ ${#needed[@]} -gt 0 ]; then
    say "Installing packages: ${needed[*]}"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "packages are missing; as root run: apt-get install --no-install-recommends ${needed[*]}"
    fi
    can_be_installed "${needed[@]}" || apt_update
    without_main_cluster apt_install "${needed[@]}" ||
        { apt_update; without_main_cluster apt_install "${needed[@]}"; } ||
        { tail -n 15 "$LOG" >&2; die "apt-get could not install: ${needed[*]} (all of it: $LOG)"; }
fi
if [ ${#wished[@]} -gt 0 ]; then
    say "Installing packages: ${wished[*]}"
    apt_install "${wished[@]}" || say "${wished[*]} could not be installed; the tests that need it skip by name"
fi
