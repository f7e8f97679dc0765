#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every option that a program shows in --help stands in its man page of both languages, and the reverse; every option that
the sources read is shown; the keys of settings and rules stand in section 5; pages have no errors. TAP.

Usage: man-options.py SOURCE BUILD PROGRAM..."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys

LANGUAGES = {"en": "C.UTF-8", "ja": "ja_JP.UTF-8"}
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z0-9-]*|-[a-zA-Z](?![\w-]))")
ONE = r"--?[A-Za-z][\w-]*(?:[ =][^\s,]+)?"
HEAD = re.compile(r"\s*%s(?:,\s*%s)*" % (ONE, ONE))  # "-o, --output FILE": what stands before the explanation
SECTION = {"mugai": "1", "mugai-verify": "1", "mugaid": "8"}  # all others: 8
FONT = re.compile(r"\\f[BIRP]|\\&")
number = 0
failed = 0


def check(ok, name, detail=""):
    global number, failed
    number += 1
    failed += not ok
    print("%sok %d - %s" % ("" if ok else "not ", number, name))
    for line in str(detail).splitlines() if not ok else []:
        print("#   " + line)


def skip(name, why):
    global number
    number += 1
    print("ok %d - %s # SKIP %s" % (number, name, why))


def run(command, language="en"):
    env = dict(os.environ, LC_ALL=LANGUAGES[language], LANG=LANGUAGES[language])
    return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=60)


def help_options(text):
    """Options that a help text defines: in lines that begin with one, and in usage lines within brackets."""
    found = set()
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            found |= set(OPTION.findall(head.group()))
        found |= {o for group in re.findall(r"[\[(]([^\])]*)[\])]", line) if group.startswith("-")
                  for o in OPTION.findall(group)}
    return found


def page_options(path):
    """Options that a page defines: the tags of .TP. Those of the synopsis must be among them."""
    with open(path, encoding="utf-8") as f:
        lines = [FONT.sub("", line.rstrip("\n")).replace("\\-", "-") for line in f]
    tags, synopsis, inside = set(), set(), False
    for before, line in zip([""] + lines, lines):
        if line.startswith(".SH"):
            inside = line.split(None, 1)[1] in ("SYNOPSIS", "書式")
        elif before == ".TP" and line.startswith("-"):
            tags |= set(OPTION.findall(line))
        elif inside:
            synopsis |= set(OPTION.findall(line))
    return tags, synopsis


def compare(name, command, page):
    """@page: "NAME.SECTION"."""
    for language in LANGUAGES:
        title = "%s: options and %s page" % (name, language)
        path = os.path.join(MAN, language, page)
        if not os.path.exists(path):
            check(False, title, "%s is missing" % path)
            continue
        shown = run(command + ["--help"], language)
        if shown.returncode != 0 or shown.stderr:
            check(False, title, "--help ended with %d: %s" % (shown.returncode, shown.stderr.decode()[:200]))
            continue
        options = help_options(shown.stdout.decode("utf-8")) - {"-h"} | {"--help"}
        tags, synopsis = page_options(path)
        tags, synopsis = tags - {"-h"}, synopsis - {"-h"}
        detail = ["not in the page: %s" % o for o in sorted(options - tags)]
        detail += ["not in --help: %s" % o for o in sorted(tags - options)]
        detail += ["in the synopsis only: %s" % o for o in sorted(synopsis - tags)]
        check(not detail, title, "\n".join(detail))


def same_pages():
    names = {language: {os.path.basename(p) for p in glob.glob(os.path.join(MAN, language, "*.[1-9]"))}
             for language in LANGUAGES}
    check(names["en"] == names["ja"] and names["en"], "the same pages in both languages",
          sorted(names["en"] ^ names["ja"]))
    return sorted(names["en"])


def subcommands(mugai):
    """Names in the list of `mugai --help`."""
    return re.findall(r"^  ([a-z]+)  ", run([mugai, "--help"]).stdout.decode(), re.M)


