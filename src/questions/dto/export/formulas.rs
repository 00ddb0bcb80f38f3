//! What keeps the texts of a CSV file from being formulas.

/// What formulas begin with, also in full width (OWASP, "CSV Injection").
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What some spreadsheets leave out in front of a formula.
const SKIPPED: [char; 2] = ['\t', '\r'];
/// Behind which a reader may begin a cell: usual separators, quotes and ends of lines. The
/// apostrophe is among them so that [`defuse`] can be undone.
const BOUNDARIES: [char; 14] = [
    ',', ';', '|', ':', '"', '\'', '\t', '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}',
    '\u{2029}',
];

/// Puts an apostrophe before what could begin a formula, wherever a reader could begin a cell.
///
/// Readers differ in the separator that they assume, in what quotes mean to them and in where they
/// end a line. So a sign that begins formulas has an apostrophe before it unless it follows a
/// letter, a digit, an underscore or another such sign: whatever else a reader splits the text by,
/// no cell begins with one. The text comes back by taking away each apostrophe that stands before
/// one of these signs, a tab or a carriage return.
pub fn defuse(text: &str) -> String {
    let mut defused = String::with_capacity(text.len());
    let mut before = None;
    for character in text.chars() {
        let may_begin_cell = if FORMULA.contains(&character) {
            before.is_none_or(|it| !is_in_word(it) && !FORMULA.contains(&it))
        } else {
            SKIPPED.contains(&character) && before.is_none_or(|it| BOUNDARIES.contains(&it))
        };
        if may_begin_cell {
            defused.push('\'');
        }
        defused.push(character);
        before = Some(character);
    }
    defused
}

fn is_in_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everything that readers are known to split by, and a few signs that somebody may choose.
    const SEPARATORS: &str = ",;\t|: \u{a0}^~#/\\!&.*%$`?()[]{}<>、；，\u{1f}\u{1e}\u{2028}";

    /// What a text becomes in a file, and the cell around it.
    fn written(text: &str) -> String {
        let mut writer = csv::WriterBuilder::new()
            .quote_style(csv::QuoteStyle::NonNumeric)
            .from_writer(Vec::new());
        let record = ["first", &defuse(text), "last"];
        writer.write_record(record).expect("a row");
        String::from_utf8(writer.into_inner().expect("a file")).expect("a text")
    }

    fn ends_line(character: char) -> bool {
        [
            '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
        ]
        .contains(&character)
    }

    /// The cells of a reader that knows neither quotes nor what a text is.
    fn naive_cells(file: &str, separator: char) -> impl Iterator<Item = &str> {
        let lines = file.split(ends_line);
        lines.flat_map(move |line| line.split(separator))
    }

    /// What is left of a cell by a reader that cuts quotes and spaces off.
    fn bare(cell: &str) -> &str {
        cell.trim_start_matches(|it: char| it.is_whitespace() || it == '"')
    }

    fn restored(defused: &str) -> String {
        let mut text = defused.to_owned();
        for sign in FORMULA.into_iter().chain(SKIPPED) {
            text = text.replace(&format!("'{sign}"), &sign.to_string());
        }
        text
    }

    /// Texts that are mostly of what matters here.
    fn texts() -> impl Strategy<Value = String> {
        let signs: Vec<char> = FORMULA
            .into_iter()
            .chain(SEPARATORS.chars())
            .chain(BOUNDARIES)
            .chain(['a', '1', '왜', '_'])
            .collect();
        let sign = prop_oneof![4 => proptest::sample::select(signs), 1 => any::<char>()];
        proptest::collection::vec(sign, 0..12).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn no_cell_begins_with_a_formula_whatever_separates_cells(text in texts()) {
            let file = written(&text);
            for separator in SEPARATORS.chars().chain(BOUNDARIES).filter(|it| *it != '\'') {
                for cell in naive_cells(&file, separator) {
                    prop_assert!(!bare(cell).starts_with(FORMULA), "{separator:?}: {cell:?}");
                }
            }
        }

        #[test]
        fn no_cell_begins_with_what_is_skipped_before_a_formula(text in texts()) {
            let file = written(&text);
            for separator in [',', ';', '|', ':', '\u{2028}'] {
                for cell in naive_cells(&file, separator) {
                    prop_assert!(!cell.starts_with(SKIPPED), "{separator:?}: {cell:?}");
                }
            }
        }

        #[test]
        fn readers_that_honour_quotes_begin_no_cell_with_a_formula(text in texts()) {
            let file = written(&text);
            for separator in b",;\t|: " {
                let mut reader = csv::ReaderBuilder::new();
                let reader = reader.delimiter(*separator).flexible(true).has_headers(false);
                for record in reader.from_reader(file.as_bytes()).records() {
                    for cell in record.expect("a row").iter() {
                        prop_assert!(!cell.trim_start().starts_with(FORMULA), "{cell:?}");
                    }
                }
            }
        }

        #[test]
        fn the_text_comes_back_without_the_apostrophes(text in texts()) {
            prop_assert_eq!(restored(&defuse(&text)), text);
        }
    }

    #[test]
    fn an_apostrophe_stands_where_a_formula_could_begin() {
        for (text, defused) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" -1", " '-1"),
            ("\t=1", "'\t'=1"),
            ("a;=1+1", "a;'=1+1"),
            ("a\n- b\n- c", "a\n'- b\n'- c"),
            ("\"=1\"", "\"'=1\""),
            ("'=1", "''=1"),
            ("a ＝1", "a '＝1"),
            ("1 - 2", "1 '- 2"),
            ("a --> b", "a '--> b"),
            ("a,\rb", "a,'\rb"),
        ] {
            assert_eq!(defuse(text), defused);
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in [
            "",
            "a-b",
            "x=1",
            "mina@example.com",
            "C++",
            "it's",
            "왜? 1,5",
            "a.\r\nb",
        ] {
            assert_eq!(defuse(text), text);
        }
    }
}
