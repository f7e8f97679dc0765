/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/audit-verify.h"

#include "base/fd.h"
#include "core/error.h"
#include "keep/audit-read.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct MugaiAuditVerify {
    MugaiAuditReader *reader;
    MugaiAuditProblem problem;
    void *data;
    MugaiAuditHead expect;
    bool expecting, met; /* met: the line of the head was seen */
    MugaiAuditHead last;
    bool sure; /* last.hash is of a line that could be read, or of the beginning */
    char last_file[32];
    uint64_t last_line;
    MugaiAuditVerified sum;
};

static void tell (MugaiAuditVerify *v, const char *file, uint64_t line, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
tell (MugaiAuditVerify *v, const char *file, uint64_t line, const char *format, ...)
{
    va_list args;

    v->sum.problems++;
    if (v->problem == NULL)
        return;
    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    v->problem (file, line, text, v->data);
}

static void
read_head (MugaiAuditVerify *v, int folder)
{
    char text[87] = { 0 };
    size_t n = 0;
    mugai_autofd fd = openat (folder, "head", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 || read (fd, text, 86) != 86 ||
        sodium_hex2bin (v->expect.hash, MUGAI_SHA256_SIZE, text + 21, 64, NULL, &n, NULL) != 0 ||
        n != MUGAI_SHA256_SIZE) {
        tell (v, "head", 0, "missing or damaged: the end of the log cannot be checked");
        return;
    }
    v->expect.seq = g_ascii_strtoull (text, NULL, 10);
    v->expecting = true;
}

/* audit-000001.log, 2, 3... without a gap. */
static void
check_names (MugaiAuditVerify *v)
{
    const char *const *files = mugai_audit_reader_files (v->reader);
    unsigned next = 1;

    for (; *files != NULL; files++) {
        v->sum.files++;
        if (strcmp (*files, "audit.log") == 0)
            return;
        unsigned number = (unsigned)strtoul (*files + 6, NULL, 10);
        if (number > next + 1)
            tell (v, *files, 0, "files audit-%06u.log to audit-%06u.log before it are missing",
                  next, number - 1);
        else if (number == next + 1)
            tell (v, *files, 0, "file audit-%06u.log before it is missing", next);
        next = number + 1;
    }
    tell (v, "audit.log", 0, "file is missing");
}

MugaiAuditVerify *
mugai_audit_verify_new (int folder, const MugaiAuditHead *expect, MugaiAuditProblem problem,
                        void *data, GError **error)
{
    g_autoptr (MugaiAuditVerify) v = g_new0 (MugaiAuditVerify, 1);

    v->problem = problem;
    v->data = data;
    v->sure = true;
    v->reader = mugai_audit_reader_new (folder, 0, error);
    if (v->reader == NULL)
        return NULL;
    if (expect != NULL) {
        v->expect = *expect;
        v->expecting = true;
    } else {
        read_head (v, folder);
    }
    check_names (v);
    return g_steal_pointer (&v);
}

void
mugai_audit_verify_free (MugaiAuditVerify *v)
{
    if (v == NULL)
        return;
    mugai_audit_reader_free (v->reader);
    g_free (v);
}

static void
check_order (MugaiAuditVerify *v, const MugaiAuditLine *line, const MugaiEvent *event)
{
    uint64_t due = v->last.seq + 1;

    if (event->seq > due && event->seq - due == 1)
        tell (v, line->file, line->number,
              "line %" G_GUINT64_FORMAT " of the log is missing before it", due);
    else if (event->seq > due)
        tell (v, line->file, line->number,
              "lines %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
              " of the log are missing before it",
              due, event->seq - 1);
    else if (event->seq < due)
        tell (v, line->file, line->number,
              "line %" G_GUINT64_FORMAT " of the log is out of order or repeated", event->seq);
    else if (v->sure && memcmp (event->prev, v->last.hash, MUGAI_SHA256_SIZE) != 0 &&
             v->last_line == 0)
        tell (v, line->file, line->number,
              "the first line names a line before it that is not there");
    else if (v->sure && memcmp (event->prev, v->last.hash, MUGAI_SHA256_SIZE) != 0)
        tell (v, v->last_file, v->last_line,
              "edited: its SHA-256 is not the one that the next line names");
}

static void
check_head (MugaiAuditVerify *v, const MugaiAuditLine *line)
{
    if (!v->expecting || v->met || v->last.seq != v->expect.seq)
        return;
    v->met = true;
    if (memcmp (v->last.hash, v->expect.hash, MUGAI_SHA256_SIZE) != 0)
        tell (v, line->file, line->number,
              "edited: its SHA-256 is not the one that the head names");
}

static void
check_line (MugaiAuditVerify *v, const MugaiAuditLine *line)
{
    g_auto (MugaiEvent) event = { 0 };
    const char *why = line->torn       ? "cut short: no line end"
                      : line->too_long ? "too long for a line"
                                       : NULL;
    bool ok = why == NULL && mugai_event_read (line->text, line->size, &event, &why);

    v->sum.lines++;
    if (ok) {
        check_order (v, line, &event);
        v->last.seq = event.seq;
    } else {
        tell (v, line->file, line->number, "edited or damaged: %s", why);
        v->last.seq++;
    }
    v->sure = ok;
    mugai_sha256 (line->text, line->size, v->last.hash);
    g_strlcpy (v->last_file, line->file, sizeof v->last_file);
    v->last_line = line->number;
    if (ok)
        check_head (v, line);
}

static void
check_end (MugaiAuditVerify *v)
{
    const char *file = v->last_file[0] != '\0' ? v->last_file : "audit.log";

    if (v->expecting && !v->met && v->expect.seq > v->last.seq)
        tell (v, file, v->last_line,
              "lines %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " are missing at the end",
              v->last.seq + 1, v->expect.seq);
    v->sum.last = v->last;
}

int
mugai_audit_verify_step (MugaiAuditVerify *v, unsigned lines, GError **error)
{
    MugaiAuditLine line;

    for (unsigned i = 0; i < lines; i++) {
        int r = mugai_audit_reader_next (v->reader, &line, error);
        if (r < 0)
            return -1;
        if (r == 0) {
            check_end (v);
            return 0;
        }
        check_line (v, &line);
    }
    return 1;
}

MugaiAuditVerified
mugai_audit_verify_result (const MugaiAuditVerify *v)
{
    return v->sum;
}
