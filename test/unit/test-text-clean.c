/* SPDX-License-Identifier: Apache-2.0
 *
 * text-clean and link-defang: what they change, that they change nothing twice, and that the
 * verifier takes all of it.
 */
#include "tap.h"
#include "text-profile.h"

#include "link-defang/link-defang.h"
#include "text-clean/decode.h"
#include "text-clean/text-clean.h"

typedef struct Row {
    const char *in;
    const char *out;
} Row;

#define JA_FILE(kind, name) "[本文から " kind "形式のファイル「" name "」を取り出しました]"
#define JA_NAMELESS(kind)   "[本文から " kind "を取り出しました]"
#define JA_BASE64           JA_NAMELESS ("base64形式のデータ")
#define B64_40              "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAA"
#define B64_160             B64_40 B64_40 B64_40 B64_40

static const Row clean_rows[] = {
    { "", "" },
    { "a", "a\n" },
    { "a\r\nb\rc\nd\n", "a\nb\nc\nd\n" },
    { "a\fb\vc\xC2\x85"
      "d\xE2\x80\xA8"
      "e\xE2\x80\xA9",
      "a\nb\nc\nd\ne\n" },
    { "a\tb\x1b[31mc\x07\x7f\xC2\x80\xC2\x9F", "a\tb[31mc\n" },
    { "ab\xE2\x80\x8B\xE2\x80\x8C\xE2\x80\x8E\xE2\x80\xAE\xC2\xAD\xEF\xBB\xBF\xE2\x81\xA0"
      "c",
      "abc\n" },
    { "\xE3\x85\xA4\xEF\xBE\xA0\xE1\x85\x9F\xF3\xA0\x81\x81"
      "a",
      "a\n" },
    { "a\xE2\x80\x8D"
      "b\xEF\xB8\x8F"
      "c",
      "abc\n" },
    { "👨‍👩‍👧 ❤️ 👍🏽 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
      "👨‍👩‍👧 ❤️ 👍🏽 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿\n" },
    { "葛󠄀 辻󠄁", "葛󠄀 辻󠄁\n" },
    { "葛󠄀󠄁", "葛󠄀\n" },
    { "あ\xEF\xB8\x80", "あ\n" },
    { "\xEE\x80\x80 \xF3\xB0\x80\x80", "[外字 U+E000] [外字 U+F0000]\n" },
    { "a\xEF\xBF\xBD", "a[U+FFFD]\n" },
    { "a\xEF\xBF\xBC\xEF\xBF\xBE\xF0\x9F\xBF\xBF\xEF\xB7\x90", "a\n" },
    { "a\xE3\xC0\xED\xA0\x80", "a[?E3][?C0][?ED][?A0][?80]\n" },
    { "無害化の結果", "> 無害化の結果\n" },
    { "x\n-- Sanitization Result --\ny", "x\n> -- Sanitization Result --\ny\n" },
    { "> 無害化の結果\n", "> 無害化の結果\n" },
    { "無\xE2\x80\x8B害化の結果", "> 無害化の結果\n" },
    { "begin 644 a.exe\n#0V%T\n`\nend\nafter", JA_FILE ("uuencode", "a.exe") "\nafter\n" },
    { "begin 644 of a story\nno uu here, only prose\n",
      "> begin 644 of a story\nno uu here, only prose\n" },
    { "begin-base64 644 a\nTVqQAAMA\n====\nx", JA_FILE ("uuencode", "a") "\nx\n" },
    { "begin 12 a", "begin 12 a\n" },
    { "=ybegin line=128 size=1 name=a\nxx\n=yend size=1\nz", JA_FILE ("yEnc", "a") "\nz\n" },
    { "=ybegin line=128 name=a\nxx", "> =ybegin line=128 name=a\nxx\n" },
    { "(This file must be converted with BinHex 4.0)\n\n:abc\ndef:\nz",
      JA_NAMELESS ("BinHex形式のファイル") "\nz\n" },
    { "It must be converted with BinHex.\nReally", "It must be converted with BinHex.\nReally\n" },
    { "=ybegin must be converted with BinHex\n:a:\nz",
      JA_NAMELESS ("BinHex形式のファイル") "\nz\n" },
    { "begin 644 無害化の結果\n#0V%T\n`\nend\n", JA_NAMELESS ("uuencode形式のファイル") "\n" },
    { "begin 644 data:a/b;base64,x\n#0V%T\n`\nend\n",
      JA_FILE ("uuencode", "data[:]a/b;base64,x") "\n" },
    { "a\n" B64_160 "\nb", "a\n" JA_BASE64 "\nb\n" },
    { "a\n" B64_40 "\n" B64_40 "\n" B64_40 "\n" B64_40 "\nAAA=\nb", "a\n" JA_BASE64 "\nb\n" },
    { B64_40 "\nshort", JA_BASE64 "\nshort\n" },
    { "ABCDEFGHIJKLMNOPQRSTUVWXYZ\nx", "ABCDEFGHIJKLMNOPQRSTUVWXYZ\nx\n" },
    { "x (" B64_160 ") y", "x (" JA_BASE64 ") y\n" },
    { "a\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\nb",
      "a\n" JA_NAMELESS ("PGPの暗号文") "\nb\n" },
    { "-----BEGIN PGP PUBLIC KEY BLOCK-----\nx", "-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n" },
    { "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- - x\n- -----BEGIN PGP "
      "MESSAGE-----\n- begin 644 a\n#0V%T\nend\n-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END "
      "PGP "
      "SIGNATURE-----\nend",
      "[PGP署名つきの文です。署名は確かめていません]\nHello\n- x\n- -----BEGIN PGP "
      "MESSAGE-----\n" JA_FILE ("uuencode", "a") "\n" JA_NAMELESS ("PGPの署名") "\nend\n" },
    { "-----BEGIN PGP SIGNED MESSAGE-----\n- x\n", "-----BEGIN PGP SIGNED MESSAGE-----\n- x\n" },
    { "data:text/html;base64,PHA+ data: 5 data/x",
      "data[:]text/html;base64,PHA+ data: 5 data/x\n" },
    { "PK\x03", "\nPK\n" },
};

