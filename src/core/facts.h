/* SPDX-License-Identifier: Apache-2.0
 *
 * facts: the flat values a rule may look at. Borrowed strings: they live as long as the walk that
 * made them. Process: worker (made), rules (read). Trust: values are hostile text.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef enum MugaiRole {
    MUGAI_ROLE_BODY = 1,   /* shown by a mail program without a click */
    MUGAI_ROLE_ATTACHMENT, /* Content-Disposition: attachment, or not a body type */
    MUGAI_ROLE_INLINE,     /* referred to by cid: or inline, not text */
    MUGAI_ROLE_MEMBER,     /* found inside a container */
} MugaiRole;

typedef enum MugaiKnown {
    MUGAI_UNKNOWN = 0,
    MUGAI_NO,
    MUGAI_YES
} MugaiKnown; /* facts that need a decoder */

typedef enum MugaiActive { /* flags */
                           MUGAI_ACTIVE_MACRO = 1u << 0,
                           MUGAI_ACTIVE_JAVASCRIPT = 1u << 1,
                           MUGAI_ACTIVE_EXTERNAL_LINK = 1u << 2,
                           MUGAI_ACTIVE_OLE_OBJECT = 1u << 3,
                           MUGAI_ACTIVE_DDE = 1u << 4,
                           MUGAI_ACTIVE_EMBEDDED_FILE = 1u << 5,
                           MUGAI_ACTIVE_FORM = 1u << 6,
                           MUGAI_ACTIVE_LAUNCH = 1u << 7,
                           MUGAI_ACTIVE_XLM = 1u << 8,
                           MUGAI_ACTIVE_REMOTE_TEMPLATE = 1u << 9,
                           MUGAI_ACTIVE_ACTIVEX = 1u << 10,
                           MUGAI_ACTIVE_KNOWN = 1u << 31, /* a filter has looked */
} MugaiActive;

/* Facts of the whole item. */
typedef struct MugaiItemFacts {
    const char *from;              /* addr-spec of the From field, NULL when none can be read */
    const char *sender;            /* envelope; "" null sender, NULL not known */
    const char *const *recipients; /* envelope, NULL-terminated, never NULL */
    const char *subject;           /* decoded UTF-8, may be NULL */
    const char *client_address;    /* may be NULL */
    const char *client_name;       /* may be NULL */
    const char *spf, *dkim,
        *dmarc; /* results of the trusted authserv-id: "pass", "fail", ...; NULL without one */
    int64_t date_us;
} MugaiItemFacts;

/* Facts of one part. */
typedef struct MugaiPartFacts {
    const char *type;      /* id of core/type.h, what the content is: "pdf" */
    const char *family;    /* of that type: "document" */
    const char *declared;  /* media type as declared, lower case, "" when none */
    const char *extension; /* last extension of the name, lower case without dot, "" when none */
    const char *name;      /* UTF-8, "" when none */
    const char *charset;   /* declared charset, lower case, "" when none */
    const char *container; /* type id of the nearest container around it, "" at the top of a mail */
    uint64_t size;         /* bytes, decoded */
    uint32_t depth;        /* 0: the item itself */
    MugaiRole role;
    bool mismatch; /* declared type or extension contradict the content */
    /* filled by inspect when a rule asks */
    MugaiKnown encrypted, is_signed;
    uint32_t active; /* MugaiActive */
    uint64_t pages, pixels;
    bool pages_known, pixels_known;
} MugaiPartFacts;
