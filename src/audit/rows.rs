//! Rows of `audit_events`.

use diesel::prelude::*;

use crate::db::UtcTime;
use crate::db::schema::audit_events;

#[derive(Insertable)]
#[diesel(table_name = audit_events)]
pub struct NewAuditEventRow<'a> {
    pub occurred_at: UtcTime,
    pub action: &'a str,
    pub user_id: Option<i64>,
    pub login_id: Option<&'a str>,
    pub ip: Option<String>,
    pub address_hash: Option<&'a str>,
}
