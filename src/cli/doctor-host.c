/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor-host.h"

#include "cli/doctor-endpoint.h"
#include "cli/doctor-finding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t MIB = 1 << 20;
/* Before this program was written; and when someone set a clock to a wrong century. */
static const int64_t CLOCK_MIN_S = 1793491200; /* 2026-11-01 */
static const int64_t CLOCK_MAX_S = 4102444800; /* 2100-01-01 */

static MugaiLockStep
step_of (const char *name)
{
    for (unsigned bit = 1; (bit & MUGAI_LOCK_ALL) != 0; bit <<= 1)
        if (g_strcmp0 (mugai_sandbox_step_name ((MugaiLockStep)bit), name) == 0)
            return (MugaiLockStep)bit;
    return (MugaiLockStep)0;
}

/* One line of the status: "step: call: error; remedy: what to do". */
static void
say_step (GPtrArray *list, const MugaiDoctorHost *host, const char *line)
{
    const char *remedy = strstr (line, "; remedy: ");
    g_autofree char *step = g_strndup (line, strcspn (line, ":"));
    g_autofree char *what =
        g_strndup (line, remedy != NULL ? (gsize)(remedy - line) : strlen (line));
    bool may_miss = (step_of (step) & MUGAI_LOCK_MAY_MISS) != 0;

    MugaiDoctorFinding *finding = mugai_doctor_add (
        list, may_miss && host->config->partial ? MUGAI_DOCTOR_WARNING : MUGAI_DOCTOR_PROBLEM,
        "host.sandbox", NULL, 0, "%s", what);
    if (remedy != NULL && finding->remedy == NULL)
        finding->remedy = g_strdup (remedy + strlen ("; remedy: "));
}

static void
check_sandbox (GPtrArray *list, const MugaiDoctorHost *host)
{
    g_auto (GStrv) lines = g_strsplit (host->lockdown.text, "\n", -1);
    g_autofree char *abi = g_strdup_printf ("Landlock ABI %d", host->lockdown.landlock_abi);

    for (size_t i = 0; lines[i] != NULL; i++)
        if (*lines[i] != '\0')
            say_step (list, host, lines[i]);
    if (host->lockdown.done != MUGAI_LOCK_ALL && host->lockdown.text[0] == '\0')
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.sandbox", NULL, 0,
                          "the trial process died: steps %#x of %#x", host->lockdown.done,
                          (unsigned)MUGAI_LOCK_ALL);
    mugai_doctor_fine (list, "host.sandbox", NULL, 0, abi);
    if (host->config->partial && host->lockdown.done == MUGAI_LOCK_ALL)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.partial", host->config->file, 0, NULL);
    if (!host->config->partial)
        mugai_doctor_fine (list, "host.partial", NULL, 0, NULL);
}

static void
check_kernel (GPtrArray *list, const MugaiDoctorHost *host)
{
    char *end;
    unsigned long major = strtoul (host->kernel, &end, 10);
    unsigned long minor = *end == '.' ? strtoul (end + 1, NULL, 10) : 0;

    if (major < 5 || (major == 5 && minor < 13))
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.kernel", NULL, 0, "%s", host->kernel);
    mugai_doctor_fine (list, "host.kernel", NULL, 0, host->kernel);
}

static void
check_parts (GPtrArray *list, const MugaiDoctorHost *host)
{
    g_autofree char *count = g_strdup_printf ("%u", host->filters);

    if (*host->programs_missing != '\0')
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.programs", NULL, 0, "%s",
                          host->programs_missing);
    mugai_doctor_fine (list, "host.programs", NULL, 0, NULL);
    if (*host->programs_missing != '\0')
        ; /* nobody could ask the filters */
    else if (host->filters_error != NULL || host->filters == 0)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.filters", NULL, 0, "%s",
                          host->filters_error != NULL ? host->filters_error : count);
    if (host->filters > 0)
        mugai_doctor_fine (list, "host.filters", NULL, 0, count);
    if (host->lacking != NULL && *host->lacking != '\0')
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.filter-lacks", NULL, 0, "%s",
                          host->lacking);
    else if (host->filters > 0)
        mugai_doctor_fine (list, "host.filter-lacks", NULL, 0, NULL);
    if (host->rules_error != NULL)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.rules", NULL, 0, "%s",
                          host->rules_error);
    mugai_doctor_fine (list, "host.rules", host->config->rules, 0, NULL);
    if (!host->user_there)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.user", NULL, 0, "%s",
                          host->config->user);
    mugai_doctor_fine (list, "host.user", NULL, 0, host->config->user);
}

