/* SPDX-License-Identifier: Apache-2.0
 *
 * The value itself: making, filling, counting. report-wire.c writes and reads it, report-check.c
 * compares it.
 */
#include "core/report.h"

#include "core/facts.h"

#include <string.h>

static void
finding_free (void *data)
{
    MugaiFinding *finding = data;

    g_free (finding->code);
    g_free (finding->evidence);
    g_free (finding);
}

static void
step_free (void *data)
{
    MugaiTraceStep *step = data;

    g_free (step->key);
    g_free (step->value);
    g_free (step);
}

static void
part_free (void *data)
{
    MugaiReportPart *part = data;

    g_free (part->path);
    g_free (part->name);
    g_free (part->type);
    g_free (part->declared);
    g_free (part->rule);
    g_free (part->rule_file);
    g_free (part->method);
    g_free (part->reason);
    g_ptr_array_unref (part->findings);
    g_ptr_array_unref (part->trace);
    g_free (part);
}

static void
leaf_free (void *data)
{
    MugaiReportLeaf *leaf = data;

    g_free (leaf->type);
    g_free (leaf->name);
    g_free (leaf);
}

MugaiReport *
mugai_report_new (void)
{
    MugaiReport *report = g_new0 (MugaiReport, 1);

    report->outcome = MUGAI_ITEM_DELIVERED;
    report->parts = g_ptr_array_new_with_free_func (part_free);
    report->leaves = g_ptr_array_new_with_free_func (leaf_free);
    report->findings = g_ptr_array_new_with_free_func (finding_free);
    return report;
}

void
mugai_report_free (MugaiReport *report)
{
    if (report == NULL)
        return;
    g_free (report->reason);
    g_free (report->subject);
    g_free (report->from);
    g_free (report->message_id);
    g_ptr_array_unref (report->parts);
    g_ptr_array_unref (report->leaves);
    g_ptr_array_unref (report->findings);
    g_free (report);
}

MugaiReportPart *
mugai_report_add_part (MugaiReport *report, uint32_t parent, uint32_t *ret_index)
{
    uint32_t index = report->parts->len;

    g_assert (index == 0 ? parent == 0 : parent < index);
    MugaiReportPart *part = g_new0 (MugaiReportPart, 1);
    part->parent = parent;
    part->chosen = true;
    part->findings = g_ptr_array_new_with_free_func (finding_free);
    part->trace = g_ptr_array_new_with_free_func (step_free);
    g_ptr_array_add (report->parts, part);
    if (ret_index != NULL)
        *ret_index = index;
    return part;
}

MugaiReportLeaf *
mugai_report_add_leaf (MugaiReport *report)
{
    MugaiReportLeaf *leaf = g_new0 (MugaiReportLeaf, 1);

    leaf->part = MUGAI_REPORT_NO_PART;
    g_ptr_array_add (report->leaves, leaf);
    return leaf;
}

/* The same finding comes in runs, so only the last few are looked at: linear in the number of
 * calls. */
enum { LOOK_BACK = 32 };

void
mugai_report_add_finding (GPtrArray *findings, const char *code, uint64_t count,
                          const char *evidence)
{
    if (evidence == NULL)
        evidence = "";
    for (guint i = findings->len, n = 0; i > 0 && n < LOOK_BACK; i--, n++) {
        MugaiFinding *earlier = g_ptr_array_index (findings, i - 1);
        if (g_str_equal (earlier->code, code) && g_str_equal (earlier->evidence, evidence)) {
            earlier->count =
                count > UINT64_MAX - earlier->count ? UINT64_MAX : earlier->count + count;
            return;
        }
    }
    MugaiFinding *finding = g_new0 (MugaiFinding, 1);
    finding->code = g_strdup (code);
    finding->count = count;
    finding->evidence = g_strdup (evidence);
    g_ptr_array_add (findings, finding);
}

void
mugai_report_add_trace (MugaiReportPart *part, uint32_t rule, const char *key, const char *value)
{
    MugaiTraceStep *step = g_new0 (MugaiTraceStep, 1);

    step->rule = rule;
    step->key = g_strdup (key);
    step->value = g_strdup (value != NULL ? value : "");
    g_ptr_array_add (part->trace, step);
}

static bool
is_withheld (const MugaiReportPart *part)
{
    return part->outcome == MUGAI_OUTCOME_WITHHELD;
}

/* An attachment is a leaf of its own, whatever it was found in. */
static bool
goes_by_itself (const MugaiReportPart *part)
{
    return part->role == MUGAI_ROLE_ATTACHMENT || part->role == MUGAI_ROLE_INLINE;
}

uint32_t *
mugai_report_carriers (const MugaiReport *report)
{
    uint32_t count = report->parts->len;
    uint32_t *carriers = g_new (uint32_t, (size_t)count + 1);

    memset (carriers, 0xff, sizeof *carriers * ((size_t)count + 1)); /* NO_LEAF */
    for (guint i = 0; i < report->leaves->len; i++) {
        const MugaiReportLeaf *leaf = g_ptr_array_index (report->leaves, i);
        if (leaf->part < count && carriers[leaf->part] == MUGAI_REPORT_NO_LEAF)
            carriers[leaf->part] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (is_withheld (part))
            carriers[i] = MUGAI_REPORT_NO_LEAF;
        else if (carriers[i] == MUGAI_REPORT_NO_LEAF && i > 0 && !goes_by_itself (part))
            carriers[i] = carriers[part->parent];
        if (carriers[i] == MUGAI_REPORT_NO_LEAF && part->leaf && !is_withheld (part) &&
            part->role == MUGAI_ROLE_BODY && report->leaves->len > 0)
            carriers[i] = 0;
    }
    return carriers;
}

void
mugai_report_count (MugaiReport *report)
{
    report->in = report->delivered = report->converted = report->withheld = 0;
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (!part->leaf)
            continue;
        report->in++;
        report->delivered += part->outcome == MUGAI_OUTCOME_DELIVERED;
        report->converted += part->outcome == MUGAI_OUTCOME_CONVERTED;
        report->withheld += part->outcome == MUGAI_OUTCOME_WITHHELD;
    }
}
