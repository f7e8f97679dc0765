/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai rules: check and list, and the table of verbs. The same loader and lint as the gateway's;
 * nothing is run.
 */
#include "cli/rules.h"

#include "base/escape.h"
#include "cli/cli.h"
#include "cli/columns.h"
#include "core/error.h"
#include "pool/programs.h"
#include "rules/describe.h"
#include "rules/lint.h"
#include "rules/reach.h"

#include <getopt.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

typedef struct Options {
    const char *file; /* NULL: the preset alone */
    const char *catalogue;
    GPtrArray *folders; /* further ones with filters; NULL-terminated when used */
    bool json;
} Options;

static const char help_en[] =
    "usage: mugai rules check [OPTION...] [FILE]\n"
    "       mugai rules list [OPTION...] [FILE]\n"
    "       mugai rules test [OPTION...] EXPECTATIONS\n"
    "       mugai rules replay [OPTION...] CANDIDATE [PATH...]\n"
    "       mugai rules init [OPTION...] [PRESET]\n"
    "       mugai rules explain ...     (the same as mugai explain)\n"
    "check: look for mistakes in a rules file (and rules.d beside it), and say what can reach the\n"
    "inside. list: show its rules in the order in which they are tried. Without FILE:\n"
    "" MUGAI_CLI_RULES " where it exists, else the preset alone. test: run mails and files, and\n"
    "compare with what was expected. replay: run kept originals, or files, under the rules in "
    "force\n"
    "and under CANDIDATE, and say what would change. init: write a file to start from.\n"
    "  --json            for programs\n"
    "  --filters DIR     check, list: look for filters there too\n"
    "  --catalogue FILE  check, list: take the filters' descriptions from FILE\n"
    "  -r, --rules FILE  test: these rules, whatever the expectations name; replay: the rules in "
    "force\n"
    "  --since TIME      replay: originals received since then: 30d, 36h; default 30d\n"
    "  --keep SOCKET     replay: of mugai-keep; default " MUGAI_CLI_KEEP "\n"
    "  -j, --jobs N      replay: items at once; default: one for each processor\n"
    "  --examples N      replay: at most N examples; default 10\n"
    "  --html FILE       replay: write the same as a page\n"
    "  -o, --output FILE init: write to FILE, which must not exist; default: stdout\n"
    "Ends with 0: usable, as expected; 1: not as expected; 2: errors; 75: try again later.\n";
static const char help_ja[] =
    "使い方: mugai rules check [オプション...] [ファイル]\n"
    "        mugai rules list [オプション...] [ファイル]\n"
    "        mugai rules test [オプション...] 期待する結果のファイル\n"
    "        mugai rules replay [オプション...] 候補の規則 [パス...]\n"
    "        mugai rules init [オプション...] [プリセット]\n"
    "        mugai rules explain ...     （mugai explainと同じ）\n"
    "check: 規則のファイル（と同じ場所のrules.d）の誤りを探し、庁内に届きうるものを示す。\n"
    "list: 規則を適用順に一覧する。ファイルを省くと" MUGAI_CLI_RULES "、なければ\n"
    "プリセットだけを対象にする。test: メールやファイルを実際に処理し、期待する結果と比べる。\n"
    "replay: 保管した原本かファイルを、現在の規則と候補の規則にかけ、何が変わるかを示す。\n"
    "init: 書き始めのファイルを作る。\n"
    "  --json            プログラム向けに出力する\n"
    "  --filters DIR     check、list: フィルタをこのフォルダからも探す\n"
    "  --catalogue FILE  check、list: フィルタの説明をFILEから読む\n"
    "  -r, --rules FILE  test: 期待のファイルが何を指定していても、この規則を使う。replay: "
    "現在の規則\n"
    "  --since TIME      replay: それ以降に届いた原本（30d、36h）。既定は30d\n"
    "  --keep SOCKET     replay: mugai-keepのソケット。既定は" MUGAI_CLI_KEEP "\n"
    "  -j, --jobs N      replay: 同時に処理する件数。既定はCPUの数\n"
    "  --examples N      replay: 例を最大N件示す。既定は10\n"
    "  --html FILE       replay: 同じ内容をHTMLのページに書く\n"
    "  -o, --output FILE init: FILEに書く（既にあれば書かない）。既定は標準出力\n"
    "終了コードは 0: 使える、期待どおり 1: 相違がある 2: 誤りがある 75: 後で再試行\n";

