/* SPDX-License-Identifier: Apache-2.0
 *
 * verify-samples: what the files of the program test-verify share: one file of samples for each
 * grammar. The coverage reads the clause numbers out of PROFILE.md: a clause that no sample was
 * refused with fails, and so does a refusal whose clause the page lacks.
 */
#pragma once

#include "canonical.h"
#include "tap.h"
#include "verify/verify.h"

#define LENGTH(table) (sizeof (table) / sizeof (table)[0])

/* One test point. @clause: expected refusal, NULL when the bytes are in the profile. */
void expect_with (MugaiGrammar grammar, const void *data, size_t size,
                  const MugaiVerifyLimits *limits, const char *clause, const char *name);
void expect (MugaiGrammar grammar, const void *data, size_t size, const char *clause,
             const char *name);
/* A sample that was refused with @clause without expect(). */
void note_clause (const char *clause);

/* Last of all tests. */
void verify_coverage (void);

/* The samples of a grammar. */
void test_card (void);
void test_jis (void);
void test_jpeg (void);
void test_odf (void);
void test_office (void);
void test_pdf (void);
void test_zip (void);