static const Row link_rows[] = {
    { "", "" },
    { "https://a.example/x?y=1 http://b.example mailto:a@b.example",
      "https://a.example/x?y=1 http://b.example mailto:a@b.example" },
    { "file:///c:/x file:\\\\h\\s file:c:\\x FILE://x",
      "file[:]///c:/x file[:][\\\\]h\\s file[:]c:\\x FILE[:]//x" },
    { "file: name, profile:/x", "file: name, profile:/x" },
    { "\\\\srv\\share \\\\srv \\\\a.b@SSL\\c", "[\\\\]srv\\share \\\\srv [\\\\]a.b@SSL\\c" },
    { "見よ\\\\srv\\share C:\\\\x\\y", "見よ[\\\\]srv\\share C:\\\\x\\y" },
    { "smb://h ldap://h ftp://h foo://h", "smb[:]//h ldap[:]//h ftp[:]//h foo[:]//h" },
    { "javascript:alert(1) JavaScript: an introduction",
      "javascript[:]alert(1) JavaScript: an introduction" },
    { "java\xC5\xBF"
      "cript:alert(1) vbscript: x.y",
      "java\xC5\xBF"
      "cript[:]alert(1) vbscript[:] x.y" },
    { "vbscript: jar:|", "vbscript[:] jar[:]|" },
    { "search-ms:query=x search:query=y search: z",
      "search-ms[:]query=x search[:]query=y search: z" },
    { "ms-word:ofe|u|http://x MS-DOS:x ms-msdt:/id",
      "ms-word[:]ofe|u|http://x MS-DOS:x ms-msdt[:]/id" },
    { "jar:http://x mhtml:file://y onenote:https://z",
      "jar[:]http://x mhtml[:]file[:]//y onenote[:]https://z" },
    { "data:image/png;base64,iVBORw0KGgo= x", "data[:]image/png… x" },
    { "data:image/png;base64,AAAAです", "data[:]image/png…です" },
    { "data:text/html,<script>", "data[:]text/html…<script>" },
    { "12:30 a:b 時刻:3 ratio 1:2", "12:30 a:b 時刻:3 ratio 1:2" },
    { "詳細はhttps://a.example/へ", "詳細はhttps://a.example/へ" },
};

static const Row defang_rows[] = {
    { "see https://www.a.example/x.y?z http://b.example:80",
      "see hxxps://www[.]a[.]example/x.y?z hxxp://b[.]example:80" },
    { "詳細はhttps://a.example/へ", "詳細はhxxps://a[.]example/へ" },
};

static const Row drop_rows[] = {
    { "<https://a.example/x> (http://b.example/y?z) c", "<[リンク削除]> ([リンク削除]) c" },
    { "詳細はhttps://a.example/xへ", "詳細は[リンク削除]へ" },
};

