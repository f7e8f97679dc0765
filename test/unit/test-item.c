/* SPDX-License-Identifier: Apache-2.0 */
#include "test-item.h"

#include "message/second-reader.h"
#include "rules/lint.h"

#include <string.h>

/* MugaiWalkReader.list, in this process. */
static GBytes *
read_again (void *data, const uint8_t *mail, size_t size, const MugaiLimits *limits, GError **error)
{
    (void)data;
    (void)limits;
    (void)error;
    return g_byte_array_free_to_bytes (mugai_second_reader_list (mail, size));
}

static const MugaiWalkReader reader = { .list = read_again };

bool
test_engine_init (TestEngine *engine, const char *modules, const char *rules, GError **error)
{
    const char *folder = modules != NULL ? modules : g_getenv ("MUGAI_FILTERS");
    const char *folders[] = { folder, NULL };

    *engine = (TestEngine){ 0 };
    engine->modules = mugai_modules_load (folders, error);
    if (engine->modules == NULL)
        return false;
    static const char preset[] = "version: 1\npreset: a-text\n";
    const MugaiCatalogue *all = mugai_modules_catalogue (engine->modules);
    engine->rules = rules != NULL ? mugai_rules_load (rules, all, error)
                                  : mugai_rules_parse ("test.yaml", preset, sizeof preset - 1, all, error);
    return engine->rules != NULL;
}

void
test_engine_clear (TestEngine *engine)
{
    mugai_rules_free (engine->rules);
    mugai_modules_free (engine->modules);
}

bool
test_sanitize (const TestEngine *engine, const void *data, size_t size, const char *path,
               MugaiSanitizeOutput *ret, GError **error)
{
    g_autoptr (MugaiEnvelope) envelope = mugai_envelope_new();
    uint8_t digest[MUGAI_SHA256_SIZE];
    char hex[MUGAI_SHA256_HEX_SIZE];

    mugai_sha256 (data, size, digest);
    mugai_sha256_hex (digest, hex);
    memcpy (envelope->id, hex, MUGAI_ID_SIZE - 1);
    envelope->id[MUGAI_ID_SIZE - 1] = '\0';
    envelope->kind =
        path == NULL || g_str_has_suffix (path, ".eml") ? MUGAI_ITEM_MAIL : MUGAI_ITEM_FILE;
    envelope->date_us = INT64_C (1795170120000000);
    envelope->sender = g_strdup ("sender@example.org");
    envelope->host = g_strdup ("gw.example.lg.jp");
    envelope->path = g_strdup (path);
    g_ptr_array_add (envelope->recipients, g_strdup ("clerk@city.example.lg.jp"));
    MugaiSanitizeInput in = { .data = data,
                              .size = size,
                              .envelope = envelope,
                              .rules = engine->rules,
                              .modules = engine->modules,
                              .channel = -1,
                              .reader = reader };
    return mugai_sanitize (&in, ret, error);
}
