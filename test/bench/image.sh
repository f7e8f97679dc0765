#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test/bench/image.sh [--build DIR] PICTURE...: each picture through `mugai sanitize` (preset u-remove: sandbox, encoder and verifier
# included) and through `vips copy` to a PNG or JPEG, in CPU seconds of whole process trees on one core. Prints a row a picture and the
# ratio of the sums. Use a release build; vips is in libvips-tools.
set -eu
build=build
[ "${1-}" = --build ] && { build=$2; shift 2; }
[ $# -gt 0 ] || { sed -n '4,6p' "$0"; exit 2; }
command -v vips >/dev/null || { echo 'image.sh: vips not found' >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'version: 1\npreset: u-remove\n' > "$work/rules.yaml"

# CPU seconds, user and system, of a command and all that it starts: what outlives its parent comes to us (PR_SET_CHILD_SUBREAPER).
cpu () {
    taskset -c 0 /usr/bin/python3 -c '
import ctypes, os, subprocess, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
t = os.times()
print("%.3f" % (t.children_user + t.children_system))' "$@"
}

# The fixed cost: one empty text.
printf 'x\n' > "$work/x.txt"
start=$(cpu "$build/mugai" sanitize -r "$work/rules.yaml" -o "$work/none" "$work/x.txt")
printf '%-48s %9s %9s\n' picture mugai vips
for picture; do
    out=$work/out; rm -rf "$out"
    ours=$(cpu "$build/mugai" sanitize -r "$work/rules.yaml" -o "$out" "$picture")
    made=$(ls "$out" 2>/dev/null | head -n 1)
    case $made in
    *.jpg) form='.jpg[Q=85]' ;;
    *.png | *.pdf) form=.png ;;
    *) printf '%-48s withheld\n' "$(basename "$picture")"; continue ;;
    esac
    theirs=$(cpu vips copy "$picture" "$work/vips$form")
    printf '%-48s %9s %9s\n' "$(basename "$picture")" "$ours" "$theirs"
    echo "$ours $theirs" >> "$work/sums"
done
awk -v start="$start" '{ a += $1; b += $2 } END { printf "sum %.3f, vips %.3f, ratio %.2f (start of our processes alone: %s each)\n", a, b, a / b, start }' "$work/sums"
