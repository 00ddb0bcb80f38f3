//! Rows of `password_schemes`.

use diesel::prelude::*;

use super::SchemeCount;
use crate::db::schema::password_schemes;

/// How many accounts have a hash of a scheme.
#[derive(Insertable, Queryable)]
#[diesel(table_name = password_schemes)]
pub struct PasswordSchemeRow {
    scheme: String,
    accounts: i64,
}

impl From<PasswordSchemeRow> for SchemeCount {
    fn from(row: PasswordSchemeRow) -> Self {
        let PasswordSchemeRow { scheme, accounts } = row;
        Self { scheme, accounts }
    }
}

impl From<&SchemeCount> for PasswordSchemeRow {
    fn from(count: &SchemeCount) -> Self {
        let SchemeCount { scheme, accounts } = count.clone();
        Self { scheme, accounts }
    }
}
