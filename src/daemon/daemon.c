/* SPDX-License-Identifier: Apache-2.0
 *
 * SIGHUP loads the rules again: a bad file changes nothing and its error goes to the log. SIGTERM
 * stops taking items, waits for those in flight, ends milter and keep, then itself. The keep is
 * ended last: what the milter records must be kept.
 */
#include "daemon/daemon.h"

#include "base/escape.h"
#include "base/fd.h"
#include "core/error.h"
#include "daemon/exceptions.h"
#include "daemon/front.h"
#include "daemon/service.h"
#include "pool/pool.h"
#include "pool/programs.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <syslog.h>

enum {
    EXIT_USAGE = 2,
    EXIT_LATER = 75,
    READY_US = 30000000,
    DRAIN_US = 100000000, /* what is in flight may take limits.time */
    DRAIN_STEP_US = 50000,
    GRACE_US = 10000000,
};
static const uint64_t day_us = UINT64_C (86400) * 1000000; /* between announcements of exceptions */

typedef struct {
    const MugaiConfig *config;
    MugaiPoolLog log;
    MugaiLoop *loop;
    MugaiPrograms *programs;
    MugaiCatalogue *catalogue;
    MugaiPool *pool;
    MugaiFront *front;
    MugaiService *keep, *milter;
    int signal_fd;
    MugaiWatch *signals;
    uint64_t started_us, drain_until_us;
    bool keep_ends;
} Daemon;

static void G_GNUC_PRINTF (3, 4) say (Daemon *d, int priority, const char *format, ...)
{
    va_list args;

    va_start (args, format);
    g_autofree char *text = g_strdup_vprintf (format, args);
    va_end (args);
    d->log (d, priority, text);
}

/* ---- rules */

static void
policy_name (const MugaiRules *rules, char name[17])
{
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (mugai_rules_policy (rules), hex);
    memcpy (name, hex, 16);
    name[16] = '\0';
}

static void
say_exception (void *data, int priority, const char *text)
{
    say (data, priority, "%s", text);
}

static void
say_exceptions (Daemon *d)
{
    mugai_exceptions_say (mugai_pool_rules (d->pool), g_get_real_time(), say_exception, d);
}

static void
on_day (void *data)
{
    Daemon *d = data;

    say_exceptions (d);
    mugai_loop_after (d->loop, day_us, on_day, d);
}

static void
reload (void *data, MugaiReloaded *ret)
{
    Daemon *d = data;
    g_autoptr (GError) error = NULL;
    MugaiRules *rules = mugai_rules_load (d->config->rules, d->catalogue, &error);
    char name[17];

    ret->ok = rules != NULL;
    if (rules != NULL)
        mugai_pool_set_rules (d->pool, rules);
    policy_name (mugai_pool_rules (d->pool), name);
    memcpy (ret->policy, mugai_rules_policy (mugai_pool_rules (d->pool)), sizeof ret->policy);
    if (ret->ok) {
        snprintf (ret->text, sizeof ret->text, "policy %s is in force", name);
        say (d, LOG_NOTICE, "rules loaded: %s", ret->text);
        say_exceptions (d);
    } else {
        mugai_escape (ret->text, sizeof ret->text, error->message, strlen (error->message));
        say (d, LOG_ERR, "rules not loaded, policy %s stays in force: %s", name, ret->text);
    }
}

/* ---- status */

static void
status_nurseries (const Daemon *d, GString *json)
{
    size_t count = 0;
    MugaiNursery *const *nurseries = mugai_pool_nurseries (d->pool, &count);

    g_string_append (json, "\"zygotes\":[");
    for (size_t i = 0; i < count; i++) {
        const MugaiZygoteHello *hello = mugai_nursery_hello (nurseries[i]);
        g_string_append_printf (json,
                                "%s{\"name\":\"%s\",\"pid\":%d,\"ready\":%s,\"idle\":%u,"
                                "\"restarts\":%u,\"sandbox\":\"%s\"}",
                                i > 0 ? "," : "", mugai_nursery_name (nurseries[i]),
                                (int)mugai_nursery_pid (nurseries[i]),
                                hello != NULL ? "true" : "false", mugai_nursery_idle (nurseries[i]),
                                mugai_nursery_restarts (nurseries[i]),
                                hello == NULL         ? "unknown"
                                : hello->missing != 0 ? "partial"
                                                      : "complete");
    }
    g_string_append (json, "],");
}

static void
status_services (const Daemon *d, GString *json)
{
    const MugaiService *services[] = { d->keep, d->milter };

    g_string_append (json, "\"services\":[");
    for (size_t i = 0, n = 0; i < G_N_ELEMENTS (services); i++)
        if (services[i] != NULL)
            g_string_append_printf (json, "%s{\"name\":\"%s\",\"pid\":%d,\"restarts\":%u}",
                                    n++ > 0 ? "," : "", mugai_service_name (services[i]),
                                    (int)mugai_service_pid (services[i]),
                                    mugai_service_restarts (services[i]));
    g_string_append (json, "],");
}

