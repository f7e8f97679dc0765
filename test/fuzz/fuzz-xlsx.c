/* SPDX-License-Identifier: Apache-2.0
 *
 * Workbooks through the rebuild, in one process: the first byte chooses a part of a small workbook,
 * the rest is what it holds. Whatever comes out is in the profile, by the verifier.
 */
#include "message/package.h"

#include "ooxml-rebuild/hooks.h"
#include "verify/verify.h"
#include "wire/bundle.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

struct mugai_call {
    GByteArray *own;
    int children;
};

#define MAIN  "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
#define NAMES MAIN "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define KIND  "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
#define LINK(id, kind, target)                                                                     \
    "<Relationship Id=\"" id "\" Type=\"" KIND kind "\" Target=\"" target "\"/>"
#define LINKS(links)                                                                               \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" links \
    "</Relationships>"

static const struct {
    char choice;
    const char *name, *text;
} members[] = {
    { 0, "_rels/.rels", LINKS (LINK ("rId1", "officeDocument", "xl/workbook.xml")) },
    { 0, "xl/_rels/workbook.xml.rels",
      LINKS (LINK ("rId1", "worksheet", "worksheets/sheet1.xml")
                 LINK ("rId2", "sharedStrings", "s.xml") LINK ("rId3", "styles", "y.xml")
                     LINK ("rId4", "externalLink", "e.xml")) },
    { 0, "xl/worksheets/_rels/sheet1.xml.rels",
      LINKS (LINK ("rId1", "table", "../t.xml") LINK ("rId2", "comments", "../c.xml")
                 LINK ("rId3", "vmlDrawing", "../v.vml") LINK (
                     "rId4", "drawing", "../d.xml") "<Relationship Id=\"rId5\" Type=\"" KIND
                                                    "hyperlink\" Target=\"http://a.example/\" "
                                                    "TargetMode=\"External\"/>") },
    { 0, "xl/_rels/d.xml.rels", LINKS (LINK ("rId1", "chart", "h.xml")) },
    { 0, "xl/_rels/v.vml.rels", LINKS (LINK ("rId1", "image", "i.png")) },
    { 0, "xl/i.png", "picture" },
    { 'W', "xl/workbook.xml",
      "<workbook " NAMES "><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets>"
      "</workbook>" },
    { 'S', "xl/worksheets/sheet1.xml", "<worksheet " NAMES "><sheetData/></worksheet>" },
    { 'T', "xl/s.xml", "<sst " MAIN "><si><t>a</t></si></sst>" },
    { 'Y', "xl/y.xml", "<styleSheet " MAIN "/>" },
    { 'B', "xl/t.xml", "" },
    { 'C', "xl/c.xml", "" },
    { 'V', "xl/v.vml", "" },
    { 'D', "xl/d.xml", "" },
    { 'H', "xl/h.xml", "" },
    { 'E', "xl/e.xml", "" },
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
    g_byte_array_append (call->own, data, (guint)size);
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

static const uint8_t placeholder[] = {
#include "message/placeholder.inc"
};

static void
check (const MugaiZip *made)
{
    MugaiVerifyLimits limits = mugai_verify_limits_default();
    MugaiVerifyResult result;

    mugai_verify (MUGAI_GRAMMAR_XLSX, (const uint8_t *)made->file.data, made->file.size, &limits,
                  &result);
    if (!result.verdict.ok) {
        fprintf (stderr, "%s: %s\n", result.verdict.clause, result.verdict.why);
        abort();
    }
    mugai_verify_result_clear (&result);
}

/* What the host makes of the plan. */
static void
write_package (const mugai_call *call)
{
    MugaiPackagePicture *pictures = g_new0 (MugaiPackagePicture, (gsize)call->children + 1);
    MugaiZip zip = mugai_zip (64 << 20);
    MugaiPlan plan;

    for (int i = 0; i < call->children; i++)
        pictures[i] = (MugaiPackagePicture){ placeholder, sizeof placeholder, 0, 0 };
    if (mugai_plan_read (call->own->data, call->own->len, &plan) != 0 ||
        !mugai_package_write_opc (&plan, pictures, &zip) || !mugai_zip_end (&zip))
        abort();
    check (&zip);
    mugai_zip_clear (&zip);
    mugai_plan_clear (&plan);
    g_free (pictures);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    MugaiZip zip = mugai_zip (64 << 20);
    mugai_call call = { .own = g_byte_array_new() };

    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        bool chosen = size > 0 && members[i].choice == data[0] && data[0] != 0;
        const void *text = chosen ? (const void *)(data + 1) : members[i].text;
        mugai_zip_add (&zip, members[i].name, text, chosen ? size - 1 : strlen (members[i].text),
                       false);
    }
    if (mugai_zip_end (&zip)) {
        mugai_part part = { .size_of = sizeof part,
                            .data = (const uint8_t *)zip.file.data,
                            .size = zip.file.size,
                            .type = "xlsx",
                            .name = "",
                            .path = "",
                            .language = "ja",
                            .output_max = 64 << 20,
                            .expanded_left = 64 << 20,
                            .depth_max = 8 };
        if (mugai_document_rebuild (&host, &call, &part, &mugai_sheet_hooks) == MUGAI_REPLACE)
            write_package (&call);
    }
    mugai_zip_clear (&zip);
    g_byte_array_unref (call.own);
    return 0;
}
