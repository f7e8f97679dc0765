# SPDX-License-Identifier: Apache-2.0
"""office_area: cases of the area ooxml, as files; see files.py and file_area.py."""
import io
import os
import sys
import zipfile

from archives import record, zip_of
from file_area import CANARY, GONE, KEEPER, KEPT, PROGRAM, SAFE

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'office'))
from book import PACKAGE, TYPE, Book, xml  # noqa: E402

CASES = []
OFFICE = 'http://schemas.microsoft.com/office/2006/relationships/'
BOOK, SHEET = 'xl/workbook.xml', 'xl/worksheets/sheet1.xml'
BAD, GOOD = CANARY.decode(), KEEPER.decode()
URL = 'http://a.example/' + BAD
KEEP = '<c r="A1" t="inlineStr"><is><t>%s</t></is></c>' % GOOD


def case(name, data, expect=KEPT):
    CASES.append((name, data, expect))


def book(more='', around=('', ''), **given):
    """A workbook that says the keeper."""
    return Book(**given).sheet('Sheet1', '<row r="1">%s%s</row>' % (KEEP, more), around)


def members(data):
    """[(name, bytes)] of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        return [(n, z.read(n)) for n in z.namelist()]


def stored(rows):
    return [record(n.encode(), d) for n, d in rows]


def outside():
    made = book(around=('', '<legacyDrawing r:id="rId2"/>'))
    for id_, kind, target in (('rId1', 'image', 'file://h.example/%s.png' % BAD), ('rId2', 'vmlDrawing', URL), ('rId3', 'oleObject', URL), ('rId4', 'frame', URL)):
        made.relation(SHEET, id_, kind, target, True)
    case('O02.xlsx', made.relation(BOOK, 'rIdX', 'externalLink', URL, True).data())
    made = book(around=('', '<oleObjects><oleObject progId="Package" shapeId="1" r:id="rId1"/></oleObjects>'))
    case('O03.xlsx', made.part('xl/embeddings/oleObject1.bin', PROGRAM).relation(SHEET, 'rId1', 'oleObject', '../embeddings/oleObject1.bin').data())
    made = book(around=('', '<controls><control shapeId="1" r:id="rId1" name="x"/></controls>')).part('xl/activeX/activeX1.xml', '<ax>%s</ax>' % BAD)
    case('O05.xlsx', made.relation(SHEET, 'rId1', 'control', '../activeX/activeX1.xml').data())
    data = book().part('xl/connections.xml', xml('connections', '<connection id="1" name="%s" type="5"><dbPr connection="%s"/></connection>' % (BAD, BAD)), TYPE + 'connections+xml')
    data.part('customXml/item1.xml', '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">%s</DataMashup>' % BAD)
    case('O13.xlsx', data.relation(BOOK, 'rIdC', 'connections', 'connections.xml').relation(BOOK, 'rIdM', 'customXml', '../customXml/item1.xml').data())
    case('O15.xlsx', book().part('customXml/item1.xml', '<a>%s</a>' % BAD).part('docProps/thumbnail.jpeg', PROGRAM).part('docProps/custom.xml', '<Properties>%s</Properties>' % BAD)
         .relation('', 'rId7', PACKAGE + 'relationships/metadata/thumbnail', 'docProps/thumbnail.jpeg').relation('', 'rId8', 'custom-properties', 'docProps/custom.xml').data())
    inner = Book().sheet('Inner', '<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % GOOD).part('xl/vbaProject.bin', PROGRAM)
    inner = inner.relation(BOOK, 'rIdV', OFFICE + 'vbaProject', 'vbaProject.bin').data()
    made = Book().sheet('Sheet1', '', ('', '<oleObjects><oleObject progId="Excel.Sheet.12" shapeId="1" r:id="rId1"/></oleObjects>')).part('xl/embeddings/b.xlsm', inner)
    case('O29.xlsx', made.relation(SHEET, 'rId1', 'package', '../embeddings/b.xlsm').data(), SAFE)


def calls():
    made = book().sheet('Macro1', '<row r="1"><c r="A1"><f>EXEC("%s")</f></c></row>' % BAD, kind='xlMacrosheet', state='veryHidden')
    made.names = '<definedName name="_xlnm.Auto_Open">Macro1!$A$1</definedName><definedName name="x" xlm="1">"%s"</definedName>' % BAD
    case('O11.xlsm', made.data())
    for n, formula in enumerate(('WEBSERVICE("%s")', 'HYPERLINK("%s","x")', 'CALL("%s","a","JJ")', 'REGISTER.ID("%s","a")', 'RTD("%s",,"a")', 'CUBEVALUE("%s","a")',
                                 "cmd|'/c %s'!A1", "'\\\\h.example\\[%s.xlsx]S'!A1", '_xlfn.IMAGE("%s")', '1+(("%s"))+EXEC(1)')):
        case('O12-%d.xlsx' % n, book('<c r="B1" t="str"><f>%s</f><v>7</v></c>' % (formula % BAD)).data())
    data = book('', ('', '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>WEBSERVICE("%s")</formula></cfRule></conditionalFormatting>'
                         '<dataValidations><dataValidation type="custom" sqref="A1"><formula1>CALL("%s")</formula1></dataValidation></dataValidations>' % (BAD, BAD)))
    case('O12-rules.xlsx', data.data())


def readings():
    """The same bytes for several readers."""
    text = book()
    text.parts[SHEET] = text.parts[SHEET].replace('?>\n', '?>\n<!DOCTYPE worksheet [<!ENTITY a "%s"><!ENTITY b SYSTEM "file:///etc/hostname">]>' % BAD).replace(GOOD, '&a;&b;')
    case('O16.xlsx', text.data(), SAFE)
    text = book()
    text.parts[SHEET] = text.parts[SHEET].replace('UTF-8', 'UTF-16').encode('utf-16')
    case('O17-16.xlsx', text.data())
    text = book()
    text.parts[SHEET] = text.parts[SHEET].replace('UTF-8', 'UTF-7').replace(GOOD, '+ADw-' + BAD).encode()
    case('O17-7.xlsx', text.data(), SAFE)
    case('O18-depth.xlsx', book(around=('', '<a>' * 100000 + BAD + '</a>' * 100000)).data(), SAFE)
    case('O18-attributes.xlsx', book(around=('<sheetPr %s x="%s"/>' % (' '.join('a%d="b"' % i for i in range(30000)), BAD), '')).data(), SAFE)
    hidden = '<mc:AlternateContent><mc:Choice xmlns:z="urn:z" Requires="z"><c r="B1" t="str"><v>%s</v></c></mc:Choice><mc:Fallback><c r="B1"><v>1</v></c></mc:Fallback></mc:AlternateContent>'
    case('O19.xlsx', book(hidden % BAD).data())
    case('O20-strict.xlsx', book('<c r="B1"><f>WEBSERVICE("%s")</f><v>1</v></c>' % BAD, strict=True).data())
    flat = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part>%s</pkg:part></pkg:package>'
    case('O20-flat.xml', (flat % BAD).encode(), SAFE)
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>%s</script></svg>' % BAD
    case('O28.xlsx', book(around=('', '<picture r:id="rId1"/>')).part('xl/media/image1.svg', svg).relation(SHEET, 'rId1', 'image', '../media/image1.svg').data())


def containers():
    rows = members(book().data())
    bad = [(n, d.replace(KEEPER, CANARY)) for n, d in rows if n == SHEET]
    case('O24-same.xlsx', zip_of(stored(rows + bad)), GONE)
    case('O24-case.xlsx', zip_of(stored(rows + [(SHEET.upper(), bad[0][1])])), GONE)
    case('O24-slash.xlsx', zip_of(stored(rows + [('/' + SHEET.replace('/', '\\'), bad[0][1])])), GONE)
    other = [(n, d) for n, d in rows if n != SHEET] + bad
    case('O25-name.xlsx', zip_of(stored(other), stored([(n.replace('sheet1', 'sheet9'), d) for n, d in other])), GONE)
    case('O25-size.xlsx', zip_of(stored(other), [record(n.encode(), d, size=len(d) + 5) for n, d in other]), GONE)
    case('O25-method.xlsx', zip_of(stored(other), [record(n.encode(), d, method=8) for n, d in other]), GONE)
    case('O23.xlsx', zip_of(stored(other))[:-30], GONE)


for part in (outside, calls, readings, containers):
    part()
assert len({name for name, _, _ in CASES}) == len(CASES)
