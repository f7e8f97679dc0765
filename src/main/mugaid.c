/* SPDX-License-Identifier: Apache-2.0
 *
 * mugaid: the supervisor of a mail gateway.
 *
 * Powers: starts as root only to give it up: makes its folders, becomes the configured user. Then
 * starts mugai-keep, mugai-milter and the sandboxed programs, moves descriptors between them, kills
 * them when they are late.
 */
#include "base/escape.h"
#include "core/error.h"
#include "daemon/config.h"
#include "daemon/daemon.h"

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };
static bool arg_check;

static void
log_line (void *data, int priority, const char *text)
{
    char line[2048];

    (void)data;
    /* systemd's journal reads <N> in front; other readers see a plain prefix. */
    fprintf (stderr, "%s%s%s\n",
             getenv ("JOURNAL_STREAM") != NULL ? (char[]){ '<', (char)('0' + priority), '>', 0 }
                                               : "",
             "mugaid: ", mugai_escape (line, sizeof line, text, strlen (text)));
}

static int
fail (const char *what)
{
    log_line (NULL, LOG_CRIT, what);
    return EXIT_USAGE;
}

/* Make @folder for @user, when root. */
static bool
make_folder (const char *folder, mode_t mode, const struct passwd *user)
{
    if (g_mkdir_with_parents (folder, 0755) < 0)
        return false;
    return user == NULL ||
           (chown (folder, user->pw_uid, user->pw_gid) == 0 && chmod (folder, mode) == 0);
}

/* Returns: NULL, or what went wrong. */
static char *
become_user (const MugaiConfig *config)
{
    struct passwd *user = NULL;

    if (geteuid() == 0) {
        user = getpwnam (config->user);
        if (user == NULL)
            return g_strdup_printf (
                "there is no user \"%s\"; create it (systemd-sysusers does) or set `user:` in %s",
                config->user, *config->file != '\0' ? config->file : "the configuration");
        if (user->pw_uid == 0)
            return g_strdup ("`user:` must not be root");
    }
    if (!make_folder (config->run, 0755, user) || !make_folder (config->state, 0700, user) ||
        !make_folder (config->keep, 0700, user))
        return g_strdup_printf ("%s, %s or %s: %s; make them writable for the user mugaid runs as",
                                config->run, config->state, config->keep, strerror (errno));
    if (user == NULL)
        return NULL;
    if (initgroups (user->pw_name, user->pw_gid) < 0 ||
        setresgid (user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
        setresuid (user->pw_uid, user->pw_uid, user->pw_uid) < 0)
        return g_strdup_printf ("cannot become user %s: %s", config->user, strerror (errno));
    return NULL;
}

static void
usage (FILE *out)
{
    fputs ("usage: mugaid [--config FILE] [--check]\n"
           "  -c, --config FILE  configuration (default /etc/mugai/mugai.yaml where it exists)\n"
           "  --check            read configuration, then end: 0 good, 2 not\n"
           "  --help, --version\n"
           "See mugaid(8).\n",
           out);
}

static int
wrong_option (char **argv)
{
    g_autofree char *text = g_strdup_printf (
        "%s: unknown option, or one that lacks its value; see mugaid --help", argv[optind - 1]);

    return fail (text);
}

int
main (int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "check", no_argument, NULL, 'k' },
                                             { "help", no_argument, NULL, 'h' },
                                             { "version", no_argument, NULL, 'v' },
                                             { 0 } };
    const char *file = access ("/etc/mugai/mugai.yaml", F_OK) == 0 ? "/etc/mugai/mugai.yaml" : NULL;
    g_autoptr (GError) error = NULL;
    int option;

    opterr = 0;
    while ((option = getopt_long (argc, argv, "c:h", options, NULL)) >= 0) {
        if (option == 'c')
            file = optarg;
        else if (option == 'k')
            arg_check = true;
        else {
            if (option == 'v')
                puts ("mugaid " MUGAI_VERSION);
            else if (option == 'h')
                usage (stdout);
            else
                return wrong_option (argv);
            return 0;
        }
    }
    if (optind < argc)
        return fail ("unexpected argument; see mugaid --help");
    umask (0027);
    g_autoptr (MugaiConfig) config = mugai_config_load (file, &error);
    if (config == NULL)
        return fail (error->message);
    if (arg_check)
        return 0;
    g_autofree char *wrong = become_user (config);
    if (wrong != NULL)
        return fail (wrong);
    prctl (PR_SET_DUMPABLE, 0);
    return mugai_daemon_run (config, log_line);
}
