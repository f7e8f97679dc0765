/* SPDX-License-Identifier: Apache-2.0
 *
 * envelope: what a front end knows of an item besides its bytes: id, sender, recipients, client,
 * arrival. It travels as a sealed memfd beside the content. Process: all but verify. Trust: values
 * come from the MTA or the file system, so they are hostile text; bounded and NUL-free, nothing
 * more.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_ID_SIZE = 33,                 /* 32 lower-case hexadecimal digits and a NUL */
    MUGAI_ENVELOPE_RECIPIENTS = 100000, /* most recipients of one item */
    MUGAI_ENVELOPE_TEXT = 4096,         /* bytes of one value */
    MUGAI_ENVELOPE_SIZE = 64 << 20,     /* bytes of a written envelope */
};

typedef enum MugaiItemKind { MUGAI_ITEM_MAIL = 1, MUGAI_ITEM_FILE = 2 } MugaiItemKind;

typedef struct MugaiEnvelope {
    char id[MUGAI_ID_SIZE];
    MugaiItemKind kind;
    int64_t date_us; /* evaluation date: microseconds since 1970, UTC; rules with `until` compare
                        with it */
    char *sender; /* addr-spec without brackets, "" for the null sender; NULL: not known (batch) */
    GPtrArray *recipients; /* of char *, in order of RCPT; owned */
    char *client_name;     /* may be NULL, as all that follow */
    char *client_address;  /* textual IP address */
    char *helo;
    char *queue_id; /* macro i */
    char *login;    /* SMTP AUTH identity */
    char *host;     /* the gateway's own name (macro j) */
    char *path;     /* of a batch item, relative */
} MugaiEnvelope;

/* Returns: (transfer full) an empty mail envelope with an empty list of recipients. */
MugaiEnvelope *mugai_envelope_new (void);
void mugai_envelope_free (MugaiEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiEnvelope, mugai_envelope_free)

/* Returns: (transfer full) the wire form. */
GBytes *mugai_envelope_write (const MugaiEnvelope *envelope);

/* Returns: (transfer full) or NULL with MUGAI_ERROR_INTERNAL (bad frame) on anything but one whole
 * envelope. */
MugaiEnvelope *mugai_envelope_read (const void *data, size_t size, GError **error);

/* True for 32 lower-case hexadecimal digits. */
bool mugai_id_valid (const char *id);

/* 128 random bits. */
void mugai_id_random (char ret_id[MUGAI_ID_SIZE]);

/* "3fa9-01bc-77de": what people see. @ret: at least 15 bytes. */
void mugai_id_number (const char *id, char ret[15]);
