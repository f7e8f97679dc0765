/* SPDX-License-Identifier: Apache-2.0
 *
 * office-sample: a workbook of the profile (PROFILE.md, section O), member by member, written by
 * hand: styles, strings, formulas, a drawing with a picture. For the tests of the verifier alone.
 */
#pragma once

#include "zip-sample.h"

enum { OFFICE_MEMBERS = 16 };

typedef struct OfficeMember {
    char *name;
    Buf content;
    bool stored;
} OfficeMember;

typedef struct Office {
    OfficeMember member[OFFICE_MEMBERS];
    size_t n;
} Office;

#define OFFICE_XML  "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define OFFICE_REL  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define OFFICE_TYPE "application/vnd.openxmlformats-officedocument."
#define OFFICE_RELATIONS(list)                                                                     \
    OFFICE_XML                                                                                     \
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" list  \
    "</Relationships>"
#define OFFICE_RELATION(id, type, target)                                                          \
    "<Relationship Id=\"" id "\" Type=\"" type "\" Target=\"" target "\"/>"
#define OFFICE_OVERRIDE(name, type) "<Override PartName=\"/" name "\" ContentType=\"" type "\"/>"

static const char *const __attribute__ ((unused)) office_workbook[][2] = {
    { "[Content_Types].xml", OFFICE_XML
      "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
      "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
      "<Default Extension=\"png\" ContentType=\"image/png\"/>"
      "<Default Extension=\"rels\" "
      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      "<Default Extension=\"xml\" ContentType=\"application/xml\"/>" OFFICE_OVERRIDE (
          "xl/workbook.xml", OFFICE_TYPE "spreadsheetml.sheet.main+xml")
          OFFICE_OVERRIDE ("docProps/core.xml",
                           "application/vnd.openxmlformats-package.core-properties+xml")
              OFFICE_OVERRIDE ("xl/worksheets/sheet1.xml",
                               OFFICE_TYPE "spreadsheetml.worksheet+xml")
                  OFFICE_OVERRIDE ("xl/styles.xml", OFFICE_TYPE "spreadsheetml.styles+xml")
                      OFFICE_OVERRIDE ("xl/sharedStrings.xml",
                                       OFFICE_TYPE "spreadsheetml.sharedStrings+xml")
                          OFFICE_OVERRIDE ("xl/drawings/drawing1.xml",
                                           OFFICE_TYPE "drawing+xml") "</Types>" },
    { "_rels/.rels",
      OFFICE_RELATIONS (
          OFFICE_RELATION ("rId1", OFFICE_REL "/officeDocument", "xl/workbook.xml")
              OFFICE_RELATION (
                  "rId2",
                  "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
                  "core-properties",
                  "docProps/core.xml")) },
    { "xl/workbook.xml", OFFICE_XML
      "<s:workbook xmlns:r=\"" OFFICE_REL "\" "
      "xmlns:s=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><s:workbookPr "
      "date1904=\"0\"/><s:bookViews><s:workbookView activeTab=\"0\"/></s:bookViews><s:sheets>"
      "<s:sheet name=\"予算\" sheetId=\"1\" r:id=\"rId1\"/></s:sheets><s:definedNames>"
      "<s:definedName name=\"合計\">予算!$A$1:$A$2</s:definedName></s:definedNames>"
      "</s:workbook>" },
    { "xl/_rels/workbook.xml.rels",
      OFFICE_RELATIONS (
          OFFICE_RELATION ("rId1", OFFICE_REL "/worksheet", "worksheets/sheet1.xml")
              OFFICE_RELATION ("rId2", OFFICE_REL "/styles", "styles.xml")
                  OFFICE_RELATION ("rId10", OFFICE_REL "/sharedStrings", "sharedStrings.xml")) },
    { "docProps/core.xml",
      OFFICE_XML "<cp:coreProperties "
                 "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/"
                 "core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
                 "<dc:title>予算 &amp; 決算</dc:title></cp:coreProperties>" },
    { "xl/worksheets/sheet1.xml", OFFICE_XML
      "<s:worksheet xmlns:r=\"" OFFICE_REL "\" "
      "xmlns:s=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><s:dimension "
      "ref=\"A1:B2\"/><s:sheetData><s:row r=\"1\"><s:c r=\"A1\" s=\"0\" t=\"s\"><s:v>0</s:v></s:c>"
      "<s:c r=\"B1\"><s:f>SUM('予算'!$A$1:A2, \"a\"\"b\")</s:f><s:v>3</s:v></s:c></s:row>"
      "</s:sheetData><s:mergeCells><s:mergeCell ref=\"C1:D2\"/></s:mergeCells>"
      "<s:headerFooter><s:oddHeader>1 &lt; 2 &gt; 0</s:oddHeader></s:headerFooter>"
      "<s:drawing r:id=\"rId1\"/></s:worksheet>" },
    { "xl/worksheets/_rels/sheet1.xml.rels",
      OFFICE_RELATIONS (
          OFFICE_RELATION ("rId1", OFFICE_REL "/drawing", "../drawings/drawing1.xml")) },
    { "xl/styles.xml", OFFICE_XML
      "<s:styleSheet xmlns:s=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
      "<s:numFmts><s:numFmt numFmtId=\"176\" formatCode=\"&quot;&#9;&#10;&quot;0\"/></s:numFmts>"
      "<s:fonts><s:font><s:sz val=\"11\"/><s:b/></s:font></s:fonts><s:fills><s:fill/></s:fills>"
      "<s:borders><s:border/></s:borders><s:cellStyleXfs><s:xf fontId=\"0\"/></s:cellStyleXfs>"
      "<s:cellXfs><s:xf fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></s:cellXfs>"
      "</s:styleSheet>" },
    { "xl/sharedStrings.xml",
      OFFICE_XML "<s:sst xmlns:s=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
                 "<s:si><s:t xml:space=\"preserve\"> 項目\xee\x80\x80\n</s:t></s:si></s:sst>" },
    { "xl/drawings/drawing1.xml", OFFICE_XML
      "<xdr:wsDr xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
      "xmlns:r=\"" OFFICE_REL "\" "
      "xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\">"
      "<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3"
      "</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx=\"9\" cy=\"9\"/><xdr:pic>"
      "<xdr:nvPicPr><xdr:cNvPr id=\"2\" name=\"図 1\"/><xdr:cNvPicPr/></xdr:nvPicPr>"
      "<xdr:blipFill><a:blip r:embed=\"rId1\"/><a:stretch/></xdr:blipFill><xdr:spPr>"
      "<a:prstGeom prst=\"rect\"/></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>"
      "</xdr:wsDr>" },
    { "xl/drawings/_rels/drawing1.xml.rels",
      OFFICE_RELATIONS (OFFICE_RELATION ("rId1", OFFICE_REL "/image", "../media/image1.png")) },
};

