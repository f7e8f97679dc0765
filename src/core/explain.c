/* SPDX-License-Identifier: Apache-2.0 */
#include "core/explain.h"

#include "core/facts.h"
#include "core/finding-text.h"
#include "core/type.h"

#include <string.h>

/* A macro, so that the compiler sees formats. */
#define SAY(w, en, ja) ((w)->options->japanese ? (ja) : (en))

enum { INDENT_MAX = 12 /* levels that are indented; deeper ones stand below each other */ };

typedef struct Writer {
    GString *out;
    const MugaiExplainOptions *options;
    size_t n_rules;
} Writer;

typedef struct Words {
    const char *en, *ja;
} Words;

static const Words outcomes[] = {
    { "", "" },
    { "delivered", "届けた" },
    { "converted (another form of it went on)", "形を変えた" },
    { "withheld", "渡さなかった" },
};
static const Words item_outcomes[] = {
    { "", "" },
    { "sanitized and passed on", "無害化して届けました" },
    { "withheld: nothing of it goes on but a notice", "全体を保留し、通知だけを届けました" },
    { "held: waits for a person's decision", "担当者の確認を待っています（通知だけを届けました）" },
    { "rejected", "受け取りを拒否しました" },
};
static const Words roles[] = {
    { "", "" },
    { "body", "本文" },
    { "attachment", "添付" },
    { "inline", "本文内の画像など" },
    { "member", "書庫等の中身" },
};
static const Words severities[] = {
    { "", "" }, { "info", "参考" }, { "notice", "お知らせ" }, { "warning", "注意" }
};

static const char *
word (const Writer *w, Words words)
{
    return w->options->japanese ? words.ja : words.en;
}

static void
indent (Writer *w, unsigned depth)
{
    for (unsigned i = 0; i < depth && i < INDENT_MAX; i++)
        g_string_append (w->out, "  ");
}

/* A line "LABEL: TEXT" when there is a text. */
static void
line (Writer *w, unsigned depth, const char *label, const char *text, bool escaped)
{
    if (text == NULL || text[0] == '\0')
        return;
    g_autofree char *shown = mugai_shown (text, escaped);
    indent (w, depth);
    g_string_append_printf (w->out, "%s%s%s\n", label, SAY (w, ": ", "："), shown);
}

static char *
in_words (const Writer *w, const char *code, uint64_t count, const char *evidence)
{
    const MugaiFindingInfo *info = mugai_finding_info (code);
    g_autofree char *shown = mugai_shown (evidence, true);

    if (info != NULL)
        return mugai_finding_text (info, w->options->japanese, count, shown);
    g_autofree char *shown_code = mugai_shown (code, false);
    return g_strdup_printf ("%s %" G_GUINT64_FORMAT " %s", shown_code, count, shown);
}

/* @except: a code that has been said already, or NULL. */
static void
write_findings (Writer *w, unsigned depth, const GPtrArray *findings, const char *except)
{
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        const MugaiFindingInfo *info = mugai_finding_info (finding->code);
        if (g_strcmp0 (finding->code, except) == 0)
            continue;
        g_autofree char *text = in_words (w, finding->code, finding->count, finding->evidence);
        g_autofree char *code = mugai_shown (finding->code, false);
        indent (w, depth);
        g_string_append_printf (w->out, "- [%s] %s (%s)\n",
                                word (w, severities[info != NULL ? info->severity : 0]), text,
                                code);
    }
}

/* The reason's number and evidence stand in the finding of the same code. */
static char *
reason_in_words (const Writer *w, const char *code, const GPtrArray *findings, const char *rule)
{
    for (guint i = 0; i < findings->len; i++) {
        const MugaiFinding *finding = g_ptr_array_index (findings, i);
        if (strcmp (finding->code, code) == 0 && finding->evidence[0] != '\0')
            return in_words (w, code, finding->count, finding->evidence);
    }
    return in_words (w, code, 1, strcmp (code, "withheld.rule") == 0 && rule != NULL ? rule : "");
}

