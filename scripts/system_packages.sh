#!/bin/sh
# Install the system packages whose commands are missing, where that is possible (root and apt);
# elsewhere say what to run. Usage: system_packages.sh COMMAND=PACKAGE[,PACKAGE] ...
set -eu

missing=""
for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || missing="$missing $(echo "${pair#*=}" | tr ',' ' ')"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing system packages:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086  one word for each package
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "system packages are missing; run: sudo apt-get install$missing"
fi
