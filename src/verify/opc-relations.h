/* SPDX-License-Identifier: Apache-2.0
 *
 * opc-relations: the parts of a package as its relations tell them (PROFILE.md, O-2, O-3, O-5,
 * O-6). Process: verify. Input is hostile. libc only.
 */
#pragma once

#include "verify/model.h"

enum {
    MUGAI_OPC_PARTS = 20000, /* members of a package */
    MUGAI_OPC_NAME = 256     /* bytes of a part's name, and its NUL */
};

typedef enum MugaiOpcPicture { MUGAI_OPC_PART, MUGAI_OPC_PNG, MUGAI_OPC_JPEG } MugaiOpcPicture;

typedef struct MugaiOpcPart {
    uint16_t row; /* of mugai_model_parts; MUGAI_MODEL_NONE: a picture */
    MugaiOpcPicture picture;
    uint32_t number;        /* for %d, from 1 */
    uint32_t member;        /* of the archive */
    uint32_t link, n_links; /* its relations in MugaiOpc.link */
} MugaiOpcPart;

typedef struct MugaiOpc {
    MugaiCheck *check;
    const MugaiModelKindRow *kind;
    MugaiOpcPart *part; /* in their order */
    size_t n, room;
    MugaiModelLink *link;
    size_t n_links, link_room;
    uint32_t count[MUGAI_MODEL_PARTS]; /* of parts of each kind */
    MugaiOpcPicture *picture;          /* of each picture */
    size_t n_pictures, picture_room;
    MugaiRefers refers;
} MugaiOpc;

void mugai_opc_name (const MugaiOpc *opc, const MugaiOpcPart *part, char name[MUGAI_OPC_NAME]);

/* mugai_opc_relations:
 * Read the member of relations @d of @source (NULL: the package), add its links to it and the parts
 * that it is the first to lead to.
 */
bool mugai_opc_relations (MugaiOpc *opc, size_t source, const uint8_t *d, size_t size);
enum { MUGAI_OPC_PACKAGE = 0xffffffff /* as @source */ };
