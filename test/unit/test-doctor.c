/* SPDX-License-Identifier: Apache-2.0
 *
 * The readers of main.cf, master.cf and sendmail.cf, and the checks of mugai doctor: for each check
 * a configuration that it speaks about and one that it does not.
 */
#include "cli/doctor-endpoint.h"
#include "cli/doctor-finding.h"
#include "cli/doctor-host.h"
#include "cli/doctor-postfix.h"
#include "cli/doctor-sendmail.h"
#include "tap.h"

#include <errno.h>
#include <stdbool.h>

static const char *const main_good = "# comment\n"
                                     "\n"
                                     "compatibility_level = 3.6\n"
                                     "mugai = unix:/run/mugai/milter.sock\n"
                                     "smtpd_milters = $mugai\n"
                                     "non_smtpd_milters =\n"
                                     "  # a comment within a value\n"
                                     "\n"
                                     "  ${smtpd_milters}\n"
                                     "milter_default_action = tempfail\n"
                                     "milter_content_timeout = 5m\n"
                                     "smtpd_forbid_bare_newline = normalize\n"
                                     "message_strip_characters = \\0\n"
                                     "smtpd_discard_ehlo_keywords = chunking, silent-discard\n"
                                     "message_size_limit = 52428800\n"
                                     "enable_long_queue_ids = yes\n"
                                     "mynetworks = 127.0.0.0/8 10.0.0.0/8 [::1]/128\n";

static const char *const master_good =
    "# service type  private unpriv  chroot  wakeup  maxproc command + args\n"
    "smtp      inet  n       -       n       -       -       smtpd\n"
    "cleanup   unix  n       -       n       -       0       cleanup\n"
    "pickup    unix  n       -       n       60      1       pickup\n"
    "127.0.0.1:10026 inet n  -       n       -       -       smtpd\n"
    "  -o receive_override_options=no_milters\n"
    "# -o receive_override_options=\n"
    "  -o mynetworks=127.0.0.0/8 -o smtpd_client_restrictions=permit_mynetworks,reject\n";

#define SMTPD "2525 inet n - n - - smtpd -o "

typedef struct {
    const char *id;
    MugaiDoctorLevel level;
    const char *more;   /* lines added to the good main.cf */
    const char *master; /* lines added to the good master.cf */
    const char *also;   /* other checks that may speak too */
} Row;

#define FINE    MUGAI_DOCTOR_FINE
#define WARN    MUGAI_DOCTOR_WARNING
#define PROBLEM MUGAI_DOCTOR_PROBLEM