static char *
status (void *data)
{
    Daemon *d = data;
    MugaiPoolCounts c = mugai_pool_counts (d->pool);
    uint8_t engine[MUGAI_SHA256_SIZE];
    char engine_hex[MUGAI_SHA256_HEX_SIZE], policy_hex[MUGAI_SHA256_HEX_SIZE];
    GString *json = g_string_new ("{\"schema\":\"mugai.status/1\",");

    mugai_pool_engine (d->pool, engine);
    mugai_sha256_hex (engine, engine_hex);
    mugai_sha256_hex (mugai_rules_policy (mugai_pool_rules (d->pool)), policy_hex);
    g_string_append_printf (json,
                            "\"version\":\"%s\",\"pid\":%d,\"uptime\":%" G_GUINT64_FORMAT
                            ",\"policy\":\"%s\",\"engine\":\"%s\",",
                            MUGAI_VERSION, (int)getpid(),
                            (mugai_now_us() - d->started_us) / 1000000, policy_hex, engine_hex);
    g_string_append_printf (json, "\"sandbox\":\"%s\",",
                            d->config->partial ? "partial" : "required");
    mugai_exceptions_status (mugai_pool_rules (d->pool), g_get_real_time(), json);
    status_nurseries (d, json);
    status_services (d, json);
    g_string_append_printf (json,
                            "\"items\":{\"taken\":%" G_GUINT64_FORMAT
                            ",\"delivered\":%" G_GUINT64_FORMAT ",\"withheld\":%" G_GUINT64_FORMAT
                            ",\"held\":%" G_GUINT64_FORMAT ",\"rejected\":%" G_GUINT64_FORMAT
                            ",\"untouched\":%" G_GUINT64_FORMAT ",\"try_again\":%" G_GUINT64_FORMAT
                            ",\"retries\":%" G_GUINT64_FORMAT ",\"deaths\":%" G_GUINT64_FORMAT
                            ",\"in_flight\":%u,\"bytes_in_flight\":%" G_GUINT64_FORMAT "}}\n",
                            c.items, c.delivered, c.withheld, c.held, c.rejected, c.untouched,
                            c.try_again, c.retries, c.deaths, c.jobs_now, c.bytes_now);
    return g_string_free (json, FALSE);
}

/* ---- end */

static void
on_drain (void *data)
{
    Daemon *d = data;

    bool late = mugai_now_us() > d->drain_until_us;
    if (mugai_pool_jobs (d->pool) > 0 && !late) {
        mugai_loop_after (d->loop, DRAIN_STEP_US, on_drain, d);
        return;
    }
    bool milter_runs = d->milter != NULL && mugai_service_pid (d->milter) > 0;
    bool keep_runs = d->keep != NULL && mugai_service_pid (d->keep) > 0;
    if (keep_runs && !milter_runs && !d->keep_ends) {
        d->keep_ends = true;
        mugai_service_stop (d->keep, GRACE_US);
    }
    if ((milter_runs || keep_runs) && !late)
        mugai_loop_after (d->loop, DRAIN_STEP_US, on_drain, d);
    else
        mugai_loop_quit (d->loop);
}

static void
drain (Daemon *d)
{
    if (d->drain_until_us > 0)
        return;
    if (d->front == NULL) { /* still starting */
        d->drain_until_us = mugai_now_us();
        mugai_loop_quit (d->loop);
        return;
    }
    say (d, LOG_NOTICE, "ending: %u items in flight", mugai_pool_jobs (d->pool));
    d->drain_until_us = mugai_now_us() + DRAIN_US;
    mugai_front_drain (d->front);
    if (d->milter != NULL)
        mugai_service_stop (d->milter, DRAIN_US);
    mugai_loop_after (d->loop, 0, on_drain, d);
}

