//! Rows of `audit_events`.

use diesel::prelude::*;

use super::Event;
use crate::db::UtcTime;
use crate::db::schema::audit_events;
use crate::users::{LoginId, UserId};

#[derive(Insertable)]
#[diesel(table_name = audit_events)]
pub struct NewAuditEventRow<'a> {
    pub occurred_at: UtcTime,
    pub action: &'a str,
    pub user_id: Option<UserId>,
    pub login_id: Option<String>,
    pub ip: Option<String>,
    pub address_hash: Option<&'a str>,
    pub session_id: Option<&'a str>,
    pub subject_id: Option<UserId>,
    pub item_id: Option<&'a str>,
}

/// An entry of one account.
#[derive(Queryable)]
pub struct AuditEventRow {
    action: String,
    occurred_at: UtcTime,
    login_id: Option<LoginId>,
    ip: Option<String>,
    session_id: Option<String>,
    item_id: Option<String>,
}

impl From<AuditEventRow> for Event {
    fn from(row: AuditEventRow) -> Self {
        Self {
            action: row.action,
            at: row.occurred_at.into(),
            login_id: row.login_id,
            ip: row.ip,
            session_id: row.session_id,
            item_id: row.item_id,
        }
    }
}
