/* SPDX-License-Identifier: Apache-2.0
 *
 * The binary form of a report: each write_x with its read_x. Counts are checked against the bytes
 * that are left before anything is allocated for them; a parent stands before its children, so the
 * tree has no cycles.
 */
#include "core/report.h"

#include "core/error.h"
#include "core/facts.h"
#include "core/store.h"

#include <string.h>

enum {
    MAGIC = 0x3152474d, /* "MGR1" */
    /* fewest bytes of each */
    FINDING_LEAST = 4 + 8 + 4,
    STEP_LEAST = 4 + 4 + 4,
    PART_LEAST = 4 + 8 + MUGAI_SHA256_SIZE,
    LEAF_LEAST = 4 + 8 + MUGAI_SHA256_SIZE,
};

static void
write_text (GByteArray *out, const char *text)
{
    mugai_store_text (out, text, MUGAI_REPORT_TEXT);
}

static char *
read_text (MugaiCursor *c)
{
    return mugai_store_read_text (c, MUGAI_REPORT_TEXT);
}

static void
read_sha256 (MugaiCursor *c, uint8_t sha256[MUGAI_SHA256_SIZE])
{
    const uint8_t *bytes = mugai_cursor_bytes (c, MUGAI_SHA256_SIZE);

    if (bytes != NULL)
        memcpy (sha256, bytes, MUGAI_SHA256_SIZE);
}

static void
write_findings (GByteArray *out, const GPtrArray *findings)
{
    mugai_store_u32 (out, findings->len);
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        write_text (out, finding->code);
        mugai_store_u64 (out, finding->count);
        write_text (out, finding->evidence);
    }
}

static void
read_findings (MugaiCursor *c, GPtrArray *findings)
{
    uint32_t count = mugai_store_read_count (c, FINDING_LEAST);

    for (uint32_t i = 0; i < count && !c->failed; i++) {
        g_autofree char *code = read_text (c);
        uint64_t number = mugai_cursor_u64 (c);
        g_autofree char *evidence = read_text (c);
        if (c->failed)
            return;
        MugaiFinding *finding = g_new0 (MugaiFinding, 1);
        finding->code = g_steal_pointer (&code);
        finding->count = number;
        finding->evidence = g_steal_pointer (&evidence);
        g_ptr_array_add (findings, finding);
    }
}

static void
write_trace (GByteArray *out, const GPtrArray *trace)
{
    mugai_store_u32 (out, trace->len);
    for (guint i = 0; i < trace->len; i++) {
        const MugaiTraceStep *step = g_ptr_array_index (trace, i);
        mugai_store_u32 (out, step->rule);
        write_text (out, step->key);
        write_text (out, step->value);
    }
}

static void
read_trace (MugaiCursor *c, MugaiReportPart *part)
{
    uint32_t count = mugai_store_read_count (c, STEP_LEAST);

    for (uint32_t i = 0; i < count && !c->failed; i++) {
        uint32_t rule = mugai_cursor_u32 (c);
        g_autofree char *key = read_text (c);
        g_autofree char *value = read_text (c);
        if (!c->failed)
            mugai_report_add_trace (part, rule, key, value);
    }
}

static void
write_part (GByteArray *out, const MugaiReportPart *part)
{
    mugai_store_u32 (out, part->parent);
    write_text (out, part->path);
    write_text (out, part->name);
    write_text (out, part->type);
    write_text (out, part->declared);
    mugai_store_u64 (out, part->size);
    mugai_store_bytes (out, part->sha256, sizeof part->sha256);
    mugai_store_u8 (out, part->leaf);
    mugai_store_u8 (out, part->chosen);
    mugai_store_u8 (out, part->role);
    mugai_store_u8 (out, (uint8_t)part->outcome);
    write_text (out, part->rule);
    mugai_store_u32 (out, part->rule_line);
    write_text (out, part->rule_file);
    write_text (out, part->method);
    write_text (out, part->reason);
    write_findings (out, part->findings);
    write_trace (out, part->trace);
}

static void
read_part (MugaiCursor *c, MugaiReport *report)
{
    uint32_t parent = mugai_cursor_u32 (c), index = report->parts->len;

    if (c->failed || (index == 0 ? parent != 0 : parent >= index)) {
        c->failed = true;
        return;
    }
    MugaiReportPart *part = mugai_report_add_part (report, parent, NULL);
    part->path = read_text (c);
    part->name = read_text (c);
    part->type = read_text (c);
    part->declared = read_text (c);
    part->size = mugai_cursor_u64 (c);
    read_sha256 (c, part->sha256);
    part->leaf = mugai_store_read_bool (c);
    part->chosen = mugai_store_read_bool (c);
    part->role = mugai_cursor_u8 (c);
    part->outcome = (MugaiOutcome)mugai_cursor_u8 (c);
    part->rule = read_text (c);
    part->rule_line = mugai_cursor_u32 (c);
    part->rule_file = read_text (c);
    part->method = read_text (c);
    part->reason = read_text (c);
    read_findings (c, part->findings);
    read_trace (c, part);
    /* Role 0: a part given up before its role was known. */
    if (part->role > MUGAI_ROLE_MEMBER || part->outcome > MUGAI_OUTCOME_WITHHELD)
        c->failed = true;
}

