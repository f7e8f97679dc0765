/* SPDX-License-Identifier: Apache-2.0
 *
 * model: the tables that make-model makes of src/profile/office/ (its README.md says what they
 * mean), for the programs that rebuild. Names of elements and attributes are numbers: MUGAI_N_w_p
 * and so on, in office-model.h. Process: render. Static data.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MUGAI_MODEL_NONE = 0xFFFF,
    MUGAI_N_TEXT = 0,    /* a node of text */
    MUGAI_N_UNKNOWN = 1, /* an element that no model names */
    MUGAI_NS_NONE = 0,   /* attributes without a prefix */
    MUGAI_NS_XML = 1,
};

typedef enum MugaiValueKind {
    MUGAI_VALUE_STRING,
    MUGAI_VALUE_EMPTY,
    MUGAI_VALUE_TOKEN,
    MUGAI_VALUE_BOOL,
    MUGAI_VALUE_INT,
    MUGAI_VALUE_HEX,
    MUGAI_VALUE_DECIMAL,
    MUGAI_VALUE_DOUBLE,
    MUGAI_VALUE_PERCENT,
    MUGAI_VALUE_MEASURE,
    MUGAI_VALUE_GUID,
    MUGAI_VALUE_DATETIME,
    MUGAI_VALUE_LANG,
    MUGAI_VALUE_ENUM,
    MUGAI_VALUE_REL,
    MUGAI_VALUE_ID,
    MUGAI_VALUE_REF,
    MUGAI_VALUE_INDEX,
    MUGAI_VALUE_CELL,
    MUGAI_VALUE_RANGE,
    MUGAI_VALUE_RANGES,
    MUGAI_VALUE_FORMULA,
    MUGAI_VALUE_FIELD,
    MUGAI_VALUE_LIST,
    MUGAI_VALUE_EITHER,
} MugaiValueKind;

typedef enum MugaiQuantity {
    MUGAI_ONE = 1,      /* 1 */
    MUGAI_OPTIONAL = 2, /* ? */
    MUGAI_SOME = 3,     /* + */
    MUGAI_ANY = 4,      /* * */
} MugaiQuantity;

typedef struct MugaiModelNamespace {
    const char *prefix, *uri;
    bool foreign;
} MugaiModelNamespace;

typedef struct MugaiModelUri { /* sorted */
    const char *uri;
    uint16_t number; /* of a namespace or relation */
} MugaiModelUri;

typedef struct MugaiModelName { /* sorted by ns, local; the first two stand for nothing */
    uint16_t ns;
    bool ignored, ignored_attribute; /* dropped without being counted */
    const char *local;
} MugaiModelName;

typedef struct MugaiModelValue {
    MugaiValueKind kind;
    uint16_t a, b;  /* INT none; ENUM first word and count; REL relation; ID, REF, INDEX space; ID,
                       REF, LIST b:  value; EITHER first of mugai_office_either and count */
    int64_t lo, hi; /* INT; STRING, TOKEN, HEX: hi bytes, 0 none */
} MugaiModelValue;

typedef struct MugaiModelAttr {
    uint16_t name, value;
    bool required;
    const char *otherwise; /* DEFAULT or NULL */
} MugaiModelAttr;

typedef struct MugaiModelChild {
    uint16_t name, type, rank; /* rank: counted from 0 within the type */
    uint16_t space;            /* item:SPACE or NONE */
    uint8_t quantity, rank_quantity;
} MugaiModelChild;

typedef struct MugaiModelType {
    uint16_t attr, n_attrs;     /* mugai_office_attr, in model order */
    uint16_t child, n_children; /* mugai_office_child, sorted by name */
    uint16_t unwrap, n_unwraps; /* mugai_office_unwrap */
    uint16_t needs, n_needs; /* mugai_office_need: children that must be there, indexes within the
                                type; ranks as 0x8000 + rank */
    uint16_t text;           /* value or NONE */
    uint16_t last;           /* index of a child within the type, or NONE */
} MugaiModelType;

typedef struct MugaiModelSource { /* a `from` line */
    uint16_t source;              /* part; NONE: the package */
    uint8_t quantity;
    bool named;
} MugaiModelSource;

typedef struct MugaiModelPart {
    const char *id, *media, *file;
    uint16_t root, type, relation;
    uint16_t source, n_sources; /* mugai_office_source */
} MugaiModelPart;

typedef struct MugaiModelKind {
    const char *type, *folder;
    uint16_t part;
} MugaiModelKind;

typedef struct MugaiModelRelation {
    const char *id, *uri;
} MugaiModelRelation;

extern const MugaiModelNamespace mugai_office_namespace[];
extern const MugaiModelUri mugai_office_uri[], mugai_office_relation_uri[];
extern const MugaiModelName mugai_office_name[];
extern const char *const mugai_office_word[];
extern const uint16_t mugai_office_either[], mugai_office_unwrap[], mugai_office_need[];
extern const MugaiModelValue mugai_office_value[];
extern const MugaiModelAttr mugai_office_attr[];
extern const MugaiModelChild mugai_office_child[];
extern const MugaiModelType mugai_office_type[];
extern const MugaiModelSource mugai_office_source[];
extern const MugaiModelPart mugai_office_part[];
extern const MugaiModelKind mugai_office_kind[];
extern const MugaiModelRelation mugai_office_relation[];
extern const uint16_t mugai_office_namespaces, mugai_office_uris, mugai_office_relation_uris,
    mugai_office_names, mugai_office_parts, mugai_office_kinds, mugai_office_relations,
    mugai_office_spaces, mugai_office_slots; /* counts; slots: most children of a type */

/* Number of the name, or MUGAI_N_UNKNOWN. */
uint16_t mugai_office_find_name (uint16_t ns, const char *local);
/* Number of the namespace or relation with this URI, or NONE. */
uint16_t mugai_office_find_namespace (const char *uri);
uint16_t mugai_office_find_relation (const char *uri);
/* The child @name of @type, or NULL. */
const MugaiModelChild *mugai_office_find_child (const MugaiModelType *type, uint16_t name);
/* The part that @relation of @source (a part, NONE: the package) leads to, NONE: none. */
uint16_t mugai_office_find_part (uint16_t source, uint16_t relation, bool *ret_named);
