/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai rules replay CANDIDATE: kept originals, or files, under two rule sets, and what would
 * change. Both runs go through one pool; the first run's decisions are kept in memory as one line
 * for each part, so the second can be compared with them. Nothing is kept and nothing is delivered.
 */
#include "cli/rules.h"

#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/html-page.h"
#include "cli/inputs.h"
#include "cli/trial.h"
#include "core/error.h"
#include "core/finding-text.h"
#include "rules/units.h"

#include <getopt.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_MAX = 1000000 };

typedef struct Options {
    const char *candidate, *current, *since, *socket, *html;
    unsigned active, examples;
    bool json;
    char *const *paths; /* NULL-terminated; none: the keep */
} Options;

typedef struct Part { /* what the rules did with one part */
    char *path, *type, *rule, *outcome;
    uint8_t sha256[MUGAI_SHA256_SIZE]; /* of the leaf that holds it; zeros: none does */
} Part;

typedef struct Item {
    char *name, *sender, *recipient; /* domains; "" unknown */
    char *outcome;
    GPtrArray *parts; /* of Part *; NULL: could not be run */
} Item;

typedef struct Replay {
    const Options *options;
    MugaiKeepClient *client; /* NULL: files */
    GPtrArray *names;        /* of char *: ids or paths */
    GPtrArray *before;       /* of Item * by index, NULL until known */
    bool second;             /* the candidate's turn */
    guint done, failed, items_changed, parts_changed;
    GHashTable *by[4];   /* text -> count: rule, type, sender, recipient */
    GPtrArray *examples; /* of char *, sorted when printed */
    bool progress;
} Replay;

static const char *const by_name[] = { "rule", "type", "sender", "recipient" };
static const char *const by_ja[] = { "規則", "種類", "送信元のドメイン", "宛先のドメイン" };

static void
part_free (void *data)
{
    Part *part = data;

    g_free (part->path);
    g_free (part->type);
    g_free (part->rule);
    g_free (part->outcome);
    g_free (part);
}

static void
item_free (void *data)
{
    Item *item = data;

    if (item == NULL)
        return;
    g_free (item->name);
    g_free (item->sender);
    g_free (item->recipient);
    g_free (item->outcome);
    if (item->parts != NULL)
        g_ptr_array_unref (item->parts);
    g_free (item);
}

static const char *
domain_of (const char *address)
{
    const char *at = address != NULL ? strrchr (address, '@') : NULL;

    return at != NULL ? at + 1 : "";
}

static Item *
item_of (const MugaiTrial *trial, const MugaiReport *report)
{
    static const char *const outcomes[] = { "none", "delivered", "converted", "withheld" };
    static const char *const whole[] = { "none", "delivered", "withheld", "held", "rejected" };
    const MugaiEnvelope *envelope = trial->envelope;
    bool sender = envelope->sender != NULL && envelope->sender[0] != '\0';
    Item *item = g_new0 (Item, 1);

    item->name = g_strdup (trial->name);
    item->sender = g_ascii_strdown (domain_of (sender ? envelope->sender : report->from), -1);
    g_strdelimit (item->sender, ">", '\0');
    item->recipient = g_ascii_strdown (envelope->recipients->len > 0
                                           ? domain_of (g_ptr_array_index (envelope->recipients, 0))
                                           : "",
                                       -1);
    item->outcome = g_strdup (whole[MIN ((size_t)report->outcome, G_N_ELEMENTS (whole) - 1)]);
    item->parts = g_ptr_array_new_with_free_func (part_free);
    g_autofree uint32_t *carriers = mugai_report_carriers (report);
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *from = g_ptr_array_index (report->parts, i);
        Part *part = g_new0 (Part, 1);
        part->path = g_strdup (from->path);
        part->type = g_strdup (from->type);
        part->rule = g_strdup (from->rule);
        part->outcome =
            g_strdup (outcomes[MIN ((size_t)from->outcome, G_N_ELEMENTS (outcomes) - 1)]);
        if (carriers[i] != MUGAI_REPORT_NO_LEAF) {
            const MugaiReportLeaf *leaf = g_ptr_array_index (report->leaves, carriers[i]);
            memcpy (part->sha256, leaf->sha256, sizeof part->sha256);
        }
        g_ptr_array_add (item->parts, part);
    }
    return item;
}

