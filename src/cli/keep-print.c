/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keep-print.h"

#include "base/escape.h"
#include "cli/cli.h"
#include "cli/columns.h"

#include <string.h>

static char *
escaped (const char *text)
{
    size_t n = strlen (text), room = 12 * n + 8;
    char *out = g_malloc (room);

    return mugai_escape (out, room, text, n);
}

static const char *
state_text (const MugaiKeepEntry *e)
{
    static const struct {
        unsigned state;
        const char *en, *ja;
    } texts[] = {
        { MUGAI_KEEP_RECEIVED, "received", "受信" },
        { MUGAI_KEEP_HANDED_OVER, "handed-over", "引渡し済" },
        { MUGAI_KEEP_HOLDING, "held (unconfirmed)", "保留(未確認)" },
        { MUGAI_KEEP_HELD, "held", "保留" },
        { MUGAI_KEEP_REJECTED, "rejected", "拒否" },
        { MUGAI_KEEP_DEFERRED, "deferred", "再送待ち" },
        { MUGAI_KEEP_UNTOUCHED, "untouched", "対象外" },
        { MUGAI_KEEP_RELEASED, "released", "解放済" },
        { MUGAI_KEEP_SUPERSEDED, "superseded", "再送済" },
        { MUGAI_KEEP_EXPIRED_STATE, "expired", "期限切れ" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
        if (texts[i].state == e->state)
            return mugai_cli_text (texts[i].en, texts[i].ja);
    return "?";
}

static char *
local_time (int64_t us, const char *format)
{
    g_autoptr (GDateTime) t = g_date_time_new_from_unix_local (us / G_USEC_PER_SEC);

    return t != NULL ? g_date_time_format (t, format) : g_strdup ("?");
}

/* ---- table ---- */

enum { COLUMNS = 5, FROM_MAX = 32 };

static void
cells_of (const MugaiKeepEntry *e, char *cells[COLUMNS])
{
    char number[15];
    const char *origin = e->kind == MUGAI_ITEM_FILE && *e->from == '\0' ? e->client /* a path */
                         : *e->from != '\0'                             ? e->from
                         : *e->sender != '\0'                           ? e->sender
                                                                        : "<>";
    g_autofree char *from = escaped (origin);

    mugai_id_number (e->id, number);
    cells[0] = g_strdup (number);
    cells[1] = local_time (e->received_us, "%Y-%m-%d %H:%M:%S");
    cells[2] = g_strdup (state_text (e));
    cells[3] = mugai_columns_fit (from, FROM_MAX);
    cells[4] = escaped (e->subject);
}

static size_t
width_of (const char *cell)
{
    return mugai_columns (cell);
}

static void
print_row (FILE *out, char *const cells[COLUMNS], const size_t widths[COLUMNS], unsigned columns)
{
    size_t used = 0;

    for (int i = 0; i < COLUMNS - 1; i++) {
        fprintf (out, "%s%*s", cells[i], (int)(widths[i] - width_of (cells[i]) + 2), "");
        used += widths[i] + 2;
    }
    g_autofree char *last =
        mugai_columns_fit (cells[COLUMNS - 1], columns > used + 10 ? columns - (unsigned)used : 0);
    fprintf (out, "%s\n", last);
}

void
mugai_keep_print_table (FILE *out, const GPtrArray *entries, unsigned columns)
{
    size_t widths[COLUMNS] = { 0 };
    g_autofree char **rows = g_new0 (char *, (entries->len + 1) * COLUMNS);
    char *const head[COLUMNS] = { (char *)mugai_cli_text ("number", "受付番号"),
                                  (char *)mugai_cli_text ("received", "受信日時"),
                                  (char *)mugai_cli_text ("state", "状態"),
                                  (char *)mugai_cli_text ("from", "差出人"),
                                  (char *)mugai_cli_text ("subject", "件名") };

    for (int i = 0; i < COLUMNS; i++)
        rows[i] = g_strdup (head[i]);
    for (guint r = 0; r < entries->len; r++)
        cells_of (g_ptr_array_index (entries, r), rows + (r + 1) * COLUMNS);
    for (guint r = 0; r <= entries->len; r++)
        for (int i = 0; i < COLUMNS; i++)
            widths[i] = MAX (widths[i], width_of (rows[r * COLUMNS + (guint)i]));
    for (guint r = 0; r <= entries->len; r++)
        print_row (out, rows + r * COLUMNS, widths, columns);
    for (guint i = 0; i < (entries->len + 1) * COLUMNS; i++)
        g_free (rows[i]);
}

/* ---- page ---- */

static void
line (FILE *out, const char *name, const char *value)
{
    g_autofree char *shown = escaped (value);

    if (*value != '\0')
        fprintf (out, "%s: %s\n", name, shown);
}

static void
line_digest (FILE *out, const char *name, const uint8_t digest[MUGAI_SHA256_SIZE])
{
    static const uint8_t zero[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (digest, hex);
    if (memcmp (digest, zero, sizeof zero) != 0)
        fprintf (out, "%s: %s\n", name, hex);
}

void
mugai_keep_print_page (FILE *out, const MugaiKeepEntry *e)
{
    char number[15];
    g_autofree char *received = local_time (e->received_us, "%Y-%m-%d %H:%M:%S %z");
    g_autofree char *changed = local_time (e->changed_us, "%Y-%m-%d %H:%M:%S %z");
    g_autofree char *recipients =
        e->recipients > 1 ? g_strdup_printf ("%s (+%u)", e->recipient, e->recipients - 1)
                          : g_strdup (e->recipient);
    g_autofree char *leaves =
        g_strdup_printf ("%u = %u + %u + %u", e->in, e->delivered, e->converted, e->withheld);
    g_autofree char *sizes =
        g_strdup_printf ("%" G_GUINT64_FORMAT " -> %" G_GUINT64_FORMAT, e->size_in, e->size_out);

    mugai_id_number (e->id, number);
    line (out, mugai_cli_text ("number", "受付番号"), number);
    line (out, "id", e->id);
    line (out, mugai_cli_text ("state", "状態"), state_text (e));
    line (out, mugai_cli_text ("received", "受信日時"), received);
    line (out, mugai_cli_text ("changed", "更新日時"), changed);
    line (out, mugai_cli_text ("changed by", "更新者"), e->who);
    line (out, mugai_cli_text ("from", "差出人"), e->from);
    line (out, mugai_cli_text ("subject", "件名"), e->subject);
    line (out, "Message-ID", e->message_id);
    line (out, mugai_cli_text ("envelope sender", "封筒の差出人"), e->sender);
    line (out, mugai_cli_text ("recipients", "宛先"), recipients);
    line (out, mugai_cli_text ("client", "送信元"), e->client);
    line (out, mugai_cli_text ("authentication", "認証結果"), e->auth);
    line (out, mugai_cli_text ("queue id", "キューID"), e->queue_id);
    line (out, mugai_cli_text ("reason", "理由"), e->reason);
    line (out, mugai_cli_text ("findings", "検出"), e->findings);
    line (out,
          mugai_cli_text ("leaves = delivered + converted + withheld", "部品 = 配送 + 変換 + 保留"),
          leaves);
    line (out, mugai_cli_text ("bytes", "バイト数"), sizes);
    line_digest (out, mugai_cli_text ("SHA-256 in", "SHA-256 (原本)"), e->sha256_in);
    line_digest (out, mugai_cli_text ("SHA-256 out", "SHA-256 (出力)"), e->sha256_out);
    line_digest (out, mugai_cli_text ("policy", "ポリシー"), e->policy);
    line_digest (out, mugai_cli_text ("engine", "エンジン"), e->engine);
    line (out, mugai_cli_text ("original", "原本"),
          e->original ? mugai_cli_text ("kept", "保管中") : mugai_cli_text ("not kept", "なし"));
}

/* ---- JSON ---- */

static void
json_text (JsonBuilder *b, const char *name, const char *value)
{
    g_autofree char *shown = escaped (value); /* as on a terminal: a viewer of JSON is one, too */

    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, shown);
}

static void
json_number (JsonBuilder *b, const char *name, uint64_t value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, (gint64)MIN (value, (uint64_t)G_MAXINT64));
}

static void
json_bool (JsonBuilder *b, const char *name, bool value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_boolean_value (b, value);
}

static void
json_time (JsonBuilder *b, const char *name, int64_t us)
{
    g_autoptr (GDateTime) t = g_date_time_new_from_unix_utc (us / G_USEC_PER_SEC);
    g_autofree char *iso = t != NULL ? g_date_time_format (t, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("");

    json_text (b, name, iso);
}

static void
json_digest (JsonBuilder *b, const char *name, const uint8_t digest[MUGAI_SHA256_SIZE])
{
    static const uint8_t zero[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (digest, hex);
    json_text (b, name, memcmp (digest, zero, sizeof zero) != 0 ? hex : "");
}

void
mugai_keep_print_json (JsonBuilder *b, const MugaiKeepEntry *e)
{
    char number[15];

    mugai_id_number (e->id, number);
    json_text (b, "id", e->id);
    json_text (b, "number", number);
    json_text (b, "kind", e->kind == MUGAI_ITEM_FILE ? "file" : "mail");
    json_text (b, "state",
               mugai_keep_state_name (e->state == MUGAI_KEEP_HOLDING ? MUGAI_KEEP_HELD : e->state));
    json_bool (b, "unconfirmed", e->state == MUGAI_KEEP_HOLDING);
    json_time (b, "received", e->received_us);
    json_time (b, "changed", e->changed_us);
    json_text (b, "changed_by", e->who);
    json_text (b, "sender", e->sender);
    json_text (b, "recipient", e->recipient);
    json_number (b, "recipients", e->recipients);
    json_text (b, "from", e->from);
    json_text (b, "subject", e->subject);
    json_text (b, "message_id", e->message_id);
    json_text (b, "client", e->client);
    json_text (b, "queue_id", e->queue_id);
    json_text (b, "authentication", e->auth);
    json_text (b, "reason", e->reason);
    json_text (b, "findings", e->findings);
    json_number (b, "in", e->in);
    json_number (b, "delivered", e->delivered);
    json_number (b, "converted", e->converted);
    json_number (b, "withheld", e->withheld);
    json_number (b, "size_in", e->size_in);
    json_number (b, "size_out", e->size_out);
    json_number (b, "size_kept", e->size_kept);
    json_digest (b, "sha256_in", e->sha256_in);
    json_digest (b, "sha256_out", e->sha256_out);
    json_digest (b, "policy", e->policy);
    json_digest (b, "engine", e->engine);
    json_bool (b, "original", e->original);
    json_bool (b, "report", e->has_report);
}

void
mugai_keep_print_document (JsonBuilder *b)
{
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *text = json_to_string (root, TRUE);

    puts (text);
}
