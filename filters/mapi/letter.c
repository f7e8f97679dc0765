/* SPDX-License-Identifier: Apache-2.0 */
#include "mapi/letter.h"

#include "mapi/lzfu.h"
#include "mapi/rtf.h"

#include <string.h>

enum { LINE = 57 /* bytes in a line of base64 */, WORD = 36 /* bytes in an encoded word */ };

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* -- encodings
 * ------------------------------------------------------------------------------------------------------
 */

static void
add_base64 (MugaiBuffer *out, const uint8_t *data, size_t size)
{
    char line[(LINE + 2) / 3 * 4];

    for (size_t n = 0; size > 0; data += n, size -= n) {
        size_t at = 0;
        n = size < LINE ? size : LINE;
        for (size_t i = 0; i < n; i += 3) {
            uint32_t v = (uint32_t)data[i] << 16 | (i + 1 < n ? (uint32_t)data[i + 1] << 8 : 0) |
                         (i + 2 < n ? data[i + 2] : 0);
            line[at++] = base64[v >> 18];
            line[at++] = base64[v >> 12 & 63];
            line[at++] = i + 1 < n ? base64[v >> 6 & 63] : '=';
            line[at++] = i + 2 < n ? base64[v & 63] : '=';
        }
        mugai_buffer_add (out, line, at);
        if (size > LINE)
            mugai_buffer_add_text (out, "\r\n");
    }
}

static void
add_lines (MugaiBuffer *out, const uint8_t *data, size_t size)
{
    mugai_buffer_add_text (out, "Content-Transfer-Encoding: base64\r\n\r\n");
    add_base64 (out, data, size);
    mugai_buffer_add_text (out, "\r\n");
}

/* A string: UTF-8 made of UTF-16, or its bytes up to a NUL. */
typedef struct String {
    MugaiBuffer own;
    const uint8_t *data;
    size_t size;
    const char *charset; /* NULL: not known */
} String;

static String
string_of (const MugaiLetter *l, const MugaiPropValue *v, uint32_t codepage)
{
    String s = { .own = mugai_buffer (l->parts.max) };

    if (v->type == MUGAI_MAPI_UNICODE) {
        mugai_utf16_add (&s.own, v->data, v->size);
        s.data = (const uint8_t *)s.own.data;
        s.size = s.own.size;
        s.charset = "utf-8";
    } else {
        const uint8_t *nul =
            v->size > 0 && v->type == MUGAI_MAPI_STRING8 ? memchr (v->data, '\0', v->size) : NULL;
        s.data = v->data;
        s.size = nul != NULL ? (size_t)(nul - v->data) : v->size;
        s.charset = mugai_codepage_label (codepage);
    }
    return s;
}

/* Encoded words (RFC 2047), one a line; they are cut between bytes, and readers join them. Without
 * a charset the bytes, for a reader that guesses. */
static void
add_words (const MugaiLetter *l, MugaiBuffer *out, const MugaiPropValue *v)
{
    String s = string_of (l, v, l->codepage);

    for (size_t at = 0, n; at < s.size; at += n) {
        n = s.size - at < WORD ? s.size - at : WORD;
        while (s.charset != NULL && v->type == MUGAI_MAPI_UNICODE && at + n < s.size && n > 1 &&
               (s.data[at + n] & 0xc0) == 0x80)
            n--;
        if (s.charset != NULL) {
            mugai_buffer_printf (out, "%s=?%s?B?", at > 0 ? "\r\n " : "", s.charset);
            add_base64 (out, s.data + at, n);
            mugai_buffer_add_text (out, "?=");
            continue;
        }
        for (size_t i = at; i < at + n; i++) {
            char c = (char)(s.data[i] < ' ' ? ' ' : s.data[i]);
            mugai_buffer_add (out, &c, 1);
        }
    }
    mugai_buffer_clear (&s.own);
}

