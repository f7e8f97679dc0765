/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/network.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TEXT = 64 };

/* @ret_v4: was it written as IPv4? */
static bool
parse_address (const char *text, uint8_t ret[16], bool *ret_v4)
{
    static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    struct in_addr v4;
    struct in6_addr v6;

    if (strncasecmp (text, "IPv6:", 5) == 0)
        text += 5;
    if (inet_pton (AF_INET, text, &v4) == 1) {
        memcpy (ret, mapped, sizeof mapped);
        memcpy (ret + sizeof mapped, &v4, 4);
        *ret_v4 = true;
        return true;
    }
    if (inet_pton (AF_INET6, text, &v6) != 1)
        return false;
    memcpy (ret, &v6, 16);
    *ret_v4 = false;
    return true;
}

/* Equal in the first @bits? */
static bool
same_bits (const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned bytes = bits / 8, rest = bits % 8;

    if (memcmp (a, b, bytes) != 0)
        return false;
    return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

static bool
parse_bits (const char *text, unsigned most, unsigned *ret)
{
    size_t size = strlen (text);

    if (size == 0 || size > 3 || strspn (text, "0123456789") != size)
        return false;
    unsigned bits = (unsigned)strtoul (text, NULL, 10);
    if (bits > most)
        return false;
    *ret = bits;
    return true;
}

bool
mugai_network_parse (const char *text, MugaiNetwork *ret)
{
    char copy[TEXT];
    MugaiNetwork network = { 0 };
    bool v4 = false;
    unsigned bits = 0;

    if (strlen (text) >= sizeof copy)
        return false;
    strcpy (copy, text);
    char *slash = strchr (copy, '/');
    if (slash != NULL)
        *slash++ = '\0';
    if (!parse_address (copy, network.address, &v4))
        return false;
    bits = v4 ? 32 : 128;
    if (slash != NULL && !parse_bits (slash, bits, &bits))
        return false;
    network.bits = (uint8_t)(v4 ? bits + 96 : bits);
    for (unsigned i = network.bits; i < 128; i++)
        if ((network.address[i / 8] >> (7 - i % 8)) & 1)
            return false;
    *ret = network;
    return true;
}

bool
mugai_network_holds (const MugaiNetwork *network, const char *address)
{
    uint8_t bytes[16];
    bool v4;

    return parse_address (address, bytes, &v4) &&
           same_bits (network->address, bytes, network->bits);
}

bool
mugai_network_covers (const MugaiNetwork *wide, const MugaiNetwork *narrow)
{
    return wide->bits <= narrow->bits && same_bits (wide->address, narrow->address, wide->bits);
}
