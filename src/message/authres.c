/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: a reader walks over the unfolded line, white space and comments are skipped between
 * all tokens, quoted strings are values wherever they stand, so that nothing a sender chose (a
 * local part in smtp.mailfrom, a comment) can end a statement. The first thing that is not in the
 * grammar makes the whole field say nothing.
 */
#include "message/authres.h"

#include <string.h>

enum { RESULTS_MAX = 64, PROPERTIES_MAX = 64, VALUE_MAX = 320 /* bytes */ };

typedef struct Reader {
    const char *at;
    bool bad;
} Reader;

typedef struct Statement { /* method=result with what was said about it */
    char method[MUGAI_AUTHRES_WORD], result[MUGAI_AUTHRES_WORD];
    char domain[MUGAI_AUTHRES_DOMAIN]; /* header.d, or the domain of header.i; "" when unsaid */
} Statement;

/* Past a comment, which may hold comments. */
static void
skip_comment (Reader *r)
{
    size_t depth = 0;

    for (; *r->at != '\0'; r->at++) {
        if (*r->at == '\\' && r->at[1] != '\0')
            r->at++;
        else if (*r->at == '(')
            depth++;
        else if (*r->at == ')' && --depth == 0) {
            r->at++;
            return;
        }
    }
    r->bad = true;
}

static void
skip_blank (Reader *r)
{
    while (*r->at == ' ' || *r->at == '\t' || *r->at == '(')
        if (*r->at == '(')
            skip_comment (r);
        else
            r->at++;
}

