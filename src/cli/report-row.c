/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report-row.h"

#include "core/finding-text.h"
#include "core/report-json.h"

#include <string.h>

JsonNode *
mugai_report_row (const MugaiReport *report, const MugaiEnvelope *envelope, bool delivered)
{
    g_autoptr (MugaiReport) none = NULL;

    if (report == NULL) { /* a poison item has none */
        none = mugai_report_new();
        memcpy (none->id, envelope->id, sizeof none->id);
        none->outcome = delivered ? MUGAI_ITEM_DELIVERED : MUGAI_ITEM_WITHHELD;
        report = none;
    }
    return mugai_report_json_node (report, envelope, NULL);
}

void
mugai_report_row_name (JsonNode *row, const char *input, const char *output)
{
    JsonObject *object = json_node_get_object (row);
    g_autofree char *input_text = mugai_shown (input, false),
                    *output_text = mugai_shown (output, false);

    json_object_set_string_member (object, "input", input_text);
    if (output != NULL)
        json_object_set_string_member (object, "output", output_text);
    else
        json_object_set_null_member (object, "output");
}

const char *
mugai_report_row_text (JsonObject *object, const char *member)
{
    JsonNode *node = json_object_get_member (object, member);

    return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
               ? json_node_get_string (node)
               : "";
}

bool
mugai_report_row_delivered (JsonNode *row)
{
    return strcmp (mugai_report_row_text (json_node_get_object (row), "outcome"), "delivered") == 0;
}

static JsonArray *
parts_of (JsonNode *row)
{
    JsonNode *node = json_object_get_member (json_node_get_object (row), "parts");

    return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

const char *
mugai_report_row_type (JsonNode *row)
{
    JsonArray *parts = parts_of (row);

    if (parts == NULL || json_array_get_length (parts) == 0)
        return "unknown";
    return mugai_report_row_text (json_array_get_object_element (parts, 0), "type");
}

/* Add the words of @text (separated by ",") that are not there yet. */
static void
add_words (GPtrArray *words, const char *text)
{
    g_auto (GStrv) parts = g_strsplit (text, ",", -1);

    for (char **part = parts; *part != NULL; part++) {
        g_strstrip (*part);
        if (**part != '\0' && !g_ptr_array_find_with_equal_func (words, *part, g_str_equal, NULL))
            g_ptr_array_add (words, g_strdup (*part));
    }
}

/* @member of each part, each word once; there are as many words as filters or codes at most. */
static char *
words_of (JsonNode *row, const char *member)
{
    g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
    JsonArray *parts = parts_of (row);

    add_words (words, mugai_report_row_text (json_node_get_object (row), member));
    for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
        add_words (words, mugai_report_row_text (json_array_get_object_element (parts, i), member));
    g_ptr_array_add (words, NULL);
    return g_strjoinv (", ", (char **)words->pdata);
}

char *
mugai_report_row_methods (JsonNode *row)
{
    return words_of (row, "method");
}

char *
mugai_report_row_reasons (JsonNode *row)
{
    return words_of (row, "reason");
}
