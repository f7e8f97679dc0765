/* SPDX-License-Identifier: Apache-2.0
 *
 * package: make the document that an isolated filter planned (wire/package.h): its pictures become
 * parts of the item and go through the rules, documents that were embedded go on beside it, and the
 * host writes the ZIP with content types and relations (PROFILE.md, section O).
 *
 * Process: worker. Trust: bundle and plan are hostile. What the parts hold is copied and never read
 * here.
 */
#pragma once

#include "chain/chain.h"
#include "common/zip.h"
#include "wire/package.h"

#include <glib.h>

/* mugai_package_build:
 * @host: adds and finishes children; its walk. @part: the document. @bundle: borrowed.
 * Returns: (transfer full) the file, and its type in *ret_type; or NULL with *ret_reason (both
 * static).
 */
GBytes *mugai_package_build (const MugaiChainHost *host, uint32_t part, GBytes *bundle,
                             const MugaiLimits *limits, const char **ret_type,
                             const char **ret_reason);

/* --- between its files --- */

typedef struct MugaiPackagePicture { /* of a child that is one */
    const uint8_t *data;             /* borrowed; NULL: of no part yet */
    size_t size;
    bool jpeg;
    unsigned number; /* of its part; 0: none */
} MugaiPackagePicture;

/* Write the package of form OPC into @zip. @pictures: one for each child. Returns: false when the
 * plan is none that could be written, or it does not fit. */
bool mugai_package_write_opc (const MugaiPlan *plan, MugaiPackagePicture *pictures, MugaiZip *zip);