static const char *const __attribute__ ((unused)) office_document[][2] = {
    { "[Content_Types].xml",
      OFFICE_XML "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                 "<Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/>"
                 "<Default Extension=\"png\" ContentType=\"image/png\"/>"
                 "<Default Extension=\"rels\" "
                 "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                 "<Default Extension=\"xml\" ContentType=\"application/xml\"/>" OFFICE_OVERRIDE (
                     "word/document.xml", OFFICE_TYPE "wordprocessingml.document.main+xml")
                     OFFICE_OVERRIDE ("word/styles.xml", OFFICE_TYPE "wordprocessingml.styles+xml")
                         OFFICE_OVERRIDE ("word/header1.xml",
                                          OFFICE_TYPE "wordprocessingml.header+xml") "</Types>" },
    { "_rels/.rels", OFFICE_RELATIONS (OFFICE_RELATION ("rId1", OFFICE_REL "/officeDocument",
                                                        "word/document.xml")) },
    { "word/document.xml", OFFICE_XML
      "<w:document xmlns:r=\"" OFFICE_REL "\" "
      "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/"
      "main\"><w:body><w:p><w:pPr>"
      "<w:pStyle w:val=\"a\"/></w:pPr><w:bookmarkStart w:id=\"0\" w:name=\"b\"/><w:bookmarkEnd "
      "w:id=\"0\"/><w:r><w:fldChar w:fldCharType=\"begin\"/><w:instrText xml:space=\"preserve\"> "
      "REF b \\h </w:instrText><w:fldChar w:fldCharType=\"separate\"/><w:t>1</w:t><w:fldChar "
      "w:fldCharType=\"end\"/></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>2</w:t></w:r>"
      "</w:fldSimple></w:p><w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId2\"/>"
      "</w:sectPr></w:body></w:document>" },
    { "word/_rels/document.xml.rels",
      OFFICE_RELATIONS (OFFICE_RELATION ("rId1", OFFICE_REL "/styles", "styles.xml")
                            OFFICE_RELATION ("rId2", OFFICE_REL "/header", "header1.xml")) },
    { "word/styles.xml", OFFICE_XML
      "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:style "
      "w:type=\"paragraph\" w:styleId=\"a\"><w:name w:val=\"本文\"/></w:style></w:styles>" },
    { "word/header1.xml", OFFICE_XML
      "<w:hdr xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:p/>"
      "</w:hdr>" },
};