static void
write_head (Writer *w, const MugaiReport *report)
{
    char number[15], policy[MUGAI_SHA256_HEX_SIZE];

    mugai_id_number (report->id, number);
    mugai_sha256_hex (report->policy, policy);
    g_string_append_printf (w->out, "%s %s (%s)\n", SAY (w, "number", "受付番号"), number,
                            report->id);
    line (w, 0, SAY (w, "result", "結果"), word (w, item_outcomes[report->outcome]), false);
    if (report->reason != NULL && report->reason[0] != '\0') {
        g_autofree char *reason = reason_in_words (w, report->reason, report->findings, NULL);
        line (w, 0, SAY (w, "reason", "理由"), reason, true);
    }
    line (w, 0, SAY (w, "subject", "件名"), report->subject, false);
    line (w, 0, SAY (w, "from", "差出人"), report->from, false);
    line (w, 0, "Message-ID", report->message_id, false);
    g_string_append_printf (w->out,
                            SAY (w, "size: %" G_GUINT64_FORMAT " -> %" G_GUINT64_FORMAT " bytes\n",
                                 "大きさ：%" G_GUINT64_FORMAT " → %" G_GUINT64_FORMAT " バイト\n"),
                            report->size_in, report->size_out);
    g_string_append_printf (w->out,
                            SAY (w, "leaves: %u in = %u delivered + %u converted + %u withheld\n",
                                 "内訳：元の内容%u件 ＝ 届けた%u件 ＋ 形を変えた%u件 ＋ 渡さなか"
                                 "った%u件\n"),
                            report->in, report->delivered, report->converted, report->withheld);
    g_string_append_printf (w->out, "%s%.16s\n", SAY (w, "policy: ", "規則の識別番号："), policy);
}

static void
write_envelope (Writer *w, const MugaiEnvelope *envelope)
{
    g_autoptr (GString) recipients = g_string_new (NULL);

    line (w, 0, SAY (w, "envelope sender", "送信元（エンベロープ）"),
          envelope->sender != NULL && envelope->sender[0] == '\0' ? "<>" : envelope->sender, false);
    for (guint i = 0; i < envelope->recipients->len && i < 10; i++)
        g_string_append_printf (recipients, "%s%s", i > 0 ? ", " : "",
                                (char *)g_ptr_array_index (envelope->recipients, i));
    if (envelope->recipients->len > 10)
        g_string_append_printf (recipients, ", ... (%u)", envelope->recipients->len);
    line (w, 0, SAY (w, "envelope recipients", "宛先（エンベロープ）"), recipients->str, false);
    line (w, 0, SAY (w, "client", "接続元"), envelope->client_address, false);
    line (w, 0, SAY (w, "file", "ファイル"), envelope->path, false);
}

static void
write_facts (Writer *w, unsigned depth, const MugaiReportPart *part)
{
    const MugaiType *type = mugai_type_by_id (part->type != NULL ? part->type : "");
    g_autofree char *id = mugai_shown (part->type, false);
    g_autofree char *declared = mugai_shown (part->declared, false);
    char hex[MUGAI_SHA256_HEX_SIZE];

    indent (w, depth);
    g_string_append (w->out, SAY (w, "facts: type ", "事実：種類 "));
    if (type != NULL)
        g_string_append_printf (w->out, "%s [%s]", SAY (w, type->en, type->ja), id);
    else
        g_string_append (w->out, id);
    if (declared[0] != '\0')
        g_string_append_printf (w->out, "%s%s", SAY (w, ", declared ", "、宣言 "), declared);
    if (part->role >= MUGAI_ROLE_BODY && part->role <= MUGAI_ROLE_MEMBER)
        g_string_append_printf (w->out, "%s%s", SAY (w, ", role ", "、役割 "),
                                word (w, roles[part->role]));
    if (part->leaf || part->size > 0) {
        mugai_sha256_hex (part->sha256, hex);
        g_string_append_printf (w->out,
                                SAY (w, ", %" G_GUINT64_FORMAT " bytes, sha256 %.16s",
                                     "、%" G_GUINT64_FORMAT " バイト、sha256 %.16s"),
                                part->size, hex);
    }
    g_string_append_c (w->out, '\n');
}

static void
write_rule (Writer *w, unsigned depth, const MugaiReportPart *part)
{
    g_autofree char *name = mugai_shown (part->rule, false);
    g_autofree char *file = mugai_shown (part->rule_file, false);

    if (name[0] == '\0')
        return;
    indent (w, depth);
    g_string_append_printf (w->out, SAY (w, "rule: \"%s\"", "規則：「%s」"), name);
    if (file[0] != '\0')
        g_string_append_printf (w->out, " (%s:%u)", file, part->rule_line);
    g_string_append_c (w->out, '\n');
}

static void
write_trace (Writer *w, unsigned depth, const MugaiReportPart *part)
{
    if (part->trace->len == 0 || w->options->brief)
        return;
    indent (w, depth);
    g_string_append (w->out, SAY (w, "rules before it did not match:\n",
                                  "先にある規則が当てはまらなかった理由：\n"));
    for (guint i = 0; i < part->trace->len; i++) {
        const MugaiTraceStep *step = g_ptr_array_index (part->trace, i);
        g_autofree char *key = mugai_shown (step->key, false);
        g_autofree char *value = mugai_shown (step->value, true);
        g_autofree char *name =
            mugai_shown (step->rule < w->n_rules ? w->options->rules[step->rule] : "", false);
        indent (w, depth + 1);
        g_string_append_printf (w->out, "%u", step->rule + 1u);
        if (name[0] != '\0')
            g_string_append_printf (w->out, SAY (w, " \"%s\"", "「%s」"), name);
        g_string_append_printf (w->out, SAY (w, ": %s is %s\n", "：%s が %s\n"), key,
                                value[0] != '\0' ? value : SAY (w, "(none)", "（なし）"));
    }
}

