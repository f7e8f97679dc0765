/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/trial.h"

#include "base/fd.h"
#include "base/memfd.h"
#include "core/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static MugaiTrial *
trial_new (const char *name, bool mail)
{
    MugaiTrial *trial = g_new0 (MugaiTrial, 1);

    trial->name = g_strdup (name);
    trial->content = -1;
    trial->envelope = mugai_envelope_new();
    trial->envelope->kind = mail ? MUGAI_ITEM_MAIL : MUGAI_ITEM_FILE;
    trial->envelope->date_us = g_get_real_time();
    trial->envelope->path = g_path_get_basename (name);
    return trial;
}

void
mugai_trial_free (MugaiTrial *trial)
{
    if (trial == NULL)
        return;
    mugai_fd_clear (&trial->content);
    mugai_envelope_free (trial->envelope);
    g_free (trial->name);
    g_free (trial);
}

/* The id is made of the content, so that a rerun gives the same report. */
static void
name_by_content (MugaiTrial *trial)
{
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (trial->submission.sha256, hex);
    memcpy (trial->envelope->id, hex, MUGAI_ID_SIZE - 1);
}

/* Returns: false with errno. */
static bool
slurp (int from, MugaiTrial *trial)
{
    g_autofree uint8_t *block = g_malloc (1 << 16);
    MugaiSha256 h;
    ssize_t n;

    mugai_sha256_init (&h);
    while ((n = read (from, block, 1 << 16)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        int r = n < 0 ? -errno : mugai_memfd_append (trial->content, block, (size_t)n);
        if (r < 0) {
            errno = -r;
            return false;
        }
        mugai_sha256_update (&h, block, (size_t)n);
    }
    trial->submission.size = h.size;
    mugai_sha256_final (&h, trial->submission.sha256);
    return true;
}

MugaiTrial *
mugai_trial_file (const char *path, bool mail, GError **error)
{
    bool from_stdin = strcmp (path, "-") == 0;
    g_autoptr (MugaiTrial) trial = trial_new (path, mail);
    mugai_autofd from = from_stdin ? dup (0) : open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    int problem = from < 0 || fstat (from, &st) < 0 ? errno : 0;

    if (problem == 0 && !from_stdin && !S_ISREG (st.st_mode))
        problem = S_ISDIR (st.st_mode) ? EISDIR : EINVAL;
    trial->content = mugai_memfd_new ("mugai-content");
    if (problem == 0 &&
        (trial->content < 0 || !slurp (from, trial) || mugai_memfd_seal (trial->content) < 0))
        problem = errno != 0 ? errno : ENOMEM;
    if (problem != 0) {
        g_set_error (error, MUGAI_ERROR,
                     problem == ENOENT || problem == EISDIR ? MUGAI_ERROR_USAGE
                                                            : MUGAI_ERROR_RESOURCE,
                     "%s: %s", path, g_strerror (problem));
        return NULL;
    }
    name_by_content (trial);
    return g_steal_pointer (&trial);
}

MugaiTrial *
mugai_trial_bytes (const char *name, const void *data, size_t size, bool mail, GError **error)
{
    g_autoptr (MugaiTrial) trial = trial_new (name, mail);

    trial->content = mugai_memfd_new ("mugai-content");
    if (trial->content < 0 || mugai_memfd_append (trial->content, data, size) < 0 ||
        mugai_memfd_seal (trial->content) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s: no memory or descriptor left",
                     name);
        return NULL;
    }
    trial->submission.size = size;
    mugai_sha256 (data, size, trial->submission.sha256);
    name_by_content (trial);
    return g_steal_pointer (&trial);
}

