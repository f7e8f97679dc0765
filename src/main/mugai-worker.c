/* SPDX-License-Identifier: Apache-2.0
 *
 * mugai-worker: the zygote whose children walk one item each: parse, decide, run filters, assemble.
 *
 * Powers: before the lock-down, whatever the user has, to load filter modules. Afterwards profile
 * `walk`: its channel and the descriptors that come over it, nothing else. Content is seen by
 * children only, one item each, and they end with it. Trust: content and envelope are hostile; job
 * and rules come from our supervisor. Never run by hand: mugaid and `mugai sanitize` start it.
 * Exit: 2 usage or a broken module; a child's 1: the item failed.
 */
#include "base/fd.h"
#include "base/kind.h"
#include "base/memfd.h"
#include "chain/chain.h"
#include "core/error.h"
#include "main/warm-rules.h"
#include "message/sanitize.h"
#include "message/second-leaf.h"
#include "sandbox/heap.h"
#include "sandbox/shed.h"
#include "sandbox/zygote.h"
#include "wire/walk.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_USAGE = 2,
    FILTER_DIRS_MAX = 16,
    RULES_MAX = 64 << 20,  /* bytes of rules in binary form */
    WARM_ROUNDS = 3,       /* dummy items, so that allocator and tables are as they will be */
    HEAP_LEAST = 24 << 10, /* bytes that the smallest mail needs... */
    HEAP_TIMES = 4,        /* ...and for each byte of its own */
    HEAP_LARGE = 1 << 20,
    FRAME_ROOM = MUGAI_FRAME_HEAD_SIZE + MUGAI_FRAME_PAYLOAD_MAX,
};
enum { FD_CONTENT, FD_ENVELOPE, FD_RULES, FD_OUTPUT, FD_REPORT, FD_COUNT };

static bool arg_zygote, arg_describe, arg_partial;
static const char *arg_filters[FILTER_DIRS_MAX + 1]; /* NULL-terminated */
static size_t arg_n_filters;

static const char help[] =
    "Usage: mugai-worker --zygote [--partial] [--filters DIR]...\n"
    "       mugai-worker --describe [--filters DIR]...\n"
    "Walk items in sandboxed children. Started by mugaid and mugai.\n\n"
    "  --zygote       serve the control socket at descriptor 3\n"
    "  --describe     write what the filters say of themselves, in binary, to standard output\n"
    "  --filters DIR  a folder of filter modules (*.so); may be repeated\n"
    "  --partial      accept a host that lacks a sandbox step (sandbox: partial)\n"
    "  --help         this text\n"
    "  --version      version\n";

/* Touches what an ordinary mail touches: encoded-words, ISO-2022-JP, HTML, base64, an attachment, a
 * notice. */
static const char warm_mail[] =
    "Received: from a.example (a.example [192.0.2.1])\r\n\tby b.example with ESMTP id 1; Fri, 20 "
    "Nov 2026 19:22:00 +0900\r\n"
    "From: =?UTF-8?B?5bGx55Sw?= <a@a.example>\r\n"
    "To: \"b\" <b@b.example>, c@c.example\r\n"
    "Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=\r\n"
    "Date: Fri, 20 Nov 2026 19:22:00 +0900\r\n"
    "Message-ID: <1@a.example>\r\nReferences: <0@a.example>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
    "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
    "--i\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\r\n"
    "--i\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "PGh0bWw+PGJvZHk+PHA+"
    "44GT44KT44Gr44Gh44Gv44CCPGEgaHJlZj0iaHR0cHM6Ly9hLmV4YW1w\r\nbGUvIj5hPC9hPjwvcD48L2JvZHk+"
    "PC9odG1s"
    "Pg==\r\n"
    "--i--\r\n"
    "--o\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n\033$B$3$s$K$A$O\033(B "
    "https://a.example/ 1\r\n"
    "--o\r\nContent-Type: text/plain; charset=Shift_JIS\r\nContent-Transfer-Encoding: "
    "quoted-printable\r\n\r\n"
    "=82=B1=82=F1=82=C9=82=BF=82=CD\r\n"
    "--o\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n"
    " filename*=UTF-8''%E8%A1%A8.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n"
    "--o--\r\n";

/* -- one item
 * -------------------------------------------------------------------------------------------------------
 */

typedef struct Child { /* everything of one job; a child ends with it, so nothing of it is freed */
    MugaiFrame frame;
    MugaiWalkJob job;
    MugaiMap content, envelope_map, rules_map;
    MugaiEnvelope *envelope;
    MugaiRules *rules;
} Child;

static bool
fail (const char *what, const GError *error)
{
    fprintf (stderr, "mugai-worker: %s%s%s\n", what, error != NULL ? ": " : "",
             error != NULL ? error->message : "");
    return false;
}

