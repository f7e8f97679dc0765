/* SPDX-License-Identifier: Apache-2.0
 *
 * link-defang: web and mail addresses: where they really lead, the three forms, trusted domains.
 * What makes other addresses unclickable is tested in test-text-clean.c.
 */
#include "link-defang/host.h"
#include "link-defang/link-defang.h"
#include "link-defang/punycode.h"
#include "verify/text.h"

#include "tap.h"

#include <time.h>

typedef struct Row {
    const char *in, *out;
} Row;

#define AWAY(host) "［注意：接続先は " host "］"
#define OTHER      "［注意：表示と接続先が異なります］"
#define LIKE(host) "［注意：紛らわしい文字を使った名前です。接続先は " host "］"

static const Row show_rows[] = {
    /* nothing to say */
    { "https://www.town.example.lg.jp/a/b?c=1#d", "https://www.town.example.lg.jp/a/b?c=1#d" },
    { "https://192.0.2.1/x", "https://192.0.2.1/x" },
    { "click <https://track.example/r?u=https%3A%2F%2Fa.example>",
      "click <https://track.example/r?u=https%3A%2F%2Fa.example>" },
    { "http://[2001:db8::1]/", "http://[2001:db8::1]/" },
    { "www.example.jp, taro@example.jp", "www.example.jp, taro@example.jp" },
    /* internationalized names, both ways */
    { "https://日本語.jp/道 へ",
      "https://日本語.jp/［接続先は xn--wgv71a119e.jp（日本語.jp）］道 へ" },
    { "https://xn--wgv71a119e.jp/x。", "https://xn--wgv71a119e.jp/x［接続先は "
                                       "xn--wgv71a119e.jp（日本語.jp）］。" },
    { "<http://Bücher.example>", "<http://Bücher.example>［接続先は "
                                 "xn--bcher-kva.example（bücher.example）］" },
    { "www.日本語.jp", "www.日本語.jp［接続先は www.xn--wgv71a119e.jp（www.日本語.jp）］" },
    { "http://xn--99999999999/", "http://xn--99999999999/" },
    /* text goes on behind a name */
    { "http://example.jpをご覧ください。", "http://example.jpをご覧ください。" },
    { "（http://example.jp）と「https://example.jp/」",
      "（http://example.jp）と「https://example.jp/」" },
    { "http://example.jp。次", "http://example.jp。次" },
    /* letters that imitate */
    { "https://аррӏе.com/", "https://аррӏе.com/" LIKE ("xn--80ak6aa92e.com（аррӏе.com）") },
    { "http://gооgle.com", "http://gооgle.com" LIKE ("xn--ggle-55da.com（gооgle.com）") },
    { "http://a.example.jpノlogin.evil.example/",
      "http://a.example.jpノlogin.evil.example/" LIKE (
          "a.example.xn--jplogin-u04f.evil.example（a.example.jpノlogin.evil.example）") },
    /* disguises */
    { "http://www.bank.example@evil.example/x",
      "http://www.bank.example@evil.example/x" AWAY ("evil.example") },
    { "http://3221225985/", "http://3221225985/" AWAY ("192.0.2.1") },
    { "http://0xC0.0x0.02.1/", "http://0xC0.0x0.02.1/" AWAY ("192.0.2.1") },
    { "http://0300.0.02.01:8080/", "http://0300.0.02.01:8080/" AWAY ("192.0.2.1") },
    { "http://192.513", "http://192.513" AWAY ("192.0.2.1") },
    { "http://%65vil.example/", "http://%65vil.example/" AWAY ("evil.example") },
    { "http://ｅｖｉｌ．example/", "http://ｅｖｉｌ．example/" AWAY ("evil.example") },
    { "http://evil。example/", "http://evil。example/" AWAY ("evil.example") },
    /* the text says another host */
    { "www.bank.example.com <https://evil.example.net/x>",
      "www.bank.example.com <https://evil.example.net/x>" OTHER },
    { "https://www.bank.jp/login <https://bank.jp.evil.example/>",
      "https://www.bank.jp/login <https://bank.jp.evil.example/>" OTHER },
    { "www.example.co.jp<https://mail.example.co.jp/x>",
      "www.example.co.jp<https://mail.example.co.jp/x>" },
    { "example.co.jp <https://other.co.jp/>", "example.co.jp <https://other.co.jp/>" OTHER },
    { "bank.jp <http://a@evil.example/>",
      "bank.jp <http://a@evil.example/>［注意：表示と接続先が異なります。"
      "接続先は evil.example］" },
    { "192.0.2.1 <http://192.0.2.1/>", "192.0.2.1 <http://192.0.2.1/>" },
    { "見積.pdf <https://files.example/x>", "見積.pdf <https://files.example/x>" },
    { "Node.js <https://nodejs.example/>", "Node.js <https://nodejs.example/>" },
    { "第1.2 <https://a.example/>", "第1.2 <https://a.example/>" },
    { "taro@a.jp <https://b.example/>", "taro@a.jp <https://b.example/>" },
    { "taro@bank.jp <jiro@evil.example>",
      "taro@bank.jp <jiro@evil.example>［注意：表示と宛先が異なります］" },
    { "taro@bank.jp <taro@bank.jp> 山田 <taro@bank.jp>",
      "taro@bank.jp <taro@bank.jp> 山田 <taro@bank.jp>" },
    /* other slashes */
    { "http:\\\\evil.example http:/evil.example https:\\/evil.example",
      "http[:]\\\\evil.example http[:]/evil.example https[:]\\/evil.example" },
    /* schemes without slashes */
    { "skype:x?call shell:startup SIP:a@b view-source:http://x TEL:03-0000-0000 注意:x",
      "skype[:]x?call shell[:]startup SIP[:]a@b view-source[:]http://x TEL:03-0000-0000 注意:x" },
    { "Shell: bash, Res: 5", "Shell: bash, Res: 5" },
};

