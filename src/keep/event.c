/* SPDX-License-Identifier: Apache-2.0
 *
 * How it works: one table says which member of the struct is which member of the line; writing and
 * reading walk it.
 */
#include "keep/event.h"

#include "base/escape.h"
#include "wire/keep.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

typedef enum Form {
    FORM_U32,
    FORM_U64,
    FORM_TIME,
    FORM_KIND,
    FORM_STATE,
    FORM_ID,
    FORM_DIGEST,
    FORM_TEXT,
    FORM_PACK
} Form;

typedef struct Member {
    const char *name;
    Form form;
    size_t offset;
} Member;

#define AT(field) offsetof (MugaiEvent, field)

/* In the order of the line; prev follows. */
static const Member members[] = {
    { "seq", FORM_U64, AT (seq) },
    { "time", FORM_TIME, AT (time_us) },
    { "event", FORM_KIND, AT (kind) },
    { "uid", FORM_U32, AT (uid_plus_1) },
    { "user", FORM_TEXT, AT (user) },
    { "id", FORM_ID, AT (id) },
    { "state", FORM_STATE, AT (state) },
    { "kind", FORM_U32, AT (item_kind) },
    { "sender", FORM_TEXT, AT (sender) },
    { "recipient", FORM_TEXT, AT (recipient) },
    { "recipients", FORM_U32, AT (recipients) },
    { "client", FORM_TEXT, AT (client) },
    { "queue-id", FORM_TEXT, AT (queue_id) },
    { "auth", FORM_TEXT, AT (auth) },
    { "reason", FORM_TEXT, AT (reason) },
    { "subject", FORM_TEXT, AT (subject) },
    { "from", FORM_TEXT, AT (from) },
    { "message-id", FORM_TEXT, AT (message_id) },
    { "findings", FORM_TEXT, AT (findings) },
    { "in", FORM_U32, AT (in) },
    { "delivered", FORM_U32, AT (delivered) },
    { "converted", FORM_U32, AT (converted) },
    { "withheld", FORM_U32, AT (withheld) },
    { "size-in", FORM_U64, AT (size_in) },
    { "size-out", FORM_U64, AT (size_out) },
    { "content", FORM_DIGEST, AT (content) },
    { "twin", FORM_DIGEST, AT (twin) },
    { "policy", FORM_DIGEST, AT (policy) },
    { "engine", FORM_DIGEST, AT (engine) },
    { "output", FORM_DIGEST, AT (output) },
    { "digest", FORM_DIGEST, AT (digest) },
    { "deaths", FORM_U32, AT (deaths) },
    { "count", FORM_U64, AT (count) },
    { "bytes", FORM_U64, AT (bytes) },
    { "file", FORM_TEXT, AT (file) },
    { "text", FORM_TEXT, AT (text) },
    { "pack", FORM_PACK, AT (original.pack) },
    { "offset", FORM_U64, AT (original.offset) },
    { "length", FORM_U64, AT (original.length) },
    { "report-pack", FORM_PACK, AT (report.pack) },
    { "report-offset", FORM_U64, AT (report.offset) },
    { "report-length", FORM_U64, AT (report.length) },
};

static const char *const names[] = {
    NULL,     "opened",  "started", "stopped", "received",  "recorded",   "superseded", "read",
    "expiry", "expired", "poison",  "space",   "recovered", "incomplete", "denied",     "reindexed",
};

const char *
mugai_event_name (unsigned kind)
{
    return kind < G_N_ELEMENTS (names) ? names[kind] : NULL;
}

/* ---- write ---- */

static bool
all_zero (const uint8_t digest[MUGAI_SHA256_SIZE])
{
    static const uint8_t zero[MUGAI_SHA256_SIZE];

    return memcmp (digest, zero, MUGAI_SHA256_SIZE) == 0;
}

static void
put_number (GString *out, uint64_t value)
{
    char digits[20];
    size_t n = 0;

    do
        digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (n > 0)
        g_string_append_c (out, digits[--n]);
}

static void
put_unit (GString *out, unsigned unit)
{
    char text[8];

    g_snprintf (text, sizeof text, "\\u%04x", unit);
    g_string_append_len (out, text, 6);
}

/* A character that does not show as itself in a terminal: what escape.h would not let through. */
static bool
hidden (const char *at, size_t n)
{
    char shown[24];

    return n > 1 && mugai_escape (shown, sizeof shown, at, n)[0] == '\\';
}

