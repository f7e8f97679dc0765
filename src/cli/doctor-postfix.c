/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a check looks at the value of main.cf and at each service of master.cf that says
 * otherwise. What Postfix takes when nothing is said stands beside each check (Postfix 3.7).
 *
 * What it cannot see: postsuper -r, bounces that Postfix makes itself, SMTP past this host, tables
 * in databases, access(5) tables with FILTER.
 */
#include "cli/doctor-postfix.h"

#include "cli/doctor-finding.h"
#include "cli/postfix-judge.h"
#include "cli/postfix-look.h"

#include <string.h>

#define QUEUE_DIRECTORY "/var/spool/postfix"

/* ---- milters */

/* Where a service finds this milter. */
static MugaiEndpoint *
endpoint_from (const MugaiPostfixLook *look, const char *text, bool chroot)
{
    g_autoptr (MugaiEndpoint) endpoint = mugai_endpoint_parse (text, MUGAI_ENDPOINT_POSTFIX);

    if (endpoint == NULL || endpoint->path == NULL)
        return g_steal_pointer (&endpoint);
    g_autofree char *path = chroot ? g_build_filename (look->queue, endpoint->path, NULL)
                                   : g_canonicalize_filename (endpoint->path, look->queue);
    g_free (endpoint->path);
    endpoint->path = g_canonicalize_filename (path, "/");
    return g_steal_pointer (&endpoint);
}

static bool
is_ours (const MugaiPostfixLook *look, const char *text, bool chroot)
{
    g_autoptr (MugaiEndpoint) there = endpoint_from (look, text, chroot);

    return there != NULL && look->ours != NULL && mugai_endpoint_reaches (there, look->ours);
}

static bool
in_chroot (const MugaiPostfixLook *look, const MugaiPostfixService *service)
{
    const MugaiPostfixSetting *level =
        mugai_postfix_conf_get (look->conf, NULL, "compatibility_level");

    if (service == NULL || service->chroot == 'n')
        return false;
    return service->chroot == 'y' || level == NULL || g_ascii_strtoull (level->value, NULL, 10) < 1;
}

/* Options of one milter, within its braces. */
static void
judge_milter (const MugaiPostfixLook *look, const MugaiPostfixValue *value,
              const MugaiPostfixMilter *milter)
{
    if (milter->default_action != NULL)
        mugai_postfix_judge_action (look, "postfix.milter-action", value, milter->default_action);
    if (milter->content_timeout != NULL)
        mugai_postfix_judge_timeout (look, "postfix.content-timeout", value,
                                     milter->content_timeout);
}

/* A list that is not empty. Returns: is Mugai in it? */
static bool
judge_list (const MugaiPostfixLook *look, const MugaiPostfixService *service,
            const MugaiPostfixValue *value)
{
    g_autoptr (GPtrArray) milters = mugai_postfix_milters (value->text);
    bool chroot = in_chroot (look, service), outside = false;
    guint ours = milters->len;

    for (guint i = 0; i < milters->len; i++) {
        const MugaiPostfixMilter *milter = g_ptr_array_index (milters, i);
        if (ours == milters->len && is_ours (look, milter->endpoint, chroot))
            ours = i;
        outside = outside || is_ours (look, milter->endpoint, false);
    }
    if (ours == milters->len && outside)
        mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "postfix.chroot",
                          look->conf->master_file, service->line, "%s %s, chroot %c, %s = %s",
                          service->name, service->type, service->chroot, value->name, value->text);
    else if (ours == milters->len)
        mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "postfix.not-ours", value->file,
                          value->line, "%s = %s; mugai.yaml: %s", value->name, value->text,
                          look->site->milter_socket);
    else if (ours + 1 < milters->len)
        mugai_postfix_look_found (look, MUGAI_DOCTOR_WARNING, "postfix.later-milter", value);
    for (guint i = 0; i < milters->len; i++)
        if (i == ours || ours == milters->len)
            judge_milter (look, value, g_ptr_array_index (milters, i));
    return ours < milters->len;
}

/* The milters of one service, or of main.cf when @service is NULL. Returns: is Mugai there? */
static bool
look_at_list (const MugaiPostfixLook *look, const char *id, const char *name,
              const MugaiPostfixService *service)
{
    g_auto (MugaiPostfixValue) value = mugai_postfix_look_value (look, service, name, "");

    if (*value.text != '\0')
        return judge_list (look, service, &value);
    mugai_postfix_look_found (look, MUGAI_DOCTOR_PROBLEM, id, &value);
    return false;
}

/* @command: of the services that use this list of milters. Returns: is Mugai in one? */
static bool
check_lists (const MugaiPostfixLook *look, const char *id, const char *name, const char *command)
{
    bool any = false, ours = false;

    for (guint i = 0; i < look->conf->services->len; i++) {
        const MugaiPostfixService *service = g_ptr_array_index (look->conf->services, i);
        if (!mugai_postfix_look_runs (service, command) ||
            mugai_postfix_look_release (look, service))
            continue;
        any = true;
        ours = look_at_list (look, id, name, service) || ours;
    }
    if (!any)
        ours = look_at_list (look, id, name, NULL);
    g_auto (MugaiPostfixValue) value = mugai_postfix_look_value (look, NULL, name, "");
    mugai_doctor_fine (look->list, id, value.file, value.line, value.text);
    return ours;
}

