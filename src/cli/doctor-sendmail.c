/* SPDX-License-Identifier: Apache-2.0
 *
 * What it cannot see: rules and mailers that deliver elsewhere, SMTP past this host. No option of
 * Sendmail's daemon but InputMailFilters switches filters off.
 */
#include "cli/doctor-sendmail.h"

#include "cli/doctor-endpoint.h"
#include "cli/doctor-finding.h"

#include <string.h>

enum {
    ANSWER_S = 240, /* Mugai's last moment to answer */
    END_S = 300,    /* what we ship */
    READ_S = 30,    /* between two progress messages there may be this much on a busy host */
};

typedef struct {
    GPtrArray *list;
    const MugaiSendmailConf *conf;
    const MugaiDoctorSite *site;
    const MugaiEndpoint *ours; /* NULL: not known */
} Look;

static bool
is_ours (const Look *look, const MugaiSendmailFilter *filter)
{
    g_autoptr (MugaiEndpoint) there = mugai_endpoint_parse (filter->socket, MUGAI_ENDPOINT_MILTER);

    return there != NULL && look->ours != NULL && mugai_endpoint_reaches (there, look->ours);
}

static void
found (const Look *look, MugaiDoctorLevel level, const char *id, const MugaiSendmailFilter *filter,
       const char *evidence)
{
    mugai_doctor_add (look->list, level, id, look->conf->file, filter->line, "%s: %s", filter->name,
                      evidence);
}

/* Flags and times of one filter. */
static void
judge_filter (const Look *look, const MugaiSendmailFilter *filter)
{
    g_autofree char *flags = g_strdup_printf ("F=%s", filter->flags);
    g_autofree char *end = g_strdup_printf ("E:%" G_GINT64_FORMAT "s", filter->end);
    g_autofree char *read = g_strdup_printf ("R:%" G_GINT64_FORMAT "s", filter->read);

    if (strpbrk (filter->flags, "T4") == NULL)
        found (look,
               strchr (filter->flags, 'R') != NULL ? MUGAI_DOCTOR_WARNING : MUGAI_DOCTOR_PROBLEM,
               "sendmail.flag", filter, flags);
    if (filter->end < END_S)
        found (look, filter->end < ANSWER_S ? MUGAI_DOCTOR_PROBLEM : MUGAI_DOCTOR_WARNING,
               "sendmail.timeout-end", filter, end);
    if (filter->read < READ_S)
        found (look, MUGAI_DOCTOR_WARNING, "sendmail.timeout-read", filter, read);
}

/* One list of names in use. Returns: does it hold Mugai? */
static bool
judge_list (const Look *look, char **names, unsigned line)
{
    const MugaiSendmailFilter *ours = NULL;

    for (size_t i = 0; names[i] != NULL; i++) {
        const MugaiSendmailFilter *filter = mugai_sendmail_conf_filter (look->conf, names[i]);
        if (filter == NULL) {
            mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "sendmail.undefined",
                              look->conf->file, line, "%s", names[i]);
        } else if (ours == NULL && is_ours (look, filter)) {
            ours = filter;
            judge_filter (look, filter);
            if (names[i + 1] != NULL)
                mugai_doctor_add (look->list, MUGAI_DOCTOR_WARNING, "sendmail.later-filter",
                                  look->conf->file, line, "%s", names[i + 1]);
        }
    }
    return ours != NULL;
}

/* The list of all daemons that have none of their own. */
static void
check_general (const Look *look)
{
    const MugaiSendmailConf *conf = look->conf;

    if (conf->input[0] == NULL) {
        mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "sendmail.filter", conf->file,
                          conf->input_line, "%s",
                          conf->filters->len > 0 ? "O InputMailFilters is not set"
                                                 : "no X line, O InputMailFilters is not set");
        return;
    }
    if (judge_list (look, conf->input, conf->input_line))
        return;
    g_autofree char *used = g_strjoinv (", ", conf->input);
    mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "sendmail.not-ours", conf->file,
                      conf->input_line, "InputMailFilters=%s; mugai.yaml: %s", used,
                      look->site->milter_socket);
    for (size_t i = 0; conf->input[i] != NULL; i++) {
        const MugaiSendmailFilter *filter = mugai_sendmail_conf_filter (conf, conf->input[i]);
        if (filter != NULL)
            judge_filter (look, filter);
    }
}

static bool
loopback (const char *address)
{
    g_autofree char *bare = g_ascii_strdown (address[0] == '[' ? address + 1 : address, -1);

    bare[strcspn (bare, "]")] = '\0';
    return mugai_endpoint_loopback (g_str_has_prefix (bare, "ipv6:") ? bare + 5 : bare);
}

/* Returns: is there one that uses the general list? */
static bool
check_daemons (const Look *look)
{
    bool general = look->conf->daemons->len == 0;

    for (guint i = 0; i < look->conf->daemons->len; i++) {
        const MugaiSendmailDaemon *daemon = g_ptr_array_index (look->conf->daemons, i);
        general = general || daemon->filters == NULL;
        if (daemon->filters == NULL || loopback (daemon->address))
            continue;
        g_autofree char *own = g_strjoinv (";", daemon->filters);
        if (!judge_list (look, daemon->filters, daemon->line))
            mugai_doctor_add (look->list, MUGAI_DOCTOR_PROBLEM, "sendmail.daemon-filters",
                              look->conf->file, daemon->line, "Name=%s, InputMailFilters=%s",
                              daemon->name, own);
    }
    return general;
}

void
mugai_doctor_sendmail (GPtrArray *list, const MugaiSendmailConf *conf, const MugaiDoctorSite *site,
                       bool submit)
{
    static const char *const all[] = { "sendmail.filter",       "sendmail.undefined",
                                       "sendmail.not-ours",     "sendmail.flag",
                                       "sendmail.timeout-end",  "sendmail.timeout-read",
                                       "sendmail.later-filter", "sendmail.daemon-filters" };
    g_autoptr (MugaiEndpoint) ours =
        mugai_endpoint_parse (site->milter_socket, MUGAI_ENDPOINT_MILTER);
    const Look look = { .list = list, .conf = conf, .site = site, .ours = ours };

    if (check_daemons (&look))
        check_general (&look);
    if (!submit)
        mugai_doctor_add (list, MUGAI_DOCTOR_WARNING, "sendmail.submit", conf->file, 0, NULL);
    bool used = conf->input[0] != NULL;
    for (size_t i = 0; i < G_N_ELEMENTS (all) && used; i++)
        mugai_doctor_fine (list, all[i], conf->file, conf->input_line, NULL);
    mugai_doctor_fine (list, "sendmail.submit", conf->file, 0, NULL);
}
