//! Tables as a workbook: XLSX (Office Open XML, ECMA-376), written piece by piece.
//!
//! A spreadsheet never takes a text of it for a formula, because texts are inline strings.

mod parts;
mod sheet;
#[cfg(test)]
mod tests;
mod xml;

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};
use zip::CompressionMethod::Deflated;
use zip::ZipWriter;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::table::{Cell, Column};
use sheet::Sheet;

/// The least work: a higher level takes three times as long for a tenth less.
const COMPRESSION_LEVEL: i64 = 1;

/// When a sheet is full, so that the table goes on in another one.
#[derive(Debug, Clone, Copy)]
pub struct SheetLimit {
    /// Rows, the heading too.
    pub rows: u32,
    /// Bytes before they are compressed.
    pub bytes: u64,
}

/// What spreadsheets take. With 4 GiB, a sheet would need ZIP64, which Excel reports as damage.
pub const SHEET_LIMIT: SheetLimit = SheetLimit {
    rows: 1_048_576,
    bytes: 3 << 30,
};

/// A workbook that is being written.
pub struct Workbook {
    archive: ZipWriter<StreamWriter<Unsent>>,
    unsent: Unsent,
    limit: SheetLimit,
    /// The names of all sheets that were begun.
    names: Vec<String>,
    /// The table that is being written, with its sheet.
    table: Option<(Table, Sheet)>,
}

/// A table and how many sheets it has.
struct Table {
    name: &'static str,
    columns: &'static [Column],
    sheets: u32,
}

/// What was written and not yet taken. The archive holds the other end of it: it gives nobody its
/// writer while it compresses.
#[derive(Clone, Default)]
struct Unsent(Rc<RefCell<Vec<u8>>>);

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Workbook {
    /// An empty one.
    pub fn new(limit: SheetLimit) -> Self {
        let unsent = Unsent::default();
        Self {
            archive: ZipWriter::new_stream(unsent.clone()),
            unsent,
            limit,
            names: Vec::new(),
            table: None,
        }
    }

    /// Ends the table before it and begins another one.
    ///
    /// # Errors
    /// When it cannot be written, which nothing is known to cause. So it is with rows and the end.
    pub fn begin_table(
        &mut self,
        name: &'static str,
        columns: &'static [Column],
    ) -> io::Result<()> {
        self.end_table()?;
        let sheets = 0;
        self.begin_sheet(Table {
            name,
            columns,
            sheets,
        })
    }

    /// A row of the table that was begun.
    ///
    /// # Errors
    /// As for [`Self::begin_table`].
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let is_full = |(_, sheet): &mut (Table, Sheet)| sheet.is_full(self.limit);
        if let Some((table, _)) = self.table.take_if(is_full) {
            self.archive.write_all(sheet::END.as_bytes())?;
            self.begin_sheet(table)?;
        }
        let Some((_, sheet)) = &mut self.table else {
            return Ok(());
        };
        self.archive.write_all(sheet.row(cells).as_bytes())
    }

    /// Takes what was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        self.unsent.0.take()
    }

    /// Ends the workbook and takes what is left of it.
    ///
    /// # Errors
    /// As for [`Self::begin_table`].
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        self.end_table()?;
        for (path, xml) in parts::all(&self.names) {
            self.archive.start_file(path, options())?;
            self.archive.write_all(xml.as_bytes())?;
        }
        self.archive.finish()?;
        Ok(self.unsent.0.take())
    }

    fn begin_sheet(&mut self, mut table: Table) -> io::Result<()> {
        table.sheets += 1;
        self.names.push(match table.sheets {
            1 => table.name.into(),
            number => format!("{} {number}", table.name),
        });
        let path = parts::sheet_path(self.names.len());
        self.archive.start_file(path, options())?;
        let (sheet, xml) = Sheet::begin(table.columns);
        self.table = Some((table, sheet));
        self.archive.write_all(xml.as_bytes())
    }

    fn end_table(&mut self) -> io::Result<()> {
        if self.table.take().is_some() {
            self.archive.write_all(sheet::END.as_bytes())?;
        }
        Ok(())
    }
}

/// Bytes, whatever they hold.
impl PartialSchema for Workbook {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let bytes = Object::builder().schema_type(Type::String);
        bytes.format(Some(format)).into()
    }
}

impl ToSchema for Workbook {}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(Deflated)
        .compression_level(Some(COMPRESSION_LEVEL))
}
