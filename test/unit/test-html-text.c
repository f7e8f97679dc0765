/* SPDX-License-Identifier: Apache-2.0
 *
 * html-text: pages and the text they should give (test/golden/html-text; MUGAI_GOLDEN_UPDATE=1
 * writes the texts anew: read the difference), small rules one by one, and input made to be slow.
 */
#include "tap.h"
#include "text-profile.h"

#include "html-text/html-text.h"

#include <dirent.h>

typedef struct Row {
    const char *html;
    const char *text;
} Row;

static const Row rows[] = {
    { "", "" },
    { "a", "a\n" },
    { "  a \n b  ", "a b\n" },
    { "日本\n語", "日本語\n" },
    { "日本 語", "日本 語\n" },
    { "a<br>b", "a\nb\n" },
    { "a<p>b</p>c", "a\n\nb\n\nc\n" },
    { "<p>a<div>b</div>", "a\n\nb\n" },
    { "a&nbsp;&nbsp;b", "a  b\n" },
    { "&lt;&#60;&#x3c;&LT;&amp;lt;", "<<<<&lt;\n" },
    { "&ampx &notin; &notx &copy2", "&x ∉ ¬x ©2\n" },
    { "&#x80;&#150;", "€–\n" },
    { "&#0;&#xD800;&#x110000;&#99999999999;",
      "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\n" },
    { "& &; &#; &#x; &unknown; &", "& &; &#; &#x; &unknown; &\n" },
    { "a<!-- b -->c<!-->d<!--->e<!-- x --!>f", "acdef\n" },
    { "a<!-- b", "a\n" },
    { "a<!--[if mso]>b<![endif]-->c", "a\nb\nc\n" },
    { "<p>A b.</p><!--[if mso]><b>A&nbsp;b</b><![endif]-->c", "A b.\n\nc\n" },
    { "<!--[if mso]>A b<![endif]--><p>a b A　b</p>", "a b A　b\n" },
    { "<!--[if mso]><a href='http://e.example/'>a</a><![endif]--><a href='http://f.example/'>b</a>",
      "a <http://e.example/>\nb <http://f.example/>\n" },
    { "<!--[if mso]><a href='http://e.example/'>a</a><![endif]--><a href='http://f.example/'>a</a>",
      "a <http://f.example/>\n" },
    { "<p hidden><!--[if mso]>a<![endif]--></p><svg><!--[if mso]>b<![endif]--></svg>c", "c\n" },
    { "<!--[if mso]><p hidden>a<xml>b</xml><style>c</style><![endif]-->d", "d\n" },
    { "<!--[if mso]>a--><!--[if mso]>b<!--[if mso]>c-->d<![endif]-->", "a\nb\nd\n" },
    { "a<? b >c<!x>d</ e>f</>g", "acdfg\n" },
    { "a<script>b<\"</scriptx></script >c", "ac\n" },
    { "a<style>b</style>c<title>d</title>e", "ace\n" },
    { "a<b", "a\n" },
    { "a < b <1 <", "a < b <1 <\n" },
    { "<p title='>'>a", "a\n" },
    { "<p hidden>a</p>b", "b\n" },
    { "<p hidden style='display:block'>a</p>b", "a\n\nb\n" },
    { "<div style='display:none'>a<b>b</b></div>c", "c\n" },
    { "<div style='display:&#110;one'>a</div>c", "c\n" },
    { "<div style='/**/DISPLAY/**/: none ! important'>a</div>c", "c\n" },
    { "<div style='background:url(a;b:c);display:none'>a</div>c", "c\n" },
    { "<div style='font-size:0'>a<b style='font-size:12px'>b</b></div>", "b\n" },
    { "<div style='font-size:1px'>a</div>b", "b\n" },
    { "<div style='font-size:10px'>a</div>b", "a\nb\n" },
    { "<div style='opacity:0.0'>a</div>b", "b\n" },
    { "<div style='max-height:0px'>a</div>b", "b\n" },
    { "<div style='height:0;overflow:hidden'>a</div>b", "b\n" },
    { "<div style='height:0'>a</div>b", "a\nb\n" },
    { "<div style='position:absolute;left:-9999px'>a</div>b", "b\n" },
    { "<div style='color:transparent'>a</div>b", "b\n" },
    { "<font color=white>a</font>b", "b\n" },
    { "<font color='#FFF'>a</font>b", "b\n" },
    { "<span style='color:rgb(255,255,255)'>a</span>b", "b\n" },
    { "<td bgcolor=black><font color=white>a</font>", "a\n" },
    { "<body bgcolor=navy><font color=white>a<font color=navy>b", "a\n" },
    { "<div style='background:linear-gradient(red,blue);color:#fff'>a</div>", "a\n" },
    { "<div style='background-image:url(x)'><font color=white>a</font></div>", "a\n" },
    { "<style>.x{display:none}</style><p class='a x'>a</p>b", "b\n" },
    { "<style>@media print{.x{display:none}}</style><p class=x>a</p>", "a\n" },
    { "<style><!-- #y , .z { visibility : hidden } --></style><b id=y>a</b><b class=z>b</b>c",
      "c\n" },
    { "<style>.m .x{background:#000}</style><b class=x><font color=white>a</font></b>", "" },
    { "<style>div p{display:none}</style><p>a</p>", "a\n" },
    { "<noscript>a</noscript>", "a\n" },
    { "<template>a</template><iframe>b</iframe><svg><text>c</text></svg>d", "d\n" },
    { "<svg><p>a</p>", "a\n" },
    { "<img alt='a'><img alt=''><img>", "[a]\n" },
    { "<input type=submit value=a><input type=hidden value=b><input value=c>", "[a]\n" },
    { "<a href='https://e.example/'>a</a>b", "a <https://e.example/> b\n" },
    { "<a href='https://e.example/'>e.example</a>", "e.example\n" },
    { "<a href='HTTPS://E.example'>https://e.example/</a>", "https://e.example/\n" },
    { "<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example\n" },
    { "<a href='mailto:a@b.example'>mail</a>", "mail <a@b.example>\n" },
    { "<a href=' ja\tva\nscript:alert(1)'>a</a>", "a\n" },
    { "<a href='&#106;avascript:x'>a</a>", "a\n" },
    { "<a href='#x'>a</a><a href='x.html'>b</a><a>c</a>", "abc\n" },
    { "<base href='https://e.example/d/i.html'><a href='x?y'>a</a>",
      "a <https://e.example/d/x?y>\n" },
    { "<base href='https://e.example/d/'><a href='//f.example/'>a</a>",
      "a <https://f.example/>\n" },
    { "<a href='http://e.example/<\" >'>a</a>", "a <http://e.example/%3C%22%20%3E>\n" },
    { "<a href='http://e.example/1'>a<a href='http://e.example/2'>b</a>",
      "a <http://e.example/1> b <http://e.example/2>\n" },
    { "<a href='http://e.example/'></a>", "<http://e.example/>\n" },
    { "<ul><li>a<li>b<br>c</ul>d", "・a\n・b\n  c\n\nd\n" },
    { "<ol><li>a<li>b</ol>", "1. a\n2. b\n" },
    { "<ol start=9><li>a<ul><li>b</ul></ol>", "9. a\n   ・b\n" },
    { "<ul><li></ul>a", "a\n" },
    { "<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n\nc\n" },
    { "<pre>\n a\n  b </pre>", " a\n  b\n" },
    { "<dl><dt>a<dd>b<dt>c</dl>", "a\n    b\nc\n" },
    { "<q>a</q><ruby>b<rt>c</ruby>", "“a”b（c）\n" },
    { "<table><tr><td>a<td>b<tr><td>ccc<td>d</table>", "a    b\nccc  d\n" },
    { "<table><tr><th>a<th>b<tr><td>一二<td>d</table>", "a     b\n-------\n一二  d\n" },
    { "x<table><tr><td>a&nbsp;<td>b</table>y", "x\na  b\ny\n" },
    { "<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", "a  b\n   c\n" },
    { "<table><tr><td colspan=2>wide cell<tr><td>a<td>b</table>", "wide cell\na  b\n" },
    { "<table><tr><td>a<table><tr><td>b</table><td>c</table>", "a  c\nb\n" },
    { "<table><tr><td>a<table><tr><td>b<td>d</table><td>c</table>", "a\nb  d\nc\n" },
    { "<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb\n" },
    { "<p style='margin:0'>a</p><p style='margin:0 auto'>b</p><p style='margin:0.5em'>c</p>",
      "a\nb\n\nc\n" },
    { "<hr>", "----------------------------------------\n" },
    { "</p>a</br>b</div></table>c", "a\nbc\n" },
};