/* --- comparing --- */

static void
count (GHashTable *table, const char *text)
{
    gpointer old = g_hash_table_lookup (table, text);

    g_hash_table_replace (table, g_strdup (text), GUINT_TO_POINTER (GPOINTER_TO_UINT (old) + 1));
}

static const char *
or_none (const char *text)
{
    return text[0] != '\0' ? text : "-";
}

/* "rule → rule", or what a setting alone has changed. Returns: (transfer full). */
static char *
change_of (const Part *was, const Part *is)
{
    if (was != NULL && is != NULL && strcmp (was->rule, is->rule) == 0 &&
        strcmp (was->outcome, is->outcome) == 0)
        return g_strdup_printf (mugai_cli_text ("%s (other content)", "%s（内容だけが変わる）"),
                                or_none (is->rule));
    return g_strdup_printf ("%s → %s", was != NULL ? or_none (was->rule) : "-",
                            is != NULL ? or_none (is->rule) : "-");
}

/* @content: look at that alone. */
static bool
is_changed (const Part *was, const Part *is, bool content)
{
    return content ? memcmp (was->sha256, is->sha256, sizeof was->sha256) != 0
                   : strcmp (was->rule, is->rule) != 0 || strcmp (was->outcome, is->outcome) != 0;
}

static void
part_changed (Replay *replay, const Item *item, const Part *was, const Part *is)
{
    const Part *any = is != NULL ? is : was;
    g_autofree char *rule = change_of (was, is);

    replay->parts_changed++;
    count (replay->by[0], rule);
    count (replay->by[1], or_none (any->type));
    g_ptr_array_add (replay->examples,
                     g_strdup_printf ("%s %s (%s): %s → %s; %s", item->name, any->path, any->type,
                                      was != NULL ? was->outcome : "-",
                                      is != NULL ? is->outcome : "-", rule));
}

static GHashTable *
index_parts (const Item *item)
{
    GHashTable *paths = g_hash_table_new (g_str_hash, g_str_equal);

    for (guint i = 0; i < item->parts->len; i++) {
        Part *part = g_ptr_array_index (item->parts, i);
        g_hash_table_insert (paths, part->path, part);
    }
    return paths;
}

static void
compare_parts (Replay *replay, const Item *was, const Item *is, bool content)
{
    g_autoptr (GHashTable) old = index_parts (was), new = index_parts (is);

    for (guint i = 0; i < was->parts->len; i++) {
        const Part *a = g_ptr_array_index (was->parts, i), *b = g_hash_table_lookup (new, a->path);
        if (b == NULL || is_changed (a, b, content))
            part_changed (replay, is, a, b);
    }
    for (guint i = 0; i < is->parts->len; i++) {
        const Part *b = g_ptr_array_index (is->parts, i);
        if (g_hash_table_lookup (old, b->path) == NULL)
            part_changed (replay, is, NULL, b);
    }
}

/* Contents are compared where nothing else differs: the notice in a body tells of other parts. */
static void
compare (Replay *replay, const Item *was, const Item *is)
{
    guint before = replay->parts_changed;

    compare_parts (replay, was, is, false);
    if (before == replay->parts_changed && strcmp (was->outcome, is->outcome) == 0)
        compare_parts (replay, was, is, true);
    if (before == replay->parts_changed && strcmp (was->outcome, is->outcome) == 0)
        return;
    replay->items_changed++;
    count (replay->by[2], or_none (is->sender));
    count (replay->by[3], or_none (is->recipient));
}

/* --- running --- */

static MugaiTrial *
next_item (void *data, guint index, GError **error)
{
    Replay *replay = data;
    const char *name = g_ptr_array_index (replay->names, index);

    if (replay->client != NULL)
        return mugai_trial_kept (replay->client, name, error);
    return mugai_trial_file (name, mugai_trial_is_mail (name), error);
}

