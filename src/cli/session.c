/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "cli/cli.h"
#include "core/error.h"

#include <fcntl.h>
#include <string.h>
#include <syslog.h>

enum { READY_US = 30000000 };

static void
log_line (void *data, int priority, const char *text)
{
    const bool *quiet = data;

    if (quiet != NULL && *quiet && priority > LOG_ERR)
        return;
    fputs ("mugai: ", stderr);
    mugai_cli_print (stderr, text);
    fputc ('\n', stderr);
}

MugaiSession *
mugai_session_open (const MugaiSessionOptions *options, GError **error)
{
    static bool quiet; /* the log outlives the options */
    g_autoptr (MugaiSession) session = g_new0 (MugaiSession, 1);

    quiet = options->quiet;
    session->loop = mugai_loop_new();
    if (session->loop == NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "no memory or descriptor left");
        return NULL;
    }
    session->programs = mugai_programs_find (options->filters, error);
    session->catalogue =
        session->programs != NULL ? mugai_programs_describe (session->programs, error) : NULL;
    MugaiRules *rules = session->catalogue != NULL
                            ? mugai_rules_load (options->rules, session->catalogue, error)
                            : NULL;
    if (rules == NULL)
        return NULL;
    unsigned active = options->active > 0 ? options->active : g_get_num_processors();
    session->active = active;
    MugaiPoolConfig config = { .programs = session->programs->folder,
                               .filter_dirs = (const char *const *)session->programs->filter_dirs,
                               .catalogue = session->catalogue,
                               .active = active,
                               .queue = 2 * active,
                               .bytes = G_MAXUINT64,
                               .partial = options->partial,
                               .log = log_line,
                               .log_data = &quiet };
    session->pool = mugai_pool_new (session->loop, &config, rules, error);
    if (session->pool == NULL || !mugai_pool_wait_ready (session->pool, READY_US, error))
        return NULL;
    return g_steal_pointer (&session);
}

void
mugai_session_close (MugaiSession *session)
{
    if (session == NULL)
        return;
    mugai_pool_free (session->pool);
    mugai_catalogue_free (session->catalogue);
    mugai_programs_free (session->programs);
    mugai_loop_free (session->loop);
    g_free (session);
}

int
mugai_session_envelope (const MugaiEnvelope *envelope, GError **error)
{
    g_autoptr (GBytes) bytes = mugai_envelope_write (envelope);
    mugai_autofd fd = mugai_memfd_new ("mugai-envelope");

    if (fd < 0 ||
        mugai_memfd_append (fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) < 0 ||
        mugai_memfd_seal (fd) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "no memory or descriptor left for an envelope");
        return -1;
    }
    return mugai_fd_steal (&fd);
}

typedef struct {
    bool done;
    MugaiOutcomeFrame frame;
    int output, report;
} One;

static void
on_one (void *data, const MugaiPoolOutcome *outcome)
{
    One *one = data;

    one->done = true;
    one->frame = outcome->frame;
    one->output = outcome->output >= 0 ? fcntl (outcome->output, F_DUPFD_CLOEXEC, 3) : -1;
    one->report = outcome->report_fd >= 0 ? fcntl (outcome->report_fd, F_DUPFD_CLOEXEC, 3) : -1;
}

/* The declaration in cli.h is the contract; `keep release` calls it through a pointer. */
bool
mugai_cli_sanitize_one (const char *rules, int content, int envelope, unsigned *ret_answer,
                        int *ret_output, int *ret_report, GError **error)
{
    MugaiSessionOptions options = { .rules = rules, .active = 1 };
    g_autoptr (MugaiSession) session = mugai_session_open (&options, error);
    mugai_automap map = { 0 };
    One one = { .output = -1, .report = -1 };

    if (session == NULL)
        return false;
    if (mugai_memfd_map (content, G_MAXUINT64, &map) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "the content is not a sealed memfd");
        return false;
    }
    MugaiSubmission submission = { .size = map.size };
    mugai_sha256 (map.data, map.size, submission.sha256);
    mugai_pool_submit (session->pool, content, envelope, &submission, on_one, &one);
    while (!one.done && mugai_loop_turn (session->loop))
        ;
    if (!one.done || one.frame.answer == MUGAI_ANSWER_TRY_AGAIN) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s; try again later",
                     one.done ? one.frame.text : "stopped");
        return false;
    }
    *ret_answer = one.frame.answer;
    *ret_output = one.output;
    *ret_report = one.report;
    return true;
}
