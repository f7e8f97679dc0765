/* SPDX-License-Identifier: Apache-2.0
 *
 * pnm: PBM, PGM and PPM, plain (P1 P2 P3) and raw (P4 P5 P6), and PAM (P7), up to 16 bits a sample.
 * Of a file with several images the first. Deliberately not done: PFM. A file that ends early is
 * refused, not padded. Source: Netpbm's pbm(5), pgm(5), ppm(5), pam(5).
 */
#include "image/image.h"

#include <string.h>

typedef struct Reader {
    const uint8_t *at, *end;
    bool bad;
} Reader;

static bool
is_space (uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space and comments up to the end of the line. */
static void
skip (Reader *r)
{
    while (r->at < r->end && (is_space (*r->at) || *r->at == '#')) {
        if (*r->at == '#')
            while (r->at < r->end && *r->at != '\n' && *r->at != '\r')
                r->at++;
        else
            r->at++;
    }
}

/* A decimal number not above @max. */
static uint32_t
number (Reader *r, uint32_t max)
{
    uint64_t value = 0;

    skip (r);
    if (r->at == r->end || *r->at < '0' || *r->at > '9')
        r->bad = true;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9' && value <= max; r->at++)
        value = value * 10 + (uint64_t)(*r->at - '0');
    if (value > max)
        r->bad = true;
    return r->bad ? 0 : (uint32_t)value;
}

/* The one white space before raw samples. */
static void
one_space (Reader *r)
{
    if (r->at < r->end && is_space (*r->at))
        r->at++;
    else
        r->bad = true;
}

static uint8_t
scaled (uint32_t value, uint32_t max)
{
    return (uint8_t)(value >= max ? 255u : (value * 255 + max / 2) / max);
}

static void
read_bits (Reader *r, MugaiImage *image)
{
    size_t row = ((size_t)image->width + 7) / 8;

    if ((size_t)(r->end - r->at) / row < image->height) {
        r->bad = true;
        return;
    }
    uint8_t *to = image->pixels;
    for (uint32_t y = 0; y < image->height; y++, r->at += row)
        for (uint32_t x = 0; x < image->width; x++)
            *to++ = (r->at[x / 8] >> (7 - x % 8) & 1) != 0 ? 0 : 255;
}

static void
read_raw (Reader *r, MugaiImage *image, uint32_t max)
{
    size_t count = (size_t)image->width * image->height * image->channels;
    size_t width = max > 255 ? 2 : 1;

    if ((size_t)(r->end - r->at) / width < count) {
        r->bad = true;
        return;
    }
    for (size_t i = 0; i < count; i++, r->at += width)
        image->pixels[i] =
            scaled (width == 2 ? (uint32_t)(r->at[0] << 8 | r->at[1]) : r->at[0], max);
}

/* Samples of P1 need no space between them. */
static void
read_plain (Reader *r, MugaiImage *image, char kind, uint32_t max)
{
    size_t count = (size_t)image->width * image->height * image->channels;

    for (size_t i = 0; i < count && !r->bad; i++) {
        if (kind != '1') {
            image->pixels[i] = scaled (number (r, max), max);
            continue;
        }
        skip (r);
        if (r->at == r->end || (*r->at != '0' && *r->at != '1')) {
            r->bad = true;
            return;
        }
        image->pixels[i] = *r->at++ == '1' ? 0 : 255;
    }
}

/* The header of PAM: lines of a word and its value up to ENDHDR; the depth says what the samples
 * mean. */
static void
read_pam_header (Reader *r, uint32_t *width, uint32_t *height, uint32_t *depth, uint32_t *max)
{
    const struct {
        const char *word;
        uint32_t *value;
    } fields[] = {
        { "WIDTH", width }, { "HEIGHT", height }, { "DEPTH", depth }, { "MAXVAL", max }
    };

    for (int line = 0; line < 1000 && !r->bad; line++) {
        skip (r);
        const uint8_t *word = r->at;
        while (r->at < r->end && !is_space (*r->at))
            r->at++;
        size_t size = (size_t)(r->at - word);
        if (size == 6 && memcmp (word, "ENDHDR", 6) == 0)
            return;
        for (unsigned i = 0; i < 4; i++)
            if (size == strlen (fields[i].word) && memcmp (word, fields[i].word, size) == 0)
                *fields[i].value = number (r, UINT32_MAX);
        while (r->at < r->end && *r->at != '\n')
            r->at++;
        r->bad = r->bad || r->at == r->end;
    }
    r->bad = true;
}

/* @depth samples a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. */
static void
read_pam (Reader *r, MugaiImage *image, uint32_t depth, uint32_t max)
{
    size_t count = (size_t)image->width * image->height, width = max > 255 ? 2 : 1;

    if ((size_t)(r->end - r->at) / (width * depth) < count) {
        r->bad = true;
        return;
    }
    uint8_t *to = image->pixels;
    for (size_t i = 0; i < count; i++, to += image->channels) {
        for (uint32_t c = 0; c < depth; c++, r->at += width)
            to[depth == 2 && c == 1 ? 3 : c] =
                scaled (width == 2 ? (uint32_t)(r->at[0] << 8 | r->at[1]) : r->at[0], max);
        if (depth == 2)
            to[1] = to[2] = to[0];
    }
}

static MugaiImageError
read_p7 (Reader *r, const MugaiImageLimits *limits, MugaiImage *ret)
{
    uint32_t width = 0, height = 0, depth = 0, max = 0;

    read_pam_header (r, &width, &height, &depth, &max);
    if (r->bad || depth == 0 || max == 0 || max > 65535)
        return MUGAI_IMAGE_MALFORMED;
    if (depth > 4)
        return MUGAI_IMAGE_UNSUPPORTED;
    MugaiImageError error = mugai_image_make (ret, width, height, depth == 2 ? 4 : depth, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    one_space (r);
    if (!r->bad)
        read_pam (r, ret, depth, max);
    return r->bad ? MUGAI_IMAGE_MALFORMED : MUGAI_IMAGE_OK;
}

MugaiImageError
mugai_pnm_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    if (size < 3 || data[0] != 'P' || data[1] < '1' || data[1] > '7')
        return MUGAI_IMAGE_MALFORMED;
    char kind = (char)data[1];
    bool bits = kind == '1' || kind == '4';
    Reader r = { .at = data + 2, .end = data + size };
    if (kind == '7')
        return read_p7 (&r, limits, ret);
    uint32_t width = number (&r, UINT32_MAX);
    uint32_t height = number (&r, UINT32_MAX);
    uint32_t max = bits ? 1 : number (&r, 65535);
    if (r.bad || max == 0)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error =
        mugai_image_make (ret, width, height, kind == '3' || kind == '6' ? 3 : 1, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    if (kind >= '4')
        one_space (&r);
    if (kind == '4' && !r.bad)
        read_bits (&r, ret);
    else if (kind > '4' && !r.bad)
        read_raw (&r, ret, max);
    else if (!r.bad)
        read_plain (&r, ret, kind, max);
    skip (&r);
    ret->more = r.at < r.end;
    return r.bad ? MUGAI_IMAGE_MALFORMED : MUGAI_IMAGE_OK;
}