int
mugai_cli_rules_help (bool wanted)
{
    fputs (mugai_cli_text (help_en, help_ja), wanted ? stdout : stderr);
    return wanted ? MUGAI_EXIT_OK : MUGAI_EXIT_USAGE;
}

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, Options *ret)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' },
                                             { "filters", required_argument, NULL, 'f' },
                                             { "catalogue", required_argument, NULL, 'c' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    int option;

    optind = 1;
    while ((option = getopt_long (argc, argv, "h", options, NULL)) >= 0) {
        if (option == 'j') {
            ret->json = true;
        } else if (option == 'f') {
            g_ptr_array_add (ret->folders, optarg);
        } else if (option == 'c') {
            ret->catalogue = optarg;
        } else {
            return mugai_cli_rules_help (option == 'h');
        }
    }
    if (argc - optind > 1)
        return mugai_cli_usage ("rules", "%s: one file at a time; see mugai rules --help",
                                argv[optind + 1]);
    if (optind < argc)
        ret->file = argv[optind];
    else if (access (MUGAI_CLI_RULES, F_OK) == 0)
        ret->file = MUGAI_CLI_RULES;
    g_ptr_array_add (ret->folders, NULL);
    return -1;
}

/* What filters there are. Returns: NULL and @error. */
static MugaiCatalogue *
load_catalogue (const Options *options, GError **error)
{
    if (options->catalogue != NULL) {
        g_autofree char *data = NULL;
        gsize size = 0;
        if (!g_file_get_contents (options->catalogue, &data, &size, error))
            return NULL;
        return mugai_catalogue_read (data, size, error);
    }
    g_autoptr (MugaiPrograms) programs =
        mugai_programs_find ((const char *const *)options->folders->pdata, error);
    return programs != NULL ? mugai_programs_describe (programs, error) : NULL;
}

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
    json_builder_set_member_name (b, name);
    if (value != NULL)
        json_builder_add_string_value (b, value);
    else
        json_builder_add_null_value (b);
}

static void
add_integer (JsonBuilder *b, const char *name, gint64 value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_int_value (b, value);
}

static void
add_boolean (JsonBuilder *b, const char *name, bool value)
{
    json_builder_set_member_name (b, name);
    json_builder_add_boolean_value (b, value);
}

static void
begin_json (JsonBuilder *b, const char *schema, const Options *options, const MugaiRules *rules)
{
    char policy[MUGAI_SHA256_HEX_SIZE] = "";

    json_builder_begin_object (b);
    add_string (b, "schema", schema);
    add_string (b, "file", options->file);
    if (rules == NULL)
        return;
    mugai_sha256_hex (mugai_rules_policy (rules), policy);
    add_string (b, "preset", mugai_rules_settings (rules)->preset);
    add_string (b, "policy", policy);
}

static void
end_json (JsonBuilder *b)
{
    json_builder_end_object (b);
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *json = json_to_string (root, TRUE);

    puts (json);
}

/* --- check --- */

static void
json_lint (JsonBuilder *b, const MugaiLint *lint)
{
    json_builder_begin_object (b);
    add_string (b, "level", lint->error ? "error" : "warning");
    add_string (b, "code", lint->code);
    add_string (b, "file", lint->path);
    add_integer (b, "line", lint->line);
    add_integer (b, "column", lint->column);
    add_string (b, "rule", lint->rule);
    add_string (b, "en", lint->en);
    add_string (b, "ja", lint->ja);
    json_builder_end_object (b);
}

static void
print_lint (const MugaiLint *lint)
{
    mugai_cli_print (stdout, lint->path);
    printf (":%u:%u: %s: ", lint->line, lint->column,
            lint->error ? mugai_cli_text ("error", "誤り") : mugai_cli_text ("warning", "警告"));
    mugai_cli_print (stdout, mugai_cli_text (lint->en, lint->ja));
    putchar ('\n');
}

/* The rules cannot be read at all. */
static int
check_failed (const Options *options, const GError *error)
{
    if (!options->json)
        return mugai_cli_error ("rules check", error);
    g_autoptr (JsonBuilder) b = json_builder_new();
    begin_json (b, "mugai.rules-check/1", options, NULL);
    add_boolean (b, "ok", false);
    json_builder_set_member_name (b, "messages");
    json_builder_begin_array (b);
    json_builder_begin_object (b);
    add_string (b, "level", "error");
    add_string (b, "code", "load");
    add_string (b, "en", error->message);
    json_builder_end_object (b);
    json_builder_end_array (b);
    end_json (b);
    return g_error_matches (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE) ? MUGAI_EXIT_LATER
                                                                      : MUGAI_EXIT_USAGE;
}

