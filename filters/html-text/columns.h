/* SPDX-License-Identifier: Apache-2.0
 *
 * columns: a table side by side. Process: the walk. Trust: input is hostile. libc only.
 */
#pragma once

#include "html-text/table.h"

/* Give the columns of @t widths that fit its room; sets widths and narrow. Returns: false when they
 * cannot be made to fit. */
bool html_columns_widths (HtmlTable *t);

/* Write @t in columns of these widths. */
void html_columns_put (HtmlLayout *l, const HtmlTable *t);
