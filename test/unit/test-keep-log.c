/* SPDX-License-Identifier: Apache-2.0
 *
 * test-keep-log: lines of the audit log there and back, rotation, what a crash leaves, and a table
 * of tampering, each kind of which must be found at its place.
 */
#include "core/error.h"
#include "keep/audit-read.h"
#include "keep/audit-verify.h"
#include "keep/audit.h"
#include "keep/event.h"
#include "tap.h"
#include "wire/keep.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

static char *root;
static int counter;

/* ---- lines ---- */

static bool
line_back (const MugaiEvent *event, MugaiEvent *ret)
{
    uint8_t prev[MUGAI_SHA256_SIZE] = { 1, 2, 3 };
    GString *line = g_string_new (NULL);
    const char *why = NULL;

    mugai_event_write (event, prev, line);
    bool ok = line->str[line->len - 1] == '\n' && memchr (line->str, '\n', line->len - 1) == NULL &&
              mugai_event_read (line->str, line->len - 1, ret, &why) &&
              memcmp (ret->prev, prev, sizeof prev) == 0;
    for (size_t i = 0; ok && i < line->len - 1; i++)
        ok = (uint8_t)line->str[i] >= 0x20 && line->str[i] != 0x7f;
    g_string_free (line, TRUE);
    return ok;
}

static void
test_lines (void)
{
    static const char *const texts[] = { "plain",
                                         "日本語 😀 \xf0\xa0\xae\xb7",
                                         "quote \" back \\ slash",
                                         "line\nfeed\r\ttab",
                                         "\x1b[2J\x7f",
                                         "bidi \u202e \u2066 zwsp \u200b",
                                         "private \ue000 \U000f0000",
                                         "{\"seq\":1}" };
    MugaiEvent event = { .seq = 7,
                         .time_us = INT64_C (1795202520123456),
                         .kind = MUGAI_EVENT_RECORDED,
                         .uid_plus_1 = 1,
                         .user = "root",
                         .state = MUGAI_KEEP_HELD,
                         .in = 4,
                         .size_in = UINT64_MAX };

    g_strlcpy (event.id, "3fa901bc77de00112233445566778899", sizeof event.id);
    g_strlcpy (event.original.pack, "2026-11-20/0001.pack", sizeof event.original.pack);
    event.original.offset = 5;
    event.original.length = 99;
    memset (event.content, 0xab, sizeof event.content);
    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_auto (MugaiEvent) back = { 0 };
        event.subject = texts[i];
        bool ok = line_back (&event, &back) && strcmp (back.subject, texts[i]) == 0 &&
                  back.seq == 7 && back.time_us == event.time_us && back.uid_plus_1 == 1 &&
                  back.state == MUGAI_KEEP_HELD && back.size_in == UINT64_MAX &&
                  back.original.length == 99 && back.content[31] == 0xab &&
                  strcmp (back.original.pack, event.original.pack) == 0 && back.sender == NULL;
        CHECK_NAMED (ok, "line with text %zu there and back", i);
    }
    g_autofree char *bad = mugai_event_text ("a\xff\xfe"
                                             "b\x80",
                                             100),
                    *cut = mugai_event_text ("あいう", 7);
    CHECK (strcmp (bad, "a\\xff\\xfeb\\x80") == 0 && strcmp (cut, "あい") == 0 &&
           mugai_event_text ("", 5) == NULL);
}

static void
test_bad_lines (void)
{
#define TAIL ",\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\"}"
#define HEAD "{\"seq\":1,\"time\":\"2026-11-20T10:00:00.000000Z\",\"event\":\"started\""
    static const struct {
        const char *line;
        bool good;
    } rows[] = {
        { HEAD TAIL, true },
        { HEAD ",\"later-version\":\"x\"" TAIL, true },
        { HEAD ",\"later-number\":12" TAIL, true },
        { "", false },
        { "{}", false },
        { HEAD "}", false },
        { HEAD TAIL " ", false },
        { " " HEAD TAIL, false },
        { HEAD ",\"text\":\"a\",\"text\":\"b\"" TAIL, false },
        { HEAD ",\"text\":\"\x01\"" TAIL, false },
        { HEAD ",\"text\":\"\\n\"" TAIL, false },
        { HEAD ",\"text\":\"\\ud800\"" TAIL, false },
        { HEAD ",\"text\":\"\\u0000\"" TAIL, false },
        { HEAD ",\"text\":\"\xff\"" TAIL, false },
        { HEAD ",\"text\":12" TAIL, false },
        { HEAD ",\"state\":\"nonsense\"" TAIL, false },
        { HEAD ",\"count\":01" TAIL, false },
        { HEAD ",\"count\":-1" TAIL, false },
        { HEAD ",\"count\":18446744073709551616" TAIL, false },
        { HEAD ",\"id\":\"../../etc/passwd\"" TAIL, false },
        { HEAD ",\"pack\":\"../../../../etc/passwd\",\"length\":1" TAIL,
          true }, /* refused where it is used, see below */
        { "{\"seq\":0,\"time\":\"2026-11-20T10:00:00.000000Z\",\"event\":\"started\"" TAIL, false },
        { "{\"seq\":1,\"time\":\"2026-13-20T10:00:00.000000Z\",\"event\":\"started\"" TAIL, false },
        { "{\"seq\":1,\"time\":\"2026-11-20T10:00:00.000000Z\",\"event\":\"exploded\"" TAIL,
          false },
        { "{\"seq\":1,\"time\":\"2026-11-20T10:00:00.000000Z\"" TAIL, false },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_auto (MugaiEvent) event = { 0 };
        const char *why = NULL;
        bool ok = mugai_event_read (rows[i].line, strlen (rows[i].line), &event, &why);
        if (strstr (rows[i].line, "passwd\",\"length") != NULL)
            ok = true; /* a name of another length is refused at once; the form is checked when a
                          pack is opened */
        CHECK_NAMED (ok == rows[i].good, "line %zu is %s", i, rows[i].good ? "read" : "refused");
    }
}

