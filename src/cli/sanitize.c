/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai sanitize: files and folders to -o, or stdin to stdout, over the same pool as the gateway.
 *
 * A result appears by rename, after it was verified and is durable. With --keep the original is
 * durable in the keep before that. A failure of one file never stops the others; the exit code
 * tells the worst.
 */
#include "cli/cli.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "cli/inputs.h"
#include "cli/keeper.h"
#include "cli/report-file.h"
#include "cli/session.h"
#include "core/error.h"
#include "core/type.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    MugaiSessionOptions session;
    const char *output, *keep, *report;
    bool tombstones, json;
    int64_t date_us;
} Options;

typedef struct {
    const Options *options;
    MugaiSession *session;
    MugaiInputs *inputs; /* NULL: stdin */
    MugaiKeeper *keeper; /* NULL without --keep */
    MugaiReportFile *report;
    unsigned flying;
    uint64_t delivered, withheld, later;
    bool progress;
} Run;

typedef struct { /* one item on its way */
    Run *run;
    const MugaiInput *input; /* NULL: stdin */
    MugaiEnvelope *envelope;
    int content;
    MugaiSubmission submission;
} Item;

static void
item_free (Item *item)
{
    mugai_envelope_free (item->envelope);
    mugai_fd_clear (&item->content);
    g_free (item);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Item, item_free)

static const char *
name_of (const Item *item)
{
    return item->input != NULL ? item->input->path : "stdin";
}

/* ---- progress and events */

static void
show_progress (const Run *run)
{
    uint64_t done = run->delivered + run->withheld + run->later, all = run->inputs->list->len;
    unsigned bar = all > 0 ? (unsigned)(done * 30 / all) : 30;

    fprintf (stderr, "\r[%.*s%.*s] %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, (int)bar,
             "##############################", (int)(30 - bar), "..............................",
             done, all);
    if (done == all)
        fputc ('\n', stderr);
    fflush (stderr);
}

/* "withheld  in.eml: reason" */
static void
event (Run *run, const char *what, const char *path, const char *more)
{
    if (run->options->json)
        return;
    if (run->progress)
        fputs ("\r\033[K", stderr);
    fprintf (stderr, "%-9s ", what);
    mugai_cli_print (stderr, path);
    if (*more != '\0') {
        fputs (": ", stderr);
        mugai_cli_print (stderr, more);
    }
    fputc ('\n', stderr);
}

static void
put_off (Run *run, const char *path, const char *why)
{
    run->later++;
    event (run, mugai_cli_text ("later", "後で"), path, why);
    mugai_report_file_failure (run->report, path, why);
}

/* An input that could not be read, and what to do about it. */
static void
put_off_unread (Run *run, const char *path, const char *why)
{
    g_autofree char *text = g_strdup_printf (
        mugai_cli_text ("%s; left where it is: make it a readable file or folder and run again",
                        "%s。そのまま残しました。読める通常のファイルにして再実行してください"),
        why);

    put_off (run, path, text);
}

/* ---- reading */

/* The whole of @fd in a sealed memfd; its digest and size in @submission. Returns: -1 with errno.
 */
