# Finds interpreters; sourced after lib.sh.

# Tried in this order: the newest series that every package of the lock has wheels for, then anything newer.
PYTHON_SERIES="3.14 3.13 3.12 3.15 3.16 3.17"

# A final release with the parts that an environment needs. (A pyenv shim of a version not chosen fails here.)
python_is_usable() {
    "$1" -c 'import sys, ssl, ctypes, sysconfig
ok = sys.version_info >= (3, 12) and sys.version_info.releaselevel == "final"
sys.exit(0 if ok and not sysconfig.get_config_var("Py_GIL_DISABLED") else 1)' >/dev/null 2>&1
}

# Print the path of the newest Python >= 3.12 of this machine, or fail.
find_python() {
    local series path
    if [ -n "${PYTHON:-}" ]; then
        path=$(command -v "$PYTHON") && python_is_usable "$path" && printf '%s\n' "$path" && return
        die "PYTHON=$PYTHON is not a working Python 3.12 or newer"
    fi
    for series in $PYTHON_SERIES; do
        for path in $(type -ap "python$series") \
            "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$series".*/bin/python"$series" \
            "$HOME"/.local/share/uv/python/cpython-"$series".*/bin/python"$series" \
            /usr/local/bin/python"$series" /opt/python*/bin/python"$series" "$VAR"/python/*/bin/python"$series"; do
            if [ -x "$path" ] && python_is_usable "$path"; then
                printf '%s\n' "$path"
                return
            fi
        done
    done
    path=$(command -v python3) && python_is_usable "$path" && printf '%s\n' "$path"
}