static void
write_leaf (GByteArray *out, const MugaiReportLeaf *leaf)
{
    mugai_store_u32 (out, leaf->part);
    write_text (out, leaf->type);
    write_text (out, leaf->name);
    mugai_store_u64 (out, leaf->size);
    mugai_store_bytes (out, leaf->sha256, sizeof leaf->sha256);
}

static void
read_leaf (MugaiCursor *c, MugaiReport *report)
{
    MugaiReportLeaf *leaf = mugai_report_add_leaf (report);

    leaf->part = mugai_cursor_u32 (c);
    leaf->type = read_text (c);
    leaf->name = read_text (c);
    leaf->size = mugai_cursor_u64 (c);
    read_sha256 (c, leaf->sha256);
    if (leaf->part != MUGAI_REPORT_NO_PART && leaf->part >= report->parts->len)
        c->failed = true;
}

static void
write_head (GByteArray *out, const MugaiReport *report)
{
    mugai_store_u32 (out, MAGIC);
    mugai_store_bytes (out, report->id, MUGAI_ID_SIZE - 1);
    mugai_store_u8 (out, (uint8_t)report->outcome);
    write_text (out, report->reason);
    mugai_store_u32 (out, report->in);
    mugai_store_u32 (out, report->delivered);
    mugai_store_u32 (out, report->converted);
    mugai_store_u32 (out, report->withheld);
    mugai_store_u64 (out, report->size_in);
    mugai_store_u64 (out, report->size_out);
    mugai_store_bytes (out, report->sha256_in, MUGAI_SHA256_SIZE);
    mugai_store_bytes (out, report->sha256_out, MUGAI_SHA256_SIZE);
    mugai_store_bytes (out, report->policy, MUGAI_SHA256_SIZE);
    write_text (out, report->subject);
    write_text (out, report->from);
    write_text (out, report->message_id);
}

static void
read_head (MugaiCursor *c, MugaiReport *report)
{
    if (mugai_cursor_u32 (c) != MAGIC)
        c->failed = true;
    const uint8_t *id = mugai_cursor_bytes (c, MUGAI_ID_SIZE - 1);
    if (id != NULL)
        memcpy (report->id, id, MUGAI_ID_SIZE - 1);
    report->outcome = (MugaiItemOutcome)mugai_cursor_u8 (c);
    report->reason = read_text (c);
    report->in = mugai_cursor_u32 (c);
    report->delivered = mugai_cursor_u32 (c);
    report->converted = mugai_cursor_u32 (c);
    report->withheld = mugai_cursor_u32 (c);
    report->size_in = mugai_cursor_u64 (c);
    report->size_out = mugai_cursor_u64 (c);
    read_sha256 (c, report->sha256_in);
    read_sha256 (c, report->sha256_out);
    read_sha256 (c, report->policy);
    report->subject = read_text (c);
    report->from = read_text (c);
    report->message_id = read_text (c);
    if (!mugai_id_valid (report->id) || report->outcome < MUGAI_ITEM_DELIVERED ||
        report->outcome > MUGAI_ITEM_REJECTED)
        c->failed = true;
}

GBytes *
mugai_report_write (const MugaiReport *report)
{
    GByteArray *out = g_byte_array_new();

    write_head (out, report);
    mugai_store_u32 (out, report->parts->len);
    for (guint i = 0; i < report->parts->len; i++)
        write_part (out, g_ptr_array_index (report->parts, i));
    mugai_store_u32 (out, report->leaves->len);
    for (guint i = 0; i < report->leaves->len; i++)
        write_leaf (out, g_ptr_array_index (report->leaves, i));
    write_findings (out, report->findings);
    return g_byte_array_free_to_bytes (out);
}

MugaiReport *
mugai_report_read (const void *data, size_t size, uint64_t max, GError **error)
{
    g_autoptr (MugaiReport) report = mugai_report_new();
    MugaiCursor c = mugai_cursor (data, size);

    if (size > max)
        c.failed = true;
    read_head (&c, report);
    uint32_t parts = mugai_store_read_count (&c, PART_LEAST);
    for (uint32_t i = 0; i < parts && !c.failed; i++)
        read_part (&c, report);
    uint32_t leaves = mugai_store_read_count (&c, LEAF_LEAST);
    for (uint32_t i = 0; i < leaves && !c.failed; i++)
        read_leaf (&c, report);
    read_findings (&c, report->findings);
    if (!mugai_cursor_done (&c)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL,
                     "malformed report of %zu bytes (at most %" G_GUINT64_FORMAT " allowed)", size,
                     max);
        return NULL;
    }
    return g_steal_pointer (&report);
}
