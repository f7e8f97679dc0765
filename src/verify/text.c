/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/text.h"

#include "verify/block.h"
#include "verify/codepoint.h"
#include "verify/link.h"

#include <string.h>

static bool
begins_as_file (const uint8_t *d, size_t size)
{
    static const char *const start[] = { "PK",   "MZ",   "%PDF-", "{\\rtf", "GIF8", "Rar!",
                                         "RIFF", "MSCF", "ITSF",  "BZh",    "%!PS", "!<arch>" };

    for (size_t i = 0; i < sizeof start / sizeof start[0]; i++)
        if (size >= strlen (start[i]) && memcmp (d, start[i], strlen (start[i])) == 0)
            return true;
    return false;
}

/* T-2, and what the places ask of the beginning. */
static bool
check_ends (MugaiCheck *check, const uint8_t *d, size_t size, MugaiTextPlace place)
{
    if (place == MUGAI_TEXT_CSV)
        return true;
    if (size >= 3 && memcmp (d, "\xef\xbb\xbf", 3) == 0)
        return mugai_refuse (check, "T-1", 0, "byte order mark");
    if (place == MUGAI_TEXT_FILE && begins_as_file (d, size))
        return mugai_refuse (check, "T-8", 0, "begins like a file of another type");
    const uint8_t *cr = size > 0 ? memchr (d, '\r', size) : NULL;
    if (cr != NULL)
        return mugai_refuse (check, "T-2", (uint64_t)(cr - d), "carriage return in text");
    if (size > 0 && d[size - 1] != '\n')
        return mugai_refuse (check, "T-2", size, "last line has no end");
    return true;
}

bool
mugai_text_check (MugaiCheck *check, const uint8_t *d, size_t size, MugaiTextPlace place)
{
    size_t at = 0, skip = place == MUGAI_TEXT_CSV ? 3 : 0; /* byte order mark */

    if (!check_ends (check, d, size, place))
        return false;
    d += skip;
    size -= skip;
    const char *clause = mugai_codepoint_fault (d, size, place == MUGAI_TEXT_CSV, &at);
    if (clause != NULL)
        return mugai_refuse (check, clause, skip + at,
                             "byte or code point that may not stand here");
    clause = mugai_block_fault (d, size, &at);
    if (clause != NULL)
        return mugai_refuse (check, clause, skip + at, "a file hidden in text");
    if (mugai_link_data (d, size, &at))
        return mugai_refuse (check, "T-6", skip + at, "data: URI with base64");
    if (place == MUGAI_TEXT_BODY && mugai_link_active (d, size, &at))
        return mugai_refuse (check, "T-7", at, "active link");
    return true;
}

/* Count lines that hold @phrase and are no quotation, up to two; *io_line is the line counted
 * before, or SIZE_MAX. */
static unsigned
count_lines (const uint8_t *d, size_t size, const char *phrase, size_t *io_line)
{
    unsigned count = 0;

    for (size_t at = 0; at < size && count < 2;) {
        const uint8_t *found = memmem (d + at, size - at, phrase, strlen (phrase));
        if (found == NULL)
            break;
        const uint8_t *line = memrchr (d, '\n', (size_t)(found - d));
        size_t start = line != NULL ? (size_t)(line - d) + 1 : 0;
        const uint8_t *end = memchr (found, '\n', size - (size_t)(found - d));
        at = end != NULL ? (size_t)(end - d) + 1 : size;
        if (start != *io_line && !(size - start >= 2 && d[start] == '>' && d[start + 1] == ' ')) {
            *io_line = start;
            count++;
        }
    }
    return count;
}

bool
mugai_text_notice (MugaiCheck *check, const uint8_t *d, size_t size, bool needed)
{
    size_t line = SIZE_MAX;
    unsigned count = count_lines (d, size, "無害化の結果", &line);

    count += count_lines (d, size, "Sanitization result", &line);
    if (count > 1)
        return mugai_refuse (check, "M-6.2", line, "second notice line");
    if (needed && count == 0)
        return mugai_refuse (check, "M-6.3", size,
                             "parts were withheld, but there is no notice line");
    return true;
}
