/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports for tests: an ordinary mail, and one in which every string is hostile.
 */
#pragma once

#include "core/envelope.h"
#include "core/facts.h"
#include "core/report-json.h"
#include "core/report.h"

#include <stdio.h>
#include <string.h>

#define REPORT_EVIL                                                                                \
    "a\033[31m\x9b\xff\xe2\x80\xae\xe2\x80\x8b\xef\xbb\xbf\xee\x80\x80\\\"\n\r\x7f</script>"

static inline MugaiReportPart *
sample_part (MugaiReport *report, uint32_t parent, const char *path, const char *type, bool leaf,
             MugaiOutcome outcome)
{
    MugaiReportPart *part = mugai_report_add_part (report, parent, NULL);

    part->path = g_strdup (path);
    part->type = g_strdup (type);
    part->leaf = leaf;
    part->outcome = outcome;
    part->role = MUGAI_ROLE_BODY;
    part->size = 1234;
    return part;
}

static inline MugaiReport *
report_sample (void)
{
    MugaiReport *report = mugai_report_new();

    strcpy (report->id, "0123456789abcdef0123456789abcdef");
    report->subject = g_strdup ("会議のご案内");
    report->from = g_strdup ("yamada@pref.example.lg.jp");
    sample_part (report, 0, "1", "multipart", false, MUGAI_OUTCOME_NONE);
    MugaiReportPart *plain = sample_part (report, 0, "1.1", "text", true, MUGAI_OUTCOME_CONVERTED);
    plain->chosen = false;
    MugaiReportPart *html = sample_part (report, 0, "1.2", "html", true, MUGAI_OUTCOME_DELIVERED);
    html->rule = g_strdup ("本文（HTML）を文字にして届ける");
    html->rule_file = g_strdup ("preset-a-text.yaml");
    html->rule_line = 18;
    html->method = g_strdup ("html-text,text-clean");
    mugai_report_add_trace (html, 0, "type", "html");
    mugai_report_add_finding (html->findings, "html.hidden-text", 12, "無料です");
    MugaiReportPart *exe = sample_part (report, 0, "1.3", "exe", true, MUGAI_OUTCOME_WITHHELD);
    exe->name = g_strdup ("更新.exe");
    exe->reason = g_strdup ("withheld.preset");
    exe->role = MUGAI_ROLE_ATTACHMENT;
    MugaiReportPart *pdf = sample_part (report, 0, "1.4", "pdf", true, MUGAI_OUTCOME_WITHHELD);
    pdf->reason = g_strdup ("withheld.preset");
    MugaiReportLeaf *leaf = mugai_report_add_leaf (report);
    leaf->part = 2;
    leaf->type = g_strdup ("text/plain");
    mugai_report_add_finding (report->findings, "header.dropped", 4, "X-Mailer");
    mugai_report_count (report);
    return report;
}

static inline MugaiReport *
report_hostile (void)
{
    MugaiReport *report = mugai_report_new();

    strcpy (report->id, "ffffffffffffffffffffffffffffffff");
    report->outcome = MUGAI_ITEM_WITHHELD;
    report->reason = g_strdup (REPORT_EVIL);
    report->subject = g_strdup (REPORT_EVIL);
    report->from = g_strdup (REPORT_EVIL);
    report->message_id = g_strdup (REPORT_EVIL);
    report->size_in = UINT64_MAX;
    MugaiReportPart *part =
        sample_part (report, 0, REPORT_EVIL, REPORT_EVIL, true, MUGAI_OUTCOME_WITHHELD);
    part->name = g_strdup (REPORT_EVIL);
    part->declared = g_strdup (REPORT_EVIL);
    part->rule = g_strdup (REPORT_EVIL);
    part->rule_file = g_strdup (REPORT_EVIL);
    part->method = g_strdup (REPORT_EVIL);
    part->reason = g_strdup (REPORT_EVIL);
    part->role = 0;
    part->size = UINT64_MAX;
    mugai_report_add_finding (part->findings, REPORT_EVIL, UINT64_MAX, REPORT_EVIL);
    mugai_report_add_finding (part->findings, "html.hidden-text", UINT64_MAX, REPORT_EVIL);
    mugai_report_add_trace (part, UINT32_MAX, REPORT_EVIL, REPORT_EVIL);
    MugaiReportLeaf *leaf = mugai_report_add_leaf (report);
    leaf->type = g_strdup (REPORT_EVIL);
    leaf->name = g_strdup (REPORT_EVIL);
    mugai_report_add_finding (report->findings, "", 0, NULL);
    mugai_report_count (report);
    return report;
}

static inline MugaiEnvelope *
envelope_sample (void)
{
    MugaiEnvelope *envelope = mugai_envelope_new();

    strcpy (envelope->id, "0123456789abcdef0123456789abcdef");
    envelope->date_us = INT64_C (1790000000000000);
    envelope->sender = g_strdup ("");
    envelope->helo = g_strdup (REPORT_EVIL);
    envelope->path = g_strdup (REPORT_EVIL);
    envelope->client_address = g_strdup ("192.0.2.1");
    g_ptr_array_add (envelope->recipients, g_strdup ("a@example.jp"));
    g_ptr_array_add (envelope->recipients, g_strdup (REPORT_EVIL));
    return envelope;
}

/* One JSON document a line. */
static inline int
report_print (void)
{
    static const char *const rules[] = { "先の規則", REPORT_EVIL, NULL };
    g_autoptr (MugaiReport) sample = report_sample(), hostile = report_hostile();
    g_autoptr (MugaiReport) bare = mugai_report_new();
    g_autoptr (MugaiEnvelope) envelope = envelope_sample();

    strcpy (bare->id, "00000000000000000000000000000000");
    g_autofree char *a = mugai_report_json (sample, envelope, rules, false);
    g_autofree char *b = mugai_report_json (hostile, envelope, rules, false);
    g_autofree char *c = mugai_report_json (bare, NULL, NULL, false);
    printf ("%s\n%s\n%s\n", a, b, c);
    return 0;
}