static const Row defang_rows[] = {
    { "see https://www.a.example/x.y?z http://b.example:80",
      "see hxxps://www[.]a[.]example/x.y?z hxxp://b[.]example:80" },
    { "www.example.jp/x taro@example.jp", "www[.]example[.]jp/x taro[@]example[.]jp" },
    { "mailto:a.b@example.jp 会議@3階 @home x@y", "mailto:a.b[@]example[.]jp 会議@3階 @home x@y" },
    { "http://a.example/?u=http://b.example/", "hxxp://a[.]example/?u=hxxp://b[.]example/" },
    { "http://xn--wgv71a119e.jp/",
      "hxxp://xn--wgv71a119e[.]jp/［接続先は xn--wgv71a119e[.]jp（日本語[.]jp）］" },
    { "https://www.city.example.lg.jp/ https://example.lg.jp.evil.example/ https://lg.jp@a.example",
      "https://www.city.example.lg.jp/ hxxps://example[.]lg[.]jp[.]evil[.]example/ "
      "hxxps://lg[.]jp[@]a[.]example［注意：接続先は a[.]example］" },
    { "https://a.go.jp/?u=http://b.example/x soumu@city.example.lg.jp",
      "https://a.go.jp/?u=http://b.example/x soumu@city.example.lg.jp" },
};

static const Row drop_rows[] = {
    { "<https://a.example/x> (http://b.example/y?z) c", "<[リンク削除]> ([リンク削除]) c" },
    { "www.example.jp, http://evil.example/", "[リンク削除], [リンク削除]" },
    { "https://www.example.lg.jp/x taro@example.jp",
      "https://www.example.lg.jp/x taro[@]example[.]jp" },
};

static bool
same (const MugaiBuffer *b, const char *text)
{
    return b->size == strlen (text) && (b->size == 0 || memcmp (b->data, text, b->size) == 0);
}

static bool
profile_accepts (const char *data, size_t size)
{
    MugaiVerifyResult result = { 0 };
    MugaiCheck check = { .result = &result };
    MugaiBuffer line = mugai_buffer (1 << 20);

    mugai_buffer_add (&line, data, size);
    mugai_buffer_add_text (&line, "\n");
    bool ok = mugai_text_check (&check, (const uint8_t *)line.data, line.size, MUGAI_TEXT_BODY);
    mugai_buffer_clear (&line);
    return ok;
}

static void
test_rows (const Row *rows, size_t count, MugaiLinkForm form)
{
    MugaiLinkOptions options = { .form = form, .japanese = true, .trusted = "lg.jp, *.go.jp" };

    for (size_t i = 0; i < count; i++) {
        MugaiBuffer out = mugai_buffer (1 << 20), twice = mugai_buffer (1 << 20);
        CHECK (mugai_link_defang (rows[i].in, strlen (rows[i].in), &options, &out, NULL) == 0);
        CHECK_NAMED (same (&out, rows[i].out), "form %d: %s", (int)form, rows[i].in);
        if (!same (&out, rows[i].out))
            printf ("# gave: %.*s\n", (int)out.size, out.data);
        CHECK (mugai_link_defang (out.data, out.size, &options, &twice, NULL) == 0);
        CHECK_NAMED (same (&twice, rows[i].out), "form %d twice: %s", (int)form, rows[i].in);
        CHECK (profile_accepts (out.data, out.size));
        mugai_buffer_clear (&out);
        mugai_buffer_clear (&twice);
    }
}

