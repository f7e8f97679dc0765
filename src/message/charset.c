/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: survey() looks at the bytes once; choose() goes down the order of evidence; the
 * chosen decoder runs. Candidates are decoded and scored on a sample only, so the cost stays linear
 * and small.
 */
#include "message/charset.h"

#include "common/buffer.h"
#include "common/utf8.h"
#include "core/error.h"
#include "message/charset-decode.h"
#include "message/charset-guess.h"
#include "message/charset-score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE_MAX = 32768,       /* bytes that candidates are scored on */
    SAMPLE_TEXT_MAX = 262144, /* bytes of UTF-8 of a decoded sample */
    KANA_SURE = 15,           /* hundredths: see mugai_charset_score_kana() */
    EVIDENCE_GUESSES = 4,     /* readings that the evidence names */
};

typedef struct Survey {
    const uint8_t *data;
    size_t size;
    size_t high; /* bytes from 0x80 on */
    size_t nuls;
    size_t even_nuls;  /* NULs at even offsets: UTF-16BE of Latin text */
    size_t first_high; /* offset */
    uint8_t highest;
    size_t utf8_chars; /* well-formed sequences beyond ASCII */
    size_t utf8_bad;   /* bytes outside of any */
    size_t surrogates; /* CESU-8: three of these bytes each, from a program that meant UTF-8 */
    bool jis_escape;
    bool kr_escape;
} Survey;

typedef struct Choice {
    MugaiCharsetId id;
    MugaiCharsetHow how;
    int score;
    size_t skip; /* bytes of a mark */
    char evidence[MUGAI_CHARSET_EVIDENCE];
} Choice;

const char *
mugai_charset_how_name (MugaiCharsetHow how)
{
    static const char *const names[] = { "mark",  "escapes", "ascii", "validity",
                                         "label", "score",   "nuls" };
    return names[how];
}

static bool
is_jis_escape (const uint8_t *at, size_t left)
{
    if (left < 3)
        return false;
    if (at[1] == '$')
        return (at[2] >= '@' && at[2] <= 'D') ||
               (left >= 4 && at[2] == '(' && at[3] >= '@' && at[3] <= 'Q');
    return at[1] == '(' && (at[2] == 'I' || at[2] == 'J' || at[2] == 'B');
}

static void
survey_escapes (Survey *s)
{
    const uint8_t *at = s->data, *end = s->data + s->size;
    while (at < end && (at = memchr (at, 0x1B, (size_t)(end - at))) != NULL) {
        size_t left = (size_t)(end - at);
        s->jis_escape = s->jis_escape || is_jis_escape (at, left);
        s->kr_escape = s->kr_escape || (left >= 4 && memcmp (at, "\x1b$)C", 4) == 0);
        at++;
    }
}

static void
survey_nuls (Survey *s, const uint8_t *at, const uint8_t *end)
{
    while (at < end && (at = memchr (at, 0, (size_t)(end - at))) != NULL) {
        s->nuls++;
        s->even_nuls += (at - s->data) % 2 == 0;
        at++;
    }
}

static Survey
survey (const uint8_t *data, size_t size)
{
    Survey s = { .data = data, .size = size, .first_high = size };
    const uint8_t *at = data, *end = data + size;
    while (at < end) {
        size_t ascii = mugai_utf8_ascii (at, end);
        if (ascii > 0) {
            survey_nuls (&s, at, at + ascii);
            at += ascii;
            continue;
        }
        if (s.high == 0)
            s.first_high = (size_t)(at - data);
        size_t n = mugai_utf8_length (at, end);
        s.utf8_chars += n > 1;
        s.utf8_bad += n == 0;
        s.surrogates += n == 0 && end - at >= 3 && at[0] == 0xED && (at[1] & 0xE0) == 0xA0 &&
                        (at[2] & 0xC0) == 0x80;
        for (size_t i = 0; i < (n == 0 ? 1 : n); i++) {
            s.high++;
            s.highest = MAX (s.highest, at[i]);
        }
        at += n == 0 ? 1 : n;
    }
    survey_escapes (&s);
    return s;
}

/* The bytes a candidate is scored on: from shortly before the first one beyond ASCII. */
static const uint8_t *
sample (const Survey *s, size_t *ret_size)
{
    size_t start = s->first_high > 64 ? (s->first_high - 64) & ~(size_t)3 : 0; /* whole units */
    *ret_size = MIN (s->size - start, (size_t)SAMPLE_MAX);
    return s->data + start;
}