static void
write_part (Writer *w, unsigned depth, const MugaiReportPart *part)
{
    g_autofree char *path = mugai_shown (part->path, true);
    g_autofree char *name = mugai_shown (part->name, false);

    indent (w, depth);
    g_string_append (w->out, path[0] != '\0' ? path : SAY (w, "(the whole)", "（全体）"));
    if (name[0] != '\0')
        g_string_append_printf (w->out, SAY (w, " \"%s\"", "「%s」"), name);
    if (part->outcome != MUGAI_OUTCOME_NONE)
        g_string_append_printf (w->out, "%s%s", SAY (w, ": ", "："),
                                word (w, outcomes[part->outcome]));
    if (!part->chosen)
        g_string_append (
            w->out, SAY (w, " (alternative that was not chosen)", "（選ばなかった別形式の本文）"));
    g_string_append_c (w->out, '\n');
    write_facts (w, depth + 1, part);
    write_rule (w, depth + 1, part);
    write_trace (w, depth + 1, part);
    line (w, depth + 1, SAY (w, "filters", "処理"), part->method, false);
    if (part->reason != NULL && part->reason[0] != '\0') {
        g_autofree char *reason = reason_in_words (w, part->reason, part->findings, part->rule);
        line (w, depth + 1, SAY (w, "reason", "理由"), reason, true);
    }
    write_findings (w, depth + 1, part->findings, part->reason);
}

static void
write_leaves (Writer *w, const MugaiReport *report)
{
    if (report->leaves->len > 0)
        g_string_append (w->out, SAY (w, "\nwhat went on:\n", "\n届けた内容：\n"));
    for (guint i = 0; i < report->leaves->len; i++) {
        const MugaiReportLeaf *leaf = g_ptr_array_index (report->leaves, i);
        const MugaiReportPart *part =
            leaf->part < report->parts->len ? g_ptr_array_index (report->parts, leaf->part) : NULL;
        g_autofree char *name = mugai_shown (leaf->name, false);
        g_autofree char *type = mugai_shown (leaf->type, false);
        g_autofree char *path = mugai_shown (part != NULL ? part->path : NULL, true);
        g_string_append_printf (w->out, "  %u. %s, %s, %" G_GUINT64_FORMAT " %s", i + 1,
                                name[0] != '\0' ? name : SAY (w, "(body)", "（本文）"), type,
                                leaf->size, SAY (w, "bytes", "バイト"));
        if (part != NULL)
            g_string_append_printf (w->out, SAY (w, ", from %s", "、元：%s"), path);
        else
            g_string_append (w->out, SAY (w, ", a notice", "、通知"));
        g_string_append_c (w->out, '\n');
    }
}

static void
write_lost (Writer *w, const MugaiReport *report)
{
    bool any = false;

    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (!part->leaf || part->outcome != MUGAI_OUTCOME_WITHHELD)
            continue;
        g_autofree char *path = mugai_shown (part->path, true);
        g_autofree char *name = mugai_shown (part->name, false);
        g_autofree char *reason =
            part->reason != NULL && part->reason[0] != '\0'
                ? reason_in_words (w, part->reason, part->findings, part->rule)
                : g_strdup (SAY (w, "no reason given", "理由の記録なし"));
        if (!any)
            g_string_append_printf (
                w->out, SAY (w, "\nwhat did not go on%s:\n", "\n渡さなかった内容%s：\n"),
                !w->options->kept
                    ? ""
                    : SAY (w, " (the original is in the keep)", "（原本は保管しています）"));
        any = true;
        g_string_append_printf (w->out, "  - %s%s%s: %s\n", path, name[0] != '\0' ? " " : "", name,
                                reason);
    }
}

char *
mugai_explain (const MugaiReport *report, const MugaiEnvelope *envelope,
               const MugaiExplainOptions *options)
{
    Writer w = { .out = g_string_new (NULL), .options = options };
    g_autofree unsigned *depths = g_new0 (unsigned, (size_t)report->parts->len + 1);

    w.n_rules = options->rules != NULL ? g_strv_length ((char **)options->rules) : 0;
    write_head (&w, report);
    if (envelope != NULL)
        write_envelope (&w, envelope);
    write_findings (&w, 0, report->findings, report->reason);
    g_string_append_c (w.out, '\n');
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        depths[i] = i == 0 ? 0 : depths[part->parent] + 1;
        write_part (&w, depths[i], part);
    }
    write_leaves (&w, report);
    write_lost (&w, report);
    return g_string_free (w.out, FALSE);
}
