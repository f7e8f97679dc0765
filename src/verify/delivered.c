/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/delivered.h"

#include <string.h>

enum { PREFIX_MAX = 200, LINE = 998 };

static const char *const prefix_name[] = {
    "Return-Path:",           "Delivered-To:",
    "X-Original-To:",         "Received:",
    "Received-SPF:",          "Authentication-Results:",
    "DKIM-Signature:",        "ARC-Seal:",
    "ARC-Message-Signature:", "ARC-Authentication-Results:",
};

bool
mugai_delivered_line_ends (MugaiCheck *check, const uint8_t *data, size_t size, uint8_t **ret_copy,
                           size_t *ret_size)
{
    size_t lines = 0, used = 0;

    if (size == 0 || memchr (data, '\r', size) != NULL)
        return true;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    uint8_t *copy = mugai_check_scratch (check, (uint64_t)size + lines);
    if (copy == NULL)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n')
            copy[used++] = '\r';
        copy[used++] = data[i];
    }
    *ret_copy = copy;
    *ret_size = used;
    return true;
}

static bool
is_prefix (MugaiLex *lex)
{
    for (size_t i = 0; i < sizeof prefix_name / sizeof prefix_name[0]; i++)
        if (mugai_lex_literal (lex, prefix_name[i]))
            return true;
    return false;
}

/* One line up to and with its CRLF. @start: where the line began. */
static bool
take_line (MugaiCheck *check, MugaiLex *lex, size_t start, bool folded)
{
    bool blank = folded;

    for (int c; (c = mugai_lex_peek (lex, 0)) == '\t' || (c >= 0x20 && c <= 0x7e); lex->at++)
        blank = blank && (c == ' ' || c == '\t');
    if (blank || lex->at - start > LINE || !mugai_lex_literal (lex, "\r\n"))
        return mugai_refuse (check, "D-3", lex->at, "field that an MTA added");
    return true;
}

bool
mugai_delivered_prefix (MugaiCheck *check, MugaiLex *lex)
{
    for (unsigned count = 0;; count++) {
        size_t start = lex->at;
        if (!is_prefix (lex))
            return true;
        if (count == PREFIX_MAX)
            return mugai_refuse (check, "D-2", start, "too many fields that an MTA added");
        if (!take_line (check, lex, start, false))
            return false;
        while (mugai_lex_peek (lex, 0) == ' ' || mugai_lex_peek (lex, 0) == '\t')
            if (!take_line (check, lex, lex->at, true))
                return false;
    }
}
