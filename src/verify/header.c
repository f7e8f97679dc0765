/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one table holds the fields in their order, each with the recogniser of its value
 * and the clause that a wrong value breaks. Nothing is looked up later: a field that passed is
 * done.
 */
#include "verify/header.h"

#include "verify/address.h"
#include "verify/date.h"
#include "verify/word.h"

#include <string.h>

enum { LINE = 76, LINE_LOOSE = 998, RECEIVED_MAX = 50, IDS_MAX = 50, REPLY_IDS_MAX = 10 };

typedef struct Parse {
    MugaiCheck *check;
    MugaiLex *lex;
    MugaiWords words;
    MugaiHeader *header;
    size_t field; /* offset of the field in hand */
} Parse;

/* Take the values of one kind of field. Return: false with a refusal, or without one for the clause
 * of the table. */
typedef bool (*TakeValue) (Parse *p);

static bool
take_any (MugaiLex *lex, const char *const *word, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (mugai_lex_literal (lex, word[i]))
            return true;
    return false;
}

static bool
take_host (MugaiLex *lex)
{
    bool literal = mugai_lex_literal (lex, "[");
    unsigned classes =
        MUGAI_LEX_ALNUM | MUGAI_LEX_DOT | MUGAI_LEX_COLON | MUGAI_LEX_UNDER | MUGAI_LEX_DASH;

    return mugai_lex_run (lex, classes, 64) > 0 && (!literal || mugai_lex_literal (lex, "]"));
}

/* One clause of Received, with the separator before it unless it is the first. *io_count counts
 * them. */
static bool
take_clause (MugaiLex *lex, const char *word, unsigned classes, size_t max, unsigned *io_count)
{
    MugaiLex ahead = *lex;

    if (*io_count > 0 && !mugai_lex_sep (&ahead))
        return true;
    if (!mugai_lex_literal (&ahead, word) || !mugai_lex_sep (&ahead))
        return true; /* absent */
    *lex = ahead;
    ++*io_count;
    return classes == 0 ? take_host (lex) : mugai_lex_run (lex, classes, max) > 0;
}

static bool
take_received (Parse *p)
{
    unsigned count = 0;
    bool ok =
        take_clause (p->lex, "from", 0, 0, &count) && take_clause (p->lex, "by", 0, 0, &count) &&
        take_clause (p->lex, "with", MUGAI_LEX_UPPER | MUGAI_LEX_DIGIT, 16, &count) &&
        take_clause (p->lex, "id", MUGAI_LEX_ALNUM | MUGAI_LEX_DOT | MUGAI_LEX_DASH, 64, &count);

    return ok && count > 0 && mugai_lex_literal (p->lex, ";") && mugai_lex_sep (p->lex) &&
           mugai_date_take (p->lex);
}

static bool
take_auto_submitted (Parse *p)
{
    static const char *const word[] = { "auto-generated", "auto-replied", "no" };

    return take_any (p->lex, word, sizeof word / sizeof word[0]);
}

static bool
take_precedence (Parse *p)
{
    static const char *const word[] = { "bulk", "list", "junk" };

    return take_any (p->lex, word, sizeof word / sizeof word[0]);
}

static bool
take_list_id (Parse *p)
{
    unsigned classes = MUGAI_LEX_ALNUM | MUGAI_LEX_DOT | MUGAI_LEX_UNDER | MUGAI_LEX_DASH;

    return mugai_lex_literal (p->lex, "<") && mugai_lex_run (p->lex, classes, 128) > 0 &&
           mugai_lex_literal (p->lex, ">");
}

static bool
take_mailboxes (Parse *p)
{
    return mugai_address_list (p->check, p->lex, &p->words, MUGAI_ADDRESS_MAX);
}

static bool
take_mailbox (Parse *p)
{
    return mugai_address_list (p->check, p->lex, &p->words, 1);
}

static bool
take_to (Parse *p)
{
    return mugai_lex_literal (p->lex, "undisclosed-recipients:;") || take_mailboxes (p);
}

static bool
take_subject (Parse *p)
{
    p->words.size = 0;
    return mugai_word_unstructured (p->check, p->lex, &p->words) &&
           mugai_word_text (p->check, &p->words, p->field);
}

static bool
take_date (Parse *p)
{
    return mugai_date_take (p->lex);
}

static bool
take_id (Parse *p)
{
    return mugai_address_ids (p->check, p->lex, 1);
}

static bool
take_reply_ids (Parse *p)
{
    return mugai_address_ids (p->check, p->lex, REPLY_IDS_MAX);
}

static bool
take_ids (Parse *p)
{
    return mugai_address_ids (p->check, p->lex, IDS_MAX);
}

static bool
take_mime_version (Parse *p)
{
    return mugai_lex_literal (p->lex, "1.0");
}

