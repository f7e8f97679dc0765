/* SPDX-License-Identifier: Apache-2.0
 *
 * records: a table too wide for columns, row by row. Process: the walk. Trust: input is hostile.
 * libc only.
 */
#pragma once

#include "html-text/table.h"

/* Each row below the headings as lines "heading: cell". */
void html_records_put (HtmlLayout *l, const HtmlTable *t);

/* Each row as one line, cells parted by " | ". */
void html_records_put_rows (HtmlLayout *l, const HtmlTable *t);
