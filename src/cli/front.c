/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai reload, mugai status: ask a running mugaid.
 */
#include "cli/cli.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "wire/front.h"

#include <getopt.h>
#include <json-glib/json-glib.h>
#include <string.h>

enum { CONNECT_US = 5000000, RELOAD_US = 30000000, STATUS_MAX = 1 << 20 };

typedef struct {
    const char *socket;
    bool json;
} Options;

/* Returns: -1 to go on, else an exit code. */
static int
parse (int argc, char **argv, const char *help, Options *ret)
{
    static const struct option options[] = { { "socket", required_argument, NULL, 's' },
                                             { "json", no_argument, NULL, 'j' },
                                             { "help", no_argument, NULL, 'h' },
                                             { 0 } };
    int option;

    *ret = (Options){ .socket = MUGAI_CLI_JOBS };
    optind = 1;
    opterr = 0;
    while ((option = getopt_long (argc, argv, "h", options, NULL)) >= 0) {
        if (option == 's')
            ret->socket = optarg;
        else if (option == 'j')
            ret->json = true;
        else {
            if (option != 'h')
                return mugai_cli_wrong_option (argv);
            fputs (help, stdout);
            return MUGAI_EXIT_OK;
        }
    }
    return optind < argc ? mugai_cli_usage (argv[0], "%s: unexpected argument; see mugai %s --help",
                                            argv[optind], argv[0])
                         : -1;
}

static int
connect_front (const char *name, const Options *options, int *ret_front)
{
    MugaiGreeting greeting;
    char why[256];

    *ret_front = mugai_front_connect (options->socket, MUGAI_VERSION, CONNECT_US, &greeting, why);
    return *ret_front >= 0 ? -1 : mugai_cli_usage (name, "%s; name its socket with --socket", why);
}

int
mugai_cli_reload (int argc, char **argv)
{
    Options options;
    MugaiReloaded reloaded;
    mugai_autofd front = -1;
    int code = parse (
        argc, argv,
        mugai_cli_text (
            "usage: mugai reload [--socket PATH] [--json]\n"
            "Make mugaid read its rules again. Exit 0: in force; 2: the old rules stay, and why.\n",
            "使い方: mugai reload [--socket パス] [--json]\n"
            "mugaidにルールを読み直させます。終了コード 0: 適用、2: 誤りがあり元のルールのまま\n"),
        &options);

    if (code < 0)
        code = connect_front ("reload", &options, &front);
    if (code >= 0)
        return code;
    int r = mugai_front_reload (front, RELOAD_US, &reloaded);
    if (r < 0) {
        mugai_cli_usage ("reload", "mugaid does not answer: %s; see its log", strerror (-r));
        return MUGAI_EXIT_LATER;
    }
    if (options.json) {
        char hex[MUGAI_SHA256_HEX_SIZE];
        mugai_sha256_hex (reloaded.policy, hex);
        g_autoptr (JsonBuilder) b = json_builder_new();
        json_builder_begin_object (b);
        json_builder_set_member_name (b, "ok");
        json_builder_add_boolean_value (b, reloaded.ok);
        json_builder_set_member_name (b, "policy");
        json_builder_add_string_value (b, hex);
        json_builder_set_member_name (b, "text");
        json_builder_add_string_value (b, reloaded.text);
        json_builder_end_object (b);
        g_autoptr (JsonNode) root = json_builder_get_root (b);
        g_autofree char *json = json_to_string (root, FALSE);
        puts (json);
    } else if (reloaded.ok)
        puts (reloaded.text);
    else
        mugai_cli_usage ("reload", "%s", reloaded.text);
    return reloaded.ok ? MUGAI_EXIT_OK : MUGAI_EXIT_USAGE;
}

/* "name: value" lines of the JSON object, one level deep; lists of objects one line an entry. */
static void
print_node (JsonNode *node, int depth)
{
    if (JSON_NODE_HOLDS_OBJECT (node)) {
        g_autoptr (GList) names = json_object_get_members (json_node_get_object (node));
        for (GList *l = names; l != NULL; l = l->next) {
            JsonNode *value = json_object_get_member (json_node_get_object (node), l->data);
            bool inner = !JSON_NODE_HOLDS_VALUE (value);
            printf (depth < 2 ? "%*s%s:%s" : "%*s%s=%s", depth < 2 ? 2 * depth : 0, "",
                    (const char *)l->data,
                    inner       ? "\n"
                    : depth < 2 ? " "
                                : "");
            print_node (value, depth + 1);
            if (!inner)
                putchar (depth < 2 ? '\n' : ' ');
        }
    } else if (JSON_NODE_HOLDS_ARRAY (node)) {
        JsonArray *array = json_node_get_array (node);
        for (guint i = 0; i < json_array_get_length (array); i++) {
            printf ("  ");
            print_node (json_array_get_element (array, i), 2);
            putchar ('\n');
        }
    } else {
        g_autofree char *text = json_to_string (node, FALSE);
        mugai_cli_print (stdout, text);
    }
}

int
mugai_cli_status (int argc, char **argv)
{
    Options options;
    mugai_autofd front = -1;
    mugai_automap map = { 0 };
    int code = parse (
        argc, argv,
        mugai_cli_text (
            "usage: mugai status [--socket PATH] [--json]\nWhat a running mugaid is doing.\n",
            "使い方: mugai status [--socket パス] [--json]\n動作中のmugaidの状態を表示します。\n"),
        &options);

    if (code < 0)
        code = connect_front ("status", &options, &front);
    if (code >= 0)
        return code;
    mugai_autofd fd = mugai_front_status (front, CONNECT_US);
    if (fd < 0 || mugai_memfd_map (fd, STATUS_MAX, &map) < 0) {
        mugai_cli_usage ("status", "mugaid does not answer; see its log");
        return MUGAI_EXIT_LATER;
    }
    if (options.json) {
        fwrite (map.data, 1, map.size, stdout);
        return MUGAI_EXIT_OK;
    }
    g_autoptr (JsonParser) parser = json_parser_new();
    if (!json_parser_load_from_data (parser, (const char *)map.data, (gssize)map.size, NULL))
        return MUGAI_EXIT_LATER;
    print_node (json_parser_get_root (parser), 0);
    return MUGAI_EXIT_OK;
}
