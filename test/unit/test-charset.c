/* SPDX-License-Identifier: Apache-2.0
 *
 * Charsets: each row is bytes, a label and the text a reader should see.
 */
#include "tap.h"

#include "message/charset-markup.h"
#include "message/charset.h"

#include <glib.h>

typedef struct Row {
    const char *name;
    const char *bytes;
    size_t size;
    const char *declared;
    const char *text;
    const char *charset;
} Row;

#define ROW(name, bytes, declared, text, charset)                                                  \
    {                                                                                              \
        name, bytes, sizeof (bytes) - 1, declared, text, charset                                   \
    }

static const Row rows[] = {
    ROW ("ascii", "hello", "us-ascii", "hello", "us-ascii"),
    ROW ("empty", "", NULL, "", "us-ascii"),
    ROW ("utf-8", "日本語", "utf-8", "日本語", "utf-8"),
    ROW ("utf-8 labelled iso-2022-jp", "日本語のメール", "iso-2022-jp", "日本語のメール", "utf-8"),
    ROW ("utf-8 labelled us-ascii", "日本語", "us-ascii", "日本語", "utf-8"),
    ROW ("utf-8 mark", "\xEF\xBB\xBF日本", "shift_jis", "日本", "utf-8"),
    ROW ("utf-8 broken", "日本語のメ\xE3\x83 b 本文の続きです", "utf-8",
         "日本語のメ[?E3][?83] b 本文の続きです", "utf-8"),
    ROW ("utf-8 overlong", "日本語の文\xC0\xBC", "utf-8", "日本語の文[?C0][?BC]", "utf-8"),
    ROW ("utf-8 surrogate",
         "日本語の文\xED\xA0\x80日本語の文日本語の文日本語の文日本語の文日本語の文", "utf-8",
         "日本語の文[?ED][?A0][?80]日本語の文日本語の文日本語の文日本語の文日本語の文", "utf-8"),
    ROW ("jis", "\x1b$B$3$s$K$A$O\x1b(B", "iso-2022-jp", "こんにちは", "iso-2022-jp"),
    ROW ("jis undeclared", "\x1b$B$3$s$K$A$O\x1b(B", NULL, "こんにちは", "iso-2022-jp"),
    ROW ("jis labelled us-ascii", "\x1b$B$3$s\x1b(B a", "us-ascii", "こん a", "iso-2022-jp"),
    ROW ("jis labelled utf-8", "\x1b$B$3$s\x1b(B a", "utf-8", "こん a", "iso-2022-jp"),
    ROW ("jis NEC row 13", "\x1b$B-!-5-j\x1b(B", "iso-2022-jp", "①Ⅰ㈱", "iso-2022-jp"),
    ROW ("jis IBM extensions as NEC selected them", "\x1b$By!y\"\x1b(B", "iso-2022-jp", "纊褜",
         "iso-2022-jp"),
    ROW ("jis half-width kana", "\x1b(I6E6E\x1b(B", "iso-2022-jp", "ｶﾅｶﾅ", "iso-2022-jp"),
    ROW ("jis half-width kana by SO",
         "a\x0e\x36\x45\x0f"
         "b \x1b$B$\"\x1b(B",
         "iso-2022-jp", "aｶﾅb あ", "iso-2022-jp"),
    ROW ("jis X 0212", "\x1b$(D0!\x1b(B", "iso-2022-jp-1", "丂", "iso-2022-jp"),
    ROW ("jis roman", "\x1b(Ja\\b\x1b(B", "iso-2022-jp", "a\\b", "iso-2022-jp"),
    ROW ("jis line without return", "\x1b$B$3\nabc", "iso-2022-jp", "こ\nabc", "iso-2022-jp"),
    ROW ("jis odd byte", "\x1b$B$3$\x1b(B", "iso-2022-jp", "こ[?24]", "iso-2022-jp"),
    ROW ("jis with Shift_JIS inside", "\x1b$B$3\x1b(B \x82\xb1\x82\xf1", "iso-2022-jp", "こ こん",
         "iso-2022-jp"),
    ROW ("shift_jis", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "shift_jis", "こんにちは",
         "cp932"),
    ROW ("shift_jis labelled iso-2022-jp", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd",
         "iso-2022-jp", "こんにちは", "cp932"),
    ROW ("shift_jis labelled iso-8859-1", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "iso-8859-1",
         "こんにちは", "cp932"),
    ROW ("shift_jis unlabelled", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", NULL, "こんにちは",
         "cp932"),
    ROW ("cp932 extensions", "\x87\x40\x87\x8a\xfa\x5c\x81\x60", "cp932", "①㈱纊～", "cp932"),
    ROW ("cp932 trail byte 5C, 7C", "\x95\x5c\" \x83\x7c\"", "x-sjis", "表\" ポ\"", "cp932"),
    ROW ("cp932 lead before a quote",
         "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x82\xb1\x82\xf1"
         "\x82\xc9\x82\xbf\x82\xcd\x82\xb1\x82\xf1\x82\xc9\x82\xbf"
         "\x82\xcd\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x95\"a\"",
         "cp932", "こんにちはこんにちはこんにちはこんにちは[?95]\"a\"", "cp932"),
    ROW ("cp932 half-width kana", "\xb6\xc5 \x83\x65\x83\x58\x83\x67", "shift_jis", "ｶﾅ テスト",
         "cp932"),
    ROW ("cp932 user-defined", "\xf0\x40\x82\xa0", "shift_jis",
         "\xee\x80\x80"
         "あ",
         "cp932"),
    ROW ("euc-jp", "\xa4\xb3\xa4\xf3\xad\xa1", "euc-jp", "こん①", "euc-jp-ms"),
    ROW ("euc-jp unlabelled", "\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", NULL, "こんにちは",
         "euc-jp-ms"),
    ROW ("euc-jp labelled shift_jis", "\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", "shift_jis",
         "こんにちは", "euc-jp-ms"),
    ROW ("euc-jp kana and X 0212", "\x8e\xb6\xa4\xab\x8f\xb0\xa1", "euc-jp", "ｶか丂", "euc-jp-ms"),
    ROW ("utf-7", "+ADw-script+AD4- a+-b", "utf-7", "<script> a+b", "utf-7"),
    ROW ("utf-7 pair", "+2D3eAA-", "utf-7", "😀", "utf-7"),
    ROW ("utf-16 mark", "\xff\xfe\x42\x30\x0a\0", "us-ascii", "あ\n", "utf-16le"),
    ROW ("utf-16be mark", "\xfe\xff\x30\x42\xd8\x3d\xde\0", NULL, "あ😀", "utf-16be"),
    ROW ("utf-16 without mark", "a\0b\0c\0", NULL, "abc", "utf-16le"),
    ROW ("utf-16be without mark", "\0a\0b\0c", NULL, "abc", "utf-16be"),
    ROW ("ascii labelled utf-16", "plain ascii text", "utf-16", "plain ascii text", "us-ascii"),
    ROW ("gb2312", "\xc4\xe3\xba\xc3", "gb2312", "你好", "gb18030"),
    ROW ("gb18030 four bytes", "\xc4\xe3\x95\x32\x82\x36", "gb18030", "你𠀀", "gb18030"),
    ROW ("big5", "\xa7\x41\xa6\x6e", "big5", "你好", "big5-hkscs"),
    ROW ("euc-kr", "\xbe\xc8\xb3\xe7", "ks_c_5601-1987", "안녕", "cp949"),
    /* glibc's UHC passes over A2E8 and then refuses a byte: at the end of a text, one beyond it */
    ROW ("euc-kr A2E8 at the end",
         "\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7"
         "\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xbe\xc8\xb3\xe7\xa2\xe8",
         "euc-kr", "안녕안녕안녕안녕안녕안녕안녕안녕안녕안녕[?A2][?E8]", "cp949"),
    ROW ("iso-2022-kr", "\x1b$)C\x0e\x3e\x48\x33\x67\x0f a", "iso-2022-kr", "안녕 a",
         "iso-2022-kr"),
    ROW ("hz", "~{<:Ky~} ~~", "hz-gb-2312", "己所 ~", "hz-gb-2312"),
    ROW ("latin-1", "caf\xe9 \x80", "iso-8859-1", "café €", "windows-1252"),
    ROW ("latin-1 unlabelled", "le caf\xe9 est tr\xe8s bon, voil\xe0", NULL,
         "le café est très bon, voilà", "windows-1252"),
    ROW ("windows-1252 undefined", "caf\xe9 na\xefve d\xe9j\xe0 vu \x81", "windows-1252",
         "café naïve déjà vu [?81]", "windows-1252"),
    ROW ("windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "windows-1251", "Привет", "windows-1251"),
    ROW ("koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "koi8-r", "Привет", "koi8-r"),
    ROW ("iso-8859-2",
         "\xb3\xf3"
         "d\xbc",
         "iso-8859-2", "łódź", "iso-8859-2"),
    ROW ("iso-8859-15", "\xa4", "iso-8859-15", "€", "iso-8859-15"),
    /* short texts without kana, and alphabets: by what their languages use most */
    ROW ("shift_jis unlabelled, kanji only",
         "\x93\x8c\x8b\x9e\x93s\x90\xe7\x91\xe3\x93"
         "c\x8b\xe6\x89\xe0\x83\x96\x8a\xd6\x88\xea\x92\x9a\x96\xda\x93\xf1\x94\xd4\x92n",
         NULL, "東京都千代田区霞ヶ関一丁目二番地", "cp932"),
    ROW ("gb2312 unlabelled",
         "\xc4\xfa\xba\xc3\xa3\xac\xb8\xbd\xbc\xfe\xca\xc7\xb1\xbe\xd4\xc2\xb5\xc4\xb7\xa2\xc6\xb1"
         "\xa3\xac\xc7\xeb\xb2\xe9\xca\xd5\xa1\xa3",
         NULL, "您好，附件是本月的发票，请查收。", "gb18030"),
    ROW ("iso-8859-7 unlabelled",
         "\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1 \xf3\xe1\xf2, \xf0\xe1\xf1\xe1\xea\xe1\xeb\xfe "
         "\xe5\xf0\xe9\xe2\xe5\xe2\xe1\xe9\xfe\xf3\xf4\xe5 \xf4\xe7 \xeb\xde\xf8\xe7",
         NULL, "Καλημέρα σας, παρακαλώ επιβεβαιώστε τη λήψη", "iso-8859-7"),
    ROW ("windows-874 unlabelled",
         "\xca\xc7\xd1\xca\xb4\xd5\xa4\xc3\xd1\xba "
         "\xa1\xc3\xd8\xb3\xd2\xb4\xd9\xe0\xcd\xa1\xca\xd2\xc3\xe1\xb9\xba\xe1\xc5\xd0\xc2\xd7\xb9"
         "\xc2\xd1\xb9",
         NULL, "สวัสดีครับ กรุณาดูเอกสารแนบและยืนยัน", "windows-874"),
    ROW ("jis user-defined rows", "\x1b$(?!!\x1b$Bu!\x1b(B", "iso-2022-jp-ms",
         "\xee\x80\x80\xee\x80\x80", "iso-2022-jp"),
    ROW ("jis upper half of Latin-1 and Greek", "\x1b.A\x1bNi\x1b.F\x1bNa", "iso-2022-jp-2", "éα",
         "iso-2022-jp"),
    ROW ("jis X 0213", "\x1b$(Q.!\x1b$(P!!\x1b(B", "iso-2022-jp-2004", "俱𠂉", "iso-2022-jp"),
    ROW ("jis cut in a character", "\x1b$B$3$", "iso-2022-jp", "こ[?24]", "iso-2022-jp"),
    ROW ("jis cut in an escape", "\x1b$B$3\x1b(", "iso-2022-jp", "こ\x1b[?28]", "iso-2022-jp"),
    ROW ("shift_jis-2004", "\x82\xa0\x87\x9f\xf0\x40", "shift_jis-2004", "あ俱𠂉",
         "shift_jis-2004"),
    ROW ("euc-jis-2004", "\xa4\xa2\xae\xa1\xa4\xf7\x8f\xa1\xa1", "euc-jis-2004", "あ俱か゚𠂉",
         "euc-jis-2004"),
    ROW ("cp932 cut at the end",
         "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x82\xb1\x82\xf1"
         "\x82\xc9\x82\xbf\x82\xcd\x82\xb1\x82\xf1\x82",
         "shift_jis", "こんにちはこんにちはこん[?82]", "cp932"),
    ROW ("utf-8 cut at the end", "日本語\xe3\x81", "utf-8", "日本語[?E3][?81]", "utf-8"),
    ROW ("cesu-8", "日本語の文字と絵文字\xed\xa0\xbd\xed\xb8\x80", "utf-8",
         "日本語の文字と絵文字[?ED][?A0][?BD][?ED][?B8][?80]", "utf-8"),
    ROW ("utf-8 labelled iso-8859-1", "日本語です", "iso-8859-1", "日本語です", "utf-8"),
    ROW ("cp932 labelled us-ascii", "\x87\x40\x87\x8a\x82\xc5\x82\xb7", "us-ascii", "①㈱です",
         "cp932"),
    ROW ("half-width kana: Shift_JIS, not EUC", "\xba\xdd\xc6\xc1\xca \x82\xc5\x82\xb7", NULL,
         "ｺﾝﾆﾁﾊ です", "cp932"),
    ROW ("half-width kana: EUC, not Shift_JIS",
         "\x8e\xba\x8e\xdd\x8e\xc6\x8e\xc1\x8e\xca \xa4\xc7\xa4\xb9", NULL, "ｺﾝﾆﾁﾊ です",
         "euc-jp-ms"),
    ROW ("gb2312 labelled euc-jp", "\xc4\xfa\xba\xc3\xa3\xac\xc7\xeb\xb2\xe9\xca\xd5\xa1\xa3", NULL,
         "您好，请查收。", "gb18030"),
    ROW ("utf-16 label, no mark, no NUL", "\x42\x30\x44\x30\x46\x30\x48\x30\x4a\x30", "utf-16",
         "あいうえお", "utf-16le"),
    ROW ("utf-32 without mark", "a\0\0\0\x42\x30\0\0", "utf-32", "aあ", "utf-32le"),
    ROW ("utf-32be", "\0\0\0a\0\0\x30\x42", NULL, "aあ", "utf-32be"),
    ROW ("ivs", "葛󠄀", "utf-8", "葛󠄀", "utf-8"),
    ROW ("unknown name", "le caf\xe9 est tr\xe8s bon, voil\xe0", "x-unknown; foo",
         "le café est très bon, voilà", "windows-1252"),
    ROW ("name with rubbish", "\x82\xb1\x82\xf1", " \"Shift_JIS\" ; x=y", "こん", "cp932"),
};

static void
test_rows (void)
{
    MugaiLimits limits = mugai_limits_default();
    for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
        const Row *row = &rows[i];
        g_autoptr (GError) error = NULL;
        g_autoptr (MugaiCharsetResult) result = mugai_charset_decode (
            (const uint8_t *)row->bytes, row->size, row->declared, &limits, &error);
        size_t size;
        const char *text = g_bytes_get_data (result->text, &size);
        bool same =
            size == strlen (row->text) && (size == 0 || memcmp (text, row->text, size) == 0);
        CHECK_NAMED (same, "%s", row->name);
        if (!same)
            printf ("# got: %.*s\n", (int)size, text);
        CHECK_NAMED (strcmp (result->charset, row->charset) == 0, "%s: is %s", row->name,
                     result->charset);
    }
}

static void
test_evidence (void)
{
    MugaiLimits limits = mugai_limits_default();
    g_autoptr (MugaiCharsetResult) wrong = mugai_charset_decode (
        (const uint8_t *)"日本語のメール", strlen ("日本語のメール"), "iso-2022-jp", &limits, NULL);
    CHECK (wrong->mislabelled && wrong->how == MUGAI_CHARSET_BY_VALIDITY &&
           wrong->undecodable == 0);
    CHECK (strcmp (wrong->declared, "iso-2022-jp") == 0);
    g_autoptr (MugaiCharsetResult) none = mugai_charset_decode (NULL, 0, NULL, &limits, NULL);
    CHECK (g_bytes_get_size (none->text) == 0 && *none->declared == '\0' && !none->mislabelled);
    g_autoptr (MugaiCharsetResult) jis =
        mugai_charset_decode ((const uint8_t *)"\x1b$B$3$\x1b(B", 10, "ISO-2022-JP", &limits, NULL);
    CHECK (jis->how == MUGAI_CHARSET_BY_ESCAPES && jis->undecodable == 1 && !jis->mislabelled);
}

static void
test_bound (void)
{
    MugaiLimits limits = mugai_limits_default();
    limits.text = 4096;
    g_autofree uint8_t *bytes = g_malloc (10 << 20);
    memset (bytes, 0xFF, 10 << 20);
    g_autoptr (MugaiCharsetResult) result =
        mugai_charset_decode (bytes, 10 << 20, "utf-8", &limits, NULL);
    CHECK (result->cut && g_bytes_get_size (result->text) <= 4096);
    CHECK (g_utf8_validate (g_bytes_get_data (result->text, NULL),
                            (gssize)g_bytes_get_size (result->text), NULL));
    for (size_t i = 0; i < 10 << 20; i += 3)
        memcpy (bytes + i, "\xE3\x81\x82", MIN ((size_t)3, (10 << 20) - i));
    limits.text = 4097;
    g_autoptr (MugaiCharsetResult) whole =
        mugai_charset_decode (bytes, 10 << 20, NULL, &limits, NULL);
    CHECK (whole->cut && g_bytes_get_size (whole->text) == 4095);
}

/* The charset of a page, and whose word counts. */
static void
test_markup (void)
{
    static const struct {
        const char *outer, *page, *label;
    } pages[] = {
        { "", "<html><meta charset=Shift_JIS>", "shift_jis" },
        { "", "<meta http-equiv='Content-Type' content='text/html; charset=euc-jp'>", "euc-jp" },
        { "", "<meta name=a><META CHARSET = \"UTF-8\" />", "utf-8" },
        { "", "<?xml version='1.0' encoding='EUC-JP'?><meta charset=utf-8>", "euc-jp" },
        { "", "<!-- <meta charset=utf-7> --><script>'<meta charset=big5>'</script>x", NULL },
        { "", "<metadata charset=big5><p charset=gbk>", NULL },
        { "", "<meta charset=utf-16>", "utf-8" },
        { "utf-8", "<meta charset=iso-2022-jp>", "utf-8" },
        { "us-ascii", "<meta charset=iso-2022-jp>", "iso-2022-jp" },
        { "x-unknown", "<meta charset=iso-2022-jp>", "iso-2022-jp" },
        { "x-unknown", "<meta charset=x-other>", "x-unknown" },
        { "us-ascii", "", "us-ascii" },
        { "", "", NULL },
    };
    for (size_t i = 0; i < G_N_ELEMENTS (pages); i++) {
        g_autofree char *inner = mugai_charset_in_markup (pages[i].page, strlen (pages[i].page));
        const char *label = mugai_charset_of_markup (pages[i].outer, inner);
        CHECK_NAMED (g_strcmp0 (label, pages[i].label) == 0, "page %zu: %s", i,
                     label != NULL ? label : "none");
    }
}

int
main (void)
{
    test_markup();
    test_rows();
    test_evidence();
    test_bound();
    return tap_done();
}
