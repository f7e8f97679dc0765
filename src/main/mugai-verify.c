/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-verify: is this in the output profile? (src/verify/PROFILE.md)
 *
 * Powers: stand-alone it reads the files named, opens nothing else, writes to standard output and
 * error only. As zygote (--zygote, started by a supervisor with the control socket as descriptor 3)
 * it locks itself down and forks a child for each result. Trust: whatever it reads is hostile.
 * Links libc, libseccomp, libdeflate and expat, no code of the sanitizer. Exit: 0 all in the
 * profile, 1 something is not, 2 usage or unreadable.
 */
#include "base/escape.h"
#include "base/fd.h"
#include "base/limits.h"
#include "sandbox/shed.h"
#include "sandbox/zygote.h"
#include "verify/child.h"
#include "verify/grammar.h"
#include "verify/name.h"
#include "verify/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_NOT_IN_PROFILE = 1, EXIT_USAGE = 2 };

static bool arg_json, arg_delivered, arg_zygote, arg_partial;
static MugaiGrammar arg_type; /* 0: by extension */

static bool any_refused, any_unreadable, any_printed;

static const char help[] =
    "Usage: mugai-verify [--json] [--type TYPE] [--delivered] PATH...\n"
    "Check files, and all files in folders, against the output profile of Mugai. '-' is standard "
    "input.\n\n"
    "  --type TYPE   mail, text, csv, png, jpeg, zip, pdf, calendar, vcard, docx, xlsx, pptx, odt, "
    "ods or odp; "
    "without it the extension decides, and names are checked too\n"
    "  --delivered   mail that an MTA has delivered: its trace fields may stand on top (implies "
    "--type mail)\n"
    "  --json        one JSON document instead of one line for each refusal\n"
    "  --zygote      serve the control socket at descriptor 3 (mugaid and mugai start it so)\n"
    "  --partial     with --zygote: accept a host that lacks a sandbox step\n"
    "  --help        this text\n"
    "  --version     version\n\n"
    "Exit status: 0 all in the profile, 1 something is not, 2 wrong usage or unreadable file.\n";
static const char help_ja[] =
    "使い方: mugai-verify [--json] [--type 種類] [--delivered] パス...\n"
    "ファイル(フォルダは中のすべて)がMugaiの出力プロファイルに合うか検査する。'-' は標準入力。\n\n"
    "  --type 種類   "
    "mail、text、csv、png、jpeg、zip、pdf、calendar、vcard、docx、xlsx、pptx、odt、ods、odp "
    "のどれか。なければ拡張子で決め、ファイル名も検査する\n"
    "  --delivered   MTAが配送した後のメール。先頭に配送の記録があってもよい(--type mail を含む)\n"
    "  --json        不合格ごとの1行ではなく、JSON文書を1つ出力する\n"
    "  --zygote      記述子3の制御ソケットで働く(mugaidとmugaiが使う)\n"
    "  --partial     --zygoteとともに: 隔離機能が一部欠けるホストでも動かす\n"
    "  --help        この説明\n"
    "  --version     版\n\n"
    "終了コード: 0 すべて合格、1 不合格あり、2 使い方の誤り、または読めないファイル。\n";