/* Returns: the text (free()), its size. */
static char *
text_in (size_t width, const char *html, size_t size, MugaiHtmlTextStats *stats, size_t *ret_size)
{
    MugaiHtmlTextOptions options = mugai_html_text_options();
    MugaiBuffer out = mugai_buffer (64 << 20);
    options.width = width;
    if (mugai_html_text ((const uint8_t *)html, size, &options, &out, stats) != 0)
        abort();
    *ret_size = out.size;
    return out.data;
}

static char *
text_of (const char *html, size_t size, MugaiHtmlTextStats *stats, size_t *ret_size)
{
    return text_in (mugai_html_text_options().width, html, size, stats, ret_size);
}

static void
test_rows (void)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t size;
        char *text = text_of (rows[i].html, strlen (rows[i].html), NULL, &size);
        bool same =
            size == strlen (rows[i].text) && (size == 0 || memcmp (text, rows[i].text, size) == 0);
        CHECK_NAMED (same, "%s", rows[i].html);
        if (!same)
            printf ("# gave: %.*s\n", (int)size, text);
        free (text);
    }
}

static void
test_stats (void)
{
    MugaiHtmlTextStats s;
    size_t size;
    static const char page[] =
        "<p hidden>ab c</p><script>x</script><form onsubmit=x><img src=http://x/y><iframe></iframe>"
        "<!-- c --><a href=javascript:x>k</a><a href=http://evil.example>www.bank.example</a>"
        "<a href=http://a.example/x>a.example/y</a><a href='mailto:x@a.example'>x@b.example</a>";
    free (text_of (page, strlen (page), &s, &size));
    CHECK (s.hidden == 3);
    CHECK (s.scripts == 2 && s.forms == 1 && s.frames == 1 && s.remote == 1 && s.comments == 1);
    CHECK (s.links == 3 && s.links_dropped == 1 && s.deceiving == 2);
    CHECK (strcmp (s.hidden_text, "ab c") == 0 && strcmp (s.dropped_link, "javascript:x") == 0);
    CHECK (strcmp (s.deceiving_link, "www.bank.example -> http://evil.example") == 0);
    static const char more[] =
        "<!--[if mso]>x<![endif]--><!-- y --><object><embed></object><svg></svg>"
        "<img src=//x/y width=1 height=1><link rel=stylesheet href=http://x/y.css>"
        "<meta http-equiv=Refresh content='0;url=x'><b style='color:white'>0123456789 0123456789 "
        "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 012345あいう</b>";
    free (text_of (more, strlen (more), &s, &size));
    CHECK (s.comments == 2 && s.conditional == 1 && s.conditional_shown == 1 && s.objects == 2 &&
           s.drawings == 1);
    CHECK (s.remote == 1 && s.tracking == 1 && s.remote_styles == 1 && s.refresh == 1);
    CHECK (s.hidden == 89 && strlen (s.hidden_text) == 94); /* cut between characters */
}