static void
put_text (GString *out, const char *text)
{
    const char *at = text;

    g_string_append_c (out, '"');
    while (*at != '\0') {
        size_t plain = 0;
        while (at[plain] >= ' ' && at[plain] != '"' && at[plain] != '\\' && at[plain] != 0x7f)
            plain++; /* signed char: stops at every byte of 0x80 and above */
        g_string_append_len (out, at, (gssize)plain);
        at += plain;
        if (*at == '\0')
            break;
        gunichar cp = (uint8_t)*at < 0x80 ? (gunichar)*at : g_utf8_get_char (at);
        size_t n = (size_t)(g_utf8_next_char (at) - at);
        if (cp == '"' || cp == '\\') {
            g_string_append_c (out, '\\');
            g_string_append_c (out, (char)cp);
        } else if (cp >= 0x80 && !hidden (at, n)) {
            g_string_append_len (out, at, (gssize)n);
        } else if (cp < 0x10000) {
            put_unit (out, cp);
        } else {
            put_unit (out, 0xd800 + ((cp - 0x10000) >> 10));
            put_unit (out, 0xdc00 + ((cp - 0x10000) & 0x3ff));
        }
        at += n;
    }
    g_string_append_c (out, '"');
}

static void
put_hex (GString *out, const uint8_t digest[MUGAI_SHA256_SIZE])
{
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (digest, hex);
    g_string_append_c (out, '"');
    g_string_append_len (out, hex, MUGAI_SHA256_HEX_SIZE - 1);
    g_string_append_c (out, '"');
}

static void
put_time (GString *out, int64_t time_us)
{
    time_t t = (time_t)(time_us / G_USEC_PER_SEC);
    char text[48];
    struct tm tm;

    gmtime_r (&t, &tm);
    g_snprintf (text, sizeof text, "\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"",
                (tm.tm_year + 1900) % 10000, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
                tm.tm_sec, (int)(time_us % G_USEC_PER_SEC));
    g_string_append (out, text);
}

static bool
is_there (const Member *m, const void *at)
{
    switch (m->form) {
    case FORM_U32:
    case FORM_KIND:
    case FORM_STATE:
        return *(const uint32_t *)at != 0;
    case FORM_U64:
        return *(const uint64_t *)at != 0;
    case FORM_TIME:
        return true;
    case FORM_ID:
    case FORM_PACK:
        return *(const char *)at != '\0';
    case FORM_DIGEST:
        return !all_zero (at);
    case FORM_TEXT:
        return *(const char *const *)at != NULL;
    }
    return false;
}

static void
put_value (GString *out, const Member *m, const void *at)
{
    switch (m->form) {
    case FORM_U32:
        put_number (out, *(const uint32_t *)at - (m->offset == AT (uid_plus_1) ? 1 : 0));
        break;
    case FORM_U64:
        put_number (out, *(const uint64_t *)at);
        break;
    case FORM_TIME:
        put_time (out, *(const int64_t *)at);
        break;
    case FORM_KIND:
        put_text (out, mugai_event_name (*(const uint32_t *)at));
        break;
    case FORM_STATE:
        put_text (out, mugai_keep_state_name (*(const uint32_t *)at));
        break;
    case FORM_ID:
    case FORM_PACK:
        put_text (out, at);
        break;
    case FORM_DIGEST:
        put_hex (out, at);
        break;
    case FORM_TEXT:
        put_text (out, *(const char *const *)at);
        break;
    }
}

void
mugai_event_write (const MugaiEvent *event, const uint8_t prev[MUGAI_SHA256_SIZE], GString *out)
{
    g_string_append_c (out, '{');
    for (size_t i = 0; i < G_N_ELEMENTS (members); i++) {
        const void *at = (const char *)event + members[i].offset;
        if (!is_there (&members[i], at))
            continue;
        g_string_append_c (out, '"');
        g_string_append (out, members[i].name);
        g_string_append_len (out, "\":", 2);
        put_value (out, &members[i], at);
        g_string_append_c (out, ',');
    }
    g_string_append (out, "\"prev\":");
    put_hex (out, prev);
    g_string_append_len (out, "}\n", 2);
}

/* ---- read ---- */

typedef struct Scan {
    const char *at, *end;
} Scan;

