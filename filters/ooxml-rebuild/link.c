/* SPDX-License-Identifier: Apache-2.0 */
#include "ooxml-rebuild/link.h"

#include "link-defang/link-defang.h"

#include <string.h>

enum { ROOM = 8 * MUGAI_PACKAGE_PATH };

/* Do @words hold @target, but for its scheme and a slash at its end? */
static bool
says (const char *words, const char *target)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:" };
    char plain[MUGAI_PACKAGE_PATH];
    size_t size;

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncmp (target, schemes[i], strlen (schemes[i])) == 0) {
            target += strlen (schemes[i]);
            break;
        }
    size = strlen (target);
    if (size > 1 && target[size - 1] == '/')
        size--;
    if (size == 0 || size >= sizeof plain)
        return false;
    memcpy (plain, target, size);
    plain[size] = '\0';
    return strstr (words, plain) != NULL;
}

const char *
mugai_link_words (MugaiDocument *doc, const char *target, const char *words)
{
    const MugaiLinkOptions options = {
        .form = MUGAI_LINK_SHOW,
        .japanese = doc->input->language == NULL || strcmp (doc->input->language, "en") != 0,
    };
    MugaiBuffer text = mugai_buffer (ROOM), shown = mugai_buffer (ROOM);
    const char *told = NULL, *clean;
    size_t size;

    if (target[0] == '\0' || says (words, target))
        return NULL;
    mugai_buffer_add_text (&text, " <");
    mugai_buffer_add_text (&text, target);
    mugai_buffer_add_text (&text, ">");
    clean = text.data != NULL ? mugai_value_text (&doc->text, text.data, text.size, &size) : NULL;
    if (clean != NULL && mugai_link_defang (clean, size, &options, &shown, NULL) == 0 &&
        shown.size > 0)
        told = mugai_arena_copy (&doc->arena, shown.data, shown.size);
    mugai_buffer_clear (&text);
    mugai_buffer_clear (&shown);
    return told;
}
