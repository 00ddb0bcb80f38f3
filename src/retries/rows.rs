//! Rows of `idempotency_keys`.

use diesel::prelude::*;

use crate::db::UtcTime;
use crate::db::schema::idempotency_keys;
use crate::users::UserId;

#[derive(Insertable)]
#[diesel(table_name = idempotency_keys)]
pub struct NewKeyRow<'a> {
    pub user_id: UserId,
    pub idempotency_key: &'a str,
    pub request: &'a [u8],
    pub created: &'a str,
    pub created_at: UtcTime,
}