static void
test_bound (void)
{
    MugaiHtmlTextOptions options = mugai_html_text_options();
    MugaiBuffer out = mugai_buffer (10);
    const char *page = "<p>日本語日本語</p>";
    CHECK (mugai_html_text ((const uint8_t *)page, strlen (page), &options, &out, NULL) == 0);
    CHECK (out.cut && out.size == 9);
    mugai_buffer_clear (&out);
}

/* @unit repeated to @size bytes, with @before. Returns: seconds of processor time. */
static double
time_of (const char *before, const char *unit, size_t size)
{
    size_t n = strlen (unit), head = strlen (before), ret;
    char *page = malloc (head + size + n);
    memcpy (page, before, head);
    for (size_t i = 0; i < size; i += n)
        memcpy (page + head + i, unit, n);
    double start = cpu_seconds();
    free (text_of (page, head + size, NULL, &ret));
    double used = cpu_seconds() - start;
    free (page);
    return used;
}

/* Each must cost about four times as much when it is four times as long. */
static void
test_linear (void)
{
    static const struct {
        const char *before, *unit;
    } slow[] = {
        { "", "<div>" },
        { "", "<b>" },
        { "", "<table>" },
        { "", "<table><tr><td>" },
        { "", "<" },
        { "", "&" },
        { "", "&#" },
        { "", "a" },
        { "", "<!--" },
        { "", "<!" },
        { "", "</x>" },
        { "", "<p>" },
        { "<p ", "a=1 " },
        { "<p a='", "x" },
        { "", "<a href=x>" },
        { "", "<li>" },
        { "<ul>", "<li>a" },
        { "", "<ul><li>a" },
        { "", "<br>" },
        { "", "<svg>" },
        { "<style>", ".a{" },
        { "<style>", "/*" },
        { "<style>", "@" },
        { "<style>", ".a,.b{color:red}" },
        { "<script>", "</" },
        { "<pre>", "\n" },
        { "", "&nbsp; " },
        { "", "<table><tr><td>a<td>b</table>" },
        { "<table>", "<tr><td>a<td>b" },
        { "<table><tr>", "<td>a" },
        { "", "<blockquote>a" },
        { "<p style='", "a:b;" },
        { "<p style='", "/*" },
        { "<p class='", "a " },
        { "", "<b><p>x</b>" },
        { "", "<ruby>a<rt>b" },
        { "", "<select><option>" },
        { "", "<x>" },
        { "", "</p>" },
        { "<textarea>", "</textare>" },
        { "", "<![CDATA[" },
        { "<svg>", "<![CDATA[" },
        { "<a href='", "&amp;" },
        { "b", "<!--[if mso]>a<![endif]-->" },
        { "a", "<!--[if mso]>a<![endif]-->" },
    };
    for (size_t i = 0; i < sizeof slow / sizeof slow[0]; i++) {
        double once = time_of (slow[i].before, slow[i].unit, 500000);
        double four = time_of (slow[i].before, slow[i].unit, 2000000);
        CHECK_NAMED (four < 2 && four < 12 * once + 0.1, "%s%s: %.3f s, 4 times: %.3f s",
                     slow[i].before, slow[i].unit, once, four);
    }
    /* deep, with end tags that find nothing */
    char *deep = malloc (1000000);
    size_t n = 0;
    for (int i = 0; i < 511; i++)
        n += (size_t)sprintf (deep + n, "<x%d>", i);
    deep[n] = '\0';
    double used = time_of (deep, "</x0></td>", 2000000);
    CHECK_NAMED (used < 2, "deep: %.3f s", used);
    free (deep);
}