static void
on_signal (void *data, uint32_t events)
{
    Daemon *d = data;
    struct signalfd_siginfo info;
    MugaiReloaded result = { 0 };

    (void)events;
    if (read (d->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    if (info.ssi_signo == SIGHUP && d->pool != NULL)
        reload (d, &result);
    else if (info.ssi_signo != SIGHUP)
        drain (d);
}

/* ---- start */

static bool
watch_signals (Daemon *d)
{
    sigset_t set;

    sigemptyset (&set);
    sigaddset (&set, SIGHUP);
    sigaddset (&set, SIGTERM);
    sigaddset (&set, SIGINT);
    sigprocmask (SIG_BLOCK, &set, NULL);
    signal (SIGPIPE, SIG_IGN);
    d->signal_fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    d->signals =
        d->signal_fd < 0 ? NULL : mugai_loop_watch (d->loop, d->signal_fd, EPOLLIN, on_signal, d);
    return d->signals != NULL;
}

/* Every item in flight holds about ten; the usual soft limit of 1024 is for programs that select().
 */
static void
raise_descriptors (void)
{
    struct rlimit files;

    if (getrlimit (RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit (RLIMIT_NOFILE, &files);
    }
}

static bool
start_pool (Daemon *d, GError **error)
{
    g_autofree char *poison = g_build_filename (d->config->state, "poison", NULL);

    d->programs = mugai_programs_find ((const char *const *)d->config->filters, error);
    d->catalogue = d->programs != NULL ? mugai_programs_describe (d->programs, error) : NULL;
    MugaiRules *rules =
        d->catalogue != NULL ? mugai_rules_load (d->config->rules, d->catalogue, error) : NULL;
    if (rules == NULL)
        return false;
    MugaiPoolConfig pool = { .programs = d->programs->folder,
                             .filter_dirs = (const char *const *)d->programs->filter_dirs,
                             .catalogue = d->catalogue,
                             .active = d->config->active,
                             .queue = d->config->queue,
                             .bytes = d->config->bytes,
                             .partial = d->config->partial,
                             .poison_file = poison,
                             .log = d->log,
                             .log_data = d };
    d->pool = mugai_pool_new (d->loop, &pool, rules, error);
    return d->pool != NULL && mugai_pool_wait_ready (d->pool, READY_US, error);
}

static void
start_keep (Daemon *d, const char *socket)
{
    g_autofree char *program = g_build_filename (d->programs->folder, "mugai-keep", NULL);
    const char *argv[] = { program,
                           "--dir",
                           d->config->keep,
                           "--listen",
                           socket,
                           "--retention",
                           d->config->keep_retention,
                           *d->config->keep_quota != '\0' ? "--quota" : NULL,
                           d->config->keep_quota,
                           NULL };

    d->keep = mugai_service_new (d->loop, "mugai-keep", argv, d->log, d);
}

static void
start_milter (Daemon *d, const char *jobs, const char *keep)
{
    g_autofree char *program = g_build_filename (d->programs->folder, "mugai-milter", NULL);
    const char *argv[] = { program,
                           "--socket",
                           d->config->milter_socket,
                           "--mode",
                           d->config->milter_mode,
                           "--jobs",
                           jobs,
                           "--keep",
                           keep,
                           *d->config->milter_group != '\0' ? "--group" : NULL,
                           d->config->milter_group,
                           NULL };

    if (*d->config->milter_socket != '\0')
        d->milter = mugai_service_new (d->loop, "mugai-milter", argv, d->log, d);
}

static bool
start (Daemon *d, GError **error)
{
    g_autofree char *jobs = mugai_config_jobs_socket (d->config),
                    *keep = mugai_config_keep_socket (d->config);
    MugaiFrontCalls calls = { .data = d, .reload = reload, .status = status };
    char name[17];

    if (!start_pool (d, error))
        return false;
    d->front = mugai_front_new (d->loop, d->pool, jobs, &calls, error);
    if (d->front == NULL)
        return false;
    start_keep (d, keep);
    start_milter (d, jobs, keep);
    policy_name (mugai_pool_rules (d->pool), name);
    say (d, LOG_NOTICE, "mugaid %s ready: policy %s, milter %s", MUGAI_VERSION, name,
         d->config->milter_socket);
    on_day (d);
    return true;
}

/* A sandboxed program was replaced by another version, or cannot lock itself down any more: items
 * are answered "later" until we end and the service manager starts us anew. */
static bool
broken (Daemon *d)
{
    const char *why = mugai_pool_broken (d->pool);

    if (why != NULL)
        say (d, LOG_CRIT, "ending, to be started again: %s", why);
    return why != NULL;
}

/* A service whose configuration is wrong will not work by itself: end, so that the administrator
 * sees it. */
static bool
misconfigured (const Daemon *d)
{
    return (d->keep != NULL && mugai_service_misconfigured (d->keep)) ||
           (d->milter != NULL && mugai_service_misconfigured (d->milter));
}

int
mugai_daemon_run (const MugaiConfig *config, MugaiPoolLog log)
{
    g_autoptr (GError) error = NULL;
    Daemon d = { .config = config, .log = log, .signal_fd = -1, .started_us = mugai_now_us() };
    int code = 0;

    d.loop = mugai_loop_new();
    if (d.loop == NULL || !watch_signals (&d)) {
        say (&d, LOG_CRIT, "no descriptor left: %s", strerror (errno));
        return EXIT_LATER;
    }
    raise_descriptors();
    if (!start (&d, &error) && d.drain_until_us == 0) {
        say (&d, LOG_CRIT, "%s", error->message);
        code = error->domain == MUGAI_ERROR && error->code == MUGAI_ERROR_RESOURCE ? EXIT_LATER
                                                                                   : EXIT_USAGE;
    }
    while (code == 0 && mugai_loop_turn (d.loop))
        code = misconfigured (&d) ? EXIT_USAGE : broken (&d) ? EXIT_LATER : 0;
    mugai_front_free (d.front);
    mugai_service_free (d.milter);
    mugai_service_free (d.keep);
    mugai_pool_free (d.pool);
    mugai_loop_unwatch (d.loop, d.signals);
    mugai_loop_free (d.loop);
    mugai_fd_clear (&d.signal_fd);
    mugai_catalogue_free (d.catalogue);
    mugai_programs_free (d.programs);
    return code;
}
