//! Statements of `auth`, by table.

pub mod ending;
pub mod guesses;
pub mod logins;