/* n of Mugai-Result */
static bool
take_count (MugaiLex *lex, const char *before, uint32_t *ret)
{
    uint32_t value = 0;

    if (!mugai_lex_literal (lex, before))
        return false;
    size_t start = lex->at, n = mugai_lex_run (lex, MUGAI_LEX_DIGIT, 7);
    if (n == 0 || (n > 1 && lex->data[start] == '0'))
        return false;
    for (size_t i = 0; i < n; i++)
        value = value * 10 + (uint32_t)(lex->data[start + i] - '0');
    *ret = value;
    return true;
}

static bool
take_result (Parse *p)
{
    MugaiVerdict *v = &p->check->result->verdict;
    MugaiLex *lex = p->lex;
    char *id = p->header->id;

    if (!mugai_lex_literal (lex, "v=1; id=") || mugai_lex_run (lex, MUGAI_LEX_HEX, 32) != 32)
        return false;
    memcpy (id, lex->data + lex->at - 32, 32);
    id[32] = '\0';
    if (!mugai_lex_literal (lex, ";\r\n policy=") || mugai_lex_run (lex, MUGAI_LEX_HEX, 16) != 16)
        return false;
    if (!take_count (lex, ";\r\n in=", &v->in) ||
        !take_count (lex, "; delivered=", &v->delivered) ||
        !take_count (lex, "; converted=", &v->converted) ||
        !take_count (lex, "; withheld=", &v->withheld))
        return false;
    if (v->in != v->delivered + v->converted + v->withheld)
        return mugai_refuse (p->check, "M-3.3", p->field,
                             "leaves in are not delivered + converted + withheld");
    return true;
}

/* The classes of MIME-Ambiguity-Results: at least one, each once, in this order. */
static bool
take_classes (MugaiLex *lex)
{
    static const char *const class[] = { "header",  "type",      "encoding", "boundary",
                                         "content", "parameter", "line-end", "readers" };
    bool any = false;

    for (size_t i = 0; i < sizeof class / sizeof class[0]; i++) {
        MugaiLex ahead = *lex;
        if ((!any || mugai_lex_literal (&ahead, ",")) && mugai_lex_literal (&ahead, class[i])) {
            *lex = ahead;
            any = true;
        }
    }
    return any;
}

static bool
take_ambiguity (Parse *p)
{
    uint32_t withheld;

    if (!mugai_lex_literal (p->lex, "mugai; ambiguity="))
        return false;
    bool high = mugai_lex_literal (p->lex, "high");
    if ((!high && !mugai_lex_literal (p->lex, "low")) ||
        !take_count (p->lex, "; withheld=", &withheld) ||
        !mugai_lex_literal (p->lex, ";\r\n class=") || !take_classes (p->lex))
        return false;
    if (high != (withheld > 0) || withheld > p->check->result->verdict.withheld)
        return mugai_refuse (p->check, "M-3.5", p->field,
                             "withheld does not fit the level or Mugai-Result");
    return true;
}

static bool
take_content_type (Parse *p)
{
    if (mugai_lex_literal (p->lex, "text/plain; charset=utf-8"))
        return true;
    p->header->jis = mugai_lex_literal (p->lex, "text/plain; charset=iso-2022-jp");
    if (p->header->jis)
        return true;
    p->header->multi = true;
    if (!mugai_lex_literal (p->lex, "multipart/mixed;\r\n boundary=\"=_mugai_"))
        return false;
    if (!mugai_lex_literal (p->lex, p->header->id))
        return mugai_refuse (p->check, "M-4.2", p->lex->at,
                             "boundary without the id of Mugai-Result");
    return mugai_lex_literal (p->lex, "\"");
}

static bool
take_encoding (Parse *p)
{
    return mugai_lex_literal (p->lex, p->header->jis ? "7bit" : "base64");
}

enum {
    LONG = 1u << 0,     /* the exception of M-1.3 */
    REQUIRED = 1u << 1, /* M-2.3 */
    MANY = 1u << 2,     /* may repeat */
};

static const struct {
    const char *name;
    TakeValue take;
    const char *clause;
    unsigned flags;
} field[] = {
    { "Received", take_received, "H-1", MANY },
    { "Auto-Submitted", take_auto_submitted, "H-2", 0 },
    { "List-Id", take_list_id, "H-3", LONG },
    { "Precedence", take_precedence, "H-2", 0 },
    { "From", take_mailboxes, "H-5", LONG },
    { "Sender", take_mailbox, "H-5", LONG },
    { "Reply-To", take_mailboxes, "H-5", LONG },
    { "To", take_to, "H-5", LONG },
    { "Cc", take_mailboxes, "H-5", LONG },
    { "Subject", take_subject, "H-10", 0 },
    { "Date", take_date, "H-4", 0 },
    { "Message-ID", take_id, "H-7", LONG },
    { "In-Reply-To", take_reply_ids, "H-7", LONG },
    { "References", take_ids, "H-7", LONG },
    { "MIME-Version", take_mime_version, "M-3.1", REQUIRED },
    { "Mugai-Result", take_result, "M-3.2", REQUIRED },
    { "MIME-Ambiguity-Results", take_ambiguity, "M-3.4", 0 },
    { "Content-Type", take_content_type, "M-4.1", REQUIRED },
    { "Content-Transfer-Encoding", take_encoding, "M-2.3", 0 },
};

