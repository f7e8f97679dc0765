/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers, and when (MILTER.md of the design): nothing is accepted before the end of the message;
 * header and body callbacks are negotiated without reply where the MTA offers that, so a failure
 * there is remembered and answered at the end. After the first edit request every failure ends in
 * SMFIS_TEMPFAIL. SMFIS_ACCEPT and SMFIS_DISCARD never occur.
 *
 * The MTA's own Received field and what it adds behind us are not seen here.
 */
#include "milter/session.h"

#include "base/escape.h"
#include "core/error.h"
#include "milter/apply.h"
#include "milter/job.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ALL_ACTIONS = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY };

#define NO_REPLY                                                                                   \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |               \
     SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

typedef struct Mail {
    MugaiEnvelope *envelope;
    MugaiOriginal *original;
    bool too_many; /* recipients, or an address too long for the envelope */
    MugaiJob job;
    MugaiJobEnd outcome;
    uint8_t digest[MUGAI_SHA256_SIZE]; /* of the output */
} Mail;

typedef struct Session {
    bool unfit;          /* the MTA does not offer what edits need */
    unsigned long quiet; /* SMFIP_NR_ bits in force */
    bool space;          /* no SMFIP_HDR_LEADSPC */
    char *client_name, *client_address, *helo;
    Mail *mail; /* NULL between mails */
    Mail *held; /* answered, but not yet recorded as held */
} Session;

static MugaiMilter *shared; /* see mugai_session_filter() */

static void
mail_free (Mail *mail)
{
    if (mail == NULL)
        return;
    mugai_envelope_free (mail->envelope);
    mugai_original_free (mail->original);
    mugai_job_end_clear (&mail->outcome);
    g_free (mail);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Mail, mail_free)

static bool record (const Mail *mail, MugaiKeepState state, const char *reason, GError **error);

static sfsistat
go_on (const Session *session, unsigned long bit)
{
    return (session->quiet & bit) != 0 ? SMFIS_NOREPLY : SMFIS_CONTINUE;
}

static char *
escaped (const char *text, char *room, size_t size)
{
    return text == NULL ? strcpy (room, "-") : mugai_escape (room, size, text, strlen (text));
}

/* The MTA has our answer, or the connection is gone. Only now is a mail recorded as held: were it
 * earlier, a crash in between would leave it held and its sender with a 4xx, and the next attempt
 * would make it held or delivered a second time. A mail that stays `holding` for want of this
 * record is listed with the held ones. */
static void
settle (Session *session)
{
    g_autoptr (Mail) held = g_steal_pointer (&session->held);
    g_autoptr (GError) error = NULL;

    if (held != NULL && !record (held, MUGAI_KEEP_HELD, held->outcome.outcome.reason, &error))
        fprintf (stderr, "mugai-milter: %s stays in the state holding: %s\n", held->envelope->id,
                 error->message);
}

/* ---- the connection ---- */

static sfsistat
on_negotiate (SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long f2,
              unsigned long f3, unsigned long *ret_actions, unsigned long *ret_steps,
              unsigned long *ret_f2, unsigned long *ret_f3)
{
    Session *session = g_new0 (Session, 1);

    (void)f2;
    (void)f3;
    session->unfit = (actions & ALL_ACTIONS) != ALL_ACTIONS;
    session->quiet = session->unfit ? 0 : steps & NO_REPLY;
    session->space = (steps & SMFIP_HDR_LEADSPC) == 0;
    *ret_actions = actions & ALL_ACTIONS;
    *ret_steps = session->quiet | (steps & (SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN));
    *ret_f2 = *ret_f3 = 0;
    if (session->unfit)
        fprintf (stderr,
                 "mugai-milter: the MTA offers the actions 0x%lx, but 0x%x are needed; every mail "
                 "is answered 451\n",
                 actions, (unsigned)ALL_ACTIONS);
    smfi_setpriv (ctx, session);
    return SMFIS_CONTINUE;
}

/* NULL only when the MTA did not negotiate, which libmilter answers itself. */
static Session *
session_of (SMFICTX *ctx)
{
    return smfi_getpriv (ctx);
}

static char *
address_text (const _SOCK_ADDR *address)
{
    char text[INET6_ADDRSTRLEN] = "";

    if (address == NULL)
        return NULL;
    if (address->sa_family == AF_INET)
        inet_ntop (AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr, text,
                   sizeof text);
    else if (address->sa_family == AF_INET6)
        inet_ntop (AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text,
                   sizeof text);
    return *text == '\0' ? NULL : g_strdup (text);
}

