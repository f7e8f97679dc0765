/* SPDX-License-Identifier: Apache-2.0 */
#include "message/emit.h"

#include "message/ambiguity.h"
#include "message/fold.h"

#include <string.h>

enum {
    BASE64_LINE = 57,      /* bytes of a line of 76 letters */
    QUOTED_NAME_MAX = 64,  /* characters */
    PART_OVERHEAD = 1500,  /* bytes: delimiter, part header with the longest name */
    HEADER_OVERHEAD = 600, /* bytes: MIME-Version, result, top type */
};

/* Base64 in lines of 76 letters with CRLF. */
static void
append_base64 (GString *out, const uint8_t *data, size_t size)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    while (size > 0) {
        size_t line = MIN (size, BASE64_LINE), whole = line / 3 * 3, rest = line - whole, used = 0;
        char text[80];

        for (size_t i = 0; i < whole; i += 3) {
            uint32_t bits = (uint32_t)data[i] << 16 | (uint32_t)data[i + 1] << 8 | data[i + 2];
            text[used++] = letters[bits >> 18];
            text[used++] = letters[bits >> 12 & 63];
            text[used++] = letters[bits >> 6 & 63];
            text[used++] = letters[bits & 63];
        }
        if (rest > 0) {
            uint32_t bits =
                (uint32_t)data[whole] << 16 | (rest == 2 ? (uint32_t)data[whole + 1] << 8 : 0);
            text[used++] = letters[bits >> 18];
            text[used++] = letters[bits >> 12 & 63];
            text[used++] = rest == 2 ? letters[bits >> 6 & 63] : '=';
            text[used++] = '=';
        }
        text[used++] = '\r';
        text[used++] = '\n';
        g_string_append_len (out, text, (gssize)used);
        data += line;
        size -= line;
    }
}

static bool
is_plain_name (const char *name)
{
    size_t size = strlen (name);

    for (size_t i = 0; i < size; i++)
        if (!g_ascii_isalnum (name[i]) && strchr (". _-", name[i]) == NULL)
            return false;
    return size <= QUOTED_NAME_MAX;
}

/* One character percent-encoded (RFC 2231). Returns: bytes written into @out, which holds 13. */
static size_t
escape_character (const char *at, char *out)
{
    static const char hex[] = "0123456789ABCDEF";
    const char *end = g_utf8_next_char (at);
    size_t used = 0;

    for (; at < end; at++) {
        uint8_t byte = (uint8_t)*at;

        if (g_ascii_isalnum (*at) || *at == '.' || *at == '_' || *at == '-')
            out[used++] = *at;
        else {
            out[used++] = '%';
            out[used++] = hex[byte >> 4];
            out[used++] = hex[byte & 15];
        }
    }
    out[used] = '\0';
    return used;
}

/* Continuations: each line with its semicolon at most 76 characters, whole characters in each. */
static void
append_long_name (GString *out, const char *name)
{
    char character[16];
    size_t line = 0, section = 0;

    for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at)) {
        size_t size = escape_character (at, character);

        if (line == 0 || line + size + 1 > MUGAI_FOLD_LINE) {
            gsize before;

            if (line > 0)
                g_string_append (out, ";\r\n");
            before = out->len;
            g_string_append_printf (out, " filename*%zu*=%s", section,
                                    section == 0 ? "UTF-8''" : "");
            section++;
            line = out->len - before;
        }
        g_string_append_len (out, character, (gssize)size);
        line += size;
    }
    g_string_append (out, "\r\n");
}

static void
append_name (GString *out, const char *name)
{
    g_autoptr (GString) escaped = g_string_new (" filename*=UTF-8''");
    char character[16];

    if (is_plain_name (name)) {
        g_string_append_printf (out, " filename=\"%s\"\r\n", name);
        return;
    }
    for (const char *at = name; *at != '\0' && escaped->len <= MUGAI_FOLD_LINE;
         at = g_utf8_next_char (at)) {
        size_t size = escape_character (at, character);
        g_string_append_len (escaped, character, (gssize)size);
    }
    if (escaped->len <= MUGAI_FOLD_LINE)
        g_string_append_printf (out, "%s\r\n", escaped->str);
    else
        append_long_name (out, name);
}

