#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test/bench/office.sh [--build DIR] DOCUMENT...: old Office files through `mugai sanitize` (office-convert: sandbox, a process for
# each document, report and verifier included; what it makes is withheld, so that nothing else is measured) and through
# `soffice --headless --convert-to` one by one, with a warm user profile. Prints seconds, files a second and the ratio, by the clock
# and by the CPU time of the whole process trees. Use a release build. Three rounds of each, by turns; the fastest counts.
set -eu
build=build
[ "${1-}" = --build ] && { build=$2; shift 2; }
[ $# -gt 0 ] || { sed -n '4,7p' "$0"; exit 2; }
command -v soffice >/dev/null || { echo 'office.sh: soffice not found' >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in"
cp -- "$@" "$work/in/"
cat > "$work/rules.yaml" <<'RULES'
version: 1
preset: a-text
rules:
  - { name: old, when: { type: [doc, dot, rtf, xls, xlt, xlsb, ppt] }, do: [office-convert] }
RULES

# Wall and CPU seconds of a command and all that it starts: what outlives its parent comes to us (PR_SET_CHILD_SUBREAPER).
measure () {
    /usr/bin/python3 -c '
import ctypes, os, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
start = time.monotonic()
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
wall = time.monotonic() - start
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
t = os.times()
print("%.2f %.2f" % (wall, t.children_user + t.children_system))' "$@"
}

cat > "$work/one-by-one.sh" <<'SCRIPT'
work=$1
for file in "$work"/in/*; do
    case $file in
    *.xls | *.xlt | *.xlsb) to=xlsx ;;
    *.ppt | *.pps | *.pot) to=pptx ;;
    *) to=docx ;;
    esac
    timeout 120 soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to "$to" --outdir "$work/office" "$file"
done
SCRIPT
count=$(ls "$work/in" | wc -l)
soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to docx --outdir "$work/office" "$work/in/$(ls "$work/in" | head -n 1)" >/dev/null 2>&1 || :
for round in 1 2 3; do
    measure "$build/mugai" sanitize -j "$(nproc)" -r "$work/rules.yaml" -o "$work/out" --report "$work/report.json" "$work/in" >> "$work/ours"
    measure sh "$work/one-by-one.sh" "$work" >> "$work/theirs"
done
/usr/bin/python3 - "$work" "$count" <<'PRINT'
import json, sys
work, count = sys.argv[1], int(sys.argv[2])
best = {who: [min(column) for column in zip(*(map(float, line.split()) for line in open(work + "/" + who)))] for who in ("ours", "theirs")}
items = json.load(open(work + "/report.json"))["items"]
converted = sum(any(p["type"] in ("docx", "xlsx", "pptx") for p in i["parts"]) for i in items)
for who, name in (("ours", "mugai sanitize"), ("theirs", "soffice, one by one")):
    print("%-20s %8.2f s  %7.2f files/s  %8.2f s CPU" % (name, best[who][0], count / best[who][0], best[who][1]))
print("%d of %d converted; ratio by the clock %.1f, by CPU time %.1f" % (converted, count, best["theirs"][0] / best["ours"][0], best["theirs"][1] / best["ours"][1]))
PRINT
