/* SPDX-License-Identifier: Apache-2.0
 *
 * comment: the comments that PowerPoint writes since 2021 ([MS-PPTX] 2.6, threads with replies)
 * become those of the standard (ISO/IEC 29500-1 19.4): a reply is a comment of its own, behind what
 * it answers. Process: render. Input is hostile. Linear in time.
 */
#pragma once

#include "office/document.h"

typedef struct MugaiComments {
    MugaiTable authors; /* by their GUIDs; owned */
    uint32_t count;     /* of comments */
} MugaiComments;

/* Part of the kind MUGAI_PART_presentation: its authors, when they are of the newer form, become a
 * part of the standard's. */
void mugai_comments_authors (MugaiDocument *doc, MugaiOfficePart *presentation);

/* Parts of the kinds MUGAI_PART_commentAuthors and MUGAI_PART_slideComments, of either form. */
void mugai_comments_author_list (MugaiDocument *doc, MugaiComments *comments, MugaiNode *root);
void mugai_comments_list (MugaiDocument *doc, MugaiComments *comments, MugaiNode *root);
