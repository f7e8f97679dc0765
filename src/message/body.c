/* SPDX-License-Identifier: Apache-2.0 */
#include "message/body.h"

#include "common/unicode.h"

#include <string.h>

enum {
    LOOK = 4096,          /* bytes of a plain text that are looked at */
    HTML_TALK_MAX = 1200, /* bytes of a plain text that speaks of HTML */
    CUT_LOOK = 2000,      /* bytes before a cut in which a line end is looked for */
    SENTENCE_MAX = 600,   /* visible characters of a text that only speaks of HTML */
};

static bool
below (const MugaiWalk *walk, uint32_t index, uint32_t root)
{
    while (index > root)
        index = mugai_walk_part (walk, index)->parent;
    return index == root;
}

/* The branch of @alternative that @index stands in: a direct child. */
static uint32_t
branch_of (const MugaiWalk *walk, uint32_t index, uint32_t alternative)
{
    while (mugai_walk_part (walk, index)->parent != alternative)
        index = mugai_walk_part (walk, index)->parent;
    return index;
}

static bool
is_body (const MugaiWalkPart *part)
{
    return part->leaf && part->role == MUGAI_ROLE_BODY;
}

bool
mugai_body_says_nothing (const char *text, size_t size)
{
    static const char *const sentences[] = {
        "does not support html",
        "doesn't support html",
        "does not display html",
        "not support html",
        "cannot display html",
        "can't display html",
        "cannot view html",
        "view this email in html",
        "html-compatible",
        "html compatible",
        "enable html",
        "this is an html",
        "html version of this",
        "html email client",
        "html形式",
        "htmlメール",
        "html メール",
        "htmlに対応",
    };
    g_autofree char *lower = g_ascii_strdown (text, (gssize)MIN (size, LOOK));
    size_t visible = 0;

    for (const char *at = lower; *at != '\0'; at++)
        visible += (uint8_t)*at > 0x20 && *at != 0x7f;
    if (visible == 0)
        return true;
    if (visible > SENTENCE_MAX)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS (sentences); i++)
        if (strstr (lower, sentences[i]) != NULL)
            return true;
    return false;
}

/* Does the plain text lose against the HTML beside it? */
static bool
plain_is_poor (const MugaiWalk *walk, uint32_t index, uint32_t html)
{
    bool cut;
    g_autoptr (GBytes) data = mugai_walk_data (walk, index, LOOK, &cut);
    size_t size;
    const char *text = g_bytes_get_data (data, &size);

    if (size == 0 || mugai_body_says_nothing (text, size))
        return true;
    /* short, much smaller than the HTML, and about HTML: a sentence of a kind that the list lacks
     */
    if (cut || size > HTML_TALK_MAX || mugai_walk_part (walk, html)->size / 10 < size)
        return false;
    g_autofree char *lower = g_ascii_strdown (text, (gssize)size);
    return strstr (lower, "html") != NULL;
}

typedef struct Branches { /* first body of each form; 0: none (a body is never the root of an
                             alternative) */
    uint32_t plain, html;
} Branches;

static Branches
find_branches (const MugaiWalk *walk, uint32_t alternative)
{
    Branches found = { 0 };

    for (uint32_t i = alternative + 1; i < walk->parts->len && below (walk, i, alternative); i++) {
        const MugaiWalkPart *part = mugai_walk_part (walk, i);

        if (!is_body (part))
            continue;
        if (strcmp (part->type->id, "html") == 0)
            found.html = i; /* the last one is the richest (RFC 2046 5.1.4) */
        else if (found.plain == 0)
            found.plain = i;
    }
    return found;
}

static uint32_t
choose_one (const MugaiWalk *walk, const Branches *found, MugaiAlternatives how)
{
    if (found->plain == 0 || found->html == 0)
        return found->plain + found->html;
    switch (how) {
    case MUGAI_ALTERNATIVES_HTML:
        return found->html;
    case MUGAI_ALTERNATIVES_PLAIN:
        return found->plain;
    case MUGAI_ALTERNATIVES_COMPARE:
        return plain_is_poor (walk, found->plain, found->html) ? found->html : found->plain;
    }
    return found->plain;
}