static void
check_json (const Options *options, const MugaiRules *rules, const GPtrArray *found,
            unsigned errors, const char *reach)
{
    g_autoptr (JsonBuilder) b = json_builder_new();

    begin_json (b, "mugai.rules-check/1", options, rules);
    add_boolean (b, "ok", errors == 0);
    add_integer (b, "rules", (gint64)mugai_rules_count (rules));
    add_string (b, "reach", reach);
    json_builder_set_member_name (b, "messages");
    json_builder_begin_array (b);
    for (guint i = 0; i < found->len; i++)
        json_lint (b, g_ptr_array_index (found, i));
    json_builder_end_array (b);
    end_json (b);
}

static int
check (const Options *options, const MugaiCatalogue *catalogue)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiRules) rules = mugai_rules_parse (options->file, NULL, 0, catalogue, &error);
    unsigned errors = 0;
    char policy[MUGAI_SHA256_HEX_SIZE];

    if (rules == NULL)
        return check_failed (options, error);
    g_autoptr (GPtrArray) found = mugai_rules_lint (rules, catalogue, g_get_real_time());
    for (guint i = 0; i < found->len; i++)
        errors += ((MugaiLint *)g_ptr_array_index (found, i))->error;
    g_autofree char *reach =
        mugai_rules_reach (rules, catalogue, g_get_real_time(), mugai_cli_japanese());
    if (options->json) {
        check_json (options, rules, found, errors, reach);
        return errors > 0 ? MUGAI_EXIT_USAGE : MUGAI_EXIT_OK;
    }
    for (guint i = 0; i < found->len; i++)
        print_lint (g_ptr_array_index (found, i));
    mugai_sha256_hex (mugai_rules_policy (rules), policy);
    mugai_cli_print (stdout,
                     options->file != NULL ? options->file : mugai_rules_settings (rules)->preset);
    printf (mugai_cli_japanese() ? "：規則%zu件、誤り%u件、警告%u件、識別番号 %.16s\n"
                                 : ": %zu rules, %u errors, %u warnings, policy %.16s\n",
            mugai_rules_count (rules), errors, found->len - errors, policy);
    fputs (mugai_cli_text ("can reach the inside: ", "庁内に届きうるもの "), stdout);
    mugai_cli_print (stdout, reach);
    putchar ('\n');
    return errors > 0 ? MUGAI_EXIT_USAGE : MUGAI_EXIT_OK;
}

/* --- list --- */

static void
json_rule (JsonBuilder *b, const MugaiRuleText *rule, size_t index)
{
    json_builder_begin_object (b);
    add_integer (b, "index", (gint64)index);
    add_string (b, "name", rule->name);
    add_string (b, "file", rule->file);
    add_integer (b, "line", rule->line);
    add_boolean (b, "preset", rule->preset);
    add_string (b, "when", rule->when);
    add_string (b, "ending", rule->ending);
    json_builder_set_member_name (b, "chains");
    json_builder_begin_array (b);
    for (char **chain = rule->chains; *chain != NULL; chain++)
        json_builder_add_string_value (b, *chain);
    json_builder_end_array (b);
    if (rule->until != NULL) {
        json_builder_set_member_name (b, "exception");
        json_builder_begin_object (b);
        add_string (b, "owner", rule->owner);
        add_string (b, "reason", rule->reason);
        add_string (b, "until", rule->until);
        add_boolean (b, "expired", rule->expired);
        json_builder_end_object (b);
    }
    json_builder_end_object (b);
}

/* --- the table of list --- */

enum { COLUMNS = 5, COLUMN_MAX = 48 /* of a terminal, for one cell */ };

typedef struct Table {
    GPtrArray *cells; /* of char *, COLUMNS a row */
    unsigned width[COLUMNS];
} Table;

/* @text: escaped here; cut where a cell would be too wide, but for the last column. */
static void
add_cell (Table *table, const char *text)
{
    size_t n = strlen (text), room = 12 * n + 8;
    g_autofree char *escaped = g_malloc (room);
    unsigned column = table->cells->len % COLUMNS;
    unsigned most = column == COLUMNS - 1 || !isatty (1) ? 0 : COLUMN_MAX;

    char *cell = mugai_columns_fit (mugai_escape (escaped, room, text, n), most);
    unsigned width = mugai_columns (cell);
    table->width[column] = MAX (table->width[column], width);
    g_ptr_array_add (table->cells, cell);
}

static void
print_table (const Table *table)
{
    for (guint i = 0; i < table->cells->len; i++) {
        const char *cell = g_ptr_array_index (table->cells, i);
        unsigned column = i % COLUMNS, width = mugai_columns (cell);
        if (column == COLUMNS - 1)
            puts (cell);
        else
            printf ("%s%*s", cell, (int)(table->width[column] - width + 2), "");
    }
}