static const Row rows[] = {
    { "postfix.syntax", FINE, "x = y\n", "", "" },
    { "postfix.syntax", PROBLEM, "no value here\n", "", "" },
    { "postfix.syntax", PROBLEM, "", "smtps inet n - n\n", "" },
    { "postfix.syntax", PROBLEM, "", SMTPD "not-a-setting\n", "" },
    { "postfix.smtpd-milters", PROBLEM, "smtpd_milters =\n", "",
      "postfix.non-smtpd-milters" /* made from it */ },
    { "postfix.smtpd-milters", PROBLEM, "", SMTPD "smtpd_milters=\n", "" },
    { "postfix.smtpd-milters", PROBLEM, "", SMTPD "{ smtpd_milters = }\n", "" },
    { "postfix.smtpd-milters", PROBLEM, "", "smtpd pass - - n - - smtpd -osmtpd_milters=\n", "" },
    { "postfix.smtpd-milters", FINE, "", "[::1]:2525 inet n - n - - smtpd -o smtpd_milters=\n",
      "postfix.release-clients" },
    { "postfix.non-smtpd-milters", PROBLEM, "non_smtpd_milters =\n", "", "" },
    { "postfix.non-smtpd-milters", PROBLEM, "",
      "clean2 unix n - n - 0 cleanup -o non_smtpd_milters=\n", "" },
    { "postfix.not-ours", PROBLEM, "smtpd_milters = inet:127.0.0.1:8891\n", "", "" },
    { "postfix.not-ours", PROBLEM, "mugai = unix:/run/mugai/other.sock\n", "", "" },
    { "postfix.not-ours", FINE, "mugai = unix:/var/run/mugai/milter.sock\n", "", "" },
    { "postfix.not-ours", FINE, "mugai = {unix:/run/mugai/milter.sock, connect_timeout=9s}\n", "",
      "" },
    { "postfix.not-ours", FINE, "queue_directory = /run\nmugai = unix:mugai/milter.sock\n", "",
      "" },
    { "postfix.chroot", PROBLEM, "", "2525 inet n - y - - smtpd\n", "" },
    { "postfix.chroot", PROBLEM, "compatibility_level = 0\n", "2525 inet n - - - - smtpd\n", "" },
    { "postfix.chroot", FINE, "", "2525 inet n - - - - smtpd\n", "" },
    { "postfix.chroot", PROBLEM, "", "clean2 unix n - y - 0 cleanup\n", "" },
    { "postfix.chroot", FINE, "queue_directory = /run\nmugai = unix:/mugai/milter.sock\n",
      "2525 inet n - y - - smtpd\n", "postfix.not-ours" },
    { "postfix.default-action", PROBLEM, "milter_default_action = accept\n", "", "" },
    { "postfix.default-action", PROBLEM, "milter_default_action = quarantine\n", "", "" },
    { "postfix.default-action", WARN, "milter_default_action = reject\n", "", "" },
    { "postfix.default-action", FINE, "milter_default_action = shutdown\n", "", "" },
    { "postfix.default-action", FINE,
      "milter_default_action = accept\nmilter_default_action = tempfail\n", "", "" },
    { "postfix.default-action", PROBLEM, "", SMTPD "milter_default_action=accept\n", "" },
    { "postfix.default-action", PROBLEM, "",
      "clean2 unix n - n - 0 cleanup -o milter_default_action=accept\n", "" },
    { "postfix.milter-action", PROBLEM,
      "mugai = { unix:/run/mugai/milter.sock, default_action=accept }\n", "", "" },
    { "postfix.milter-action", PROBLEM,
      "mugai = { unix:/run/mugai/milter.sock, default_action = accept }\n", "", "" },
    { "postfix.milter-action", FINE,
      "mugai = { unix:/run/mugai/milter.sock, default_action=tempfail }\n", "", "" },
    { "postfix.milter-action", FINE,
      "mugai = { inet:localhost:1, default_action=accept }, unix:/run/mugai/milter.sock\n", "",
      "" },
    { "postfix.content-timeout", PROBLEM, "milter_content_timeout = 239\n", "", "" },
    { "postfix.content-timeout", FINE, "milter_content_timeout = 240s\n", "", "" },
    { "postfix.content-timeout", WARN, "milter_content_timeout = 1h\n", "", "" },
    { "postfix.content-timeout", PROBLEM, "milter_content_timeout = soon\n", "", "" },
    { "postfix.content-timeout", PROBLEM,
      "mugai = { unix:/run/mugai/milter.sock, content_timeout=30s }\n", "", "" },
    { "postfix.milter-protocol", WARN, "milter_protocol = 2\n", "", "" },
    { "postfix.milter-protocol", FINE, "milter_protocol = 6\n", "", "" },
    { "postfix.milter-maps", PROBLEM, "smtpd_milter_maps = inline:{10.0.0.1=DISABLE}\n", "", "" },
    { "postfix.milter-maps", PROBLEM, "smtpd_milter_maps = cidr:/etc/postfix/off\n", "", "" },
    { "postfix.milter-maps", WARN, "smtpd_milter_maps = cidr:/etc/postfix/on\n", "", "" },
    { "postfix.milter-maps", FINE, "smtpd_milter_maps =\n", "", "" },
    { "postfix.milter-maps", PROBLEM, "", SMTPD "smtpd_milter_maps=static:disable\n", "" },
    { "postfix.no-milters", PROBLEM, "receive_override_options = no_milters\n", "", "" },
    { "postfix.no-milters", PROBLEM, "",
      SMTPD "receive_override_options=no_address_mappings,no_milters\n", "" },
    { "postfix.no-milters", PROBLEM, "",
      "0.0.0.0:10026 inet n - n - - smtpd -o receive_override_options=no_milters\n", "" },
    { "postfix.no-milters", PROBLEM, "",
      "pickup unix n - n 60 1 pickup -o receive_override_options=no_milters\n", "" },
    { "postfix.no-milters", FINE, "inet_interfaces = loopback-only\n",
      SMTPD "receive_override_options=no_milters\n", "postfix.release-clients" },
    { "postfix.no-milters", PROBLEM, "inet_interfaces = 127.0.0.1, 192.0.2.1\n",
      SMTPD "receive_override_options=no_milters\n", "" },
    { "postfix.no-milters", PROBLEM, "",
      "smtpd pass - - n - - smtpd -o receive_override_options=no_milters\n", "" },
    { "postfix.no-milters", FINE, "",
      "back unix - - n - - smtpd -o receive_override_options=no_milters\n", "" },
    { "postfix.no-milters", FINE, "receive_override_options = no_address_mappings\n", "", "" },
    { "postfix.release-clients", WARN, "",
      "localhost:10027 inet n - n - - smtpd -o receive_override_options=no_milters\n", "" },
    { "postfix.proxy-filter", PROBLEM, "smtpd_proxy_filter = 127.0.0.1:10024\n", "", "" },
    { "postfix.proxy-filter", PROBLEM, "", SMTPD "smtpd_proxy_filter=127.0.0.1:10024\n", "" },
    { "postfix.proxy-filter", FINE, "smtpd_proxy_filter =\n", "", "" },
    { "postfix.content-filter", WARN, "content_filter = smtp-amavis:[127.0.0.1]:10024\n", "", "" },
    { "postfix.content-filter", FINE, "content_filter =\n", "", "" },
    { "postfix.later-milter", WARN, "smtpd_milters = $mugai, inet:localhost:8891\n", "", "" },
    { "postfix.later-milter", FINE, "smtpd_milters = inet:localhost:8891 $mugai\n", "", "" },
    { "postfix.size-limit", PROBLEM, "message_size_limit = 10000000\n", "", "" },
    { "postfix.size-limit", FINE, "message_size_limit = 10000001\n", "", "" },
    { "postfix.size-limit", FINE, "message_size_limit = 0\n", "", "" },
    { "postfix.size-limit", PROBLEM, "", SMTPD "message_size_limit=5000000\n", "" },
    { "postfix.chunking", WARN, "smtpd_discard_ehlo_keywords =\n", "", "" },
    { "postfix.chunking", FINE, "smtpd_discard_ehlo_keywords = CHUNKING\n", "", "" },
    { "postfix.bare-newline", PROBLEM, "smtpd_forbid_bare_newline = no\n", "", "" },
    { "postfix.bare-newline", PROBLEM, "smtpd_forbid_bare_newline = note\n", "", "" },
    { "postfix.bare-newline", FINE, "smtpd_forbid_bare_newline = yes\n", "", "" },
    { "postfix.bare-newline-exclusions", PROBLEM,
      "smtpd_forbid_bare_newline_exclusions = 0.0.0.0/0\n", "", "" },
    { "postfix.bare-newline-exclusions", FINE,
      "smtpd_forbid_bare_newline_exclusions = $mynetworks\n", "", "" },
    { "postfix.stray-cr-lf", WARN, "cleanup_replace_stray_cr_lf = no\n", "", "" },
    { "postfix.stray-cr-lf", FINE, "cleanup_replace_stray_cr_lf = yes\n", "", "" },
    { "postfix.strip-nul", WARN, "message_strip_characters =\n", "", "" },
    { "postfix.strip-nul", FINE, "message_strip_characters = \\r\\0\n", "", "" },
    { "postfix.long-queue-ids", WARN, "enable_long_queue_ids = no\n", "", "" },
    { "postfix.long-queue-ids", FINE, "enable_long_queue_ids = Yes\n", "", "" },
    { "postfix.mynetworks", PROBLEM, "mynetworks = 127.0.0.0/8, 0.0.0.0/0\n", "", "" },
    { "postfix.mynetworks", PROBLEM, "mynetworks = [::]/0\n", "", "" },
    { "postfix.mynetworks", FINE, "mynetworks = [2001:db8::]/32 !0.0.0.0/0 /etc/postfix/nets\n", "",
      "" },
    { "postfix.qmqpd", WARN, "", "628 inet n - n - - qmqpd\n", "" },
    { "postfix.qmqpd", FINE, "", "#628 inet n - n - - qmqpd\n", "" },
    { "postfix.not-understood", WARN, "milter_default_action = ${{a} == {b} ? {x} : {y}}\n", "",
      "postfix.default-action" },
    { "postfix.not-understood", WARN, "smtpd_milters = $mugai $unknown\n", "", "" },
    { "postfix.not-understood", WARN, "a = $a $a\nsmtpd_milters = $mugai $a\n", "", "" },
    { "postfix.not-understood", FINE,
      "smtpd_milters = ${nothing?inet:no:1} ${mugai?{$mugai}:{inet:no:1}} ${mugai:inet:no:1}\n", "",
      "" },
};

