/* SPDX-License-Identifier: Apache-2.0
 *
 * package: the parts of an office document in ZIP (OPC: ISO/IEC 29500-2; ODF 1.3 part 2), unpacked
 * when asked for, within a budget. Process: render. Input is hostile.
 */
#pragma once

#include "common/buffer.h"
#include "common/listing.h"
#include "office/xml.h"

#include <mugai/filter.h>

enum { MUGAI_PACKAGE_PATH = 512 /* bytes of a part's name */, MUGAI_PACKAGE_RELATIONS = 4096 };

typedef struct MugaiPackage {
    MugaiListing listing;
    uint64_t left; /* bytes that may still be unpacked */
    bool damaged;  /* a part that is there could not be read */
} MugaiPackage;

/* Returns: false with *ret_code (static finding code) when it is no archive that has one reading.
 */
bool mugai_package_open (const mugai_part *part, MugaiPackage *ret, const char **ret_code);
void mugai_package_close (MugaiPackage *package);

/* Events of the part @path ("word/document.xml"). Returns: false when it is not there, or not
 * well-formed (package->damaged). */
bool mugai_package_read (MugaiPackage *package, const char *path, const MugaiXml *events,
                         void *user);

/* The bytes of the part @path. Returns: (transfer full, free()) or NULL as above. */
uint8_t *mugai_package_unpack (MugaiPackage *package, const char *path, size_t *ret_size);

typedef struct MugaiRelation {
    char id[64];
    char type[64]; /* last word of the type's URI: "worksheet" */
    bool external;
    char target[MUGAI_PACKAGE_PATH]; /* a part's name, resolved, never outside of the package;
                                        external: as it stands there, hostile, perhaps cut */
} MugaiRelation;

typedef struct MugaiRelations {
    MugaiRelation *list; /* owned */
    size_t count;
} MugaiRelations;

/* The relationships of @source (9.3 of part 2); "" for the package's. None when there are
 * none. */
void mugai_package_relations (MugaiPackage *package, const char *source, MugaiRelations *ret);
void mugai_relations_clear (MugaiRelations *relations);
/* An internal one by id, or the first of a type. Return: (borrowed) or NULL. */
const MugaiRelation *mugai_relation_by_id (const MugaiRelations *relations, const char *id);
const MugaiRelation *mugai_relation_by_type (const MugaiRelations *relations, const char *type);
/* Either kind by id. */
const MugaiRelation *mugai_relation_any (const MugaiRelations *relations, const char *id);
