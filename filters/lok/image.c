/* SPDX-License-Identifier: Apache-2.0
 *
 * office-image: any Office or OpenDocument file becomes a PDF, by LibreOffice. The PDF is hostile
 * again and goes through the rules, which make images of it. Process: mugai-office.
 */
#include "lok/lok.h"

static const mugai_code codes[] = {
    { "office-image.unreadable", "LibreOffice could not open the document",
      "LibreOfficeで文書を開けませんでした" },
    { "office-image.not-that", "the document is not of the kind that it seems to be",
      "文書の中身が、種別から考えられるものと違いました" },
    { "office-image.failed", "the document could not be drawn", "文書を描画できませんでした" },
};

static const char *const formats[LOK_OTHER] = {
    [LOK_TEXT] = "pdf", [LOK_SHEET] = "pdf", [LOK_SLIDES] = "pdf", [LOK_DRAWING] = "pdf"
};

static mugai_verdict_t
run (const mugai_host *host, mugai_call *call, const mugai_part *part)
{
    const char *why;
    LokResult result = lok_convert (host, call, part, formats, &why);

    if (result == LOK_DONE)
        return MUGAI_REPLACE;
    if (result == LOK_TOO_LARGE)
        host->reason (call, "filter.limit", "output");
    else
        host->reason (call,
                      result == LOK_UNREADABLE ? "office-image.unreadable"
                      : result == LOK_NOT_THAT ? "office-image.not-that"
                                               : "office-image.failed",
                      why);
    return MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "office-image",
    .summary = "Office and OpenDocument files to PDF, to be made images of (needs LibreOffice)",
    .summary_ja = "Office・OpenDocument文書をPDFにし、画像化に回す（LibreOfficeが必要）",
    .takes = "doc dot rtf wps wpd hwp sxw docx docm dotx dotm odt ott xls xlt xlsb slk dif lotus "
             "xlsx xlsm xltx xltm ods ots ppt pptx pptm ppsx ppsm potx potm odp otp odg vsd pub",
    .gives = "pdf",
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