enum { FIELDS = sizeof field / sizeof field[0], ENCODING = FIELDS - 1 };

/* The place in the table of a field name of @size bytes, or -1. */
static int
find_field (const uint8_t *name, size_t size)
{
    for (int i = 0; i < FIELDS; i++)
        if (strlen (field[i].name) == size && memcmp (field[i].name, name, size) == 0)
            return i;
    return -1;
}

bool
mugai_header_is_field (const uint8_t *word, size_t size)
{
    return size > 1 && word[size - 1] == ':' && find_field (word, size - 1) >= 0;
}

/* M-1.3 for the lines of the field that ends at the lexer's position. */
static bool
check_lines (Parse *p, unsigned flags)
{
    const MugaiLex *lex = p->lex;
    size_t max = lex->loose ? LINE_LOOSE : LINE;

    for (size_t at = p->field; at < lex->at;) {
        const uint8_t *lf = memchr (lex->data + at, '\n', lex->at - at);
        size_t end = lf != NULL ? (size_t)(lf - lex->data) - 1 : lex->at; /* before CRLF */
        if (end - at > max) {
            const uint8_t *indent = memchr (lex->data + at, ' ', end - at);
            size_t token = indent != NULL ? (size_t)(indent - lex->data) + 1 : at;
            bool one = memchr (lex->data + token, ' ', end - token) == NULL;
            if ((flags & LONG) == 0 || !one || mugai_lex_contains (lex, token, end, "=?"))
                return mugai_refuse (p->check, "M-1.3", at,
                                     "header line longer than 76 characters");
        }
        at = end + 2;
    }
    return true;
}

/* The name of a field with its colon and space. Returns: its place in the table, or -1 with a
 * refusal. */
static int
take_name (Parse *p)
{
    MugaiLex *lex = p->lex;
    size_t n = mugai_lex_run (lex, MUGAI_LEX_NAME, 64);

    if (n == 0 || !mugai_lex_literal (lex, ": ") || mugai_lex_peek (lex, 0) <= ' ') {
        mugai_refuse (p->check, "M-2.4", p->field, "not a field name, colon, space and value");
        return -1;
    }
    int i = find_field (lex->data + p->field, n);
    if (i < 0)
        mugai_refuse (p->check, "M-2.1", p->field, "field name that the profile lacks");
    return i;
}

static bool
take_field (Parse *p, int *io_last, unsigned *io_received)
{
    p->field = p->lex->at;
    int i = take_name (p);

    if (i < 0)
        return false;
    if (i < *io_last || (i == *io_last && (field[i].flags & MANY) == 0) ||
        (i == 0 && ++*io_received > RECEIVED_MAX))
        return mugai_refuse (p->check, "M-2.2", p->field, "field out of order or too often");
    for (int missing = *io_last + 1; missing < i; missing++)
        if ((field[missing].flags & REQUIRED) != 0)
            return mugai_refuse (p->check, "M-2.3", p->field,
                                 "a field that must stand before this one is absent");
    *io_last = i;
    if (!field[i].take (p) || !mugai_lex_literal (p->lex, "\r\n"))
        return mugai_refuse (p->check, field[i].clause, p->lex->at, "value of a field");
    p->lex->at -= 2;
    bool ok = check_lines (p, field[i].flags);
    p->lex->at += 2;
    return ok;
}

bool
mugai_header_check (MugaiCheck *check, MugaiLex *lex, uint8_t *scratch, MugaiHeader *ret_header)
{
    Parse p = { .check = check, .lex = lex, .words = { .text = scratch }, .header = ret_header };
    unsigned received = 0;
    int last = -1;

    while (mugai_lex_peek (lex, 0) != '\r') {
        if (lex->at == lex->size)
            return mugai_refuse (check, "M-1.5", lex->at, "the header has no end");
        if (!take_field (&p, &last, &received))
            return false;
    }
    if (last < ENCODING - 1 || (last == ENCODING) == ret_header->multi)
        return mugai_refuse (check, "M-2.3", lex->at, "a field is absent, or one too many");
    return mugai_lex_literal (lex, "\r\n") ||
           mugai_refuse (check, "M-4.3", lex->at, "end of the header");
}
