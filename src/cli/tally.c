/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tally.h"

#include "base/memfd.h"
#include "cli/columns.h"
#include "core/error.h"
#include "core/finding-text.h"
#include "core/report.h"
#include "rules/glob.h"

#include <string.h>

enum { ITEMS_MAX = 10000000, KEYS_MAX = 100000, REPORT_MAX = 64 << 20 };

typedef struct {
    char id[MUGAI_ID_SIZE];
    uint32_t state;
    int64_t received_us;
    char *sender, *recipient;
    bool original, has_report, digest;
} Row;

typedef struct {
    MugaiTally *tally;
    const MugaiTallyOptions *options;
    GArray *rows;
    GHashTable *policies, *engines;
} Walk;

/* ---- departments */

static void
department_free (void *data)
{
    MugaiDepartment *department = data;

    g_free (department->pattern);
    g_free (department->name);
    g_free (department);
}

static bool
load_line (GPtrArray *list, const char *path, unsigned number, char *line, GError **error)
{
    g_strstrip (line);
    if (*line == '\0' || *line == '#')
        return true;
    size_t length = strcspn (line, " \t");
    if (line[length] == '\0') {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s:%u: write an address pattern, a blank and a name: *@tax.example.lg.jp Tax",
                     path, number);
        return false;
    }
    MugaiDepartment *department = g_new0 (MugaiDepartment, 1);
    department->pattern = g_strndup (line, length);
    department->name = g_strdup (g_strstrip (line + length));
    g_ptr_array_add (list, department);
    return true;
}

GPtrArray *
mugai_departments_load (const char *path, GError **error)
{
    g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (department_free);
    g_autoptr (GError) cause = NULL;
    g_autofree char *text = NULL;
    gsize size = 0;

    if (!g_file_get_contents (path, &text, &size, &cause) ||
        !g_utf8_validate (text, (gssize)size, NULL)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s; name a text file in UTF-8",
                     cause != NULL ? cause->message : path);
        return NULL;
    }
    g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
    for (unsigned i = 0; lines[i] != NULL; i++)
        if (!load_line (list, path, i + 1, lines[i], error))
            return NULL;
    return g_steal_pointer (&list);
}

/* ---- counting */

static void
count (MugaiTally *tally, MugaiTallyBy by, const char *hostile, bool withheld)
{
    GHashTable *table = tally->by[by];
    g_autofree char *key = hostile[0] != '\0' ? mugai_shown (hostile, true) : g_strdup ("-");
    MugaiTallyCount *found = g_hash_table_lookup (table, key);

    if (found == NULL) {
        if (g_hash_table_size (table) >= KEYS_MAX)
            return;
        found = g_new0 (MugaiTallyCount, 1);
        g_hash_table_insert (table, g_steal_pointer (&key), found);
    }
    found->items++;
    found->withheld += withheld;
}

static char *
domain_of (const char *address)
{
    const char *at = strrchr (address, '@');
    char *domain = at != NULL ? g_ascii_strdown (at + 1, -1) : g_strdup ("");

    return g_strdelimit (domain, ">", '\0');
}

static char *
department_of (const Walk *walk, const char *address)
{
    const GPtrArray *list = walk->options->departments;

    for (guint i = 0; list != NULL && i < list->len; i++) {
        const MugaiDepartment *department = g_ptr_array_index (list, i);
        if (mugai_glob (department->pattern, address))
            return g_strdup (department->name);
    }
    return domain_of (address);
}

static void
count_part (MugaiTally *tally, const MugaiReportPart *part)
{
    bool withheld = part->outcome == MUGAI_OUTCOME_WITHHELD;

    if (part->rule[0] != '\0')
        count (tally, MUGAI_TALLY_RULE, part->rule, withheld);
    if (!part->leaf)
        return;
    count (tally, MUGAI_TALLY_TYPE, part->type, withheld);
    if (withheld)
        count (tally, MUGAI_TALLY_REASON, part->reason, true);
    else
        count (tally, MUGAI_TALLY_METHOD, part->method, false);
}

static void
count_report (MugaiTally *tally, const MugaiReport *report)
{
    tally->leaves += report->in;
    tally->delivered += report->delivered;
    tally->converted += report->converted;
    tally->withheld += report->withheld;
    tally->wrong_sums +=
        (uint64_t)report->delivered + report->converted + report->withheld != report->in;
    for (guint i = 0; i < report->parts->len; i++)
        count_part (tally, g_ptr_array_index (report->parts, i));
}

