/* SPDX-License-Identifier: Apache-2.0
 *
 * Samples of section O, packages of OpenDocument: a text document with two pictures and an object,
 * and one change for each thing that must be refused.
 */
#include "office-sample.h"
#include "verify-samples.h"

#define CONTENT  "content.xml"
#define MANIFEST "META-INF/manifest.xml"
#define OASIS    "urn:oasis:names:tc:opendocument:xmlns:"
#define ENTRY(name, media)                                                                         \
    "<manifest:file-entry manifest:full-path=\"" name "\" manifest:media-type=\"" media "\"/>"

static const char *const sample[][2] = {
    { "mimetype", "application/vnd.oasis.opendocument.text" },
    { MANIFEST, OFFICE_XML
      "<manifest:manifest xmlns:manifest=\"" OASIS "manifest:1.0\" manifest:version=\"1.2\">"
      "<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" "
      "manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>" ENTRY (
          CONTENT, "text/xml") ENTRY ("styles.xml", "text/xml")
          ENTRY ("Object1/", "application/vnd.oasis.opendocument.chart")
              ENTRY ("Object1/content.xml", "text/xml") ENTRY ("Pictures/image1.png", "image/png")
                  ENTRY ("Pictures/image2.png", "image/png") "</manifest:manifest>" },
    { CONTENT, OFFICE_XML
      "<office:document-content xmlns:office=\"" OASIS "office:1.0\" xmlns:text=\"" OASIS
      "text:1.0\" xmlns:draw=\"" OASIS "drawing:1.0\" xmlns:svg=\"" OASIS
      "svg-compatible:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.2\">"
      "<office:body><office:text><text:h text:outline-level=\"1\">報告</text:h><text:p>あ<text:s "
      "text:c=\"2\"/>い<text:span>う</text:span><draw:frame svg:width=\"2.5cm\"><draw:object "
      "xlink:href=\"./Object1\"/><draw:image xlink:href=\"Pictures/image1.png\"/></draw:frame>"
      "<draw:frame><draw:image xlink:href=\"Pictures/image2.png\" xlink:type=\"simple\"/>"
      "</draw:frame></text:p></office:text></office:body></office:document-content>" },
    { "styles.xml", OFFICE_XML "<office:document-styles xmlns:office=\"" OASIS
                               "office:1.0\" office:version=\"1.2\"/>" },
    { "Object1/content.xml", OFFICE_XML
      "<office:document-content xmlns:office=\"" OASIS "office:1.0\" xmlns:chart=\"" OASIS
      "chart:1.0\" office:version=\"1.2\"><office:body><office:chart><chart:chart/></office:chart>"
      "</office:body></office:document-content>" },
};

static Office
document (void)
{
    Office o = office_of (sample, LENGTH (sample));
    Buf png = png_small();

    o.member[0].stored = true;
    office_add (&o, o.n, "Pictures/image1.png", png.data, png.size);
    office_add (&o, o.n, "Pictures/image2.png", png.data, png.size);
    buf_clear (&png);
    return o;
}

static void
expect_odf (Office *o, const char *clause, const char *what)
{
    Buf b = office_packed (o);

    expect (MUGAI_GRAMMAR_ODT, b.data, b.size, clause, what);
    buf_clear (&b);
    office_clear (o);
}

static const struct {
    const char *clause, *what, *member, *from, *to;
} change[] = {
    { NULL, "a picture named again", CONTENT, "い",
      "い<draw:frame><draw:object xlink:href=\"./Object1\"/>"
      "<draw:image xlink:href=\"Pictures/image1.png\"/></draw:frame>" },
    { "O-30", "another media type", "mimetype", "text", "text-template" },
    { "O-30", "a line end", "mimetype", "text", "text\n" },
    { "O-32", "encrypted", MANIFEST, "\"text/xml\"/>",
      "\"text/xml\"><manifest:encryption-data/></manifest:file-entry>" },
    { "O-32", "another version", MANIFEST, "1.2", "1.3" },
    { "O-32", "a member more", MANIFEST, "</manifest:manifest>",
      ENTRY ("Basic/x.xml", "text/xml") "</manifest:manifest>" },
    { "O-32", "type of a picture", MANIFEST, "image/png", "image/svg+xml" },
    { "O-32", "type of an object", MANIFEST, "opendocument.chart", "opendocument.formula" },
    { "O-33", "picture from elsewhere", CONTENT, "Pictures/image1.png",
      "http://evil.example/1.png" },
    { "O-33", "picture that is not there", CONTENT, "image2.png", "image3.png" },
    { "O-33", "picture of another type", CONTENT, "image2.png", "image2.jpeg" },
    { "O-33", "pictures in another order", CONTENT, "image1.png", "image2.png" },
    { "O-33", "picture that nothing names", CONTENT, "image2.png", "image1.png" },
    { "O-33", "object that nothing names", CONTENT, "<draw:object xlink:href=\"./Object1\"/>", "" },
    { "O-33", "object that is not there", CONTENT, "./Object1", "./Object2" },
    { "O-33", "object by its path", CONTENT, "./Object1", "Object1" },
    { "O-11", "scripts", CONTENT, "<office:body>", "<office:scripts/><office:body>" },
    { "O-11", "a link", CONTENT, "<text:span>", "<text:a/><text:span>" },
    { "O-11", "DDE", CONTENT, "<text:h ", "<text:dde-connection-decls/><text:h " },
    { "O-11", "a program", CONTENT, "<draw:image ", "<draw:plugin/><draw:image " },
    { "O-12", "event", CONTENT, "<text:span>", "<text:span script:event-name=\"x\">" },
    { "O-13", "a length", CONTENT, "2.5cm", "2.5em" },
    { "O-8", "document type", CONTENT, OFFICE_XML, OFFICE_XML "<!DOCTYPE a>" },
};

static void
test_odf_members (void)
{
    Office o = document();

    o.member[0].stored = false;
    expect_odf (&o, "O-30", "a media type that is deflated");
    for (size_t i = 0; i < LENGTH (sample) + 2; i++) {
        o = document();
        char name[64];
        snprintf (name, sizeof name, "without %.40s", o.member[i].name);
        const char *clause = i == 0 ? "O-30" : i <= 2 || i == 5 ? "O-31" : "O-32";
        office_drop (&o, i);
        expect_odf (&o, clause, name);
    }
    o = document();
    office_add (&o, o.n, "Basic/script-lc.xml", "x", 1);
    expect_odf (&o, "O-31", "macros");
    o = document();
    office_add (&o, 3, "Scripts/python/a.py", "x", 1);
    expect_odf (&o, "O-31", "a script");
    o = document();
    office_add (&o, o.n, CONTENT, "x", 1);
    expect_odf (&o, "Z-5", "a member twice");
    o = document();
    o.member[5].content.data[0] = 'x';
    expect_odf (&o, "P-1", "a picture that is none");
}

void
test_odf (void)
{
    Office o = document();

    expect_odf (&o, NULL, "OpenDocument text");
    for (size_t i = 0; i < LENGTH (change); i++) {
        o = document();
        office_change (&o, change[i].member, change[i].from, change[i].to);
        expect_odf (&o, change[i].clause, change[i].what);
    }
    test_odf_members();
    o = document();
    Buf b = office_packed (&o);
    expect (MUGAI_GRAMMAR_ODS, b.data, b.size, "O-30", "text as a spreadsheet");
    expect (MUGAI_GRAMMAR_DOCX, b.data, b.size, "O-2", "text as a Word document");
    buf_clear (&b);
    office_clear (&o);
}