static const char *
ending_words (const char *ending)
{
    if (strcmp (ending, "hold") == 0)
        return mugai_cli_text ("hold the whole mail for a person", "全体を担当者の確認待ちにする");
    if (strcmp (ending, "reject") == 0)
        return mugai_cli_text ("reject the whole mail", "メール全体を受け取らない");
    return mugai_cli_text ("withhold", "渡さない");
}

/* "image; else pdf-text (until 2027-03-31, owner: reason)" */
static char *
what_it_does (const MugaiRuleText *rule)
{
    g_autofree char *chains = g_strjoinv (mugai_cli_text ("; else ", "、次に "), rule->chains);
    const char *what = rule->chains[0] != NULL ? chains : ending_words (rule->ending);

    if (rule->until == NULL)
        return g_strdup (what);
    return g_strdup_printf (mugai_cli_text ("%s (%suntil %s, %s: %s)", "%s（%s期限%s、%s：%s）"),
                            what, rule->expired ? mugai_cli_text ("EXPIRED, ", "期限切れ、") : "",
                            rule->until, rule->owner, rule->reason);
}

static void
add_rule (Table *table, const MugaiRuleText *rule, size_t index)
{
    g_autofree char *number = g_strdup_printf ("%zu", index + 1);
    g_autofree char *base = g_path_get_basename (rule->file);
    g_autofree char *place = g_strdup_printf ("%s:%u", base, rule->line);
    g_autofree char *what = what_it_does (rule);

    add_cell (table, number);
    add_cell (table, rule->name);
    add_cell (table, place);
    add_cell (table,
              rule->when[0] != '\0' ? rule->when : mugai_cli_text ("(always)", "（いつでも）"));
    add_cell (table, what);
}

static void
add_heads (Table *table)
{
    add_cell (table, "#");
    add_cell (table, mugai_cli_text ("rule", "ルール"));
    add_cell (table, mugai_cli_text ("file", "場所"));
    add_cell (table, mugai_cli_text ("when", "条件"));
    add_cell (table, mugai_cli_text ("do", "処理"));
}

static int
list (const Options *options, const MugaiCatalogue *catalogue)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiRules) rules = mugai_rules_parse (options->file, NULL, 0, catalogue, &error);
    g_autoptr (JsonBuilder) b = json_builder_new();
    g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
    Table table = { .cells = cells };

    if (rules == NULL)
        return mugai_cli_error ("rules list", error);
    add_heads (&table);
    if (options->json) {
        begin_json (b, "mugai.rules-list/1", options, rules);
        json_builder_set_member_name (b, "rules");
        json_builder_begin_array (b);
    }
    for (size_t i = 0; i < mugai_rules_count (rules); i++) {
        g_autoptr (MugaiRuleText) rule = mugai_rules_describe (rules, i, g_get_real_time());
        if (options->json)
            json_rule (b, rule, i);
        else
            add_rule (&table, rule, i);
    }
    if (options->json) {
        json_builder_end_array (b);
        end_json (b);
    } else {
        print_table (&table);
        puts (mugai_cli_text ("   (no rule matches: withheld)",
                              "   （どれにも当てはまらないもの：渡さない）"));
    }
    return MUGAI_EXIT_OK;
}

/* check, list */
static int
read_only (int argc, char **argv)
{
    g_autoptr (GPtrArray) folders = g_ptr_array_new();
    g_autoptr (GError) error = NULL;
    Options options = { .folders = folders };
    int code = parse (argc, argv, &options);

    if (code >= 0)
        return code;
    g_autoptr (MugaiCatalogue) catalogue = load_catalogue (&options, &error);
    if (catalogue == NULL)
        return mugai_cli_error ("rules", error);
    return strcmp (argv[0], "check") == 0 ? check (&options, catalogue)
                                          : list (&options, catalogue);
}

static const struct {
    const char *name;
    MugaiCliRun run;
} verbs[] = {
    { "check", read_only },           { "list", read_only },
    { "test", mugai_cli_rules_test }, { "replay", mugai_cli_rules_replay },
    { "init", mugai_cli_rules_init }, { "explain", mugai_cli_explain },
};

int
mugai_cli_rules (int argc, char **argv)
{
    if (argc >= 2 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0))
        return mugai_cli_rules_help (true);
    for (size_t i = 0; argc >= 2 && i < G_N_ELEMENTS (verbs); i++)
        if (strcmp (argv[1], verbs[i].name) == 0)
            return verbs[i].run (argc - 1, argv + 1);
    return mugai_cli_usage ("rules", "%s",
                            argc < 2 ? "say what to do; see mugai rules --help"
                                     : "no such command; see mugai rules --help");
}
