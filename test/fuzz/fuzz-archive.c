/* SPDX-License-Identifier: Apache-2.0
 *
 * The two readers of ours around archives. First byte 'b': a bundle of members, as a render child
 * writes it; anything else: the listing of a ZIP file.
 */
#include "common/listing.h"
#include "wire/bundle.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { MEMBERS = 1000 };

static bool
touch (void *user, const MugaiBundleMember *member)
{
    uint64_t *sum = user;

    for (size_t i = 0; i < member->name_size; i++)
        *sum += (uint8_t)member->name[i];
    for (uint64_t i = 0; i < member->size; i++)
        *sum += member->data[i];
    return true;
}

static void
try_listing (const uint8_t *data, size_t size)
{
    MugaiListing listing;
    bool ok = mugai_listing_read (data, size, MEMBERS, &listing);
    uint64_t end = 0;

    if (ok != (listing.fault == NULL) || listing.count > MEMBERS)
        abort();
    for (size_t i = 0; ok && i < listing.count; i++) { /* in order, within the file */
        const MugaiMember *m = &listing.member[i];
        if (m->at < end || m->at >= size || m->name < data || m->name + m->name_size > data + size)
            abort();
        uint8_t *content = NULL;
        if (mugai_member_unpack (m, 1 << 20, &content) == 0)
            free (content);
        end = m->at + 1;
    }
    mugai_listing_clear (&listing);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    uint64_t sum = 0;
    uint8_t *copy = malloc (size > 1 ? size - 1 : 1);

    if (size == 0) {
        free (copy);
        return 0;
    }
    memcpy (copy, data + 1, size - 1);
    if (data[0] == 'b') {
        MugaiBundleMember own = { 0 };
        mugai_bundle_read (copy, size - 1, MEMBERS, NULL, touch, &sum);
        if (mugai_bundle_read (copy, size - 1, MEMBERS, &own, touch, &sum) == 0 && own.size > 0)
            sum += own.data[own.size - 1];
    } else {
        try_listing (copy, size - 1);
    }
    free (copy);
    return 0;
}
