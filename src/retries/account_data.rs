//! What becomes of someone's keys when something becomes of the account.

use super::repository;
use crate::users::account_data::AccountData;

/// A guest's keys go to the account, whose own win: whoever has signed up meanwhile may still send
/// a request again. They say nothing that an export does not tell elsewhere.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "retries",
    claim: Some(repository::update_guest_to_account),
    erase: |conn, account, _, limit| repository::delete_of(conn, account, limit),
    renamed: None,
    export: None,
};