static bool
receive (Child *child, int channel)
{
    static uint8_t buffer[FRAME_ROOM];
    GError *error = NULL;

    if (mugai_frame_recv (channel, buffer, sizeof buffer, &child->frame, NULL) != 1)
        return false; /* the supervisor went away, or needs this idle child no more */
    if (child->frame.kind != MUGAI_KIND_WALK || child->frame.n_fds != FD_COUNT ||
        !mugai_walk_job_read (child->frame.payload, child->frame.size, &child->job))
        return fail ("bad job", NULL);
    mugai_heap_expect (HEAP_LEAST + (size_t)MIN (child->job.content_size, HEAP_LARGE) * HEAP_TIMES);
    if (mugai_memfd_view (child->frame.fds[FD_ENVELOPE], MUGAI_ENVELOPE_SIZE,
                          &child->envelope_map) < 0 ||
        mugai_memfd_view (child->frame.fds[FD_RULES], RULES_MAX, &child->rules_map) < 0)
        return fail ("unsealed job", NULL);
    child->envelope =
        mugai_envelope_read (child->envelope_map.data, child->envelope_map.size, &error);
    child->rules = error == NULL
                       ? mugai_rules_read (child->rules_map.data, child->rules_map.size, &error)
                       : NULL;
    return error == NULL || fail ("bad job", error);
}

/* Map the content, unless it is larger than it may be: then its size is enough to say so. */
static bool
map_content (Child *child)
{
    uint64_t max = mugai_rules_limits (child->rules)->item;

    if (child->job.task == MUGAI_WALK_NOTICE || child->job.content_size > max)
        return true;
    return (mugai_memfd_map (child->frame.fds[FD_CONTENT], max, &child->content) == 0 &&
            child->content.size == child->job.content_size) ||
           fail ("content is not what the job says", NULL);
}

/* MugaiWalkReader.list: mugai-reader, through the supervisor. */
static GBytes *
read_again (void *data, const uint8_t *mail, size_t size, const MugaiLimits *limits, GError **error)
{
    const MugaiSanitizeInput *in = data;
    g_autoptr (GBytes) bytes = g_bytes_new_static (mail, size);

    return mugai_chain_ask (in->channel, in->job, MUGAI_SECOND_READER, "eml", bytes,
                            (limits->parts + 1) * 4 * MUGAI_SECOND_LEAF_ROOM, error);
}

static bool
sanitize (Child *child, const MugaiModules *modules, int channel, MugaiSanitizeOutput *ret)
{
    MugaiSanitizeInput in = { .data = child->content.data,
                              .size = (size_t)child->job.content_size,
                              .sha256 = child->job.content_sha256,
                              .envelope = child->envelope,
                              .rules = child->rules,
                              .modules = modules,
                              .channel = channel,
                              .job = child->frame.job,
                              .reader = { .list = read_again, .data = &in } };
    GError *error = NULL;

    if (child->job.task == MUGAI_WALK_NOTICE) {
        mugai_sanitize_notice (&in, child->job.reason, ret);
        return true;
    }
    return mugai_sanitize (&in, ret, &error) || fail ("item given up", error);
}

/* A report that would be too long loses its traces first, then what only the auditor wants to know.
 */
static GBytes *
bounded_report (MugaiReport *report, uint64_t max)
{
    GBytes *bytes = mugai_report_write (report);

    for (int round = 0; g_bytes_get_size (bytes) > max && round < 2; round++) {
        for (guint i = 0; i < report->parts->len; i++) {
            MugaiReportPart *part = g_ptr_array_index (report->parts, i);
            g_ptr_array_set_size (part->trace, 0);
            if (round > 0)
                g_ptr_array_set_size (part->findings, 0);
        }
        if (round == 0)
            mugai_report_add_finding (report->findings, "limit.report", 1, NULL);
        g_bytes_unref (bytes);
        bytes = mugai_report_write (report);
    }
    return bytes;
}

/* Write and seal. The supervisor seals too; but on another processor the kernel would then have all
 * processors let go of the new pages first. */
static bool
put (int fd, GBytes *bytes)
{
    gsize size;
    const void *data = g_bytes_get_data (bytes, &size);

    return mugai_memfd_append (fd, data, size) == 0 && mugai_memfd_seal (fd) == 0;
}

static bool
answer (const Child *child, int channel, const MugaiSanitizeOutput *output)
{
    GBytes *report = bounded_report (output->report, mugai_rules_limits (child->rules)->report);
    MugaiWalkResult result = { .outcome = output->report->outcome,
                               .grammar = output->grammar,
                               .output_size = g_bytes_get_size (output->output),
                               .report_size = g_bytes_get_size (report),
                               .leaves = output->report->leaves->len };
    uint8_t buffer[sizeof result + 64];

    mugai_sanitize_leaves_digest (output->report, result.leaves_sha256);
    if (!put (child->frame.fds[FD_OUTPUT], output->output) ||
        !put (child->frame.fds[FD_REPORT], report))
        return fail ("cannot write the result", NULL);
    MugaiFrame frame = { .kind = MUGAI_KIND_RESULT,
                         .job = child->frame.job,
                         .payload = buffer,
                         .size = mugai_walk_result_write (&result, buffer, sizeof buffer) };
    return frame.size > 0 && mugai_frame_send (channel, &frame) == 0;
}