static char *
table (const char *path)
{
    if (strcmp (path, "/etc/postfix/off") == 0)
        return g_strdup ("# DISABLED\n10.0.0.1 DISABLE\n");
    if (strcmp (path, "/etc/postfix/on") == 0)
        return g_strdup ("# DISABLE\n10.0.0.1 inet:localhost:1\n");
    return NULL;
}

static const MugaiDoctorSite site = { .milter_socket = "unix:/run/mugai/milter.sock",
                                      .output = 10000000,
                                      .read = table };

/* The worst level of a check; 0 when it said nothing. */
static unsigned
worst (const GPtrArray *list, const char *id)
{
    unsigned level = 0;

    for (guint i = 0; i < list->len; i++) {
        const MugaiDoctorFinding *finding = g_ptr_array_index (list, i);
        if (strcmp (finding->check->id, id) == 0)
            level = MAX (level, (unsigned)finding->level);
    }
    return level;
}

/* Every other check than @id and those of @also is silent or fine. */
static bool
others_fine (const GPtrArray *list, const char *id, const char *also)
{
    bool fine = true;

    for (guint i = 0; i < list->len; i++) {
        const MugaiDoctorFinding *finding = g_ptr_array_index (list, i);
        if (finding->level == MUGAI_DOCTOR_FINE || strcmp (finding->check->id, id) == 0 ||
            strcmp (finding->check->id, also) == 0)
            continue;
        printf ("# also: %s %s\n", finding->check->id, finding->evidence);
        fine = false;
    }
    return fine;
}

