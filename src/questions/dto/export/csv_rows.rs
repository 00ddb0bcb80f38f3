//! A table as CSV.

use std::io;

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::formulas::defuse;
use super::table::{Cell, Column};

/// By which Excel sees that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What stands before the first row.
///
/// # Errors
/// When it cannot be written, which nothing is known to cause.
pub fn head(columns: &[Column]) -> io::Result<Vec<u8>> {
    let mut writer = csv_writer(BYTE_ORDER_MARK.into());
    writer.write_record(columns.iter().map(|column| column.name))?;
    written(writer)
}

/// Rows that follow.
///
/// # Errors
/// As for [`head`].
pub fn rows<const CELLS: usize>(rows: impl Iterator<Item = [Cell; CELLS]>) -> io::Result<Vec<u8>> {
    let mut writer = csv_writer(Vec::new());
    for row in rows {
        writer.write_record(row.map(to_text))?;
    }
    written(writer)
}

/// As RFC 4180 has it.
fn csv_writer(begun: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new()
        // Where the separator is a semicolon, one in a text would begin a new cell.
        .quote_style(QuoteStyle::NonNumeric)
        .terminator(Terminator::CRLF)
        .from_writer(begun)
}

fn written(writer: Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    writer.into_inner().map_err(|error| error.into_error())
}

fn to_text(cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => defuse(&text),
        Cell::Number(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Time(time) => time.to_text(),
    }
}