/* An extended parameter (RFC 2231) in pieces. */
static void
add_parameter (const MugaiLetter *l, MugaiBuffer *out, const char *name, const MugaiPropValue *v)
{
    String s = string_of (l, v, l->codepage);
    enum { PIECE = 60, MOST = 1024 };

    if (s.size > MOST)
        s.size = MOST;
    for (size_t at = 0, piece = 0; at < s.size; at += PIECE, piece++) {
        mugai_buffer_printf (out, ";\r\n %s*%zu*=", name, piece);
        if (piece == 0)
            mugai_buffer_printf (out, "%s''", s.charset != NULL ? s.charset : "");
        for (size_t i = at; i < at + PIECE && i < s.size; i++) {
            uint8_t c = s.data[i];
            bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
            mugai_buffer_printf (out, plain ? "%c" : "%%%02X", c);
        }
    }
    mugai_buffer_clear (&s.own);
}

/* A string of ASCII that only has letters, digits and @others. Returns: false when it is longer or
 * has more. */
static bool
token (const MugaiLetter *l, const MugaiPropValue *v, const char *others, char out[256])
{
    size_t size = 0;
    bool ok = v->data != NULL;
    String s = ok ? string_of (l, v, 20127) : (String){ 0 };

    for (; ok && size < s.size; size++) {
        uint8_t c = s.data[size];
        ok = size < 255 && ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                            (c >= 'A' && c <= 'Z') || (c != 0 && strchr (others, c) != NULL));
        out[size < 255 ? size : 255] = (char)c;
    }
    mugai_buffer_clear (&s.own);
    out[ok ? size : 0] = '\0';
    return ok && size > 0;
}

/* -- header
 * ---------------------------------------------------------------------------------------------------------
 */

static bool
address (const MugaiLetter *l, const MugaiPropValue *v, char out[256])
{
    return token (l, v, "!#$%&'*+-/=?^_`{|}~.@", out) && strchr (out, '@') != NULL;
}

/* "name <address>"; a name alone, or an address. */
static void
add_person (const MugaiLetter *l, MugaiBuffer *out, const MugaiPropValue *name,
            const MugaiPropValue *smtp, const MugaiPropValue *other)
{
    char mail[256];
    bool named = name->data != NULL && name->size > 2;
    bool known = address (l, smtp, mail) || address (l, other, mail);

    if (named)
        add_words (l, out, name);
    if (known)
        mugai_buffer_printf (out, named ? "\r\n <%s>" : "%s", mail);
    else if (named)
        mugai_buffer_add_text (out, " <>");
}

static void
add_author (const MugaiLetter *l, MugaiBuffer *out)
{
    static const MugaiProp from[][3] = {
        { MUGAI_PROP_AUTHOR_NAME, MUGAI_PROP_AUTHOR_SMTP, MUGAI_PROP_AUTHOR_ADDRESS },
        { MUGAI_PROP_SENDER_NAME, MUGAI_PROP_SENDER_SMTP, MUGAI_PROP_SENDER_ADDRESS },
    };

    for (size_t i = 0; i < 2; i++) {
        const MugaiPropValue *v = l->props.value;
        if (!mugai_props_filled (&l->props, from[i][0]) &&
            !mugai_props_filled (&l->props, from[i][1]) &&
            !mugai_props_filled (&l->props, from[i][2]))
            continue;
        mugai_buffer_add_text (out, "From: ");
        add_person (l, out, &v[from[i][0]], &v[from[i][1]], &v[from[i][2]]);
        mugai_buffer_add_text (out, "\r\n");
        return;
    }
}

/* Units of 100 ns since 1601 as a date in UTC. */
static void
add_date (MugaiBuffer *out, const MugaiPropValue *v)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    uint64_t time = 0;

    if (v->data == NULL || v->size < 8)
        return;
    for (unsigned i = 8; i > 0; i--)
        time = time << 8 | v->data[i - 1];
    uint64_t seconds = time / 10000000, day = seconds / 86400, rest = seconds % 86400;
    if (day < 134774 - 365 * 10 || day > 134774 + 365 * 200) /* 1960 to 2170: else it is none */
        return;
    /* days since March 1, 1600, the first day of a cycle of 400 years */
    uint64_t n = day + 306, era = n / 146097, doe = n % 146097;
    uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    unsigned month = (unsigned)(mp < 10 ? mp + 2 : mp - 10); /* 0: January */
    mugai_buffer_printf (out, "Date: %u %.3s %u %02u:%02u:%02u +0000\r\n",
                         (unsigned)(doy - (153 * mp + 2) / 5 + 1), months + month * 3,
                         (unsigned)(1600 + era * 400 + yoe + (month < 2)), (unsigned)(rest / 3600),
                         (unsigned)(rest / 60 % 60), (unsigned)(rest % 60));
}

