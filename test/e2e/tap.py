# SPDX-License-Identifier: Apache-2.0
"""The smallest test frame: each check is one line of the Test Anything Protocol."""
import sys
import traceback

count = 0
failed = 0


def check(ok, name, detail=""):
    """One test point. Goes on after a failure. Returns @ok as bool."""
    global count, failed
    count += 1
    print("%sok %d - %s" % ("" if ok else "not ", count, str(name).replace("#", " ").replace("\n", " ")))
    if not ok:
        failed += 1
        for line in str(detail).splitlines()[:40]:
            print("# " + line)
    sys.stdout.flush()
    return bool(ok)


def equal(got, want, name):
    return check(got == want, name, "got  %r\nwant %r" % (cut(got), cut(want)))


def cut(value):
    return value[:2000] if isinstance(value, (str, bytes, list, tuple)) else value


def skip(name, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, name, why))
    sys.stdout.flush()


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.stdout.flush()
    sys.exit(0)


def note(text):
    for line in str(text).splitlines():
        print("# " + line)
    sys.stdout.flush()


def run(tests):
    """Run each function; an exception is a failed point with its traceback. Returns the exit status."""
    for test in tests:
        try:
            test()
        except Exception:  # pylint: disable=broad-except
            check(False, test.__name__ + " ended by itself", traceback.format_exc())
    return done()


def done():
    print("1..%d" % count)
    sys.stdout.flush()
    return 1 if failed else 0
