/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the sums are counted again from the parts; then each leaf of the output marks the
 * part it came from, the marks run down the tree (a parent stands before its children), and every
 * part that claims to be delivered must bear one.
 */
#include "core/report.h"

#include "core/error.h"
#include "core/facts.h"
#include "core/type.h"

#include <stdarg.h>
#include <string.h>

G_GNUC_PRINTF (2, 3)
static bool
differ (GError **error, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *what = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_INTERNAL, "conservation: %s", what);
    return false;
}

/* The report against itself. */
static bool
check_sums (const MugaiReport *report, GError **error)
{
    MugaiReport counted = { .parts = report->parts };

    mugai_report_count (&counted);
    if (counted.in != report->in || counted.delivered != report->delivered ||
        counted.converted != report->converted || counted.withheld != report->withheld)
        return differ (error, "sums %u=%u+%u+%u, but the parts give %u=%u+%u+%u", report->in,
                       report->delivered, report->converted, report->withheld, counted.in,
                       counted.delivered, counted.converted, counted.withheld);
    if ((uint64_t)report->delivered + report->converted + report->withheld != report->in)
        return differ (error, "%u leaves in, %u delivered + %u converted + %u withheld", report->in,
                       report->delivered, report->converted, report->withheld);
    if (report->outcome != MUGAI_ITEM_DELIVERED && report->delivered + report->converted > 0)
        return differ (error, "an item that does not go on has %u leaves delivered",
                       report->delivered + report->converted);
    return true;
}

static bool
check_verdict (const MugaiReport *report, const MugaiVerdict *verdict, GError **error)
{
    if (!verdict->ok)
        return differ (error, "the verifier refused the result");
    bool file = (verdict->in | verdict->delivered | verdict->converted | verdict->withheld) == 0;
    if (!file && (verdict->in != report->in || verdict->delivered != report->delivered ||
                  verdict->converted != report->converted || verdict->withheld != report->withheld))
        return differ (error, "report says %u=%u+%u+%u, the result %u=%u+%u+%u", report->in,
                       report->delivered, report->converted, report->withheld, verdict->in,
                       verdict->delivered, verdict->converted, verdict->withheld);
    if (verdict->leaves != report->leaves->len)
        return differ (error, "report lists %u leaves, %u were found", report->leaves->len,
                       verdict->leaves);
    MugaiSha256 h;
    uint8_t digest[MUGAI_SHA256_SIZE];
    mugai_sha256_init (&h);
    for (guint i = 0; i < report->leaves->len; i++) {
        const MugaiReportLeaf *leaf = g_ptr_array_index (report->leaves, i);
        mugai_sha256_update (&h, leaf->sha256, sizeof leaf->sha256);
    }
    mugai_sha256_final (&h, digest);
    if (memcmp (digest, verdict->leaves_sha256, sizeof digest) != 0)
        return differ (error, "the digest of %u leaves is not that of what was found",
                       report->leaves->len);
    return true;
}

/* Every leaf comes from a part that may be its source; marks it in @has. */
static bool
check_sources (const MugaiReport *report, bool *has, GError **error)
{
    for (guint i = 0; i < report->leaves->len; i++) {
        const MugaiReportLeaf *leaf = g_ptr_array_index (report->leaves, i);
        if (leaf->part == MUGAI_REPORT_NO_PART && i == 0)
            continue;
        if (leaf->part >= report->parts->len)
            return differ (error, "leaf %u comes from part %u of %u", i, leaf->part,
                           report->parts->len);
        if (report->outcome != MUGAI_ITEM_DELIVERED)
            return differ (error, "leaf %u comes from part %u of an item that does not go on", i,
                           leaf->part);
        const MugaiReportPart *part = g_ptr_array_index (report->parts, leaf->part);
        if (part->outcome == MUGAI_OUTCOME_WITHHELD ||
            (part->leaf && part->outcome == MUGAI_OUTCOME_NONE))
            return differ (error, "leaf %u comes from part %u, which was withheld", i, leaf->part);
        has[leaf->part] = true;
    }
    return true;
}

/* A text is a leaf, and so are the files that were written into it. */
static bool
is_text (const char *type)
{
    const MugaiType *row = type != NULL ? mugai_type_by_id (type) : NULL;

    return row != NULL && strcmp (row->family, "text") == 0;
}

static bool
check_delivered (const MugaiReport *report, bool *has, GError **error)
{
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        const MugaiReportPart *parent = g_ptr_array_index (report->parts, part->parent);
        has[i] = has[i] || (has[part->parent] && !parent->leaf);
        bool shown = has[i] || (part->role == MUGAI_ROLE_BODY && report->leaves->len > 0);
        if (part->leaf && part->outcome == MUGAI_OUTCOME_DELIVERED && !shown)
            return differ (error, "part %u is said to be delivered, but no leaf comes from it", i);
        if (i > 0 && parent->leaf && !is_text (parent->type))
            return differ (error, "part %u is a leaf and holds part %u", part->parent, i);
    }
    return true;
}

bool
mugai_report_check (const MugaiReport *report, const MugaiVerdict *verdict, GError **error)
{
    g_autofree bool *has = g_new0 (bool, (size_t)report->parts->len + 1);

    return check_sums (report, error) && check_verdict (report, verdict, error) &&
           check_sources (report, has, error) && check_delivered (report, has, error);
}
