/* SPDX-License-Identifier: Apache-2.0
 *
 * event: one thing that happened to an item or to the keep; one line of the audit log. The index is nothing but the
 * sum of all events, so whatever the index must know stands in one.
 *
 * Line: one flat JSON object (RFC 8259) of strings and unsigned integers, members in fixed order, empty ones left out,
 * ended by LF: seq, time, event, ..., prev. `prev` is the SHA-256 of the line before, without its LF, in hexadecimal.
 * Texts are valid UTF-8 in which every control, bidi or invisible character is written \uXXXX; undecodable bytes of a
 * text have become visible notation (\xNN) before.
 * Process: mugai-keep, and anyone who checks a log. Trust: a line may have been edited; reading never guesses.
 */
#pragma once

#include "core/envelope.h"
#include "keep/vault.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_EVENT_LINE_MAX = 65536 /* bytes; a longer line is damage */ };

typedef enum MugaiEventKind {
    MUGAI_EVENT_OPENED = 1, /* a new log file: file, hash: the last line of the one before */
    MUGAI_EVENT_STARTED,    /* text: version */
    MUGAI_EVENT_STOPPED,
    MUGAI_EVENT_RECEIVED,   /* an original was kept */
    MUGAI_EVENT_RECORDED,   /* state and result of an item */
    MUGAI_EVENT_SUPERSEDED, /* text: id of the later attempt */
    MUGAI_EVENT_READ,       /* an original left the keep; text: why or by which command */
    MUGAI_EVENT_EXPIRY,     /* about to remove originals: count, bytes */
    MUGAI_EVENT_EXPIRED,    /* of one item */
    MUGAI_EVENT_POISON,     /* digest, deaths */
    MUGAI_EVENT_SPACE,      /* text: which mark was passed; bytes */
    MUGAI_EVENT_RECOVERED,  /* what a crash left was put aside: text, file, bytes, digest */
    MUGAI_EVENT_INCOMPLETE, /* a received item whose original never became whole (a crash before the answer) */
    MUGAI_EVENT_DENIED,     /* who asked for what they may not have: text */
    MUGAI_EVENT_REINDEXED,  /* count */
} MugaiEventKind;

typedef struct MugaiEvent { /* texts are owned when the event was read, else borrowed; NULL = not there */
    uint64_t seq;
    int64_t time_us;
    uint32_t kind; /* MugaiEventKind */
    uint32_t uid_plus_1; /* who asked; 0: the keep itself */
    const char *user;
    char id[MUGAI_ID_SIZE];
    uint32_t state, item_kind, recipients, in, delivered, converted, withheld, deaths;
    uint64_t size_in, size_out, count, bytes;
    uint8_t content[MUGAI_SHA256_SIZE], twin[MUGAI_SHA256_SIZE], policy[MUGAI_SHA256_SIZE], engine[MUGAI_SHA256_SIZE],
        output[MUGAI_SHA256_SIZE], digest[MUGAI_SHA256_SIZE]; /* all zero: not there */
    const char *sender, *recipient, *client, *queue_id, *auth, *reason, *subject, *from, *message_id, *findings, *file,
        *text;
    MugaiVaultPlace original, report;
    uint8_t prev[MUGAI_SHA256_SIZE]; /* only read; the log gives it when it writes */
} MugaiEvent;

/* Returns: (static) "received"...; NULL. */
const char *mugai_event_name (unsigned kind);

/* Append the line of @event, with LF, to @out. */
void mugai_event_write (const MugaiEvent *event, const uint8_t prev[MUGAI_SHA256_SIZE], GString *out);

/* mugai_event_read:
 * @line: without its LF. @ret: clear with mugai_event_clear(). Unknown members are skipped (a later version wrote them).
 * Returns: false on anything that is not one well-formed line; *ret_why is then a static text.
 */
bool mugai_event_read (const char *line, size_t size, MugaiEvent *ret, const char **ret_why);
/* Only for an event that was read. */
void mugai_event_clear (MugaiEvent *event);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MugaiEvent, mugai_event_clear)

/* Valid UTF-8 of @text, undecodable bytes as \xNN, at most MUGAI_KEEP_TEXT-ish @max bytes. NULL and "" give NULL. */
char *mugai_event_text (const char *text, size_t max);
