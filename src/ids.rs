//! Numbers of rows, in URLs and as types.

/// Takes a number from a path in the one way it is written, 1 or more; `None` for what no row can
/// have.
pub fn parse(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

/// Makes a type of the numbers of one table's rows.
macro_rules! row_id {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(i64);

        impl $name {
            /// Takes a number from a path; `None` for what no row can have.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::ids::parse(text).map(Self)
            }

            /// The number.
            pub fn get(self) -> i64 {
                self.0
            }
        }
    };
}
pub(crate) use row_id;
