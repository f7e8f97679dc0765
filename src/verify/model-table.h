/* SPDX-License-Identifier: Apache-2.0
 *
 * model-table: the models of office documents (src/profile/office) as make-model.c compiles them:
 * constant tables without a pointer in them, so that nothing of them is ever written, relocated or
 * copied at a fork. Texts are offsets into mugai_model_text. Process: verify. libc only.
 */
#pragma once

#include <stdint.h>
#include <string.h>

enum {
    MUGAI_MODEL_NONE = 0xffff,    /* no type, value, space, part, child */
    MUGAI_MODEL_ANY = 0xff,       /* no upper bound of a quantity */
    MUGAI_MODEL_PACKAGE = 0xfffe, /* as the source of a relation */
    MUGAI_MODEL_PARTS = 256,      /* kinds of parts that there may be */
    MUGAI_MODEL_BOUND = INT32_MAX /* a string without a bound of its own */
};

typedef enum MugaiModelKind { /* of values; the README of the models says what each is */
                              MUGAI_VALUE_STRING,
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
                              MUGAI_VALUE_EMPTY,
                              MUGAI_VALUE_PICTURE,
                              MUGAI_VALUE_OBJECT,
                              MUGAI_VALUE_LENGTH,
                              MUGAI_VALUE_COLOUR,
                              MUGAI_VALUE_DURATION,
                              MUGAI_VALUE_LIST,
                              MUGAI_VALUE_NAMED,
} MugaiModelKind;

typedef struct MugaiModelForm { /* one alternative of a value */
    uint8_t kind, last;         /* last: no further alternative */
    uint16_t of;                /* enum, relation, space; value of a NAMED or LIST */
    uint16_t inner;             /* value of an ID or REF */
    int64_t low, high;          /* of an INT; high: of a STRING, TOKEN, HEX */
} MugaiModelForm;

typedef struct MugaiModelEnum {
    uint32_t word;  /* the first in mugai_model_words: sorted offsets */
    uint32_t count; /* of words */
} MugaiModelEnum;

typedef struct MugaiModelAttr {
    uint32_t name;
    uint16_t value; /* its first form */
    uint8_t space;  /* of the prefix, MUGAI_MODEL_ANY: none that is declared */
    uint8_t required;
} MugaiModelAttr;

typedef struct MugaiModelChild {
    uint16_t name, type, rank;
    uint16_t item;       /* space that it is an item of */
    uint8_t least, most; /* 0 or 1; 1 or MUGAI_MODEL_ANY */
    uint8_t rank_least, rank_most;
} MugaiModelChild;

typedef struct MugaiModelType {
    uint32_t attr, child; /* the first */
    uint16_t n_attr, n_child;
    uint16_t text; /* value of character data */
    uint16_t last; /* name of the last child */
    uint8_t needs; /* some child must be there */
} MugaiModelType;

typedef struct MugaiModelName { /* of an element */
    uint32_t text;
    uint8_t space;
} MugaiModelName;

typedef struct MugaiModelSpace { /* a namespace */
    uint32_t prefix, uri;
} MugaiModelSpace;

typedef struct MugaiModelPart {
    uint32_t media, file; /* file: without the "/" of one below the package */
    uint16_t root, type, relation;
    uint16_t from, n_from; /* the first */
    uint8_t absolute;      /* file is below the package */
} MugaiModelPart;

typedef struct MugaiModelFrom {
    uint16_t source; /* part or MUGAI_MODEL_PACKAGE */
    uint8_t least, most, named;
} MugaiModelFrom;

typedef struct MugaiModelKindRow { /* of documents */
    uint32_t id, folder;
    uint16_t main;
} MugaiModelKindRow;

enum { MUGAI_MODEL_FILES = 4 /* parts of an ODF document */ };

typedef struct MugaiModelOdf { /* an ODF document, or an object in one */
    uint32_t id, media;
    uint16_t n, part[MUGAI_MODEL_FILES];
    uint8_t object;
} MugaiModelOdf;

extern const char mugai_model_text[];
extern const MugaiModelForm mugai_model_forms[];
extern const MugaiModelEnum mugai_model_enums[];
extern const uint32_t mugai_model_words[];
extern const MugaiModelAttr mugai_model_attrs[];
extern const MugaiModelChild mugai_model_children[];
extern const MugaiModelType mugai_model_types[];
extern const MugaiModelName mugai_model_names[];
extern const uint16_t mugai_model_hash[]; /* names by mugai_model_hash_of(), open addressing */
extern const MugaiModelSpace mugai_model_spaces[];
extern const uint32_t mugai_model_items[];     /* names of spaces of names and items */
extern const uint32_t mugai_model_relations[]; /* URIs */
extern const MugaiModelPart mugai_model_parts[];
extern const MugaiModelFrom mugai_model_froms[];
extern const MugaiModelKindRow mugai_model_kinds[];
extern const MugaiModelOdf mugai_model_odfs[];
extern const uint32_t mugai_model_n_odfs;
/* Counts; hash: a power of two; picture: the relation that leads to pictures; items: spaces of
 * names and items. */
extern const struct MugaiModelSizes {
    uint32_t hash, spaces, relations, parts, kinds, items, picture;
} mugai_model_sizes;
extern const uint32_t mugai_model_functions[], mugai_model_fields[]; /* sorted; counts below */
extern const uint32_t mugai_model_n_functions, mugai_model_n_fields;

/* FNV-1a: tables are constant and names are compared, so nothing hangs on its quality. */
static inline uint32_t
mugai_model_hash_of (const char *name)
{
    uint32_t hash = 2166136261u;

    for (; *name != '\0'; name++)
        hash = (hash ^ (uint8_t)*name) * 16777619u;
    return hash;
}

static inline const char *
mugai_model_string (uint32_t offset)
{
    return mugai_model_text + offset;
}

/* The space of names and items that is called so, or MUGAI_MODEL_NONE. */
static inline uint16_t
mugai_model_item (const char *name)
{
    for (uint16_t i = 0; i < mugai_model_sizes.items; i++)
        if (strcmp (mugai_model_string (mugai_model_items[i]), name) == 0)
            return i;
    return MUGAI_MODEL_NONE;
}