static void
check_milters (const MugaiPostfixLook *look)
{
    bool smtpd = check_lists (look, "postfix.smtpd-milters", "smtpd_milters", "smtpd");
    bool local = check_lists (look, "postfix.non-smtpd-milters", "non_smtpd_milters", "cleanup");

    if (!smtpd && !local)
        return;
    mugai_doctor_fine (look->list, "postfix.not-ours", NULL, 0, look->site->milter_socket);
    mugai_doctor_fine (look->list, "postfix.later-milter", NULL, 0, NULL);
    mugai_doctor_fine (look->list, "postfix.milter-action", NULL, 0, NULL);
    if (look->conf->master_file != NULL)
        mugai_doctor_fine (look->list, "postfix.chroot", NULL, 0, NULL);
}

/* ---- entrances */

static void
check_release (const MugaiPostfixLook *look)
{
    const MugaiPostfixService *release = NULL;

    for (guint i = 0; i < look->conf->services->len; i++) {
        const MugaiPostfixService *service = g_ptr_array_index (look->conf->services, i);
        if (!mugai_postfix_look_release (look, service))
            continue;
        release = service;
        g_auto (MugaiPostfixValue) clients =
            mugai_postfix_look_value (look, service, "smtpd_client_restrictions", "");
        g_auto (MugaiPostfixValue) networks =
            mugai_postfix_look_value (look, service, "mynetworks", "");
        if (!mugai_postfix_look_word (clients.text, "reject") ||
            !mugai_postfix_look_loopback (networks.text))
            mugai_doctor_add (look->list, MUGAI_DOCTOR_WARNING, "postfix.release-clients",
                              look->conf->master_file, service->line, "%s", service->name);
    }
    if (release == NULL) {
        mugai_doctor_add (look->list, MUGAI_DOCTOR_WARNING, "postfix.release",
                          look->conf->master_file, 0, NULL);
        return;
    }
    mugai_doctor_fine (look->list, "postfix.release", look->conf->master_file, release->line,
                       release->name);
    mugai_doctor_fine (look->list, "postfix.release-clients", look->conf->master_file,
                       release->line, release->name);
}

static void
check_qmqpd (const MugaiPostfixLook *look)
{
    for (guint i = 0; i < look->conf->services->len; i++) {
        const MugaiPostfixService *service = g_ptr_array_index (look->conf->services, i);
        if (mugai_postfix_look_runs (service, "qmqpd"))
            mugai_doctor_add (look->list, MUGAI_DOCTOR_WARNING, "postfix.qmqpd",
                              look->conf->master_file, service->line, "%s", service->name);
    }
    mugai_doctor_fine (look->list, "postfix.qmqpd", look->conf->master_file, 0, NULL);
}

static void
check_syntax (const MugaiPostfixLook *look)
{
    const MugaiPostfixConf *conf = look->conf;

    for (guint i = 0; i < conf->main_bad->len; i++)
        mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "postfix.syntax", conf->main_file,
                          g_array_index (conf->main_bad, unsigned, i), NULL);
    for (guint i = 0; i < conf->master_bad->len; i++)
        mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "postfix.syntax", conf->master_file,
                          g_array_index (conf->master_bad, unsigned, i), NULL);
    mugai_doctor_fine (look->list, "postfix.syntax", conf->main_file, 0, NULL);
    if (conf->master_file == NULL)
        mugai_doctor_add (look->list, MUGAI_DOCTOR_WARNING, "postfix.master", NULL, 0, NULL);
    else
        mugai_doctor_fine (look->list, "postfix.master", conf->master_file, 0, NULL);
}

void
mugai_doctor_postfix (GPtrArray *list, const MugaiPostfixConf *conf, const MugaiDoctorSite *site)
{
    MugaiPostfixLook look = { .list = list, .conf = conf, .site = site };
    g_autoptr (MugaiEndpoint) ours =
        mugai_endpoint_parse (site->milter_socket, MUGAI_ENDPOINT_MILTER);
    g_auto (MugaiPostfixValue) queue =
        mugai_postfix_look_value (&look, NULL, "queue_directory", QUEUE_DIRECTORY);
    g_auto (MugaiPostfixValue) interfaces =
        mugai_postfix_look_value (&look, NULL, "inet_interfaces", "all");

    look.ours = ours;
    look.queue = g_path_is_absolute (queue.text) ? queue.text : QUEUE_DIRECTORY;
    look.loopback_only = mugai_postfix_look_word (interfaces.text, "loopback-only") ||
                         mugai_postfix_look_loopback (interfaces.text);
    check_syntax (&look);
    check_milters (&look);
    mugai_postfix_judge_settings (&look);
    if (conf->master_file != NULL) {
        check_release (&look);
        check_qmqpd (&look);
    }
    mugai_doctor_fine (list, "postfix.not-understood", conf->main_file, 0, NULL);
}
