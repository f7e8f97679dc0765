/* SPDX-License-Identifier: Apache-2.0
 *
 * test-keep-wire: every value of wire/keep.h there and back; every cut, and a byte too many, is
 * refused.
 */
#include "tap.h"
#include "wire/keep.h"

static uint8_t buffer[65536];
static const char id[] = "3fa901bc77de00112233445566778899";

typedef bool (*Read) (const void *data, size_t size);

/* No shorter and no longer frame than the right one is read. */
static void
only_whole (const char *name, size_t size, Read read)
{
    unsigned wrong = 0;

    for (size_t n = 0; n < size; n++) {
        g_autofree uint8_t *exact =
            g_memdup2 (buffer, n); /* its own block, so that a read past it shows */
        if (read (exact, n)) {
            printf ("# %s of %zu bytes was read at %zu\n", name, size, n);
            wrong++;
        }
    }
    buffer[size] = 0;
    CHECK_NAMED (size > 0 && read (buffer, size), "%s is read", name);
    CHECK_NAMED (wrong == 0 && !read (buffer, size + 1), "%s is only read whole", name);
}

static bool
read_put (const void *data, size_t size)
{
    MugaiKeepPut put;
    g_autofree char *auth = NULL;

    return mugai_keep_put_read (data, size, &put, &auth) && strcmp (put.id, id) == 0 &&
           strcmp (put.auth, "dkim=pass") == 0;
}

static bool
read_record (const void *data, size_t size)
{
    MugaiKeepRecord r;
    g_autofree char *texts = NULL;

    return mugai_keep_record_read (data, size, &r, &texts) && strcmp (r.subject, "件名") == 0 &&
           strcmp (r.client, "") == 0 && strcmp (r.recipient, "b@example.jp") == 0 && r.durable &&
           r.withheld == 4;
}

static bool
read_entry (const void *data, size_t size)
{
    g_auto (MugaiKeepEntry) e = { 0 };
    uint32_t extra = 0;

    return mugai_keep_entry_read (data, size, &e, &extra) && extra == 5 &&
           strcmp (e.subject, "件名") == 0 && e.original;
}

static bool
read_query (const void *data, size_t size)
{
    MugaiKeepQuery q;

    return mugai_keep_query_read (data, size, &q) && strcmp (q.prefix, "3fa9") == 0;
}

static bool
read_get (const void *data, size_t size)
{
    char got[MUGAI_ID_SIZE];
    uint32_t want;

    return mugai_keep_get_read (data, size, got, &want) && want == 3;
}

static bool
read_fail (const void *data, size_t size)
{
    uint32_t code;
    g_autofree char *text = NULL;

    return mugai_keep_fail_read (data, size, &code, &text);
}

static bool
read_problem (const void *data, size_t size)
{
    g_autofree char *file = NULL, *what = NULL;
    uint64_t line;

    return mugai_keep_problem_read (data, size, &file, &line, &what) && line == 9;
}

static bool
read_status (const void *data, size_t size)
{
    MugaiKeepStatus s;

    return mugai_keep_status_read (data, size, &s) && s.items == 3 && s.refusing;
}

static bool
read_log (const void *data, size_t size)
{
    MugaiKeepLogResult r;

    return mugai_keep_log_result_read (data, size, &r) && r.seq == 8;
}

static void
test_values (void)
{
    MugaiKeepPut put = { .kind = MUGAI_ITEM_MAIL, .auth = "dkim=pass" };
    MugaiKeepRecord record = { .state = MUGAI_KEEP_HOLDING,
                               .durable = true,
                               .kind = MUGAI_ITEM_MAIL,
                               .withheld = 4,
                               .subject = "件名",
                               .recipient = "b@example.jp" };
    MugaiKeepEntry entry = { .state = MUGAI_KEEP_HELD,
                             .original = true,
                             .subject = (char *)"件名" };
    MugaiKeepQuery query = { .limit = 5, .prefix = "3fa9" };
    MugaiKeepStatus status = { .items = 3, .refusing = true };
    MugaiKeepLogResult result = { .seq = 8 };

    memcpy (put.id, id, sizeof put.id);
    memcpy (record.id, id, sizeof record.id);
    memcpy (entry.id, id, sizeof entry.id);
    only_whole ("put", mugai_keep_put_write (&put, buffer, sizeof buffer), read_put);
    only_whole ("record", mugai_keep_record_write (&record, buffer, sizeof buffer), read_record);
    only_whole ("entry", mugai_keep_entry_write (&entry, 5, buffer, sizeof buffer), read_entry);
    only_whole ("query", mugai_keep_query_write (&query, buffer, sizeof buffer), read_query);
    only_whole ("get", mugai_keep_get_write ("3fa9", 3, buffer, sizeof buffer), read_get);
    only_whole ("fail", mugai_keep_fail_write (MUGAI_KEEP_CODE_IO, "text", buffer, sizeof buffer),
                read_fail);
    only_whole ("problem",
                mugai_keep_problem_write ("audit.log", 9, "edited", buffer, sizeof buffer),
                read_problem);
    only_whole ("status", mugai_keep_status_write (&status, buffer, sizeof buffer), read_status);
    only_whole ("log result", mugai_keep_log_result_write (&result, buffer, sizeof buffer),
                read_log);
}

static void
test_bounds (void)
{
    g_autofree char *long_text = g_strnfill (100000, 'x');
    g_autoptr (GString) kanji = g_string_new (NULL);
    MugaiKeepPut put = { .kind = MUGAI_ITEM_MAIL, .auth = long_text }, back;
    g_autofree char *auth = NULL, *cut = NULL;
    uint32_t code;
    g_autofree char *text = NULL;

    memcpy (put.id, id, sizeof put.id);
    size_t size = mugai_keep_put_write (&put, buffer, sizeof buffer);
    CHECK (mugai_keep_put_read (buffer, size, &back, &auth) && strlen (auth) == MUGAI_KEEP_TEXT);
    for (int i = 0; i < 1000; i++)
        g_string_append (kanji, "漢");
    put.auth = kanji->str;
    size = mugai_keep_put_write (&put, buffer, sizeof buffer);
    CHECK_NAMED (mugai_keep_put_read (buffer, size, &back, &cut) && g_utf8_validate (cut, -1, NULL),
                 "cut at a character");
    put.id[3] = 'G';
    size = mugai_keep_put_write (&put, buffer, sizeof buffer);
    g_autofree char *none = NULL;
    CHECK_NAMED (!mugai_keep_put_read (buffer, size, &back, &none),
                 "an id that is none is refused");
    size = mugai_keep_fail_write (MUGAI_KEEP_CODE_IO, "text", buffer, sizeof buffer);
    buffer[size - 1] = 0;
    CHECK_NAMED (!mugai_keep_fail_read (buffer, size, &code, &text), "a NUL in a text is refused");
    CHECK (mugai_keep_fail_write (MUGAI_KEEP_CODE_IO, "text", buffer, 5) == 0);
    CHECK (mugai_keep_get_write ("xyz1", 1, buffer, sizeof buffer) > 0 && !read_get (buffer, 12));
}

static void
test_states (void)
{
    for (unsigned i = 1; i <= MUGAI_KEEP_STATES; i++)
        CHECK (mugai_keep_state_from_name (mugai_keep_state_name (i)) == i);
    CHECK (mugai_keep_state_name (0) == NULL &&
           mugai_keep_state_name (MUGAI_KEEP_STATES + 1) == NULL &&
           mugai_keep_state_from_name ("") == 0);
}

int
main (void)
{
    test_values();
    test_bounds();
    test_states();
    return tap_done();
}