static const char *
outcome_name (const Row *row, const MugaiReport *report)
{
    if (row->state == MUGAI_KEEP_HANDED_OVER && report != NULL && report->withheld > 0)
        return "partly";
    return mugai_keep_state_name (row->state);
}

static void
count_row (Walk *walk, const Row *row, const MugaiReport *report)
{
    MugaiTally *tally = walk->tally;
    bool withheld = report != NULL && report->withheld > 0;
    g_autoptr (GDateTime) when =
        g_date_time_new_from_unix_local (row->received_us / G_USEC_PER_SEC);
    g_autofree char *day = when != NULL ? g_date_time_format (when, "%Y-%m-%d") : g_strdup ("?");
    g_autofree char *sender = domain_of (row->sender);
    g_autofree char *recipient = department_of (walk, row->recipient);

    tally->items++;
    tally->originals += row->original;
    tally->no_report += report == NULL;
    if (row->state == MUGAI_KEEP_HANDED_OVER || row->state == MUGAI_KEEP_RELEASED) {
        tally->handed_over++;
        tally->digests += row->digest;
    }
    count (tally, MUGAI_TALLY_DAY, day, withheld);
    count (tally, MUGAI_TALLY_OUTCOME, outcome_name (row, report), withheld);
    count (tally, MUGAI_TALLY_SENDER, sender, withheld);
    count (tally, MUGAI_TALLY_RECIPIENT, recipient, withheld);
    if (report != NULL)
        count_report (tally, report);
}

/* ---- the keep */

static bool
is_set (const uint8_t digest[MUGAI_SHA256_SIZE])
{
    uint8_t any = 0;

    for (size_t i = 0; i < MUGAI_SHA256_SIZE; i++)
        any |= digest[i];
    return any != 0;
}

static void
note_digest (GHashTable *set, const uint8_t digest[MUGAI_SHA256_SIZE])
{
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (digest, hex);
    if (is_set (digest) && g_hash_table_size (set) < KEYS_MAX)
        g_hash_table_add (set, g_strdup (hex));
}

static bool
note_entry (const MugaiKeepEntry *entry, void *data)
{
    Walk *walk = data;
    Row row = { .state = entry->state,
                .received_us = entry->received_us,
                .sender = g_strdup (entry->sender[0] != '\0' ? entry->sender : entry->from),
                .recipient = g_strdup (entry->recipient),
                .original = entry->original,
                .has_report = entry->has_report,
                .digest = is_set (entry->sha256_out) };

    memcpy (row.id, entry->id, sizeof row.id);
    note_digest (walk->policies, entry->policy);
    note_digest (walk->engines, entry->engine);
    g_array_append_val (walk->rows, row);
    return true;
}

/* Returns: (transfer full) NULL when there is none, or it cannot be read (counted). */
static MugaiReport *
get_report (Walk *walk, MugaiKeepClient *client, const Row *row)
{
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    g_autoptr (GError) error = NULL;
    mugai_automap map = { 0 };

    if (!row->has_report)
        return NULL;
    MugaiReport *report = mugai_keep_get (client, row->id, MUGAI_KEEP_WANT_REPORT, &item,
                                          MUGAI_KEEP_TIMEOUT_US, &error) &&
                                  item.report >= 0 &&
                                  mugai_memfd_map (item.report, REPORT_MAX, &map) == 0
                              ? mugai_report_read (map.data, map.size, REPORT_MAX, NULL)
                              : NULL;
    walk->tally->unreadable += report == NULL;
    return report;
}

static void
row_clear (void *data)
{
    Row *row = data;

    g_free (row->sender);
    g_free (row->recipient);
}

static void
count_rows (Walk *walk, MugaiKeepClient *client)
{
    for (guint i = 0; i < walk->rows->len && mugai_keep_usable (client); i++) {
        const Row *row = &g_array_index (walk->rows, Row, i);
        g_autoptr (MugaiReport) report = get_report (walk, client, row);
        count_row (walk, row, report);
        if (walk->options->progress && ((i + 1) % 50 == 0 || i + 1 == walk->rows->len))
            mugai_columns_bar (i + 1, walk->rows->len);
    }
    walk->tally->unreadable += walk->rows->len - walk->tally->items;
    walk->tally->policies = g_hash_table_size (walk->policies);
    walk->tally->engines = g_hash_table_size (walk->engines);
}

