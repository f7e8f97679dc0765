/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-html.h"

#include "cli/html-page.h"
#include "cli/report-row.h"
#include "core/error.h"
#include "core/finding-text.h"
#include "core/finding.h"

#include <errno.h>
#include <string.h>

enum { GROUPS = 5 };

typedef struct { /* a row of the index */
    char *input, *output, *type, *reason, *id;
} Line;

struct MugaiReportHtml {
    char *folder;
    bool ja;
    GPtrArray *groups[GROUPS]; /* of Line *, by outcome */
    char *failed;              /* the first page that could not be written, and why */
};

static const char *const outcomes[GROUPS] = { "later", "withheld", "held", "rejected",
                                              "delivered" };
static const char *const titles_en[GROUPS] = { "To try again", "Withheld", "Waiting for a person",
                                               "Rejected", "Sanitized" };
static const char *const titles_ja[GROUPS] = { "後で再試行", "渡さなかったもの", "確認待ち", "拒否",
                                               "無害化したもの" };

static void
line_free (gpointer data)
{
    Line *line = data;

    g_free (line->input);
    g_free (line->output);
    g_free (line->type);
    g_free (line->reason);
    g_free (line->id);
    g_free (line);
}

static const char *
text (const MugaiReportHtml *html, const char *en, const char *ja)
{
    return html->ja ? ja : en;
}

/* @page: (transfer full). */
static void
finish (MugaiReportHtml *html, GString *page, const char *name)
{
    g_autoptr (GError) error = NULL;

    if (!mugai_page_finish (page, html->folder, name, &error) && html->failed == NULL)
        html->failed = g_strdup (error->message);
}

MugaiReportHtml *
mugai_report_html_open (const char *folder, bool japanese, GError **error)
{
    if (g_mkdir_with_parents (folder, 0755) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: %s; name a folder for the report that you may write to", folder,
                     strerror (errno));
        return NULL;
    }
    MugaiReportHtml *html = g_new0 (MugaiReportHtml, 1);
    html->folder = g_strdup (folder);
    html->ja = japanese;
    for (unsigned i = 0; i < GROUPS; i++)
        html->groups[i] = g_ptr_array_new_with_free_func (line_free);
    return html;
}

/* ---- the page of an item */

/* What a finding code means. Returns: (transfer full). */
static char *
reason_of (const MugaiReportHtml *html, const char *code)
{
    const MugaiFindingInfo *info = *code != '\0' ? mugai_finding_info (code) : NULL;

    return info != NULL ? mugai_finding_text (info, html->ja, 1, "") : g_strdup (code);
}

static void
put_fact (GString *page, const char *name, const char *value)
{
    g_string_append_printf (page, "<tr><th>%s</th>", name);
    mugai_page_cell (page, value);
    g_string_append (page, "</tr>\n");
}

/* Returns: (borrowed) */
static const char *
outcome_words (const MugaiReportHtml *html, const char *outcome)
{
    static const struct {
        const char *word, *en, *ja;
    } words[] = { { "none", "", "" },
                  { "delivered", "delivered", "元の形式で届けた" },
                  { "converted", "converted", "形を変えて届けた" },
                  { "withheld", "withheld", "渡さなかった" } };

    for (size_t i = 0; i < G_N_ELEMENTS (words); i++)
        if (strcmp (words[i].word, outcome) == 0)
            return text (html, words[i].en, words[i].ja);
    return outcome;
}

static void
put_part (const MugaiReportHtml *html, GString *page, JsonObject *part)
{
    g_autofree char *reason = reason_of (html, mugai_report_row_text (part, "reason"));

    g_string_append (page, "<tr>");
    mugai_page_cell (page, mugai_report_row_text (part, "path"));
    mugai_page_cell (page, mugai_report_row_text (part, "name"));
    mugai_page_cell (page, mugai_report_row_text (part, "type"));
    g_string_append_printf (page, "<td class=\"n\">%" G_GINT64_FORMAT "</td>",
                            json_object_get_int_member_with_default (part, "size", 0));
    mugai_page_cell (page, outcome_words (html, mugai_report_row_text (part, "outcome")));
    mugai_page_cell (page, mugai_report_row_text (part, "rule"));
    mugai_page_cell (page, mugai_report_row_text (part, "method"));
    mugai_page_cell (page, reason);
    g_string_append (page, "</tr>\n");
}

