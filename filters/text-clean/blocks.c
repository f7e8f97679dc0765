/* SPDX-License-Identifier: Apache-2.0 */
#include "text-clean/blocks.h"

#include "common/utf8.h"

#include <string.h>
#include <strings.h>

#define SIGNATURE(bytes)                                                                           \
    {                                                                                              \
        bytes, sizeof (bytes) - 1                                                                  \
    }

/* What decoded base64 must not begin with. */
static const struct {
    const char *bytes;
    size_t size;
} signatures[] = {
    SIGNATURE ("MZ"),
    SIGNATURE ("x\x9f>\""),
    SIGNATURE ("xar!"),
    SIGNATURE ("\0asm"),
    SIGNATURE ("\xe4\x52\x5c\x7b"),
    SIGNATURE ("\x28\xb5\x2f\xfd"),
    SIGNATURE ("PK\x03\x04"),
    SIGNATURE ("\xd0\xcf\x11\xe0"),
    SIGNATURE ("%PDF"),
    SIGNATURE ("\x7f\x45LF"),
    SIGNATURE ("Rar!"),
    SIGNATURE ("7z\xbc\xaf"),
    SIGNATURE ("\x1f\x8b\x08"),
    SIGNATURE ("BZh"),
    SIGNATURE ("\xfd\x37zXZ"),
    SIGNATURE ("{\\rtf"),
    SIGNATURE ("GIF8"),
    SIGNATURE ("\x89PNG"),
    SIGNATURE ("\xff\xd8\xff"),
    SIGNATURE ("II*\0"),
    SIGNATURE ("MM\0*"),
    SIGNATURE ("RIFF"),
    SIGNATURE ("ITSF"),
    SIGNATURE ("MSCF"),
    SIGNATURE ("L\0\0\0\1\x14"),
    SIGNATURE ("\xca\xfe\xba\xbe"),
    SIGNATURE ("\xfe\xed\xfa"),
    SIGNATURE ("\xcf\xfa\xed\xfe"),
    SIGNATURE ("wOFF"),
    SIGNATURE ("OTTO"),
};

/* The same after white space, in any case. */
static const char *const markup[] = {
    "<!doctype", "<html", "<script", "<svg",       "<hta:",         "<?xml",
    "<?php",     "#!/",   "@echo",   "powershell", "content-type:", "mime-version:",
};

TextSpan
text_line (TextSpan *rest)
{
    const char *end = memchr (rest->data, '\n', rest->size);
    size_t size = end != NULL ? (size_t)(end - rest->data) : rest->size;
    TextSpan line = { rest->data, size };
    size += end != NULL;
    rest->data += size;
    rest->size -= size;
    return line;
}

static bool
is_space (uint32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F) || c == 0x85 ||
           c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

TextSpan
text_strip (TextSpan line)
{
    const uint8_t *at = (const uint8_t *)line.data, *end = at + line.size;
    while (at < end) {
        const uint8_t *next = at;
        if (!is_space (mugai_utf8_next (&next, end)))
            break;
        at = next;
    }
    while (end > at) {
        const uint8_t *last = end - 1, *p;
        while (last > at && end - last < MUGAI_UTF8_MAX && (*last & 0xC0) == 0x80)
            last--;
        p = last;
        if (!is_space (mugai_utf8_next (&p, end)))
            break;
        end = last;
    }
    return (TextSpan){ (const char *)at, (size_t)(end - at) };
}

static bool
starts (TextSpan s, const char *text)
{
    return s.size >= strlen (text) && memcmp (s.data, text, strlen (text)) == 0;
}

const char *
block_kind_name (BlockKind kind, bool japanese)
{
    static const char *const names[][2] = {
        [BLOCK_UU] = { "uuencoded file", "uuencode形式のファイル" },
        [BLOCK_YENC] = { "yEnc-encoded file", "yEnc形式のファイル" },
        [BLOCK_BINHEX] = { "BinHex-encoded file", "BinHex形式のファイル" },
        [BLOCK_BASE64] = { "base64-encoded data", "base64形式のデータ" },
        [BLOCK_PGP_MESSAGE] = { "PGP message", "PGPの暗号文" },
        [BLOCK_PGP_KEY] = { "PGP key", "PGPの鍵" },
        [BLOCK_PGP_SIGNATURE] = { "PGP signature", "PGPの署名" },
    };
    return names[kind][japanese];
}

TextSpan
block_begin_name (TextSpan line)
{
    TextSpan none = { "", 0 };
    size_t at = 5, spaces = 0, digits = 0;
    if (!starts (line, "begin"))
        return none;
    at += starts (line, "begin-base64") ? 7 : 0;
    for (; at < line.size && line.data[at] == ' '; at++)
        spaces++;
    for (; at < line.size && line.data[at] >= '0' && line.data[at] <= '7'; at++)
        digits++;
    size_t after = at;
    while (at < line.size && line.data[at] == ' ')
        at++;
    bool is = spaces > 0 && digits >= 3 && digits <= 4 && at > after;
    return is ? (TextSpan){ line.data + at, line.size - at } : none;
}

bool
block_is_begin (TextSpan line)
{
    return block_begin_name (line).size > 0;
}

TextSpan
block_yenc_name (TextSpan line)
{
    static const char key[] = " name=";
    for (size_t at = 0; at + sizeof key - 1 <= line.size; at++) {
        if (memcmp (line.data + at, key, sizeof key - 1) == 0)
            return (TextSpan){ line.data + at + sizeof key - 1, line.size - at - sizeof key + 1 };
    }
    return (TextSpan){ "", 0 };
}

