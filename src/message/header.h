/* SPDX-License-Identifier: Apache-2.0
 *
 * header: what a mail's header says, as values, and those values written again in the one form of
 * the profile. Whatever is not parsed into a value does not go on.
 *
 * Process: worker. Trust: input is hostile; output obeys PROFILE.md sections M-2 and H.
 */
#pragma once

#include "core/report.h"
#include "message/address.h"
#include "message/authres.h"
#include "message/date.h"
#include "message/field.h"
#include "rules/rules.h"

#include <glib.h>
#include <stdbool.h>

enum {
    MUGAI_HEADER_RECEIVED_MAX = 50,
    MUGAI_HEADER_REPLIES_MAX = 10,
    MUGAI_HEADER_REFERENCES_MAX = 50
};

typedef struct MugaiHeader {
    GPtrArray *received;                     /* of char *, unfolded raw values, in order */
    const char *auto_submitted, *precedence; /* static words, NULL when none */
    char *list_id;                           /* the token without brackets, NULL when none */
    MugaiAddresses *from, *sender, *reply_to, *to, *cc; /* NULL when the field is missing */
    char *subject; /* clean UTF-8; NULL when the field is missing */
    MugaiDate date;
    bool dated;
    GPtrArray *message_id, *in_reply_to, *references; /* of char *, NULL when missing */
    MugaiAuthres auth;
} MugaiHeader;

/* mugai_header_read:
 * @charset: of raw bytes in values, may be NULL. @findings: gets what was left out or looks wrong.
 * Returns: (transfer full), never NULL.
 */
MugaiHeader *mugai_header_read (const MugaiFields *fields, const char *charset,
                                const MugaiSettings *settings, const MugaiLimits *limits,
                                GPtrArray *findings);
void mugai_header_free (MugaiHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiHeader, mugai_header_free)

/* Returns: (borrowed) the addr-spec of the first author as it was read, or NULL. */
const char *mugai_header_from (const MugaiHeader *header);

/* mugai_header_emit:
 * Write everything up to and without MIME-Version: trace fields, then those of settings'
 * header_keep. A mail without a readable date has got that of its first Received field; without one
 * it gets @date_us, or no Date when that is negative.
 */
void mugai_header_emit (const MugaiHeader *header, const MugaiSettings *settings, int64_t date_us,
                        GString *out);