static void
compare (const char *folder, const char *name)
{
    char path[2048];
    size_t html_size, want_size, size;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    char *html = read_file (path, &html_size);
    const char *width = strstr (name, ".w"); /* NAME.w40.html: 40 columns */
    char *text =
        text_in (width != NULL ? (size_t)atoi (width + 2) : mugai_html_text_options().width, html,
                 html_size, NULL, &size);
    snprintf (path, sizeof path, "%s/%.*s.txt", folder, (int)(strlen (name) - 5) % 256, name);
    if (getenv ("MUGAI_GOLDEN_UPDATE") != NULL) {
        FILE *file = fopen (path, "wb");
        if (file != NULL) {
            fwrite (text, 1, size, file);
            fclose (file);
        }
    }
    char *want = read_file (path, &want_size);
    CHECK_NAMED (want != NULL && size == want_size && memcmp (text, want, size) == 0, "golden %s",
                 name);
    free (html);
    free (text);
    free (want);
}

static void
test_golden (void)
{
    const char *source = getenv ("MUGAI_SOURCE");
    char folder[1024];
    snprintf (folder, sizeof folder, "%s/test/golden/html-text", source != NULL ? source : ".");
    DIR *dir = opendir (folder);
    int count = 0;
    for (struct dirent *entry; dir != NULL && (entry = readdir (dir)) != NULL;) {
        size_t n = strlen (entry->d_name);
        if (n > 5 && strcmp (entry->d_name + n - 5, ".html") == 0) {
            compare (folder, entry->d_name);
            count++;
        }
    }
    if (dir != NULL)
        closedir (dir);
    CHECK (count > 0);
}

int
main (void)
{
    test_rows();
    test_stats();
    test_bound();
    test_golden();
    test_linear();
    return tap_done();
}
