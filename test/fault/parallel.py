#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One mail with many documents: they are rendered side by side, within the limits of memory; and a PDF that would never end costs
its deadline and itself. What overlaps is seen in /proc (who used CPU in the same moment), so that a loaded machine does not matter.

Usage: parallel.py BUILD"""
import email
import itertools
import os
import random
import re
import subprocess
import sys
import threading
import time

import rig
from rig import tap

sys.path.insert(0, os.path.join(rig.SOURCE, "test", "evasion"))
from archives import plain_zip  # noqa: E402

PAGES, PICTURES, DOCUMENTS = 30, 20, 3
MEMORY = 512 << 20  # bytes of a child: limits.memory
TICK = 0.05
RULES = "version: 1\npreset: u-remove\nlimits: { filter-time: 60s, time: 100s }\nrules:\n" \
        "  - { name: slow, when: { name: 'slow*.pdf' }, do: [pdf-image: { page-time: 1s, time: 2s }] }\n"


def pdf(contents, extra=()):
    """A PDF with a page for each content stream; @extra: further objects, (dictionary, stream), named /X0, /X1 and so on."""
    first, objects = 3 + 2 * len(contents), []
    names = b" ".join(b"/X%d %d 0 R" % (i, first + i) for i in range(len(extra)))
    resources = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << %s >> >>" % names
    kids = b" ".join(b"%d 0 R" % (3 + 2 * i) for i in range(len(contents)))
    objects += [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents))]
    for i, content in enumerate(contents):
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>" % (resources, 4 + 2 * i))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    for head, content in extra:
        objects.append(b"<< %s /Resources %s /Length %d >>\nstream\n%s\nendstream" % (head, resources, len(content), content))
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)


def document(number):
    """Pages of text and of lines, as reports have them."""
    def page(n):
        text = b"".join(b"BT /F 10 Tf 50 %d Td (Document %d page %d line %d: the quick brown fox) Tj ET\n" % (800 - 14 * i, number, n, i) for i in range(50))
        return text + b"".join(b"%d %d m %d %d l S\n" % (50 + i, 60, 500 - i, 80 + i % 40) for i in range(0, 400, 4))
    return pdf([page(n) for n in range(PAGES)])


def endless():
    """Forms that draw each other ten times, fourteen deep."""
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
    forms = [(head, b"/X%d Do " % (i + 1) * 10) for i in range(14)] + [(head, b"0 0 9 9 re f")]
    return pdf([b"/X0 Do"], forms)


def scans(count):
    """Pages of noise in colour, as bad scans are, and one of text behind them."""
    noise = random.Random(1).randbytes(120 * 170 * 3)
    head = b"/Type /XObject /Subtype /Image /Width 120 /Height 170 /BitsPerComponent 8 /ColorSpace /DeviceRGB"
    return pdf([b"595 0 0 842 0 0 cm /X0 Do"] * count + [b"BT /F 20 Tf 50 700 Td (a page of text) Tj ET"], [(head, noise)])


class Watch(threading.Thread):
    """Looks at all that a process started: CPU time and memory, each TICK."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.used, self.peak, self.pairs, self.stop = pid, {}, {}, {}, False

    def look(self):
        busy = set()
        for pid in rig.descendants(self.pid):
            try:
                with open("/proc/%d/stat" % pid) as f:
                    name, fields = f.read().split("(", 1)[1].rsplit(")", 1)
            except (OSError, IndexError):
                continue
            fields = fields.split()
            used = int(fields[11]) + int(fields[12])
            if used > self.used.get(pid, used if pid not in self.used else 0) and name == "mugai-render":
                busy.add(pid)
            self.used[pid] = used
            peak = rig.status_of(pid).get("VmHWM", "0 kB").split()[0]
            self.peak[name] = max(self.peak.get(name, 0), int(peak) << 10)
        for pair in itertools.combinations(sorted(busy), 2):
            self.pairs[pair] = self.pairs.get(pair, 0) + 1

    def run(self):
        while not self.stop:
            self.look()
            time.sleep(TICK)