static void
replace (char **text, const char *with)
{
    g_free (*text);
    *text = with == NULL ? NULL : g_strndup (with, MUGAI_ENVELOPE_TEXT);
}

static sfsistat
on_connect (SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit)
        return SMFIS_TEMPFAIL;
    replace (&session->client_name, name);
    g_free (session->client_address);
    session->client_address = address_text (address);
    return go_on (session, SMFIP_NR_CONN);
}

static sfsistat
on_helo (SMFICTX *ctx, char *name)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit)
        return SMFIS_TEMPFAIL;
    replace (&session->helo, name);
    return go_on (session, SMFIP_NR_HELO);
}

static sfsistat
on_close (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session == NULL)
        return SMFIS_CONTINUE;
    settle (session);
    mail_free (session->mail);
    g_free (session->client_name);
    g_free (session->client_address);
    g_free (session->helo);
    g_free (session);
    smfi_setpriv (ctx, NULL);
    return SMFIS_CONTINUE;
}

/* ---- the envelope ---- */

/* "<local@domain>" without its brackets. */
static char *
addr_spec (const char *argument)
{
    size_t size = strlen (argument);

    if (size >= 2 && argument[0] == '<' && argument[size - 1] == '>')
        return g_strndup (argument + 1, size - 2);
    return g_strdup (argument);
}

static void
macro_text (SMFICTX *ctx, const char *name, char **ret)
{
    const char *value = smfi_getsymval (ctx, (char *)name);

    if (value != NULL && *value != '\0')
        replace (ret, value);
}

/* Macros are said again for each mail: XCLIENT or AUTH may have changed them since connect. */
static void
take_macros (SMFICTX *ctx, MugaiEnvelope *envelope)
{
    macro_text (ctx, "j", &envelope->host);
    macro_text (ctx, "i", &envelope->queue_id);
    macro_text (ctx, "{client_addr}", &envelope->client_address);
    macro_text (ctx, "{client_name}", &envelope->client_name);
    macro_text (ctx, "{auth_authen}", &envelope->login);
}

static bool
address_fits (const char *address)
{
    return strlen (address) < MUGAI_ENVELOPE_TEXT;
}

static sfsistat
on_mail (SMFICTX *ctx, char **argv)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit)
        return SMFIS_TEMPFAIL;
    settle (session);
    mail_free (session->mail);
    Mail *mail = session->mail = g_new0 (Mail, 1);
    mail->envelope = mugai_envelope_new();
    mail->original = mugai_original_new (&shared->budget);
    mail->outcome = (MugaiJobEnd)MUGAI_JOB_END_INIT;
    mugai_id_random (mail->envelope->id);
    mail->envelope->date_us = g_get_real_time();
    mail->envelope->sender = addr_spec (argv[0]);
    mail->too_many = !address_fits (mail->envelope->sender);
    replace (&mail->envelope->client_name, session->client_name);
    replace (&mail->envelope->client_address, session->client_address);
    replace (&mail->envelope->helo, session->helo);
    take_macros (ctx, mail->envelope);
    return go_on (session, SMFIP_NR_MAIL);
}

static sfsistat
on_rcpt (SMFICTX *ctx, char **argv)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    Mail *mail = session->mail;
    g_autofree char *address = addr_spec (argv[0]);
    if (mail->envelope->recipients->len == MUGAI_ENVELOPE_RECIPIENTS || !address_fits (address))
        mail->too_many = true;
    else
        g_ptr_array_add (mail->envelope->recipients, g_steal_pointer (&address));
    return go_on (session, SMFIP_NR_RCPT);
}

static sfsistat
on_data (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    return session == NULL || session->mail == NULL ? SMFIS_TEMPFAIL
                                                    : go_on (session, SMFIP_NR_DATA);
}

/* ---- the content ---- */

static sfsistat
on_header (SMFICTX *ctx, char *name, char *value)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    mugai_original_header (session->mail->original, name, value, session->space);
    return go_on (session, SMFIP_NR_HDR);
}

static sfsistat
on_eoh (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    mugai_original_end_of_header (session->mail->original);
    return go_on (session, SMFIP_NR_EOH);
}

static sfsistat
on_body (SMFICTX *ctx, unsigned char *data, size_t size)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    mugai_original_body (session->mail->original, data, size);
    return go_on (session, SMFIP_NR_BODY);
}

