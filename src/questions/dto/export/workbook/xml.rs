//! Texts of cells in XML.

/// A text as a cell holds it.
///
/// XML takes no control characters and reads a carriage return as a line feed: these are written
/// `_xHHHH_`, as Excel does (ECMA-376, `ST_Xstring`). So an underscore that looks like the
/// beginning of such a code is a code itself.
pub fn escape(text: &str) -> String {
    let mut xml = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        match character {
            '&' => xml += "&amp;",
            '<' => xml += "&lt;",
            '>' => xml += "&gt;",
            '_' if begins_code(text.get(at..).unwrap_or_default()) => xml += "_x005F_",
            _ if is_coded(character) => xml += &format!("_x{:04X}_", u32::from(character)),
            _ => xml.push(character),
        }
    }
    xml
}

fn is_coded(character: char) -> bool {
    matches!(character, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether what is written of this text begins like a code. Its second underscore may also be that
/// of a code that follows.
fn begins_code(text: &str) -> bool {
    let mut rest = text.chars().skip(1);
    let is_x = rest.next() == Some('x');
    let has_digits = (0..4).all(|_| rest.next().is_some_and(|it| it.is_ascii_hexdigit()));
    is_x && has_digits && rest.next().is_some_and(|it| it == '_' || is_coded(it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_lite::{Captures, Regex};

    use super::*;

    /// As spreadsheets read it.
    fn read(xml: &str) -> String {
        let text = xml.replace("&lt;", "<").replace("&gt;", ">");
        let text = text.replace("&amp;", "&");
        let code = Regex::new("_x([0-9A-Fa-f]{4})_").expect("a pattern");
        let decode = |code: &Captures| {
            let number = u32::from_str_radix(&code[1], 16).expect("digits");
            char::from_u32(number).expect("a character").to_string()
        };
        code.replace_all(&text, decode).into_owned()
    }

    #[test]
    fn what_xml_forbids_and_what_looks_like_a_code_is_a_code() {
        for (text, xml) in [
            ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
            ("a\r\n\tb", "a_x000D_\n\tb"),
            ("\u{1}\u{1b}\u{fffe}", "_x0001__x001B__xFFFE_"),
            ("_x0041_", "_x005F_x0041_"),
            ("_x0041_x0042_", "_x005F_x0041_x005F_x0042_"),
            ("_x0041\u{1}", "_x005F_x0041_x0001_"),
            ("_x_X0041_ _x004_", "_x_X0041_ _x004_"),
        ] {
            assert_eq!(escape(text), xml);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "([_x0-9A-F]|[\0-\x20]|[<>&;]|\\PC|\u{fffe}){0,30}") {
            let xml = escape(&text);
            prop_assert!(!xml.contains(is_coded));
            prop_assert_eq!(read(&xml), text);
        }
    }
}