def sanitize(place, content, settings=RULES, *more):
    """Returns: exit code, {name: bytes}, stderr, the watch."""
    rules = place.write("rules.yaml", settings)
    process = subprocess.Popen([rig.program("mugai"), "sanitize", "-r", rules, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=rig.environment())
    watch = Watch(process.pid)
    watch.start()
    out, err = process.communicate(content, timeout=500)
    watch.stop = True
    watch.join()
    parts = {part.get_filename(): part.get_payload(decode=True) for part in email.message_from_bytes(out).walk() if part.get_filename()}
    return process.returncode, parts, err.decode(errors="replace"), watch


def cores():
    return len(os.sched_getaffinity(0))


def pages_of(content):
    return content.count(b"/Type/Page/") + content.count(b"/Type /Page ") + content.count(b"/Type/Page\n") + content.count(b"/Type/Page>")


def many(place):
    pictures = [("%02d.bmp" % i, "image/bmp", rig.bmp(400 + i, 300)) for i in range(PICTURES)]
    documents = [("%d.pdf" % i, "application/pdf", document(i)) for i in range(DOCUMENTS)]
    inner = plain_zip(("b.txt", b"inner text\n"), ("c.bmp", rig.bmp(50, 50)))
    nested = [("a.zip", "application/zip", plain_zip(("a.txt", b"outer text\n"), ("in.zip", inner)))]
    code, parts, err, watch = sanitize(place, rig.mail(attachments=pictures + documents + nested))
    tap.check(code == 0 and len(parts) == PICTURES + DOCUMENTS + 1, "%d pictures, %d documents, an archive: all delivered" % (PICTURES, DOCUMENTS), err + str(sorted(parts)))
    whole = [name for name, content in parts.items() if name.endswith(".pdf") and content.startswith(b"%PDF")]
    tap.check(len(whole) == DOCUMENTS, "each document is one", str(whole))
    for name in whole:
        tap.check(b"/Count %d" % PAGES in parts[name] or b"/Count %d" % PAGES in parts[name].replace(b"/Count", b"/Count "), "%s: all its pages" % name)
    # One after the other, two children are seen in the same moment once, when one ends and the next begins.
    beside = sum(times >= 3 for times in watch.pairs.values())
    tap.check(beside > 0 or cores() < 2, "documents are rendered side by side", str(watch.pairs))
    for name, peak in sorted(watch.peak.items()):
        tap.note("%s: at most %d MiB" % (name, peak >> 20))
        if not rig.SANITIZED:
            tap.check(peak < MEMORY, "%s stays within its memory" % name, str(peak))


def more_than_fits(place):
    """Ten pages in colour, 6.5 MB of pixels each, where 20 MiB are allowed for all."""
    report = place.path("report.json")
    settings = "version: 1\npreset: u-remove\nlimits: { expanded: 20MiB, output: 20MB, filter-time: 90s, time: 100s }\nrules:\n" \
               "  - { name: scans, when: { type: pdf }, do: [pdf-image: { time: 80s, page-time: 20s }] }\n"
    code, parts, err, _ = sanitize(place, rig.mail(attachments=[("scan.pdf", "application/pdf", scans(10))]), settings, "--report", report)
    made = parts.get("scan.pdf", b"")
    tap.check(code == 0 and made.startswith(b"%PDF") and b"/Count 11" in made, "a scan that does not fit is delivered with all its pages", err + str(list(parts)))
    widths = [int(n) for n in re.findall(rb"/Width (\d+)", made)]
    tap.check(len(widths) == 11 and widths[-1] == 1240 and 500 < min(widths) and max(widths[:10]) < 1240, "in fewer pixels, but for the page of text", str(widths))
    row = [row for row in rig.load_json(report)["items"][0]["parts"] if row["name"] == "scan.pdf"][0]
    tap.check(any(f["code"] == "pdf.page-smaller" and f["count"] == 10 for f in row["findings"]), "and the report says so", str(row["findings"]))


def one_never_ends(place):
    documents = [("slow.pdf", "application/pdf", endless())] + [("%d.pdf" % i, "application/pdf", document(i)) for i in range(2)]
    pictures = [("%02d.bmp" % i, "image/bmp", rig.bmp(100, 80)) for i in range(4)]
    started = time.monotonic()
    code, parts, err, _ = sanitize(place, rig.mail(attachments=documents + pictures))
    tap.check(code == 0 and "slow.pdf" not in parts, "a PDF that never ends is withheld", err + str(sorted(parts)))
    tap.check(sorted(name for name in parts if name.endswith(".pdf")) == ["0.pdf", "1.pdf"] and len(parts) == 6, "and nothing else", str(sorted(parts)))
    tap.check(time.monotonic() - started < 200, "it costs its deadline")
    alone = time.monotonic()
    code, parts, err, _ = sanitize(place, rig.mail(attachments=documents[:1]))
    tap.check(code == 0 and not parts and time.monotonic() - alone < 100, "alone, too", err)


def main():
    tap.check(rig.sandbox_works(), "mugai sanitize works here")
    if not os.path.exists(rig.program("filters/pdf-image.so")):
        tap.skip_all("built without PDF")
    with rig.Place() as place:
        many(place)
        more_than_fits(place)
        one_never_ends(place)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