static MugaiCharsetScore
score_as (const Survey *s, MugaiCharsetId id, size_t *ret_bad)
{
    size_t size;
    const uint8_t *bytes = sample (s, &size);
    MugaiBuffer out = mugai_buffer (SAMPLE_TEXT_MAX);
    size_t bad = mugai_charset_convert (id, bytes, size, &out);
    if (bad > 0 && size < s->size)
        bad--; /* the sample may end inside of a character */
    MugaiCharsetScore score = mugai_charset_score (out.data, out.size, bad);
    mugai_buffer_clear (&out);
    *ret_bad = bad;
    return score;
}

static bool
choose_mark (const Survey *s, Choice *choice)
{
    static const struct {
        const char *mark;
        size_t size;
        MugaiCharsetId id;
    } marks[] = {
        { "\xEF\xBB\xBF", 3, MUGAI_CHARSET_UTF_8 },
        { "\xFF\xFE\0\0", 4, MUGAI_CHARSET_UTF_32LE },
        { "\0\0\xFE\xFF", 4, MUGAI_CHARSET_UTF_32BE },
        { "\xFF\xFE", 2, MUGAI_CHARSET_UTF_16LE },
        { "\xFE\xFF", 2, MUGAI_CHARSET_UTF_16BE },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (marks); i++) {
        if (s->size >= marks[i].size && memcmp (s->data, marks[i].mark, marks[i].size) == 0) {
            *choice = (Choice){ marks[i].id, MUGAI_CHARSET_BY_MARK, 0, marks[i].size, "" };
            return marks[i].id != MUGAI_CHARSET_UTF_8 || s->utf8_bad * 10 <= s->utf8_chars;
        }
    }
    return false;
}

/* Without NULs, the byte order that gives the better text; big-endian when neither does (RFC 2781,
 * 4.3). */
static bool
is_big (const Survey *s)
{
    size_t ignored;
    if (s->nuls > s->size / 16)
        return s->even_nuls * 2 > s->nuls;
    MugaiCharsetScore little = score_as (s, MUGAI_CHARSET_UTF_16LE, &ignored);
    MugaiCharsetScore big = score_as (s, MUGAI_CHARSET_UTF_16BE, &ignored);
    return mugai_charset_score_mean (&big) >= mugai_charset_score_mean (&little);
}

/* Is every four bytes a code point, the one at 0 the highest byte when @big? */
static bool
are_quads (const Survey *s, bool big)
{
    bool all = s->size > 0 && s->size % 4 == 0 && s->nuls * 4 >= s->size;
    for (size_t i = 0; all && i < s->size; i += 4)
        all = s->data[big ? i : i + 3] == 0 && s->data[big ? i + 1 : i + 2] <= 0x10;
    return all;
}

static bool
choose_wide32 (const Survey *s, MugaiCharsetId declared, Choice *choice)
{
    bool labelled = declared == MUGAI_CHARSET_UTF_32LE || declared == MUGAI_CHARSET_UTF_32BE;
    bool big = are_quads (s, true);
    if (!big && !are_quads (s, false))
        return false;
    *choice = (Choice){ big ? MUGAI_CHARSET_UTF_32BE : MUGAI_CHARSET_UTF_32LE,
                        labelled ? MUGAI_CHARSET_BY_LABEL : MUGAI_CHARSET_BY_NULS, 0, 0, "" };
    return true;
}

/* Text of kana alone has no byte beyond ASCII in UTF-16, as little as plain text has. */
static bool
holds_kana (const Survey *s, MugaiCharsetId id)
{
    size_t bad;
    MugaiCharsetScore score = score_as (s, id, &bad);
    return bad == 0 && mugai_charset_score_kana (&score) > KANA_SURE;
}

/* UTF-16 and UTF-32: by label when the bytes look like it, or by their NULs. */
static bool
choose_wide (const Survey *s, MugaiCharsetId declared, Choice *choice)
{
    bool big = s->even_nuls * 2 > s->nuls;
    bool labelled = declared >= MUGAI_CHARSET_UTF_16 && declared <= MUGAI_CHARSET_UTF_32BE;
    if (choose_wide32 (s, declared, choice))
        return true;
    MugaiCharsetId id = declared;
    if (id == MUGAI_CHARSET_UTF_16)
        id = is_big (s) ? MUGAI_CHARSET_UTF_16BE : MUGAI_CHARSET_UTF_16LE;
    if (labelled && (s->nuls > 0 || s->high > s->size / 8 || holds_kana (s, id))) {
        *choice = (Choice){ id, MUGAI_CHARSET_BY_LABEL, 0, 0, "" };
        return true;
    }
    bool one_side = s->even_nuls * 10 <= s->nuls || s->even_nuls * 10 >= s->nuls * 9;
    if (s->size >= 4 && s->nuls > s->size / 4 && one_side) {
        *choice = (Choice){ big ? MUGAI_CHARSET_UTF_16BE : MUGAI_CHARSET_UTF_16LE,
                            MUGAI_CHARSET_BY_NULS, 0, 0, "" };
        return true;
    }
    return false;
}