static void
add_people (MugaiLetter *l, MugaiBuffer *out)
{
    static const char *const names[] = { "To", "Cc", "Bcc" };
    static const MugaiProp displayed[] = { MUGAI_PROP_DISPLAY_TO, MUGAI_PROP_DISPLAY_CC };

    for (size_t i = 0; i < 3; i++) {
        const MugaiPropValue *v = i < 2 ? &l->props.value[displayed[i]] : NULL;
        if (l->people[i].size > 0) {
            mugai_buffer_printf (out, "%s: ", names[i]);
            mugai_buffer_add (out, l->people[i].data, l->people[i].size);
            mugai_buffer_add_text (out, "\r\n");
        } else if (v != NULL && mugai_props_filled (&l->props, displayed[i])) {
            mugai_buffer_printf (out, "%s: ", names[i]);
            add_words (l, out, v);
            mugai_buffer_add_text (out, " <>\r\n");
        }
    }
}

void
mugai_letter_recipient (MugaiLetter *l, const MugaiProps *recipient)
{
    uint32_t kind = mugai_props_number (recipient, MUGAI_PROP_RECIPIENT_KIND, 1) & 0xf;
    enum { FIELD = 65536 /* a reader sees no more of it anyway */ };

    if (kind < 1 || kind > 3 || l->people[kind - 1].size > FIELD)
        return;
    MugaiBuffer *field = &l->people[kind - 1];
    if (!mugai_props_filled (recipient, MUGAI_PROP_DISPLAY_NAME) &&
        !mugai_props_filled (recipient, MUGAI_PROP_SMTP) &&
        !mugai_props_filled (recipient, MUGAI_PROP_ADDRESS))
        return;
    mugai_buffer_add_text (field, field->size > 0 ? ",\r\n " : "");
    add_person (l, field, &recipient->value[MUGAI_PROP_DISPLAY_NAME],
                &recipient->value[MUGAI_PROP_SMTP], &recipient->value[MUGAI_PROP_ADDRESS]);
}

/* -- text
 * -------------------------------------------------------------------------------------------------------------
 */

static void
add_text (MugaiBuffer *out, const char *media, const char *charset, const uint8_t *data,
          size_t size)
{
    mugai_buffer_printf (out, "Content-Type: %s", media);
    if (charset != NULL)
        mugai_buffer_printf (out, "; charset=%s", charset);
    mugai_buffer_add_text (out, "\r\n");
    add_lines (out, data, size);
}

static void
add_string (const MugaiLetter *l, MugaiBuffer *out, const char *media, MugaiProp prop,
            uint32_t codepage)
{
    String s = string_of (l, &l->props.value[prop], codepage);

    add_text (out, media, s.charset, s.data, s.size);
    if (s.own.failed || s.own.cut)
        out->cut = true;
    mugai_buffer_clear (&s.own);
}

/* Unpack RTF and make HTML of it. What cannot be read is attached as it is. */
static bool
rtf_to_html (MugaiLetter *l, MugaiBuffer *html, MugaiRtf *info)
{
    static const MugaiProps none = { 0 };
    const MugaiPropValue *v = &l->props.value[MUGAI_PROP_RTF];
    MugaiBuffer rtf = mugai_buffer (l->parts.max);

    *html = mugai_buffer (l->parts.max);
    l->fault = mugai_lzfu_unpack (v->data, v->size, &rtf);
    if (l->fault == NULL)
        l->fault = mugai_rtf_html ((const uint8_t *)rtf.data, rtf.size, html, info);
    mugai_buffer_clear (&rtf);
    if (l->fault == NULL) {
        l->lost = info->lost;
        return true;
    }
    mugai_buffer_clear (html);
    mugai_letter_attach_bytes (l, &none, "application/x-damaged-rtf", v->data, v->size);
    return false;
}