/* MugaiZygoteChild. */
static int
walk_child (void *data, int channel)
{
    Child child = { 0 };
    MugaiSanitizeOutput output = { 0 };

    return receive (&child, channel) && map_content (&child) &&
                   sanitize (&child, data, channel, &output) && answer (&child, channel, &output)
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}

/* -- before the lock-down
 * ------------------------------------------------------------------------------------------- */

/* Process dummy items, so that symbols, tables and allocator are warm in every child. */
static bool
warm_up (const MugaiModules *modules)
{
    GError *error = NULL;
    g_autoptr (MugaiRules) rules =
        mugai_rules_read (mugai_warm_rules, mugai_warm_rules_size, &error);
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();

    if (rules == NULL)
        return fail ("warm-up", error);
    memset (envelope->id, '0', MUGAI_ID_SIZE - 1);
    envelope->sender = g_strdup ("a@a.example");
    g_ptr_array_add (envelope->recipients, g_strdup ("b@b.example"));
    g_autoptr (GBytes) written = mugai_envelope_write (envelope);
    for (int i = 0; i < WARM_ROUNDS; i++) {
        g_autoptr (MugaiEnvelope) again = mugai_envelope_read (g_bytes_get_data (written, NULL),
                                                               g_bytes_get_size (written), NULL);
        MugaiSanitizeInput in = { .data = (const uint8_t *)warm_mail,
                                  .size = sizeof warm_mail - 1,
                                  .envelope = again,
                                  .rules = rules,
                                  .modules = modules,
                                  .channel = -1 };
        MugaiSanitizeOutput output;
        if (!mugai_sanitize (&in, &output, &error))
            return fail ("warm-up", error);
        g_bytes_unref (mugai_report_write (output.report));
        mugai_sanitize_output_clear (&output);
    }
    return true;
}

static int
describe (MugaiModules *modules)
{
    g_autoptr (GBytes) catalogue = mugai_catalogue_write (mugai_modules_catalogue (modules));
    gsize size;
    const void *data = g_bytes_get_data (catalogue, &size);

    bool written = fwrite (data, 1, size, stdout) == size && fflush (stdout) == 0;
    mugai_modules_free (modules);
    return written ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
usage (const char *text)
{
    fprintf (stderr, "mugai-worker: %s\n", text);
    return EXIT_USAGE;
}

/* Returns: an exit status to end with, or -1 to go on. */
static int
read_arguments (int argc, char **argv)
{
    static const struct option options[] = {
        { "zygote", no_argument, NULL, 'z' },
        { "describe", no_argument, NULL, 'd' },
        { "filters", required_argument, NULL, 'f' },
        { "partial", no_argument, NULL, 'p' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };

    for (int c; (c = getopt_long (argc, argv, "", options, NULL)) != -1;) {
        if (c == 'z')
            arg_zygote = true;
        else if (c == 'd')
            arg_describe = true;
        else if (c == 'p')
            arg_partial = true;
        else if (c == 'f' && arg_n_filters < FILTER_DIRS_MAX)
            arg_filters[arg_n_filters++] = optarg;
        else if (c == 'h') {
            fputs (help, stdout);
            return EXIT_SUCCESS;
        } else if (c == 'V') {
            puts ("mugai-worker " MUGAI_VERSION);
            return EXIT_SUCCESS;
        } else
            return c == 'f' ? usage ("too many --filters") : EXIT_USAGE;
    }
    if (optind < argc || arg_zygote == arg_describe)
        return usage ("needs --zygote or --describe; it is started by mugaid and mugai");
    return -1;
}

/* What the sandbox needs before the lock-down only. */
static const char *const unused_libraries[] = { "libseccomp.so", NULL };

int
main (int argc, char **argv)
{
    MugaiSandboxOptions options = { 0 };
    GError *error = NULL;
    int done = read_arguments (argc, argv);

    if (done >= 0)
        return done;
    MugaiModules *modules = mugai_modules_load (arg_filters, &error);
    if (modules == NULL)
        return usage (error->message);
    if (arg_describe)
        return describe (modules);
    if (!warm_up (modules))
        return EXIT_USAGE;
    mugai_sandbox_shed (unused_libraries);
    g_autoptr (GPtrArray) handles = mugai_modules_handles (modules);
    mugai_sandbox_shed_orphans (handles->pdata, handles->len);
    options.partial = arg_partial;
    return mugai_zygote_run (MUGAI_ZYGOTE_FD, MUGAI_PROFILE_WALK, &options, walk_child, modules);
}
