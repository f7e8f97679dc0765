/* SPDX-License-Identifier: Apache-2.0
 *
 * office-picture: a Windows metafile (EMF, WMF), as office documents hold them, becomes a PNG, by
 * LibreOffice. The PNG is hostile again and goes through the rules. Process: mugai-office.
 *
 * How it works: a metafile of its own would be drawn on a page of A4, so it is put in a drawing
 * whose page has its size (flat ODF; all of it is ours but the base64 of the metafile).
 */
#include "lok/lok.h"

#include "common/buffer.h"

#include <string.h>

enum {
    EMF_HEAD = 88,
    WMF_HEAD = 22,
    WMF_START = 18, /* of the first record, without the placeable header */
    RECORD = 10,    /* a META_SETWINDOWEXT */
    SET_WINDOW_EXT = 0x020C,
    BARE = 10000,
    DENSITY = 2,      /* LibreOffice draws 96 dots an inch: on twice the size */
    PAGE_MAX = 60000, /* hundredths of a millimetre: 2268 dots */
    PAGE_MIN = 500,
    ROOM = 64 << 20, /* of the drawing */
};

static const mugai_code codes[] = {
    { "office-picture.unreadable", "LibreOffice could not open the picture",
      "LibreOfficeで図を開けませんでした" },
    { "office-picture.failed", "the picture could not be drawn", "図を描画できませんでした" },
};

#define PLACEABLE 0x9AC6CDD7u

typedef struct Size { /* hundredths of a millimetre */
    int64_t width, height;
} Size;

/* --- how large it is */

