#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Real reports against src/core/report.schema.json. usage: report-schema.py SCHEMA PROGRAM [MUGAI FOLDER]
PROGRAM --print writes one report a line; MUGAI runs over FOLDER for a batch report and explains each of its mails.
"""
import copy, glob, json, os, subprocess, sys, tempfile

count = failed = 0


def check(good, name):
    global count, failed
    count += 1
    failed += not good
    print(("ok" if good else "not ok"), count, "-", name.replace("#", ""))


try:
    import jsonschema
except ImportError:
    print("ok 1 # SKIP python3-jsonschema is not installed: reports were not compared with their schema")
    print("1..1")
    sys.exit(0)

schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
text = subprocess.run([sys.argv[2], "--print"], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
reports = [json.loads(line) for line in text.splitlines()]


def run(*command):
    """Output, or None when the programs cannot run here (no sandbox)."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        print("# %s: %d %s" % (" ".join(command), done.returncode, done.stderr.decode("utf-8", "replace").strip()))
        return None
    return done.stdout.decode("utf-8")


if len(sys.argv) == 5:
    mugai, folder = sys.argv[3:]
    with tempfile.TemporaryDirectory() as out:
        path = os.path.join(out, "report.json")
        if run(mugai, "sanitize", "-o", os.path.join(out, "out"), "--report", path, folder) is None:
            count += 1
            print("ok 1 # SKIP mugai sanitize does not run here: only made-up reports are compared")
        else:
            batch = json.load(open(path, encoding="utf-8"))
            check(len(batch["items"]) > 0 and not batch["failures"], "a batch of %d items" % len(batch["items"]))
            reports.append(batch)
            for mail in sorted(glob.glob(os.path.join(folder, "*.eml"))):
                reports.append(json.loads(run(mugai, "explain", "--mail", "--json", mail)))
check(len(reports) >= 3, "%d reports" % len(reports))
for i, report in enumerate(reports):
    errors = list(validator.iter_errors(report))
    for error in errors[:5]:
        print("#", list(error.absolute_path), error.message[:200])
    check(not errors, "report %d is as the schema says" % i)

# A schema that takes anything would be no test.
for key in list(reports[0]):
    less = copy.deepcopy(reports[0])
    del less[key]
    if key != "envelope":
        check(not validator.is_valid(less), "without %s it is none" % key)
for where, value in (
    (("schema",), "mugai.report/2"), (("id",), "x"), (("outcome",), "passed"), (("size_in",), -1),
    (("subject",), "a\u202eb"), (("subject",), "\x1b[31m"), (("more",), 1), (("parts", 0, "role"), "boss"),
    (("parts", 0, "more"), 1), (("parts", 0, "outcome"), "original"), (("leaves_out", 0, "sha256"), "00"),
    (("findings", 0, "severity"), "fatal"), (("leaves_in", "in"), "1"),
):
    other = copy.deepcopy(reports[0])
    at = other
    for step in where[:-1]:
        at = at[step]
    at[where[-1]] = value
    check(not validator.is_valid(other), "%s: %r is refused" % ("/".join(map(str, where)), value))
print("1..%d" % count)
sys.exit(failed > 0)
