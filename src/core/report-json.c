/* SPDX-License-Identifier: Apache-2.0 */
#include "core/report-json.h"

#include "core/facts.h"
#include "core/finding-text.h"
#include "core/type.h"

#include <string.h>

static const char *const outcomes[] = { "none", "delivered", "converted", "withheld" };
static const char *const item_outcomes[] = { "", "delivered", "withheld", "held", "rejected" };
static const char *const roles[] = { "unknown", "body", "attachment", "inline", "member" };
static const char *const severities[] = { "", "info", "notice", "warning" };

static void
add_text (JsonBuilder *b, const char *name, const char *text, bool escaped)
{
    g_autofree char *shown = mugai_shown (text, escaped);

    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, shown);
}

/* Left out when there is none. */
static void
add_maybe (JsonBuilder *b, const char *name, const char *text)
{
    if (text != NULL)
        add_text (b, name, text, false);
}

/* JSON numbers of json-glib are int64; what is more cannot be true and is cut. */
static void
add_number (JsonBuilder *b, const char *name, uint64_t value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, value > INT64_MAX ? INT64_MAX : (gint64)value);
}

/* UINT32_MAX: null. */
static void
add_index (JsonBuilder *b, const char *name, uint32_t index)
{
    json_builder_set_member_name (b, name);
    if (index == UINT32_MAX)
        json_builder_add_null_value (b);
    else
        json_builder_add_int_value (b, index);
}

static void
add_boolean (JsonBuilder *b, const char *name, bool value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_boolean_value (b, value);
}

static void
add_sha256 (JsonBuilder *b, const char *name, const uint8_t sha256[MUGAI_SHA256_SIZE])
{
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (sha256, hex);
    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, hex);
}

static void
add_findings (JsonBuilder *b, const GPtrArray *findings)
{
    json_builder_set_member_name (b, "findings");
    json_builder_begin_array (b);
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        const MugaiFindingInfo *info = mugai_finding_info (finding->code);
        g_autofree char *shown = mugai_shown (finding->evidence, true);
        json_builder_begin_object (b);
        add_text (b, "code", finding->code, false);
        add_number (b, "count", finding->count);
        add_text (b, "evidence", finding->evidence, true);
        if (info != NULL) {
            g_autofree char *en = mugai_finding_text (info, false, finding->count, shown);
            g_autofree char *ja = mugai_finding_text (info, true, finding->count, shown);
            add_text (b, "severity", severities[info->severity], false);
            add_text (b, "en", en, true);
            add_text (b, "ja", ja, true);
        }
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
}

static void
add_trace (JsonBuilder *b, const MugaiReportPart *part, const char *const *rules)
{
    size_t n_rules = rules != NULL ? g_strv_length ((char **)rules) : 0;

    json_builder_set_member_name (b, "not_matched");
    json_builder_begin_array (b);
    for (guint i = 0; i < part->trace->len; i++) {
        const MugaiTraceStep *step = g_ptr_array_index (part->trace, i);
        json_builder_begin_object (b);
        add_number (b, "rule", step->rule);
        if (step->rule < n_rules)
            add_text (b, "name", rules[step->rule], false);
        add_text (b, "key", step->key, false);
        add_text (b, "value", step->value, true);
        json_builder_end_object (b);
    }
    json_builder_end_array (b);
}

static void
add_part (JsonBuilder *b, const MugaiReportPart *part, guint index, uint32_t carrier,
          const char *const *rules)
{
    json_builder_begin_object (b);
    add_number (b, "index", index);
    add_number (b, "parent", part->parent);
    add_text (b, "path", part->path, true);
    add_text (b, "name", part->name, false);
    add_text (b, "type", part->type, false);
    add_text (b, "declared", part->declared, false);
    add_text (b, "role", part->role <= MUGAI_ROLE_MEMBER ? roles[part->role] : "unknown", false);
    add_number (b, "size", part->size);
    add_sha256 (b, "sha256", part->sha256);
    add_boolean (b, "leaf", part->leaf);
    add_boolean (b, "chosen", part->chosen);
    add_text (b, "outcome", outcomes[part->outcome], false);
    add_index (b, "carried_by", part->leaf && part->chosen ? carrier : MUGAI_REPORT_NO_LEAF);
    add_text (b, "rule", part->rule, false);
    add_text (b, "rule_file", part->rule_file, false);
    add_number (b, "rule_line", part->rule_line);
    add_text (b, "method", part->method, false);
    add_text (b, "reason", part->reason, false);
    add_findings (b, part->findings);
    add_trace (b, part, rules);
    json_builder_end_object (b);
}