static GPtrArray *
postfix (const char *main_cf, const char *master_cf, const MugaiDoctorSite *with)
{
    GPtrArray *list = mugai_doctor_list_new();
    g_autoptr (MugaiPostfixConf) conf =
        mugai_postfix_conf_new ("main.cf", main_cf, strlen (main_cf));

    if (master_cf != NULL)
        mugai_postfix_conf_master (conf, "master.cf", master_cf, strlen (master_cf));
    mugai_doctor_postfix (list, conf, with);
    return list;
}

/* What was seen of each check: bits 1 << level. */
static GHashTable *seen;

static void
note (const char *id, unsigned level)
{
    g_hash_table_insert (
        seen, (gpointer)id,
        GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (seen, id)) | 1u << level));
}

static void
check_row (const GPtrArray *list, const Row *row)
{
    unsigned level = worst (list, row->id);

    note (row->id, level);
    CHECK_NAMED (level == row->level && others_fine (list, row->id, row->also),
                 "%s is %s with %s%s", row->id, mugai_doctor_level_name (row->level), row->more,
                 row->master);
}

static void
test_postfix (void)
{
    g_autoptr (GPtrArray) good = postfix (main_good, master_good, &site);

    CHECK (others_fine (good, "", ""));
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        g_autofree char *main_cf = g_strconcat (main_good, rows[i].more, NULL);
        g_autofree char *master_cf = g_strconcat (master_good, rows[i].master, NULL);
        g_autoptr (GPtrArray) list = postfix (main_cf, master_cf, &site);
        check_row (list, &rows[i]);
    }
    for (guint i = 0; i < good->len; i++)
        note (((MugaiDoctorFinding *)g_ptr_array_index (good, i))->check->id, FINE);
}

static void
test_postfix_more (void)
{
    g_autoptr (GPtrArray) alone = postfix (main_good, NULL, &site);
    CHECK (worst (alone, "postfix.master") == WARN && others_fine (alone, "postfix.master", ""));
    note ("postfix.master", WARN);

    g_autoptr (GPtrArray) empty = postfix ("", "smtp inet n - n - - smtpd\n", &site);
    CHECK (worst (empty, "postfix.smtpd-milters") == PROBLEM);
    CHECK (worst (empty, "postfix.non-smtpd-milters") == PROBLEM);
    CHECK (worst (empty, "postfix.not-ours") == 0);
    CHECK (worst (empty, "postfix.bare-newline") == WARN);
    CHECK (worst (empty, "postfix.default-action") == FINE);
    CHECK (worst (empty, "postfix.size-limit") == FINE);
    CHECK (worst (empty, "postfix.release") == WARN);
    note ("postfix.release", WARN);

    MugaiDoctorSite large = site;
    large.output = 10240000;
    g_autoptr (GPtrArray) limit = postfix ("", NULL, &large);
    CHECK (worst (limit, "postfix.size-limit") == PROBLEM);

    MugaiDoctorSite tcp = site;
    tcp.milter_socket = "inet:8893@127.0.0.1";
    g_autofree char *main_tcp = g_strconcat (main_good, "mugai = inet:localhost:8893\n", NULL);
    g_autofree char *chroot = g_strconcat (master_good, "2525 inet n - y - - smtpd\n", NULL);
    g_autoptr (GPtrArray) network = postfix (main_tcp, chroot, &tcp);
    CHECK (others_fine (network, "", ""));

    MugaiDoctorSite none = site;
    none.milter_socket = "";
    g_autoptr (GPtrArray) nothing = postfix (main_good, master_good, &none);
    CHECK (worst (nothing, "postfix.not-ours") == PROBLEM);
}