static void
item_done (void *data, guint index, const MugaiTrial *trial, const MugaiReport *report,
           const char *why)
{
    Replay *replay = data;
    Item *now = report != NULL ? item_of (trial, report) : NULL;

    replay->done++;
    if (now == NULL) {
        fprintf (stderr, "mugai rules replay: ");
        mugai_cli_print (stderr, g_ptr_array_index (replay->names, index));
        fputs (": ", stderr);
        mugai_cli_print (stderr, why);
        fputc ('\n', stderr);
    }
    if (!replay->second) {
        replay->before->pdata[index] = now;
    } else {
        const Item *was = g_ptr_array_index (replay->before, index);
        if (was != NULL && now != NULL)
            compare (replay, was, now);
        else
            replay->failed++;
        item_free (now);
    }
    if (replay->progress)
        mugai_columns_bar (replay->done, 2 * replay->names->len);
}

/* --- what is run --- */

static bool
add_kept (const MugaiKeepEntry *entry, void *data)
{
    if (entry->original)
        g_ptr_array_add (data, g_strdup (entry->id));
    return true;
}

static bool
list_items (Replay *replay, int64_t since_us, GError **error)
{
    const Options *options = replay->options;

    if (options->paths[0] == NULL) {
        MugaiKeepQuery query = { .since_us = since_us, .limit = KEPT_MAX };
        replay->client =
            mugai_keep_connect (options->socket, MUGAI_VERSION, MUGAI_KEEP_TIMEOUT_US, error);
        return replay->client != NULL &&
               mugai_keep_list (replay->client, &query, add_kept, replay->names,
                                MUGAI_KEEP_TIMEOUT_US, error);
    }
    g_autoptr (MugaiInputs) inputs = mugai_inputs_list (options->paths, NULL, error);
    for (guint i = 0; inputs != NULL && i < inputs->list->len; i++) {
        const MugaiInput *input = g_ptr_array_index (inputs->list, i);
        if (input->refused == NULL)
            g_ptr_array_add (replay->names, g_strdup (input->path));
    }
    return inputs != NULL;
}

static bool
run_both (Replay *replay, GError **error)
{
    const Options *options = replay->options;
    MugaiSessionOptions how = { .rules = options->current,
                                .active = options->active,
                                .quiet = true };
    g_autoptr (MugaiSession) session = mugai_session_open (&how, error);
    MugaiRules *candidate =
        session != NULL ? mugai_rules_load (options->candidate, session->catalogue, error) : NULL;
    bool whole = candidate != NULL &&
                 mugai_trial_run (session, replay->names->len, next_item, item_done, replay);

    if (candidate == NULL)
        return false;
    mugai_pool_set_rules (session->pool, candidate);
    replay->second = true;
    if (whole && mugai_trial_run (session, replay->names->len, next_item, item_done, replay))
        return true;
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "stopped");
    return false;
}

/* --- the result --- */

static int
by_text (const void *a, const void *b)
{
    return strcmp (*(char *const *)a, *(char *const *)b);
}

/* Keys of @table in order. Returns: (transfer container). */
static GPtrArray *
keys_of (GHashTable *table)
{
    GPtrArray *keys = g_ptr_array_new();
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init (&iter, table);
    while (g_hash_table_iter_next (&iter, &key, NULL))
        g_ptr_array_add (keys, key);
    g_ptr_array_sort (keys, by_text);
    return keys;
}

static void
print_result (Replay *replay)
{
    printf (mugai_cli_text ("%u items, %u would change (%u parts), %u could not be compared\n",
                            "対象%u件、変わるもの%u件（パート%u件）、比べられないもの%u件\n"),
            replay->names->len, replay->items_changed, replay->parts_changed, replay->failed);
    for (size_t i = 0; i < G_N_ELEMENTS (by_name); i++) {
        g_autoptr (GPtrArray) keys = keys_of (replay->by[i]);
        for (guint k = 0; k < keys->len; k++) {
            const char *key = g_ptr_array_index (keys, k);
            printf ("%-10s %6u  ", mugai_cli_text (by_name[i], by_ja[i]),
                    GPOINTER_TO_UINT (g_hash_table_lookup (replay->by[i], key)));
            mugai_cli_print (stdout, key);
            putchar ('\n');
        }
    }
    for (guint i = 0; i < replay->examples->len && i < replay->options->examples; i++) {
        fputs (mugai_cli_text ("example: ", "例："), stdout);
        mugai_cli_print (stdout, g_ptr_array_index (replay->examples, i));
        putchar ('\n');
    }
}

