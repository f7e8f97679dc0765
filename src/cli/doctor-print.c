/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor-print.h"

#include "base/escape.h"
#include "cli/cli.h"
#include "cli/doctor-finding.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Roads that no file of this host shows. */
static const MugaiDoctorText unseen = {
    "Not visible in these files: mail that an administrator puts back by hand (postsuper -r, -H),\n"
    "bounces that the mail server makes itself, and hosts that reach the inner mail server "
    "without\n"
    "passing here. Let the inner server take mail from this host only.\n",
    "設定ファイルからは分からないもの：管理者が手で戻すメール（postsuper "
    "-r、-H）、メールサーバー自身が\n"
    "作る配送エラー通知、このホストを通らずに内部のメールサーバーへ届く経路。内部のサーバーは、この"
    "\n"
    "ホストからのメールだけを受け取るようにしてください。\n",
};

static const char *
text_of (const MugaiDoctorText *text)
{
    return mugai_cli_text (text->en, text->ja);
}

static const char *
level_text (MugaiDoctorLevel level)
{
    switch (level) {
    case MUGAI_DOCTOR_FINE:
        return mugai_cli_text ("fine", "良好");
    case MUGAI_DOCTOR_WARNING:
        return mugai_cli_text ("WARNING", "注意");
    case MUGAI_DOCTOR_PROBLEM:
        return mugai_cli_text ("PROBLEM", "問題");
    }
    return "?";
}

/* "FILE:LINE: " */
static void
print_place (const MugaiDoctorFinding *finding)
{
    if (*finding->file == '\0')
        return;
    mugai_cli_print (stdout, finding->file);
    if (finding->line > 0)
        printf (":%u", finding->line);
}

static void
print_fine (const MugaiDoctorFinding *finding)
{
    printf ("%s  %s", level_text (finding->level), text_of (&finding->check->fine));
    if (*finding->evidence != '\0') {
        fputs (" [", stdout);
        mugai_cli_print (stdout, finding->evidence);
        putchar (']');
    }
    putchar ('\n');
}

static void
print_finding (const MugaiDoctorFinding *finding)
{
    const MugaiDoctorCheck *check = finding->check;

    printf ("%s  %s (%s)\n", level_text (finding->level), text_of (&check->what), check->id);
    if (*finding->file != '\0' || *finding->evidence != '\0') {
        fputs ("    ", stdout);
        print_place (finding);
        if (*finding->file != '\0' && *finding->evidence != '\0')
            fputs (": ", stdout);
        mugai_cli_print (stdout, finding->evidence);
        putchar ('\n');
    }
    printf ("    %s%s\n", mugai_cli_text ("Why: ", "理由："), text_of (&check->why));
    fputs (mugai_cli_text ("    Remedy: ", "    対処："), stdout);
    if (finding->remedy != NULL) {
        mugai_cli_print (stdout, finding->remedy);
        fputs (mugai_cli_text (". ", "。"), stdout);
    }
    printf ("%s\n\n", text_of (&check->remedy));
}

void
mugai_doctor_print_text (const GPtrArray *list)
{
    for (int level = MUGAI_DOCTOR_PROBLEM; level >= MUGAI_DOCTOR_FINE; level--)
        for (guint i = 0; i < list->len; i++) {
            const MugaiDoctorFinding *finding = g_ptr_array_index (list, i);
            if (finding->level == (MugaiDoctorLevel)level && level == MUGAI_DOCTOR_FINE)
                print_fine (finding);
            else if (finding->level == (MugaiDoctorLevel)level)
                print_finding (finding);
        }
    printf ("\n%s\n", text_of (&unseen));
    printf (mugai_cli_japanese() ? "問題%u件、注意%u件、良好%u件\n"
                                 : "%u problems, %u warnings, %u fine\n",
            mugai_doctor_count (list, MUGAI_DOCTOR_PROBLEM),
            mugai_doctor_count (list, MUGAI_DOCTOR_WARNING),
            mugai_doctor_count (list, MUGAI_DOCTOR_FINE));
}

static void
add_string (JsonBuilder *b, const char *name, const char *value)
{
    size_t size = strlen (value), room = 12 * size + 8;
    g_autofree char *escaped = g_malloc (room);

    if (name != NULL)
        json_builder_set_member_name (b, name);
    json_builder_add_string_value (b, mugai_escape (escaped, room, value, size));
}

static void
add_text (JsonBuilder *b, const char *name, const MugaiDoctorText *text)
{
    json_builder_set_member_name (b, name);
    json_builder_begin_object (b);
    add_string (b, "en", text->en);
    add_string (b, "ja", text->ja);
    json_builder_end_object (b);
}

static void
add_finding (JsonBuilder *b, const MugaiDoctorFinding *finding)
{
    const MugaiDoctorCheck *check = finding->check;

    json_builder_begin_object (b);
    add_string (b, "severity", mugai_doctor_level_name (finding->level));
    add_string (b, "check", check->id);
    add_string (b, "file", finding->file);
    json_builder_set_member_name (b, "line");
    json_builder_add_int_value (b, finding->line);
    add_string (b, "evidence", finding->evidence);
    add_text (b, "what", finding->level == MUGAI_DOCTOR_FINE ? &check->fine : &check->what);
    if (finding->level != MUGAI_DOCTOR_FINE) {
        add_text (b, "why", &check->why);
        add_text (b, "remedy", &check->remedy);
    }
    if (finding->remedy != NULL)
        add_string (b, "remedy_detail", finding->remedy);
    json_builder_end_object (b);
}

void
mugai_doctor_print_json (const GPtrArray *list, const char *const *files)
{
    g_autoptr (JsonBuilder) b = json_builder_new();

    json_builder_begin_object (b);
    add_string (b, "schema", "mugai.doctor/1");
    json_builder_set_member_name (b, "ok");
    json_builder_add_boolean_value (b, mugai_doctor_count (list, MUGAI_DOCTOR_PROBLEM) == 0);
    json_builder_set_member_name (b, "files");
    json_builder_begin_array (b);
    for (; *files != NULL; files++)
        add_string (b, NULL, *files);
    json_builder_end_array (b);
    json_builder_set_member_name (b, "findings");
    json_builder_begin_array (b);
    for (guint i = 0; i < list->len; i++)
        add_finding (b, g_ptr_array_index (list, i));
    json_builder_end_array (b);
    json_builder_end_object (b);
    g_autoptr (JsonNode) root = json_builder_get_root (b);
    g_autofree char *json = json_to_string (root, TRUE);
    puts (json);
}