/* The forms of the text, each behind its delimiter when there are two. */
static void
add_body (MugaiLetter *l, MugaiBuffer *out)
{
    bool plain = mugai_props_filled (&l->props, MUGAI_PROP_BODY);
    bool html = mugai_props_filled (&l->props, MUGAI_PROP_HTML), rtf = false;
    uint32_t page = mugai_props_number (&l->props, MUGAI_PROP_INTERNET_CODEPAGE, 0);
    MugaiBuffer made = mugai_buffer (0);
    MugaiRtf info = { 0 };

    if (!html && l->props.value[MUGAI_PROP_RTF].data != NULL)
        rtf = rtf_to_html (l, &made, &info);
    if (plain && (html || rtf))
        mugai_buffer_printf (out,
                             "Content-Type: multipart/alternative; boundary=\"mapi.a.%03u\"\r\n"
                             "\r\n--mapi.a.%03u\r\n",
                             l->level, l->level);
    if (plain)
        add_string (l, out, "text/plain", MUGAI_PROP_BODY, l->codepage);
    if (plain && (html || rtf))
        mugai_buffer_printf (out, "\r\n--mapi.a.%03u\r\n", l->level);
    if (html)
        add_string (l, out, "text/html", MUGAI_PROP_HTML,
                    l->props.value[MUGAI_PROP_HTML].type == MUGAI_MAPI_STRING8 ? l->codepage
                                                                               : page);
    else if (rtf)
        add_text (out, "text/html", mugai_codepage_label (info.codepage),
                  (const uint8_t *)made.data, made.size);
    if (plain && (html || rtf))
        mugai_buffer_printf (out, "\r\n--mapi.a.%03u--\r\n", l->level);
    if (!plain && !html && !rtf)
        add_text (out, "text/plain", "us-ascii", (const uint8_t *)"", 0);
    mugai_buffer_clear (&made);
}

/* -- attachments
 * ------------------------------------------------------------------------------------------------------
 */

/* Is it a media type? multipart content (S/MIME) is a mail; what would be read in another place or
 * another way is not believed. */
static const char *
media_of (const MugaiLetter *l, const MugaiProps *attachment, char out[256])
{
    bool ok = token (l, &attachment->value[MUGAI_PROP_ATTACH_MEDIA], "/.+-_", out);
    const char *slash = ok ? strchr (out, '/') : NULL;

    if (slash == NULL || slash == out || slash[1] == '\0' || strchr (slash + 1, '/') != NULL)
        return "application/octet-stream";
    if (strncasecmp (out, "multipart/", 10) == 0)
        return "message/rfc822";
    if (strncasecmp (out, "message/", 8) == 0 && strcasecmp (out, "message/rfc822") != 0)
        return "application/octet-stream";
    return out;
}

static void
begin_part (MugaiLetter *l, const MugaiProps *attachment, const char *media)
{
    static const MugaiProp names[] = { MUGAI_PROP_ATTACH_LONG_NAME, MUGAI_PROP_ATTACH_NAME,
                                       MUGAI_PROP_DISPLAY_NAME };
    char id[256];
    MugaiBuffer *out = &l->parts;

    mugai_buffer_printf (out, "\r\n--mapi.m.%03u\r\nContent-Type: %s\r\n", l->level, media);
    mugai_buffer_add_text (out, "Content-Disposition: attachment");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (mugai_props_filled (attachment, names[i])) {
            add_parameter (l, out, "filename", &attachment->value[names[i]]);
            break;
        }
    mugai_buffer_add_text (out, "\r\n");
    if (token (l, &attachment->value[MUGAI_PROP_ATTACH_ID], ".-_@$+=", id))
        mugai_buffer_printf (out, "Content-ID: <%s>\r\n", id);
}