static int
slurp (int fd, MugaiSubmission *submission)
{
    static uint8_t block[1 << 17];
    mugai_autofd memfd = mugai_memfd_new ("mugai-content");
    MugaiSha256 h;
    ssize_t n;

    mugai_sha256_init (&h);
    while (memfd >= 0 && (n = read (fd, block, sizeof block)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        int r = mugai_memfd_append (memfd, block, (size_t)n);
        if (r < 0) {
            errno = -r;
            return -1;
        }
        mugai_sha256_update (&h, block, (size_t)n);
    }
    if (memfd < 0 || mugai_memfd_seal (memfd) < 0)
        return -1;
    submission->size = h.size;
    mugai_sha256_final (&h, submission->sha256);
    return mugai_fd_steal (&memfd);
}

/* SHA-256 of content, relative path and policy: a rerun gives the same bytes. */
static void
item_id (const Item *item, char id[MUGAI_ID_SIZE])
{
    const char *relative = item->input != NULL ? item->input->relative : "";
    uint8_t digest[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];
    MugaiSha256 h;

    mugai_sha256_init (&h);
    mugai_sha256_update (&h, item->submission.sha256, MUGAI_SHA256_SIZE);
    mugai_sha256_update (&h, relative, strlen (relative) + 1);
    mugai_sha256_update (&h, mugai_rules_policy (mugai_pool_rules (item->run->session->pool)),
                         MUGAI_SHA256_SIZE);
    mugai_sha256_final (&h, digest);
    mugai_sha256_hex (digest, hex);
    memcpy (id, hex, MUGAI_ID_SIZE - 1);
    id[MUGAI_ID_SIZE - 1] = '\0';
}

static int
open_input (const MugaiInput *input)
{
    struct stat st;
    mugai_autofd fd = input != NULL
                          ? open (input->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
                          : dup (0);

    if (fd >= 0 && input != NULL && (fstat (fd, &st) < 0 || !S_ISREG (st.st_mode))) {
        errno = EINVAL;
        return -1;
    }
    return mugai_fd_steal (&fd);
}

static Item *
read_item (Run *run, const MugaiInput *input)
{
    g_autoptr (Item) item = g_new0 (Item, 1);
    mugai_autofd fd = open_input (input);

    item->run = run;
    item->input = input;
    item->content = fd < 0 ? -1 : slurp (fd, &item->submission);
    if (item->content < 0) {
        put_off_unread (run, name_of (item), strerror (errno));
        return NULL;
    }
    item->envelope = mugai_envelope_new();
    item->envelope->kind = input != NULL ? MUGAI_ITEM_FILE : MUGAI_ITEM_MAIL;
    item->envelope->date_us = run->options->date_us;
    item->envelope->path = input != NULL ? mugai_inputs_readable (input->relative) : NULL;
    item_id (item, item->envelope->id);
    return g_steal_pointer (&item);
}

/* ---- writing */

/* Returns: false with errno. */
static bool
copy_out (int from, int to)
{
    mugai_automap map = { 0 };
    int r = mugai_memfd_map (from, G_MAXUINT64, &map);

    if (r == 0)
        r = mugai_memfd_append (to, map.data, map.size);
    errno = -r;
    return r == 0;
}

/* Give the nameless, complete file @fd the name @path, in place of what has it now. */
static bool
name_file (int fd, const char *folder, const char *path)
{
    g_autofree char *self = g_strdup_printf ("/proc/self/fd/%d", fd);
    g_autofree char *temporary =
        g_strdup_printf ("%s/.mugai-%08x", folder, (unsigned)g_random_int());

    if (linkat (AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0)
        return true;
    if (errno != EEXIST || linkat (AT_FDCWD, self, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) < 0)
        return false;
    if (rename (temporary, path) == 0)
        return true;
    int saved = errno;
    unlink (temporary);
    errno = saved;
    return false;
}

/* For file systems without O_TMPFILE. */
static bool
write_renamed (const char *folder, const char *path, int output)
{
    g_autofree char *temporary = g_build_filename (folder, ".mugai-XXXXXX", NULL);
    mugai_autofd fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0666);

    if (fd < 0)
        return false;
    if (copy_out (output, fd) && fdatasync (fd) == 0 && rename (temporary, path) == 0)
        return true;
    int saved = errno;
    unlink (temporary);
    errno = saved;
    return false;
}

/* Complete and durable before it has a name, so that whoever ends us leaves no half file.
 * Returns: (transfer full) NULL, or why not. */
static char *
write_output (const char *path, int output)
{
    g_autofree char *folder = g_path_get_dirname (path);
    bool done = false;

    if (g_mkdir_with_parents (folder, 0755) == 0) {
        mugai_autofd fd = open (folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
        if (fd >= 0)
            done = copy_out (output, fd) && fdatasync (fd) == 0 && name_file (fd, folder, path);
        else if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)
            done = write_renamed (folder, path, output);
    }
    return done ? NULL
                : g_strdup_printf (mugai_cli_text ("cannot write %s: %s; make room there or name "
                                                   "another folder with -o",
                                                   "%s に書けません: %s。空きを作るか、-o で別の"
                                                   "フォルダーを指定してください"),
                                   path, strerror (errno));
}

/* Returns: (transfer full) */
static char *
extension_of (uint32_t grammar)
{
    const MugaiType *type = mugai_type_by_grammar (grammar);

    return type != NULL ? g_strndup (type->extensions, strcspn (type->extensions, " "))
                        : g_strdup ("bin");
}

/* What stands in place of a file that was withheld, with --tombstones. Returns: as write_output().
 */
static char *
write_tombstone (Run *run, const Item *item, const char *reason)
{
    char number[15];
    mugai_autofd fd = mugai_memfd_new ("mugai-tombstone");

    mugai_id_number (item->envelope->id, number);
    g_autofree char *text =
        g_strdup_printf ("無害化の結果: このファイルは届けませんでした。理由: %s  受付番号: %s\n"
                         "Sanitization result: this file was withheld. Reason: %s  Number: %s\n",
                         reason, number, reason, number);
    g_autofree char *relative = mugai_inputs_output (run->inputs, item->input, "withheld.txt");
    g_autofree char *path = g_build_filename (run->options->output, relative, NULL);
    if (fd >= 0 && mugai_memfd_append (fd, text, strlen (text)) == 0 && mugai_memfd_seal (fd) == 0)
        return write_output (path, fd);
    return g_strdup ("no memory or descriptor left");
}

/* Returns: (transfer full) NULL, or why the result could not be put where it belongs.
 * @ret_path: (transfer full). */
static char *
place_output (Run *run, const Item *item, const MugaiPoolOutcome *outcome, char **ret_path)
{
    if (outcome->output < 0 || outcome->frame.output_size == 0)
        return NULL;
    if (item->input == NULL)
        return copy_out (outcome->output, 1)
                   ? NULL
                   : g_strdup_printf ("cannot write to standard output: %s; what was written is "
                                      "not complete",
                                      strerror (errno));
    g_autofree char *extension = extension_of (outcome->grammar);
    g_autofree char *relative = mugai_inputs_output (run->inputs, item->input, extension);
    *ret_path = g_build_filename (run->options->output, relative, NULL);
    return write_output (*ret_path, outcome->output);
}

static void
finish_item (Run *run, Item *item, const MugaiPoolOutcome *outcome)
{
    bool delivered = outcome->frame.answer == MUGAI_ANSWER_DELIVER;
    g_autofree char *path = NULL, *why = NULL;

    if (outcome->frame.answer == MUGAI_ANSWER_TRY_AGAIN ||
        outcome->frame.answer == MUGAI_ANSWER_UNTOUCHED) {
        put_off (run, name_of (item), outcome->frame.text);
        return;
    }
    g_autoptr (GError) error = NULL;
    if (run->keeper != NULL && !mugai_keeper_record (run->keeper, item->envelope, outcome, &error))
        why = g_strdup (error->message);
    if (why == NULL)
        why = place_output (run, item, outcome, &path);
    if (why == NULL && run->options->tombstones && item->input != NULL && path == NULL)
        why = write_tombstone (run, item, outcome->frame.reason);
    if (why != NULL) {
        put_off (run, name_of (item), why);
        return;
    }
    mugai_report_file_item (run->report, name_of (item), path, outcome->report, item->envelope);
    if (delivered) {
        run->delivered++;
        if (!run->progress && item->input != NULL)
            event (run, mugai_cli_text ("delivered", "完了"), name_of (item), outcome->frame.text);
        return;
    }
    run->withheld++;
    event (run, mugai_cli_text ("withheld", "保留"), name_of (item), outcome->frame.reason);
}

static void
on_done (void *data, const MugaiPoolOutcome *outcome)
{
    g_autoptr (Item) item = data;
    Run *run = item->run;

    run->flying--;
    finish_item (run, item, outcome);
    if (run->progress)
        show_progress (run);
}

static void
begin_item (Run *run, const MugaiInput *input)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (Item) item = read_item (run, input);

    if (item == NULL)
        return;
    mugai_autofd envelope = mugai_session_envelope (item->envelope, &error);
    if (envelope < 0 || (run->keeper != NULL &&
                         !mugai_keeper_put (run->keeper, item->envelope, &item->submission,
                                            run->session->pool, item->content, envelope, &error))) {
        put_off (run, name_of (item), error->message);
        return;
    }
    Item *flying = g_steal_pointer (&item);
    run->flying++;
    mugai_pool_submit (run->session->pool, flying->content, envelope, &flying->submission, on_done,
                       flying);
}

/* ---- the run */

static void
run_all (Run *run)
{
    guint next = 0, count = run->inputs != NULL ? run->inputs->list->len : 1;
    unsigned most =
        run->options->session.active > 0 ? run->options->session.active : g_get_num_processors();

    while (next < count || run->flying > 0) {
        while (next < count && run->flying < most + 1) {
            const MugaiInput *input =
                run->inputs != NULL ? g_ptr_array_index (run->inputs->list, next) : NULL;
            next++;
            if (input != NULL && input->refused != NULL)
                put_off_unread (run, input->path, input->refused);
            else
                begin_item (run, input);
        }
        if (run->flying > 0 && !mugai_loop_turn (run->session->loop)) {
            run->later += run->flying + (count - next);
            return;
        }
    }
}

static int
exit_code (const Run *run)
{
    if (run->later > 0)
        return MUGAI_EXIT_LATER;
    return run->withheld > 0 ? MUGAI_EXIT_WITHHELD : MUGAI_EXIT_OK;
}

static void
summary (const Run *run)
{
    if (run->inputs == NULL || run->options->json)
        return;
    if (mugai_cli_japanese())
        fprintf (stderr,
                 "無害化 %" G_GUINT64_FORMAT " 件、保留 %" G_GUINT64_FORMAT
                 " 件、後で再試行 %" G_GUINT64_FORMAT " 件\n",
                 run->delivered, run->withheld, run->later);
    else
        fprintf (stderr,
                 "%" G_GUINT64_FORMAT " sanitized, %" G_GUINT64_FORMAT
                 " withheld, %" G_GUINT64_FORMAT " to try again later\n",
                 run->delivered, run->withheld, run->later);
}

static int
sanitize (const Options *options, char *const *paths)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiInputs) inputs = *paths != NULL ? mugai_inputs_list (paths, &error) : NULL;
    Run run = { .options = options, .inputs = inputs };

    if (error != NULL)
        return mugai_cli_error ("sanitize", error);
    if (options->output != NULL &&
        (g_mkdir_with_parents (options->output, 0755) < 0 || access (options->output, W_OK) < 0))
        return mugai_cli_usage ("sanitize", "%s: %s; choose an output folder that you may write to",
                                options->output, strerror (errno));
    g_autoptr (MugaiReportFile) report =
        mugai_report_file_open (options->report, options->json, &error);
    if (report == NULL)
        return mugai_cli_error ("sanitize", error);
    g_autoptr (MugaiSession) session = mugai_session_open (&options->session, &error);
    if (session == NULL)
        return mugai_cli_error ("sanitize", error);
    g_autoptr (MugaiKeeper) keeper =
        options->keep != NULL ? mugai_keeper_open (session->programs->folder, options->keep, &error)
                              : NULL;
    if (error != NULL)
        return mugai_cli_error ("sanitize", error);
    run.session = session;
    run.keeper = keeper;
    run.report = report;
    run.progress = inputs != NULL && !options->json && isatty (2);
    run_all (&run);
    if (!mugai_report_file_close (report, &error)) {
        mugai_cli_error ("sanitize", error);
        return MUGAI_EXIT_LATER;
    }
    summary (&run);
    return exit_code (&run);
}

