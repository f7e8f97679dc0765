/* SPDX-License-Identifier: Apache-2.0
 *
 * test-item: run the walk's pipeline on bytes in this process: rules and modules as given, a fixed
 * envelope, an id made of the content. For tests only.
 */
#pragma once

#include "message/sanitize.h"

#include <glib.h>
#include <stdbool.h>

typedef struct TestEngine {
    MugaiRules *rules;
    MugaiModules *modules;
} TestEngine;

/* @modules: folder, NULL: MUGAI_FILTERS or none. @rules: file, NULL: the preset a-text. */
bool test_engine_init (TestEngine *engine, const char *modules, const char *rules, GError **error);
void test_engine_clear (TestEngine *engine);

/* @path: of a file that is no mail when it does not end in ".eml"; NULL: a mail. */
bool test_sanitize (const TestEngine *engine, const void *data, size_t size, const char *path,
                    MugaiSanitizeOutput *ret, GError **error);
