/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai rules test FILE: run items and compare what the rules did with what was expected. The items
 * go through the pool, as those of the gateway do. The format of FILE stands in mugai-rules(1).
 */
#include "cli/rules.h"

#include "cli/cli.h"
#include "cli/trial.h"
#include "core/error.h"
#include "rules/lint.h"
#include "rules/yaml-tree.h"

#include <getopt.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    const char *file, *rules;
    bool json;
} Options;

typedef struct Test {
    const Options *options;
    const char *folder; /* of the file: paths are relative to it */
    const MugaiYaml *items;
    JsonBuilder *json; /* NULL: for people */
    guint right, wrong, later;
    guint misses; /* of the item at hand */
} Test;

G_GNUC_PRINTF (4, 5)
static bool
fail (const Options *options, const MugaiYaml *at, GError **error, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *what = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE, "%s:%u:%u: %s", options->file, at->line,
                 at->column, what);
    return false;
}

static bool
check_map (const Options *options, const MugaiYaml *map, const char *keys, GError **error)
{
    g_auto (GStrv) words = g_strsplit (keys, " ", -1);

    if (map->kind != MUGAI_YAML_MAP)
        return fail (
            options, map, error,
            mugai_cli_text ("a mapping is needed here, with: %s", "ここには次のキーを書きます：%s"),
            keys);
    for (guint i = 0; i < map->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (map->items, i);
        if (!g_strv_contains ((const char *const *)words, key->text))
            return fail (options, key, error,
                         mugai_cli_text ("no such key \"%s\"; it takes: %s",
                                         "「%s」というキーはありません。書けるもの：%s"),
                         key->text, keys);
    }
    return true;
}

static const char *
text_of (const MugaiYaml *map, const char *key)
{
    const MugaiYaml *value = mugai_yaml_get (map, key);

    return value != NULL && value->kind == MUGAI_YAML_SCALAR ? value->text : NULL;
}

static bool
check_scalars (const Options *options, const MugaiYaml *map, const char *except, GError **error)
{
    for (guint i = 0; i + 1 < map->items->len; i += 2) {
        const MugaiYaml *key = g_ptr_array_index (map->items, i);
        const MugaiYaml *value = g_ptr_array_index (map->items, i + 1);
        bool other = strstr (except, key->text) != NULL;
        if (!other && value->kind != MUGAI_YAML_SCALAR)
            return fail (options, value, error,
                         mugai_cli_text ("%s takes one value", "%sには値を一つ書きます"),
                         key->text);
    }
    return true;
}

static bool
check_outcome (const Options *options, const MugaiYaml *map, const char *words, GError **error)
{
    g_auto (GStrv) list = g_strsplit (words, " ", -1);
    const MugaiYaml *value = mugai_yaml_get (map, "outcome");

    if (value == NULL || g_strv_contains ((const char *const *)list, value->text))
        return true;
    return fail (options, value, error,
                 mugai_cli_text ("outcome \"%s\" is not known; one of: %s",
                                 "outcome「%s」はありません。書けるもの：%s"),
                 value->text, words);
}

static bool
check_item (const Options *options, const MugaiYaml *item, GError **error)
{
    if (!check_map (options, item, "name mail file text sender to client outcome parts", error) ||
        !check_scalars (options, item, "to parts", error) ||
        !check_outcome (options, item, "delivered withheld held rejected", error))
        return false;
    int contents = (mugai_yaml_get (item, "mail") != NULL) +
                   (mugai_yaml_get (item, "file") != NULL) +
                   (mugai_yaml_get (item, "text") != NULL);
    const MugaiYaml *parts = mugai_yaml_get (item, "parts");
    if (contents != 1)
        return fail (options, item, error, "%s",
                     mugai_cli_text ("an item names one of mail, file, text",
                                     "mail、file、textのどれか一つを書きます"));
    if (parts == NULL && mugai_yaml_get (item, "outcome") == NULL)
        return fail (options, item, error, "%s",
                     mugai_cli_text ("nothing is expected of it; add outcome or parts",
                                     "期待する結果がありません。outcomeかpartsを書いてください"));
    if (parts != NULL && parts->kind != MUGAI_YAML_MAP)
        return fail (options, parts, error, "%s",
                     mugai_cli_text ("parts: a path, then what is expected of it",
                                     "partsには、パートの場所と期待する結果を書きます"));
    for (guint i = 0; parts != NULL && i + 1 < parts->items->len; i += 2) {
        const MugaiYaml *part = g_ptr_array_index (parts->items, i + 1);
        if (!check_map (options, part, "rule outcome type reason", error) ||
            !check_scalars (options, part, "", error) ||
            !check_outcome (options, part, "delivered converted withheld held rejected", error))
            return false;
    }
    return true;
}

