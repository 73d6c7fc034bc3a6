# Sourced by run, test and check: sets $python to a Python 3.11 or newer, or stops with advice.

good() {
    # Version managers leave stubs on PATH that answer only for chosen versions: so run it.
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

python=
for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
    if good "$candidate"; then
        python=$candidate
        break
    fi
done

if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "no python3 at all")
    {
        echo "The portal needs Python 3.11 or newer; PATH has $found."
        echo "Install it (Debian 12, Ubuntu 24.04 or newer: apt-get install python3 python3-pip;"
        echo "macOS: the installer of python.org), or name one: PYTHON=/path/to/python3.12 $0"
    } >&2
    exit 1
fi
