//! Workbooks, read again by a reader of spreadsheets.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::super::table::{Cell, Column};
use super::*;

const COLUMNS: [Column; 3] = [
    Column {
        name: "text",
        width: 10,
    },
    Column {
        name: "number",
        width: 5,
    },
    Column {
        name: "flag",
        width: 5,
    },
];

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn write(limit: SheetLimit, rows: i64) -> Vec<u8> {
    let mut workbook = Workbook::new(limit);
    workbook.begin_table("Numbers", &COLUMNS).expect("a sheet");
    for number in 0..rows {
        let cells = [
            Cell::Text(format!("={number}")),
            Cell::Number(number),
            Cell::Flag(true),
        ];
        workbook.row(&cells).expect("a row");
    }
    workbook.begin_table("Other", &COLUMNS).expect("a sheet");
    workbook.finish().expect("a workbook")
}

/// The numbers of each sheet, below its heading.
fn numbers(bytes: Vec<u8>) -> Vec<(String, Vec<f64>)> {
    let sheets = open(bytes).worksheets().into_iter().map(|(name, range)| {
        let mut rows = range.rows();
        let heading = rows.next().expect("a heading");
        assert_eq!(
            heading,
            ["text", "number", "flag"].map(|it| Data::String(it.into()))
        );
        let numbers = rows.map(|row| match row {
            [Data::String(text), Data::Float(number), Data::Bool(true)] => {
                assert_eq!(*text, format!("={number}"));
                *number
            }
            _ => panic!("a row of other types: {row:?}"),
        });
        (name, numbers.collect())
    });
    sheets.collect()
}

#[test]
fn a_table_goes_on_in_another_sheet_where_one_is_full() {
    let expected = |sheets: &[(&str, &[f64])]| -> Vec<(String, Vec<f64>)> {
        let named = sheets.iter();
        named
            .map(|(name, numbers)| ((*name).into(), numbers.to_vec()))
            .collect()
    };
    let in_rows = |rows| SheetLimit {
        rows,
        bytes: u64::MAX,
    };
    let parted = expected(&[
        ("Numbers", &[0.0, 1.0]),
        ("Numbers 2", &[2.0, 3.0]),
        ("Numbers 3", &[4.0]),
        ("Other", &[]),
    ]);
    assert_eq!(numbers(write(in_rows(3), 5)), parted);
    let whole = expected(&[("Numbers", &[0.0, 1.0]), ("Other", &[])]);
    assert_eq!(
        numbers(write(in_rows(3), 2)),
        whole,
        "the next one is begun by a row"
    );
    let in_bytes = SheetLimit {
        rows: u32::MAX,
        bytes: 400,
    };
    let sheets = numbers(write(in_bytes, 100));
    assert!(sheets.len() > 10, "bytes limit a sheet, too: {sheets:?}");
    let all: Vec<f64> = sheets
        .into_iter()
        .flat_map(|(_, numbers)| numbers)
        .collect();
    assert_eq!(all, (0..100).map(f64::from).collect::<Vec<_>>());
}

#[test]
fn what_was_taken_makes_the_same_file() {
    let limit = SheetLimit {
        rows: 100,
        bytes: u64::MAX,
    };
    let mut workbook = Workbook::new(limit);
    let mut bytes = Vec::new();
    workbook.begin_table("Numbers", &COLUMNS).expect("a sheet");
    for number in 0..20_000 {
        let cells = [
            Cell::Text(format!("={number}")),
            Cell::Number(number),
            Cell::Flag(true),
        ];
        workbook.row(&cells).expect("a row");
        let taken = workbook.take();
        assert!(taken.len() < 100_000, "it is held back: {}", taken.len());
        bytes.extend(taken);
    }
    workbook.begin_table("Other", &COLUMNS).expect("a sheet");
    bytes.extend(workbook.finish().expect("a workbook"));
    assert_eq!(bytes, write(limit, 20_000));
    assert_eq!(numbers(bytes).len(), 204);
}
