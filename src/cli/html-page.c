/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/html-page.h"

void
mugai_page_text (GString *page, const char *hostile)
{
    g_autofree char *escaped = g_markup_escape_text (hostile, -1);

    g_string_append (page, escaped);
}

void
mugai_page_cell (GString *page, const char *hostile)
{
    g_string_append (page, "<td>");
    mugai_page_text (page, hostile);
    g_string_append (page, "</td>");
}

void
mugai_page_number (GString *page, guint64 number)
{
    g_string_append_printf (page, "<td class=\"n\">%" G_GUINT64_FORMAT "</td>", number);
}

void
mugai_page_heading (GString *page, const char *hostile)
{
    g_string_append (page, "<h2>");
    mugai_page_text (page, hostile);
    g_string_append (page, "</h2>\n");
}

void
mugai_page_table (GString *page, const char *const *heads, size_t count)
{
    g_string_append (page, "<table><thead><tr>");
    for (size_t i = 0; i < count; i++)
        g_string_append_printf (page, "<th>%s</th>", heads[i]);
    g_string_append (page, "</tr></thead><tbody>\n");
}

void
mugai_page_table_end (GString *page)
{
    g_string_append (page, "</tbody></table>\n");
}

GString *
mugai_page_begin (const char *title, bool japanese)
{
    GString *page = g_string_new (NULL);

    g_string_append_printf (
        page,
        "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'; img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n<title>",
        japanese ? "ja" : "en");
    mugai_page_text (page, title);
    g_string_append (
        page,
        "</title>\n<style>\nbody{font-family:'Noto Sans CJK JP','Yu Gothic',Meiryo,sans-serif;"
        "line-height:1.5;margin:2em auto;max-width:72em;padding:0 1em;color:#222}\n"
        "table{border-collapse:collapse;width:100%;margin:0 0 1.5em}\n"
        "th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left;vertical-align:top;"
        "overflow-wrap:anywhere;unicode-bidi:isolate}\nth{background:#eef2f5;white-space:nowrap}\n"
        ".n{text-align:right;white-space:nowrap}\nh1{font-size:1.5em}h2{font-size:1.15em}\n"
        "@media print{body{margin:0;max-width:none;font-size:9pt}thead{display:table-header-group}"
        "tr{break-inside:avoid}a{color:inherit;text-decoration:none}}\n</style></"
        "head>\n<body><h1>");
    mugai_page_text (page, title);
    g_string_append (page, "</h1>\n");
    return page;
}

bool
mugai_page_finish (GString *page, const char *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_string_append (page, "</body></html>\n");
    bool written = g_file_set_contents (path, page->str, (gssize)page->len, error);
    g_string_free (page, TRUE);
    return written;
}