/* --- running --- */

static void
add_recipients (MugaiEnvelope *envelope, const MugaiYaml *to)
{
    if (to == NULL)
        return;
    if (to->kind == MUGAI_YAML_SCALAR)
        g_ptr_array_add (envelope->recipients, g_strdup (to->text));
    for (guint i = 0; to->kind == MUGAI_YAML_LIST && i < to->items->len; i++) {
        const MugaiYaml *one = g_ptr_array_index (to->items, i);
        if (one->kind == MUGAI_YAML_SCALAR)
            g_ptr_array_add (envelope->recipients, g_strdup (one->text));
    }
}

static MugaiTrial *
next_item (void *data, guint index, GError **error)
{
    const Test *test = data;
    const MugaiYaml *item = g_ptr_array_index (test->items->items, index);
    const char *mail = text_of (item, "mail"), *file = text_of (item, "file"),
               *text = text_of (item, "text"), *name = mail != NULL ? mail : file;
    g_autofree char *path = name == NULL || g_path_is_absolute (name)
                                ? g_strdup (name)
                                : g_build_filename (test->folder, name, NULL);
    MugaiTrial *trial = path != NULL
                            ? mugai_trial_file (path, mail != NULL, error)
                            : mugai_trial_bytes ("text.txt", text, strlen (text), false, error);

    if (trial == NULL)
        return NULL;
    trial->envelope->sender = g_strdup (text_of (item, "sender"));
    trial->envelope->client_address = g_strdup (text_of (item, "client"));
    add_recipients (trial->envelope, mugai_yaml_get (item, "to"));
    return trial;
}

static const char *
item_outcome (const MugaiReport *report)
{
    static const char *const words[] = { "", "delivered", "withheld", "held", "rejected" };

    return (unsigned)report->outcome < G_N_ELEMENTS (words) ? words[report->outcome] : "";
}

static const char *
part_outcome (const MugaiReport *report, const MugaiReportPart *part)
{
    static const char *const words[] = { "", "delivered", "converted", "withheld" };

    if (report->outcome == MUGAI_ITEM_HELD || report->outcome == MUGAI_ITEM_REJECTED)
        return item_outcome (report);
    return (unsigned)part->outcome < G_N_ELEMENTS (words) ? words[part->outcome] : "";
}

static const char *
item_name (const Test *test, guint index)
{
    const MugaiYaml *item = g_ptr_array_index (test->items->items, index);
    static const char *const keys[] = { "name", "mail", "file" };

    for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
        if (text_of (item, keys[i]) != NULL)
            return text_of (item, keys[i]);
    return "text";
}

static void
json_text (JsonBuilder *b, const char *name, const char *value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, value);
}

