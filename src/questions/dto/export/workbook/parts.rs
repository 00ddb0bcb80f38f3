//! The parts of a workbook beside its sheets: what there is, and what cells look like.

/// What each part begins with.
pub const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
/// The namespace of workbooks and sheets.
pub const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Styles of cells, by their places in `cellXfs`; numbers have the first one.
pub const TEXT: u8 = 1;
/// That of times.
pub const TIME: u8 = 2;
/// That of the first row.
pub const HEADING: u8 = 3;
/// That of flags.
pub const FLAG: u8 = 4;

const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// Format 49 keeps a text a text when somebody edits its cell; `quotePrefix` says so to Excel.
/// Format 165 is how LibreOffice knows flags; without it, it shows some of them as numbers.
const STYLES: &str = r#"<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm:ss\ &quot;UTC&quot;"/><numFmt numFmtId="165" formatCode="&quot;TRUE&quot;;&quot;TRUE&quot;;&quot;FALSE&quot;"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>"#;

/// Where the sheet with this number is, from 1.
pub fn sheet_path(number: usize) -> String {
    format!("xl/worksheets/sheet{number}.xml")
}

/// All parts beside the sheets with these names, which need no escaping.
pub fn all(names: &[String]) -> [(&'static str, String); 5] {
    [
        ("xl/styles.xml", styles()),
        ("xl/workbook.xml", workbook(names)),
        ("xl/_rels/workbook.xml.rels", workbook_relationships(names)),
        (
            "_rels/.rels",
            relationships(&relationship(1, "officeDocument", "xl/workbook.xml")),
        ),
        ("[Content_Types].xml", content_types(names)),
    ]
}

fn styles() -> String {
    format!(r#"{DECLARATION}<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>"#)
}

fn workbook(names: &[String]) -> String {
    let sheets = (1..).zip(names).map(|(number, name)| {
        format!(r#"<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>"#)
    });
    format!(
        r#"{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews><sheets>{}</sheets></workbook>"#,
        sheets.collect::<String>()
    )
}

/// Sheets have their numbers, and the styles the next one.
fn workbook_relationships(names: &[String]) -> String {
    let count = names.len();
    let sheets = (1..=count).map(|number| {
        let path = format!("worksheets/sheet{number}.xml");
        relationship(number, "worksheet", &path)
    });
    let styles = relationship(count + 1, "styles", "styles.xml");
    relationships(&sheets.chain([styles]).collect::<String>())
}

fn relationships(list: &str) -> String {
    format!(r#"{DECLARATION}<Relationships xmlns="{RELATIONSHIPS}">{list}</Relationships>"#)
}

fn relationship(number: usize, kind: &str, target: &str) -> String {
    format!(r#"<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>"#)
}

fn content_types(names: &[String]) -> String {
    let part = |path: &str, kind: &str| {
        format!(r#"<Override PartName="/{path}" ContentType="{MEDIA_TYPE}.{kind}+xml"/>"#)
    };
    let sheets = (1..=names.len()).map(|number| part(&sheet_path(number), "worksheet"));
    let others = [
        part("xl/workbook.xml", "sheet.main"),
        part("xl/styles.xml", "styles"),
    ];
    format!(
        r#"{DECLARATION}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{}</Types>"#,
        sheets.chain(others).collect::<String>()
    )
}