/* ---- options */

static void
usage (FILE *out)
{
    fputs (mugai_cli_text (
               "usage: mugai sanitize [OPTION...] -o DIR PATH...\n"
               "       mugai sanitize [OPTION...] < MAIL > MAIL\n\n"
               "  -r, --rules FILE    rules (default: the preset u-remove)\n"
               "  -o, --output DIR    where results go; a folder PATH keeps its own name below it\n"
               "  -j, --jobs N        items at once (default: one for each processor)\n"
               "      --keep DIR      keep originals and an audit log there\n"
               "      --report FILE   write a JSON report (schema mugai.report/1)\n"
               "      --json          print the report to stdout (with -o)\n"
               "      --tombstones    a text in place of each withheld file\n"
               "      --date DATE     evaluation date, YYYY-MM-DD (default: now)\n"
               "      --filters DIR   a further folder of filters; may be repeated\n"
               "      --partial       accept a host that lacks a part of the sandbox\n"
               "      --help\n\n"
               "Exit: 0 all delivered (parts may be withheld), 1 an item was withheld whole,\n"
               "      2 usage or configuration, 75 try again later.\n",
               "使い方: mugai sanitize [オプション...] -o フォルダー パス...\n"
               "        mugai sanitize [オプション...] < メール > メール\n\n"
               "  -r, --rules FILE    ルール(省略時は既定のu-remove)\n"
               "  -o, --output DIR    結果の置き場所。フォルダーを渡すと、その名前の下に置く\n"
               "  -j, --jobs N        同時に処理する件数(省略時はプロセッサの数)\n"
               "      --keep DIR      原本と監査ログをここに保管する\n"
               "      --report FILE   JSONの報告を書く(mugai.report/1)\n"
               "      --json          報告を標準出力に書く(-oと併用)\n"
               "      --tombstones    保留したファイルの代わりに説明文を置く\n"
               "      --date DATE     評価日 YYYY-MM-DD(省略時は現在)\n"
               "      --filters DIR   フィルタの追加フォルダー(繰り返し可)\n"
               "      --partial       隔離機能が一部欠けるホストでも動かす\n"
               "      --help\n\n"
               "終了コード: 0 すべて届けた(一部のパートを保留した場合を含む)、1 "
               "丸ごと保留したものがある、\n"
               "            2 使い方または設定の誤り、75 後で再試行\n"),
           out);
}