static void
json_number (JsonBuilder *b, const char *name, guint value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, value);
}

static void
json_table (JsonBuilder *b, const char *name, GHashTable *table)
{
    g_autoptr (GPtrArray) keys = keys_of (table);

    json_builder_set_member_name (b, name);
    json_builder_begin_object (b);
    for (guint i = 0; i < keys->len; i++) {
        g_autofree char *key = g_utf8_make_valid (g_ptr_array_index (keys, i), -1);
        json_number (b, key,
                     GPOINTER_TO_UINT (g_hash_table_lookup (table, g_ptr_array_index (keys, i))));
    }
    json_builder_end_object (b);
}

static void
json_result (Replay *replay)
{
    g_autoptr (JsonBuilder) b = json_builder_new();

    json_builder_begin_object (b);
    json_builder_set_member_name (b, "schema");
    json_builder_add_string_value (b, "mugai.rules-replay/1");
    json_number (b, "items", replay->names->len);
    json_number (b, "items-changed", replay->items_changed);
    json_number (b, "parts-changed", replay->parts_changed);
    json_number (b, "failed", replay->failed);
    for (size_t i = 0; i < G_N_ELEMENTS (by_name); i++)
        json_table (b, by_name[i], replay->by[i]);
    json_builder_set_member_name (b, "examples");
    json_builder_begin_array (b);
    for (guint i = 0; i < replay->examples->len && i < replay->options->examples; i++) {
        g_autofree char *text = g_utf8_make_valid (g_ptr_array_index (replay->examples, i), -1);
        json_builder_add_string_value (b, text);
    }
    json_builder_end_array (b);
    json_builder_end_object (b);
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *text = json_to_string (root, TRUE);
    puts (text);
}

/* --- the page --- */

static void
page_row (GString *page, const char *text, guint number)
{
    g_autofree char *shown = mugai_shown (text, false);

    g_string_append (page, "<tr>");
    mugai_page_cell (page, shown);
    mugai_page_number (page, number);
    g_string_append (page, "</tr>\n");
}

static void
page_table (const Replay *replay, GString *page, size_t by, bool ja)
{
    const char *const heads[] = { ja ? by_ja[by] : by_name[by], ja ? "件数" : "number" };
    g_autoptr (GPtrArray) keys = keys_of (replay->by[by]);

    if (keys->len == 0)
        return;
    mugai_page_table (page, heads, G_N_ELEMENTS (heads));
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index (keys, i);
        page_row (page, key, GPOINTER_TO_UINT (g_hash_table_lookup (replay->by[by], key)));
    }
    mugai_page_table_end (page);
}

static void
page_totals (const Replay *replay, GString *page, bool ja)
{
    const char *const heads[] = { ja ? "集計" : "total", ja ? "件数" : "number" };

    mugai_page_table (page, heads, G_N_ELEMENTS (heads));
    page_row (page, ja ? "対象" : "items", replay->names->len);
    page_row (page, ja ? "変わるもの" : "would change", replay->items_changed);
    page_row (page, ja ? "変わるパート" : "parts that would change", replay->parts_changed);
    page_row (page, ja ? "比べられないもの" : "could not be compared", replay->failed);
    mugai_page_table_end (page);
}

/* One page, for whoever decides about the candidate. */
static bool
write_page (const Replay *replay, GError **error)
{
    const Options *options = replay->options;
    bool ja = mugai_cli_japanese();
    g_autofree char *folder = g_path_get_dirname (options->html);
    g_autofree char *name = g_path_get_basename (options->html);
    g_autofree char *candidate = mugai_shown (options->candidate, false);
    g_autofree char *title = g_strdup_printf (
        ja ? "規則を変えると何が変わるか：%s" : "What would change with %s", candidate);
    const char *const heads[] = { ja ? "例" : "examples" };
    GString *page = mugai_page_begin (title, ja);

    page_totals (replay, page, ja);
    for (size_t i = 0; i < G_N_ELEMENTS (by_name); i++)
        page_table (replay, page, i, ja);
    mugai_page_table (page, heads, G_N_ELEMENTS (heads));
    for (guint i = 0; i < replay->examples->len && i < options->examples; i++) {
        g_autofree char *shown = mugai_shown (g_ptr_array_index (replay->examples, i), false);
        g_string_append (page, "<tr>");
        mugai_page_cell (page, shown);
        g_string_append (page, "</tr>\n");
    }
    mugai_page_table_end (page);
    return mugai_page_finish (page, folder, name, error);
}