static sfsistat
on_abort (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session != NULL)
        mail_free (g_steal_pointer (&session->mail));
    return SMFIS_CONTINUE;
}

/* ---- the end of the message ---- */

typedef struct End { /* one end of message, for the functions below */
    SMFICTX *ctx;
    const Session *session;
    Mail *mail;
    int64_t began_us;
} End;

static bool
alive (void *data)
{
    return smfi_progress (data) == MI_SUCCESS;
}

static void
log_end (const End *end, const char *what, const char *why)
{
    const MugaiEnvelope *envelope = end->mail->envelope;
    char queue[64], client[64], reason[512];

    fprintf (stderr,
             "mugai-milter: %s %s queue=%s client=%s size=%" G_GUINT64_FORMAT " time=%.3fs%s%s\n",
             envelope->id, what, escaped (envelope->queue_id, queue, sizeof queue),
             escaped (envelope->client_address, client, sizeof client), end->mail->job.size,
             (double)(g_get_monotonic_time() - end->began_us) / 1e6, why == NULL ? "" : " ",
             why == NULL ? "" : escaped (why, reason, sizeof reason));
}

/* The text tells the sender nothing about us but the number under which we find the mail. */
static void
set_reply (const End *end, const char *code, const char *enhanced, const char *text)
{
    char number[15], line[128];

    mugai_id_number (end->mail->envelope->id, number);
    g_snprintf (line, sizeof line, "%s (%s)", text, number);
    smfi_setreply (end->ctx, (char *)code, (char *)enhanced, line);
}

static bool
record (const Mail *mail, MugaiKeepState state, const char *reason, GError **error)
{
    bool durable = state == MUGAI_KEEP_HOLDING || state == MUGAI_KEEP_UNTOUCHED;
    bool output = mail->outcome.output >= 0 && state != MUGAI_KEEP_DEFERRED;

    return mugai_job_record (shared->links, &mail->job, &mail->outcome, state, durable, reason,
                             output ? mail->digest : NULL, error);
}

/* 451. A record is wanted where the original is in the keep, but the answer does not depend on it.
 */
static sfsistat
try_again (const End *end, const char *enhanced, const char *why)
{
    if (end->mail->outcome.kept)
        record (end->mail, MUGAI_KEEP_DEFERRED, why, NULL);
    log_end (end, "deferred", why);
    set_reply (end, "451", enhanced, "Mail not accepted at this time, please try again later");
    return SMFIS_TEMPFAIL;
}

/* 554, for what no later attempt can change and no edit could put right. */
static sfsistat
refuse (const End *end, const char *enhanced, const char *text)
{
    log_end (end, "refused", text);
    set_reply (end, "554", enhanced, text);
    return SMFIS_REJECT;
}

static sfsistat
edit (const End *end, bool hold)
{
    g_autoptr (GError) error = NULL;
    g_autoptr (MugaiEdit) change = NULL;
    mugai_automap output = { 0 };
    Mail *mail = end->mail;
    const MugaiOutcomeFrame *outcome = &mail->outcome.outcome;
    int r = mugai_memfd_map (mail->outcome.output, shared->output_max, &output);

    if (r < 0)
        return try_again (end, "4.3.0",
                          r == -EFBIG ? "the result is larger than limits.output"
                                      : "the result cannot be read");
    if (output.size != outcome->output_size)
        return try_again (end, "4.3.0", "the result has another size than was said");
    change = mugai_edit_new (output, &error);
    if (change == NULL)
        return try_again (end, "4.3.0", error->message);
    mugai_sha256 (output.data, output.size, mail->digest);
    if (hold && !record (mail, MUGAI_KEEP_HOLDING, outcome->reason, &error))
        return try_again (end, "4.3.0", error->message);

    /* From here on nothing but SMFIS_CONTINUE after success, or SMFIS_TEMPFAIL. */
    if (!mugai_edit_send (change, end->ctx, mail->original, end->session->space))
        return try_again (end, "4.3.0", "the MTA did not take the edits");
    if (!hold && !record (mail, MUGAI_KEEP_HANDED_OVER, outcome->reason, &error))
        return try_again (end, "4.3.0", error->message);
    log_end (end, hold ? "held" : "handed-over", *outcome->reason == '\0' ? NULL : outcome->reason);
    return SMFIS_CONTINUE;
}

