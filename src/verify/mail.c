/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/mail.h"

#include "verify/base64.h"
#include "verify/delivered.h"
#include "verify/grammar.h"
#include "verify/header.h"
#include "verify/jis.h"
#include "verify/name.h"
#include "verify/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Mail {
    MugaiCheck *check;
    MugaiLex lex;
    MugaiHeader header;
    uint8_t
        *scratch; /* as many bytes as the mail has: decoded texts of the header, then each leaf */
    char delimiter[48];
} Mail;

/* No branch and nothing carried from byte to byte, so that many are looked at together: nearly
 * always all is well. */
static bool
range_ok (const uint8_t *d, size_t from, size_t to, bool jis)
{
    const uint8_t tab = jis ? '\t' : ' ', escape = jis ? 0x1b : ' ';
    uint8_t bad = (uint8_t)((from > 0 && d[from - 1] == '\r') != (d[from] == '\n'));

    for (size_t i = from; i < to; i++)
        bad |= (uint8_t)(((uint8_t)(d[i] - 0x20) > 0x7e - 0x20) & (d[i] != '\r') & (d[i] != '\n') &
                         (d[i] != tab) & (d[i] != escape));
    for (size_t i = from + 1; i < to; i++)
        bad |= (uint8_t)((d[i - 1] == '\r') ^ (d[i] == '\n'));
    return bad == 0;
}

/* M-1.1 and M-1.2, in [@from, @to). Within a body in ISO-2022-JP TAB and ESC may stand. */
static bool
check_range (MugaiCheck *check, const uint8_t *d, size_t from, size_t to, bool jis)
{
    if (from == to || range_ok (d, from, to, jis))
        return true;
    uint8_t before = from > 0 ? d[from - 1] : 0;
    for (size_t i = from; i < to; before = d[i++]) {
        bool also = jis && (d[i] == '\t' || d[i] == 0x1b);
        if (((d[i] < 0x20 && d[i] != '\r' && d[i] != '\n') || d[i] > 0x7e) && !also)
            return mugai_refuse (check, "M-1.1", i, "byte that may not stand in a mail");
        if ((before == '\r') != (d[i] == '\n'))
            return mugai_refuse (check, "M-1.2", i, "CR without LF or LF without CR");
    }
    return true;
}

static bool
check_bytes (MugaiCheck *check, const uint8_t *d, size_t size)
{
    size_t start, end;

    mugai_jis_region (d, size, &start, &end);
    return check_range (check, d, 0, start, false) && check_range (check, d, start, end, true) &&
           check_range (check, d, end, size, false) &&
           (size == 0 || d[size - 1] != '\r' ||
            mugai_refuse (check, "M-1.2", size, "CR without LF or LF without CR"));
}

static void
enter_part (Mail *m)
{
    snprintf (m->check->path, sizeof m->check->path, "%u", m->check->result->verdict.leaves + 1);
}

/* Decode the leaf at the lexer's position into the scratch. */
static bool
take_leaf (Mail *m, size_t *ret_size)
{
    return mugai_base64_lines (m->check, m->lex.data, m->lex.size, m->lex.at, m->scratch, ret_size,
                               &m->lex.at);
}

static bool
check_body (Mail *m, const uint8_t *text, size_t size)
{
    return mugai_text_check (m->check, text, size, MUGAI_TEXT_BODY) &&
           mugai_text_notice (m->check, text, size, m->check->result->verdict.withheld > 0) &&
           mugai_check_leaf (m->check, text, size);
}

static bool
take_jis_body (Mail *m)
{
    size_t size, left = m->lex.size - m->lex.at;
    uint8_t *text = mugai_check_scratch (m->check, MUGAI_JIS_ROOM (left));

    enter_part (m);
    bool ok =
        text != NULL &&
        mugai_jis_lines (m->check, m->lex.data, m->lex.size, m->lex.at, text, &size, &m->lex.at) &&
        check_body (m, text, size);
    free (text);
    return ok;
}

static bool
take_body (Mail *m, bool jis)
{
    size_t size;

    if (jis)
        return take_jis_body (m);
    enter_part (m);
    return take_leaf (m, &size) && check_body (m, m->scratch, size);
}

static bool
take_attachment_name (Mail *m, const MugaiGrammarRow *grammar)
{
    uint8_t name[MUGAI_NAME_ROOM];
    size_t at = m->lex.at, size = mugai_name_parameter (&m->lex, name);

    if (size == 0)
        return mugai_refuse (m->check, "N-1", at, "form of a file name");
    const char *clause = mugai_name_fault (name, size, grammar->extension);
    return clause == NULL || mugai_refuse (m->check, clause, at, "file name");
}