static void
put_parts (const MugaiReportHtml *html, GString *page, JsonObject *object)
{
    static const char *const en[] = { "Path",    "Name", "Type",   "Bytes",
                                      "Outcome", "Rule", "Method", "Reason" };
    static const char *const ja[] = { "位置", "名前",   "種別", "バイト数",
                                      "結果", "ルール", "方法", "理由" };
    JsonNode *node = json_object_get_member (object, "parts");

    if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
        return;
    JsonArray *parts = json_node_get_array (node);
    mugai_page_table (page, html->ja ? ja : en, G_N_ELEMENTS (en));
    for (guint i = 0; i < json_array_get_length (parts); i++)
        put_part (html, page, json_array_get_object_element (parts, i));
    g_string_append (page, "</tbody></table>\n");
}

/* "text (evidence)" of each finding, in words. */
static void
put_findings (const MugaiReportHtml *html, GString *page, const char *path, JsonObject *object)
{
    JsonNode *node = json_object_get_member (object, "findings");

    if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
        return;
    JsonArray *findings = json_node_get_array (node);
    for (guint i = 0; i < json_array_get_length (findings); i++) {
        JsonObject *finding = json_array_get_object_element (findings, i);
        const MugaiFindingInfo *info = mugai_finding_info (mugai_report_row_text (finding, "code"));
        guint64 count = (guint64)json_object_get_int_member_with_default (finding, "count", 1);
        if (info == NULL)
            continue;
        g_autofree char *words =
            mugai_finding_text (info, html->ja, count, mugai_report_row_text (finding, "evidence"));
        g_string_append (page, "<tr>");
        mugai_page_cell (page, path);
        mugai_page_cell (page, words);
        mugai_page_cell (page, info->code);
        g_string_append (page, "</tr>\n");
    }
}

/* What was seen and done, of the item and of each part. */
static void
put_all_findings (const MugaiReportHtml *html, GString *page, JsonObject *object)
{
    static const char *const en[] = { "Path", "What was seen or done", "Code" };
    static const char *const ja[] = { "位置", "確認したこと・行ったこと", "コード" };
    JsonNode *node = json_object_get_member (object, "parts");

    mugai_page_table (page, html->ja ? ja : en, G_N_ELEMENTS (en));
    put_findings (html, page, "", object);
    if (node != NULL && JSON_NODE_HOLDS_ARRAY (node)) {
        JsonArray *parts = json_node_get_array (node);
        for (guint i = 0; i < json_array_get_length (parts); i++) {
            JsonObject *part = json_array_get_object_element (parts, i);
            put_findings (html, page, mugai_report_row_text (part, "path"), part);
        }
    }
    mugai_page_table_end (page);
}