static bool
parse_date (const char *text, int64_t *ret_us)
{
    int year, month, day, end = 0;

    if (strspn (text, "0123456789-") != 10 || text[10] != '\0' ||
        sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10 || month < 1 ||
        day < 1 || year < 1)
        return false;
    g_autoptr (GDateTime) date = g_date_time_new_utc (year, month, day, 0, 0, 0);
    if (date != NULL)
        *ret_us = g_date_time_to_unix (date) * G_USEC_PER_SEC;
    return date != NULL;
}

enum {
    OPTION_KEEP = 256,
    OPTION_REPORT,
    OPTION_JSON,
    OPTION_TOMBSTONES,
    OPTION_DATE,
    OPTION_FILTERS,
    OPTION_PARTIAL
};

/* Returns: -1 to go on, else an exit code. */
static int
take_option (int option, char **argv, Options *options, GPtrArray *filters)
{
    guint64 number = 0;

    switch (option) {
    case 'r':
        options->session.rules = optarg;
        return -1;
    case 'o':
        options->output = optarg;
        return -1;
    case 'j':
        if (!g_ascii_string_to_unsigned (optarg, 10, 1, 256, &number, NULL))
            return mugai_cli_usage ("sanitize", "-j %s: expected a number from 1 to 256", optarg);
        options->session.active = (unsigned)number;
        return -1;
    case OPTION_KEEP:
        options->keep = optarg;
        return -1;
    case OPTION_REPORT:
        options->report = optarg;
        return -1;
    case OPTION_JSON:
        options->json = true;
        return -1;
    case OPTION_TOMBSTONES:
        options->tombstones = true;
        return -1;
    case OPTION_DATE:
        if (!parse_date (optarg, &options->date_us))
            return mugai_cli_usage ("sanitize", "--date %s: expected YYYY-MM-DD", optarg);
        return -1;
    case OPTION_FILTERS:
        g_ptr_array_add (filters, optarg);
        return -1;
    case OPTION_PARTIAL:
        options->session.partial = true;
        return -1;
    case 'h':
        usage (stdout);
        return MUGAI_EXIT_OK;
    default:
        return mugai_cli_wrong_option (argv);
    }
}

