/* SPDX-License-Identifier: Apache-2.0
 *
 * formula: what may stand in a rebuilt workbook, and why the rest may not.
 */
#include "ooxml-rebuild/formula.h"
#include "tap.h"

#include <strings.h>

static const struct {
    const char *text;
    MugaiFormulaVerdict verdict;
} cases[] = {
    /* operators, constants */
    { "1", MUGAI_FORMULA_ALLOWED },
    { "1+2*-3^4%&\"a\"\"b\"", MUGAI_FORMULA_ALLOWED },
    { "A1<>B1", MUGAI_FORMULA_ALLOWED },
    { "A1>=1E-3", MUGAI_FORMULA_ALLOWED },
    { "--(A1=\"x\")", MUGAI_FORMULA_ALLOWED },
    { ".5+1.", MUGAI_FORMULA_ALLOWED },
    { "{1,2;-3,\"a\"; TRUE,#N/A}", MUGAI_FORMULA_ALLOWED },
    { " SUM( A1:A3 )\n+ 1 ", MUGAI_FORMULA_ALLOWED },
    /* references */
    { "$A$1:B$2", MUGAI_FORMULA_ALLOWED },
    { "A:A", MUGAI_FORMULA_ALLOWED },
    { "$1:$3", MUGAI_FORMULA_ALLOWED },
    { "1:3", MUGAI_FORMULA_ALLOWED },
    { "A1:B2 B1:C3", MUGAI_FORMULA_ALLOWED },
    { "SUM((A1,B1:C2))", MUGAI_FORMULA_ALLOWED },
    { "Sheet1!$A$1:$B$2,Sheet1!D1", MUGAI_FORMULA_ALLOWED },
    { "SUM(\xE5\x90\x88\xE8\xA8\x88!A1)", MUGAI_FORMULA_ALLOWED }, /* 合計 */
    { "'1\xE6\x9C\x88'!A1+1\xE6\x9C\x88!B2", MUGAI_FORMULA_ALLOWED },
    { "'It''s'!A1", MUGAI_FORMULA_ALLOWED },
    { "SUM('First:Last'!A1)", MUGAI_FORMULA_ALLOWED },
    { "SUM(Sheet1:Sheet3!A1)", MUGAI_FORMULA_ALLOWED },
    { "Sheet1!#REF!+#REF!$A$1", MUGAI_FORMULA_ALLOWED },
    { "[0]!Total", MUGAI_FORMULA_ALLOWED },
    { "Table1[[#This Row],[Unit '[kg']]]*Table1[a]", MUGAI_FORMULA_ALLOWED },
    { "SUM(Table1[[#Headers],[a]:[b]])", MUGAI_FORMULA_ALLOWED },
    { "A1#", MUGAI_FORMULA_ALLOWED },
    /* functions */
    { "IF(A1,,)", MUGAI_FORMULA_ALLOWED },
    { "now()", MUGAI_FORMULA_ALLOWED },
    { "_xlfn.XLOOKUP(A1,B:B,C:C)", MUGAI_FORMULA_ALLOWED },
    { "_xlfn._xlws.SORT(A1:A3)", MUGAI_FORMULA_ALLOWED },
    { "_xlfn.LET(_xlpm.f,_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1),_xlpm.f(2))", MUGAI_FORMULA_ALLOWED },
    { "_xlfn.LAMBDA(_xlpm.x,_xlpm.x)(3)", MUGAI_FORMULA_ALLOWED },
    { "A1 (B1)", MUGAI_FORMULA_ALLOWED },
    { "INDIRECT(\"'\"&A1&\"'!B2\")", MUGAI_FORMULA_ALLOWED },
    { "SUM (A1)", MUGAI_FORMULA_ALLOWED },
    { "HYPERLINK(\"http://a.example/\",\"x\")", MUGAI_FORMULA_FUNCTION },
    { "hyperlink (\"a\")", MUGAI_FORMULA_FUNCTION },
    { "1+WEBSERVICE(A1)", MUGAI_FORMULA_FUNCTION },
    { "_xlfn.WEBSERVICE(A1)", MUGAI_FORMULA_FUNCTION },
    { "_xlfn._xlws.FILTERXML(A1,B1)", MUGAI_FORMULA_FUNCTION },
    { "CALL(\"Kernel32\",\"WinExec\",\"JCJ\",\"calc\",0)", MUGAI_FORMULA_FUNCTION },
    { "EXEC(\"calc\")", MUGAI_FORMULA_FUNCTION },
    { "REGISTER.ID(\"a\",\"b\")", MUGAI_FORMULA_FUNCTION },
    { "RTD(\"a\",,\"b\")", MUGAI_FORMULA_FUNCTION },
    { "CUBEVALUE(\"a\")", MUGAI_FORMULA_FUNCTION },
    { "MyMacro(A1)", MUGAI_FORMULA_FUNCTION },
    { "Sheet1!SUM(A1)", MUGAI_FORMULA_FUNCTION },
    { "[0]!Run(1)", MUGAI_FORMULA_FUNCTION },
    { "IF(A1,CALL\n(\"x\"))", MUGAI_FORMULA_FUNCTION },
    { "\xEF\xBC\xB3UM(1)", MUGAI_FORMULA_FUNCTION }, /* full-width S */
    { "(A1)", MUGAI_FORMULA_ALLOWED },
    /* other workbooks */
    { "[1]Sheet1!A1", MUGAI_FORMULA_EXTERNAL },
    { "SUM([12]Sheet1!A1)", MUGAI_FORMULA_EXTERNAL },
    { "[2]!name", MUGAI_FORMULA_EXTERNAL },
    { "'[b.xlsx]S'!A1", MUGAI_FORMULA_EXTERNAL },
    { "'C:\\x\\[b.xlsx]S'!A1", MUGAI_FORMULA_EXTERNAL },
    { "'\\\\host\\share\\b.xlsx'!name", MUGAI_FORMULA_EXTERNAL },
    { "'http://a.example/b.xlsx'!name", MUGAI_FORMULA_EXTERNAL },
    { "Book[b.xlsx]S!A1", MUGAI_FORMULA_EXTERNAL },
    { "Gone!A1", MUGAI_FORMULA_SHEET },
    { "'Gone too'!A1", MUGAI_FORMULA_SHEET },
    { "SUM('First:Gone'!A1)", MUGAI_FORMULA_SHEET },
    { "[]!a", MUGAI_FORMULA_EXTERNAL },
    /* other programs */
    { "cmd|'/c calc'!A0", MUGAI_FORMULA_DDE },
    { "cmd |'/c calc'!A0", MUGAI_FORMULA_DDE },
    { "'cmd'|'/c calc'!A0", MUGAI_FORMULA_DDE },
    { "'cmd|/c calc'!A0", MUGAI_FORMULA_DDE },
    { "1+(2)|a", MUGAI_FORMULA_DDE },
    { "\"a|b\"", MUGAI_FORMULA_ALLOWED },
    /* names that went */
    { "Lost+1", MUGAI_FORMULA_NAME },
    { "LOSTER+1", MUGAI_FORMULA_ALLOWED },
    /* no formulas */
    { "", MUGAI_FORMULA_SYNTAX },
    { " ", MUGAI_FORMULA_SYNTAX },
    { "=1", MUGAI_FORMULA_SYNTAX },
    { "1+", MUGAI_FORMULA_SYNTAX },
    { "SUM(1+)", MUGAI_FORMULA_SYNTAX },
    { "SUM(1", MUGAI_FORMULA_SYNTAX },
    { "1)", MUGAI_FORMULA_SYNTAX },
    { "(1,)", MUGAI_FORMULA_SYNTAX },
    { "()", MUGAI_FORMULA_SYNTAX },
    { "1\"a\"", MUGAI_FORMULA_SYNTAX },
    { "A1A1!", MUGAI_FORMULA_SHEET },
    { "Sheet1!", MUGAI_FORMULA_SYNTAX },
    { "!A1", MUGAI_FORMULA_SYNTAX },
    { "\"a", MUGAI_FORMULA_SYNTAX },
    { "'a", MUGAI_FORMULA_SYNTAX },
    { "'':a'!A1", MUGAI_FORMULA_SYNTAX },
    { "{1,SUM(1)}", MUGAI_FORMULA_SYNTAX },
    { "{1,2", MUGAI_FORMULA_SYNTAX },
    { "{}", MUGAI_FORMULA_SYNTAX },
    { "{1CALL(1)}", MUGAI_FORMULA_SYNTAX },
    { "#HELLO!", MUGAI_FORMULA_SYNTAX },
    { "Table1[a", MUGAI_FORMULA_SYNTAX },
    { "Table1[[[a]]]", MUGAI_FORMULA_SYNTAX },
    { "of:=[.A1]", MUGAI_FORMULA_SYNTAX },
    { "\\name", MUGAI_FORMULA_SYNTAX },
};

