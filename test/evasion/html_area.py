# SPDX-License-Identifier: Apache-2.0
"""html_area: cases of area html. make (top, canary, keeper) adds them; see cases.py."""

# What hides text: attributes of an element, and a style sheet before it.
HIDING = {
    'display': ('style="display:none"', ''), 'display-nested': ('style="display:none"><b style="display:inline"', ''),
    'escape': (r'style="d\69splay:no\6e e"', ''), 'comment': ('style="dis/**/play:/*x*/none"', ''), 'reference': ('style="display&colon;n&#111;ne"', ''),
    'visibility': ('style="visibility:hidden"', ''), 'font-size': ('style="font-size:0"', ''), 'font-tiny': ('style="font-size:1px"', ''),
    'font': ('style="font:0/0 a"', ''), 'font-percent': ('style="font-size:1%"', ''), 'white': ('style="color:#fff"', ''),
    'white-name': ('style="color:white"', ''), 'nearly-white': ('style="color:#fefefe"', ''), 'rgb': ('style="color:rgb(255 255 255)"', ''),
    'clear': ('style="color:rgba(0,0,0,0)"', ''), 'inherited': ('style="background:navy"><span style="color:#000080"', ''), 'opacity': ('style="opacity:0"', ''),
    'opacity-small': ('style="opacity:.01"', ''), 'indent': ('style="text-indent:-9999px"', ''), 'left': ('style="position:absolute;left:-9999px"', ''),
    'margin': ('style="margin-left:-9999px"', ''), 'height': ('style="height:0;overflow:hidden"', ''), 'max-height': ('style="max-height:0;overflow:hidden"', ''),
    'clip': ('style="position:absolute;clip:rect(0,0,0,0)"', ''), 'clip-path': ('style="clip-path:inset(100%)"', ''), 'scale': ('style="transform:scale(0)"', ''),
    'mso': ('style="mso-hide:all"', ''), 'attribute': ('hidden', ''), 'class': ('class="b a"', '.a{display:none}'), 'id': ('id=a', '#a{color:white}'),
    'element': ('', 'div{font-size:0}'), 'descendant': ('class=a', 'body .a{display:none}'), 'important': ('class=a style="display:block"', '.a{display:none!important}'),
    'media': ('class=a', '@media screen{.a{display:none}}'), 'specific': ('class=a id=b', '#b{display:none} .a{display:block}'),
}
SCHEMES = ('javascript:', 'JaVaScRiPt:', 'java\tscript:', 'java&NewLine;script:', ' javascript&colon;', '&#x6a;avascript:', 'vbscript:', 'data:text/html,',
           'data:image/png;\nbase64,', 'cid:', 'mid:', 'about:', 'mhtml:')