static void
choose_branch (MugaiWalk *walk, uint32_t alternative, MugaiAlternatives how)
{
    Branches found = find_branches (walk, alternative);
    uint32_t chosen = choose_one (walk, &found, how);
    uint64_t forms = 0;

    if (chosen == 0)
        return;
    uint32_t branch = branch_of (walk, chosen, alternative);
    for (uint32_t i = alternative + 1; i < walk->parts->len && below (walk, i, alternative); i++) {
        MugaiWalkPart *part = mugai_walk_part (walk, i);

        if (!is_body (part))
            continue;
        forms++;
        if (branch_of (walk, i, alternative) == branch)
            continue;
        part->chosen = false;
        ((MugaiReportPart *)g_ptr_array_index (walk->report->parts, i))->chosen = false;
    }
    if (forms > 1)
        mugai_walk_finding (walk, alternative, "walk.alternative-chosen", forms,
                            mugai_walk_part (walk, chosen)->declared);
}

void
mugai_body_choose (MugaiWalk *walk, MugaiAlternatives how)
{
    for (uint32_t i = 0; i < walk->parts->len; i++)
        if (mugai_walk_part (walk, i)->kind == MUGAI_MIME_ALTERNATIVE)
            choose_branch (walk, i, how);
}

/* A line that imitates the first line of our notice (PROFILE.md M-6.2). */
static bool
imitates (const char *line, size_t size)
{
    static const char ja[] = "無害化の結果", en[] = "Sanitization result";

    if (size >= 2 && memcmp (line, "> ", 2) == 0)
        return false;
    return memmem (line, size, ja, sizeof ja - 1) != NULL ||
           memmem (line, size, en, sizeof en - 1) != NULL;
}

static void
append_text (GString *out, const char *text, size_t size, uint64_t *imitations)
{
    static const char ja[] = "無害化の結果", en[] = "Sanitization result";

    if (memmem (text, size, ja, sizeof ja - 1) == NULL &&
        memmem (text, size, en, sizeof en - 1) == NULL) {
        g_string_append_len (out, text, (gssize)size);
        return;
    }
    for (size_t at = 0; at < size;) {
        const char *lf = memchr (text + at, '\n', size - at);
        size_t line = lf != NULL ? (size_t)(lf - text) + 1 - at : size - at;

        if (imitates (text + at, line)) {
            g_string_append_len (out, "> ", 2);
            ++*imitations;
        }
        g_string_append_len (out, text + at, (gssize)line);
        at += line;
    }
}

/* Cut at a line end if there is one near, else between two characters and not inside of a sequence
 * of them. */
static void
cut_text (GString *text, size_t max)
{
    size_t end = max;

    while (end > 0 && text->str[end - 1] != '\n' && max - end < CUT_LOOK)
        end--;
    if (end == 0 || text->str[end - 1] != '\n')
        for (end = max; end > 0 && ((uint8_t)text->str[end] & 0xc0) == 0x80;)
            end--;
    g_string_truncate (text, end);
    while (text->len > 0) {
        const char *last = g_utf8_find_prev_char (text->str, text->str + text->len);
        if (mugai_char_class (g_utf8_get_char (last)) != MUGAI_CHAR_INVISIBLE)
            break;
        g_string_truncate (text, (gsize)(last - text->str));
    }
}

GString *
mugai_body_join (GPtrArray *texts, size_t max, uint64_t *ret_imitations, bool *ret_cut)
{
    GString *out = g_string_new (NULL);

    for (guint i = 0; i < texts->len; i++) {
        size_t size;
        const char *text = g_bytes_get_data (g_ptr_array_index (texts, i), &size);

        if (size == 0)
            continue;
        if (out->len > 0)
            g_string_append (out, "\n--------------------\n\n");
        append_text (out, text, size, ret_imitations);
        if (out->str[out->len - 1] != '\n')
            g_string_append_c (out, '\n');
    }
    *ret_cut = out->len > max;
    if (*ret_cut)
        cut_text (out, max);
    if (out->len > 0 && out->str[out->len - 1] != '\n')
        g_string_append_c (out, '\n');
    return out;
}
