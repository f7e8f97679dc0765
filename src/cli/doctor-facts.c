/* SPDX-License-Identifier: Apache-2.0
 *
 * The look at this host. Nothing is changed and nothing is kept; the lock-down is tried in a child.
 */
#include "cli/doctor-endpoint.h"
#include "cli/doctor-host.h"
#include "pool/programs.h"
#include "rules/rules.h"

#include <errno.h>
#include <linux/magic.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timex.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *const kin[] = { "mugai-worker", "mugai-reader", "mugai-render",
                                   "mugai-encode", "mugai-exec",   "mugai-office",
                                   "mugai-verify", "mugai-milter", "mugai-keep" };

/* Names of programs that are not there, or why none was found. */
static char *
missing_programs (const MugaiPrograms *programs, const GError *error)
{
    g_autoptr (GString) names = g_string_new (NULL);

    if (programs == NULL)
        return g_strdup (error->message);
    for (size_t i = 0; i < G_N_ELEMENTS (kin); i++) {
        g_autofree char *path = g_build_filename (programs->folder, kin[i], NULL);
        if (access (path, X_OK) != 0)
            g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", path);
    }
    return g_string_free (g_steal_pointer (&names), FALSE);
}

/* "office-convert, office-image: LibreOffice is not there; ..." */
static char *
lacking_filters (const MugaiCatalogue *catalogue)
{
    g_autoptr (GString) text = g_string_new (NULL);
    const char *last = NULL;

    for (guint i = 0; i < catalogue->filters->len; i++) {
        const MugaiCatalogueFilter *filter = g_ptr_array_index (catalogue->filters, i);
        if (filter->lacks == NULL)
            continue;
        if (last != NULL && strcmp (last, filter->lacks) != 0)
            g_string_append_printf (text, ": %s", last);
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", filter->name);
        last = filter->lacks;
    }
    if (last != NULL)
        g_string_append_printf (text, ": %s", last);
    return g_string_free (g_steal_pointer (&text), FALSE);
}

void
mugai_doctor_host_rules (MugaiDoctorHost *host, const MugaiCatalogue *catalogue)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiRules) rules = mugai_rules_load (host->config->rules, catalogue, &error);

    host->limits = rules != NULL ? *mugai_rules_limits (rules) : mugai_limits_default();
    if (rules == NULL)
        host->rules_error = g_strdup (error->message);
}

static void
look_at_programs (MugaiDoctorHost *host)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiPrograms) programs =
        mugai_programs_find ((const char *const *)host->config->filters, &error);

    host->programs_missing = missing_programs (programs, error);
    g_autoptr (MugaiCatalogue) catalogue =
        programs != NULL ? mugai_programs_describe (programs, &error) : NULL;
    if (catalogue != NULL) {
        host->filters = catalogue->filters->len;
        host->lacking = lacking_filters (catalogue);
    } else
        host->filters_error = g_strdup (error->message);
    mugai_doctor_host_rules (host, catalogue);
}

/* The uppermost folder above the socket that everybody may write to. */
static void
look_at_socket (MugaiDoctorHost *host)
{
    g_autoptr (MugaiEndpoint) ours =
        mugai_endpoint_parse (host->config->milter_socket, MUGAI_ENDPOINT_MILTER);

    host->writable = g_strdup ("");
    if (ours == NULL || ours->path == NULL || !g_path_is_absolute (ours->path))
        return;
    g_autofree char *folder = g_path_get_dirname (ours->path);
    while (strcmp (folder, "/") != 0) {
        struct stat s;
        if (stat (folder, &s) == 0 && (s.st_mode & S_IWOTH) != 0) {
            g_free (host->writable);
            host->writable = g_strdup (folder);
            host->sticky = (s.st_mode & S_ISVTX) != 0;
        }
        char *above = g_path_get_dirname (folder);
        g_free (folder);
        folder = above;
    }
}

static void
look_at_keep (MugaiDoctorHost *host)
{
    const struct passwd *user = getpwnam (host->config->user);
    struct stat s;
    struct statfs f;

    host->user_there = user != NULL;
    uid_t owner = user != NULL ? user->pw_uid : geteuid();
    if (stat (host->config->keep, &s) != 0 || statfs (host->config->keep, &f) != 0) {
        host->keep_errno = errno;
        return;
    }
    host->keep_mode = s.st_mode & 07777;
    host->keep_foreign = s.st_uid != owner;
    host->keep_volatile = f.f_type == TMPFS_MAGIC || f.f_type == RAMFS_MAGIC;
    host->keep_size = (uint64_t)f.f_blocks * (uint64_t)f.f_bsize;
    host->keep_free = (uint64_t)f.f_bavail * (uint64_t)f.f_bsize;
}

void
mugai_doctor_host_gather (MugaiDoctorHost *host)
{
    struct utsname kernel = { 0 };
    struct timex clock = { 0 };

    mugai_sandbox_probe (&host->lockdown);
    uname (&kernel);
    host->kernel = g_strdup (kernel.release);
    look_at_programs (host);
    look_at_socket (host);
    look_at_keep (host);
    host->now_us = g_get_real_time();
    host->unsynchronized = adjtimex (&clock) == TIME_ERROR;
}

void
mugai_doctor_host_clear (MugaiDoctorHost *host)
{
    g_free (host->kernel);
    g_free (host->programs_missing);
    g_free (host->filters_error);
    g_free (host->lacking);
    g_free (host->rules_error);
    g_free (host->writable);
}
