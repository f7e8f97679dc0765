#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""html.sh: processor time of html-text (inside one process) and of w3m, lynx and html2text on the same pages.

    test/bench/html.sh [BUILD]      BUILD: a release build; default: build-rel or build of the tree

What a program takes for an empty page is measured and taken away from its time (column "net"): html-text has no start. Figures,
not pass or fail; the last line is the ratio of html-text to w3m over all pages, net.
"""
import os
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OTHERS = {
    'w3m': ['w3m', '-dump', '-cols', '76', '-I', 'UTF-8', '-O', 'UTF-8', '-T', 'text/html'],
    'lynx': ['lynx', '-dump', '-stdin', '-nolist', '-force_html', '-width=76', '-assume_charset=utf-8', '-display_charset=utf-8'],
    'html2text': ['html2text', '-utf8', '-width', '76'],
}
EMPTY_ROUNDS = 20
SIZE = 1000000


def pages():
    """Name -> function that gives one more piece of the page."""
    kanji = '道路工事に伴い、下記のとおり通行止めを行います。ご不便をおかけしますが、ご理解とご協力をお願いいたします。'
    latin = 'The quick brown fox jumps over the lazy dog and goes on to the next line of this paragraph. '
    return {
        'paragraphs': lambda i: '<p>%s<b>%d</b> %s</p>\n' % (kanji, i, latin),
        'table': lambda i: '<tr><td>市道%d号線</td><td>12月%d日</td><td>9:00～17:00</td><td align=right>%d</td></tr>\n' % (i, i % 28 + 1, i * 37),
        'newsletter': lambda i: '<table width="600" cellpadding="0"><tr><td style="padding:0 10px;font-family:Arial;font-size:12px;color:#333333">'
                                '<a href="https://www.example.jp/item?id=%d" style="color:#06c"><img src="x.png" alt="商品%d"></a></td>'
                                '<td class="text" style="color:#333">%s</td></tr></table>\n' % (i, i, kanji),
        'lists': lambda i: '<ul><li>項目%d<ul><li>%s</ul></ul>\n' % (i, latin),
        'entities': lambda i: '&lt;&amp;&#12354;&nbsp;&eacute;&copy; %d ' % i,
    }


def generate(folder):
    for name, piece in pages().items():
        text = '<html><head><style>.text { color: #333 } td { padding: 2px }</style></head><body>' + ('<table>' if name == 'table' else '')
        parts, size, i = [text], len(text), 0
        while size < SIZE:
            parts.append(piece(i))
            size += len(parts[-1].encode())
            i += 1
        yield put(folder, 'generated-%s.html' % name, ''.join(parts))


def put(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)
    return path


def corpus(folder):
    source = os.path.join(os.environ.get('MUGAI_CORPUS', ''), 'html')
    if not os.path.isdir(source):
        print('corpus: missing (MUGAI_CORPUS)')
        return
    for name in sorted(os.listdir(source)):
        with open(os.path.join(source, name), 'rb') as f:
            raw = f.read()
        for charset in (['utf-16'] if raw[:2] in (b'\xff\xfe', b'\xfe\xff') else ['utf-8', 'cp932', 'latin-1']):
            try:
                text = raw.decode(charset)
                break
            except UnicodeDecodeError:
                text = raw.decode('latin-1')
        yield put(folder, name, text)


def cpu(command, path):
    """Processor time of one run with the page on stdin."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(path, 'rb') as f:
        subprocess.run(command, stdin=f, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_ours(program, files, size):
    rounds = max(1, 20 * SIZE // max(1, size))
    out = subprocess.run([program, '-r', str(rounds)] + files, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return float(out[2]) / rounds


def main():
    tree = os.path.dirname(os.path.dirname(HERE))
    builds = sys.argv[1:2] or [os.path.join(tree, b) for b in ('build-rel', 'build')]
    ours = next((p for p in (os.path.join(b, 'test/bench/bench-html') for b in builds) if os.path.exists(p)), None)
    if ours is None:
        sys.exit('bench-html is not built: ninja -C BUILD test/bench/bench-html')
    with tempfile.TemporaryDirectory() as folder:
        empty = put(folder, 'empty', '')
        sets = [('corpus', list(corpus(folder)))] + [(os.path.basename(p)[:-5], [p]) for p in generate(folder)]
        start = {}
        for name, command in OTHERS.items():
            if shutil.which(name):
                start[name] = sum(cpu(command, empty) for _ in range(EMPTY_ROUNDS)) / EMPTY_ROUNDS
            else:
                print('%s: missing' % name)
        print('%-22s %9s %12s' % ('pages', 'kB', 'html-text') + ''.join('%12s %8s %8s' % (n, 'net', 'ratio') for n in start) + '   (MB/s)')
        total = {n: 0.0 for n in ['ours'] + list(start)}
        bytes_all = 0
        for name, files in sets:
            size = sum(os.path.getsize(f) for f in files)
            if not files:
                continue
            mine = of_ours(ours, files, size)
            bytes_all += size
            total['ours'] += mine
            line = '%-22s %9.0f %12.1f' % (name, size / 1e3, size / 1e6 / mine)
            for other in start:
                gross = sum(cpu(OTHERS[other], f) for f in files)
                net = max(gross - start[other] * len(files), 1e-6)
                total[other] += net
                if net < gross / 10:  # small pages: nothing is left but noise
                    line += '%12.2f %8s %8s' % (size / 1e6 / gross, '-', '-')
                else:
                    line += '%12.2f %8.2f %8.1f' % (size / 1e6 / gross, size / 1e6 / net, net / mine)
            print(line, flush=True)
        print('all: html-text %.1f MB/s' % (bytes_all / 1e6 / total['ours'])
              + ''.join(', %s %.2f' % (n, bytes_all / 1e6 / total[n]) for n in start) + ' (net)')
        if 'w3m' in start:
            print('ratio html-text/w3m %.1f' % (total['w3m'] / total['ours']))


if __name__ == '__main__':
    main()
