/* SPDX-License-Identifier: Apache-2.0
 *
 * html-page: static pages: one style, no script, no external resource (a Content-Security-Policy in
 * each page says so too), prints well. Trust: every text is hostile and goes through
 * mugai_page_text(), the only way for what is not ours into a page; controls must be gone before
 * (mugai_shown()).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Returns: (transfer full) the page up to its first heading. */
GString *mugai_page_begin (const char *title, bool japanese);
void mugai_page_text (GString *page, const char *hostile);
/* "<td>...</td>" */
void mugai_page_cell (GString *page, const char *hostile);
void mugai_page_number (GString *page, guint64 number);
/* "<h2>": ours or hostile. */
void mugai_page_heading (GString *page, const char *hostile);
/* "<table>" with a row of heads; mugai_page_table_end() ends it. @heads: ours. */
void mugai_page_table (GString *page, const char *const *heads, size_t count);
void mugai_page_table_end (GString *page);
/* @page: (transfer full). Written whole or not at all. Errors: those of g_file_set_contents(). */
bool mugai_page_finish (GString *page, const char *folder, const char *name, GError **error);