static inline void
office_add (Office *o, size_t at, const char *name, const void *data, size_t size)
{
    memmove (&o->member[at + 1], &o->member[at], (o->n - at) * sizeof o->member[0]);
    o->member[at] = (OfficeMember){ .name = strdup (name) };
    buf_add (&o->member[at].content, data, size);
    o->n++;
}

static inline Office
office_of (const char *const list[][2], size_t count)
{
    Office o = { 0 };

    for (size_t i = 0; i < count; i++)
        office_add (&o, i, list[i][0], list[i][1], strlen (list[i][1]));
    return o;
}

static inline Office
office_sample (void)
{
    Office o = office_of (office_workbook, sizeof office_workbook / sizeof office_workbook[0]);
    Buf png = png_small();

    office_add (&o, o.n, "xl/media/image1.png", png.data, png.size);
    o.member[o.n - 1].stored = true;
    buf_clear (&png);
    return o;
}

static inline void
office_drop (Office *o, size_t at)
{
    free (o->member[at].name);
    buf_clear (&o->member[at].content);
    o->n--;
    memmove (&o->member[at], &o->member[at + 1], (o->n - at) * sizeof o->member[0]);
}

static inline void
office_clear (Office *o)
{
    while (o->n > 0)
        office_drop (o, o->n - 1);
}

/* Index of the member. */
static inline size_t
office_find (const Office *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp (o->member[i].name, name) == 0)
            return i;
    abort();
}

/* @to in place of the first @from of the member. */
static inline void
office_change (Office *o, const char *name, const char *from, const char *to)
{
    Buf *b = &o->member[office_find (o, name)].content, changed = { 0 };
    const uint8_t *at = memmem (b->data, b->size, from, strlen (from));

    if (at == NULL)
        abort();
    size_t before = (size_t)(at - b->data), behind = before + strlen (from);
    buf_add (&changed, b->data, before);
    buf_text (&changed, to);
    buf_add (&changed, b->data + behind, b->size - behind);
    buf_clear (b);
    *b = changed;
}

/* The file. */
static inline Buf
office_packed (const Office *o)
{
    Entry e[OFFICE_MEMBERS];
    size_t directory;

    for (size_t i = 0; i < o->n; i++)
        e[i] = (Entry){ o->member[i].name, o->member[i].content.data, o->member[i].content.size,
                        !o->member[i].stored };
    return archive (e, o->n, &directory);
}