MugaiTally *
mugai_tally_keep (MugaiKeepClient *client, const MugaiTallyOptions *options, GError **error)
{
    g_autoptr (MugaiTally) tally = g_new0 (MugaiTally, 1);
    g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (Row));
    g_autoptr (GHashTable) policies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (GHashTable) engines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    Walk walk = { tally, options, rows, policies, engines };
    MugaiKeepQuery query = { .since_us = options->since_us,
                             .until_us = options->until_us,
                             .limit = ITEMS_MAX };

    g_array_set_clear_func (rows, row_clear);
    for (size_t i = 0; i < MUGAI_TALLY_BYS; i++)
        tally->by[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
    if (!mugai_keep_list (client, &query, note_entry, &walk, MUGAI_KEEP_TIMEOUT_US, error))
        return NULL;
    count_rows (&walk, client);
    return g_steal_pointer (&tally);
}

void
mugai_tally_free (MugaiTally *tally)
{
    if (tally == NULL)
        return;
    for (size_t i = 0; i < MUGAI_TALLY_BYS; i++)
        g_clear_pointer (&tally->by[i], g_hash_table_unref);
    g_free (tally);
}

/* ---- reading it */

const MugaiTallyCount *
mugai_tally_count (const MugaiTally *tally, MugaiTallyBy by, const char *key)
{
    static const MugaiTallyCount none;
    const MugaiTallyCount *found = g_hash_table_lookup (tally->by[by], key);

    return found != NULL ? found : &none;
}

static int
by_name (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

static int
by_count (const void *a, const void *b, void *data)
{
    GHashTable *table = data;
    const MugaiTallyCount *one = g_hash_table_lookup (table, *(char *const *)a),
                          *other = g_hash_table_lookup (table, *(char *const *)b);

    if (one->items != other->items)
        return one->items < other->items ? 1 : -1;
    return by_name (a, b);
}

GPtrArray *
mugai_tally_keys (const MugaiTally *tally, MugaiTallyBy by)
{
    GPtrArray *keys = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, tally->by[by]);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (keys, key);
    if (by == MUGAI_TALLY_DAY)
        g_ptr_array_sort (keys, by_name);
    else
        g_ptr_array_sort_with_data (keys, by_count, tally->by[by]);
    return keys;
}

static const struct {
    const char *name, *en, *ja;
} titles[MUGAI_TALLY_BYS] = {
    { "day", "Items by day", "日別の件数" },
    { "outcome", "Items by outcome", "結果別の件数" },
    { "sender", "Items by sender's domain", "送信元ドメイン別の件数" },
    { "recipient", "Items by recipient's department", "宛先の部署別の件数" },
    { "type", "Parts by type", "種別ごとのパート数" },
    { "method", "Parts that went on, by method", "無害化の方法別のパート数" },
    { "rule", "Parts by rule", "ルール別のパート数" },
    { "reason", "Withheld parts by reason", "渡さなかった理由別のパート数" },
};

const char *
mugai_tally_name (MugaiTallyBy by)
{
    return titles[by].name;
}

const char *
mugai_tally_title (MugaiTallyBy by, bool japanese)
{
    return japanese ? titles[by].ja : titles[by].en;
}

static const struct {
    const char *name, *en, *ja;
} outcomes[] = {
    { "handed-over", "sanitized and passed on, whole", "すべて無害化して渡したもの" },
    { "partly", "sanitized and passed on, parts withheld", "一部を渡さなかったもの" },
    { "held", "held", "保留" },
    { "holding", "held (unconfirmed)", "保留（未確認）" },
    { "rejected", "rejected", "拒否" },
    { "deferred", "to be sent again by the sender", "再送待ち" },
    { "untouched", "leaves, not ours to sanitize", "対象外（庁外あて）" },
    { "released", "released by a person", "担当者が渡したもの" },
    { "received", "received, nothing decided yet", "処理中" },
    { "superseded", "sent again", "再送されたもの" },
    { "expired", "expired", "保管期限切れ" },
};

char *
mugai_tally_words (MugaiTallyBy by, const char *key, bool japanese)
{
    const MugaiFindingInfo *info = by == MUGAI_TALLY_REASON ? mugai_finding_info (key) : NULL;

    if (info != NULL)
        return mugai_finding_text (info, japanese, 1, "");
    for (size_t i = 0; by == MUGAI_TALLY_OUTCOME && i < G_N_ELEMENTS (outcomes); i++)
        if (strcmp (outcomes[i].name, key) == 0)
            return g_strdup (japanese ? outcomes[i].ja : outcomes[i].en);
    return g_strdup (key);
}