def source_options():
    """What getopt_long() is told, in every program and subcommand, stands in some page."""
    documented = set()
    for path in glob.glob(os.path.join(MAN, "en", "*.[1-9]")):
        documented |= page_options(path)[0]
    detail = []
    for path in glob.glob(os.path.join(SOURCE, "src", "main", "*.c")) + glob.glob(os.path.join(SOURCE, "src", "cli", "*.c")):
        with open(path, encoding="utf-8") as f:
            for name in re.findall(r'\{ "([a-z-]+)", (?:no|required|optional)_argument', f.read()):
                if "--" + name not in documented:
                    detail.append("%s: --%s" % (os.path.basename(path), name))
    check(not detail, "every option of the sources is documented", "\n".join(detail))


def keys_documented(title, page, keys):
    for language in LANGUAGES:
        with open(os.path.join(MAN, language, page), encoding="utf-8") as f:
            text = FONT.sub("", f.read()).replace("\\-", "-")
        missing = [k for k in keys if not re.search(r"(?<![\w-])%s:" % re.escape(k), text)]
        check(keys and not missing, "%s in %s of %s" % (title, page, language), "missing: %s" % " ".join(missing))


def keys():
    with open(os.path.join(SOURCE, "src", "daemon", "config.c"), encoding="utf-8") as f:
        table = re.findall(r'\{ "([a-z]*)", "([a-z-]+)", G_STRUCT_OFFSET', f.read())
    keys_documented("settings of mugaid", "mugai.yaml.5", sorted({k for pair in table for k in pair if k}))
    with open(os.path.join(SOURCE, "src", "watch", "config.c"), encoding="utf-8") as f:
        table = re.findall(r'\{ "([a-z]+)", offsetof', f.read())
    keys_documented("settings of mugai watch", "watch.yaml.5", table + ["drops"])
    with open(os.path.join(SOURCE, "src", "rules", "condition.c"), encoding="utf-8") as f:
        table = re.findall(r'\{ MUGAI_KEY_\w+, "([a-z.-]+)"', f.read())
    keys_documented("conditions", "mugai-rules.5", [k.split(".")[-1] for k in table])
    shown = run([os.path.join(BUILD, "mugai"), "limits", "--json"])
    names = [limit["name"] for limit in json.loads(shown.stdout)] if shown.returncode == 0 else []
    keys_documented("limits", "mugai-rules.5", names)


def lint(pages):
    if not shutil.which("mandoc"):
        skip("pages have no errors", "mandoc is not installed")
        return
    for language in LANGUAGES:
        paths = [os.path.join(MAN, language, page) for page in pages]
        done = run(["mandoc", "-T", "lint", "-W", "warning"] + paths)
        check(done.returncode == 0, "pages of %s have no errors" % language, done.stdout.decode())


def main():
    pages = same_pages()
    used = {"mugai.yaml.5", "watch.yaml.5", "mugai-rules.5"}
    for program in PROGRAMS:
        page = "%s.%s" % (program, SECTION.get(program, "8"))
        used.add(page)
        compare(program, [os.path.join(BUILD, program)], page)
    if "mugai" in PROGRAMS:
        mugai = os.path.join(BUILD, "mugai")
        names = subcommands(mugai)
        check(len(names) >= 11, "mugai --help lists its commands", names)
        for name in names:
            used.add("mugai-%s.1" % name)
            compare("mugai " + name, [mugai, name], "mugai-%s.1" % name)
        check(set(pages) == used, "a page for each program and no other", sorted(set(pages) ^ used))
        keys()
    source_options()
    lint(pages)
    print("1..%d" % number)
    return 1 if failed else 0


if __name__ == "__main__":
    SOURCE, BUILD, PROGRAMS = sys.argv[1], sys.argv[2], sys.argv[3:]
    MAN = os.path.join(SOURCE, "packaging", "man")
    sys.exit(main())
