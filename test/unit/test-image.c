/* SPDX-License-Identifier: Apache-2.0
 *
 * The pictures' readers of ours, orientation, EXIF, colours without a profile, and the choice of
 * the form; then seeds of the fuzz targets through the readers that stand on libraries.
 */
#include "image/colour.h"
#include "image/exif.h"
#include "image/form.h"
#include "image/heif-codecs.h"
#include "image/image.h"
#include "image/orient.h"
#include "image/tiff.h"
#include "tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const MugaiImageLimits limits = { .pixels = 1000000, .side = 5000 };
static uint8_t file[1 << 16];

/* A seed without its first byte when that chooses the format. */
static size_t
seed (const char *folder, const char *name)
{
    const char *root = getenv ("MUGAI_SOURCE");
    char path[4096];

    snprintf (path, sizeof path, "%s/test/fuzz/seed/%s/%s", root != NULL ? root : ".", folder,
              name);
    FILE *f = fopen (path, "rb");
    if (f == NULL)
        return 0;
    size_t size = fread (file, 1, sizeof file, f);
    fclose (f);
    if (strcmp (folder, "image-libs") == 0 && size > 0)
        memmove (file, file + 1, --size);
    return size;
}

/* What place of the picture 1 2 / 3 4 / 5 6 stands first, last and how wide it is, turned. */
static void
test_orient (void)
{
    static const struct {
        unsigned orientation, width;
        uint8_t pixels[6];
    } cases[] = {
        { 0, 2, { 1, 2, 3, 4, 5, 6 } }, { 1, 2, { 1, 2, 3, 4, 5, 6 } },
        { 2, 2, { 2, 1, 4, 3, 6, 5 } }, { 3, 2, { 6, 5, 4, 3, 2, 1 } },
        { 4, 2, { 5, 6, 3, 4, 1, 2 } }, { 5, 3, { 1, 3, 5, 2, 4, 6 } },
        { 6, 3, { 5, 3, 1, 6, 4, 2 } }, { 7, 3, { 6, 4, 2, 5, 3, 1 } },
        { 8, 3, { 2, 4, 6, 1, 3, 5 } }, { 9, 2, { 1, 2, 3, 4, 5, 6 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        MugaiImage image = { 0 };
        mugai_image_make (&image, 2, 3, 1, &limits);
        memcpy (image.pixels, "\1\2\3\4\5\6", 6);
        image.orientation = cases[i].orientation;
        image.dpi_x = 100;
        image.dpi_y = 200;
        mugai_orient (&image);
        bool swapped = cases[i].width == 3;
        CHECK_NAMED (image.width == cases[i].width && image.height == 6 / cases[i].width &&
                         memcmp (image.pixels, cases[i].pixels, 6) == 0 &&
                         image.dpi_x == (swapped ? 200u : 100u) && image.orientation == 0,
                     "orientation %u", cases[i].orientation);
        mugai_image_clear (&image);
    }
}

static void
test_exif (void)
{
    static const uint8_t intel[] = "II*\0\x08\0\0\0\x04\0"
                                   "\x12\x01\x03\0\x01\0\0\0\x08\0\0\0"
                                   "\x1a\x01\x05\0\x01\0\0\0\x3e\0\0\0"
                                   "\x1b\x01\x05\0\x01\0\0\0\x3e\0\0\0"
                                   "\x28\x01\x03\0\x01\0\0\0\x03\0\0\0"
                                   "\0\0\0\0\x64\0\0\0\x01\0\0\0";
    MugaiImage image = { 0 };

    mugai_exif_read (intel, sizeof intel - 1, &image);
    CHECK (image.orientation == 8 && image.dpi_x == 254 && image.dpi_y == 254);
    for (size_t size = 0; size < sizeof intel - 1; size++) {
        uint8_t *cut = malloc (size > 0 ? size : 1);
        memcpy (cut, intel, size);
        image = (MugaiImage){ 0 };
        mugai_exif_read (cut, size, &image);
        if (image.orientation != 0 && image.orientation != 8)
            CHECK_NAMED (false, "EXIF cut at %zu", size);
        free (cut);
    }
    size_t size = seed ("image", "exif");
    image = (MugaiImage){ 0 };
    mugai_exif_read (file, size, &image);
    CHECK (image.orientation == 6 && image.dpi_x == 0);
}

static bool
reads (MugaiImageRead read, const char *folder, const char *name, const char *head,
       unsigned channels, const void *pixels, size_t n)
{
    MugaiImage image = { 0 };
    char is[64];
    size_t size = seed (folder, name);
    MugaiImageError error = read (file, size, &limits, &image);

    snprintf (is, sizeof is, "%ux%u %u", image.width, image.height, image.dpi_x);
    bool ok = error == MUGAI_IMAGE_OK && strcmp (is, head) == 0 && image.channels == channels &&
              (n == 0 || memcmp (image.pixels, pixels, n) == 0);
    if (!ok) {
        printf ("# %s: error %d, %s, %u channels:", name, error, is, image.channels);
        for (size_t i = 0; image.pixels != NULL && i < n; i++)
            printf (" %02x", image.pixels[i]);
        puts ("");
    }
    mugai_image_clear (&image);
    return ok;
}

static void
test_readers (void)
{
    CHECK (reads (mugai_psd_read, "image", "psd-rgb", "3x2 300", 3, "\0\6\14\1\7\15", 6));
    CHECK (reads (mugai_psd_read, "image", "psd-rle", "3x2 300", 1, "\7\7\7\1\2\3", 6));
    CHECK (reads (mugai_psd_read, "image", "psd-cmyk16", "3x2 300", 4, "\xff\xf3\xe7\xdb", 4));
    CHECK (reads (mugai_psd_read, "image", "psd-index", "3x2 300", 3, "\0\0\0\1\1\1", 6));
    CHECK (reads (mugai_psd_read, "image", "psd-bits", "3x2 300", 1, "\0\xff\0\xff\0\xff", 6));
    CHECK (reads (mugai_pnm_read, "image", "pam", "2x1 0", 4, "\0\1\2\3\4\5\6\7", 8));
    /* blue green blue green, the first of each row masked */
    CHECK (
        reads (mugai_ico_read, "image-libs", "ico-bmp", "4x4 0", 4, "\0\0\xff\0\0\xff\0\xff", 8));
    CHECK (reads (mugai_ico_read, "image-libs", "ico-png", "13x9 25", 3, "\0\x3c\x78", 3));
    CHECK (reads (mugai_png_read, "image-libs", "a-png", "13x9 25", 3, "\0\x3c\x78\x11", 4));
    CHECK (reads (mugai_webp_read, "image-libs", "a-webp", "13x9 25", 3, "\0\x3c\x78\x11", 4));
    CHECK (reads (mugai_gif_read, "image-libs", "a-gif", "13x9 0", 4, NULL, 0));
    CHECK (reads (mugai_heif_read, "image-libs", "a-avif", "13x9 0", 3, NULL, 0));
    CHECK (reads (mugai_heif_read, "image-libs", "a-heic", "13x9 0", 3, NULL, 0));
    CHECK (reads (mugai_jp2_read, "image-libs", "a-jp2", "13x9 0", 3, NULL, 0));
}

static void
test_cmyk (void)
{
    MugaiImage image = { 0 };
    bool applied = true;

    CHECK (mugai_colour_setup() == 0);
    mugai_image_make (&image, 3, 1, 4, &limits);
    memcpy (image.pixels, "\0\0\0\0\xff\0\0\0\0\0\0\xff", 12);
    image.cmyk = true;
    mugai_colour_apply (&image, &applied);
    CHECK (image.channels == 3 && !applied &&
           memcmp (image.pixels, "\xff\xff\xff\0\xff\xff\0\0\0", 9) == 0);
    mugai_image_clear (&image);
    mugai_image_make (&image, 1, 1, 3, &limits);
    mugai_image_set_icc (&image, "no profile", 10);
    CHECK (mugai_colour_apply (&image, &applied) == MUGAI_IMAGE_OK && !applied);
    mugai_image_clear (&image);
    CHECK (mugai_jpeg_read (file, seed ("image-libs", "cmyk-jpg"), &limits, &image) ==
               MUGAI_IMAGE_OK &&
           image.cmyk && image.channels == 4);
    mugai_image_clear (&image);
}

/* @kind: n noise, g gradient with noise, f flat with lines, a one pixel not opaque. */
static bool
photograph (char kind, uint32_t side, bool lossy)
{
    MugaiImage image = { 0 };
    uint32_t noise = 1;

    mugai_image_make (&image, side, side, 4, &limits);
    for (size_t i = 0; i < (size_t)side * side; i++) {
        noise = noise * 1664525u + 1013904223u;
        bool line = kind == 'f' && i % 5 != 0;
        uint32_t value = line ? 0xffffff : noise >> 8;
        memcpy (image.pixels + 4 * i, &value, 3);
        image.pixels[4 * i + 3] = kind == 'a' && i == 7 ? 254 : 255;
    }
    image.lossy = lossy;
    bool is = mugai_form_is_photograph (&image);
    mugai_image_clear (&image);
    return is;
}

static void
test_form (void)
{
    CHECK (photograph ('n', 100, false));
    CHECK (!photograph ('n', 63, false));
    CHECK (!photograph ('a', 100, false));
    CHECK (!photograph ('f', 100, false));
    CHECK (photograph ('f', 100, true));
    CHECK (!photograph ('n', 16, true));
}

static void
test_limits (void)
{
    MugaiImageLimits small = { .pixels = 100, .side = 12 };
    MugaiImage image = { 0 };
    static const struct {
        const char *seed;
        MugaiImageRead read;
    } kinds[] = { { "a-png", mugai_png_read },   { "a-jpg", mugai_jpeg_read },
                  { "a-gif", mugai_gif_read },   { "a-webp", mugai_webp_read },
                  { "a-tif", mugai_tiff_read },  { "a-jp2", mugai_jp2_read },
                  { "a-heic", mugai_heif_read }, { "a-avif", mugai_heif_read } };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = seed ("image-libs", kinds[i].seed);
        MugaiImageError error = kinds[i].read (file, size, &small, &image);
        CHECK_NAMED (size > 0 && error != MUGAI_IMAGE_OK && image.pixels == NULL, "%s is too large",
                     kinds[i].seed);
        mugai_image_clear (&image);
        CHECK_NAMED (kinds[i].read (file, 0, &limits, &image) != MUGAI_IMAGE_OK, "%s: nothing",
                     kinds[i].seed);
        mugai_image_clear (&image);
    }
}

int
main (void)
{
    CHECK (mugai_heif_codecs() == 0);
    test_orient();
    test_exif();
    test_readers();
    test_cmyk();
    test_form();
    test_limits();
    return tap_done();
}
