/* SPDX-License-Identifier: Apache-2.0
 *
 * png: all colour types and depths, interlaced, with transparency; 16 bits become 8. Of a moving
 * picture (APNG) the still one. Of all chunks beside the pixels only colour profile, resolution and
 * orientation are read; texts are never unpacked. A file that breaks off after its first row is
 * shown as far as it goes. Source: ISO/IEC 15948.
 */
#include "image/exif.h"
#include "image/image.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

typedef struct Reader {
    const uint8_t *at;
    size_t left;
    png_structp png;
    png_infop info;
    MugaiImage *image;
    MugaiImageError error;
    png_bytep *rows;
    bool some; /* pixels were read */
} Reader;

static void
take (png_structp png, png_bytep to, size_t size)
{
    Reader *r = png_get_io_ptr (png);

    if (size > r->left)
        png_error (png, "end");
    memcpy (to, r->at, size);
    r->at += size;
    r->left -= size;
}

static void
fail (png_structp png, const char *text)
{
    (void)text;
    png_longjmp (png, 1);
}

static void
warn (png_structp png, const char *text)
{
    (void)png, (void)text;
}

static void
prepare (Reader *r, const MugaiImageLimits *limits)
{
    /* chunks that are never kept, nor unpacked */
    static const png_byte never[] = "tEXt\0zTXt\0iTXt\0hIST\0sPLT\0tIME\0pCAL\0sCAL\0oFFs\0bKGD";

    png_set_keep_unknown_chunks (r->png, PNG_HANDLE_CHUNK_NEVER, never, sizeof never / 5);
    png_set_keep_unknown_chunks (r->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_user_limits (r->png, limits->side, limits->side);
    png_set_chunk_malloc_max (r->png, MUGAI_IMAGE_ICC);
    png_set_crc_action (r->png, PNG_CRC_QUIET_USE, PNG_CRC_WARN_DISCARD);
    png_set_option (r->png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
    png_set_read_fn (r->png, r, take);
}

static void
take_extras (Reader *r)
{
    png_uint_32 x = 0, y = 0, size = 0;
    int unit = 0, method;
    png_charp name;
    png_bytep data;

    if (png_get_pHYs (r->png, r->info, &x, &y, &unit) != 0 && unit == PNG_RESOLUTION_METER)
        mugai_image_set_density (r->image, x, y);
    if (png_get_eXIf_1 (r->png, r->info, &size, &data) != 0)
        mugai_exif_read (data, size, r->image);
    if (png_get_iCCP (r->png, r->info, &name, &method, &data, &size) != 0)
        mugai_image_set_icc (r->image, data, size);
}

/* Grey, RGB or RGBA of 8 bits. Returns: channels. */
static unsigned
transform (Reader *r)
{
    png_byte colour = png_get_color_type (r->png, r->info);
    bool alpha =
        (colour & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid (r->png, r->info, PNG_INFO_tRNS) != 0;

    png_set_expand (r->png);
    png_set_scale_16 (r->png);
    if (colour != PNG_COLOR_TYPE_GRAY || alpha)
        png_set_gray_to_rgb (r->png);
    return alpha ? 4 : colour == PNG_COLOR_TYPE_GRAY ? 1 : 3;
}

static void
decode (Reader *r, const MugaiImageLimits *limits)
{
    if (setjmp (png_jmpbuf (r->png)) != 0)
        return;
    r->error = MUGAI_IMAGE_MALFORMED;
    prepare (r, limits);
    png_read_info (r->png, r->info);
    uint32_t width = png_get_image_width (r->png, r->info);
    uint32_t height = png_get_image_height (r->png, r->info);
    r->error = mugai_image_make (r->image, width, height, transform (r), limits);
    if (r->error != MUGAI_IMAGE_OK)
        return;
    take_extras (r);
    int passes = png_set_interlace_handling (r->png);
    r->error = MUGAI_IMAGE_MALFORMED;
    png_read_update_info (r->png, r->info);
    size_t row = (size_t)width * r->image->channels;
    if (png_get_rowbytes (r->png, r->info) != row)
        return;
    memset (r->image->pixels, 255, row * height);
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) {
            png_read_row (r->png, r->image->pixels + y * row, NULL);
            r->some = true;
        }
    r->error = MUGAI_IMAGE_OK;
}

/* Is there an acTL chunk before the pixels? (APNG) */
static bool
is_moving (const uint8_t *data, size_t size)
{
    for (size_t at = 8; size >= 12 && at <= size - 12;) {
        uint32_t length = (uint32_t)data[at] << 24 | (uint32_t)data[at + 1] << 16 |
                          (uint32_t)data[at + 2] << 8 | data[at + 3];
        if (memcmp (data + at + 4, "IDAT", 4) == 0)
            return false;
        if (memcmp (data + at + 4, "acTL", 4) == 0)
            return true;
        if (length > size - at - 12)
            return false;
        at += (size_t)length + 12;
    }
    return false;
}

MugaiImageError
mugai_png_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    Reader r = { .at = data, .left = size, .image = ret, .error = MUGAI_IMAGE_MEMORY };

    r.png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, fail, warn);
    r.info = r.png != NULL ? png_create_info_struct (r.png) : NULL;
    if (r.info != NULL) {
        r.error = MUGAI_IMAGE_MALFORMED;
        decode (&r, limits);
    }
    if (r.png != NULL)
        png_destroy_read_struct (&r.png, &r.info, NULL);
    if (r.error == MUGAI_IMAGE_MALFORMED && r.some) {
        ret->damaged = true;
        r.error = MUGAI_IMAGE_OK;
    }
    ret->more = is_moving (data, size);
    return r.error;
}
