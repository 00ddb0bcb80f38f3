//! Numbers of rows in URLs.

/// Takes a number from a path in the one way it is written, 1 or more; `None` for what no row can have.
pub fn parse(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}