static void
test_stats (void)
{
    static const char text[] =
        "bank.jp <http://a@192.0.2.1/> http://日本語.jp http://%61.example http://gооgle.com "
        "https://x.lg.jp file:///x data:text/html,x";
    MugaiLinkOptions options = { .form = MUGAI_LINK_DEFANG, .trusted = "lg.jp" };
    MugaiLinkStats s;
    MugaiBuffer out = mugai_buffer (1 << 20);

    CHECK (mugai_link_defang (text, strlen (text), &options, &out, &s) == 0);
    CHECK (s.links == 5 && s.bent == 4 && s.broken == 1 && s.data == 1);
    CHECK (s.deceiving.count == 1 && strcmp (s.deceiving.first, "192.0.2.1") == 0);
    CHECK (s.user.count == 1 && s.number.count == 1 && s.disguised.count == 1);
    CHECK (s.idn.count == 2 && strcmp (s.idn.first, "xn--wgv71a119e.jp") == 0);
    CHECK (s.imitating.count == 1 && s.trusted.count == 1);
    CHECK (strcmp (s.trusted.first, "x.lg.jp") == 0);
    mugai_buffer_clear (&out);
}

/* RFC 3492 7.1 (A), (B), (L) and what is not well-formed. */
static void
test_punycode (void)
{
    static const uint32_t arabic[] = { 0x644, 0x64A, 0x647, 0x645, 0x627, 0x628,
                                       0x62A, 0x643, 0x644, 0x645, 0x648, 0x634,
                                       0x639, 0x631, 0x628, 0x64A, 0x61F };
    static const uint32_t kinpachi[] = {
        0x33, 0x5E74, 0x42, 0x7D44, 0x91D1, 0x516B, 0x5148, 0x751F
    };
    char out[PUNYCODE_MAX];
    uint32_t back[PUNYCODE_MAX];

    size_t n = punycode_encode (arabic, sizeof arabic / sizeof arabic[0], out);
    CHECK (n == 22 && memcmp (out, "egbpdaj6bu4bxfgehfvwxn", 22) == 0);
    CHECK (punycode_decode (out, n, back) == 17 && memcmp (back, arabic, sizeof arabic) == 0);
    n = punycode_encode (kinpachi, 8, out);
    CHECK (n == 24 && memcmp (out, "3B-ww4c5e180e575a65lsy2b", 24) == 0);
    CHECK (punycode_decode (out, n, back) == 8 && memcmp (back, kinpachi, sizeof kinpachi) == 0);
    CHECK (punycode_decode ("", 0, back) == 0);
    CHECK (punycode_decode ("99999999", 8, back) == 0);
    CHECK (punycode_decode ("a-!", 3, back) == 0);
}

static void
test_owner (void)
{
    CHECK (host_same_owner ("a.example.jp", "example.jp"));
    CHECK (host_same_owner ("a.example.co.jp", "b.example.co.jp"));
    CHECK (!host_same_owner ("example.co.jp", "other.co.jp"));
    CHECK (!host_same_owner ("example.com", "example.net"));
    CHECK (host_below ("a.lg.jp", "LG.jp", 5) && host_below ("lg.jp", "lg.jp", 5));
    CHECK (!host_below ("xlg.jp", "lg.jp", 5) && !host_below ("a", "", 0));
}

/* A megabyte of what could make it slow. */
static void
test_linear (void)
{
    static const char *const pieces[] = { "http://a/?", "<http://",
                                          "http://a@",  "www.",
                                          "a@b.",       "http://xn--a.",
                                          "http://日",  "a.jp <http://b.jp/>" };
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        MugaiBuffer in = mugai_buffer (1 << 20), out = mugai_buffer (1 << 24);
        MugaiLinkOptions options = { .form = (MugaiLinkForm)(i % 3) };
        while (in.size + 32 < 1 << 20)
            mugai_buffer_add_text (&in, pieces[i]);
        clock_t from = clock();
        mugai_link_defang (in.data, in.size, &options, &out, NULL);
        double took = (double)(clock() - from) / CLOCKS_PER_SEC;
        CHECK_NAMED (took < 8, "a megabyte of %s: %.2f s", pieces[i], took);
        mugai_buffer_clear (&in);
        mugai_buffer_clear (&out);
    }
}

int
main (void)
{
    test_rows (show_rows, sizeof show_rows / sizeof show_rows[0], MUGAI_LINK_SHOW);
    test_rows (defang_rows, sizeof defang_rows / sizeof defang_rows[0], MUGAI_LINK_DEFANG);
    test_rows (drop_rows, sizeof drop_rows / sizeof drop_rows[0], MUGAI_LINK_DROP);
    test_stats();
    test_punycode();
    test_owner();
    test_linear();
    return tap_done();
}