static void
check_socket (GPtrArray *list, const MugaiDoctorHost *host)
{
    g_autoptr (MugaiEndpoint) ours =
        mugai_endpoint_parse (host->config->milter_socket, MUGAI_ENDPOINT_MILTER);

    if (ours == NULL)
        return;
    if (ours->path == NULL && !mugai_endpoint_loopback (ours->host))
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.socket-open", host->config->file, 0,
                          "%s", host->config->milter_socket);
    mugai_doctor_fine (list, "host.socket-open", NULL, 0, host->config->milter_socket);
    if (ours->path != NULL && *host->writable != '\0')
        mugai_doctor_add (
            list, host->sticky && !host->sendmail ? MUGAI_DOCTOR_WARNING : MUGAI_DOCTOR_PROBLEM,
            "host.socket-folder", host->config->file, 0, "%s: %s", ours->path, host->writable);
    mugai_doctor_fine (list, "host.socket-folder", NULL, 0, NULL);
}

static void
check_space (GPtrArray *list, const MugaiDoctorHost *host)
{
    g_autofree char *evidence =
        g_strdup_printf ("%" G_GUINT64_FORMAT " MiB of %" G_GUINT64_FORMAT " MiB are free",
                         host->keep_free / MIB, host->keep_size / MIB);

    if (host->keep_size == 0)
        return;
    if (host->keep_free < 2 * host->limits.item + 64 * MIB)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.keep-space", host->config->keep, 0,
                          "%s", evidence);
    else if (host->keep_free < 1024 * MIB || host->keep_free < host->keep_size / 20)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.keep-space", host->config->keep, 0,
                          "%s", evidence);
    mugai_doctor_fine (list, "host.keep-space", host->config->keep, 0, evidence);
}

static void
check_keep (GPtrArray *list, const MugaiDoctorHost *host)
{
    const char *folder = host->config->keep;

    if (host->keep_errno == ENOENT) /* mugaid makes it at its first start */
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.keep-folder", folder, 0,
                          "it is not there yet");
    else if (host->keep_errno != 0)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.keep-folder", folder, 0,
                          "cannot be looked at: %s; run as root", g_strerror (host->keep_errno));
    else if ((host->keep_mode & 077) != 0)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.keep-folder", folder, 0, "mode %04o",
                          host->keep_mode & 07777);
    else if (host->keep_foreign)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.keep-folder", folder, 0,
                          "its owner is not %s", host->config->user);
    if (host->keep_volatile)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.keep-folder", folder, 0,
                          "it lies in memory (tmpfs)");
    mugai_doctor_fine (list, "host.keep-folder", folder, 0, NULL);
    check_space (list, host);
}

static void
check_limits (GPtrArray *list, const MugaiDoctorHost *host)
{
    const MugaiLimits *l = &host->limits;
    const char *file = host->config->rules;

    if (l->expanded < l->item)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.limits", file, 0,
                          "expanded %" G_GUINT64_FORMAT " MiB is below item %" G_GUINT64_FORMAT
                          " MiB",
                          l->expanded / MIB, l->item / MIB);
    if (l->memory < 3 * l->item + 32 * MIB)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.limits", file, 0,
                          "memory %" G_GUINT64_FORMAT " MiB is below 3 x item + 32 MiB = "
                          "%" G_GUINT64_FORMAT " MiB",
                          l->memory / MIB, 3 * l->item / MIB + 32);
    if (l->filter_time > l->time)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.limits", file, 0,
                          "filter-time %" G_GUINT64_FORMAT " s is above time %" G_GUINT64_FORMAT
                          " s",
                          l->filter_time / 1000000, l->time / 1000000);
    if (l->output > l->expanded)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.limits", file, 0,
                          "output %" G_GUINT64_FORMAT " MiB is above expanded %" G_GUINT64_FORMAT
                          " MiB",
                          l->output / MIB, l->expanded / MIB);
    mugai_doctor_fine (list, "host.limits", file, 0, NULL);
}

static void
check_clock (GPtrArray *list, const MugaiDoctorHost *host)
{
    g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (host->now_us / 1000000);
    g_autofree char *text =
        now != NULL ? g_date_time_format (now, "%Y-%m-%d %H:%M UTC") : g_strdup ("?");

    if (host->now_us / 1000000 < CLOCK_MIN_S || host->now_us / 1000000 > CLOCK_MAX_S)
        mugai_doctor_add (list, MUGAI_DOCTOR_PROBLEM, "host.clock", NULL, 0, "%s", text);
    else if (host->unsynchronized)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "host.clock", NULL, 0,
                          "%s, the kernel says it is not synchronized", text);
    mugai_doctor_fine (list, "host.clock", NULL, 0, text);
}

void
mugai_doctor_host (GPtrArray *list, const MugaiDoctorHost *host)
{
    g_autoptr (GPtrArray) own = mugai_doctor_list_new();

    check_sandbox (own, host);
    check_kernel (own, host);
    check_parts (own, host);
    check_socket (own, host);
    check_keep (own, host);
    check_limits (own, host);
    check_clock (own, host);
    g_ptr_array_extend_and_steal (list, g_steal_pointer (&own));
}