MugaiTrial *
mugai_trial_kept (MugaiKeepClient *client, const char *id, GError **error)
{
    g_auto (MugaiKeepItem) item = { .report = -1, .content = -1, .envelope = -1 };
    mugai_automap envelope = { 0 }, content = { 0 };

    if (!mugai_keep_get (client, id, MUGAI_KEEP_WANT_CONTENT | MUGAI_KEEP_WANT_ENVELOPE, &item,
                         MUGAI_KEEP_TIMEOUT_US, error))
        return NULL;
    if (item.content < 0 || item.envelope < 0 ||
        mugai_memfd_map (item.envelope, MUGAI_ENVELOPE_SIZE, &envelope) < 0 ||
        mugai_memfd_map (item.content, G_MAXUINT64, &content) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_REFUSED, "%s: no original is kept", id);
        return NULL;
    }
    g_autoptr (MugaiTrial) trial = g_new0 (MugaiTrial, 1);
    trial->content = -1;
    trial->name = g_strdup (item.entry.id);
    trial->envelope = mugai_envelope_read (envelope.data, envelope.size, error);
    if (trial->envelope == NULL)
        return NULL;
    trial->submission.size = content.size;
    mugai_sha256 (content.data, content.size, trial->submission.sha256);
    trial->content = mugai_fd_steal (&item.content);
    return g_steal_pointer (&trial);
}

bool
mugai_trial_is_mail (const char *path)
{
    size_t length = strlen (path);

    return length > 4 && g_ascii_strcasecmp (path + length - 4, ".eml") == 0;
}

/* --- many --- */

typedef struct Run {
    guint flying;
    MugaiTrialDone done;
    void *data;
} Run;

typedef struct Flight {
    Run *run;
    guint index;
    MugaiTrial *trial;
} Flight;

static void
on_outcome (void *data, const MugaiPoolOutcome *outcome)
{
    Flight *flight = data;
    Run *run = flight->run;

    run->flying--;
    run->done (run->data, flight->index, flight->trial, outcome->report,
               outcome->report != NULL ? NULL : outcome->frame.text);
    mugai_trial_free (flight->trial);
    g_free (flight);
}

static void
take_off (MugaiSession *session, Run *run, guint index, MugaiTrialNext next)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiTrial) trial = next (run->data, index, &error);
    mugai_autofd envelope = trial != NULL ? mugai_session_envelope (trial->envelope, &error) : -1;

    if (envelope < 0) {
        run->done (run->data, index, trial, NULL, error->message);
        return;
    }
    Flight *flight = g_new0 (Flight, 1);
    int content = trial->content;
    MugaiSubmission submission = trial->submission;
    *flight = (Flight){ run, index, g_steal_pointer (&trial) };
    run->flying++;
    mugai_pool_submit (session->pool, content, envelope, &submission, on_outcome, flight);
}

bool
mugai_trial_run (MugaiSession *session, guint count, MugaiTrialNext next, MugaiTrialDone done,
                 void *data)
{
    Run run = { .done = done, .data = data };
    guint begun = 0;

    while (begun < count || run.flying > 0) {
        while (begun < count && run.flying <= session->active)
            take_off (session, &run, begun++, next);
        if (run.flying > 0 && !mugai_loop_turn (session->loop))
            return false;
    }
    return true;
}

/* --- one --- */

typedef struct One {
    MugaiTrial *trial; /* NULL once it is under way */
    MugaiReport *report;
    GError *error;
} One;

static MugaiTrial *
the_one (void *data, guint index, GError **error)
{
    One *one = data;

    (void)index;
    (void)error;
    return g_steal_pointer (&one->trial);
}

static void
one_done (void *data, guint index, const MugaiTrial *trial, const MugaiReport *report,
          const char *why)
{
    One *one = data;

    (void)index;
    (void)trial;
    if (report == NULL) {
        g_set_error (&one->error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s; try again later", why);
        return;
    }
    g_autoptr (GBytes) bytes = mugai_report_write (report);
    one->report = mugai_report_read (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                     G_MAXUINT64, &one->error);
}

MugaiReport *
mugai_trial_one (MugaiSession *session, MugaiTrial *trial, GError **error)
{
    One one = { .trial = trial };

    if (!mugai_trial_run (session, 1, the_one, one_done, &one) && one.error == NULL)
        g_set_error (&one.error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "stopped");
    if (one.error != NULL)
        g_propagate_error (error, one.error);
    return one.report;
}