int
mugai_cli_sanitize (int argc, char **argv)
{
    static const struct option table[] = { { "rules", required_argument, NULL, 'r' },
                                           { "output", required_argument, NULL, 'o' },
                                           { "jobs", required_argument, NULL, 'j' },
                                           { "keep", required_argument, NULL, OPTION_KEEP },
                                           { "report", required_argument, NULL, OPTION_REPORT },
                                           { "json", no_argument, NULL, OPTION_JSON },
                                           { "tombstones", no_argument, NULL, OPTION_TOMBSTONES },
                                           { "date", required_argument, NULL, OPTION_DATE },
                                           { "filters", required_argument, NULL, OPTION_FILTERS },
                                           { "partial", no_argument, NULL, OPTION_PARTIAL },
                                           { "help", no_argument, NULL, 'h' },
                                           { 0 } };
    g_autoptr (GPtrArray) filters = g_ptr_array_new();
    Options options = { .date_us = g_get_real_time() };
    int option;

    optind = 1;
    opterr = 0;
    while ((option = getopt_long (argc, argv, "r:o:j:h", table, NULL)) >= 0) {
        int code = take_option (option, argv, &options, filters);
        if (code >= 0)
            return code;
    }
    g_ptr_array_add (filters, NULL);
    options.session.filters = (const char *const *)filters->pdata;
    options.session.quiet = true;
    if (optind < argc && options.output == NULL)
        return mugai_cli_usage ("sanitize", "where to? name an output folder with -o DIR");
    if (optind == argc && (options.output != NULL || options.json))
        return mugai_cli_usage (
            "sanitize", "what? name files or folders, or leave -o and --json away to read stdin");
    return sanitize (&options, argv + optind);
}
