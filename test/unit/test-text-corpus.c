/* SPDX-License-Identifier: Apache-2.0
 *
 * Every HTML file and every text part of the corpus's mails, from bytes to clean text: in the
 * profile, and not blank when anything was to be seen. MUGAI_CORPUS says where the corpus is;
 * without it the test is skipped.
 */
#include "tap.h"
#include "text-profile.h"

#include "html-text/html-text.h"
#include "link-defang/link-defang.h"
#include "message/charset.h"
#include "text-clean/text-clean.h"

#include <ftw.h>
#include <gmime/gmime.h>

static unsigned texts, refused, undecodable;

/* @data through the whole chain. */
static void
through (const char *path, const uint8_t *data, size_t size, const char *charset, bool html)
{
    MugaiLimits limits = mugai_limits_default();
    MugaiHtmlTextOptions options = mugai_html_text_options();
    MugaiTextCleanOptions clean_options = { .japanese = true };
    MugaiLinkOptions link_options = { .form = MUGAI_LINK_SHOW };
    MugaiBuffer text = mugai_buffer (limits.text), clean = mugai_buffer (limits.text * 2),
                out = mugai_buffer (limits.text * 4);
    g_autoptr (MugaiCharsetResult) decoded =
        mugai_charset_decode (data, size, charset, &limits, NULL);
    size_t n;
    const uint8_t *utf8 = g_bytes_get_data (decoded->text, &n);
    if (html)
        mugai_html_text (utf8, n, &options, &text, NULL);
    else
        mugai_buffer_add (&text, utf8, n);
    mugai_text_clean (text.data, text.size, &clean_options, &clean, NULL);
    mugai_link_defang (clean.data, clean.size, &link_options, &out, NULL);
    texts++;
    undecodable += decoded->undecodable > 0;
    if (getenv ("MUGAI_SHOW") != NULL)
        printf ("# == %s: %s, %s %s, undecodable %zu, score %d\n%.*s\n", path, decoded->declared,
                decoded->charset, mugai_charset_how_name (decoded->how), decoded->undecodable,
                decoded->score, (int)out.size, out.data);
    if (!profile_accepts (out.data, out.size)) {
        refused++;
        printf ("# %s\n", path);
    }
    mugai_buffer_clear (&text);
    mugai_buffer_clear (&clean);
    mugai_buffer_clear (&out);
}

static void
each_part (GMimeObject *parent, GMimeObject *part, gpointer user_data)
{
    (void)parent;
    GMimeContentType *type = g_mime_object_get_content_type (part);
    if (!GMIME_IS_PART (part) || !g_mime_content_type_is_type (type, "text", "*"))
        return;
    GMimeDataWrapper *content = g_mime_part_get_content ((GMimePart *)part);
    if (content == NULL)
        return;
    GMimeStream *stream = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream (content, stream);
    GByteArray *bytes = g_mime_stream_mem_get_byte_array ((GMimeStreamMem *)stream);
    through (user_data, bytes->data, bytes->len,
             g_mime_content_type_get_parameter (type, "charset"),
             g_mime_content_type_is_type (type, "text", "html"));
    g_object_unref (stream);
}

static void
mail (const char *path)
{
    size_t size;
    char *data = read_file (path, &size);
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer (data, size);
    GMimeParser *parser = g_mime_parser_new_with_stream (stream);
    GMimeMessage *message = g_mime_parser_construct_message (parser, NULL);
    if (message != NULL)
        g_mime_message_foreach (message, each_part, (gpointer)path);
    g_clear_object (&message);
    g_object_unref (parser);
    g_object_unref (stream);
    free (data);
}

static int
each_file (const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)ftw;
    if (kind != FTW_F)
        return 0;
    if (g_str_has_suffix (path, ".eml")) {
        mail (path);
    } else if (g_str_has_suffix (path, "html")) {
        size_t size;
        char *data = read_file (path, &size);
        through (path, (const uint8_t *)data, size, NULL, true);
        free (data);
    }
    return 0;
}

int
main (void)
{
    const char *corpus = getenv ("MUGAI_CORPUS");
    static const char *const folders[] = { "html", "mail", "jp" };
    g_mime_init();
    for (size_t i = 0; i < G_N_ELEMENTS (folders); i++) {
        g_autofree char *folder = g_build_filename (corpus != NULL ? corpus : "", folders[i], NULL);
        if (corpus == NULL || !g_file_test (folder, G_FILE_TEST_IS_DIR)) {
            SKIP ("no corpus here (MUGAI_CORPUS)");
            continue;
        }
        texts = refused = undecodable = 0;
        nftw (folder, each_file, 16, FTW_PHYS);
        CHECK_NAMED (texts > 0 && refused == 0,
                     "%s: %u texts, %u refused, %u with undecodable bytes", folders[i], texts,
                     refused, undecodable);
    }
    g_mime_shutdown();
    return tap_done();
}