static void
add_leaf (JsonBuilder *b, const MugaiReportLeaf *leaf)
{
    json_builder_begin_object (b);
    add_index (b, "part", leaf->part);
    add_text (b, "type", leaf->type, false);
    add_text (b, "name", leaf->name, false);
    add_number (b, "size", leaf->size);
    add_sha256 (b, "sha256", leaf->sha256);
    json_builder_end_object (b);
}

static void
add_envelope (JsonBuilder *b, const MugaiEnvelope *envelope)
{
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (envelope->date_us / G_USEC_PER_SEC);
    g_autofree char *text =
        date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");

    json_builder_set_member_name (b, "envelope");
    json_builder_begin_object (b);
    add_text (b, "kind", envelope->kind == MUGAI_ITEM_FILE ? "file" : "mail", false);
    add_text (b, "date", text, false);
    add_maybe (b, "sender", envelope->sender);
    json_builder_set_member_name (b, "recipients");
    json_builder_begin_array (b);
    for (guint i = 0; i < envelope->recipients->len; i++) {
        g_autofree char *shown = mugai_shown (g_ptr_array_index (envelope->recipients, i), false);
        json_builder_add_string_value (b, shown);
    }
    json_builder_end_array (b);
    add_maybe (b, "client_name", envelope->client_name);
    add_maybe (b, "client_address", envelope->client_address);
    add_maybe (b, "helo", envelope->helo);
    add_maybe (b, "queue_id", envelope->queue_id);
    add_maybe (b, "login", envelope->login);
    add_maybe (b, "host", envelope->host);
    add_maybe (b, "path", envelope->path);
    json_builder_end_object (b);
}

static void
add_head (JsonBuilder *b, const MugaiReport *report)
{
    char number[15];

    mugai_id_number (report->id, number);
    add_text (b, "schema", "mugai.report/1", false);
    add_text (b, "id", report->id, false);
    add_text (b, "number", number, false);
    add_text (b, "outcome", item_outcomes[report->outcome], false);
    add_text (b, "reason", report->reason, false);
    json_builder_set_member_name (b, "leaves_in");
    json_builder_begin_object (b);
    add_number (b, "in", report->in);
    add_number (b, "delivered", report->delivered);
    add_number (b, "converted", report->converted);
    add_number (b, "withheld", report->withheld);
    json_builder_end_object (b);
    add_number (b, "size_in", report->size_in);
    add_number (b, "size_out", report->size_out);
    add_sha256 (b, "sha256_in", report->sha256_in);
    add_sha256 (b, "sha256_out", report->sha256_out);
    add_sha256 (b, "policy", report->policy);
    add_text (b, "subject", report->subject, false);
    add_text (b, "from", report->from, false);
    add_text (b, "message_id", report->message_id, false);
}

JsonNode *
mugai_report_json_node (const MugaiReport *report, const MugaiEnvelope *envelope,
                        const char *const *rules)
{
    g_autoptr (JsonBuilder) b = json_builder_new();
    g_autofree uint32_t *carriers = mugai_report_carriers (report);

    json_builder_begin_object (b);
    add_head (b, report);
    if (envelope != NULL)
        add_envelope (b, envelope);
    json_builder_set_member_name (b, "parts");
    json_builder_begin_array (b);
    for (guint i = 0; i < report->parts->len; i++)
        add_part (b, g_ptr_array_index (report->parts, i), i, carriers[i], rules);
    json_builder_end_array (b);
    json_builder_set_member_name (b, "leaves_out");
    json_builder_begin_array (b);
    for (guint i = 0; i < report->leaves->len; i++)
        add_leaf (b, g_ptr_array_index (report->leaves, i));
    json_builder_end_array (b);
    add_findings (b, report->findings);
    json_builder_end_object (b);
    return json_builder_get_root (b);
}

char *
mugai_report_json (const MugaiReport *report, const MugaiEnvelope *envelope,
                   const char *const *rules, bool pretty)
{
    g_autoptr (JsonNode) node = mugai_report_json_node (report, envelope, rules);

    return json_to_string (node, pretty);
}
