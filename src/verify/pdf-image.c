/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/jpeg.h"
#include "verify/pdf-reader.h"

#include <stdlib.h>

enum { SIDE_MAX = 32767, PIXELS_MAX = 100000000 };

typedef struct Image {
    uint64_t width, height, length;
    unsigned bits; /* of an index, or 0 */
    unsigned channels;
    bool jpeg;
} Image;

/* "[/Indexed /DeviceRGB 15 <...>] /BitsPerComponent 4", all entries there. */
static bool
take_palette (MugaiPdfReader *r, Image *image)
{
    uint64_t last = 0, bits = 0;

    if (!mugai_pdf_whole (r, 15, "Q-3", &last) || !mugai_pdf_expect (r, " <", "Q-3"))
        return false;
    size_t digits = mugai_lex_run (&r->lex, MUGAI_LEX_DIGIT | MUGAI_LEX_UPPER, 97);
    for (size_t i = 1; i <= digits; i++)
        if (r->lex.data[r->lex.at - i] > 'F')
            return mugai_pdf_refuse (r, "Q-3", "palette");
    if (digits != 6 * (last + 1))
        return mugai_pdf_refuse (r, "Q-3", "palette");
    if (!mugai_pdf_expect (r, ">] /BitsPerComponent ", "Q-3") ||
        !mugai_pdf_whole (r, 4, "Q-3", &bits))
        return false;
    if (bits != 1 && bits != 2 && bits != 4)
        return mugai_pdf_refuse (r, "Q-3", "bits");
    if (last + 1 != 1u << bits)
        return mugai_pdf_refuse (r, "Q-3", "palette");
    image->bits = (unsigned)bits;
    image->channels = 1;
    return true;
}

static bool
take_colours (MugaiPdfReader *r, Image *image)
{
    if (mugai_lex_literal (&r->lex, "[/Indexed /DeviceRGB "))
        return take_palette (r, image);
    if (mugai_lex_literal (&r->lex, "/DeviceGray /BitsPerComponent 8"))
        image->channels = 1;
    else if (mugai_lex_literal (&r->lex, "/DeviceRGB /BitsPerComponent 8"))
        image->channels = 3;
    else
        return mugai_pdf_refuse (r, "Q-3", "colours");
    return true;
}

static bool
take_filter (MugaiPdfReader *r, Image *image)
{
    if (mugai_lex_literal (&r->lex, " /Filter /FlateDecode /Length "))
        return true;
    image->jpeg = image->bits == 0 && mugai_lex_literal (&r->lex, " /Filter /DCTDecode /Length ");
    return image->jpeg || mugai_pdf_refuse (r, "Q-3", "filter");
}

/* The frame header of a JPEG that section J accepted says what the dictionary says. */
static bool
same_frame (const uint8_t *d, size_t size, const Image *image)
{
    for (size_t at = 2; size - at >= 10; at += 2u + (unsigned)(d[at + 2] << 8 | d[at + 3]))
        if (d[at + 1] == 0xc0)
            return (unsigned)(d[at + 5] << 8 | d[at + 6]) == image->height &&
                   (unsigned)(d[at + 7] << 8 | d[at + 8]) == image->width &&
                   d[at + 9] == image->channels;
    return false;
}

static bool
check_data (MugaiPdfReader *r, const Image *image, size_t at)
{
    const uint8_t *d = r->lex.data + at;
    size_t size = (size_t)image->length;

    if (image->jpeg)
        return mugai_jpeg_check (r->check, d, size) &&
               (same_frame (d, size, image) ||
                mugai_refuse (r->check, "Q-4", at, "JPEG of another size than the image"));
    uint64_t row = (image->width * (image->bits > 0 ? image->bits : 8 * image->channels) + 7) / 8;
    uint8_t *pixels = mugai_pdf_inflate (r, at, size, row * image->height);
    free (pixels);
    return pixels != NULL;
}

bool
mugai_pdf_image (MugaiPdfReader *r)
{
    Image image = { 0 };
    size_t at = 0;

    if (!mugai_pdf_expect (r, "<< /Type /XObject /Subtype /Image /Width ", "Q-3") ||
        !mugai_pdf_whole (r, SIDE_MAX, "Q-3", &image.width) ||
        !mugai_pdf_expect (r, " /Height ", "Q-3") ||
        !mugai_pdf_whole (r, SIDE_MAX, "Q-3", &image.height) ||
        !mugai_pdf_expect (r, " /ColorSpace ", "Q-3"))
        return false;
    if (image.width == 0 || image.height == 0 || image.width * image.height > PIXELS_MAX)
        return mugai_pdf_refuse (r, "Q-3", "size of an image");
    return take_colours (r, &image) && take_filter (r, &image) &&
           mugai_pdf_whole (r, r->lex.size, "Q-3", &image.length) &&
           mugai_pdf_stream (r, image.length, "Q-3", &at) && check_data (r, &image, at);
}