static void
test_places (void)
{
    g_autofree char *master_cf = g_strconcat (master_good, "\n" SMTPD "smtpd_milters=\n", NULL);
    g_autoptr (GPtrArray) list = postfix (main_good, master_cf, &site);
    bool found = false;

    for (guint i = 0; i < list->len; i++) {
        const MugaiDoctorFinding *f = g_ptr_array_index (list, i);
        found = found || (f->level == MUGAI_DOCTOR_PROBLEM && f->line == 10 &&
                          strcmp (f->file, "master.cf") == 0 &&
                          strcmp (f->evidence, "2525: -o smtpd_milters=") == 0);
    }
    CHECK (found);
    g_autoptr (MugaiPostfixConf) conf =
        mugai_postfix_conf_new ("main.cf", main_good, strlen (main_good));
    const MugaiPostfixSetting *setting = mugai_postfix_conf_get (conf, NULL, "non_smtpd_milters");
    CHECK (setting != NULL && setting->line == 6);
    g_autofree char *value = mugai_postfix_conf_expand (conf, NULL, setting->value, NULL);
    CHECK (strcmp (value, "unix:/run/mugai/milter.sock") == 0);
    CHECK (mugai_postfix_seconds ("2h") == 7200 && mugai_postfix_seconds ("-1") == -1 &&
           mugai_postfix_seconds ("5x") == -1 && mugai_postfix_seconds ("") == -1);
}

/* What we ship passes its own doctor. */
static void
test_samples (void)
{
    g_autofree char *folder =
        g_build_filename (g_getenv ("MUGAI_SOURCE"), "samples", "postfix", NULL);
    g_autofree char *main_file = g_build_filename (folder, "main.cf", NULL);
    g_autofree char *master_file = g_build_filename (folder, "master.cf", NULL);
    g_autofree char *main_cf = NULL, *master_cf = NULL;

    CHECK (g_file_get_contents (main_file, &main_cf, NULL, NULL) &&
           g_file_get_contents (master_file, &master_cf, NULL, NULL));
    g_autoptr (GPtrArray) list = postfix (main_cf != NULL ? main_cf : "", master_cf, &site);
    CHECK (others_fine (list, "", ""));
}

/* ---- Sendmail */

#define X      "Xmugai, S=local:/run/mugai/milter.sock, F=T, T=C:1m;S:30s;R:60s;E:5m\n"
#define USE    "O InputMailFilters=mugai\n"
#define DAEMON "O DaemonPortOptions=Name=MTA, Addr=0.0.0.0"

static const Row sendmail_rows[] = {
    { "sendmail.filter", FINE, X USE, "", "" },
    { "sendmail.filter", PROBLEM, X, "", "" },
    { "sendmail.filter", PROBLEM, "", "", "" },
    { "sendmail.filter", PROBLEM, X "#" USE, "", "" },
    { "sendmail.filter", PROBLEM, X USE "O InputMailFilters=\n", "", "" },
    { "sendmail.undefined", FINE, X "O InputMailFilters\n\t= mugai\n", "", "" },
    { "sendmail.undefined", PROBLEM, X "O InputMailFilters=mugai, gone\n", "",
      "sendmail.later-filter" },
    { "sendmail.not-ours", PROBLEM,
      "Xother, S=inet:1@localhost, F=T, T=R:60s\nO InputMailFilters=other\n", "", "" },
    { "sendmail.not-ours", FINE, "Xmugai, S=/run/mugai/milter.sock,F=T,\n T=R:60s\n" USE, "", "" },
    { "sendmail.flag", PROBLEM, "Xmugai, S=unix:/run/mugai/milter.sock, T=R:60s\n" USE, "", "" },
    { "sendmail.flag", WARN, "Xmugai, S=unix:/run/mugai/milter.sock, F=R, T=R:60s\n" USE, "", "" },
    { "sendmail.flag", FINE, "Xmugai, S=unix:/run/mugai/milter.sock, F=4, T=R:60s\n" USE, "", "" },
    { "sendmail.flag", PROBLEM, X "Xmugai, S=local:/run/mugai/milter.sock, T=R:60s\n" USE, "", "" },
    { "sendmail.timeout-end", PROBLEM,
      "Xmugai, S=unix:/run/mugai/milter.sock, F=T, T=R:60s;E:1m\n" USE, "", "" },
    { "sendmail.timeout-end", WARN,
      "Xmugai, S=unix:/run/mugai/milter.sock, F=T, T=R:60s;E:250s\n" USE, "", "" },
    { "sendmail.timeout-end", FINE, "Xmugai, S=unix:/run/mugai/milter.sock, F=T, T=R:60s\n" USE, "",
      "" },
    { "sendmail.timeout-read", WARN, "Xmugai, S=unix:/run/mugai/milter.sock, F=T\n" USE, "", "" },
    { "sendmail.timeout-read", FINE, "Xmugai, S=unix:/run/mugai/milter.sock, F=T, T=R:1m\n" USE, "",
      "" },
    { "sendmail.later-filter", WARN,
      X "Xsign, S=inet:1@localhost\nO InputMailFilters=mugai, sign\n", "", "" },
    { "sendmail.later-filter", FINE,
      X "Xsign, S=inet:1@localhost\nO InputMailFilters=sign, mugai\n", "", "" },
    { "sendmail.daemon-filters", PROBLEM,
      X "Xsign, S=inet:1@localhost\n" USE DAEMON ", InputMailFilters=sign\n", "", "" },
    { "sendmail.daemon-filters", FINE, X USE DAEMON ", I=mugai\n", "", "" },
    { "sendmail.daemon-filters", FINE,
      X "Xsign, S=inet:1@localhost\n" USE "O DaemonPortOptions=Addr=127.0.0.1, I=sign\n" DAEMON
        "\n",
      "", "" },
};

