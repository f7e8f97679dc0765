/* SPDX-License-Identifier: Apache-2.0
 *
 * apply: put a verified mail in the place of the one the MTA holds: first every check, then all
 * header calls, then all body chunks, nothing between. Postfix answers 451 when a header or
 * progress call comes between two chunks. Process: mugai-milter. Trust: the mail was verified; its
 * form is checked once more before the first edit.
 */
#pragma once

#include "base/memfd.h"
#include "milter/original.h"

#include <glib.h>
#include <libmilter/mfapi.h>
#include <stdbool.h>

typedef struct MugaiEdit MugaiEdit;

typedef struct MugaiMta {
    bool space;   /* as mugai_original_header(): it puts one blank after the colon by itself */
    bool appends; /* addheader puts a field behind the last one, whatever its name: Postfix */
} MugaiMta;

/* mugai_edit_new:
 * @mail: canonical mail (CRLF, 7 bit, lines below 998); borrowed, must outlive the edit.
 * Returns: (transfer full), or NULL with MUGAI_ERROR_INTERNAL naming the offset. Nothing was sent
 * yet.
 */
MugaiEdit *mugai_edit_new (MugaiMap mail, GError **error);
void mugai_edit_free (MugaiEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MugaiEdit, mugai_edit_free)

/* mugai_edit_send:
 * Delete every field of @original, in falling order; add the new ones; replace the body.
 * @mta: how the MTA takes them.
 * Returns: false when a call failed: the mail may be half edited, so only SMFIS_TEMPFAIL may
 * follow.
 */
bool mugai_edit_send (const MugaiEdit *edit, SMFICTX *ctx, const MugaiOriginal *original,
                      const MugaiMta *mta);