/* Returns: false when @text is no number of at most @most. */
static bool
parse_count (const char *text, unsigned most, unsigned *ret)
{
    guint64 value = 0;

    if (!g_ascii_string_to_unsigned (text, 10, 0, most, &value, NULL))
        return false;
    *ret = (unsigned)value;
    return true;
}

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, Options *ret)
{
    static const struct option options[] = { { "rules", required_argument, NULL, 'r' },
                                             { "since", required_argument, NULL, 's' },
                                             { "keep", required_argument, NULL, 'k' },
                                             { "jobs", required_argument, NULL, 'j' },
                                             { "examples", required_argument, NULL, 'e' },
                                             { "json", no_argument, NULL, 'J' },
                                             { "html", required_argument, NULL, 'H' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    bool right = true;
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "r:j:h", options, NULL)) >= 0) {
        if (option == 'r')
            ret->current = optarg;
        else if (option == 's')
            ret->since = optarg;
        else if (option == 'k')
            ret->socket = optarg;
        else if (option == 'j')
            right = right && parse_count (optarg, 1024, &ret->active);
        else if (option == 'e')
            right = right && parse_count (optarg, 1000000, &ret->examples);
        else if (option == 'J')
            ret->json = true;
        else if (option == 'H')
            ret->html = optarg;
        else
            return mugai_cli_rules_help (option == 'h');
    }
    if (!right || optind >= argc)
        return mugai_cli_usage ("rules replay", "%s",
                                mugai_cli_text ("name the candidate's rules, and numbers for "
                                                "--jobs and --examples; see mugai rules --help",
                                                "候補の規則を指定してください。--jobsと--examplesは"
                                                "数です（mugai rules --help）"));
    ret->candidate = argv[optind];
    ret->paths = argv + optind + 1;
    if (ret->current == NULL && access (MUGAI_CLI_RULES, F_OK) == 0)
        ret->current = MUGAI_CLI_RULES;
    return -1;
}

static void
replay_clear (Replay *replay)
{
    mugai_keep_free (replay->client);
    g_ptr_array_unref (replay->names);
    g_ptr_array_unref (replay->before);
    g_ptr_array_unref (replay->examples);
    for (size_t i = 0; i < G_N_ELEMENTS (replay->by); i++)
        g_hash_table_unref (replay->by[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replay, replay_clear)

int
mugai_cli_rules_replay (int argc, char **argv)
{
    Options options = { .socket = MUGAI_CLI_KEEP, .since = "30d", .examples = 10 };
    g_autoptr (GError) error = NULL;
    uint64_t span_us = 0;
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    if (!mugai_units_parse (MUGAI_UNIT_US, options.since, &span_us) || span_us > G_MAXINT64 / 2)
        return mugai_cli_usage ("rules replay",
                                mugai_cli_text ("--since %s: write 30d or 36h",
                                                "--since %s：30dや36hのように書いてください"),
                                options.since);
    g_auto (Replay) replay = { .options = &options,
                               .names = g_ptr_array_new_with_free_func (g_free),
                               .before = g_ptr_array_new_with_free_func (item_free),
                               .examples = g_ptr_array_new_with_free_func (g_free),
                               .progress = !options.json && isatty (2) };
    for (size_t i = 0; i < G_N_ELEMENTS (replay.by); i++)
        replay.by[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (!list_items (&replay, g_get_real_time() - (int64_t)span_us, &error))
        return mugai_cli_error ("rules replay", error);
    g_ptr_array_set_size (replay.before, (int)replay.names->len);
    if (!run_both (&replay, &error))
        return mugai_cli_error ("rules replay", error);
    g_ptr_array_sort (replay.examples, by_text);
    if (options.html != NULL && !write_page (&replay, &error))
        return mugai_cli_error ("rules replay", error);
    if (options.json)
        json_result (&replay);
    else
        print_result (&replay);
    return replay.failed > 0 ? MUGAI_EXIT_LATER : MUGAI_EXIT_OK;
}
