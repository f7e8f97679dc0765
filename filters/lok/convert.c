/* SPDX-License-Identifier: Apache-2.0
 *
 * office-convert: Word, Excel and PowerPoint files of before 2007, Rich Text, Works and their like
 * become docx, xlsx or pptx, by LibreOffice. What it gives is hostile again and goes through the
 * rules. Process: mugai-office.
 */
#include "lok/lok.h"

static const mugai_code codes[] = {
    { "office-convert.unreadable", "LibreOffice could not open the document",
      "LibreOfficeで文書を開けませんでした" },
    { "office-convert.not-that", "the document is not of the kind that it seems to be",
      "文書の中身が、種別から考えられるものと違いました" },
    { "office-convert.failed", "the document could not be converted",
      "文書を変換できませんでした" },
};

static const char *const formats[LOK_OTHER] = {
    [LOK_TEXT] = "docx", [LOK_SHEET] = "xlsx", [LOK_SLIDES] = "pptx"
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
                      result == LOK_UNREADABLE ? "office-convert.unreadable"
                      : result == LOK_NOT_THAT ? "office-convert.not-that"
                                               : "office-convert.failed",
                      why);
    return MUGAI_REFUSE;
}

static const mugai_filter_info info = {
    .size_of = sizeof info,
    .abi = MUGAI_FILTER_ABI,
    .name = "office-convert",
    .summary = "old Office files to docx, xlsx, pptx (needs LibreOffice)",
    .summary_ja = "旧形式のOffice文書をdocx・xlsx・pptxに変換する（LibreOfficeが必要）",
    .takes = "doc dot rtf wps wpd hwp sxw xls xlt xlsb slk dif lotus ppt",
    .gives = "docx xlsx pptx",
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
