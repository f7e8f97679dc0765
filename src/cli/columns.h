/* SPDX-License-Identifier: Apache-2.0
 *
 * columns: texts as wide as a terminal shows them. Process: mugai.
 */
#pragma once

/* Columns of @text. East Asian ambiguous characters count two in a Japanese locale, as fonts of
 * Japanese terminals show them. */
unsigned mugai_columns (const char *text);
/* @text cut to @columns, "..." at the end when something is missing; 0: as it is. Returns:
 * (transfer full). */
char *mugai_columns_fit (const char *text, unsigned columns);

/* A bar on stderr, for a terminal: "[####....] 12/100"; a line end with the last. */
void mugai_columns_bar (unsigned done, unsigned all);