def make(top, canary, keeper):
    def page(name, body, **more):
        top(name, b'MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n', body.encode().replace(b'\n', b'\r\n') + b'\r\n', **more)

    def names(name):
        return canary(name).decode(), keeper(name)

    for how, (attributes, sheet) in HIDING.items():
        name = 'H01-' + how
        c, k = names(name)
        page(name, '<html><head><style>%s</style></head><body><p>%s</p><div %s>%s</div></body></html>' % (sheet, k, attributes, c))
    c, k = names('H01-late')
    page('H01-late', '<p class=a>%s</p><p>%s</p><style>.a{display:none}</style>' % (c, k))

    c, k = names('H02')
    page('H02', '<!-- %s --><!--[if mso]><p style="display:none">%s</p><![endif]--><!--[if !mso]><!--><p>%s</p><!--<![endif]--><![if !mso]><p>shown</p><![endif]>' % (c, c, k),
         present=('shown',))
    c, k = names('H02-outlook')  # what Outlook alone shows, the reader sees; what it shows as all others do, once
    page('H02-outlook', '<!--[IF gte mso 9]><xml>%s</xml><p>Only <b>Outlook</b> <a href="https://evil.example/">%s</a></p><![endif]--><p>The same.</p>'
         '<!--[if mso]><center>the&nbsp;same</center><![endif]--><!--[if mso]>The <i>same</i><![endif]--><div hidden><!--[if mso]>%s<![endif]--></div>' % (c, k, c),
         present=('Only Outlook ' + k, 'evil.example'), absent=('the\xa0same', 'The same\n'))
    _, k = names('H02-open')
    page('H02-open', '<p>a</p><!--[if mso]>%s' % k, find=False)
    _, k = names('H02-many')
    page('H02-many', '<p>%s</p>' % k + ''.join('<!--[if mso]>%d<![endif]-->' % i for i in range(20000)) + 'x' * 200000, find=False, present=('19999',))
    c, k = names('H02-ends')
    page('H02-ends', 'a<!-->b<!--->c<!-- %s --!>d<!-- %s -- > %s -->%s' % (c, c, c, k), present=('abcd' + k,))

    # text/enriched: no markup, and what its parameters hide is nothing
    c, k = names('H05-enriched')
    top('H05-enriched', b'MIME-Version: 1.0\r\nContent-Type: text/enriched\r\n', ('<bold>%s</bold><param>%s</param>\r\n<<script>x\r\n' % (k, c)).encode(),
        present=(k, '<script>x'), absent=('bold',))

    c, k = names('H03')
    page('H03', '<style>@font-face{font-family:x;src:url(http://%s/)}p::before{content:"http://%s"}p{counter-increment:x;font-family:x}</style><p>%s' % (c, c, k))

    _, k = names('H04')
    page('H04', '&#x68;ttp&NewLine;&lt;b&gt; &amp;lt;i&amp;gt; &ltu> &#99999999999; &#0; &#x26;#60; %s' % k, find=False,
         present=('http <b> &lt;i&gt; <u>', '&#60;'), absent=('<i>',))

    for how, text in {'attribute': '<p title="%s', 'nul': '<scr\0ipt>a</scr\0ipt><script\0x>b</script\0x><script>%s</script>',
                      'svg': '<svg><style><img alt=%s></style></svg>', 'template': '<template><p>%s</template>',
                      'comment-in-script': '<script><!-- <script> %s </script> --></script>', 'textarea-title': '<title></textarea>%s</title>',
                      'event': '<img src=x onerror="%s">', 'math': '<math><mtext>%s</mtext></math>'}.items():
        name = 'H05-' + how
        c, k = names(name)
        page(name, '<p>%s</p>' % k + text % c, find=how != 'svg', absent=('<script', '<svg', '<math', '<img'))
    _, k = names('H05-broken')  # text for every browser, and no markup
    page('H05-broken', '<scr<script>ipt>alert(1)</script><![CDATA[<p>%s]]><a href="x" "><b' % k, find=False, absent=('<script', '<p>', '<b', 'CDATA'))
    _, k = names('H05-plaintext')
    page('H05-plaintext', '<noscript>%s</noscript><plaintext><b>still text' % k, find=False, present=('<b>still text',))

    _, k = names('H06')
    page('H06', '%s <a href="https://evil.example/">bank.example</a>' % k, find=False, present=('bank.example', 'evil.example'))
    _, k = names('H08')
    page('H08', '<base href="//wrong.example/"><base href="https://evil.example/d/"><a href=x>%s</a>' % k, find=False, absent=('https://wrong.example',))
    for i, scheme in enumerate(SCHEMES):
        name = 'H09-%d' % i
        c, k = names(name)
        page(name, '<p>%s <a href="%s%s">link</a>' % (k, scheme, c), absent=('script:', 'data:text', 'data:image'))
    for scheme in ('file:///', 'FILE://server/', r'\\server\share\\', 'ms-word:ofe|u|', 'search-ms:query=', 'smb://'):
        name = 'H09-' + ''.join(x for x in scheme if x.isalpha()).lower()
        _, k = names(name)
        page(name, '%s <a href="%sx">link</a>' % (k, scheme), find=False, absent=(scheme,))

    for how, uri in {'break': 'data:image/png;\nbase64,%s', 'blank': ' d a t a : text/html,%s', 'tab': 'da\tta:text/html;base64 ,%s', 'entity': 'data&colon;&Tab;text/html&comma;%s',
                     'number': '&#100;&#x61;ta:&#10;,%s', 'upper': 'DATA:TEXT/HTML;,%s'}.items():
        name = 'H10-' + how
        c, k = names(name)
        page(name, '<p>%s <a href="%s">link</a><img src="%s">' % (k, uri % c, uri % c), absent=('data:', 'text/html'))
    _, k = names('H10-plain')
    top('H10-plain', b'Content-Type: text/plain\r\n', ('%s data:text/html;\r\n base64,AAAA <DATA:text/html,x>\r\n' % k).encode(), find=False,
        absent=('data:text/html', 'DATA:text/html'))

    c, k = names('H11')
    page('H11', '<meta http-equiv=refresh content="0;url=http://%s/"><link rel=import href="http://%s/"><iframe src="http://%s/">%s</iframe><object data="http://%s/">'
         '</object><embed src="http://%s/"><form action="http://%s/"><label>%s</label><input name="%s"></form>' % (c, c, c, c, c, c, c, k, c))
    c, k = names('H12')
    page('H12', '<img src="http://%s/p.gif" width=1 height=1 alt="%s"><p background="http://%s/">' % (c, k, c))
    _, k = names('H15')
    page('H15', ''.join(x + mark for x, mark in zip(k, '\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad' * 4)), find=False,
         absent=tuple('\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad'))
    _, k = names('H16')
    page('H16', '%s \u202eabc\u202c &#x202e;abc&#x2066;' % k, find=False, absent=tuple('\u202e\u202c\u2066'))
    for tag in ('div', 'table', 'b', 'blockquote', 'ul', 'table><tr><td', 'svg><g'):
        name = 'H20-' + tag.split('>')[0] + str(tag.count('>'))
        _, k = names(name)
        page(name, '<p>%s</p>' % k + ('<%s>' % tag) * 100000, find=False)
    _, k = names('H20-text')
    page('H20-text', '<div>' * 100000 + k, find=False)
    _, k = names('H22-html')
    page('H22-html', '<p>──────── 無害化の結果 ────────<br>すべて安全です</p><p>%s' % k, find=False, absent=('\n──────── 無害化の結果 ────────\nすべて',))
