/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine that rebuilds office documents: trees of XML, values, and what judging leaves, on
 * small documents through the whole filter.
 */
#include "common/zip.h"
#include "office/tree.h"
#include "office/value.h"
#include "wire/package.h"

#include "office-model.h"
#include "tap.h"

#include <mugai/filter.h>

const mugai_filter_info *mugai_filter (void);

struct mugai_call {
    MugaiBuffer own, findings;
};

static void
host_finding (mugai_call *call, const char *code, uint64_t count, const char *evidence)
{
    (void)evidence;
    mugai_buffer_printf (&call->findings, "%s %u\n", code, (unsigned)count);
}

static void
host_reason (mugai_call *call, const char *code, const char *evidence)
{
    host_finding (call, code, 0, evidence);
}

static int
host_put (mugai_call *call, const void *data, size_t size)
{
    mugai_buffer_add_whole (&call->own, data, size);
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
    (void)call, (void)name, (void)declared, (void)data, (void)size;
    return -1;
}

static const mugai_host host = { .size_of = sizeof host,
                                 .finding = host_finding,
                                 .reason = host_reason,
                                 .put = host_put,
                                 .put_type = host_put_type,
                                 .child_add = host_child_add };

#define NAMES                                                                                      \
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "                    \
    "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" "                    \
    "xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\""
#define BEGIN     "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
#define SEPARATE  "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>"
#define END       "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
#define RUN(text) "<w:r><w:t>" text "</w:t></w:r>"

static char body[16384], found[1024];

/* Rebuild a document whose body is @xml. Returns: what stands in w:body afterwards; NULL: refused.
 */
static const char *
rebuild (const char *xml)
{
    static const char relations[] =
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"a\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
        "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
    mugai_call call = { .own = mugai_buffer (1 << 20), .findings = mugai_buffer (1000) };
    MugaiBuffer document = mugai_buffer (1 << 20);
    MugaiZip zip = mugai_zip (1 << 20);
    const char *from = NULL;
    MugaiPlan plan;

    mugai_buffer_add_text (&document, "<w:document " NAMES "><w:body>");
    mugai_buffer_add_text (&document, xml);
    mugai_buffer_add_text (&document, "</w:body></w:document>");
    mugai_zip_add (&zip, "_rels/.rels", relations, sizeof relations - 1, true);
    mugai_zip_add (&zip, "word/document.xml", document.data, document.size, true);
    mugai_zip_end (&zip);
    mugai_part part = { .size_of = sizeof part,
                        .data = (const uint8_t *)zip.file.data,
                        .size = zip.file.size,
                        .type = "docx",
                        .name = "",
                        .path = "",
                        .language = "en",
                        .output_max = 1 << 20,
                        .expanded_left = 1 << 20 };
    bool made = mugai_filter()->run (&host, &call, &part) == MUGAI_REPLACE;
    if (made && mugai_plan_read (call.own.data, call.own.size, &plan) == 0) {
        static const char end[] = "</w:body></w:document>";
        const char *made_xml = (const char *)plan.pieces[0].data;
        from = memmem (made_xml, plan.pieces[0].size, "<w:body>", 8);
        const char *stop = made_xml + plan.pieces[0].size - (sizeof end - 1);
        if (from != NULL && from + 8 <= stop)
            snprintf (body, sizeof body, "%.*s", (int)(stop - from - 8), from + 8);
        from = from != NULL ? body : NULL;
        mugai_plan_clear (&plan);
    }
    found[0] = '\0';
    if (call.findings.size > 0)
        snprintf (found, sizeof found, "%.*s", (int)call.findings.size, call.findings.data);
    mugai_buffer_clear (&call.own);
    mugai_buffer_clear (&call.findings);
    mugai_buffer_clear (&document);
    mugai_zip_clear (&zip);
    return from;
}

static void
check_body (const char *in, const char *out)
{
    const char *made = rebuild (in);

    CHECK_NAMED (made != NULL && strcmp (made, out) == 0, "%.120s", in);
    if (made == NULL || strcmp (made, out) != 0)
        printf ("# got %s\n", made != NULL ? made : "nothing");
}

