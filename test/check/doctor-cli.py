#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mugai doctor as an administrator meets it: exit codes, places, escaping, JSON against its schema. TAP.

Usage: doctor-cli.py SOURCE MUGAI"""
import json
import os
import subprocess
import sys
import tempfile

SOURCE, MUGAI = sys.argv[1:]
number = failed = 0


def check(good, name, detail=""):
    global number, failed
    number += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", number, name))
    for line in str(detail).splitlines() if not good else []:
        print("#   " + line)


def doctor(*options, language="C.UTF-8"):
    done = subprocess.run([MUGAI, "doctor"] + list(options), env=dict(os.environ, LC_ALL=language), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=120)
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def validate(text, name):
    report = json.loads(text)
    try:
        import jsonschema
    except ImportError:
        print("# python3-jsonschema is not installed: %s was only parsed" % name)
    else:
        with open(os.path.join(SOURCE, "src/cli/doctor.schema.json"), encoding="utf-8") as f:
            schema = json.load(f)
        errors = list(jsonschema.Draft7Validator(schema).iter_errors(report))
        check(not errors, name + " is as the schema says", "\n".join(e.message[:200] for e in errors[:5]))
    return report


def main():
    good = os.path.join(SOURCE, "samples/postfix/main.cf")
    code, out, err = doctor("--no-host", "--postfix", good)
    check(code == 0 and "0 problems, 0 warnings" in out, "the samples for Postfix pass", out + err)
    with tempfile.TemporaryDirectory() as top:
        with open(os.path.join(top, "main.cf"), "w", encoding="utf-8") as f:
            f.write("smtpd_milters = inet:127.0.0.1:1 \x1b[31m\u202e\nmilter_default_action = accept\n")
        main_cf = f.name
        code, out, err = doctor("--no-host", "--postfix", main_cf)
        check(code == 1 and "%s:2: milter_default_action = accept" % main_cf in out, "a road around: exit 1, file and line", out)
        check("\x1b" not in out and "\u202e" not in out, "values of files are escaped", out)
        code, ja, err = doctor("--no-host", "--postfix", main_cf, language="ja_JP.UTF-8")
        check(code == 1 and "問題" in ja and "対処：" in ja, "in Japanese", ja)
        code, out, err = doctor("--no-host", "--json", "--postfix", main_cf)
        report = validate(out, "a report of problems")
        check(code == 1 and not report["ok"] and main_cf in report["files"], "JSON says the same", out)
        with open(os.path.join(top, "sendmail.cf"), "w", encoding="utf-8") as f:
            f.write("Xmugai, S=local:/run/mugai/milter.sock, T=R:60s\nO InputMailFilters=mugai\n")
        code, out, err = doctor("--no-host", "--sendmail", f.name)
        check(code == 1 and f.name + ":1: mugai: F=" in out, "Sendmail without F=T", out)
        config = os.path.join(top, "mugai.yaml")
        with open(config, "w", encoding="utf-8") as f:
            f.write("milter: { socket: \"inet:1@127.0.0.1\" }\nrules: %s/rules.yaml\n" % top)
        with open(os.path.join(top, "rules.yaml"), "w", encoding="utf-8") as f:
            f.write("version: 1\npreset: a-text\nlimits: { output: 50MB }\n")
        code, out, err = doctor("--no-host", "--json", "--config", config, "--postfix", main_cf)
        problems = {f["check"] for f in json.loads(out)["findings"] if f["severity"] == "problem"}
        check("postfix.not-ours" not in problems and "postfix.size-limit" in problems,
              "socket and limits come from mugai.yaml and the rules it names", sorted(problems))
        for options in (["--postfix", top + "/none"], ["--postfix", top], ["--config", top + "/none"], ["--master", main_cf],
                        ["--wrong"], ["extra"]):
            code, out, err = doctor("--no-host", *options)
            check(code == 2 and not out and err, "exit 2 with %s" % options[0], out + err)
    code, out, err = doctor("--json", "--postfix", good)
    report = validate(out, "a report with this host")
    check(code == (0 if report["ok"] else 1), "exit code and JSON agree about this host", code)
    check(any(f["check"] == "host.sandbox" for f in report["findings"]), "the sandbox was tried")
    print("1..%d" % number)
    return 1 if failed else 0


sys.exit(main())