/* Charsets that are 7-bit on the wire. */
static bool
choose_seven_bit (const Survey *s, MugaiCharsetId declared, Choice *choice)
{
    bool utf8 = s->highest >= 0xC0 && s->utf8_bad == 0;
    if (s->kr_escape || (declared == MUGAI_CHARSET_ISO_2022_KR && memchr (s->data, 0x0E, s->size)))
        *choice = (Choice){ MUGAI_CHARSET_ISO_2022_KR, MUGAI_CHARSET_BY_ESCAPES, 0, 0, "" };
    else if (s->jis_escape && !utf8)
        *choice = (Choice){ MUGAI_CHARSET_ISO_2022_JP, MUGAI_CHARSET_BY_ESCAPES, 0, 0, "" };
    else if (declared == MUGAI_CHARSET_ISO_2022_JP && s->high == 0)
        *choice = (Choice){ MUGAI_CHARSET_ISO_2022_JP, MUGAI_CHARSET_BY_LABEL, 0, 0, "" };
    else if ((declared == MUGAI_CHARSET_UTF_7 || declared == MUGAI_CHARSET_HZ) && s->high == 0)
        *choice = (Choice){ declared, MUGAI_CHARSET_BY_LABEL, 0, 0, "" };
    else if (s->high == 0)
        *choice = (Choice){ MUGAI_CHARSET_ASCII, MUGAI_CHARSET_BY_ASCII, 0, 0, "" };
    else
        return false;
    return true;
}

/* Valid UTF-8 is UTF-8, but for a few bytes that are a better text under their own label. */
static bool
choose_utf8 (const Survey *s, MugaiCharsetId declared, Choice *choice)
{
    *choice = (Choice){ MUGAI_CHARSET_UTF_8, MUGAI_CHARSET_BY_VALIDITY, 0, 0, "" };
    if (declared == MUGAI_CHARSET_UTF_8) {
        choice->how = MUGAI_CHARSET_BY_LABEL;
        size_t bad = s->utf8_bad - 3 * s->surrogates; /* random bytes are far from either */
        return bad * 5 <= s->high || bad <= 2 * s->utf8_chars;
    }
    if (s->utf8_bad > 0)
        return false;
    bool eight_bit = declared >= MUGAI_CHARSET_CP932;
    if (eight_bit && s->utf8_chars < 4) {
        size_t bad, ignored;
        MugaiCharsetScore own = score_as (s, declared, &bad);
        MugaiCharsetScore utf8 = score_as (s, MUGAI_CHARSET_UTF_8, &ignored);
        if (bad == 0 && mugai_charset_score_mean (&own) > mugai_charset_score_mean (&utf8) + 500)
            return false;
    }
    return true;
}

/* The Japanese 8-bit charset that the bytes fit and in which they hold kana; UNKNOWN when none. */
static MugaiCharsetId
japanese (const Survey *s, int *ret_kana, int *ret_score)
{
    static const MugaiCharsetId ids[] = { MUGAI_CHARSET_CP932, MUGAI_CHARSET_EUC_JP };
    MugaiCharsetId best = MUGAI_CHARSET_UNKNOWN;
    *ret_kana = KANA_SURE;
    for (size_t i = 0; i < G_N_ELEMENTS (ids); i++) {
        size_t bad;
        MugaiCharsetScore score = score_as (s, ids[i], &bad);
        int kana = mugai_charset_score_kana (&score);
        if (bad * 50 <= score.chars && kana > *ret_kana) {
            best = ids[i];
            *ret_kana = kana;
            *ret_score = mugai_charset_score_mean (&score);
        }
    }
    return best;
}