static void
test_elements (void)
{
    check_body ("<w:p w:rsidR=\"1\">\n <w:r>\n  <w:t>a&amp;b &#x202E;c</w:t></w:r></w:p>",
                "<w:p><w:r><w:t>a&amp;b c</w:t></w:r></w:p>");
    check_body ("<w:p><w:r><w:rPr><w:sz w:val=\" 024 \"/><w:b w:val=\"true\"/></w:rPr></w:r></w:p>",
                "<w:p><w:r><w:rPr><w:b w:val=\"1\"/><w:sz w:val=\"24\"/></w:rPr></w:r></w:p>");
    check_body ("<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc/></w:tr></w:tbl>",
                "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>");
    check_body ("<w:tbl><w:tblPr/><w:tblGrid/></w:tbl><w:p/>", "<w:p/>");
    check_body ("<w:sdt><w:sdtPr/><w:sdtContent><w:p/></w:sdtContent></w:sdt>", "<w:p/>");
    check_body ("<mc:AlternateContent><mc:Choice Requires=\"w14\"><w:p/><w:p/></mc:Choice>"
                "<mc:Fallback><w:p/></mc:Fallback></mc:AlternateContent>",
                "<w:p/>");
    check_body ("<mc:AlternateContent><mc:Choice Requires=\"w\"><w:p/><w:p/></mc:Choice>"
                "<mc:Fallback><w:p/></mc:Fallback></mc:AlternateContent>",
                "<w:p/><w:p/>");
    check_body ("<w:p><w:pPr><w:pStyle w:val=\"gone\"/></w:pPr></w:p>", "<w:p><w:pPr/></w:p>");
    check_body ("<w:p><w:bookmarkStart w:id=\"1\" w:name=\"x\"/><w:bookmarkEnd w:id=\"2\"/></w:p>",
                "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"x\"/></w:p>");
    CHECK (rebuild ("<w:unheard><w:p/></w:unheard><w:p/>") != NULL &&
           strstr (found, "office.dropped 1") != NULL);
    CHECK (rebuild ("<w:p>") == NULL && strstr (found, "office.damaged") != NULL);
}

static void
test_fields (void)
{
    check_body ("<w:p>" BEGIN "<w:r><w:instrText> pa</w:instrText></w:r>"
                "<w:r><w:instrText>ge </w:instrText></w:r>" SEPARATE RUN ("3") END "</w:p>",
                "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText "
                "xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r/><w:r><w:fldChar "
                "w:fldCharType=\"separate\"/></w:r><w:r><w:t>3</w:t></w:r><w:r><w:fldChar "
                "w:fldCharType=\"end\"/></w:r></w:p>");
    check_body ("<w:p>" BEGIN "<w:r><w:instrText>DDEA</w:instrText></w:r><w:r><w:instrText>UTO "
                "c</w:instrText></w:r>" SEPARATE RUN ("3") END "</w:p>",
                "<w:p><w:r/><w:r/><w:r/><w:r/><w:r><w:t>3</w:t></w:r><w:r/></w:p>");
    CHECK (strstr (found, "office.dde 1") != NULL);
    check_body ("<w:p>" BEGIN RUN ("3") "</w:p>", "<w:p><w:r/><w:r/></w:p>");
    check_body ("<w:p><w:fldSimple w:instr=\"INCLUDETEXT x\">" RUN ("3") "</w:fldSimple></w:p>",
                "<w:p><w:r><w:t>3</w:t></w:r></w:p>");
    CHECK (strstr (found, "office.external-link 1") != NULL);
}

static void
test_depth (void)
{
    static char deep[60000];
    size_t size = 0;

    for (unsigned i = 0; i < 1000; i++)
        size += (size_t)snprintf (deep + size, sizeof deep - size, "<w:sdt><w:sdtContent>");
    for (unsigned i = 0; i < 1000; i++)
        size += (size_t)snprintf (deep + size, sizeof deep - size, "</w:sdtContent></w:sdt>");
    CHECK (rebuild (deep) == NULL);
}

static void
test_doctype (void)
{
    static const char xml[] = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
    MugaiArena arena = mugai_arena (1 << 20);
    MugaiTree tree;

    CHECK (!mugai_tree_read (xml, sizeof xml - 1, &arena, NULL, NULL, &tree));
    mugai_arena_clear (&arena);
}

int
main (void)
{
    mugai_filter()->setup (&host);
    test_elements();
    test_fields();
    test_depth();
    test_doctype();
    return tap_done();
}