static bool
speaks_japanese (void)
{
    static const char *const variable[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    for (size_t i = 0; i < sizeof variable / sizeof variable[0]; i++) {
        const char *value = getenv (variable[i]);
        if (value != NULL && value[0] != '\0')
            return strncmp (value, "ja", 2) == 0;
    }
    return false;
}

/* The widest limits that rules may set: what a site allows itself is not the question here. */
static MugaiVerifyLimits
widest_limits (void)
{
    size_t count;
    const MugaiLimitInfo *info = mugai_limits_table (&count);
    MugaiLimits limits = mugai_limits_default();

    for (size_t i = 0; i < count; i++)
        mugai_limits_set (&limits, &info[i], info[i].max);
    return (MugaiVerifyLimits){ .output = limits.output,
                                .parts = limits.parts,
                                .expanded = limits.expanded,
                                .memory = limits.memory,
                                .delivered = arg_delivered };
}

static void
print_json_text (const char *key, const char *text)
{
    char shown[4 * 4096];

    mugai_escape (shown, sizeof shown, text, strlen (text));
    printf ("\"%s\": \"", key);
    for (const char *c = shown; *c != '\0'; c++)
        printf (*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    putchar ('"');
}

static void
print_json_leaves (const MugaiVerifyResult *result)
{
    char hex[MUGAI_SHA256_HEX_SIZE];
    const MugaiVerdict *v = &result->verdict;

    mugai_sha256_hex (v->leaves_sha256, hex);
    printf (", \"in\": %u, \"delivered\": %u, \"converted\": %u, \"withheld\": %u, "
            "\"leaves_sha256\": \"%s\", "
            "\"leaves\": [",
            v->in, v->delivered, v->converted, v->withheld, hex);
    for (uint32_t i = 0; i < v->leaves; i++) {
        mugai_sha256_hex (result->leaf[i].sha256, hex);
        printf ("%s{\"sha256\": \"%s\", \"size\": %llu}", i > 0 ? ", " : "", hex,
                (unsigned long long)result->leaf[i].size);
    }
    putchar (']');
}

static void
print_json (const char *path, const MugaiVerifyResult *result)
{
    const MugaiVerdict *v = &result->verdict;

    printf ("%s  {", any_printed ? ",\n" : "");
    any_printed = true;
    print_json_text ("path", path);
    printf (", \"ok\": %s", v->ok ? "true" : "false");
    if (v->ok) {
        print_json_leaves (result);
    } else {
        printf (", \"clause\": \"%s\", \"offset\": %llu, \"part\": \"%s\", ", v->clause,
                (unsigned long long)v->offset, v->path);
        print_json_text ("why", v->why);
    }
    putchar ('}');
}

static void
report (const char *path, const MugaiVerifyResult *result)
{
    char shown[4 * 4096];
    const MugaiVerdict *v = &result->verdict;

    any_refused |= !v->ok;
    if (arg_json)
        print_json (path, result);
    else if (!v->ok)
        printf ("%s: %s at %llu%s%s: %s\n", mugai_escape (shown, sizeof shown, path, strlen (path)),
                v->clause, (unsigned long long)v->offset, v->path[0] != '\0' ? " in " : "", v->path,
                v->why);
}

/* Report a refusal of the file itself, before its content. */
static void
report_file (const char *path, const char *clause, const char *why)
{
    MugaiVerifyResult result = { 0 };

    snprintf (result.verdict.clause, sizeof result.verdict.clause, "%s", clause);
    snprintf (result.verdict.why, sizeof result.verdict.why, "%s", why);
    report (path, &result);
}

static void
report_unreadable (const char *path, int error)
{
    char shown[4 * 4096];

    any_unreadable = true;
    fprintf (stderr, "mugai-verify: %s: %s\n",
             mugai_escape (shown, sizeof shown, path, strlen (path)), strerror (error));
}

/* Read to the end, at most @max + 1 bytes. Returns: (transfer full) the content, or NULL with
 * errno. */
static uint8_t *
read_all (int fd, uint64_t max, size_t *ret_size)
{
    uint8_t *data = NULL;
    size_t size = 0, room = 0;

    for (;;) {
        if (size == room) {
            room = room > 0 ? 2 * room : 65536;
            uint8_t *more = realloc (data, room);
            if (more == NULL)
                break;
            data = more;
        }
        ssize_t n = read (fd, data + size, room - size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        size += (size_t)n;
        if (n == 0 || size > max) {
            *ret_size = size;
            return data;
        }
    }
    free (data);
    return NULL;
}

static void
check_fd (const char *path, int fd, MugaiGrammar grammar)
{
    MugaiVerifyLimits limits = widest_limits();
    MugaiVerifyResult result;
    size_t size = 0;
    uint8_t *data = read_all (fd, limits.output, &size);

    if (data == NULL) {
        report_unreadable (path, errno);
        return;
    }
    mugai_verify (grammar, data, size, &limits, &result);
    report (path, &result);
    mugai_verify_result_clear (&result);
    free (data);
}

/* The grammar that the name's extension says, 0 when none. */
static MugaiGrammar
grammar_of (const char *name)
{
    for (size_t i = 0; i < MUGAI_GRAMMARS; i++) {
        const char *extension = mugai_grammars[i].extension, *dot = strrchr (name, '.');
        if (dot != NULL && strcmp (dot, extension) == 0)
            return mugai_grammars[i].grammar;
    }
    return (MugaiGrammar)0;
}

/* F-1, F-2, then the content. */
static void
check_file (const char *path, const char *name)
{
    MugaiGrammar grammar = arg_type != 0 ? arg_type : grammar_of (name);
    struct stat st;

    if (grammar == 0) {
        report_file (path, "F-2", "extension that the profile lacks");
        return;
    }
    const char *clause = mugai_name_fault ((const uint8_t *)name, strlen (name),
                                           mugai_grammar_row (grammar)->extension);
    if (arg_type == 0 && clause != NULL) {
        report_file (path, clause, "file name");
        return;
    }
    mugai_autofd fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat (fd, &st) != 0)
        report_unreadable (path, errno);
    else if (!S_ISREG (st.st_mode))
        report_file (path, "F-1", "not a regular file");
    else
        check_fd (path, fd, grammar);
}

static int
by_name (const FTSENT **a, const FTSENT **b)
{
    return strcmp ((*a)->fts_name, (*b)->fts_name);
}

/* A file, or all files of a folder in the order of their names. Links are not followed. */
static void
check_path (char *path)
{
    char *const paths[] = { path, NULL };
    FTS *tree = fts_open (paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);

    if (tree == NULL) {
        report_unreadable (path, errno);
        return;
    }
    for (FTSENT *entry; (entry = fts_read (tree)) != NULL;) {
        switch (entry->fts_info) {
        case FTS_D:
        case FTS_DP:
            break;
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
            report_unreadable (entry->fts_path, entry->fts_errno);
            break;
        case FTS_F:
            check_file (entry->fts_path, entry->fts_name);
            break;
        default:
            report_file (entry->fts_path, "F-1", "not a regular file");
        }
    }
    fts_close (tree);
}

static bool
read_type (const char *name)
{
    for (size_t i = 0; i < MUGAI_GRAMMARS; i++)
        if (strcmp (name, mugai_grammars[i].name) == 0) {
            arg_type = mugai_grammars[i].grammar;
            return true;
        }
    return false;
}

static int
usage (const char *text)
{
    fprintf (stderr, "mugai-verify: %s; see mugai-verify --help\n", text);
    return EXIT_USAGE;
}

/* Returns: an exit status to end with, or -1 to go on. */
static int
read_arguments (int argc, char **argv)
{
    static const struct option options[] = {
        { "json", no_argument, NULL, 'j' },      { "type", required_argument, NULL, 't' },
        { "delivered", no_argument, NULL, 'd' }, { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },   { "zygote", no_argument, NULL, 'z' },
        { "partial", no_argument, NULL, 'p' },   { NULL, 0, NULL, 0 },
    };

    for (int c; (c = getopt_long (argc, argv, "", options, NULL)) != -1;) {
        if (c == 'j') {
            arg_json = true;
        } else if (c == 'd') {
            arg_delivered = true;
        } else if (c == 'z') {
            arg_zygote = true;
        } else if (c == 'p') {
            arg_partial = true;
        } else if (c == 't') {
            if (!read_type (optarg))
                return usage ("--type is one of mail, text, csv, png, jpeg, zip, pdf, calendar, "
                              "vcard, docx, xlsx, pptx, odt, ods, odp");
        } else if (c == 'h') {
            fputs (speaks_japanese() ? help_ja : help, stdout);
            return EXIT_SUCCESS;
        } else if (c == 'V') {
            puts ("mugai-verify " MUGAI_VERSION);
            return EXIT_SUCCESS;
        } else {
            return usage ("wrong option");
        }
    }
    if (arg_delivered && arg_type != 0 && arg_type != MUGAI_GRAMMAR_MAIL)
        return usage ("--delivered is for mail");
    if (arg_delivered)
        arg_type = MUGAI_GRAMMAR_MAIL;
    return optind < argc || arg_zygote ? -1 : usage ("nothing to check: name files, folders or -");
}

/* A mail in the profile, so that symbols and allocator are warm in every child. */
static const char warm_mail[] =
    "From: a@a.example\r\nMIME-Version: 1.0\r\n"
    "Mugai-Result: v=1; id=0123456789abcdef0123456789abcdef;\r\n policy=0123456789abcdef;\r\n"
    " in=1; delivered=1; converted=0; withheld=0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "44GT44KT44Gr44Gh44GvCg==\r\n";

static int
be_zygote (void)
{
    static const char *const unused[] = { "libseccomp.so", NULL }; /* filters are built by then */
    MugaiSandboxOptions options = { .partial = arg_partial };
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;

    mugai_verify (MUGAI_GRAMMAR_MAIL, (const uint8_t *)warm_mail, sizeof warm_mail - 1, &limits,
                  &result);
    mugai_verify_result_clear (&result);
    mugai_sandbox_shed (unused);
    return mugai_zygote_run (MUGAI_ZYGOTE_FD, MUGAI_PROFILE_VERIFY, &options, mugai_verify_child,
                             NULL);
}

int
main (int argc, char **argv)
{
    int status = read_arguments (argc, argv);

    if (status >= 0)
        return status;
    if (arg_zygote)
        _exit (be_zygote());
    for (int i = optind; i < argc; i++)
        if (strcmp (argv[i], "-") == 0 && arg_type == 0)
            return usage ("standard input needs --type");
    if (arg_json)
        printf ("{\"schema\": \"mugai.verify/1\", \"files\": [\n");
    for (int i = optind; i < argc; i++) {
        if (strcmp (argv[i], "-") == 0)
            check_fd ("-", STDIN_FILENO, arg_type);
        else
            check_path (argv[i]);
    }
    if (arg_json)
        printf ("\n]}\n");
    if (fflush (stdout) != 0) {
        report_unreadable ("standard output", errno);
        return EXIT_USAGE;
    }
    return any_unreadable ? EXIT_USAGE : any_refused ? EXIT_NOT_IN_PROFILE : EXIT_SUCCESS;
}
