//! Rows of `signing_keys` and `secret_checks`.

use diesel::prelude::*;

use crate::db::UtcTime;
use crate::db::schema::{secret_checks, signing_keys};

/// A signing key; its private half is encrypted.
#[derive(Clone, Insertable, Queryable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKeyRow {
    pub key_id: String,
    pub public_key: Vec<u8>,
    pub encrypted_private_key: Vec<u8>,
    pub created_at: UtcTime,
    pub signs_from: UtcTime,
}

/// The one row of `secret_checks`.
#[derive(Insertable)]
#[diesel(table_name = secret_checks)]
pub struct SecretCheckRow<'a> {
    secret_check_id: i64,
    check_value: &'a [u8],
}

impl<'a> SecretCheckRow<'a> {
    /// With this value.
    pub fn new(check_value: &'a [u8]) -> Self {
        Self {
            secret_check_id: 1,
            check_value,
        }
    }
}