static bool
is (const char *name, size_t size, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strlen (*list) == size && strncasecmp (*list, name, size) == 0)
            return true;
    return false;
}

static bool
has_sheet (const void *user, const char *name, size_t size)
{
    static const char *const sheets[] = { "Sheet1", "Sheet3", "First", "Last",
                                          "It's",   "合計",   "1月",   NULL };

    (void)user;
    return is (name, size, sheets);
}

static bool
lost_name (const void *user, const char *name, size_t size)
{
    static const char *const names[] = { "lost", NULL };

    (void)user;
    return is (name, size, names);
}

static void
test_table (void)
{
    static const MugaiFormulaBook book = { .has_sheet = has_sheet, .lost_name = lost_name };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size = strlen (cases[i].text);
        char *copy = malloc (size + 1); /* exact, for the address sanitizer */
        memcpy (copy, cases[i].text, size);
        copy = realloc (copy, size > 0 ? size : 1);
        MugaiFormulaFault fault = mugai_formula_check (copy, size, &book);
        CHECK_NAMED (fault.verdict == cases[i].verdict && fault.from + fault.size <= size,
                     "%s: %d at %zu", cases[i].text, fault.verdict, fault.from);
        free (copy);
    }
}

static void
test_limits (void)
{
    static char text[MUGAI_FORMULA_SIZE + 2];
    size_t n = MUGAI_FORMULA_DEPTH;

    memset (text, '(', n);
    text[n] = '1';
    memset (text + n + 1, ')', n);
    CHECK (mugai_formula_check (text, 2 * n + 1, NULL).verdict == MUGAI_FORMULA_ALLOWED);
    memset (text, '(', n + 1);
    CHECK (mugai_formula_check (text, 2 * n + 1, NULL).verdict == MUGAI_FORMULA_LIMIT);
    memset (text, '1', sizeof text);
    CHECK (mugai_formula_check (text, sizeof text - 2, NULL).verdict == MUGAI_FORMULA_ALLOWED);
    CHECK (mugai_formula_check (text, sizeof text - 1, NULL).verdict == MUGAI_FORMULA_LIMIT);
}

static void
test_fault (void)
{
    static const char text[] = "1+ENCODEURL(_xlfn.WEBSERVICE(A1))";
    MugaiFormulaFault fault = mugai_formula_check (text, strlen (text), NULL);

    CHECK (fault.from == 12 && fault.size == 16);
    CHECK (mugai_formula_check ("Gone!A1", 7, NULL).verdict == MUGAI_FORMULA_ALLOWED);
}

int
main (void)
{
    test_table();
    test_limits();
    test_fault();
    return tap_done();
}
