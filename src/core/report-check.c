/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: the sums are counted again from the parts, the leaves compared with what the
 * verifier found, and every part that claims to go on must be held by one of those leaves.
 */
#include "core/report.h"

#include "core/error.h"

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

/* Every leaf comes from a part that may be its source. */
static bool
check_sources (const MugaiReport *report, GError **error)
{
    for (guint i = 0; i < report->leaves->len; i++) {
        const MugaiReportLeaf *leaf = g_ptr_array_index (report->leaves, i);
        if (leaf->part == MUGAI_REPORT_NO_PART && i <= 1)
            continue; /* a body that is our own, and an attachment that holds the notice */
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
    }
    return true;
}

/* Every part that is said to go on is held by a leaf. */
static bool
check_parts (const MugaiReport *report, GError **error)
{
    g_autofree uint32_t *carriers = mugai_report_carriers (report);

    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        bool on =
            part->outcome == MUGAI_OUTCOME_DELIVERED || part->outcome == MUGAI_OUTCOME_CONVERTED;
        if (on && !part->leaf)
            return differ (error, "part %u is said to be delivered, but is no leaf", i);
        if (on && part->chosen && carriers[i] == MUGAI_REPORT_NO_LEAF)
            return differ (error, "part %u is said to be delivered, but no leaf holds it", i);
        if (!part->chosen && part->outcome == MUGAI_OUTCOME_DELIVERED)
            return differ (error, "part %u was not chosen and is said to be delivered", i);
    }
    return true;
}

bool
mugai_report_check (const MugaiReport *report, const MugaiVerdict *verdict, GError **error)
{
    return check_sums (report, error) && check_verdict (report, verdict, error) &&
           check_sources (report, error) && check_parts (report, error);
}
