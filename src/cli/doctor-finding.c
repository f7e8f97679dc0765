/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/doctor-finding.h"

#include <stdbool.h>
#include <string.h>

static const MugaiDoctorCheck checks[] = {
#define CHECK(id, fine_en, fine_ja, what_en, what_ja, why_en, why_ja, remedy_en, remedy_ja)        \
    { id,                                                                                          \
      { fine_en, fine_ja },                                                                        \
      { what_en, what_ja },                                                                        \
      { why_en, why_ja },                                                                          \
      { remedy_en, remedy_ja } },
#include "cli/doctor-finding.inc"
#undef CHECK
};

const MugaiDoctorCheck *
mugai_doctor_checks (size_t *ret_count)
{
    *ret_count = G_N_ELEMENTS (checks);
    return checks;
}

static const MugaiDoctorCheck *
find (const char *id)
{
    for (size_t i = 0; i < G_N_ELEMENTS (checks); i++)
        if (strcmp (checks[i].id, id) == 0)
            return &checks[i];
    g_error ("no such check: %s", id);
}

static void
finding_free (gpointer data)
{
    MugaiDoctorFinding *finding = data;

    g_free (finding->file);
    g_free (finding->evidence);
    g_free (finding->remedy);
    g_free (finding);
}

GPtrArray *
mugai_doctor_list_new (void)
{
    return g_ptr_array_new_with_free_func (finding_free);
}

static bool
same (const MugaiDoctorFinding *a, const MugaiDoctorFinding *b)
{
    return a->check == b->check && a->line == b->line && strcmp (a->file, b->file) == 0 &&
           strcmp (a->evidence, b->evidence) == 0;
}

MugaiDoctorFinding *
mugai_doctor_add (GPtrArray *list, MugaiDoctorLevel level, const char *id, const char *file,
                  unsigned line, const char *format, ...)
{
    MugaiDoctorFinding *finding = g_new0 (MugaiDoctorFinding, 1);
    va_list args;

    *finding = (MugaiDoctorFinding){ .level = level,
                                     .check = find (id),
                                     .file = g_strdup (file != NULL ? file : ""),
                                     .line = line,
                                     .evidence = g_strdup ("") };
    if (format != NULL) {
        g_free (finding->evidence);
        va_start (args, format);
        finding->evidence = g_strdup_vprintf (format, args);
        va_end (args);
    }
    for (guint i = 0; i < list->len; i++)
        if (same (g_ptr_array_index (list, i), finding)) {
            finding_free (finding);
            return g_ptr_array_index (list, i);
        }
    g_ptr_array_add (list, finding);
    return finding;
}

void
mugai_doctor_fine (GPtrArray *list, const char *id, const char *file, unsigned line,
                   const char *evidence)
{
    for (guint i = 0; i < list->len; i++) {
        const MugaiDoctorFinding *finding = g_ptr_array_index (list, i);
        if (strcmp (finding->check->id, id) == 0)
            return;
    }
    mugai_doctor_add (list, MUGAI_DOCTOR_FINE, id, file, line, "%s",
                      evidence != NULL ? evidence : "");
}

unsigned
mugai_doctor_count (const GPtrArray *list, MugaiDoctorLevel level)
{
    unsigned count = 0;

    for (guint i = 0; i < list->len; i++)
        count += ((MugaiDoctorFinding *)g_ptr_array_index (list, i))->level == level;
    return count;
}

const char *
mugai_doctor_level_name (MugaiDoctorLevel level)
{
    switch (level) {
    case MUGAI_DOCTOR_FINE:
        return "fine";
    case MUGAI_DOCTOR_WARNING:
        return "warning";
    case MUGAI_DOCTOR_PROBLEM:
        return "problem";
    }
    return "problem";
}