static bool
next_is (Scan *s, char c)
{
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static bool
scan_number (Scan *s, uint64_t *ret)
{
    const char *begin = s->at;
    uint64_t value = 0;

    while (s->at < s->end && g_ascii_isdigit (*s->at)) {
        if (!g_uint64_checked_mul (&value, value, 10) ||
            !g_uint64_checked_add (&value, value, (uint64_t)(*s->at - '0')))
            return false;
        s->at++;
    }
    *ret = value;
    return s->at > begin && (*begin != '0' || s->at == begin + 1);
}

static bool
scan_unit (Scan *s, unsigned *ret)
{
    unsigned value = 0;

    if (s->end - s->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        int digit = g_ascii_xdigit_value (*s->at++);
        if (digit < 0)
            return false;
        value = value << 4 | (unsigned)digit;
    }
    *ret = value;
    return true;
}

static bool
scan_escape (Scan *s, GString *out)
{
    unsigned unit = 0, low = 0;

    if (s->at == s->end)
        return false;
    char c = *s->at++;
    if (c == '"' || c == '\\') {
        g_string_append_c (out, c);
        return true;
    }
    if (c != 'u' || !scan_unit (s, &unit) || unit == 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return false;
    if (unit >= 0xd800 && unit <= 0xdbff) {
        if (!next_is (s, '\\') || !next_is (s, 'u') || !scan_unit (s, &low) || low < 0xdc00 ||
            low > 0xdfff)
            return false;
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
    g_string_append_unichar (out, unit);
    return true;
}

/* Returns: (transfer full) or NULL. Only the escapes that put_text() writes. */
static GString *
scan_text (Scan *s)
{
    if (!next_is (s, '"'))
        return NULL;
    GString *out = g_string_new (NULL);
    while (s->at < s->end && *s->at != '"') {
        bool ok = (uint8_t)*s->at >= 0x20;
        if (ok && *s->at == '\\') {
            s->at++;
            ok = scan_escape (s, out);
        } else if (ok) {
            g_string_append_c (out, *s->at++);
        }
        if (!ok) {
            g_string_free (out, TRUE);
            return NULL;
        }
    }
    if (next_is (s, '"') && g_utf8_validate (out->str, (gssize)out->len, NULL))
        return out;
    g_string_free (out, TRUE);
    return NULL;
}

static bool
digits (const char *at, size_t n, int *ret)
{
    int value = 0;

    for (size_t i = 0; i < n; i++) {
        if (!g_ascii_isdigit (at[i]))
            return false;
        value = value * 10 + (at[i] - '0');
    }
    *ret = value;
    return true;
}

static bool
parse_time (const char *text, int64_t *ret)
{
    struct tm tm = { 0 };
    int us;

    if (strlen (text) != 27 || !digits (text, 4, &tm.tm_year) ||
        !digits (text + 5, 2, &tm.tm_mon) || !digits (text + 8, 2, &tm.tm_mday) ||
        !digits (text + 11, 2, &tm.tm_hour) || !digits (text + 14, 2, &tm.tm_min) ||
        !digits (text + 17, 2, &tm.tm_sec) || !digits (text + 20, 6, &us) || text[4] != '-' ||
        text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        text[19] != '.' || text[26] != 'Z' || tm.tm_mon < 1 || tm.tm_mon > 12)
        return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    int64_t seconds = timegm (&tm);
    if (seconds < 0 || tm.tm_hour > 23 || tm.tm_min > 59)
        return false;
    *ret = seconds * G_USEC_PER_SEC + us;
    return true;
}

static bool
parse_digest (const GString *text, uint8_t ret[MUGAI_SHA256_SIZE])
{
    const char *end = NULL;
    size_t n = 0;

    return text->len == 2 * MUGAI_SHA256_SIZE &&
           sodium_hex2bin (ret, MUGAI_SHA256_SIZE, text->str, text->len, NULL, &n, &end) == 0 &&
           n == MUGAI_SHA256_SIZE;
}

static uint32_t
word_of (const char *text, const char *(*name) (unsigned))
{
    for (unsigned i = 1; name (i) != NULL; i++)
        if (strcmp (name (i), text) == 0)
            return i;
    return 0;
}

static bool
store_text (const Member *m, GString *text, void *at)
{
    switch (m->form) {
    case FORM_TIME:
        return parse_time (text->str, at);
    case FORM_KIND:
        return (*(uint32_t *)at = word_of (text->str, mugai_event_name)) != 0;
    case FORM_STATE:
        return (*(uint32_t *)at = word_of (text->str, mugai_keep_state_name)) != 0;
    case FORM_ID:
        g_strlcpy (at, text->str, MUGAI_ID_SIZE);
        return text->len == MUGAI_ID_SIZE - 1 && mugai_id_valid (at);
    case FORM_PACK:
        return g_strlcpy (at, text->str, MUGAI_VAULT_PACK_NAME) == MUGAI_VAULT_PACK_NAME - 4;
    case FORM_DIGEST:
        return parse_digest (text, at);
    case FORM_TEXT:
        *(char **)at = g_strndup (text->str, text->len);
        return true;
    case FORM_U32:
    case FORM_U64:
        return false;
    }
    return false;
}

static bool
store_number (const Member *m, uint64_t value, void *at)
{
    if (m->form == FORM_U64) {
        *(uint64_t *)at = value;
        return true;
    }
    if (m->form != FORM_U32 || value >= UINT32_MAX)
        return false;
    *(uint32_t *)at = (uint32_t)value + (m->offset == AT (uid_plus_1) ? 1 : 0);
    return true;
}

static const Member *
find (const char *name, size_t *from)
{
    for (size_t i = *from; i < G_N_ELEMENTS (members); i++)
        if (strcmp (members[i].name, name) == 0) {
            *from = i + 1; /* members come in order, so a second one of a name is not found */
            return &members[i];
        }
    return NULL;
}

static bool
known (const char *name)
{
    size_t from = 0;

    return find (name, &from) != NULL;
}

static void
free_string (GString *text)
{
    if (text != NULL)
        g_string_free (text, TRUE);
}

typedef GString Text;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Text, free_string)

/* One "name":value. */
static bool
scan_member (Scan *s, MugaiEvent *event, size_t *from, bool *ret_prev)
{
    g_autoptr (Text) name = scan_text (s);
    uint64_t number = 0;

    if (name == NULL || !next_is (s, ':') || s->at == s->end)
        return false;
    bool is_text = *s->at == '"';
    g_autoptr (Text) text = is_text ? scan_text (s) : NULL;
    if (is_text ? text == NULL : !scan_number (s, &number))
        return false;
    if (strcmp (name->str, "prev") == 0) {
        *ret_prev = is_text && parse_digest (text, event->prev);
        return *ret_prev;
    }
    const Member *m = find (name->str, from);
    if (m == NULL)
        return !known (name->str);
    void *at = (char *)event + m->offset;
    return is_text ? store_text (m, text, at) : store_number (m, number, at);
}

bool
mugai_event_read (const char *line, size_t size, MugaiEvent *ret, const char **ret_why)
{
    g_auto (MugaiEvent) event = { 0 };
    Scan s = { line, line + size };
    size_t from = 0;
    bool prev = false, ok = size <= MUGAI_EVENT_LINE_MAX && next_is (&s, '{');

    while (ok && !prev) {
        ok = scan_member (&s, &event, &from, &prev);
        ok = ok && (prev || next_is (&s, ','));
    }
    if (!ok || !next_is (&s, '}') || s.at != s.end) {
        *ret_why = "not a well-formed line";
        return false;
    }
    if (event.seq == 0 || event.kind == 0) {
        *ret_why = "no number or no event";
        return false;
    }
    *ret = event;
    event = (MugaiEvent){ 0 };
    return true;
}

void
mugai_event_clear (MugaiEvent *event)
{
    for (size_t i = 0; i < G_N_ELEMENTS (members); i++)
        if (members[i].form == FORM_TEXT)
            g_free (*(char **)((char *)event + members[i].offset));
    *event = (MugaiEvent){ 0 };
}

char *
mugai_event_text (const char *text, size_t max)
{
    if (text == NULL || *text == '\0')
        return NULL;
    GString *out = g_string_new (NULL);
    while (*text != '\0' && out->len < max) {
        const char *end = NULL;
        g_utf8_validate (text, -1, &end);
        size_t valid = (size_t)(end - text), good = MIN (valid, max - out->len);
        while (good < valid && good > 0 && ((uint8_t)text[good] & 0xc0) == 0x80)
            good--; /* cut at a character */
        g_string_append_len (out, text, (gssize)good);
        if (good < valid)
            break;
        text = end;
        if (*text != '\0' && out->len + 4 <= max)
            g_string_append_printf (out, "\\x%02x", (uint8_t)*text++);
        else
            break;
    }
    return g_string_free (out, FALSE);
}
