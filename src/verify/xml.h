/* SPDX-License-Identifier: Apache-2.0
 *
 * xml: a part as XML 1.0 in its one form (PROFILE.md, O-8, O-10). Process: verify. Input is
 * hostile. libc and expat.
 */
#pragma once

#include "verify/check.h"

/* What the reader of a part is told. Names are as they are written, "w:p". Each returns false after
 * mugai_refuse(); nothing follows then. @at: offset of the tag or of the text's end. */
typedef struct MugaiXmlReader {
    /* @atts: name, value, name, value, ..., NULL; those of namespaces among them */
    bool (*start) (void *data, const char *name, const char *const *atts, uint64_t at);
    bool (*end) (void *data, const char *name, uint64_t at);
    /* The whole text between two tags, @size > 0 bytes of UTF-8, not ended by NUL. */
    bool (*text) (void *data, const uint8_t *text, size_t size, uint64_t at);
} MugaiXmlReader;

enum { MUGAI_XML_DEPTH = 200 /* elements within each other */ };

/* mugai_xml_check:
 * Read @d and demand the one form. Work is linear in @size. */
bool mugai_xml_check (MugaiCheck *check, const uint8_t *d, size_t size,
                      const MugaiXmlReader *reader, void *data);
