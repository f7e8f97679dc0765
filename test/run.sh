#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test/run.sh [--fast] [--no-install] [SUITE...]: install what tests need, build with AddressSanitizer and
# UndefinedBehaviorSanitizer and once as release, run everything, and end with one line: N passed, N failed, N skipped.
#
# SUITE: unit sandbox check fuzz golden evasion fault e2e (default: all). --fast: the sanitizer build alone.
# MUGAI_CORPUS: folder of real mails and files (default ../shared/corpus beside the sources; skipped visibly when absent).
# MUGAI_SANDBOX_MUST_WORK=1: a host that lacks a part of the sandbox is a failure, not a skip.
# MUGAI_TEST_LONG=1: long fuzzing, the whole corpus, 2,000 mails of chaos.
# MUGAI_TEST_BUILD: where to build (default build-test beside the sources).
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
fast=no install=yes suites=
for argument; do
    case $argument in
    --fast) fast=yes ;;
    --no-install) install=no ;;
    -h | --help) sed -n '3,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "test/run.sh: $argument: unknown option; see test/run.sh --help" >&2; exit 2 ;;
    *) suites="$suites --suite $argument" ;;
    esac
done

. packaging/packages.sh
[ "$install" = no ] || install_packages test
base=${MUGAI_TEST_BUILD:-$top/build-test}
: "${MUGAI_CORPUS:=$top/../shared/corpus}"
export MUGAI_CORPUS

# Both configurations in one report; a configuration that does not build is a failure by itself.
status=0
logs=
run () {
    name=$1
    shift
    [ -f "$base/$name/build.ninja" ] || meson setup "$base/$name" "$@" >"$base-$name.log" 2>&1 || {
        cat "$base-$name.log"
        return 1
    }
    ninja -C "$base/$name" >"$base-$name.log" 2>&1 || {
        tail -n 60 "$base-$name.log"
        return 1
    }
    # shellcheck disable=SC2086
    meson test -C "$base/$name" --no-rebuild --print-errorlogs --num-processes "$(nproc)" $suites || status=1
    logs="$logs $base/$name/meson-logs/testlog.json"
}

mkdir -p "$base"
run sanitize -Db_sanitize=address,undefined -Dbuildtype=debugoptimized || status=2
[ "$fast" = yes ] || run release -Dbuildtype=release || status=2
# shellcheck disable=SC2086
/usr/bin/python3 test/summary.py --status "$status" $logs
