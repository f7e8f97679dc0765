/* SPDX-License-Identifier: Apache-2.0
 *
 * ber: the elements of BER (X.690 8.1), definite and indefinite lengths, entered one by one.
 *
 * Process: the walk. Trust: input is hostile. libc only. No recursion; every length is compared
 * with what is left; elements nest BER_DEPTH deep, deeper ones fail.
 */
#pragma once

#include "common/reader.h"

enum { BER_DEPTH = 48 /* CMS with certificates needs some 20 */ };

enum { /* identifier octets (X.690 8.1.2) */
       BER_INTEGER = 0x02,
       BER_OCTETS = 0x04,
       BER_OID = 0x06,
       BER_OCTETS_PIECES = 0x24,
       BER_SEQUENCE = 0x30,
       BER_SET = 0x31,
       BER_CONTEXT_0 = 0xa0,
       BER_CONTEXT_1 = 0xa1,
};

typedef struct BerItem {
    uint8_t tag;         /* identifier octet; tags of several octets fail */
    const uint8_t *data; /* borrowed; of a primitive */
    size_t size;         /* of a primitive or of definite length */
    bool open;           /* of indefinite length */
} BerItem;

typedef struct Ber {
    MugaiReader in;
    struct {
        size_t end; /* of the element, or of what holds it when it is open */
        bool open;
    } stack[BER_DEPTH];
    unsigned depth;
    bool failed; /* stays set */
} Ber;

Ber ber_open (const void *data, size_t size);

/* The header of the next element, and the content of a primitive one. A constructed one must be
 * entered or skipped next. Returns: false at the end of the element around it, or when broken. */
bool ber_next (Ber *ber, BerItem *ret);

/* Of the constructed element that was read last. Returns: false, and broken, when it is primitive
 * or too deep. */
bool ber_enter (Ber *ber, const BerItem *item);

/* Leave the element that was entered last; elements left in it make the input broken. */
bool ber_leave (Ber *ber);

/* Pass over all that is left of the element that was entered last, and leave it. */
bool ber_leave_early (Ber *ber);

/* Pass over @item. */
bool ber_skip (Ber *ber, const BerItem *item);

/* Nothing failed, all was left, no byte follows. */
bool ber_done (const Ber *ber);
