/* SPDX-License-Identifier: Apache-2.0
 *
 * Who signed the input (ISO/IEC 29500-2 clause 13): the names that the certificates of its
 * signatures claim. Nothing is checked; the copy carries no signature anyway.
 *
 * How it works: the certificate's base64 is taken out of the XML as it stands; in its DER the last
 * commonName before the key is the subject's (RFC 5280 4.1).
 */
#include "office/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CERTIFICATE = 8192, NAME = 128, NAMES = 512, SIGNATURES = 16 };

static int
digit (char c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Up to `<`. Returns: bytes. */
static size_t
decode (const char *text, const char *end, uint8_t out[CERTIFICATE])
{
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t size = 0;

    for (; text < end && *text != '<' && size < CERTIFICATE; text++) {
        int value = digit (*text);
        if (value < 0)
            continue;
        bits = bits << 6 | (uint32_t)value;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            out[size++] = (uint8_t)(bits >> n_bits);
        }
    }
    return size;
}

/* The commonName whose OID ends at @at: UTF8String, PrintableString, T61String or BMPString. */
static bool
name_at (const uint8_t *der, size_t size, size_t at, char out[NAME])
{
    size_t length = at + 2 <= size ? der[at + 1] : 0, n = 0;

    if (length == 0 || length >= 0x80 || length > size - at - 2)
        return false;
    if (der[at] == 0x0C || der[at] == 0x13 || der[at] == 0x14) {
        memcpy (out, der + at + 2, length < NAME - 1 ? length : NAME - 1);
        out[length < NAME - 1 ? length : NAME - 1] = '\0';
        return true;
    }
    if (der[at] != 0x1E)
        return false;
    for (size_t i = 0; i + 1 < length && n + 4 < NAME; i += 2) {
        unsigned c = (unsigned)der[at + 2 + i] << 8 | der[at + 3 + i];
        if (c >= 0x800) {
            out[n++] = (char)(0xE0 | c >> 12);
            out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
        } else if (c >= 0x80) {
            out[n++] = (char)(0xC0 | c >> 6);
        }
        out[n++] = (char)(c >= 0x80 ? 0x80 | (c & 0x3F) : c);
    }
    out[n] = '\0';
    return true;
}

static bool
subject_of (const uint8_t *der, size_t size, char out[NAME])
{
    static const uint8_t common_name[] = { 0x06, 0x03, 0x55, 0x04, 0x03 };
    static const uint8_t rsa[] = { 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01 };
    static const uint8_t ec[] = { 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01 };
    bool found = false;

    for (size_t i = 0; i + sizeof rsa <= size; i++) {
        if (memcmp (der + i, rsa, sizeof rsa) == 0 || memcmp (der + i, ec, sizeof ec) == 0)
            break;
        if (memcmp (der + i, common_name, sizeof common_name) == 0)
            found = name_at (der, size, i + sizeof common_name, out) || found;
    }
    return found;
}

static void
add_signer (MugaiDocument *doc, const char *path, char names[NAMES])
{
    static const char tag[] = "X509Certificate>";
    size_t size, used = strlen (names);
    char *xml = (char *)mugai_package_unpack (&doc->package, path, &size);
    const char *end = xml != NULL ? xml + size : NULL;
    const char *at = xml != NULL ? memmem (xml, size, tag, sizeof tag - 1) : NULL;
    uint8_t der[CERTIFICATE];
    char name[NAME];

    if (at != NULL && subject_of (der, decode (at + sizeof tag - 1, end, der), name) &&
        strstr (names, name) == NULL)
        snprintf (names + used, NAMES - used, "%s%s", used > 0 ? ", " : "", name);
    free (xml);
}

void
mugai_document_signatures (MugaiDocument *doc)
{
    char names[NAMES] = "";
    uint64_t count = 0;

    for (size_t i = 0; i < doc->package_part.relations.count; i++) {
        const MugaiRelation *origin = &doc->package_part.relations.list[i];
        MugaiRelations signatures = { 0 };
        if (strcmp (origin->type, "origin") != 0 || origin->external || count >= SIGNATURES)
            continue;
        mugai_package_relations (&doc->package, origin->target, &signatures);
        for (size_t k = 0; k < signatures.count && count < SIGNATURES; k++) {
            const MugaiRelation *r = &signatures.list[k];
            if (strcmp (r->type, "signature") != 0 || r->external)
                continue;
            add_signer (doc, r->target, names);
            count++;
        }
        mugai_relations_clear (&signatures);
    }
    mugai_document_finding (doc, "office.signature", count, names[0] != '\0' ? names : "?");
}
