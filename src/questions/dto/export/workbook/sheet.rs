//! A sheet of a workbook as XML.

use chrono::{DateTime, Utc};

use super::super::table::{Cell, Column};
use super::SheetLimit;
use super::parts::{DECLARATION, FLAG, HEADING, MAIN, TEXT, TIME};
use super::xml::escape;
use crate::db::UtcTime;

/// The heading stays in sight.
const VIEW: &str = r#"<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#;
/// What a sheet ends with.
pub const END: &str = "</sheetData></worksheet>";

const DAY_MILLISECONDS: f64 = 86_400_000.0;
/// Spreadsheets count days from 1899-12-30: so many until 1970-01-01.
const DAYS_UNTIL_1970: f64 = 25_569.0;

/// How far a sheet has come.
pub struct Sheet {
    rows: u32,
    bytes: u64,
}

impl Sheet {
    /// A sheet, and what it begins with.
    pub fn begin(columns: &[Column]) -> (Self, String) {
        let mut xml = format!(r#"{DECLARATION}<worksheet xmlns="{MAIN}">{VIEW}<cols>"#);
        for (number, Column { width, .. }) in (1..).zip(columns) {
            xml +=
                &format!(r#"<col min="{number}" max="{number}" width="{width}" customWidth="1"/>"#);
        }
        xml += "</cols><sheetData>";
        let mut sheet = Self { rows: 0, bytes: 0 };
        let heading = columns.iter().map(|column| Cell::Text(column.name.into()));
        xml += &sheet.row_in_style(&heading.collect::<Vec<_>>(), HEADING);
        (sheet, xml)
    }

    /// A row that follows.
    pub fn row(&mut self, cells: &[Cell]) -> String {
        self.row_in_style(cells, TEXT)
    }

    /// Whether no other row has room.
    pub fn is_full(&self, limit: SheetLimit) -> bool {
        self.rows >= limit.rows || self.bytes >= limit.bytes
    }

    fn row_in_style(&mut self, cells: &[Cell], text_style: u8) -> String {
        self.rows += 1;
        let row = self.rows;
        let mut xml = format!(r#"<row r="{row}">"#);
        for (column, cell) in ('A'..='Z').zip(cells) {
            xml += &match cell {
                Cell::Empty => continue,
                Cell::Text(text) => format!(
                    r#"<c r="{column}{row}" s="{text_style}" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>"#,
                    escape(text)
                ),
                Cell::Number(number) => format!(r#"<c r="{column}{row}"><v>{number}</v></c>"#),
                Cell::Flag(flag) => {
                    let value = u8::from(*flag);
                    format!(r#"<c r="{column}{row}" s="{FLAG}" t="b"><v>{value}</v></c>"#)
                }
                Cell::Time(time) => {
                    let days = days(*time);
                    format!(r#"<c r="{column}{row}" s="{TIME}"><v>{days}</v></c>"#)
                }
            };
        }
        xml += "</row>";
        self.bytes += xml.len() as u64;
        xml
    }
}

/// To the millisecond, as other answers tell times.
fn days(time: UtcTime) -> f64 {
    let milliseconds = DateTime::<Utc>::from(time).timestamp_millis();
    milliseconds as f64 / DAY_MILLISECONDS + DAYS_UNTIL_1970
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_the_number_of_days_since_1899_12_30() {
        for (time, number) in [
            ("1970-01-01T00:00:00Z", 25_569.0),
            ("2026-03-01T12:00:00Z", 46_082.5),
            ("2026-03-01T12:00:00.001999Z", 46_082.5 + 1.0 / 86_400_000.0),
        ] {
            let time: DateTime<Utc> = time.parse().expect("a time");
            assert!((days(time.into()) - number).abs() < 1e-10);
        }
    }
}