static bool
same (const MugaiBuffer *b, const char *text)
{
    return b->size == strlen (text) && (b->size == 0 || memcmp (b->data, text, b->size) == 0);
}

static void
test_clean (void)
{
    MugaiTextCleanOptions options = { .japanese = true };
    for (size_t i = 0; i < sizeof clean_rows / sizeof clean_rows[0]; i++) {
        const Row *row = &clean_rows[i];
        MugaiBuffer out = mugai_buffer (1 << 20), twice = mugai_buffer (1 << 20);
        CHECK (mugai_text_clean (row->in, strlen (row->in), &options, &out, NULL) == 0);
        CHECK_NAMED (same (&out, row->out), "clean %zu", i);
        if (!same (&out, row->out))
            printf ("# gave: %.*s\n", (int)out.size, out.data);
        CHECK (mugai_text_clean (out.data, out.size, &options, &twice, NULL) == 0);
        CHECK_NAMED (same (&twice, row->out), "clean %zu twice", i);
        CHECK_NAMED (profile_accepts (out.data, out.size), "clean %zu: profile", i);
        mugai_buffer_clear (&out);
        mugai_buffer_clear (&twice);
    }
}

typedef struct Found {
    MugaiBuffer all; /* kind, name, bytes of each block */
} Found;

static bool
gather (void *data, const MugaiTextBlock *block)
{
    Found *found = data;
    MugaiBuffer out = mugai_buffer (1 << 20);
    BinHex file = { { "", 0 }, { "", 0 }, { "", 0 } };
    if (block->kind == BLOCK_UU)
        decode_uu (block->text, &out);
    else if (block->kind == BLOCK_BASE64)
        decode_base64 (block->text, &out);
    else if (block->kind == BLOCK_BINHEX)
        file = decode_binhex (block->text, &out);
    else
        mugai_buffer_add (&out, block->text.data, block->text.size);
    mugai_buffer_printf (&found->all, "%d:", (int)block->kind);
    mugai_buffer_add (&found->all, block->name.data, block->name.size);
    mugai_buffer_add (&found->all, file.name.data, file.name.size);
    mugai_buffer_add_text (&found->all, "=");
    if (block->kind != BLOCK_BINHEX)
        mugai_buffer_add (&found->all, out.data, out.size);
    mugai_buffer_add (&found->all, file.data.data, file.data.size);
    mugai_buffer_add_text (&found->all, "+");
    mugai_buffer_add (&found->all, file.resource.data, file.resource.size);
    mugai_buffer_add_text (&found->all, ";");
    mugai_buffer_clear (&out);
    return true;
}

