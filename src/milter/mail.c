/* SPDX-License-Identifier: Apache-2.0 */
#include "milter/mail.h"

#include "base/escape.h"
#include "core/error.h"
#include "milter/stream.h"

#include <errno.h>
#include <string.h>

MugaiMail *
mugai_mail_new (MugaiMilter *milter)
{
    MugaiMail *mail = g_new0 (MugaiMail, 1);

    mail->envelope = mugai_envelope_new();
    mail->original = mugai_original_new (&milter->budget);
    mail->outcome = (MugaiJobEnd)MUGAI_JOB_END_INIT;
    mugai_id_random (mail->envelope->id);
    mail->envelope->date_us = g_get_real_time();
    return mail;
}

void
mugai_mail_free (MugaiMail *mail)
{
    if (mail == NULL)
        return;
    mugai_envelope_free (mail->envelope);
    mugai_original_free (mail->original);
    mugai_job_end_clear (&mail->outcome);
    g_free (mail);
}

static char *
escaped (const char *text, char *room, size_t size)
{
    return text == NULL ? strcpy (room, "-") : mugai_escape (room, size, text, strlen (text));
}

typedef struct End { /* one end of message, for the functions below */
    SMFICTX *ctx;
    MugaiMilter *milter;
    MugaiMail *mail;
    const MugaiMta *mta;
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
    g_autofree char *line = g_strdup_printf (
        "%s %s queue=%s client=%s size=%" G_GUINT64_FORMAT " time=%.3fs%s%s", envelope->id, what,
        escaped (envelope->queue_id, queue, sizeof queue),
        escaped (envelope->client_address, client, sizeof client), end->mail->job.size,
        (double)(g_get_monotonic_time() - end->began_us) / 1e6, why == NULL ? "" : " ",
        why == NULL ? "" : escaped (why, reason, sizeof reason));

    end->milter->log (line);
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
record (const MugaiMail *mail, MugaiMilter *milter, MugaiKeepState state, const char *reason,
        GError **error)
{
    bool durable = state == MUGAI_KEEP_HOLDING || state == MUGAI_KEEP_UNTOUCHED;
    bool output = mail->outcome.output >= 0 && state != MUGAI_KEEP_DEFERRED;

    return mugai_job_record (milter->links, &mail->job, &mail->outcome, state, durable, reason,
                             output ? mail->digest : NULL, error);
}

/* 451. A record is wanted where the original is in the keep, but the answer does not depend on it.
 */
static sfsistat
try_again (const End *end, const char *enhanced, const char *why)
{
    if (end->mail->outcome.kept)
        record (end->mail, end->milter, MUGAI_KEEP_DEFERRED, why, NULL);
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
    MugaiMail *mail = end->mail;
    const MugaiOutcomeFrame *outcome = &mail->outcome.outcome;
    int r = mugai_memfd_view (mail->outcome.output, end->milter->output_max, &output);

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
    if (hold && !record (mail, end->milter, MUGAI_KEEP_HOLDING, outcome->reason, &error))
        return try_again (end, "4.3.0", error->message);

    /* From here on nothing but SMFIS_CONTINUE after success, or SMFIS_TEMPFAIL. */
    if (!mugai_edit_send (change, end->ctx, mail->original, end->mta) || !mugai_stream_flush())
        return try_again (end, "4.3.0", "the MTA did not take the edits");
    if (!hold && !record (mail, end->milter, MUGAI_KEEP_HANDED_OVER, outcome->reason, &error))
        return try_again (end, "4.3.0", error->message);
    log_end (end, hold ? "held" : "handed-over", *outcome->reason == '\0' ? NULL : outcome->reason);
    return SMFIS_CONTINUE;
}

static sfsistat
reject (const End *end)
{
    g_autoptr (GError) error = NULL;

    if (!record (end->mail, end->milter, MUGAI_KEEP_REJECTED, end->mail->outcome.outcome.reason,
                 &error))
        return try_again (end, "4.3.0", error->message);
    log_end (end, "rejected", end->mail->outcome.outcome.reason);
    set_reply (end, "550", "5.7.1", "Mail refused by the policy of the recipient's organisation");
    return SMFIS_REJECT;
}

static sfsistat
leave_untouched (const End *end)
{
    g_autoptr (GError) error = NULL;

    if (!record (end->mail, end->milter, MUGAI_KEEP_UNTOUCHED, NULL, &error))
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
    MugaiMail *mail = end->mail;
    g_autoptr (GError) error = NULL;
    int r = mugai_original_seal (mail->original);

    mail->job.size = mugai_original_size (mail->original);
    if (mail->too_many)
        return try_again (end, "4.5.3",
                          "more recipients, or longer addresses, than an envelope holds");
    if (mugai_original_count (mail->original, "Received") > end->milter->hops_max)
        return refuse (end, "5.4.6", "Too many hops, this mail seems to go round in circles");
    if (mugai_original_fields (mail->original) > end->milter->fields_max)
        return refuse (end, "5.6.0", "Too many header fields");
    if (r < 0)
        return try_again (end, "4.3.1",
                          r == -ENOMEM ? "mails in memory reach --memory-max" : g_strerror (-r));
    mail->job = (MugaiJob){ .envelope = mail->envelope,
                            .content = mugai_original_fd (mail->original),
                            .size = mugai_original_size (mail->original),
                            .deadline_us = end->began_us + end->milter->time_us,
                            .alive = alive,
                            .data = end->ctx };
    mugai_original_sha256 (mail->original, mail->job.sha256);
    if (!mugai_job_run (end->milter->links, &mail->job, &mail->outcome, &error))
        return try_again (end, "4.3.0", error->message);
    return answer (end);
}

sfsistat
mugai_mail_conclude (MugaiMail *mail, MugaiMilter *milter, SMFICTX *ctx, const MugaiMta *mta,
                     bool *ret_settle)
{
    End end = {
        .ctx = ctx, .milter = milter, .mail = mail, .mta = mta, .began_us = g_get_monotonic_time()
    };

    atomic_fetch_add (&milter->busy, 1);
    sfsistat status = conclude (&end);
    atomic_fetch_sub (&milter->busy, 1);
    *ret_settle = status == SMFIS_CONTINUE && mail->outcome.outcome.answer == MUGAI_ANSWER_HOLD;
    g_clear_pointer (&mail->original, mugai_original_free);
    return status;
}

void
mugai_mail_settle (const MugaiMail *mail, MugaiMilter *milter)
{
    g_autoptr (GError) error = NULL;
    char why[512];

    if (record (mail, milter, MUGAI_KEEP_HELD, mail->outcome.outcome.reason, &error))
        return;
    g_autofree char *line =
        g_strdup_printf ("%s stays in the state holding: %s", mail->envelope->id,
                         escaped (error->message, why, sizeof why));
    milter->log (line);
}
