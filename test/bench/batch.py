#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai sanitize on trees: two cores against two single runs, and files/s by type beside mat2.

Usage: batch.sh [--build BUILD] [--files N] [--rounds N] [--corpus DIR]
Prints lines to read and, for programs, `ratio j2/two-singles X` (median of the rounds; wanted: 0.9 or more)."""
import argparse
import collections
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MAT2 = {"png", "jpg", "gif", "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "zip", "tiff", "svg"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build-rel")
    parser.add_argument("--files", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", default=os.environ.get("MUGAI_CORPUS", ""))
    parser.add_argument("--per-type", type=int, default=60, help="files of each type")
    return parser.parse_args()


def make_tree(folder, count):
    random_ = random.Random(1)
    words = "the town hall asks for a reply about the meeting of the committee on the budget 市役所 会議 予算".split()
    for number in range(count):
        place = os.path.join(folder, "%02d" % (number % 50))
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, "f%05d.txt" % number), "w", encoding="utf-8") as f:
            for _ in range(random_.randrange(5, 30)):
                f.write(" ".join(random_.choices(words, k=12)) + "\n")


def command(mugai, jobs, out, *paths):
    return [mugai, "sanitize", "-j", str(jobs), "--quiet", "-o", out, *paths]


def timed(*commands):
    """All at once. Returns: seconds until the last ended."""
    start = time.monotonic()
    running = [subprocess.Popen(c, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for c in commands]
    for process in running:
        process.wait()
    return time.monotonic() - start


def two_cores(mugai, options):
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "in")
        make_tree(source, options.files)
        parts = sorted(os.path.join(source, name) for name in os.listdir(source))
        for number in range(options.rounds):
            both = timed(command(mugai, 2, os.path.join(folder, "both"), *parts))
            halves = timed(command(mugai, 1, os.path.join(folder, "one"), *parts[::2]), command(mugai, 1, os.path.join(folder, "other"), *parts[1::2]))
            ratios.append(halves / both)
            print("round %d: -j 2 %.1f s (%.0f files/s), two single runs over half each %.1f s, ratio %.3f" %
                  (number + 1, both, options.files / both, halves, halves / both))
            for name in ("both", "one", "other"):
                shutil.rmtree(os.path.join(folder, name))
    print("ratio j2/two-singles %.3f" % statistics.median(ratios))


def by_type(options):
    found = collections.defaultdict(list)
    for base, _, names in os.walk(options.corpus):
        for name in sorted(names):
            extension = name.rsplit(".", 1)[-1].lower()
            found[{"jpeg": "jpg", "tif": "tiff"}.get(extension, extension)].append(os.path.join(base, name))
    return {kind: files[:options.per_type] for kind, files in found.items() if len(files) >= 10 and kind.isalnum()}


def per_type(mugai, options):
    mat2 = shutil.which("mat2")
    print("%-8s %6s %9s %9s %9s %14s" % ("type", "files", "files/s", "MB/s", "1 by 1/s", "mat2 1 by 1/s"))
    for kind, files in sorted(by_type(options).items()):
        size = sum(os.path.getsize(path) for path in files) / 1e6
        with tempfile.TemporaryDirectory() as folder:
            together = timed(command(mugai, 2, os.path.join(folder, "out"), *files))
            few = files[:10]
            one_by_one = sum(timed(command(mugai, 1, os.path.join(folder, "one"), path)) for path in few) / len(few)
            other = "-"
            if mat2 and kind in MAT2:
                copies = [shutil.copy(path, folder) for path in few]
                other = "%.1f" % (len(few) / sum(timed([mat2, path]) for path in copies))
        print("%-8s %6d %9.1f %9.1f %9.1f %14s" % (kind, len(files), len(files) / together, size / together, 1 / one_by_one, other))
        sys.stdout.flush()


def main():
    options = arguments()
    mugai = os.path.join(options.build, "mugai")
    if not os.path.exists(mugai):
        sys.exit("%s: no such program; name a release build with --build" % mugai)
    two_cores(mugai, options)
    if options.corpus and os.path.isdir(options.corpus):
        per_type(mugai, options)
    else:
        print("by type: skipped, name a folder of files with --corpus or MUGAI_CORPUS")


main()