/* What stands in a text as text is decoded to the file it was. */
static void
test_blocks (void)
{
    static const Row rows[] = {
        { "begin 644 cat.txt\n#0V%T\n`\nend\n", "0:cat.txt=Cat+;" },
        { "begin 644 two  \n#0V%T\n\"0V$ \n \nend\nbegin 600 x\n!00\nend\n",
          "0:two  =CatCa+;0:x=A+;" },
        { "begin 644 xx\n1Eq3o\n+\nend\n", "0:xx=Cat+;" },
        { "begin-base64 644 b\nQ2F0Q2F0\nQ2E=\n====\n", "0:b=CatCatCa+;" },
        { "begin 644 stripped\n#0V%T\n\"0V$\n", "0:stripped=CatCa+;" },
        { "-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\ny",
          "4:=-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\n+;" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Found found = { mugai_buffer (1 << 20) };
        MugaiTextCleanOptions options = { .block = gather, .block_data = &found };
        MugaiBuffer out = mugai_buffer (1 << 20);
        CHECK (mugai_text_clean (rows[i].in, strlen (rows[i].in), &options, &out, NULL) == 0);
        CHECK_NAMED (same (&found.all, rows[i].out), "block %zu", i);
        if (!same (&found.all, rows[i].out))
            printf ("# gave: %.*s\n", (int)found.all.size, found.all.data);
        mugai_buffer_clear (&out);
        mugai_buffer_clear (&found.all);
    }
}

/* Pictures drawn with characters are counted and stay. */
static void
test_drawings (void)
{
    static const struct {
        const char *line;
        size_t lines, count;
    } rows[] = {
        { "██  ██ █▀ ▄█ ██  █", 8, 1 },    { "██  ██ █▀ ▄█ ██  █", 7, 0 },
        { "## ## ##  ##### # #", 21, 1 },  { "⣿⣿⠀⣿⠀⠀⣿⣿⠀⣿⣿⣿⠀⣿⠀⣿", 30, 1 },
        { "####################", 20, 0 }, { "■■■　お知らせ　■■■■■■■■■", 20, 0 },
        { "■□■□■□■□■□■□■□■□", 8, 1 },      { "# # # #", 20, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        MugaiTextCleanOptions options = { .japanese = true };
        MugaiTextCleanStats stats;
        MugaiBuffer in = mugai_buffer (1 << 20), out = mugai_buffer (1 << 20);
        mugai_buffer_add_text (&in, "a\n");
        for (size_t n = 0; n < rows[i].lines; n++)
            mugai_buffer_printf (&in, "%s\n", rows[i].line);
        CHECK (mugai_text_clean (in.data, in.size, &options, &out, &stats) == 0);
        CHECK_NAMED (stats.drawings == rows[i].count, "drawn: %s", rows[i].line);
        CHECK (out.size == in.size);
        mugai_buffer_clear (&in);
        mugai_buffer_clear (&out);
    }
}

/* A long run of base64 is a file, a long row of equal letters is text. */
static void
test_long_runs (void)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const struct {
        size_t kinds, width, blocks;
    } rows[] = { { 1, 1999, 0 }, { 1, 2400, 0 },  { 2, 2400, 0 },
                 { 3, 60, 0 },   { 40, 2400, 1 }, { 64, 60, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        MugaiTextCleanOptions options = { .long_runs = true };
        MugaiTextCleanStats stats;
        MugaiBuffer in = mugai_buffer (1 << 20), out = mugai_buffer (1 << 20);
        for (size_t n = 0; n < 2400; n++) {
            mugai_buffer_add (&in, letters + 63 - n * 7 % rows[i].kinds, 1);
            if (n % rows[i].width == rows[i].width - 1)
                mugai_buffer_add (&in, "\n", 1);
        }
        CHECK (mugai_text_clean (in.data, in.size, &options, &out, &stats) == 0);
        CHECK_NAMED (stats.blocks == rows[i].blocks && (stats.blocks == 1) == (out.size < 2400),
                     "a run of %zu letters", rows[i].kinds);
        mugai_buffer_clear (&in);
        mugai_buffer_clear (&out);
    }
}

static void
test_links (const Row *rows, size_t count, MugaiLinkForm form)
{
    MugaiLinkOptions options = { .form = form, .japanese = true };
    for (size_t i = 0; i < count; i++) {
        MugaiBuffer out = mugai_buffer (1 << 20), twice = mugai_buffer (1 << 20);
        CHECK (mugai_link_defang (rows[i].in, strlen (rows[i].in), &options, &out, NULL) == 0);
        CHECK_NAMED (same (&out, rows[i].out), "links %d %zu", (int)form, i);
        if (!same (&out, rows[i].out))
            printf ("# gave: %.*s\n", (int)out.size, out.data);
        CHECK (mugai_link_defang (out.data, out.size, &options, &twice, NULL) == 0);
        CHECK_NAMED (same (&twice, rows[i].out), "links %d %zu twice", (int)form, i);
        mugai_buffer_add (&out, "\n", 1);
        CHECK_NAMED (profile_accepts (out.data, out.size), "links %d %zu: profile", (int)form, i);
        mugai_buffer_clear (&out);
        mugai_buffer_clear (&twice);
    }
}

/* Text made of pieces that matter, at random: in the profile after both, and not changed by doing
 * it again. */
static void
test_random (void)
{
    static const char *const pieces[] = {
        "begin",
        " ",
        "644 a",
        "\n",
        "\r",
        "=ybegin ",
        "=yend",
        "data:",
        "text/",
        "html",
        ";base64,",
        ":",
        "//",
        "\\\\",
        "\\",
        "a",
        "file",
        "java",
        "script",
        "ms-word",
        "search-ms",
        "http",
        B64_40,
        B64_160,
        "\xC2\xA0",
        "\xE3\x80\x80",
        "あ",
        "葛",
        "\xF3\xA0\x84\x80",
        "\xEF\xB8\x8F",
        "\xE2\x80\x8D",
        "❤",
        "👍",
        "\xF0\x9F\x8F\xBD",
        "1",
        "\xE2\x83\xA3",
        "🏴",
        "\xF3\xA0\x81\xA7\xF3\xA0\x81\xA2\xF3\xA0\x81\xA5\xF3\xA0\x81\xAE\xF3\xA0\x81\xA7",
        "\xF3\xA0\x81\xBF",
        "無害化",
        "の結果",
        "Sanitization",
        "result",
        "\xFF",
        "\xEE\x80\x80",
        "\xE2\x80\xAE",
        "must be converted with BinHex",
        "PK",
        "=",
        "(",
        "> ",
        "\xC4\xB1",
        "\xC5\xBF",
        "\xE2\x84\xAA",
        "%",
        "ſcript:",
        "smb",
        "e",
        "c:",
        "\x1b",
        "、",
        "\xEF\xB8\x80",
        "\xE2\x80\xA8",
    };
    unsigned seed = 1;
    bool valid = true, stable = true;
    for (int round = 0; round < 20000 && valid && stable; round++) {
        MugaiBuffer in = mugai_buffer (1 << 16), a = mugai_buffer (1 << 18),
                    b = mugai_buffer (1 << 18), c = mugai_buffer (1 << 18),
                    d = mugai_buffer (1 << 18);
        MugaiTextCleanOptions clean = { .japanese = round % 2 == 0 };
        MugaiLinkOptions link = { .form = MUGAI_LINK_SHOW };
        for (int i = 0; i < 16; i++) {
            seed = seed * 1103515245 + 12345;
            mugai_buffer_add_text (&in, pieces[(seed >> 16) % (sizeof pieces / sizeof pieces[0])]);
        }
        mugai_text_clean (in.data, in.size, &clean, &a, NULL);
        mugai_link_defang (a.data, a.size, &link, &b, NULL);
        valid = profile_accepts (b.data, b.size);
        mugai_text_clean (a.data, a.size, &clean, &c, NULL);
        mugai_link_defang (b.data, b.size, &link, &d, NULL);
        stable = a.size == c.size && b.size == d.size &&
                 (a.size == 0 || memcmp (a.data, c.data, a.size) == 0) &&
                 (b.size == 0 || memcmp (b.data, d.data, b.size) == 0);
        if (!valid || !stable)
            printf ("# round %d\n# <%.*s>\n# <%.*s>\n# <%.*s>\n", round, (int)in.size, in.data,
                    (int)a.size, a.data, (int)b.size, b.data);
        mugai_buffer_clear (&in);
        mugai_buffer_clear (&a);
        mugai_buffer_clear (&b);
        mugai_buffer_clear (&c);
        mugai_buffer_clear (&d);
    }
    CHECK (valid);
    CHECK (stable);
}

static double
time_of (const char *unit, size_t size)
{
    size_t n = strlen (unit);
    char *text = malloc (size + n);
    MugaiTextCleanOptions clean = { .japanese = true };
    MugaiLinkOptions link = { .form = MUGAI_LINK_SHOW };
    MugaiBuffer a = mugai_buffer (64 << 20), b = mugai_buffer (64 << 20);
    for (size_t i = 0; i < size; i += n)
        memcpy (text + i, unit, n);
    double start = cpu_seconds();
    mugai_text_clean (text, size, &clean, &a, NULL);
    mugai_link_defang (a.data, a.size, &link, &b, NULL);
    double used = cpu_seconds() - start;
    mugai_buffer_clear (&a);
    mugai_buffer_clear (&b);
    free (text);
    return used;
}

static void
test_linear (void)
{
    static const char *const units[] = {
        "a",
        ":",
        "\\\\",
        "\n",
        " ",
        "begin 644 a\n",
        "begin 644 a\n\n",
        "=ybegin x\n",
        "must be converted with BinHex\n",
        "data:a/",
        "javascript: ",
        "http://a",
        B64_40 "\n",
        B64_160,
        "A",
        "無害化の結果\n",
        "\xE2\x80\x8B",
        "\xFF",
        "👍\xE2\x80\x8D",
        "\\\\a",
        "must be converted with BinHex\n\n\n  ",
        "data:",
        "a-",
        "x//:",
    };
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        double once = time_of (units[i], 500000), four = time_of (units[i], 2000000);
        CHECK_NAMED (four < 2 && four < 12 * once + 0.1, "unit %zu: %.3f s, 4 times: %.3f s", i,
                     once, four);
    }
}

int
main (void)
{
    test_clean();
    test_blocks();
    test_long_runs();
    test_drawings();
    test_links (link_rows, sizeof link_rows / sizeof link_rows[0], MUGAI_LINK_SHOW);
    test_links (defang_rows, sizeof defang_rows / sizeof defang_rows[0], MUGAI_LINK_DEFANG);
    test_links (drop_rows, sizeof drop_rows / sizeof drop_rows[0], MUGAI_LINK_DROP);
    test_random();
    test_linear();
    return tap_done();
}
