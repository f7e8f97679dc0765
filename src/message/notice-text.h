/* SPDX-License-Identifier: Apache-2.0
 *
 * notice-text: every sentence of the notices, in Japanese and English. Process: worker. Trust:
 * ours.
 */
#pragma once

#include "rules/rules.h"

typedef enum MugaiText {
    MUGAI_TEXT_TITLE,    /* first line; the verifier looks for its words */
    MUGAI_TEXT_NUMBER,   /* %s: the number */
    MUGAI_TEXT_TEMPLATE, /* our template (rules/notice-template.h) */
    MUGAI_TEXT_WITHHELD, /* heading */
    MUGAI_TEXT_ENTRY,    /* %s %s %s: name, type, size */
    MUGAI_TEXT_NO_NAME,
    MUGAI_TEXT_MORE,      /* %u */
    MUGAI_TEXT_CONVERTED, /* heading */
    MUGAI_TEXT_BODY_AS_TEXT,
    MUGAI_TEXT_DATA_AS_TEXT,
    MUGAI_TEXT_POINTER,          /* %u %s: withheld, number */
    MUGAI_TEXT_POINTER_ATTACHED, /* %u %s %s: and the name of the attachment */
    MUGAI_TEXT_NOTICE_NAME,      /* of the attachment, without extension */
    MUGAI_TEXT_HOW,              /* how to get the original */
    MUGAI_TEXT_FINDINGS,         /* heading */
    MUGAI_TEXT_ITEM_WITHHELD,
    MUGAI_TEXT_ITEM_HELD,
    MUGAI_TEXT_REASON,           /* %s */
    MUGAI_TEXT_SENDER,           /* %s */
    MUGAI_TEXT_SIZE,             /* %s */
    MUGAI_TEXT_GATEWAY,          /* display name of the sender of notices */
    MUGAI_TEXT_SUBJECT_WITHHELD, /* %s: the number */
    MUGAI_TEXT_SUBJECT_HELD,
    MUGAI_TEXT_CUT,
    MUGAI_TEXT_NO_BODY,
    MUGAI_TEXT_FORM_PLAIN, /* label of one form of the text */
    MUGAI_TEXT_FORM_HTML,
    MUGAI_TEXT_FORM_OTHER,
    MUGAI_TEXT_BYTES, /* %u */
    MUGAI_TEXT_COUNT
} MugaiText;

const char *mugai_text (MugaiText text, MugaiLanguage language);
