#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Presentations through ooxml-rebuild: what must be gone, what must be there. TAP.

    pptx.py TRY-REBUILD FILTER.so VERIFIER
"""
import os, re, subprocess, sys, tempfile, zipfile

TRY, FILTER, VERIFIER = sys.argv[1:4]
A = 'http://schemas.openxmlformats.org/drawingml/2006/main'
P = 'http://schemas.openxmlformats.org/presentationml/2006/main'
R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
REL = 'http://schemas.openxmlformats.org/package/2006/relationships'
NS = 'xmlns:a="%s" xmlns:p="%s" xmlns:r="%s"' % (A, P, R)
done = 0


def check(ok, what):
    global done
    done += 1
    print('%s %d - %s' % ('ok' if ok else 'not ok', done, what))


# ---- a small presentation

def frame(inner, name='frame', n=9):
    return ('<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="%d" name="%s"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
            '<p:xfrm><a:off x="10" y="20"/><a:ext cx="3000" cy="4000"/></p:xfrm><a:graphic><a:graphicData uri="x">%s</a:graphicData></a:graphic>'
            '</p:graphicFrame>' % (n, name, inner))


def text(runs, n=2):
    return ('<p:sp><p:nvSpPr><p:cNvPr id="%d" name="t"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>'
            '<a:p>%s</a:p></p:txBody></p:sp>' % (n, runs))


def run(words, properties=''):
    return '<a:r><a:rPr lang="ja-JP">%s</a:rPr><a:t>%s</a:t></a:r>' % (properties, words)


def tree(shapes):
    return ('<p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>%s</p:spTree></p:cSld>'
            % shapes)


def slide(shapes, attributes='', after=''):
    return '<p:sld %s %s>%s<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>%s</p:sld>' % (NS, attributes, tree(shapes), after)


COLOURS = ''.join('<a:%s><a:srgbClr val="112233"/></a:%s>' % (c, c) for c in
                  'dk1 lt1 dk2 lt2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink'.split())
FONTS = ''.join('<a:%s><a:latin typeface="x"/><a:ea typeface=""/><a:cs typeface=""/></a:%s>' % (f, f) for f in ('majorFont', 'minorFont'))
FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3
THEME = ('<a:theme xmlns:a="%s" name="t"><a:themeElements><a:clrScheme name="c">%s</a:clrScheme><a:fontScheme name="f">%s</a:fontScheme>'
         '<a:fmtScheme><a:fillStyleLst>%s</a:fillStyleLst><a:lnStyleLst>%s</a:lnStyleLst><a:effectStyleLst>%s</a:effectStyleLst>'
         '<a:bgFillStyleLst>%s</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>'
         % (A, COLOURS, FONTS, FILL, '<a:ln/>' * 3, '<a:effectStyle><a:effectLst/></a:effectStyle>' * 3, FILL))
MAP = '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" %s/>' % ' '.join('%s="%s"' % (c, c) for c in
      'accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink'.split())
LAYOUT = '<p:sldLayout %s>%s</p:sldLayout>' % (NS, tree(''))
MASTER = '<p:sldMaster %s>%s%s<p:sldLayoutIdLst><p:sldLayoutId id="2147483648" r:id="l"/></p:sldLayoutIdLst></p:sldMaster>' % (NS, tree(''), MAP)


def pack(path, slides, parts=(), more=()):
    """slides: (xml, ((id, type, target, external)...)); parts: {name: content, name + "*": relationships}"""
    z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)

    def rels(name, rows):
        folder, _, base = name.rpartition('/')
        z.writestr((folder + '/' if folder else '') + '_rels/' + base + '.rels', '<Relationships xmlns="%s">%s</Relationships>' % (REL, ''.join(
            '<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (i, t if ':' in t else R + '/' + t, to, ' TargetMode="External"' if out else '')
            for i, t, to, out in rows)))
    z.writestr('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
               '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
               '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/ppt/presentation.xml" '
               'ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>')
    rels('', [('m', 'officeDocument', 'ppt/presentation.xml', False)])
    z.writestr('ppt/presentation.xml', '<p:presentation %s><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="m"/></p:sldMasterIdLst>'
               '<p:sldIdLst>%s</p:sldIdLst></p:presentation>' % (NS, ''.join('<p:sldId id="256" r:id="s%d"/>' % i for i in range(len(slides)))))
    rels('ppt/presentation.xml', [('m', 'slideMaster', 'slideMasters/m.xml', False)] + list(more)
         + [('s%d' % i, 'slide', 'slides/x%d.xml' % (90 - i), False) for i in range(len(slides))])
    z.writestr('ppt/slideMasters/m.xml', MASTER)
    rels('ppt/slideMasters/m.xml', [('l', 'slideLayout', '../slideLayouts/l.xml', False), ('t', 'theme', '../theme/t.xml', False)])
    z.writestr('ppt/slideLayouts/l.xml', LAYOUT)
    rels('ppt/slideLayouts/l.xml', [('m', 'slideMaster', '../slideMasters/m.xml', False)])
    z.writestr('ppt/theme/t.xml', THEME)
    for i, (xml, rows) in enumerate(slides):
        z.writestr('ppt/slides/x%d.xml' % (90 - i), xml)
        rels('ppt/slides/x%d.xml' % (90 - i), [('layout', 'slideLayout', '../slideLayouts/l.xml', False)] + list(rows))
    for name, content in dict(parts).items():
        if isinstance(content, list):
            rels(name.rstrip('*'), content)
        else:
            z.writestr(name, content)
    z.close()


def rebuild(slides, parts=(), more=(), kind='pptx'):
    """Returns: {part: text} of the result (None: refused), what the filter said."""
    with tempfile.TemporaryDirectory() as d:
        pack(d + '/in.pptx', slides, parts, more)
        r = subprocess.run([TRY, FILTER, kind, d + '/out.pptx', d + '/in.pptx'], capture_output=True, text=True)
        if r.returncode != 0:
            return None, r.stderr
        z = zipfile.ZipFile(d + '/out.pptx')
        out = {n: z.read(n).decode('utf-8', 'replace') for n in z.namelist()}
        v = subprocess.run([VERIFIER, d + '/out.pptx'], capture_output=True, text=True)
        out['verified'] = v.returncode == 0
        return out, r.stderr + v.stdout


PNG = bytes.fromhex('89504e470d0a1a0a0000000d4948445200000001000000010100000000376ef9240000000a49444154789c636800000082008177cd72b60000000049454e44ae426082')

# ---- slides: order, ids, hidden ones

out, said = rebuild([(slide(text(run('one'))), ()), (slide(text(run('two')), 'show="0"'), ()), (slide(text(run('three'))), ())])
check(out and out['verified'], 'a small presentation: in the profile')
out = out or {}
check([('one', 'two', 'three')[i] in out.get('ppt/slides/slide%d.xml' % (i + 1), '') for i in range(3)] == [True] * 3, 'slides in their order')
check(re.findall(r'<p:sldId id="(\d+)"', out.get('ppt/presentation.xml', '')) == ['256', '257', '258'], 'ids that were equal are not')
ids = re.findall(r'(?:sldMasterId|sldLayoutId) id="(\d+)"', out.get('ppt/presentation.xml', '') + out.get('ppt/slideMasters/slideMaster1.xml', ''))
check(len(ids) == 2 and ids[0] != ids[1] and min(map(int, ids)) >= 1 << 31, 'master and layout: ids of their own')
check('notesSz' in out.get('ppt/presentation.xml', ''), 'the size of notes is there')
check('office.hidden-slide 1 2' in said, 'the hidden slide is named')
out, said = rebuild([(slide(text(run('one'))), ()), ('<p:sld>', ())])
check(out is None, 'a presentation with a broken slide is refused')
for kind in 'pptm potx potm ppsx ppsm'.split():
    out, said = rebuild([(slide(text(run('one'))), ())], kind=kind)
    check(out and 'presentationml.presentation.main+xml' in out['[Content_Types].xml'], kind + ' becomes pptx')

# ---- links and actions

LINK = '<a:hlinkClick r:id="h"/>'
out, said = rebuild([(slide(text(run('go ', LINK) + run('there', LINK) + run('!'))), [('h', 'hyperlink', 'https://example.jp/a?b=1&amp;c', True)])])
xml = (out or {}).get('ppt/slides/slide1.xml', '')
check('hlinkClick' not in xml and 'there</a:t></a:r><a:r>' in xml and xml.count('&lt;https://example.jp/a?b=1&amp;c&gt;') == 1, 'a link is told once, behind its last run')
check(out and 'hyperlink' not in ''.join(v for k, v in out.items() if k.endswith('.rels')), 'and no relationship leads out')
out, said = rebuild([(slide(text(run('http://example.jp', LINK))), [('h', 'hyperlink', 'http://example.jp/', True)])])
check(out and 'example.jp/&gt;' not in out['ppt/slides/slide1.xml'], 'a link that its text says is not told again')
out, said = rebuild([(slide(text(run('x', LINK))), [('h', 'hyperlink', 'javascript:alert(1)', True)])])
check(out and 'javascript[:]' in out['ppt/slides/slide1.xml'] and 'javascript:' not in out['ppt/slides/slide1.xml'], 'a scheme that acts is broken up')
act = '<p:sp><p:nvSpPr><p:cNvPr id="3" name="b"><a:hlinkClick r:id="" action="ppaction://macro?name=Evil"/></p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/></p:sp>'
out, said = rebuild([(slide(act), ())])
check(out and 'ppaction' not in str(out) and 'office.action 1 ppaction://macro?name=Evil' in said, 'a macro on a click is gone and named')

# ---- objects, sounds, controls, animations

INNER = ('<p:pic><p:nvPicPr><p:cNvPr id="0" name=""/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="i"/><a:stretch/></p:blipFill>'
         '<p:spPr/></p:pic>')
OLE = '<p:oleObj name="Sheet" r:id="o" progId="Excel.Sheet.12" spid="_x0000_s1026"><p:embed/>%s</p:oleObj>'
RELS = [('o', 'package', '../embeddings/a.xlsx', False), ('i', 'image', '../media/a.png', False), ('v', 'vmlDrawing', '../drawings/v.vml', False)]
PARTS = {'ppt/embeddings/a.xlsx': b'no workbook', 'ppt/media/a.png': PNG}
out, said = rebuild([(slide(frame(OLE % INNER)), RELS)], PARTS)
xml = (out or {}).get('ppt/slides/slide1.xml', '')
check('<p:pic>' in xml and 'oleObj' not in xml and 'name="frame"' in xml and '<a:off x="10" y="20"/>' in xml, 'an OLE object becomes its picture')
check('embeddings' not in str(out) and 'office.ole-object 1 Excel.Sheet.12' in said, 'what was embedded is not in the document')
VML = ('<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><v:shape id="_x0000_s1025"><v:imagedata '
       'o:relid="b"/></v:shape><v:shape id="x" o:spid="_x0000_s1026"><v:imagedata o:relid="a"/></v:shape></xml>')
OLD = dict(PARTS, **{'ppt/drawings/v.vml': VML})
out, said = rebuild([(slide(frame(OLE % '')), RELS)], OLD)
xml = (out or {}).get('ppt/slides/slide1.xml', '')
check('<p:pic>' not in xml and 'Sheet</a:t>' in xml, 'without a picture it is a box with its name')
OLD['ppt/drawings/v.vml*'] = [('a', 'image', '../media/a.png', False)]
out, said = rebuild([(slide(frame(OLE % '')), RELS)], OLD)
xml = (out or {}).get('ppt/slides/slide1.xml', '')
check('<p:pic>' in xml and re.search(r'r:embed="rId\d+"', xml) and 'ppt/media/image1.png' in out, 'the picture of older files is in a VML drawing')
out, said = rebuild([(slide(frame(OLE % INNER)), [('o', 'oleObject', 'file:///evil/a.xlsx', True), RELS[1]])], PARTS)
check(out and 'evil' not in str(out) and 'office.external-link 1 file:' in said, 'a linked object leaves no link')
MEDIA = ('<p:pic><p:nvPicPr><p:cNvPr id="4" name="v"><a:hlinkClick r:id="" action="ppaction://media"/></p:cNvPr><p:cNvPicPr/><p:nvPr><a:videoFile '
         'r:link="f"/></p:nvPr></p:nvPicPr><p:blipFill><a:blip r:embed="i"/></p:blipFill><p:spPr/></p:pic>')
out, said = rebuild([(slide(MEDIA, after='<p:timing><p:tnLst/></p:timing>'), [('f', 'video', 'file:///c:/a.mp4', True), RELS[1]])], PARTS)
xml = (out or {}).get('ppt/slides/slide1.xml', '')
check('r:embed' in xml and 'videoFile' not in xml and 'timing' not in xml and 'office.media 1' in said and 'office.animation 1' in said,
      'a video leaves its picture; animations are gone')
out, said = rebuild([(slide('').replace('</p:spTree>', '</p:spTree><p:controls><p:control name="c" r:id="o"/></p:controls>'), RELS)], PARTS)
check(out and 'control' not in out['ppt/slides/slide1.xml'] and 'office.activex 1' in said, 'controls are gone')

# ---- diagrams

D = 'http://schemas.openxmlformats.org/drawingml/2006/diagram'
S = 'http://schemas.microsoft.com/office/drawing/2008/diagram'
DATA = ('<dgm:dataModel xmlns:dgm="%s" xmlns:a="%s"><dgm:ptLst><dgm:pt><dgm:t><a:bodyPr/><a:p>%s</a:p></dgm:t></dgm:pt></dgm:ptLst>%s</dgm:dataModel>')
EXT = '<dgm:extLst><a:ext uri="x"><dsp:dataModelExt xmlns:dsp="%s" relId="dd"/></a:ext></dgm:extLst>' % S
DRAWING = ('<dsp:drawing xmlns:dsp="%s" xmlns:a="%s" xmlns:r="%s"><dsp:spTree><dsp:nvGrpSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvGrpSpPr/></dsp:nvGrpSpPr>'
           '<dsp:grpSpPr/><dsp:sp modelId="x"><dsp:nvSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvSpPr/></dsp:nvSpPr><dsp:spPr><a:xfrm><a:off x="1" y="2"/>'
           '<a:ext cx="3" cy="4"/></a:xfrm><a:prstGeom prst="rect"/><a:blipFill><a:blip r:embed="q"/></a:blipFill></dsp:spPr><dsp:txBody><a:bodyPr/>'
           '<a:p>%s</a:p></dsp:txBody><dsp:txXfrm><a:off x="5" y="6"/><a:ext cx="7" cy="8"/></dsp:txXfrm></dsp:sp></dsp:spTree></dsp:drawing>'
           % (S, A, R, run('drawn')))
FRAME = slide(frame('<dgm:relIds xmlns:dgm="%s" r:dm="dm"/>' % D))
DIA = [('dm', 'diagramData', '../diagrams/d.xml', False), ('dd', 'http://schemas.microsoft.com/office/2007/relationships/diagramDrawing', '../diagrams/w.xml', False)]
out, said = rebuild([(FRAME, DIA)], {'ppt/diagrams/d.xml': DATA % (D, A, run('told'), EXT), 'ppt/diagrams/w.xml': DRAWING, 'ppt/media/a.png': PNG})
xml = (out or {}).get('ppt/slides/slide1.xml', '')
check(out and out['verified'] and '<p:grpSp>' in xml and '<a:chExt cx="3000" cy="4000"/>' in xml and 'drawn' in xml and 'dsp:' not in xml,
      'a diagram becomes a group of shapes')
check(xml.count('<p:sp>') == 2 and '<a:off x="5" y="6"/>' in xml, 'a text with a place of its own gets a shape of its own')
numbers = re.findall(r'<p:cNvPr id="(\d+)"', xml)
check(len(numbers) == len(set(numbers)) and '0' not in numbers, 'and every shape its id')
out, said = rebuild([(FRAME, DIA[:1])], {'ppt/diagrams/d.xml': DATA % (D, A, run('told'), '')})
check(out and 'told' in out['ppt/slides/slide1.xml'], 'without a drawing its texts stay')

# ---- charts

C = 'http://schemas.openxmlformats.org/drawingml/2006/chart'
CHART = ('<c:chartSpace xmlns:c="%s" xmlns:r="%s"><c:chart><c:plotArea><c:pieChart><c:ser><c:idx val="0"/><c:order val="0"/><c:val><c:numRef>'
         '<c:f>%%s</c:f><c:numCache><c:pt idx="0"><c:v>12.5</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:pieChart></c:plotArea></c:chart>'
         '<c:externalData r:id="w"/></c:chartSpace>' % (C, R))
GRAPH = slide(frame('<c:chart xmlns:c="%s" r:id="c"/>' % C))
for formula, kept in (('Sheet1!$B$2', 'Sheet1!$B$2'), ('[1]b!$B$2', 'b!$B$2'), ("'C:\\[x.xlsx]b c'!$B$2", "'b c'!$B$2"), ('cmd|evil!A1', 'Sheet1!$A$1')):
    out, said = rebuild([(GRAPH, [('c', 'chart', '../charts/c.xml', False)])], {'ppt/charts/c.xml': CHART % formula})
    xml = (out or {}).get('ppt/charts/chart1.xml', '')
    check('<c:f>%s</c:f>' % kept in xml and '12.5' in xml and 'externalData' not in xml and 'office.chart-data' in said, 'a chart keeps its values: ' + formula)

# ---- comments in threads

M = 'xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main" xmlns:a="%s"' % A
SAYS = '<p188:txBody><a:bodyPr/><a:lstStyle/>%s</p188:txBody>'
THREAD = ('<p188:cmLst %s><p188:cm id="{1}" authorId="{A}" created="2021-05-03T12:00:00.123"><p188:replyLst><p188:reply id="{2}" authorId="{B}" '
          'created="2021-05-04T12:00:00">%s</p188:reply></p188:replyLst>%s</p188:cm></p188:cmLst>'
          % (M, SAYS % ('<a:p>%s</a:p>' % run('answer')), SAYS % ('<a:p>%s</a:p><a:p>%s</a:p>' % (run('first'), run('second')))))
AUTHORS = '<p188:authorLst %s><p188:author id="{A}" name="Ann" userId="x" providerId="y"/><p188:author id="{B}" name="Ben" initials="B"/></p188:authorLst>' % M
NEW = 'http://schemas.microsoft.com/office/2018/10/relationships/'
out, said = rebuild([(slide(''), [('c', NEW + 'comments', '../comments/modern.xml', False)])],
                    {'ppt/comments/modern.xml': THREAD, 'ppt/authors.xml': AUTHORS}, [('a', NEW + 'authors', 'authors.xml', False)])
out = out or {}
xml = out.get('ppt/comments/comment1.xml', '')
check(out.get('verified') and re.findall(r'authorId="(\d)" dt="([^"]*)"', xml) == [('0', '2021-05-03T12:00:00'), ('1', '2021-05-04T12:00:00')]
      and xml.index('first\nsecond') < xml.index('answer'), 'comments in threads become those of the standard')
check('name="Ann"' in out.get('ppt/commentAuthors.xml', '') and 'userId' not in str(out), 'and their authors')

print('1..%d' % done)