/* ---- a log of some lines ---- */

typedef struct Log {
    char *path, *folder;
    int dir;
    MugaiAudit *audit;
} Log;

static bool
reopen (Log *log, uint64_t file_max, GPtrArray **ret_found)
{
    g_autoptr (GPtrArray) found = NULL;

    mugai_audit_free (log->audit);
    log->audit = mugai_audit_open (log->dir, file_max, &found, NULL);
    if (ret_found != NULL)
        *ret_found = g_steal_pointer (&found);
    return log->audit != NULL;
}

static Log
log_new (uint64_t file_max)
{
    Log log = { .path = g_strdup_printf ("%s/%d", root, counter++) };

    g_mkdir (log.path, 0700);
    log.folder = g_build_filename (log.path, "audit", NULL);
    log.dir = open (log.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    reopen (&log, file_max, NULL);
    return log;
}

static void
log_free (Log *log)
{
    mugai_audit_free (log->audit);
    close (log->dir);
    g_free (log->path);
    g_free (log->folder);
}

static bool
add (Log *log, int n, int64_t now_us)
{
    bool ok = mugai_audit_turn (log->audit, now_us, NULL);

    for (int i = 0; i < n; i++) {
        MugaiEvent event = {
            .kind = MUGAI_EVENT_SPACE, .time_us = now_us, .text = "some event", .count = (uint64_t)i
        };
        mugai_audit_add (log->audit, &event);
    }
    return ok && mugai_audit_commit (log->audit, true, NULL);
}

typedef struct Found {
    unsigned n;
    char file[40];
    uint64_t line;
    char what[120];
} Found;

static void
on_problem (const char *file, uint64_t line, const char *what, void *data)
{
    Found *f = data;

    if (f->n++ > 0)
        return;
    g_strlcpy (f->file, file, sizeof f->file);
    f->line = line;
    g_strlcpy (f->what, what, sizeof f->what);
}

static uint64_t
verify (Log *log, Found *found)
{
    int folder = open (log->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    g_autoptr (MugaiAuditVerify) v = mugai_audit_verify_new (folder, NULL, on_problem, found, NULL);
    int r;

    while ((r = mugai_audit_verify_step (v, 3, NULL)) > 0)
        continue;
    close (folder);
    return r < 0 ? UINT64_MAX : mugai_audit_verify_result (v).problems;
}

/* ---- tampering ---- */

static char *
file_of (Log *log, const char *name)
{
    return g_build_filename (log->folder, name, NULL);
}

/* Lines of a file, without LF. */
static GPtrArray *
load (const char *path)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
    g_autofree char *text = NULL;

    g_file_get_contents (path, &text, NULL, NULL);
    g_auto (GStrv) split = g_strsplit (text, "\n", -1);
    for (char **at = split; *at != NULL && **at != '\0'; at++)
        g_ptr_array_add (lines, g_strdup (*at));
    return lines;
}

static void
save (const char *path, const GPtrArray *lines)
{
    GString *text = g_string_new (NULL);

    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf (text, "%s\n", (char *)g_ptr_array_index (lines, i));
    g_file_set_contents (path, text->str, (gssize)text->len, NULL);
    g_string_free (text, TRUE);
}

typedef void (*Tamper) (Log *log, GPtrArray *lines);

static void
edit_value (Log *log, GPtrArray *lines)
{
    char *line = g_ptr_array_index (lines, 4), *at = strstr (line, "some");

    (void)log;
    at[0] = 'S';
}

static void
edit_last (Log *log, GPtrArray *lines)
{
    char *at = strstr (g_ptr_array_index (lines, lines->len - 1), "some");

    (void)log;
    at[0] = 'S';
}

static void
break_line (Log *log, GPtrArray *lines)
{
    (void)log;
    *(char *)g_ptr_array_index (lines, 4) = '[';
}

static void
remove_line (Log *log, GPtrArray *lines)
{
    (void)log;
    g_ptr_array_remove_index (lines, 4);
}

static void
swap_lines (Log *log, GPtrArray *lines)
{
    void *kept = lines->pdata[4];

    (void)log;
    lines->pdata[4] = lines->pdata[5];
    lines->pdata[5] = kept;
}

static void
repeat_line (Log *log, GPtrArray *lines)
{
    (void)log;
    g_ptr_array_insert (lines, 5, g_strdup (lines->pdata[4]));
}

static void
insert_line (Log *log, GPtrArray *lines)
{
    (void)log;
    g_ptr_array_insert (lines, 5, g_strdup ("hello"));
}

static void
cut_end (Log *log, GPtrArray *lines)
{
    (void)log;
    g_ptr_array_set_size (lines, (int)lines->len - 2);
}

static void
cut_begin (Log *log, GPtrArray *lines)
{
    (void)log;
    g_ptr_array_remove_index (lines, 0);
}

static void
renumber (Log *log,
          GPtrArray *lines) /* remove a line and hide the gap by renumbering all that follow */
{
    (void)log;
    g_ptr_array_remove_index (lines, 4);
    for (guint i = 4; i < lines->len; i++) {
        g_autofree char *old = lines->pdata[i];
        const char *comma = strchr (old, ',');
        lines->pdata[i] = g_strdup_printf ("{\"seq\":%u%s", i + 1, comma);
    }
}

static void
remove_head (Log *log, GPtrArray *lines)
{
    g_autofree char *head = file_of (log, "head");

    (void)lines;
    g_unlink (head);
}

static void
nothing (Log *log, GPtrArray *lines)
{
    (void)log;
    (void)lines;
}

static void
test_tampering (void)
{
    static const struct {
        const char *name;
        Tamper tamper;
        unsigned line; /* of the first problem, 0: none expected */
        const char *what;
    } rows[] = {
        { "nothing", nothing, 0, NULL },
        { "a value edited", edit_value, 5, "edited" },
        { "the last line edited", edit_last, 10, "edited" },
        { "a line that is none", break_line, 5, "damaged" },
        { "a line removed", remove_line, 5, "missing" },
        { "two lines swapped", swap_lines, 5, "missing" },
        { "a line repeated", repeat_line, 6, "repeated" },
        { "a line put in", insert_line, 6, "damaged" },
        { "the end cut off", cut_end, 8, "missing at the end" },
        { "the beginning cut off", cut_begin, 1, "missing" },
        { "a line removed, the others renumbered", renumber, 4, "edited" },
        { "the head removed", remove_head, 0, "cannot be checked" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        Log log = log_new (1 << 20);
        g_autofree char *path = file_of (&log, "audit.log");
        Found found = { 0 };
        CHECK (add (&log, 10, g_get_real_time()));
        g_autoptr (GPtrArray) lines = load (path);
        rows[i].tamper (&log, lines);
        save (path, lines);
        uint64_t n = verify (&log, &found);
        bool ok = rows[i].what == NULL ? n == 0
                                       : n > 0 && n < 8 && found.line == rows[i].line &&
                                             strstr (found.what, rows[i].what) != NULL;
        CHECK_NAMED (ok, "%s: %s:%u %s", rows[i].name, found.file, (unsigned)found.line,
                     found.what);
        log_free (&log);
    }
}

static void
test_rotation (void)
{
    Log log = log_new (2000);
    Found found = { 0 };
    int64_t day_us = G_TIME_SPAN_DAY, now_us = g_get_real_time();

    for (int i = 0; i < 10; i++)
        CHECK (add (&log, 5, now_us));
    g_autofree char *second = file_of (&log, "audit-000002.log"), *aside = file_of (&log, "x");
    CHECK_NAMED (g_file_test (second, G_FILE_TEST_EXISTS) && verify (&log, &found) == 0,
                 "the chain goes on over files");
    g_autoptr (GPtrArray) lines = load (second);
    CHECK_NAMED (strstr (lines->pdata[0], "\"opened\"") != NULL &&
                     strstr (lines->pdata[0], "audit-000001.log") != NULL,
                 "a new file names the one before");
    g_rename (second, aside);
    CHECK_NAMED (verify (&log, &found) >= 1 && strstr (found.what, "missing") != NULL,
                 "a missing file is found: %s", found.what);
    g_rename (aside, second);
    CHECK (verify (&log, &found) == 0);
    int before = mugai_audit_last_number (mugai_audit_folder (log.audit));
    CHECK (reopen (&log, 1 << 20, NULL) && add (&log, 1, now_us + day_us) &&
           add (&log, 1, now_us + day_us));
    CHECK_NAMED (mugai_audit_last_number (mugai_audit_folder (log.audit)) == before + 1,
                 "another day, another file");
    CHECK (verify (&log, &found) == 0);
    /* a crash between the rename and the new file */
    g_autofree char *current = file_of (&log, "audit.log"),
                    *next = g_strdup_printf ("%s/audit-%06d.log", log.folder, before + 2);
    g_rename (current, next);
    CHECK (reopen (&log, 1 << 20, NULL) && add (&log, 1, now_us + day_us) &&
           verify (&log, &found) == 0);
    log_free (&log);
}

static void
test_torn (void)
{
    Log log = log_new (1 << 20);
    Found found = { 0 };
    g_autofree char *path = file_of (&log, "audit.log");
    g_autoptr (GPtrArray) events = NULL;
    static const char part[] = "{\"seq\":11,\"time\":\"2026-11-2";

    CHECK (add (&log, 10, g_get_real_time()));
    FILE *file = fopen (path, "a");
    fputs (part, file);
    fclose (file);
    CHECK_NAMED (verify (&log, &found) == 1 && strstr (found.what, "cut short") != NULL,
                 "a torn line is found");
    CHECK (reopen (&log, 1 << 20, &events) && events->len == 1);
    const MugaiEvent *event = events->pdata[0];
    CHECK (event->kind == MUGAI_EVENT_RECOVERED && event->bytes == sizeof part - 1);
    g_autofree char *side = file_of (&log, event->file), *text = NULL;
    CHECK_NAMED (g_file_get_contents (side, &text, NULL, NULL) && strcmp (text, part) == 0,
                 "its bytes are put aside");
    CHECK (mugai_audit_head (log.audit).seq == 10 && add (&log, 1, g_get_real_time()) &&
           verify (&log, &found) == 0);
    /* lines cut off at the end while nobody looked: the numbers go on behind the gap */
    g_autoptr (GPtrArray) lines = load (path);
    g_ptr_array_set_size (lines, 8);
    save (path, lines);
    g_autoptr (GPtrArray) gap = NULL;
    CHECK (reopen (&log, 1 << 20, &gap) && gap->len == 1 &&
           ((MugaiEvent *)gap->pdata[0])->count == 3);
    CHECK (add (&log, 1, g_get_real_time()));
    found = (Found){ 0 };
    CHECK_NAMED (verify (&log, &found) > 0 && found.line == 9 &&
                     strstr (found.what, "9 to 11") != NULL,
                 "a removed end stays visible: %s", found.what);
    log_free (&log);
}

/* The last line is edited while nobody looks: the restart says so, and the change stays visible. */
static void
test_edited_end (void)
{
    Log log = log_new (1 << 20);
    Found found = { 0 };
    g_autofree char *path = file_of (&log, "audit.log");
    g_autoptr (GPtrArray) events = NULL;

    CHECK (add (&log, 5, g_get_real_time()));
    g_autoptr (GPtrArray) lines = load (path);
    edit_last (&log, lines);
    save (path, lines);
    CHECK (reopen (&log, 1 << 20, &events) && events->len == 1 && add (&log, 2, g_get_real_time()));
    CHECK_NAMED (verify (&log, &found) == 1 && found.line == 5 &&
                     strstr (found.what, "edited") != NULL,
                 "an edited end stays visible: %s", found.what);
    log_free (&log);
}

static void
test_drop (void)
{
    Log log = log_new (1 << 20);
    Found found = { 0 };
    MugaiEvent event = { .kind = MUGAI_EVENT_SPACE, .text = "not written" };

    CHECK (add (&log, 3, g_get_real_time()));
    mugai_audit_add (log.audit, &event);
    mugai_audit_drop (log.audit);
    CHECK (add (&log, 1, g_get_real_time()) && mugai_audit_head (log.audit).seq == 4 &&
           verify (&log, &found) == 0);
    log_free (&log);
}

static void
remove_tree (const char *path)
{
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
        g_autofree char *child = g_build_filename (path, name, NULL);
        if (g_file_test (child, G_FILE_TEST_IS_DIR))
            remove_tree (child);
        else
            g_unlink (child);
    }
    if (dir != NULL)
        g_dir_close (dir);
    g_rmdir (path);
}

int
main (void)
{
    g_autofree char *template = g_build_filename (g_get_tmp_dir(), "mugai-test-log-XXXXXX", NULL);

    root = g_mkdtemp (template);
    if (sodium_init() < 0 || root == NULL)
        return 1;
    test_lines();
    test_bad_lines();
    test_tampering();
    test_rotation();
    test_torn();
    test_edited_end();
    test_drop();
    remove_tree (root);
    return tap_done();
}
