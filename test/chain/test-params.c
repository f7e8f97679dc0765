/* SPDX-License-Identifier: Apache-2.0 */
#include "../unit/tap.h"
#include "chain/module.h"
#include "chain/params.h"

static const mugai_param params[] = {
    { .name = "dpi",
      .kind = MUGAI_PARAM_INTEGER,
      .value = "150",
      .min = 50,
      .max = 600,
      .unit = "dpi" },
    { .name = "layer", .kind = MUGAI_PARAM_BOOLEAN, .value = "yes" },
    { .name = "links", .kind = MUGAI_PARAM_WORD, .value = "show", .words = "show defang drop" },
    { .name = "label", .kind = MUGAI_PARAM_TEXT, .value = "" },
    { .name = "size", .kind = MUGAI_PARAM_BYTES, .value = "1MiB" },
    { .name = "wait", .kind = MUGAI_PARAM_TIME, .value = "30s" },
    { .name = "must", .kind = MUGAI_PARAM_INTEGER, .value = NULL },
};

enum { N = sizeof params / sizeof params[0] };

static char why[MUGAI_PARAMS_WHY];

static bool
good (size_t index, const char *text, int64_t number)
{
    mugai_value value = { .number = -77 };

    return mugai_params_value (&params[index], text, &value, why) && value.number == number;
}

static bool
bad (size_t index, const char *text)
{
    mugai_value value = { .number = -77 };

    why[0] = '\0';
    return !mugai_params_value (&params[index], text, &value, why) && value.number == -77 &&
           why[0] != '\0';
}

static void
test_values (void)
{
    CHECK (good (0, "150", 150) && good (0, "50", 50) && good (0, "600", 600));
    CHECK (bad (0, "49") && bad (0, "601") && bad (0, "") && bad (0, "1e2") && bad (0, " 150") &&
           bad (0, "150 "));
    CHECK (bad (0, "-100") && good (6, "-100", -100) && bad (0, "99999999999999999999999"));
    CHECK (good (1, "yes", 1) && good (1, "no", 0) && good (1, "true", 1) && good (1, "false", 0) &&
           bad (1, "Yes") && bad (1, ""));
    CHECK (good (2, "show", 0) && good (2, "drop", 2) && bad (2, "dro") && bad (2, "show defang") &&
           bad (2, ""));
    CHECK (good (4, "0", 0) && good (4, "20MiB", 20 << 20) && good (4, "3kB", 3000) &&
           good (4, "7B", 7));
    CHECK (bad (4, "20mib") && bad (4, "-1") && bad (4, "9223372036854775807KiB") &&
           bad (4, "MiB") && bad (4, "1.5MiB"));
    CHECK (good (5, "30s", 30000000) && good (5, "5m", 300000000) &&
           good (5, "90d", 90LL * 86400 * 1000000) && good (5, "250ms", 250000));
    CHECK (bad (5, "30") && bad (5, "s") && bad (5, "30 s"));
    static char text[MUGAI_PARAMS_VALUE + 2];
    memset (text, 'x', MUGAI_PARAMS_VALUE + 1);
    CHECK (bad (3, text));
    text[MUGAI_PARAMS_VALUE] = '\0';
    CHECK (good (3, text, 0));
}

static void
test_resolve (void)
{
    mugai_value values[N];
    MugaiGiven given[] = { { "must", "7" }, { "links", "defang" } };

    CHECK (mugai_params_resolve (params, N, given, 2, values, why));
    CHECK (values[0].number == 150 && values[2].number == 1 && values[6].number == 7 &&
           strcmp (values[2].text, "defang") == 0);
    CHECK (!mugai_params_resolve (params, N, NULL, 0, values, why) && strstr (why, "must") != NULL);
    MugaiGiven unknown[] = { { "must", "7" }, { "dpj", "1" } };
    CHECK (!mugai_params_resolve (params, N, unknown, 2, values, why) &&
           strstr (why, "dpj") != NULL);
    MugaiGiven twice[] = { { "must", "7" }, { "must", "8" } };
    CHECK (!mugai_params_resolve (params, N, twice, 2, values, why) &&
           strstr (why, "twice") != NULL);
    CHECK (!mugai_params_resolve (params, N, given, MUGAI_PARAMS_MAX + 1, values, why));
}

static void
test_lists (void)
{
    CHECK (mugai_module_lists ("html text", "text", "text") &&
           mugai_module_lists ("*", "exe", "executable"));
    CHECK (mugai_module_lists ("family:image", "png", "image") &&
           !mugai_module_lists ("family:image", "pdf", "document"));
    CHECK (!mugai_module_lists ("html text", "tex", "") && !mugai_module_lists ("html", "", "") &&
           !mugai_module_lists (NULL, "text", "text") && !mugai_module_lists ("family:", "x", "y"));
}

int
main (void)
{
    test_values();
    test_resolve();
    test_lists();
    return tap_done();
}
