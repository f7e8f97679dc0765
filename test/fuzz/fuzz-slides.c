/* SPDX-License-Identifier: Apache-2.0
 *
 * Presentations through their hooks and the model: whatever the parts hold, what comes out is in
 * the profile, or nothing does. The input is up to seven parts, each ended by a byte 0xFF: a slide,
 * the data and the drawing of a diagram, a VML drawing, a chart, comments, authors.
 */
#include "common/zip.h"
#include "message/package.h"
#include "ooxml-rebuild/hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define HEAD "http://schemas.openxmlformats.org/"
#define NS                                                                                         \
    "xmlns:a=\"" HEAD "drawingml/2006/main\" xmlns:p=\"" HEAD "presentationml/2006/main\" "        \
    "xmlns:r=\"" HEAD "officeDocument/2006/relationships\""
#define RELS(rows)                                                                                 \
    "<Relationships xmlns=\"" HEAD "package/2006/relationships\">" rows "</Relationships>"
#define REL(id, type, to)                                                                          \
    "<Relationship Id=\"" id "\" Type=\"" HEAD "officeDocument/2006/relationships/" type           \
    "\" Target=\"" to "\"/>"
#define TREE                                                                                       \
    "<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/>"         \
    "</p:nvGrpSpPr><p:grpSpPr/></p:spTree></p:cSld>"
#define COLOUR(name) "<a:" name "><a:srgbClr val=\"000000\"/></a:" name ">"
#define FONT(name)                                                                                 \
    "<a:" name "><a:latin typeface=\"\"/><a:ea typeface=\"\"/><a:cs typeface=\"\"/></a:" name ">"

static const struct {
    const char *name, *content;
} fixed[] = {
    { "_rels/.rels", RELS (REL ("m", "officeDocument", "ppt/p.xml")) },
    { "ppt/p.xml", "<p:presentation " NS "><p:sldMasterIdLst><p:sldMasterId r:id=\"m\"/>"
                   "</p:sldMasterIdLst><p:sldIdLst><p:sldId r:id=\"s\"/></p:sldIdLst>"
                   "</p:presentation>" },
    { "ppt/_rels/p.xml.rels", RELS (REL ("m", "slideMaster", "m.xml") REL ("s", "slide", "s.xml")
                                        REL ("a", "authors", "authors.xml")) },
    { "ppt/m.xml", "<p:sldMaster " NS ">" TREE
                   "<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" "
                   "accent2=\"accent2\" accent3=\"accent3\" accent4=\"accent4\" "
                   "accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" "
                   "folHlink=\"folHlink\"/></p:sldMaster>" },
    { "ppt/_rels/m.xml.rels", RELS (REL ("t", "theme", "t.xml")) },
    { "ppt/l.xml", "<p:sldLayout " NS ">" TREE "</p:sldLayout>" },
    { "ppt/_rels/l.xml.rels", RELS (REL ("m", "slideMaster", "m.xml")) },
    { "ppt/t.xml",
      "<a:theme " NS "><a:themeElements><a:clrScheme name=\"\">" COLOUR ("dk1") COLOUR ("lt1")
          COLOUR ("dk2") COLOUR ("lt2") COLOUR ("accent1") COLOUR ("accent2") COLOUR ("accent3")
              COLOUR ("accent4") COLOUR ("accent5") COLOUR ("accent6") COLOUR ("hlink")
                  COLOUR ("folHlink") "</a:clrScheme><a:fontScheme name=\"\">" FONT ("majorFont")
                      FONT ("minorFont") "</a:fontScheme><a:fmtScheme><a:fillStyleLst/>"
                                         "<a:lnStyleLst><a:ln/></a:lnStyleLst>"
                                         "<a:effectStyleLst><a:effectStyle/>"
                                         "</a:effectStyleLst><a:bgFillStyleLst/>"
                                         "</a:fmtScheme></a:themeElements></a:theme>" },
    { "ppt/_rels/s.xml.rels",
      RELS (REL ("l", "slideLayout", "l.xml") REL ("dm", "diagramData", "data.xml")
                REL ("dd", "diagramDrawing", "drawing.xml") REL ("v", "vmlDrawing", "vml.xml")
                    REL ("c", "chart", "chart.xml") REL ("i", "image", "i.png")
                        REL ("k", "comments", "comments.xml") REL (
                            "o", "package",
                            "o.xlsx") "<Relationship Id=\"h\" Type=\"" HEAD
                                      "officeDocument/2006/relationships/hyperlink\" "
                                      "Target=\"https://example.jp/\" TargetMode=\"External\"/>") },
    { "ppt/_rels/vml.xml.rels", RELS (REL ("i", "image", "i.png")) },
    { "ppt/_rels/drawing.xml.rels", RELS (REL ("i", "image", "i.png")) },
    { "ppt/i.png", "a picture" },
    { "ppt/o.xlsx", "a workbook" },
};
static const char *const fuzzed[] = { "ppt/s.xml",      "ppt/data.xml",  "ppt/drawing.xml",
                                      "ppt/vml.xml",    "ppt/chart.xml", "ppt/comments.xml",
                                      "ppt/authors.xml" };