static void
test_sendmail (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (sendmail_rows); i++) {
        const Row *row = &sendmail_rows[i];
        g_autoptr (GPtrArray) list = mugai_doctor_list_new();
        g_autoptr (MugaiSendmailConf) conf =
            mugai_sendmail_conf_new ("sendmail.cf", row->more, strlen (row->more));
        mugai_doctor_sendmail (list, conf, &site, true);
        check_row (list, row);
    }
    g_autoptr (GPtrArray) list = mugai_doctor_list_new();
    g_autoptr (MugaiSendmailConf) conf =
        mugai_sendmail_conf_new ("sendmail.cf", X USE, strlen (X USE));
    mugai_doctor_sendmail (list, conf, &site, false);
    CHECK (worst (list, "sendmail.submit") == WARN && others_fine (list, "sendmail.submit", ""));
    CHECK (conf->input_line == 2);
    note ("sendmail.submit", WARN);
    note ("sendmail.submit", FINE); /* all rows above */
}

/* ---- host */

typedef void (*Spoil) (MugaiDoctorHost *host, MugaiConfig *config);

#define SPOIL(name, what)                                                                          \
    static void spoil_##name (MugaiDoctorHost *host, MugaiConfig *config)                          \
    {                                                                                              \
        (void)host;                                                                                \
        (void)config;                                                                              \
        what;                                                                                      \
    }
SPOIL (nothing, (void)0)
SPOIL (lockdown,
       host->lockdown = ((MugaiLockdownStatus){
           .done = MUGAI_LOCK_ALL & ~MUGAI_LOCK_LANDLOCK,
           .missing = MUGAI_LOCK_LANDLOCK,
           .text = "landlock: landlock_create_ruleset: no (ENOSYS); remedy: add it to lsm=" }))
SPOIL (seccomp, spoil_lockdown (host, config);
       memcpy (host->lockdown.text, "seccomp: x: no (E)", 19); config->partial = true)
