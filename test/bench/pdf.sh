#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# test/bench/pdf.sh [--build DIR] [--dpi N] [--rounds N] FILE.pdf...: CPU seconds (user and system, all processes of each program,
# on one core) for the pages of the same PDFs at the same resolution, in one run: `mutool draw` and `pdftoppm` to PNG, and
# `mugai sanitize` with pdf-image, lossless (Flate alone) and as it is by default, sandbox, our PDF and verifier included.
# Needs mutool, pdftoppm and taskset. Prints the least of the rounds.
set -eu
build=build dpi=150 rounds=3
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2; shift 2 ;;
    --dpi) dpi=$2; shift 2 ;;
    --rounds) rounds=$2; shift 2 ;;
    --help) sed -n '4,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) echo "$0: unknown option $1; see --help" >&2; exit 2 ;;
    *) break ;;
    esac
done
[ $# -gt 0 ] || { echo "$0: which PDFs? see --help" >&2; exit 2; }
for tool in mutool pdftoppm taskset; do
    command -v $tool >/dev/null || { echo "$0: $tool is missing: install mupdf-tools, poppler-utils, util-linux" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/in"
cp "$@" "$work/in/"

rules () { # CODING
    cat >"$work/$1.yaml" <<EOF
version: 1
limits: { output: 1GiB }
rules:
  - { name: pdf, when: { type: pdf }, do: [pdf-image: { dpi: $dpi, coding: $1 }] }
EOF
}
rules lossless
rules auto

run () {
    rm -rf "$work/out"; mkdir "$work/out"
    case $1 in
    mutool) for f in "$work"/in/*.pdf; do mkdir "$work/out/${f##*/}"; mutool draw -q -r "$dpi" -o "$work/out/${f##*/}/%d.png" "$f" || true; done ;;
    pdftoppm) for f in "$work"/in/*.pdf; do mkdir "$work/out/${f##*/}"; pdftoppm -q -r "$dpi" -png "$f" "$work/out/${f##*/}/p" || true; done ;;
    *) "$build/mugai" sanitize -j 1 -r "$work/$1.yaml" -o "$work/out" "$work/in" || true ;;
    esac
}

taskset -p -c 0 $$ >/dev/null
pages=0
for f in "$work"/in/*.pdf; do
    n=$(mutool info "$f" 2>/dev/null | sed -n 's/^Pages: //p')
    pages=$((pages + ${n:-0}))
done
echo "$# files, $pages pages, $dpi dpi; CPU seconds, least of $rounds rounds"
for what in mutool pdftoppm lossless auto; do
    best=
    for _ in $(seq "$rounds"); do
        times >"$work/before"
        run "$what" >/dev/null 2>&1
        times >"$work/after"
        seconds=$(awk 'FNR == 2 { sum = 0; for (i = 1; i <= 2; i++) { split ($i, t, "[ms]"); sum += 60 * t[1] + t[2] }
                                  if (NR == FNR) before = sum; else printf "%.2f", sum - before }' "$work/before" "$work/after")
        best=$(printf '%s\n' $best "$seconds" | sort -n | head -1)
    done
    case $what in
    mutool) name="mutool draw, PNG" ;;
    pdftoppm) name="pdftoppm, PNG" ;;
    lossless) name="pdf-image, lossless" ;;
    auto) name="pdf-image, default" ;;
    esac
    printf '%-22s %8s s  %6s ms/page  %9s kB\n' "$name" "$best" \
        "$(awk "BEGIN { printf \"%.1f\", 1000 * $best / ($pages > 0 ? $pages : 1) }")" "$(du -sk "$work/out" | cut -f 1)"
done
