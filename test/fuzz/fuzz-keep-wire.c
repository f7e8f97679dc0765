/* SPDX-License-Identifier: Apache-2.0
 *
 * fuzz-keep-wire: every reader of wire/keep.h. First byte: which one. What is read must be written
 * again to the same bytes (values) or be read again (texts that were cut).
 */
#include "wire/keep.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static uint8_t out[65536];

static void
same (const uint8_t *data, size_t size, size_t written)
{
    if (written != size || memcmp (out, data, size) != 0)
        abort();
}

static void
one_record (const uint8_t *data, size_t size)
{
    MugaiKeepRecord r;
    g_autofree char *texts = NULL;

    if (mugai_keep_record_read (data, size, &r, &texts))
        same (data, size, mugai_keep_record_write (&r, out, sizeof out));
}

static void
one_put (const uint8_t *data, size_t size)
{
    MugaiKeepPut p;
    g_autofree char *auth = NULL;

    if (mugai_keep_put_read (data, size, &p, &auth))
        same (data, size, mugai_keep_put_write (&p, out, sizeof out));
}

static void
one_entry (const uint8_t *data, size_t size)
{
    g_auto (MugaiKeepEntry) e = { 0 };
    uint32_t extra;

    if (mugai_keep_entry_read (data, size, &e, &extra))
        same (data, size, mugai_keep_entry_write (&e, extra, out, sizeof out));
}

static void
one_small (unsigned which, const uint8_t *data, size_t size)
{
    g_autofree char *a = NULL, *b = NULL;
    char id[MUGAI_ID_SIZE];
    MugaiKeepQuery query;
    MugaiKeepStatus status;
    MugaiKeepLogResult result;
    uint32_t number;
    uint64_t line;

    if (which == 3 && mugai_keep_query_read (data, size, &query))
        same (data, size, mugai_keep_query_write (&query, out, sizeof out));
    else if (which == 4 && mugai_keep_get_read (data, size, id, &number))
        same (data, size, mugai_keep_get_write (id, number, out, sizeof out));
    else if (which == 5 && mugai_keep_fail_read (data, size, &number, &a))
        same (data, size, mugai_keep_fail_write ((MugaiKeepCode)number, a, out, sizeof out));
    else if (which == 6 && mugai_keep_problem_read (data, size, &a, &line, &b))
        same (data, size, mugai_keep_problem_write (a, line, b, out, sizeof out));
    else if (which == 7 && mugai_keep_log_result_read (data, size, &result))
        same (data, size, mugai_keep_log_result_write (&result, out, sizeof out));
    else if (which == 8 && mugai_keep_status_read (data, size, &status))
        mugai_keep_status_write (&status, out, sizeof out);
    else if (which == 9 && mugai_keep_text_read (data, size, &a))
        same (data, size, mugai_keep_text_write (a, out, sizeof out));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 0)
        one_put (data + 1, size - 1);
    else if (data[0] == 1)
        one_record (data + 1, size - 1);
    else if (data[0] == 2)
        one_entry (data + 1, size - 1);
    else
        one_small (data[0], data + 1, size - 1);
    return 0;
}
