/* SPDX-License-Identifier: Apache-2.0
 *
 * letter: a message of MAPI properties written as a mail (RFC 5322, MIME), which the host then
 * reads as any other: charsets are declared, not decoded, the text is there in each form that the
 * message has, attachments are parts. What cannot be read becomes a part of no known type.
 *
 * Process: the walk. Trust: values are hostile; none of them reaches the mail but encoded in
 * base64, as an encoded word or as an extended parameter. libc only.
 */
#pragma once

#include "common/buffer.h"
#include "mapi/props.h"

typedef struct MugaiLetter {
    MugaiProps props;
    uint32_t codepage;     /* of strings that are not Unicode; 0: not known */
    unsigned level;        /* 0: the outer message, then one more for each message around */
    MugaiBuffer people[3]; /* fields of recipients: To, Cc, Bcc */
    MugaiBuffer parts;     /* attachments, each behind its delimiter */
    uint64_t references;   /* attachments that stand elsewhere */
    uint64_t checksums;    /* wrong ones; what comes out is checked whatever they say */
    uint64_t lost;         /* characters of RTF */
    const char *fault;     /* of its RTF, or NULL */
} MugaiLetter;

/* @max: bytes of the mail. */
MugaiLetter mugai_letter (size_t max, unsigned level);
void mugai_letter_clear (MugaiLetter *letter);

/* Code page of strings, as the properties say it. Set `props` first. */
void mugai_letter_choose_codepage (MugaiLetter *letter);

/* One recipient. */
void mugai_letter_recipient (MugaiLetter *letter, const MugaiProps *recipient);

/* One attachment by value or by reference. */
void mugai_letter_attach (MugaiLetter *letter, const MugaiProps *attachment);

/* One attachment of known content. @media: NULL: as @attachment says. */
void mugai_letter_attach_bytes (MugaiLetter *letter, const MugaiProps *attachment,
                                const char *media, const uint8_t *data, size_t size);

/* A message in it, written already. */
void mugai_letter_attach_mail (MugaiLetter *letter, const MugaiProps *attachment,
                               const MugaiBuffer *mail);

/* The mail. Returns: false when it is larger than its bound, or memory lacks. */
bool mugai_letter_write (MugaiLetter *letter, MugaiBuffer *out);