static bool
take_char (Reader *r, char c)
{
    skip_blank (r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static void
put (Reader *r, char *ret, size_t room, size_t *used, char c)
{
    if (*used + 1 < room)
        ret[(*used)++] = c;
    else
        r->bad = true;
}

/* A word of letters, digits, "-" and "_", in lower case. */
static bool
take_word (Reader *r, char *ret, size_t room)
{
    size_t used = 0;

    skip_blank (r);
    for (; g_ascii_isalnum (*r->at) || *r->at == '-' || *r->at == '_'; r->at++)
        put (r, ret, room, &used, g_ascii_tolower (*r->at));
    ret[used] = '\0';
    return used > 0 && !r->bad;
}

/* A quoted string, or everything up to white space, a semicolon or a comment. */
static bool
take_value (Reader *r, char *ret, size_t room)
{
    bool quoted = take_char (r, '"');
    size_t used = 0;

    while (*r->at != '\0' && (quoted ? *r->at != '"' : strchr (" \t;(\"", *r->at) == NULL)) {
        if (quoted && *r->at == '\\' && r->at[1] != '\0')
            r->at++;
        put (r, ret, room, &used, *r->at++);
    }
    ret[used] = '\0';
    if (quoted && *r->at++ != '"') {
        r->at--;
        r->bad = true;
    }
    if (quoted && *r->at == '@') { /* "local part"@domain */
        char domain[VALUE_MAX];
        take_value (r, domain, sizeof domain);
        g_strlcpy (ret, domain, room);
    }
    return !r->bad;
}

/* reason=value, ptype.property=value; some servers write others without a type (action=none). */
static bool
take_property (Reader *r, Statement *statement)
{
    char type[MUGAI_AUTHRES_WORD], property[MUGAI_AUTHRES_WORD] = "", value[VALUE_MAX];

    if (!take_word (r, type, sizeof type) ||
        (take_char (r, '.') && !take_word (r, property, sizeof property)) || !take_char (r, '=') ||
        !take_value (r, value, sizeof value))
        return false;
    if (strcmp (type, "header") != 0)
        return true;
    const char *at = strrchr (value, '@');
    bool d = strcmp (property, "d") == 0;
    if (d || (strcmp (property, "i") == 0 && statement->domain[0] == '\0'))
        g_strlcpy (statement->domain, at != NULL ? at + 1 : value, sizeof statement->domain);
    return true;
}

/* One statement behind its semicolon. Returns: false when it is none; the method is "" for "none",
 * which says that nothing was checked, and for an empty one. */
static bool
take_statement (Reader *r, Statement *statement)
{
    char version[MUGAI_AUTHRES_WORD];

    *statement = (Statement){ 0 };
    skip_blank (r);
    if (*r->at == ';' || *r->at == '\0')
        return true;
    if (!take_word (r, statement->method, sizeof statement->method))
        return false;
    skip_blank (r);
    if (strcmp (statement->method, "none") == 0 && *r->at == '\0') {
        statement->method[0] = '\0';
        return true;
    }
    if (take_char (r, '/') && (!take_word (r, version, sizeof version) ||
                               strspn (version, "0123456789") != strlen (version)))
        return false;
    if (!take_char (r, '=') || !take_word (r, statement->result, sizeof statement->result))
        return false;
    for (size_t i = 0; i < PROPERTIES_MAX; i++) {
        skip_blank (r);
        if (*r->at == ';' || *r->at == '\0')
            return !r->bad;
        if (!take_property (r, statement))
            return false;
    }
    return false;
}

/* Is one name the other, or below it? */
static bool
related (const char *a, const char *b)
{
    size_t one = strlen (a), two = strlen (b);
    const char *longer = one >= two ? a : b, *shorter = one >= two ? b : a;
    size_t difference = one >= two ? one - two : two - one, dots = 0;

    for (const char *at = shorter; *at != '\0'; at++)
        dots += *at == '.';
    return g_ascii_strcasecmp (longer + difference, shorter) == 0 &&
           (difference == 0 || (longer[difference - 1] == '.' && dots > 0));
}

static void
take_dkim (MugaiAuthres *results, const Statement *s, const char *author)
{
    const char *at = author != NULL ? strrchr (author, '@') : NULL;
    bool foreign = s->domain[0] != '\0' && (at == NULL || !related (at + 1, s->domain));
    const char *word = strcmp (s->result, "pass") == 0 && foreign ? "policy" : s->result;
    bool better = strcmp (word, "pass") == 0 ||
                  (strcmp (word, "policy") == 0 && strcmp (results->dkim, "policy") != 0);

    if (results->dkim[0] != '\0' && (!better || strcmp (results->dkim, "pass") == 0))
        return;
    g_strlcpy (results->dkim, word, sizeof results->dkim);
    g_strlcpy (results->signer, s->domain, sizeof results->signer);
}

static void
take_result (MugaiAuthres *results, const Statement *s, const char *author)
{
    if (strcmp (s->method, "dkim") == 0)
        take_dkim (results, s, author);
    else if (strcmp (s->method, "spf") == 0 && results->spf[0] == '\0')
        g_strlcpy (results->spf, s->result, sizeof results->spf);
    else if (strcmp (s->method, "dmarc") == 0 && results->dmarc[0] == '\0')
        g_strlcpy (results->dmarc, s->result, sizeof results->dmarc);
}

/* Everything behind the server's name. Returns: false when it is not in the grammar. */
static bool
read_results (Reader *r, const char *author, MugaiAuthres *results)
{
    char version[MUGAI_AUTHRES_WORD];
    Statement statement;

    skip_blank (r);
    if (g_ascii_isdigit (*r->at) &&
        (!take_word (r, version, sizeof version) || strcmp (version, "1") != 0))
        return false;
    for (size_t i = 0; i < RESULTS_MAX; i++) {
        skip_blank (r);
        if (*r->at == '\0')
            return !r->bad;
        if (!take_char (r, ';') || !take_statement (r, &statement))
            return false;
        take_result (results, &statement, author);
    }
    return false;
}

MugaiAuthres
mugai_authres_read (const MugaiFields *fields, const char *authserv_id, const char *author)
{
    MugaiAuthres results = { 0 };
    size_t from = 0;
    bool seen = false;

    for (const MugaiField *field;
         (field = mugai_fields_find (fields, "Authentication-Results", &from)) != NULL;) {
        g_autofree char *line = mugai_field_unfold (field);
        Reader r = { .at = line };
        char id[VALUE_MAX];

        if (seen || authserv_id[0] == '\0' || !take_value (&r, id, sizeof id) ||
            g_ascii_strcasecmp (id, authserv_id) != 0) {
            results.ignored++;
            continue;
        }
        seen = true;
        MugaiAuthres said = { .found = true };
        if (!field->odd && read_results (&r, author, &said)) {
            said.ignored = results.ignored;
            results = said;
        }
    }
    return results;
}

/* A result in words; one that RFC 8601 does not list is said to be another. */
static const char *
in_words (const char *result, MugaiLanguage language)
{
    static const struct {
        const char *word, *ja, *en;
    } rows[] = {
        { "pass", "合格", "pass" },
        { "bestguesspass", "合格（推定）", "pass (guessed)" },
        { "fail", "不合格", "fail" },
        { "hardfail", "不合格", "fail" },
        { "softfail", "不合格（弱）", "softfail" },
        { "policy", "差出人と別のドメインの署名", "signed by another domain" },
        { "neutral", "判定なし", "neutral" },
        { "none", "情報なし", "none" },
        { "temperror", "一時エラー", "temporary error" },
        { "permerror", "設定エラー", "permanent error" },
        { "", "結果なし", "not checked" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
        if (strcmp (rows[i].word, result) == 0)
            return language == MUGAI_LANGUAGE_EN ? rows[i].en : rows[i].ja;
    return language == MUGAI_LANGUAGE_EN ? "another result" : "その他";
}

char *
mugai_authres_summary (const MugaiAuthres *results, MugaiLanguage language)
{
    bool english = language == MUGAI_LANGUAGE_EN;

    if (!results->found)
        return NULL;
    return g_strdup_printf (english ? "Sender authentication: SPF %s, DKIM %s, DMARC %s"
                                    : "差出人認証：SPF %s、DKIM %s、DMARC %s",
                            in_words (results->spf, language), in_words (results->dkim, language),
                            in_words (results->dmarc, language));
}
