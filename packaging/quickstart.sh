#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# packaging/quickstart.sh [OPTION]...: see Mugai work, without touching the mail server of this host.
#
# Installs what is missing with apt, builds the release, starts a private Postfix on loopback (extracted packages; spool,
# settings and data in a temporary folder; namespaces of its own) with Mugai as its milter and a sink behind it, sends
# samples/mail/*.eml through it, shows one mail before and after, why, and what the keep holds. Then all of it ends.
#
#   --keep        leave it running on a loopback port of this host; prints the port and how to stop it
#   --stop        end what --keep left running
#   --no-mta      no Postfix: `mugai sanitize` alone on samples/mail (needs no root once packages are there)
#   --no-install  do not call apt
#   --partial     accept a host that lacks a part of the sandbox (sandbox: partial)
#   --build DIR   where to build (default: build, beside the sources)
#   --help
#
# Exit: 0 all samples went through, 1 something failed (the message says what), 2 wrong option.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build mode=mta install=yes partial=''
child=

say () { printf '\n== %s\n' "$*"; }
fail () {
    echo "quickstart: $*" >&2
    exit 1
}
usage () {
    echo "quickstart: $*; see packaging/quickstart.sh --help" >&2
    exit 2
}
cleanup () {
    status=$?
    trap - EXIT INT TERM HUP
    if [ -n "$child" ]; then
        { kill -TERM "$child" && wait "$child"; } 2>/dev/null || :
    fi
    exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

while [ $# -gt 0 ]; do
    case $1 in
    --keep) mode=keep ;;
    --stop) mode=stop ;;
    --no-mta) mode=no-mta ;;
    --no-install) install=no ;;
    --partial) partial=--partial ;;
    --build)
        [ $# -ge 2 ] || usage "--build needs a folder"
        shift
        case $1 in /*) build=$1 ;; *) build=$PWD/$1 ;; esac
        ;;
    -h | --help)
        sed -n '4,19s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    *) usage "$1: unknown option" ;;
    esac
    shift
done

state=$build/quickstart-run # of --keep: its process id, and a file that says it is ready
# shellcheck source=packaging/packages.sh
. "$top/packaging/packages.sh"

if [ "$mode" = stop ]; then
    pid=$(cat "$state/pid" 2>/dev/null) || fail "nothing runs: $state/pid is not there"
    case $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) in
    *quickstart.py*) as_root kill -TERM "$pid" || fail "process $pid cannot be ended" ;;
    *) rm -rf "$state"; fail "nothing runs any more" ;;
    esac
    tries=0
    while [ -d "/proc/$pid" ] && [ "$tries" -lt 150 ]; do
        sleep 0.2
        tries=$((tries + 1))
    done
    [ ! -d "/proc/$pid" ] || fail "process $pid did not end within 30 s"
    rm -rf "$state"
    echo "stopped"
    exit 0
fi

[ "$(uname -s)" = Linux ] || fail "this needs Linux"
if [ "$mode" != no-mta ] && [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    fail "a private Postfix needs root: run it as root, install sudo, or say --no-mta"
fi
if [ "$mode" = keep ] && [ -e "$state/pid" ] && [ -d "/proc/$(cat "$state/pid")" ]; then
    fail "one is running already; packaging/quickstart.sh --stop ends it"
fi

if [ "$install" = yes ]; then
    say "packages"
    install_packages build || fail "packages could not be installed; the message above is apt's"
    echo "all there"
fi
for program in meson ninja gcc pkg-config; do
    command -v "$program" >/dev/null 2>&1 || fail "$program not found; leave --no-install away, or install it"
done

say "build ($build)"
log=$build/quickstart.log
{ mkdir -p "$build" && touch "$log"; } 2>/dev/null || fail "$build: not writable; choose another folder with --build"
if [ ! -f "$build/build.ninja" ]; then
    meson setup "$build" "$top" -Dbuildtype=release -Dtests=false >"$log" 2>&1 || {
        tail -n 20 "$log" >&2
        fail "meson failed; all of its output is in $log"
    }
fi
ninja -C "$build" >"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    fail "the build failed; all of its output is in $log"
}
[ -x "$build/mugai" ] || fail "$build/mugai was not built"
if [ "$(id -u)" -eq 0 ]; then # a tree of somebody else stays theirs
    chown -R --reference="$top" "$build" 2>/dev/null || :
fi
"$build/mugai" --version

demo=$top/packaging/quickstart.py
if [ "$mode" = no-mta ]; then
    /usr/bin/python3 "$demo" sanitize --build "$build" $partial
    exit
fi

# As as_root (), but in place of this shell: in the background, the program's parent is then the script itself.
exec_demo () {
    set -- env MUGAI_TEST_CACHE="$build/quickstart-cache" LANG="${LANG-}" LC_ALL="${LC_ALL-}" "$@"
    [ "$(id -u)" -eq 0 ] || exec sudo "$@"
    exec "$@"
}

# The extracted Postfix is fetched with apt-get download, which needs the lists.
if [ "$install" = yes ] && ! apt-cache show postfix >/dev/null 2>&1; then
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || fail "apt-get update failed"
fi
if [ "$mode" = mta ]; then
    exec_demo /usr/bin/python3 "$demo" mail --build "$build" $partial &
    child=$!
    status=0
    wait "$child" || status=$?
    child=
    exit "$status"
fi

# --keep: a session of its own with an output of its own, so that nothing waits for it.
say "mails through Postfix and Mugai"
rm -rf "$state"
mkdir -m 755 "$state" || fail "$state: cannot be made"
exec_demo setsid /usr/bin/python3 "$demo" mail --build "$build" $partial --keep "$state" \
    </dev/null >"$state/output" 2>&1 &
child=$!
while [ ! -e "$state/ready" ] && kill -0 "$child" 2>/dev/null; do
    sleep 0.2
done
cat "$state/output"
if [ ! -e "$state/ready" ]; then
    child=
    rm -rf "$state"
    fail "it ended; the message above says why"
fi
child=