static bool
take_attachment (Mail *m)
{
    size_t size;

    enter_part (m);
    if (m->check->result->verdict.leaves >= m->check->limits->parts)
        return mugai_refuse (m->check, "L-2", m->lex.at, "too many parts");
    if (!mugai_lex_literal (&m->lex, "Content-Type: "))
        return mugai_refuse (m->check, "M-5.1", m->lex.at, "header of an attachment");
    const MugaiGrammarRow *grammar = mugai_grammar_media (&m->lex);
    if (grammar == NULL)
        return mugai_refuse (m->check, "M-5.2", m->lex.at, "media type that the profile lacks");
    if (!mugai_lex_literal (&m->lex, "Content-Transfer-Encoding: base64\r\n"
                                     "Content-Disposition: attachment;\r\n"))
        return mugai_refuse (m->check, "M-5.1", m->lex.at, "header of an attachment");
    if (!take_attachment_name (m, grammar))
        return false;
    if (!mugai_lex_literal (&m->lex, "\r\n"))
        return mugai_refuse (m->check, "M-5.1", m->lex.at, "header of an attachment");
    return take_leaf (m, &size) && grammar->check (m->check, m->scratch, size) &&
           mugai_check_leaf (m->check, m->scratch, size);
}

/* The delimiter after a part. *ret_last: it was the last one. */
static bool
take_delimiter (Mail *m, bool *ret_last)
{
    m->check->path[0] = '\0';
    bool ok = mugai_lex_literal (&m->lex, m->delimiter);

    *ret_last = ok && mugai_lex_literal (&m->lex, "--");
    if (!ok || !mugai_lex_literal (&m->lex, "\r\n"))
        return mugai_refuse (m->check, "M-4.4", m->lex.at, "delimiter of a part");
    return true;
}

static bool
take_multi (Mail *m)
{
    bool last = false;

    snprintf (m->delimiter, sizeof m->delimiter, "--=_mugai_%s", m->header.id);
    if (!mugai_lex_literal (&m->lex, m->delimiter) || !mugai_lex_literal (&m->lex, "\r\n"))
        return mugai_refuse (m->check, "M-4.3", m->lex.at, "first delimiter");
    bool jis = mugai_lex_literal (&m->lex, "Content-Type: text/plain; charset=iso-2022-jp\r\n"
                                           "Content-Transfer-Encoding: 7bit\r\n\r\n");
    if (!jis && !mugai_lex_literal (&m->lex, "Content-Type: text/plain; charset=utf-8\r\n"
                                             "Content-Transfer-Encoding: base64\r\n\r\n"))
        return mugai_refuse (m->check, "M-5.1", m->lex.at, "header of the body");
    if (!take_body (m, jis) || !take_delimiter (m, &last))
        return false;
    if (last)
        return mugai_refuse (m->check, "M-4.5", m->lex.at, "multipart with a body alone");
    while (!last)
        if (!take_attachment (m) || !take_delimiter (m, &last))
            return false;
    return m->lex.at == m->lex.size ||
           mugai_refuse (m->check, "M-4.4", m->lex.at, "bytes after the last delimiter");
}

static bool
take_mail (Mail *m)
{
    strcpy (m->check->path, "header");
    if (m->lex.loose && !mugai_delivered_prefix (m->check, &m->lex))
        return false;
    if (!mugai_header_check (m->check, &m->lex, m->scratch, &m->header))
        return false;
    m->check->path[0] = '\0';
    if (m->header.multi)
        return take_multi (m);
    if (!take_body (m, m->header.jis))
        return false;
    return m->lex.at == m->lex.size ||
           mugai_refuse (m->check, "M-1.5", m->lex.at, "bytes after the end");
}

static bool
check_canonical (MugaiCheck *check, const uint8_t *data, size_t size)
{
    Mail m = { .check = check, .lex = { data, size, 0, check->limits->delivered } };

    if (!m.lex.loose && !check_bytes (check, data, size))
        return false;
    m.scratch = mugai_check_scratch (check, size);
    bool ok = m.scratch != NULL && take_mail (&m);
    free (m.scratch);
    return ok;
}

bool
mugai_mail_check (MugaiCheck *check, const uint8_t *data, size_t size)
{
    if (!check->limits->delivered)
        return check_canonical (check, data, size);

    uint8_t *copy = NULL;
    size_t copy_size = 0;
    if (!mugai_delivered_line_ends (check, data, size, &copy, &copy_size))
        return false;
    bool ok = check_canonical (check, copy != NULL ? copy : data, copy != NULL ? copy_size : size);
    free (copy);
    return ok;
}
