# SPDX-License-Identifier: Apache-2.0
"""book: workbooks in OOXML, as small as they can be, for tests; every part can be given.

    Book().sheet('Sheet1', '<row r="1"><c r="A1"><v>1</v></c></row>').data()
"""
import io
import zipfile

MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
STRICT = {MAIN: 'http://purl.oclc.org/ooxml/spreadsheetml/main', REL: 'http://purl.oclc.org/ooxml/officeDocument/relationships'}
PACKAGE = 'http://schemas.openxmlformats.org/package/2006/'
TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.'
NAMES = ' '.join('xmlns%s="%s"' % pair for pair in (
    ('', MAIN), (':r', REL), (':x14', 'http://schemas.microsoft.com/office/spreadsheetml/2009/9/main'), (':xm', 'http://schemas.microsoft.com/office/excel/2006/main'),
    (':mc', 'http://schemas.openxmlformats.org/markup-compatibility/2006'),
    (':xdr', 'http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing'), (':a', 'http://schemas.openxmlformats.org/drawingml/2006/main')))


def xml(root, inner, attributes=''):
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<%s %s %s>%s</%s>' % (root, NAMES, attributes, inner, root)


class Book:
    """A workbook as it grows. Sheets get rId1, rId2...; further relations of the workbook are given whole."""

    def __init__(self, strict=False):
        self.strict, self.sheets, self.parts, self.types, self.relations = strict, [], {}, {}, {}
        self.strings, self.styles, self.names, self.views, self.more = None, None, '', '', ''

    def sheet(self, name, rows='', around=('', ''), kind='worksheet', state=''):
        """around: what stands before and behind the cells."""
        n = len(self.sheets) + 1
        path = 'xl/worksheets/sheet%d.xml' % n if kind == 'worksheet' else 'xl/%ss/sheet%d.xml' % (kind.lower(), n)
        self.sheets.append((name, path, kind, state))
        root = 'xm:macrosheet' if kind == 'xlMacrosheet' else 'worksheet'
        body = rows if rows is None else xml(root, '%s<sheetData>%s</sheetData>%s' % (around[0], rows, around[1]))
        self.part(path, body, TYPE + 'worksheet+xml')
        return self

    def part(self, path, data, media=None):
        if data is not None:
            self.parts[path] = data
        if media:
            self.types[path] = media
        return self

    def relation(self, source, id_, kind, target, external=False):
        """source: path of a part. kind: last word of the type, or all of it."""
        self.relations.setdefault(source, []).append((id_, kind if ':' in kind else REL + '/' + kind, target, external))
        return self

    def data(self):
        book = 'xl/workbook.xml'
        rows = ''.join('<sheet name="%s" sheetId="%d" %s r:id="rId%d"/>' % (name, i + 1, 'state="%s"' % state if state else '', i + 1)
                       for i, (name, _, _, state) in enumerate(self.sheets))
        self.part(book, xml('workbook', '%s<sheets>%s</sheets>%s%s' % (self.views, rows, '<definedNames>%s</definedNames>' % self.names if self.names else '', self.more)),
                  TYPE + 'sheet.main+xml')
        for i, (_, path, kind, _) in enumerate(self.sheets):
            known = 'http://schemas.microsoft.com/office/2006/relationships/' + kind if kind.startswith('xl') else kind
            self.relation(book, 'rId%d' % (i + 1), known, '/' + path)
        if self.strings is not None:
            self.part('xl/sharedStrings.xml', xml('sst', self.strings), TYPE + 'sharedStrings+xml').relation(book, 'rIdS', 'sharedStrings', 'sharedStrings.xml')
        if self.styles is not None:
            self.part('xl/styles.xml', xml('styleSheet', self.styles), TYPE + 'styles+xml').relation(book, 'rIdT', 'styles', 'styles.xml')
        self.relation('', 'rId1', 'officeDocument', book)
        return self.pack()

    def pack(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as z:
            types = ''.join('<Override PartName="/%s" ContentType="%s"/>' % pair for pair in self.types.items())
            z.writestr('[Content_Types].xml', '<Types xmlns="%scontent-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                       '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>%s</Types>' % (PACKAGE, types))
            for source, rows in self.relations.items():
                folder, _, name = source.rpartition('/')
                text = ''.join('<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (i, k, t, ' TargetMode="External"' if e else '') for i, k, t, e in rows)
                z.writestr('%s_rels/%s.rels' % (folder + '/' if folder else '', name), self.form('<Relationships xmlns="%srelationships">%s</Relationships>' % (PACKAGE, text)))
            for path, data in self.parts.items():
                z.writestr(path, data if isinstance(data, bytes) else self.form(data))
        return out.getvalue()

    def form(self, text):
        for plain, strict in STRICT.items() if self.strict else ():
            text = text.replace(plain, strict)
        return text