static sfsistat
reject (const End *end)
{
    g_autoptr (GError) error = NULL;

    if (!record (end->mail, MUGAI_KEEP_REJECTED, end->mail->outcome.outcome.reason, &error))
        return try_again (end, "4.3.0", error->message);
    log_end (end, "rejected", end->mail->outcome.outcome.reason);
    set_reply (end, "550", "5.7.1", "Mail refused by the policy of the recipient's organisation");
    return SMFIS_REJECT;
}

static sfsistat
leave_untouched (const End *end)
{
    g_autoptr (GError) error = NULL;

    if (!record (end->mail, MUGAI_KEEP_UNTOUCHED, NULL, &error))
        return try_again (end, "4.3.0", error->message);
    log_end (end, "untouched", NULL);
    return SMFIS_CONTINUE;
}

static sfsistat
answer (const End *end)
{
    switch ((MugaiAnswer)end->mail->outcome.outcome.answer) {
    case MUGAI_ANSWER_DELIVER:
    case MUGAI_ANSWER_WITHHELD:
        return edit (end, false);
    case MUGAI_ANSWER_HOLD:
        return edit (end, true);
    case MUGAI_ANSWER_REJECT:
        return reject (end);
    case MUGAI_ANSWER_UNTOUCHED:
        return leave_untouched (end);
    case MUGAI_ANSWER_TRY_AGAIN:
        return try_again (end, "4.3.0", end->mail->outcome.outcome.text);
    }
    return try_again (end, "4.3.0", "unknown answer");
}

static sfsistat
conclude (const End *end)
{
    Mail *mail = end->mail;
    g_autoptr (GError) error = NULL;
    int r = mugai_original_seal (mail->original);

    mail->job.size = mugai_original_size (mail->original);
    if (mail->too_many)
        return try_again (end, "4.5.3",
                          "more recipients, or longer addresses, than an envelope holds");
    if (mugai_original_count (mail->original, "Received") > shared->hops_max)
        return refuse (end, "5.4.6", "Too many hops, this mail seems to go round in circles");
    if (mugai_original_fields (mail->original) > shared->fields_max)
        return refuse (end, "5.6.0", "Too many header fields");
    if (r < 0)
        return try_again (end, "4.3.1",
                          r == -ENOMEM ? "mails in memory reach --memory-max" : g_strerror (-r));
    mail->job = (MugaiJob){ .envelope = mail->envelope,
                            .content = mugai_original_fd (mail->original),
                            .size = mugai_original_size (mail->original),
                            .deadline_us = end->began_us + shared->time_us,
                            .alive = alive,
                            .data = end->ctx };
    mugai_original_sha256 (mail->original, mail->job.sha256);
    if (!mugai_job_run (shared->links, &mail->job, &mail->outcome, &error))
        return try_again (end, "4.3.0", error->message);
    return answer (end);
}

static sfsistat
on_eom (SMFICTX *ctx)
{
    Session *session = session_of (ctx);

    if (session == NULL || session->unfit || session->mail == NULL)
        return SMFIS_TEMPFAIL;
    g_autoptr (Mail) mail = g_steal_pointer (&session->mail);
    End end = { .ctx = ctx, .session = session, .mail = mail, .began_us = g_get_monotonic_time() };

    take_macros (ctx, mail->envelope);
    atomic_fetch_add (&shared->busy, 1);
    sfsistat status = conclude (&end);
    atomic_fetch_sub (&shared->busy, 1);
    if (status == SMFIS_CONTINUE && mail->outcome.outcome.answer == MUGAI_ANSWER_HOLD) {
        g_clear_pointer (&mail->original, mugai_original_free);
        session->held = g_steal_pointer (&mail);
    }
    return status;
}

struct smfiDesc
mugai_session_filter (MugaiMilter *milter)
{
    static char name[] = "mugai";

    shared = milter;
    return (struct smfiDesc){
        .xxfi_name = name,
        .xxfi_version = SMFI_VERSION,
        .xxfi_flags = ALL_ACTIONS,
        .xxfi_connect = on_connect,
        .xxfi_helo = on_helo,
        .xxfi_envfrom = on_mail,
        .xxfi_envrcpt = on_rcpt,
        .xxfi_data = on_data,
        .xxfi_header = on_header,
        .xxfi_eoh = on_eoh,
        .xxfi_body = on_body,
        .xxfi_eom = on_eom,
        .xxfi_abort = on_abort,
        .xxfi_close = on_close,
        .xxfi_negotiate = on_negotiate,
    };
}
