/* SPDX-License-Identifier: Apache-2.0
 *
 * front: what a front end (mugai-milter, the command line) and the supervisor say to each other,
 * and a small blocking client. One connection per thread; one job at a time on a connection. libc
 * only.
 *
 * Sequence: connect; GREET both ways (versions must be equal); then SUBMIT -> OUTCOME, or RELOAD ->
 * RELOADED, or STATUS -> STATUS_IS, one at a time. Closing the connection cancels a job in flight.
 * Trust: the supervisor is ours; the front end is ours, but its item is hostile.
 */
#pragma once

#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUGAI_FRONT_TEXT = 512 };

/* Payload of GREET. */
typedef struct MugaiGreeting {
    char version[32]; /* program version: "0.1.0" */
    bool outbound;    /* supervisor: there are outbound clients, so an answer may be UNTOUCHED */
    uint8_t policy[MUGAI_SHA256_SIZE]; /* supervisor: rules in force now */
    uint8_t engine[MUGAI_SHA256_SIZE]; /* supervisor: programs, libraries and filters */
} MugaiGreeting;

/* Payload of SUBMIT. Descriptors: 0 content, 1 envelope (core/envelope.h), both sealed. */
typedef struct MugaiSubmission {
    uint64_t size;
    uint8_t sha256[MUGAI_SHA256_SIZE]; /* of the content, as the front end read it */
    uint64_t time_us; /* the front end waits no longer than this; 0: limits.time decides */
} MugaiSubmission;

typedef enum MugaiAnswer {
    MUGAI_ANSWER_DELIVER = 1, /* output is the sanitized item, verified */
    MUGAI_ANSWER_WITHHELD,    /* output is a verified notice in place of the item (mail), or empty
                                 (file) */
    MUGAI_ANSWER_HOLD,        /* likewise, and the original waits for a person */
    MUGAI_ANSWER_REJECT,      /* a rule says so: 5xx */
    MUGAI_ANSWER_UNTOUCHED,   /* leaves the organisation: not ours, pass it on as it is, audit it */
    MUGAI_ANSWER_TRY_AGAIN,   /* 4xx or exit code 75; nothing was done */
} MugaiAnswer;

/* Payload of OUTCOME. Descriptors with DELIVER, WITHHELD and HOLD: 0 output, 1 report, both sealed;
 * with REJECT: 0 report. */
typedef struct MugaiOutcomeFrame {
    uint32_t answer;             /* MugaiAnswer */
    char reason[48];             /* finding code, "" none */
    char text[MUGAI_FRONT_TEXT]; /* printable ASCII, for the log: what happened and where */
    uint32_t in, delivered, converted, withheld;
    uint64_t output_size;
    uint8_t output_sha256[MUGAI_SHA256_SIZE];
    uint8_t policy[MUGAI_SHA256_SIZE], engine[MUGAI_SHA256_SIZE];
} MugaiOutcomeFrame;

/* Payload of RELOADED. */
typedef struct MugaiReloaded {
    bool ok;
    uint8_t policy[MUGAI_SHA256_SIZE]; /* in force now, be it the old one */
    char text[2048];                   /* UTF-8, escaped: where and why not */
} MugaiReloaded;

/* STATUS_IS carries JSON text in a sealed memfd as descriptor 0. */

size_t mugai_greeting_write (const MugaiGreeting *greeting, void *buffer, size_t room);
bool mugai_greeting_read (const void *data, size_t size, MugaiGreeting *ret);
size_t mugai_submission_write (const MugaiSubmission *submission, void *buffer, size_t room);
bool mugai_submission_read (const void *data, size_t size, MugaiSubmission *ret);
size_t mugai_outcome_write (const MugaiOutcomeFrame *outcome, void *buffer, size_t room);
bool mugai_outcome_read (const void *data, size_t size, MugaiOutcomeFrame *ret);
size_t mugai_reloaded_write (const MugaiReloaded *reloaded, void *buffer, size_t room);
bool mugai_reloaded_read (const void *data, size_t size, MugaiReloaded *ret);

/* mugai_front_connect:
 * Connect to the supervisor's socket at @path and greet. @why: at least 256 bytes, one line on
 * failure (file, cause, remedy). Returns: (transfer full) a connected descriptor, or a negative
 * errno; -EPROTONOSUPPORT: another version (why says which).
 */
int mugai_front_connect (const char *path, const char *version, uint64_t timeout_us,
                         MugaiGreeting *ret_greeting, char why[256]);

/* Send a job; descriptors stay the caller's. @job: any number, returned with the outcome. 0 or a
 * negative errno. */
int mugai_front_submit (int front, uint64_t job, const MugaiSubmission *submission, int content,
                        int envelope);

/* mugai_front_wait:
 * Wait at most @timeout_us for the outcome of @job. Returns: 1 and the outcome, with its
 * descriptors (-1 where there is none) the caller's; 0: not yet; -EPIPE: the supervisor is gone;
 * -EPROTO: nonsense. After a negative value close @front.
 */
int mugai_front_wait (int front, uint64_t job, uint64_t timeout_us, MugaiOutcomeFrame *ret_outcome,
                      int *ret_output, int *ret_report);

int mugai_front_reload (int front, uint64_t timeout_us, MugaiReloaded *ret);
/* Returns: (transfer full) the memfd with JSON, or a negative errno. */
int mugai_front_status (int front, uint64_t timeout_us);