void
mugai_letter_attach_bytes (MugaiLetter *l, const MugaiProps *attachment, const char *media,
                           const uint8_t *data, size_t size)
{
    char own[256];

    begin_part (l, attachment, media != NULL ? media : media_of (l, attachment, own));
    add_lines (&l->parts, data, size);
}

void
mugai_letter_attach_mail (MugaiLetter *l, const MugaiProps *attachment, const MugaiBuffer *mail)
{
    begin_part (l, attachment, "message/rfc822");
    mugai_buffer_add_text (&l->parts, "\r\n");
    mugai_buffer_add (&l->parts, mail->data, mail->size);
    mugai_buffer_add_text (&l->parts, "\r\n");
}

void
mugai_letter_attach (MugaiLetter *l, const MugaiProps *attachment)
{
    const MugaiPropValue *data = &attachment->value[MUGAI_PROP_ATTACH_DATA];
    const MugaiPropValue *path = &attachment->value[MUGAI_PROP_ATTACH_LONG_PATH];

    if (data->data != NULL) {
        mugai_letter_attach_bytes (l, attachment, NULL, data->data, data->size);
        return;
    }
    l->references++;
    begin_part (l, attachment, "message/external-body; access-type=local-file");
    add_lines (&l->parts, path->data, path->data != NULL ? path->size : 0);
}

/* -- the whole
 * ----------------------------------------------------------------------------------------------------------
 */

MugaiLetter
mugai_letter (size_t max, unsigned level)
{
    MugaiLetter l = { .level = level, .parts = mugai_buffer (max) };

    for (size_t i = 0; i < 3; i++)
        l.people[i] = mugai_buffer (max);
    return l;
}

void
mugai_letter_clear (MugaiLetter *l)
{
    mugai_buffer_clear (&l->parts);
    for (size_t i = 0; i < 3; i++)
        mugai_buffer_clear (&l->people[i]);
}

void
mugai_letter_choose_codepage (MugaiLetter *l)
{
    uint32_t page = mugai_props_number (&l->props, MUGAI_PROP_MESSAGE_CODEPAGE, 0);

    if (page == 0)
        page = mugai_props_number (&l->props, MUGAI_PROP_INTERNET_CODEPAGE, 0);
    if (page != 0)
        l->codepage = page;
}

bool
mugai_letter_write (MugaiLetter *l, MugaiBuffer *out)
{
    MugaiBuffer body = mugai_buffer (l->parts.max);
    const MugaiPropValue *v = l->props.value;

    add_body (l, &body); /* first: what cannot be read becomes a part */
    add_author (l, out);
    add_people (l, out);
    add_date (out, v[MUGAI_PROP_SUBMIT_TIME].data != NULL ? &v[MUGAI_PROP_SUBMIT_TIME]
                                                          : &v[MUGAI_PROP_DELIVERY_TIME]);
    if (mugai_props_filled (&l->props, MUGAI_PROP_SUBJECT)) {
        mugai_buffer_add_text (out, "Subject: ");
        add_words (l, out, &v[MUGAI_PROP_SUBJECT]);
        mugai_buffer_add_text (out, "\r\n");
    }
    mugai_buffer_add_text (out, "MIME-Version: 1.0\r\n");
    if (l->parts.size > 0)
        mugai_buffer_printf (out,
                             "Content-Type: multipart/mixed; boundary=\"mapi.m.%03u\"\r\n"
                             "\r\n--mapi.m.%03u\r\n",
                             l->level, l->level);
    mugai_buffer_add (out, body.data, body.size);
    mugai_buffer_add (out, l->parts.data, l->parts.size);
    if (l->parts.size > 0)
        mugai_buffer_printf (out, "\r\n--mapi.m.%03u--\r\n", l->level);
    bool ok = mugai_buffer_ok (out) && mugai_buffer_ok (&body) && mugai_buffer_ok (&l->parts);
    for (size_t i = 0; i < 3; i++)
        ok = ok && mugai_buffer_ok (&l->people[i]);
    mugai_buffer_clear (&body);
    return ok;
}
