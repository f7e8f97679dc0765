/* SPDX-License-Identifier: Apache-2.0
 *
 * mail: one mail from MAIL to the answer: what the callbacks brought, and at the end of the message
 * the road through keep and supervisor to edits, 451, or the 5xx of a rule. After the first edit
 * request every failure ends in SMFIS_TEMPFAIL; SMFIS_ACCEPT and SMFIS_DISCARD never occur.
 * Process: mugai-milter, in libmilter's threads; a mail belongs to one connection. Trust: all
 * values are hostile text.
 */
#pragma once

#include "milter/apply.h"
#include "milter/job.h"
#include "milter/original.h"

#include <libmilter/mfapi.h>

typedef struct MugaiMilter { /* what all connections share; unchanged while libmilter runs, but for
                                the counters */
    MugaiLinks *links;
    MugaiBudget budget;
    uint64_t output_max;            /* bytes of a mail that the MTA takes back */
    unsigned hops_max;              /* Received fields */
    unsigned fields_max;            /* header fields; each is deleted by an edit of its own */
    int64_t time_us;                /* from the end of the message to the answer */
    _Atomic unsigned busy;          /* ends of message in work */
    void (*log) (const char *line); /* one line, escaped */
} MugaiMilter;

typedef struct MugaiMail {
    MugaiEnvelope *envelope;
    MugaiOriginal *original;
    bool too_many; /* recipients, or an address too long for the envelope */
    MugaiJob job;  /* from the end of the message on */
    MugaiJobEnd outcome;
    uint8_t digest[MUGAI_SHA256_SIZE]; /* of the output */
} MugaiMail;

/* @milter: borrowed; must outlive the mail. Returns: (transfer full) a mail with an id of its own.
 */
MugaiMail *mugai_mail_new (MugaiMilter *milter);
void mugai_mail_free (MugaiMail *mail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiMail, mugai_mail_free)

/* mugai_mail_conclude:
 * The end of the message, within milter->time_us. @mta: as mugai_edit_send().
 * @ret_settle: set when mugai_mail_settle() has to follow once the MTA has the answer.
 * Returns: what the callback returns; the reply text is set.
 */
sfsistat mugai_mail_conclude (MugaiMail *mail, MugaiMilter *milter, SMFICTX *ctx,
                              const MugaiMta *mta, bool *ret_settle);

/* mugai_mail_settle:
 * Record a held mail as held. Only now: were it earlier, a crash in between would leave it held and
 * its sender with a 4xx, and the next attempt would make it held or delivered a second time. A mail
 * that stays `holding` for want of this record is listed with the held ones.
 */
void mugai_mail_settle (const MugaiMail *mail, MugaiMilter *milter);
