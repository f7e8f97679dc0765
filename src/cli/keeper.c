/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/keeper.h"

#include "core/error.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_TRIES = 500, START_STEP_US = 10000 /* together 5 s */ };

struct MugaiKeeper {
    GPid pid;
    char *folder; /* temporary, of the socket */
    char *socket;
    MugaiKeepClient *client;
};

/* In the child: it does not outlive this program. */
static void
die_with_parent (gpointer data)
{
    prctl (PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != GPOINTER_TO_INT (data))
        _exit (1);
}

static bool
start (MugaiKeeper *keeper, const char *programs, const char *folder,
       const MugaiKeeperOptions *options, GError **error)
{
    g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

    g_ptr_array_add (argv, g_build_filename (programs, "mugai-keep", NULL));
    g_ptr_array_add (argv, g_strdup ("--dir"));
    g_ptr_array_add (argv, g_strdup (folder));
    g_ptr_array_add (argv, g_strdup ("--listen"));
    g_ptr_array_add (argv, g_strdup (keeper->socket));
    if (options != NULL && options->retention != NULL)
        g_ptr_array_add (argv, g_strconcat ("--retention=", options->retention, NULL));
    if (options != NULL && options->quota != NULL)
        g_ptr_array_add (argv, g_strconcat ("--quota=", options->quota, NULL));
    g_ptr_array_add (argv, NULL);
    return g_spawn_async (NULL, (char **)argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
                          die_with_parent, GINT_TO_POINTER (getpid()), &keeper->pid, error);
}

/* Connect as soon as it listens. A keep that ended by itself has said why on stderr. */
static bool
connect_client (MugaiKeeper *keeper, const char *folder, GError **error)
{
    for (int i = 0; i < START_TRIES; i++) {
        int status = 0;
        if (waitpid (keeper->pid, &status, WNOHANG) == keeper->pid) {
            keeper->pid = 0;
            g_set_error (error, MUGAI_ERROR,
                         WIFEXITED (status) && WEXITSTATUS (status) == 2 ? MUGAI_ERROR_USAGE
                                                                         : MUGAI_ERROR_RESOURCE,
                         "%s: mugai-keep ended; its message above says why", folder);
            return false;
        }
        if (access (keeper->socket, F_OK) == 0) {
            keeper->client =
                mugai_keep_connect (keeper->socket, MUGAI_VERSION, MUGAI_KEEP_TIMEOUT_US, NULL);
            if (keeper->client != NULL)
                return true;
        }
        g_usleep (START_STEP_US);
    }
    g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s: mugai-keep does not answer",
                 folder);
    return false;
}

MugaiKeeper *
mugai_keeper_open (const char *programs, const char *folder, const MugaiKeeperOptions *options,
                   GError **error)
{
    g_autoptr (MugaiKeeper) keeper = g_new0 (MugaiKeeper, 1);
    g_autoptr (GError) cause = NULL;

    if (g_mkdir_with_parents (folder, 0700) < 0) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_USAGE,
                     "%s: %s; name a folder for originals that you may write to", folder,
                     strerror (errno));
        return NULL;
    }
    keeper->folder = g_dir_make_tmp ("mugai-XXXXXX", &cause);
    if (keeper->folder == NULL) {
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE, "%s", cause->message);
        return NULL;
    }
    keeper->socket = g_build_filename (keeper->folder, "keep.sock", NULL);
    if (!start (keeper, programs, folder, options, error) ||
        !connect_client (keeper, folder, error))
        return NULL;
    return g_steal_pointer (&keeper);
}

void
mugai_keeper_close (MugaiKeeper *keeper)
{
    if (keeper == NULL)
        return;
    mugai_keep_free (keeper->client);
    if (keeper->pid > 0) {
        kill (keeper->pid, SIGTERM);
        waitpid (keeper->pid, NULL, 0);
    }
    if (keeper->socket != NULL)
        g_unlink (keeper->socket);
    if (keeper->folder != NULL)
        g_rmdir (keeper->folder);
    g_free (keeper->socket);
    g_free (keeper->folder);
    g_free (keeper);
}

MugaiKeepClient *
mugai_keeper_client (MugaiKeeper *keeper)
{
    return keeper->client;
}

bool
mugai_keeper_put (MugaiKeeper *keeper, const MugaiEnvelope *envelope,
                  const MugaiSubmission *submission, const MugaiPool *pool, int content,
                  int envelope_fd, GError **error)
{
    MugaiKeepPut put = { .kind = envelope->kind };

    memcpy (put.id, envelope->id, sizeof put.id);
    memcpy (put.content_sha256, submission->sha256, sizeof put.content_sha256);
    memcpy (put.policy, mugai_rules_policy (mugai_pool_rules (pool)), sizeof put.policy);
    mugai_pool_engine (pool, put.engine);
    return mugai_keep_put (keeper->client, &put, content, envelope_fd, MUGAI_KEEP_TIMEOUT_US,
                           error);
}

static uint32_t
state_of (MugaiAnswer answer)
{
    switch (answer) {
    case MUGAI_ANSWER_DELIVER:
        return MUGAI_KEEP_HANDED_OVER;
    case MUGAI_ANSWER_WITHHELD:
    case MUGAI_ANSWER_HOLD:
        return MUGAI_KEEP_HELD;
    case MUGAI_ANSWER_REJECT:
        return MUGAI_KEEP_REJECTED;
    case MUGAI_ANSWER_UNTOUCHED:
        return MUGAI_KEEP_UNTOUCHED;
    case MUGAI_ANSWER_TRY_AGAIN:
        break;
    }
    return MUGAI_KEEP_DEFERRED;
}

bool
mugai_keeper_record (MugaiKeeper *keeper, const MugaiEnvelope *envelope,
                     const MugaiPoolOutcome *outcome, GError **error)
{
    g_autofree char *findings = NULL;
    MugaiKeepRecord record = { .state = state_of (outcome->frame.answer),
                               .durable = true,
                               .kind = envelope->kind };

    memcpy (record.id, envelope->id, sizeof record.id);
    if (outcome->report != NULL)
        mugai_keep_record_from_report (&record, outcome->report, &findings);
    record.reason = outcome->frame.reason;
    return mugai_keep_record (keeper->client, &record, outcome->report_fd, MUGAI_KEEP_TIMEOUT_US,
                              error);
}