SPOIL (died, host->lockdown.done = 3)
SPOIL (partly, spoil_lockdown (host, config); config->partial = true)
SPOIL (partial, config->partial = true)
SPOIL (kernel, host->kernel = (char *)"4.19.0-27")
SPOIL (old, host->kernel = (char *)"5.12.9")
SPOIL (enough, host->kernel = (char *)"5.13.0")
SPOIL (programs, host->programs_missing = (char *)"/x/mugai-verify")
SPOIL (filters, host->filters_error = (char *)"broken"; host->filters = 0)
SPOIL (no_filters, host->filters = 0)
SPOIL (lacking, host->lacking = (char *)"office-convert: LibreOffice is not there")
SPOIL (rules, host->rules_error = (char *)"rules.yaml:1:1: no")
SPOIL (user, host->user_there = false)
SPOIL (folder, host->writable = (char *)"/tmp/x")
SPOIL (sticky, host->writable = (char *)"/tmp"; host->sticky = true)
SPOIL (sticky_sendmail, host->writable = (char *)"/tmp"; host->sticky = host->sendmail = true)
SPOIL (open_socket, config->milter_socket = (char *)"inet:8893@0.0.0.0")
SPOIL (loopback, config->milter_socket = (char *)"inet:8893@127.0.0.1")
SPOIL (absent, host->keep_errno = ENOENT)
SPOIL (hidden, host->keep_errno = EACCES)
SPOIL (mode, host->keep_mode = 0750)
SPOIL (foreign, host->keep_foreign = true)
SPOIL (in_memory, host->keep_volatile = true)
SPOIL (full, host->keep_free = 100 << 20)
SPOIL (nearly, host->keep_free = 900 << 20)
SPOIL (expanded, host->limits.expanded = host->limits.item - 1)
SPOIL (memory, host->limits.memory = 100 << 20)
SPOIL (times, host->limits.time = 1000000)
SPOIL (output, host->limits.output = host->limits.expanded + 1)
SPOIL (past, host->now_us = 0)
SPOIL (future, host->now_us = 5000000000 * 1000000)
SPOIL (drift, host->unsynchronized = true)

static const struct {
    const char *id;
    MugaiDoctorLevel level;
    Spoil spoil;
    const char *also;
} host_rows[] = {
    { "host.sandbox", FINE, spoil_nothing, "" },
    { "host.sandbox", PROBLEM, spoil_lockdown, "" },
    { "host.sandbox", PROBLEM, spoil_seccomp, "" },
    { "host.sandbox", PROBLEM, spoil_died, "" },
    { "host.sandbox", WARN, spoil_partly, "" },
    { "host.partial", WARN, spoil_partial, "" },
    { "host.partial", FINE, spoil_nothing, "" },
    { "host.kernel", PROBLEM, spoil_kernel, "" },
    { "host.kernel", PROBLEM, spoil_old, "" },
    { "host.kernel", FINE, spoil_enough, "" },
    { "host.programs", PROBLEM, spoil_programs, "" },
    { "host.programs", FINE, spoil_nothing, "" },
    { "host.filters", PROBLEM, spoil_filters, "" },
    { "host.filters", PROBLEM, spoil_no_filters, "" },
    { "host.filters", FINE, spoil_nothing, "" },
    { "host.filter-lacks", WARN, spoil_lacking, "" },
    { "host.filter-lacks", FINE, spoil_nothing, "" },
    { "host.rules", PROBLEM, spoil_rules, "" },
    { "host.rules", FINE, spoil_nothing, "" },
    { "host.user", PROBLEM, spoil_user, "" },
    { "host.user", FINE, spoil_nothing, "" },
    { "host.socket-folder", PROBLEM, spoil_folder, "" },
    { "host.socket-folder", WARN, spoil_sticky, "" },
    { "host.socket-folder", PROBLEM, spoil_sticky_sendmail, "" },
    { "host.socket-folder", FINE, spoil_nothing, "" },
    { "host.socket-open", WARN, spoil_open_socket, "" },
    { "host.socket-open", FINE, spoil_loopback, "" },
    { "host.keep-folder", WARN, spoil_absent, "" },
    { "host.keep-folder", WARN, spoil_hidden, "" },
    { "host.keep-folder", PROBLEM, spoil_mode, "" },
    { "host.keep-folder", PROBLEM, spoil_foreign, "" },
    { "host.keep-folder", PROBLEM, spoil_in_memory, "" },
    { "host.keep-folder", FINE, spoil_nothing, "" },
    { "host.keep-space", PROBLEM, spoil_full, "" },
    { "host.keep-space", WARN, spoil_nearly, "" },
    { "host.keep-space", FINE, spoil_nothing, "" },
    { "host.limits", WARN, spoil_expanded, "" },
    { "host.limits", WARN, spoil_memory, "" },
    { "host.limits", WARN, spoil_times, "" },
    { "host.limits", WARN, spoil_output, "" },
    { "host.limits", FINE, spoil_nothing, "" },
    { "host.clock", PROBLEM, spoil_past, "" },
    { "host.clock", PROBLEM, spoil_future, "" },
    { "host.clock", WARN, spoil_drift, "" },
    { "host.clock", FINE, spoil_nothing, "" },
};