bool
block_is_pgp (TextSpan line, BlockKind *ret_kind)
{
    static const struct {
        const char *begin;
        BlockKind kind;
    } kinds[] = {
        { "-----BEGIN PGP MESSAGE-----", BLOCK_PGP_MESSAGE },
        { "-----BEGIN PGP MESSAGE, PART ", BLOCK_PGP_MESSAGE },
        { "-----BEGIN PGP PUBLIC KEY BLOCK-----", BLOCK_PGP_KEY },
        { "-----BEGIN PGP PRIVATE KEY BLOCK-----", BLOCK_PGP_KEY },
        { "-----BEGIN PGP SIGNATURE-----", BLOCK_PGP_SIGNATURE },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (starts (line, kinds[i].begin)) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static bool
only (TextSpan line, int low, int high)
{
    for (size_t i = 0; i < line.size; i++) {
        if (line.data[i] < low || line.data[i] > high)
            return false;
    }
    return true;
}

/* Bytes that the first character of a line of xxencode promises, -1 for none. */
static int
xx_count (char c)
{
    static const char alphabet[] =
        "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const char *at = c != '\0' ? strchr (alphabet, c) : NULL;
    return at != NULL ? (int)(at - alphabet) : -1;
}

/* Could a decoder take this line of a block? */
static bool
is_uu_line (TextSpan line)
{
    TextSpan s = text_strip (line);
    if (s.size == 0 || (s.size == 1 && *s.data == '`'))
        return true;
    if (block_is_base64 (s) && s.size % 4 == 0)
        return true;
    size_t n = (size_t)((*line.data - 32) & 63), xx = (size_t)xx_count (*line.data);
    size_t body = (n + 2) / 3 * 4;
    if (only (line, ' ', '`') && line.size - 1 + 3 >= body && s.size <= body + 3)
        return true;
    return xx_count (*line.data) > 0 && line.size - 1 == xx / 3 * 4 + (xx % 3 != 0 ? 4 : 0);
}

size_t
block_uu (TextSpan rest)
{
    const char *start = rest.data;
    bool any = false;
    while (rest.size > 0) {
        TextSpan before = rest, line = text_line (&rest), s = text_strip (line);
        if ((s.size == 3 && memcmp (s.data, "end", 3) == 0) ||
            (s.size == 4 && memcmp (s.data, "====", 4) == 0))
            return (size_t)(rest.data - start);
        if (!is_uu_line (line))
            return any ? (size_t)(before.data - start) : 0;
        any = any || s.size > 1;
    }
    return any ? (size_t)(rest.data - start) : 0;
}

size_t
block_binhex (TextSpan rest)
{
    const char *start = rest.data;
    TextSpan after = rest, s = { start, 0 };
    while (after.size > 0 && s.size == 0) {
        rest = after;
        s = text_strip (text_line (&after));
    }
    if (s.size == 0 || *s.data != ':')
        return 0;
    bool first = true;
    while (rest.size > 0) {
        TextSpan line = text_strip (text_line (&rest));
        bool last = line.size > (first ? 1 : 0) && line.data[line.size - 1] == ':';
        if (last || line.size == 0 || line.size > 80 || memchr (line.data, ' ', line.size) != NULL)
            break;
        first = false;
    }
    return (size_t)(rest.data - start);
}

static bool
is_alphabet (char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
}

bool
block_is_base64 (TextSpan line)
{
    size_t n = 0;
    while (n < line.size && is_alphabet (line.data[n]))
        n++;
    size_t rest = line.size - n;
    return rest == 0 || (rest == 1 && line.data[n] == '=') ||
           (rest == 2 && line.data[n] == '=' && line.data[n + 1] == '=');
}

static unsigned
value (char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (unsigned)(c - 'a') + 26;
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') + 52;
    return c == '+' ? 62 : 63;
}

uint64_t
block_letters (TextSpan line)
{
    uint64_t letters = 0;
    for (size_t i = 0; i < line.size && line.data[i] != '='; i++)
        letters |= UINT64_C (1) << value (line.data[i]);
    return letters;
}

bool
block_is_known (TextSpan head)
{
    uint8_t d[BASE64_HEAD / 4 * 3];
    size_t n = 0, size = 0;
    while (n < head.size && n < BASE64_HEAD && head.data[n] != '=')
        n++;
    for (size_t i = 0; i + 4 <= n; i += 4) {
        unsigned bits = value (head.data[i]) << 18 | value (head.data[i + 1]) << 12 |
                        value (head.data[i + 2]) << 6 | value (head.data[i + 3]);
        d[size++] = (uint8_t)(bits >> 16);
        d[size++] = (uint8_t)(bits >> 8);
        d[size++] = (uint8_t)bits;
    }
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        if (size >= signatures[i].size && memcmp (d, signatures[i].bytes, signatures[i].size) == 0)
            return true;
    }
    if (size >= 6 && memcmp (d + 2, "-lh", 3) == 0)
        return true;
    size_t at = 0;
    while (at < size && (d[at] == ' ' || (d[at] >= '\t' && d[at] <= '\r')))
        at++;
    for (size_t i = 0; i < sizeof markup / sizeof markup[0]; i++) {
        size_t length = strlen (markup[i]);
        if (size - at >= length && strncasecmp ((const char *)d + at, markup[i], length) == 0)
            return true;
    }
    return false;
}
