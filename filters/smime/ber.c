/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a stack of the elements that were entered. An element of indefinite length ends
 * with two zero octets (X.690 8.1.5), which are read by whoever leaves it; until then what holds it
 * bounds it.
 */
#include "smime/ber.h"

Ber
ber_open (const void *data, size_t size)
{
    return (Ber){ .in = mugai_reader (data, size) };
}

static size_t
end_of (const Ber *ber)
{
    return ber->depth > 0 ? ber->stack[ber->depth - 1].end : ber->in.size;
}

static bool
fail (Ber *ber)
{
    ber->failed = true;
    return false;
}

/* Is the element that was entered last over? */
static bool
at_end (const Ber *ber)
{
    size_t left = end_of (ber) - ber->in.at;

    if (left == 0)
        return true;
    return ber->depth > 0 && ber->stack[ber->depth - 1].open && left >= 2 &&
           ber->in.data[ber->in.at] == 0 && ber->in.data[ber->in.at + 1] == 0;
}

/* X.690 8.1.3. */
static bool
read_length (Ber *ber, BerItem *item)
{
    uint8_t first = mugai_reader_u8 (&ber->in);
    uint64_t size = first;

    item->open = first == 0x80;
    if (first > 0x80 && first <= 0x88)
        size = mugai_reader_be (&ber->in, first & 0x7fu);
    else if (first > 0x88 || (item->open && (item->tag & 0x20) == 0))
        return fail (ber);
    if (item->open)
        size = 0;
    if (ber->in.failed || ber->in.at > end_of (ber) || size > end_of (ber) - ber->in.at)
        return fail (ber);
    item->size = (size_t)size;
    return true;
}

bool
ber_next (Ber *ber, BerItem *ret)
{
    if (ber->failed || at_end (ber))
        return false;
    *ret = (BerItem){ .tag = mugai_reader_u8 (&ber->in) };
    if (ret->tag == 0 || (ret->tag & 0x1f) == 0x1f)
        return fail (ber);
    if (!read_length (ber, ret))
        return false;
    if ((ret->tag & 0x20) == 0)
        ret->data = mugai_reader_bytes (&ber->in, ret->size);
    return true;
}

bool
ber_enter (Ber *ber, const BerItem *item)
{
    if (ber->failed || (item->tag & 0x20) == 0 || ber->depth == BER_DEPTH)
        return fail (ber);
    ber->stack[ber->depth].end = item->open ? end_of (ber) : ber->in.at + item->size;
    ber->stack[ber->depth++].open = item->open;
    return true;
}

bool
ber_leave (Ber *ber)
{
    if (ber->failed || ber->depth == 0 || !at_end (ber))
        return fail (ber);
    if (ber->stack[ber->depth - 1].open) {
        if (ber->in.at == end_of (ber))
            return fail (ber); /* its end is missing */
        mugai_reader_skip (&ber->in, 2);
    }
    ber->depth--;
    return true;
}

bool
ber_leave_early (Ber *ber)
{
    unsigned target = ber->depth - 1;
    BerItem item;

    if (ber->failed || ber->depth == 0)
        return fail (ber);
    while (!ber->failed && ber->depth > target) {
        if (!ber_next (ber, &item)) {
            if (!ber_leave (ber))
                return false;
        } else if ((item.tag & 0x20) != 0) {
            ber_enter (ber, &item);
        }
    }
    return !ber->failed;
}

bool
ber_skip (Ber *ber, const BerItem *item)
{
    if ((item->tag & 0x20) == 0)
        return !ber->failed;
    return ber_enter (ber, item) && ber_leave_early (ber);
}

bool
ber_done (const Ber *ber)
{
    return !ber->failed && ber->depth == 0 && ber->in.at == ber->in.size;
}
