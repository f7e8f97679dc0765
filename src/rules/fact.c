/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/fact.h"

#include "base/escape.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const role_names[] = { "", "body", "attachment", "inline", "member" };
static const char *const active_names[] = {
    "macro", "javascript", "external-link", "ole-object",      "dde",    "embedded-file",
    "form",  "launch",     "xlm",           "remote-template", "activex"
};

enum { ACTIVES = sizeof active_names / sizeof active_names[0] };

static const char *
or_other (const char *text, const char *other)
{
    return text != NULL ? text : other;
}

const char *
mugai_fact_text (MugaiKey key, const MugaiItemFacts *item, const MugaiPartFacts *part)
{
    switch (key) {
    case MUGAI_KEY_TYPE:
        return or_other (part->type, "");
    case MUGAI_KEY_FAMILY:
        return or_other (part->family, "");
    case MUGAI_KEY_DECLARED:
        return or_other (part->declared, "");
    case MUGAI_KEY_EXTENSION:
        return or_other (part->extension, "");
    case MUGAI_KEY_NAME:
        return or_other (part->name, "");
    case MUGAI_KEY_CONTAINER:
        return or_other (part->container, "");
    case MUGAI_KEY_ROLE:
        return part->role <= MUGAI_ROLE_MEMBER ? role_names[part->role] : "";
    case MUGAI_KEY_CHARSET:
        return or_other (part->charset, "");
    case MUGAI_KEY_FROM:
        return or_other (item->from, "");
    case MUGAI_KEY_SENDER:
        return item->sender;
    case MUGAI_KEY_SUBJECT:
        return or_other (item->subject, "");
    case MUGAI_KEY_CLIENT:
        return item->client_address;
    case MUGAI_KEY_SPF:
        return or_other (item->spf, "none");
    case MUGAI_KEY_DKIM:
        return or_other (item->dkim, "none");
    case MUGAI_KEY_DMARC:
        return or_other (item->dmarc, "none");
    case MUGAI_KEY_SIZE:
    case MUGAI_KEY_DEPTH:
    case MUGAI_KEY_MISMATCH:
    case MUGAI_KEY_ENCRYPTED:
    case MUGAI_KEY_SIGNED:
    case MUGAI_KEY_ACTIVE:
    case MUGAI_KEY_PAGES:
    case MUGAI_KEY_PIXELS:
    case MUGAI_KEY_TO:
    case MUGAI_KEY_TO_DOMAIN:
        return NULL;
    }
    return NULL;
}

bool
mugai_fact_number (MugaiKey key, const MugaiPartFacts *part, uint64_t *ret)
{
    bool pages = key == MUGAI_KEY_PAGES, pixels = key == MUGAI_KEY_PIXELS;

    if ((pages && !part->pages_known) || (pixels && !part->pixels_known))
        return false;
    *ret = pages                    ? part->pages
           : pixels                 ? part->pixels
           : key == MUGAI_KEY_DEPTH ? part->depth
                                    : part->size;
    return true;
}

MugaiKnown
mugai_fact_known (MugaiKey key, const MugaiPartFacts *part)
{
    if (key == MUGAI_KEY_ENCRYPTED)
        return part->encrypted;
    if (key == MUGAI_KEY_SIGNED)
        return part->is_signed;
    return part->mismatch ? MUGAI_YES : MUGAI_NO;
}

const char *
mugai_fact_recipient (MugaiKey key, const char *recipient)
{
    const char *at = strrchr (recipient, '@');

    if (key != MUGAI_KEY_TO_DOMAIN)
        return recipient;
    return at != NULL ? at + 1 : "";
}

bool
mugai_fact_active (uint32_t active, uint64_t index, const char *word)
{
    uint32_t found = active & ~(uint32_t)MUGAI_ACTIVE_KNOWN;

    if (index < ACTIVES)
        return (found >> index & 1) != 0;
    return strcmp (word, "any") == 0 ? found != 0 : found == 0;
}

static void
show_active (uint32_t active, char *out, size_t room)
{
    size_t used = 0;

    snprintf (out, room, "%s", (active & MUGAI_ACTIVE_KNOWN) != 0 ? "none" : "(unknown)");
    for (size_t i = 0; i < ACTIVES; i++)
        if ((active >> i & 1) != 0 && used < room) {
            int n =
                snprintf (out + used, room - used, "%s%s", used > 0 ? "," : "", active_names[i]);
            used += n > 0 ? (size_t)n : 0;
        }
}

void
mugai_fact_show (MugaiKey key, const MugaiItemFacts *item, const MugaiPartFacts *part, char *out,
                 size_t room)
{
    static const char *const known[] = { "(unknown)", "no", "yes" };
    const MugaiKeyInfo *info = mugai_key_info (key);
    const char *text = mugai_fact_text (key, item, part);
    uint64_t number = 0;

    if (text != NULL)
        mugai_escape (out, room, text, strlen (text));
    else if (key == MUGAI_KEY_ACTIVE)
        show_active (part->active, out, room);
    else if (info->match == MUGAI_MATCH_YES_NO)
        snprintf (out, room, "%s", known[mugai_fact_known (key, part)]);
    else if ((info->match == MUGAI_MATCH_BYTES || info->match == MUGAI_MATCH_COUNT) &&
             mugai_fact_number (key, part, &number))
        snprintf (out, room, "%" PRIu64, number);
    else
        snprintf (out, room, "(unknown)");
}