static const uint8_t placeholder[] = {
#include "message/placeholder.inc"
};

struct mugai_call {
    MugaiBuffer out;
    int children;
};

static void
host_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    (void)call, (void)code, (void)count, (void)evidence;
}

static void
host_reason (mugai_call *call, const char *code, const char *evidence)
{
    (void)call, (void)code, (void)evidence;
}

static int
host_put (mugai_call *call, const void *data, size_t size)
{
    mugai_buffer_add (&call->out, data, size);
    return 0;
}

static int
host_put_type (mugai_call *call, const char *type)
{
    (void)call, (void)type;
    return 0;
}

static int
host_child_add (mugai_call *call, const char *name, const char *declared, const void *data,
                size_t size)
{
    (void)name, (void)declared, (void)data, (void)size;
    return call->children++;
}

static const mugai_host host = { .size_of = sizeof host,
                                 .abi = MUGAI_FILTER_ABI,
                                 .finding = host_finding,
                                 .reason = host_reason,
                                 .put = host_put,
                                 .put_type = host_put_type,
                                 .child_add = host_child_add };

static void
demand (bool ok)
{
    if (!ok)
        abort();
}

static void
check_result (const mugai_call *call)
{
    static const char *const never[] = {
        "a:hlinkClick", "p:oleObj", "a:videoFile",    "p:timing", "p:controls",
        "dsp:",         "dgm:",     "c:externalData", "p188:",    "mc:"
    };
    MugaiPackagePicture *pictures = calloc ((size_t)call->children + 1, sizeof *pictures);
    MugaiZip zip = mugai_zip (16 << 20);
    MugaiPlan plan;

    for (int i = 0; i < call->children; i++)
        pictures[i] = (MugaiPackagePicture){ placeholder, sizeof placeholder, false, 0 };
    demand (mugai_plan_read (call->out.data, call->out.size, &plan) == 0);
    demand (mugai_package_write_opc (&plan, pictures, &zip) && mugai_zip_end (&zip));
    for (uint32_t i = 0; i < plan.n_pieces; i++)
        for (size_t k = 0; k < sizeof never / sizeof never[0] && plan.pieces[i].data != NULL; k++) {
            char tag[32];
            int n = snprintf (tag, sizeof tag, "<%s", never[k]);
            demand (memmem (plan.pieces[i].data, plan.pieces[i].size, tag, (size_t)n) == NULL);
        }
    mugai_plan_clear (&plan);
    mugai_zip_clear (&zip);
    free (pictures);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    mugai_call call = { .out = mugai_buffer (16 << 20) };
    MugaiZip zip = mugai_zip (16 << 20);
    size_t at = 0;

    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        mugai_zip_add (&zip, fixed[i].name, fixed[i].content, strlen (fixed[i].content), false);
    for (size_t i = 0; i < sizeof fuzzed / sizeof fuzzed[0] && at < size; i++) {
        const uint8_t *end = memchr (data + at, 0xFF, size - at);
        size_t n = end != NULL ? (size_t)(end - data) - at : size - at;
        if (n > 0)
            mugai_zip_add (&zip, fuzzed[i], data + at, n, false);
        at += n + 1;
    }
    mugai_zip_end (&zip);
    mugai_part part = { .size_of = sizeof part,
                        .data = (const uint8_t *)zip.file.data,
                        .size = zip.file.size,
                        .type = "pptx",
                        .name = "x",
                        .path = "",
                        .language = "ja",
                        .output_max = 16 << 20,
                        .expanded_left = 16 << 20,
                        .depth_max = 8 };
    if (mugai_document_rebuild (&host, &call, &part, &mugai_slide_hooks) == MUGAI_REPLACE)
        check_result (&call);
    mugai_buffer_clear (&call.out);
    mugai_zip_clear (&zip);
    return 0;
}