/* @at: the expectation; @path: of the part, "" for the item. */
static void
miss (Test *test, guint index, const MugaiYaml *at, const char *path, const char *what,
      const char *expected, const char *got)
{
    test->misses++;
    if (test->json != NULL) {
        json_builder_begin_object (test->json);
        json_text (test->json, "item", item_name (test, index));
        json_builder_set_member_name (test->json, "line");
        json_builder_add_int_value (test->json, at->line);
        json_text (test->json, "part", path);
        json_text (test->json, "what", what);
        json_text (test->json, "expected", expected);
        json_text (test->json, "got", got);
        json_builder_end_object (test->json);
        return;
    }
    g_autofree char *where =
        g_strdup_printf ("%s:%u: %s%s%s", test->options->file, at->line, item_name (test, index),
                         path[0] != '\0' ? ", " : "", path);
    g_autofree char *line = g_strdup_printf (
        mugai_cli_text ("%s: %s: expected \"%s\", got \"%s\"", "%s：%s：期待「%s」、結果「%s」"),
        where, what, expected, got);
    mugai_cli_print (stdout, line);
    putchar ('\n');
}

static void
compare (Test *test, guint index, const MugaiYaml *map, const char *path, const char *key,
         const char *got)
{
    const MugaiYaml *value = mugai_yaml_get (map, key);

    if (value != NULL && strcmp (value->text, got) != 0)
        miss (test, index, value, path, key, value->text, got);
}

static const MugaiReportPart *
find_part (const MugaiReport *report, const char *path)
{
    for (guint i = 0; i < report->parts->len; i++) {
        const MugaiReportPart *part = g_ptr_array_index (report->parts, i);
        if (strcmp (part->path, path) == 0)
            return part;
    }
    return NULL;
}

static void
compare_parts (Test *test, guint index, const MugaiReport *report, const MugaiYaml *parts)
{
    for (guint i = 0; parts != NULL && i + 1 < parts->items->len; i += 2) {
        const MugaiYaml *path = g_ptr_array_index (parts->items, i);
        const MugaiYaml *want = g_ptr_array_index (parts->items, i + 1);
        const MugaiReportPart *part = find_part (report, path->text);
        if (part == NULL) {
            miss (test, index, path, path->text, "part", path->text,
                  mugai_cli_text ("no such part", "そのパートはありません"));
            continue;
        }
        compare (test, index, want, path->text, "rule", part->rule);
        compare (test, index, want, path->text, "outcome", part_outcome (report, part));
        compare (test, index, want, path->text, "type", part->type);
        compare (test, index, want, path->text, "reason", part->reason);
    }
}

static void
item_done (void *data, guint index, const MugaiTrial *trial, const MugaiReport *report,
           const char *why)
{
    Test *test = data;
    const MugaiYaml *item = g_ptr_array_index (test->items->items, index);

    (void)trial;
    test->misses = 0;
    if (report == NULL) {
        miss (test, index, item, "", "run", "", why);
        test->later++;
        return;
    }
    compare (test, index, item, "", "outcome", item_outcome (report));
    compare_parts (test, index, report, mugai_yaml_get (item, "parts"));
    if (test->misses > 0)
        test->wrong++;
    else
        test->right++;
}

/* --- the file --- */

static MugaiRules *
load_rules (const Test *test, const MugaiYaml *root, const MugaiCatalogue *catalogue,
            GError **error)
{
    const char *file = text_of (root, "rules"), *preset = text_of (root, "preset");

    if (test->options->rules != NULL)
        return mugai_rules_load (test->options->rules, catalogue, error);
    if (file != NULL) {
        g_autofree char *path = g_path_is_absolute (file)
                                    ? g_strdup (file)
                                    : g_build_filename (test->folder, file, NULL);
        return mugai_rules_load (path, catalogue, error);
    }
    if (preset != NULL) {
        g_autofree char *text = g_strdup_printf ("version: 1\npreset: %s\n", preset);
        return mugai_rules_parse (test->options->file, text, strlen (text), catalogue, error);
    }
    return mugai_rules_load (access (MUGAI_CLI_RULES, F_OK) == 0 ? MUGAI_CLI_RULES : NULL,
                             catalogue, error);
}