static uint32_t
get_32 (const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static int64_t
get_16 (const uint8_t *at)
{
    return (int16_t)(uint16_t)(at[0] | at[1] << 8);
}

/* [MS-EMF] 2.2.9: Frame. */
static Size
size_of_emf (const uint8_t *data)
{
    return (Size){ (int64_t)(int32_t)get_32 (data + 32) - (int32_t)get_32 (data + 24),
                   (int64_t)(int32_t)get_32 (data + 36) - (int32_t)get_32 (data + 28) };
}

/* [MS-WMF] 2.3.2.3: META_PLACEABLE. */
static Size
size_of_wmf (const uint8_t *data)
{
    int64_t inch = (uint16_t)get_16 (data + 14);

    if (inch == 0)
        return (Size){ 0, 0 };
    return (Size){ (get_16 (data + 10) - get_16 (data + 6)) * 2540 / inch,
                   (get_16 (data + 12) - get_16 (data + 8)) * 2540 / inch };
}

/* [MS-WMF] 2.3.5.30: without that header only the shape of META_SETWINDOWEXT tells how wide it is
 * for its height; 10 cm are taken for the longer one. */
static Size
size_of_bare (const uint8_t *data, size_t size)
{
    size_t at = WMF_START;

    while (size - at >= RECORD) {
        uint64_t words = get_32 (data + at);
        if (words < 3 || words > (size - at) / 2)
            break;
        int64_t height = get_16 (data + at + 6), width = get_16 (data + at + 8);
        if (get_16 (data + at + 4) == SET_WINDOW_EXT && height != 0 && width != 0) {
            height = height < 0 ? -height : height;
            width = width < 0 ? -width : width;
            int64_t longer = width > height ? width : height;
            return (Size){ width * BARE / longer, height * BARE / longer };
        }
        at += (size_t)words * 2;
    }
    return (Size){ BARE, BARE };
}

static int64_t
between (int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Of the page that it is drawn on. Returns: false when the picture has none. */
static bool
page_of (const mugai_part *part, Size *ret)
{
    bool emf = strcmp (part->type, "emf") == 0;
    Size size;

    if (part->size < (emf ? (size_t)EMF_HEAD : (size_t)WMF_HEAD))
        return false;
    size = emf                                ? size_of_emf (part->data)
           : get_32 (part->data) == PLACEABLE ? size_of_wmf (part->data)
                                              : size_of_bare (part->data, part->size);
    int64_t longer = size.width > size.height ? size.width : size.height;
    if (size.width <= 0 || size.height <= 0)
        return false;
    if (longer > PAGE_MAX / DENSITY) {
        size.width = size.width * (PAGE_MAX / DENSITY) / longer;
        size.height = size.height * (PAGE_MAX / DENSITY) / longer;
    }
    ret->width = between (size.width * DENSITY, PAGE_MIN, PAGE_MAX);
    ret->height = between (size.height * DENSITY, PAGE_MIN, PAGE_MAX);
    return true;
}

/* --- the drawing */

static void
add_base64 (MugaiBuffer *out, const uint8_t *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < size; i += 3) {
        uint32_t three = (uint32_t)data[i] << 16 | (i + 1 < size ? (uint32_t)data[i + 1] << 8 : 0) |
                         (i + 2 < size ? data[i + 2] : 0);
        char four[4] = { digits[three >> 18], digits[three >> 12 & 63],
                         i + 1 < size ? digits[three >> 6 & 63] : '=',
                         i + 2 < size ? digits[three & 63] : '=' };
        mugai_buffer_add (out, four, sizeof four);
    }
}

static void
add_size (MugaiBuffer *out, const char *width, const char *height, Size size)
{
    mugai_buffer_printf (out, " %s=\"%lld.%02lldmm\" %s=\"%lld.%02lldmm\"", width,
                         (long long)(size.width / 100), (long long)(size.width % 100), height,
                         (long long)(size.height / 100), (long long)(size.height % 100));
}

/* ODF 1.3: 3.1.2 (one file), 16.5 (page layout), 10.4.4 (image). Without office:styles LibreOffice
 * 7.4 does not look at the size of the page. */
static void
draw (MugaiBuffer *out, const mugai_part *part, Size page)
{
#define NS "urn:oasis:names:tc:opendocument:xmlns:"
    mugai_buffer_add_text (
        out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document xmlns:office=\"" NS
             "office:1.0\" xmlns:style=\"" NS "style:1.0\" xmlns:draw=\"" NS
             "drawing:1.0\" xmlns:svg=\"" NS "svg-compatible:1.0\" xmlns:fo=\"" NS
             "xsl-fo-compatible:1.0\" office:version=\"1.2\" "
             "office:mimetype=\"application/vnd.oasis.opendocument.graphics\"><office:styles/>"
             "<office:automatic-styles><style:page-layout style:name=\"l\">"
             "<style:page-layout-properties fo:margin=\"0mm\"");
    add_size (out, "fo:page-width", "fo:page-height", page);
    mugai_buffer_add_text (
        out, "/></style:page-layout></office:automatic-styles><office:master-styles>"
             "<style:master-page style:name=\"m\" style:page-layout-name=\"l\"/>"
             "</office:master-styles><office:body><office:drawing>"
             "<draw:page draw:master-page-name=\"m\"><draw:frame svg:x=\"0mm\" svg:y=\"0mm\"");
    add_size (out, "svg:width", "svg:height", page);
    mugai_buffer_add_text (out, "><draw:image><office:binary-data>");
    add_base64 (out, part->data, part->size);
    mugai_buffer_add_text (out, "</office:binary-data></draw:image></draw:frame></draw:page>"
                                "</office:drawing></office:body></office:document>");
#undef NS
}

/* --- */

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    static const char *const formats[LOK_OTHER] = { [LOK_DRAWING] = "png" };
    MugaiBuffer drawing = mugai_buffer (ROOM);
    LokResult result = LOK_UNREADABLE;
    const char *why = NULL;
    Size page;

    if (page_of (part, &page))
        draw (&drawing, part, page);
    if (drawing.size > 0 && mugai_buffer_ok (&drawing)) {
        mugai_part flat = *part;
        flat.type = "fodg";
        flat.data = (const uint8_t *)drawing.data;
        flat.size = drawing.size;
        result = lok_convert (host, call, &flat, formats, &why);
    }
    mugai_buffer_clear (&drawing);
    if (result == LOK_DONE)
        return MUGAI_REPLACE;
    if (result == LOK_TOO_LARGE)
        host->reason (call, "filter.limit", "output");
    else
        host->reason (call,
                      result == LOK_FAILED ? "office-picture.failed" : "office-picture.unreadable",
                      why);
    return MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "office-picture",
    .summary = "Windows metafiles (EMF, WMF) to PNG (needs LibreOffice)",
    .summary_ja = "Windowsメタファイル（EMF・WMF）をPNGにする（LibreOfficeが必要）",
    .takes = "emf wmf",
    .gives = "png",
    .runs = MUGAI_RUNS_CONVERTER,
    .codes = codes,
    MUGAI_TABLE (code, codes),
    .setup = lok_setup,
    .run = run,
    .room = &lok_room,
    .lacks = lok_lacks,
};

MUGAI_EXPORT const mugai_filter_info *
mugai_filter (void)
{
    return &info;
}