void
mugai_report_html_item (MugaiReportHtml *html, JsonNode *row)
{
    JsonObject *object = json_node_get_object (row);
    const char *input = mugai_report_row_text (object, "input"),
               *outcome = mugai_report_row_text (object, "outcome");
    g_autofree char *methods = mugai_report_row_methods (row);
    g_autofree char *reason = reason_of (html, mugai_report_row_text (object, "reason"));
    g_autofree char *name = g_strdup_printf ("item-%s.html", mugai_report_row_text (object, "id"));
    GString *page = mugai_page_begin (input, html->ja);
    Line *line = g_new0 (Line, 1);
    unsigned group = 0;

    while (group < GROUPS - 1 && strcmp (outcomes[group], outcome) != 0)
        group++;
    g_string_append_printf (page, "<p><a href=\"index.html\">%s</a></p>\n<table><tbody>",
                            text (html, "All items", "一覧へ"));
    put_fact (page, text (html, "Outcome", "結果"), html->ja ? titles_ja[group] : titles_en[group]);
    put_fact (page, text (html, "Number", "受付番号"), mugai_report_row_text (object, "number"));
    put_fact (page, text (html, "Output", "出力"), mugai_report_row_text (object, "output"));
    put_fact (page, text (html, "Method", "方法"), methods);
    put_fact (page, text (html, "Reason", "理由"), reason);
    put_fact (page, text (html, "SHA-256 in", "入力のSHA-256"),
              mugai_report_row_text (object, "sha256_in"));
    put_fact (page, text (html, "SHA-256 out", "出力のSHA-256"),
              mugai_report_row_text (object, "sha256_out"));
    g_string_append (page, "</tbody></table>\n");
    put_parts (html, page, object);
    put_all_findings (html, page, object);
    finish (html, page, name);
    line->input = g_strdup (input);
    line->output = g_strdup (mugai_report_row_text (object, "output"));
    line->type = g_strdup (mugai_report_row_type (row));
    line->reason = g_steal_pointer (&reason);
    line->id = g_steal_pointer (&name);
    g_ptr_array_add (html->groups[group], line);
}

void
mugai_report_html_failure (MugaiReportHtml *html, const char *input, const char *why)
{
    Line *line = g_new0 (Line, 1);

    line->input = mugai_shown (input, false);
    line->output = g_strdup ("");
    line->type = g_strdup ("");
    line->reason = mugai_shown (why, false);
    g_ptr_array_add (html->groups[0], line);
}

/* ---- the index */

static gint
by_input (gconstpointer a, gconstpointer b)
{
    const Line *const *one = a, *const *other = b;

    return strcmp ((*one)->input, (*other)->input);
}

static void
put_line (GString *page, const Line *line)
{
    g_string_append (page, "<tr><td>");
    if (line->id != NULL)
        g_string_append_printf (page, "<a href=\"%s\">", line->id);
    mugai_page_text (page, line->input);
    g_string_append (page, line->id != NULL ? "</a></td>" : "</td>");
    mugai_page_cell (page, line->output);
    mugai_page_cell (page, line->type);
    mugai_page_cell (page, line->reason);
    g_string_append (page, "</tr>\n");
}

static void
put_group (const MugaiReportHtml *html, GString *page, unsigned group)
{
    static const char *const en[] = { "Input", "Output", "Type", "Reason" };
    static const char *const ja[] = { "入力", "出力", "種別", "理由" };
    GPtrArray *lines = html->groups[group];

    if (lines->len == 0)
        return;
    g_ptr_array_sort (lines, by_input);
    g_string_append_printf (page, "<h2>%s (%u)</h2>\n",
                            html->ja ? titles_ja[group] : titles_en[group], lines->len);
    mugai_page_table (page, html->ja ? ja : en, G_N_ELEMENTS (en));
    for (guint i = 0; i < lines->len; i++)
        put_line (page, g_ptr_array_index (lines, i));
    g_string_append (page, "</tbody></table>\n");
}

bool
mugai_report_html_close (MugaiReportHtml *html, GError **error)
{
    GString *page = mugai_page_begin (text (html, "Sanitization report", "無害化の報告"), html->ja);

    g_string_append (page, "<table><tbody>");
    for (unsigned i = 0; i < GROUPS; i++)
        g_string_append_printf (page, "<tr><th>%s</th><td class=\"n\">%u</td></tr>\n",
                                html->ja ? titles_ja[i] : titles_en[i], html->groups[i]->len);
    g_string_append (page, "</tbody></table>\n");
    for (unsigned i = 0; i < GROUPS; i++)
        put_group (html, page, i);
    finish (html, page, "index.html");
    if (html->failed != NULL)
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "%s; the results themselves are complete", html->failed);
    return html->failed == NULL;
}

void
mugai_report_html_free (MugaiReportHtml *html)
{
    if (html == NULL)
        return;
    for (unsigned i = 0; i < GROUPS; i++)
        g_ptr_array_unref (html->groups[i]);
    g_free (html->folder);
    g_free (html->failed);
    g_free (html);
}