static MugaiYaml *
read_file (const Options *options, GError **error)
{
    g_autofree char *data = NULL;
    gsize size = 0;

    if (!g_file_get_contents (options->file, &data, &size, error))
        return NULL;
    g_autoptr (MugaiYaml) root = mugai_yaml_parse (options->file, data, size, error);
    if (root == NULL || !check_map (options, root, "version rules preset items", error) ||
        !check_scalars (options, root, "items", error))
        return NULL;
    const MugaiYaml *items = mugai_yaml_get (root, "items");
    if (items == NULL || items->kind != MUGAI_YAML_LIST || items->items->len == 0) {
        fail (
            options, root, error, "%s",
            mugai_cli_text ("items is a list: each begins with \"- mail:\", \"- file:\" or "
                            "\"- text:\"",
                            "itemsには、「- mail:」「- file:」「- text:」で始まる項目を並べます"));
        return NULL;
    }
    for (guint i = 0; i < items->items->len; i++)
        if (!check_item (options, g_ptr_array_index (items->items, i), error))
            return NULL;
    return g_steal_pointer (&root);
}

static void
print_result (Test *test)
{
    if (test->json == NULL) {
        printf (mugai_cli_text ("%u as expected, %u not, %u could not be run\n",
                                "期待どおり%u件、相違%u件、実行できず%u件\n"),
                test->right, test->wrong, test->later);
        return;
    }
    json_builder_end_array (test->json);
    const struct {
        const char *name;
        guint value;
    } counts[] = { { "right", test->right }, { "wrong", test->wrong }, { "later", test->later } };
    for (size_t i = 0; i < G_N_ELEMENTS (counts); i++) {
        json_builder_set_member_name (test->json, counts[i].name);
        json_builder_add_int_value (test->json, counts[i].value);
    }
    json_builder_end_object (test->json);
    g_autoptr (JsonNode) root = json_builder_get_root (test->json);
    g_autofree char *text = json_to_string (root, TRUE);
    puts (text);
}

static bool
run_file (Test *test, const MugaiYaml *root, GError **error)
{
    MugaiSessionOptions how = { .active = 2, .quiet = true };
    g_autoptr (MugaiSession) session = mugai_session_open (&how, error);
    MugaiRules *rules = session != NULL ? load_rules (test, root, session->catalogue, error) : NULL;

    if (rules == NULL)
        return false;
    mugai_pool_set_rules (session->pool, rules);
    if (!mugai_trial_run (session, test->items->items->len, next_item, item_done, test)) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "stopped");
        return false;
    }
    return true;
}

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, Options *ret)
{
    static const struct option options[] = { { "rules", required_argument, NULL, 'r' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "r:h", options, NULL)) >= 0) {
        if (option == 'r')
            ret->rules = optarg;
        else if (option == 'j')
            ret->json = true;
        else
            return mugai_cli_rules_help (option == 'h');
    }
    if (argc - optind != 1)
        return mugai_cli_usage ("rules test", "%s",
                                mugai_cli_text ("name one file with expectations",
                                                "期待する結果のファイルを一つ指定してください"));
    ret->file = argv[optind];
    return -1;
}

int
mugai_cli_rules_test (int argc, char **argv)
{
    Options options = { 0 };
    g_autoptr (GError) error = NULL;
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    g_autofree char *folder = g_path_get_dirname (options.file);
    g_autoptr (MugaiYaml) root = read_file (&options, &error);
    g_autoptr (JsonBuilder) json = json_builder_new();
    if (root == NULL)
        return mugai_cli_error ("rules test", error);
    Test test = { .options = &options,
                  .folder = folder,
                  .items = mugai_yaml_get (root, "items"),
                  .json = options.json ? json : NULL };
    if (options.json) {
        json_builder_begin_object (json);
        json_text (json, "schema", "mugai.rules-test/1");
        json_builder_set_member_name (json, "misses");
        json_builder_begin_array (json);
    }
    if (!run_file (&test, root, &error))
        return mugai_cli_error ("rules test", error);
    print_result (&test);
    if (test.later > 0)
        return MUGAI_EXIT_LATER;
    return test.wrong > 0 ? MUGAI_EXIT_WITHHELD : MUGAI_EXIT_OK;
}
