//! The audit trail: who did what, when, from where. An entry is written in the transaction that it
//! records, and kept for 90 days.

pub mod repository;
mod rows;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use strum::{AsRefStr, VariantNames};

use crate::purge::{Purge, Removed};
use crate::users::{LoginId, UserId};

/// How long entries are kept.
const RETENTION: TimeDelta = TimeDelta::days(90);

/// Old entries go.
pub const PURGE: Purge = Purge {
    name: "audit events",
    remove: |conn, times, batch| {
        let rows = repository::delete_old(conn, times.now - RETENTION, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};

/// What was done. Rows keep these words for 90 days, so a variant is never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum AuditAction {
    /// An account was made.
    Registered,
    /// A password was right and a login began.
    SignedIn,
    /// The password was wrong with which an account was to be changed or deleted.
    PasswordRefused,
    /// A password was wrong, or there was no active account to sign in to.
    SignInFailed,
    /// A login was ended by its owner.
    SignedOut,
    /// A login was ended by its owner from another device.
    LoginEnded,
    /// Every login but the one that asked was ended by its owner.
    OtherLoginsEnded,
    /// A password was changed; every login ended and one began.
    PasswordChanged,
    /// What a guest owned went to the account; the guest is gone.
    GuestClaimed,
    /// An account was deleted by its owner.
    AccountDeleted,
    /// An account was disabled by the command line; its logins ended.
    AccountDisabled,
    /// An account was enabled by the command line.
    AccountEnabled,
    /// Every login was ended by the command line.
    AllLoginsEnded,
    /// Accounts of another program were taken over by the command line: one entry for all.
    AccountsImported,
    /// A refresh token came back after it had been replaced; its login was ended.
    RefreshTokenReused,
    /// A refresh token was newer than its row: the database had lost a commit.
    RefreshTokenAhead,
    /// A participant of a session was made a host of it.
    HostGranted,
    /// A sub host of a session was made a participant again.
    HostRevoked,
    /// A session was ended by its super host, or because that account was deleted.
    SessionEnded,
    /// A session was reopened by its super host.
    SessionReopened,
    /// A session was deleted by its super host.
    SessionDeleted,
    /// A session got another super host: handed over, or because the one before left or was
    /// deleted.
    HostHandedOver,
    /// A host removed a question that somebody else wrote.
    QuestionRemoved,
    /// A host removed a reply that somebody else wrote.
    ReplyRemoved,
    /// A host let hosts and its author alone see a question.
    QuestionDismissed,
    /// A host let hosts and its author alone see a reply.
    ReplyDismissed,
    /// A host merged a question into another one.
    QuestionMerged,
    /// A host muted the author of a question or a reply.
    AuthorMuted,
    /// A host took a mute back.
    AuthorUnmuted,
    /// A host removed what the author of a question or a reply had written in the same way.
    AllRemoved,
}

/// One entry. It holds ids, never a name, an address or a secret.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// What was done.
    pub action: AuditAction,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account it was about; none where it was about no one's.
    pub user_id: Option<UserId>,
    /// An HMAC of the address where a sign-in failed that no account has.
    pub address_hash: Option<String>,
    /// Which login, where there is one.
    pub login_id: Option<LoginId>,
    /// The client's address, seen through trusted proxies.
    pub ip: Option<IpAddr>,
    /// In which Q&A session it was done, where it was in one.
    pub session_id: Option<String>,
    /// To whose account it was done, where that is another one.
    pub subject_id: Option<UserId>,
    /// To which question or reply it was done; whose that was is never written.
    pub item_id: Option<String>,
}

impl AuditEntry {
    /// Of an account, if there is one; what else is known is added to it.
    pub fn new(action: AuditAction, user_id: Option<UserId>, at: DateTime<Utc>) -> Self {
        Self {
            action,
            at,
            user_id,
            address_hash: None,
            login_id: None,
            ip: None,
            session_id: None,
            subject_id: None,
            item_id: None,
        }
    }
}

/// An entry as it is read again.
#[derive(Debug, Clone)]
pub struct Event {
    /// What was done, as it is stored.
    pub action: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Which login, where there is one.
    pub login_id: Option<LoginId>,
    /// The client's address.
    pub ip: Option<String>,
    /// In which Q&A session, where it was in one.
    pub session_id: Option<String>,
    /// To which question or reply it was done.
    pub item_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::*;

    #[test]
    fn the_words_in_the_rows_never_change() {
        let words = "registered signed_in password_refused sign_in_failed signed_out login_ended \
                     other_logins_ended password_changed guest_claimed account_deleted \
                     account_disabled account_enabled all_logins_ended accounts_imported \
                     refresh_token_reused refresh_token_ahead host_granted host_revoked \
                     session_ended session_reopened session_deleted host_handed_over \
                     question_removed reply_removed question_dismissed reply_dismissed \
                     question_merged author_muted author_unmuted all_removed";
        assert_eq!(AuditAction::VARIANTS.join(" "), words);
    }
}