/* The declared 8-bit charset, when the bytes fit it. */
static bool
choose_label (const Survey *s, MugaiCharsetId declared, Choice *choice)
{
    if (declared < MUGAI_CHARSET_CP932)
        return false;
    size_t bad;
    int kana = 0, mean = 0;
    MugaiCharsetScore score = score_as (s, declared, &bad);
    if (bad * 20 > score.chars + 20 || score.controls > 0)
        return false;
    bool multi = declared < MUGAI_CHARSET_SINGLE_FIRST;
    bool trusted = multi && mugai_charset_score_kana (&score) > -30;
    if (!trusted) {
        MugaiCharsetId id = japanese (s, &kana, &mean);
        if (id != MUGAI_CHARSET_UNKNOWN && id != declared)
            return false;
    }
    *choice =
        (Choice){ declared, MUGAI_CHARSET_BY_LABEL, mugai_charset_score_mean (&score), 0, "" };
    return true;
}

/* What each reading was worth: "cp932 31.2 (ja), gb18030 8.1 (zh), ...". */
static void
keep_evidence (const MugaiCharsetGuess *guesses, size_t n, char *out)
{
    size_t used = 0;
    for (size_t i = 0; i < n && i < EVIDENCE_GUESSES && used < MUGAI_CHARSET_EVIDENCE; i++) {
        int points = guesses[i].points;
        int size =
            snprintf (out + used, MUGAI_CHARSET_EVIDENCE - used, "%s%s %s%d.%d (%s)",
                      i > 0 ? ", " : "", mugai_charset_name (guesses[i].id), points < 0 ? "-" : "",
                      abs (points) / 10, abs (points) % 10, guesses[i].language);
        used += (size_t)MAX (size, 0);
    }
}

static void
choose_score (const Survey *s, MugaiCharsetId declared, Choice *choice)
{
    MugaiCharsetGuess guesses[MUGAI_CHARSET_GUESSES];
    int kana, mean = 0;
    MugaiCharsetId id = japanese (s, &kana, &mean);
    size_t size;
    const uint8_t *bytes = sample (s, &size);
    size_t n = mugai_charset_guess (bytes, size, declared, guesses);
    *choice = (Choice){ id != MUGAI_CHARSET_UNKNOWN ? id : guesses[0].id, MUGAI_CHARSET_BY_SCORE,
                        guesses[0].points, 0, "" };
    keep_evidence (guesses, n, choice->evidence);
}

static Choice
choose (const Survey *s, MugaiCharsetId declared)
{
    Choice choice = { MUGAI_CHARSET_ASCII, MUGAI_CHARSET_BY_ASCII, 0, 0, "" };
    if (s->size == 0 || choose_mark (s, &choice) || choose_wide (s, declared, &choice) ||
        choose_seven_bit (s, declared, &choice) || choose_utf8 (s, declared, &choice) ||
        choose_label (s, declared, &choice))
        return choice;
    choose_score (s, declared, &choice);
    return choice;
}

MugaiCharsetResult *
mugai_charset_decode (const uint8_t *data, size_t size, const char *declared,
                      const MugaiLimits *limits, GError **error)
{
    MugaiCharsetId label = mugai_charset_lookup (declared);
    if (data == NULL)
        data = (const uint8_t *)""; /* so that no arithmetic is done on NULL */
    Survey s = survey (data, size);
    Choice choice = choose (&s, label);
    MugaiBuffer out = mugai_buffer ((size_t)MIN (limits->text, (uint64_t)G_MAXSSIZE));
    size_t bad = mugai_charset_convert (choice.id, data + choice.skip, size - choice.skip, &out);
    if (out.failed) {
        mugai_buffer_clear (&out);
        g_set_error (error, MUGAI_ERROR, MUGAI_ERROR_RESOURCE,
                     "no memory for %zu bytes of text in %s", size, mugai_charset_name (choice.id));
        return NULL;
    }
    MugaiCharsetResult *result = g_new0 (MugaiCharsetResult, 1);
    result->text = g_bytes_new_with_free_func (out.data, out.size, free, out.data);
    result->charset = mugai_charset_name (choice.id);
    result->declared = declared == NULL || *declared == '\0' ? "" : mugai_charset_name (label);
    result->how = choice.how;
    result->score = choice.score;
    memcpy (result->evidence, choice.evidence, sizeof result->evidence);
    result->undecodable = bad;
    result->cut = out.cut;
    result->mislabelled = label != MUGAI_CHARSET_UNKNOWN && label != choice.id &&
                          choice.how != MUGAI_CHARSET_BY_ASCII &&
                          choice.how != MUGAI_CHARSET_BY_MARK &&
                          !(label == MUGAI_CHARSET_UTF_16 && choice.how == MUGAI_CHARSET_BY_LABEL);
    return result;
}

void
mugai_charset_result_free (MugaiCharsetResult *result)
{
    if (result == NULL)
        return;
    g_bytes_unref (result->text);
    g_free (result);
}
