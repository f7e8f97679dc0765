/* SPDX-License-Identifier: Apache-2.0
 *
 * gif: the first frame on its screen; what it does not cover is transparent. Frames behind it are
 * only noticed. Comments and applications' blocks are passed over. Source: GIF89a.
 */
#include "image/image.h"

#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

enum { EXTENSIONS_MAX = 100000 };

typedef struct Reader {
    const uint8_t *at;
    size_t left;
    int clear; /* transparent index, or -1 */
} Reader;

static int
take (GifFileType *gif, GifByteType *to, int size)
{
    Reader *r = gif->UserData;
    size_t n = (size_t)size < r->left ? (size_t)size : r->left;

    memcpy (to, r->at, n);
    r->at += n;
    r->left -= n;
    return (int)n;
}

static bool
skip_extension (GifFileType *gif, Reader *r)
{
    int code;
    GifByteType *block;

    if (DGifGetExtension (gif, &code, &block) != GIF_OK)
        return false;
    while (block != NULL) {
        if (code == GRAPHICS_EXT_FUNC_CODE && block[0] >= 4)
            r->clear = (block[1] & 1) != 0 ? block[4] : -1;
        if (DGifGetExtensionNext (gif, &block) != GIF_OK)
            return false;
    }
    return true;
}

/* Go on to the next image. Returns: whether there is one. */
static bool
next_image (GifFileType *gif, Reader *r)
{
    GifRecordType type;

    for (int i = 0; i < EXTENSIONS_MAX && DGifGetRecordType (gif, &type) == GIF_OK; i++) {
        if (type == IMAGE_DESC_RECORD_TYPE)
            return true;
        if (type != EXTENSION_RECORD_TYPE || !skip_extension (gif, r))
            return false;
    }
    return false;
}

static void
put_line (const GifFileType *gif, const Reader *r, const GifPixelType *line, int row,
          MugaiImage *image)
{
    const GifImageDesc *d = &gif->Image;
    const ColorMapObject *map = d->ColorMap != NULL ? d->ColorMap : gif->SColorMap;
    int64_t y = (int64_t)d->Top + row;

    if (y < 0 || y >= image->height)
        return;
    for (int x = 0; x < d->Width; x++) {
        int64_t column = (int64_t)d->Left + x;
        if (column < 0 || column >= image->width || line[x] == r->clear)
            continue;
        uint8_t *to = image->pixels + 4 * ((size_t)y * image->width + (size_t)column);
        bool known = map != NULL && line[x] < map->ColorCount;
        to[0] = known ? map->Colors[line[x]].Red : 0;
        to[1] = known ? map->Colors[line[x]].Green : 0;
        to[2] = known ? map->Colors[line[x]].Blue : 0;
        to[3] = 255;
    }
}

/* Returns: number of rows that were read. */
static int
read_rows (GifFileType *gif, const Reader *r, GifPixelType *line, MugaiImage *image)
{
    static const int first[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
    int done = 0;

    for (int pass = 0; pass < (gif->Image.Interlace ? 4 : 1); pass++)
        for (int y = gif->Image.Interlace ? first[pass] : 0; y < gif->Image.Height;
             y += gif->Image.Interlace ? step[pass] : 1) {
            if (DGifGetLine (gif, line, gif->Image.Width) != GIF_OK)
                return done;
            put_line (gif, r, line, y, image);
            done++;
        }
    return done;
}

static MugaiImageError
read_image (GifFileType *gif, Reader *r, const MugaiImageLimits *limits, MugaiImage *image)
{
    if (!next_image (gif, r) || DGifGetImageDesc (gif) != GIF_OK)
        return MUGAI_IMAGE_MALFORMED;
    const GifImageDesc *d = &gif->Image;
    if (d->Width <= 0 || d->Height <= 0 || gif->SWidth < 0 || gif->SHeight < 0)
        return MUGAI_IMAGE_MALFORMED;
    MugaiImageError error = mugai_image_fits ((uint32_t)d->Width, (uint32_t)d->Height, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    bool screen = gif->SWidth > 0 && gif->SHeight > 0;
    error = mugai_image_make (image, (uint32_t)(screen ? gif->SWidth : d->Width),
                              (uint32_t)(screen ? gif->SHeight : d->Height), 4, limits);
    if (error != MUGAI_IMAGE_OK)
        return error;
    GifPixelType *line = malloc ((size_t)d->Width);
    if (line == NULL)
        return MUGAI_IMAGE_MEMORY;
    int rows = read_rows (gif, r, line, image);
    free (line);
    image->damaged = rows < d->Height;
    return rows > 0 ? MUGAI_IMAGE_OK : MUGAI_IMAGE_MALFORMED;
}

MugaiImageError
mugai_gif_read (const uint8_t *data, size_t size, const MugaiImageLimits *limits, MugaiImage *ret)
{
    Reader r = { .at = data, .left = size, .clear = -1 };
    int why = 0;
    GifFileType *gif = DGifOpen (&r, take, &why);

    if (gif == NULL)
        return why == D_GIF_ERR_NOT_ENOUGH_MEM ? MUGAI_IMAGE_MEMORY : MUGAI_IMAGE_MALFORMED;
    MugaiImageError error = read_image (gif, &r, limits, ret);
    if (error == MUGAI_IMAGE_OK && !ret->damaged)
        ret->more = next_image (gif, &r);
    DGifCloseFile (gif, &why);
    return error;
}