static void
test_host (void)
{
    for (size_t i = 0; i < G_N_ELEMENTS (host_rows); i++) {
        MugaiConfig config = { .file = (char *)"mugai.yaml",
                               .keep = (char *)"/var/lib/mugai/keep",
                               .milter_socket = (char *)"unix:/run/mugai/milter.sock",
                               .user = (char *)"mugai" };
        MugaiDoctorHost host = { .config = &config,
                                 .lockdown = { .done = MUGAI_LOCK_ALL, .landlock_abi = 2 },
                                 .kernel = (char *)"6.1.0-30-amd64",
                                 .programs_missing = (char *)"",
                                 .filters = 9,
                                 .limits = mugai_limits_default(),
                                 .user_there = true,
                                 .writable = (char *)"",
                                 .keep_mode = 0700,
                                 .keep_free = (uint64_t)50 << 30,
                                 .keep_size = (uint64_t)100 << 30,
                                 .now_us = (int64_t)1800000000 * 1000000 };
        g_autoptr (GPtrArray) list = mugai_doctor_list_new();
        host_rows[i].spoil (&host, &config);
        mugai_doctor_host (list, &host);
        unsigned level = worst (list, host_rows[i].id);
        note (host_rows[i].id, level);
        CHECK_NAMED (
            level == host_rows[i].level && others_fine (list, host_rows[i].id, host_rows[i].also),
            "row %zu: %s is %s", i, host_rows[i].id, mugai_doctor_level_name (host_rows[i].level));
    }
}

static void
test_endpoint (void)
{
    static const struct {
        const char *postfix, *ours;
        bool reaches;
    } pairs[] = { { "inet:127.0.0.1:1", "inet:1@127.0.0.1", true },
                  { "inet:localhost:1", "inet:1@127.0.0.1", true },
                  { "inet:[::1]:1", "inet6:1@[::1]", true },
                  { "inet:192.0.2.1:1", "inet:1@0.0.0.0", true },
                  { "inet:192.0.2.1:1", "inet:1@127.0.0.1", false },
                  { "inet:127.0.0.1:2", "inet:1@127.0.0.1", false },
                  { "unix:/a", "unix:/a", true },
                  { "unix:/a", "local:/b", false },
                  { "unix:/a", "inet:1@localhost", false } };

    for (size_t i = 0; i < G_N_ELEMENTS (pairs); i++) {
        g_autoptr (MugaiEndpoint) there =
            mugai_endpoint_parse (pairs[i].postfix, MUGAI_ENDPOINT_POSTFIX);
        g_autoptr (MugaiEndpoint) here =
            mugai_endpoint_parse (pairs[i].ours, MUGAI_ENDPOINT_MILTER);
        CHECK_NAMED (there != NULL && here != NULL &&
                         mugai_endpoint_reaches (there, here) == pairs[i].reaches,
                     "%s and %s", pairs[i].postfix, pairs[i].ours);
    }
    CHECK (mugai_endpoint_parse ("", MUGAI_ENDPOINT_MILTER) == NULL);
    CHECK (mugai_endpoint_parse ("inet:1", MUGAI_ENDPOINT_POSTFIX) == NULL);
    CHECK (mugai_endpoint_parse ("unix:", MUGAI_ENDPOINT_POSTFIX) == NULL);
    CHECK (!mugai_endpoint_loopback ("127.example.jp") && !mugai_endpoint_loopback (""));
}

/* Every check has texts, was seen to fire, and was seen to be fine. */
static void
test_all_checks (void)
{
    size_t count;
    const MugaiDoctorCheck *checks = mugai_doctor_checks (&count);

    for (size_t i = 0; i < count; i++) {
        const MugaiDoctorText *texts[] = { &checks[i].fine, &checks[i].what, &checks[i].why,
                                           &checks[i].remedy };
        unsigned bits = GPOINTER_TO_UINT (g_hash_table_lookup (seen, checks[i].id));
        bool whole = true;
        for (size_t j = 0; j < G_N_ELEMENTS (texts); j++)
            whole = whole && *texts[j]->en != '\0' && g_str_is_ascii (texts[j]->en) &&
                    !g_str_is_ascii (texts[j]->ja);
        CHECK_NAMED (whole, "%s has all texts", checks[i].id);
        if (strcmp (checks[i].id, "host.mta") != 0) /* of doctor.c */
            CHECK_NAMED ((bits & 1u << FINE) != 0 && (bits & (1u << WARN | 1u << PROBLEM)) != 0,
                         "%s fires and is fine", checks[i].id);
    }
}

int
main (void)
{
    seen = g_hash_table_new (g_str_hash, g_str_equal);
    test_endpoint();
    test_postfix();
    test_postfix_more();
    test_places();
    test_samples();
    test_sendmail();
    test_host();
    test_all_checks();
    g_hash_table_unref (seen);
    return tap_done();
}
