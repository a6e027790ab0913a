#!/bin/sh
# Gradescope runs this once, as root, when it makes the image that submissions are graded in.
set -eu
cd "$(dirname "$0")"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv bubblewrap libseccomp2
python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' || {
    echo "Python 3.11 to 3.14 is needed, and this image has $(python3 --version): choose a newer Ubuntu in Gradescope."
    exit 1
}

python3 -m venv .venv
.venv/bin/pip install --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
.venv/bin/python -m compileall -q autograder
.venv/bin/python -c "import matplotlib.font_manager"  # lists the fonts, which takes seconds, once for all submissions
.venv/bin/python -m autograder sandbox || echo "Where submissions are graded, this may be another level."