static void
append_content (GString *out, const MugaiEmitLeaf *leaf)
{
    size_t size;
    const uint8_t *data = g_bytes_get_data (leaf->data, &size);

    g_string_append (out, "\r\n");
    append_base64 (out, data, size);
}

static void
append_body (GString *out, const MugaiEmit *emit)
{
    const MugaiEmitLeaf *leaf = &emit->leaves[0];
    size_t size;
    const char *text = g_bytes_get_data (leaf->data, &size);

    if (emit->jis != NULL) {
        g_string_append (out, "Content-Type: text/plain; charset=iso-2022-jp\r\n"
                              "Content-Transfer-Encoding: 7bit\r\n\r\n");
        mugai_jis_output_write (emit->jis, text, size, out);
        return;
    }
    g_string_append (out, "Content-Type: text/plain; charset=utf-8\r\n"
                          "Content-Transfer-Encoding: base64\r\n");
    append_content (out, leaf);
}

static void
append_attachment (GString *out, const MugaiEmitLeaf *leaf)
{
    bool text = strncmp (leaf->type->media, "text/", 5) == 0;

    g_string_append_printf (out, "Content-Type: %s%s\r\n", leaf->type->media,
                            text ? "; charset=utf-8" : "");
    g_string_append (out, "Content-Transfer-Encoding: base64\r\n"
                          "Content-Disposition: attachment;\r\n");
    append_name (out, leaf->name);
    append_content (out, leaf);
}

static void
append_result (GString *out, const MugaiReport *report)
{
    char policy[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256_hex (report->policy, policy);
    g_string_append_printf (out,
                            "MIME-Version: 1.0\r\n"
                            "Mugai-Result: v=1; id=%s;\r\n"
                            " policy=%.16s;\r\n"
                            " in=%u; delivered=%u; converted=%u; withheld=%u\r\n",
                            report->id, policy, report->in, report->delivered, report->converted,
                            report->withheld);
    mugai_ambiguity_emit (report, out);
}

size_t
mugai_emit_size (const MugaiEmit *emit)
{
    size_t size = emit->header->len + HEADER_OVERHEAD;

    if (emit->jis != NULL) /* letters and kanji in turn: 4 bytes become 9 */
        size += g_bytes_get_size (emit->leaves[0].data) * 9 / 4;

    for (size_t i = 0; i < emit->n_leaves; i++) {
        size_t data = g_bytes_get_size (emit->leaves[i].data);
        size += PART_OVERHEAD + (data / BASE64_LINE + 1) * 78;
    }
    return size;
}

GBytes *
mugai_emit_mail (const MugaiEmit *emit)
{
    GString *out = g_string_sized_new (mugai_emit_size (emit));
    const char *id = emit->report->id;

    g_string_append_len (out, emit->header->str, (gssize)emit->header->len);
    append_result (out, emit->report);
    if (emit->n_leaves == 1) {
        append_body (out, emit);
        return g_string_free_to_bytes (out);
    }
    g_string_append_printf (
        out, "Content-Type: multipart/mixed;\r\n boundary=\"=_mugai_%s\"\r\n\r\n", id);
    for (size_t i = 0; i < emit->n_leaves; i++) {
        g_string_append_printf (out, "--=_mugai_%s\r\n", id);
        if (i == 0)
            append_body (out, emit);
        else
            append_attachment (out, &emit->leaves[i]);
    }
    g_string_append_printf (out, "--=_mugai_%s--\r\n", id);
    return g_string_free_to_bytes (out);
}

void
mugai_emit_report (const MugaiEmit *emit, MugaiReport *report)
{
    for (size_t i = 0; i < emit->n_leaves; i++) {
        const MugaiEmitLeaf *leaf = &emit->leaves[i];
        MugaiReportLeaf *row = mugai_report_add_leaf (report);
        size_t size;
        const uint8_t *data = g_bytes_get_data (leaf->data, &size);

        row->part = leaf->part;
        row->type = g_strdup (leaf->type->media);
        row->name = g_strdup (leaf->name != NULL ? leaf->name : "");
        row->size = size;
        mugai_sha256 (data, size, row->sha256);
    }
}
