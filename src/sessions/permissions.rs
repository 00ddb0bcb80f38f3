//! Who may do what in a session: the one table of roles and actions, and the one place that
//! decides.
//!
//! Pure: what it decides from is read in the transaction that acts, after the session's row was
//! locked.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};
use utoipa::ToSchema;

/// What a participant is in a session.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// Takes part.
    Participant,
    /// Was made a host by the super host.
    SubHost,
    /// Opened the session.
    SuperHost,
}

impl Role {
    /// As it stands in rows.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it is one of the two kinds of host.
    pub fn is_host(self) -> bool {
        self >= Self::SubHost
    }
}

/// What can be done in a session, beyond reading what everybody can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Action {
    /// Coming in.
    Enter,
    /// Seeing who takes part.
    ListParticipants,
    /// Getting everything as a file.
    Export,
    /// Changing what the session says of itself.
    EditSession,
    /// Ending the session.
    EndSession,
    /// Letting a session go on that has ended.
    ReopenSession,
    /// Deleting the session with everything in it.
    DeleteSession,
    /// Making a sub host the super host.
    HandOver,
    /// Making someone a sub host.
    GrantHost,
    /// Making a sub host a participant again.
    RevokeHost,
    /// Taking part no longer.
    Leave,
    /// Writing a question.
    Ask,
    /// Changing the words of a question.
    EditQuestion,
    /// Deleting a question.
    DeleteQuestion,
    /// Pinning a question, or not any more.
    PinQuestion,
    /// Closing a question, or opening it again.
    CloseQuestion,
    /// Liking a question, or not any more.
    LikeQuestion,
    /// Writing a reply.
    Reply,
    /// Changing the words of a reply.
    EditReply,
    /// Deleting a reply.
    DeleteReply,
    /// Pinning a reply, or not any more.
    PinReply,
    /// Liking a reply, or not any more.
    LikeReply,
}

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Whoever has an account, a guest's too.
    Anyone,
    /// Whoever has entered.
    Participants,
    /// Sub hosts and the super host.
    Hosts,
    /// The super host.
    SuperHost,
    /// Who wrote it.
    Author,
    /// Who wrote it, until it is closed, is pinned or has a living reply.
    AuthorUntilSettled,
    /// Who wrote it, until then and until others have judged the words by liking them.
    AuthorUntilJudged,
}
use Who::{Anyone, Author, AuthorUntilJudged, AuthorUntilSettled, Hosts, Participants, SuperHost};

/// Until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// Until the session has ended.
    Running,
    /// Afterwards, too.
    Always,
}
use When::{Always, Running};

impl Action {
    /// The table.
    fn rule(self) -> (&'static [Who], When) {
        match self {
            Self::Enter => (&[Anyone], Running),
            Self::ListParticipants => (&[Participants], Always),
            Self::Export => (&[Hosts], Always),
            Self::EditSession => (&[SuperHost], Running),
            // Repeatable.
            Self::EndSession => (&[SuperHost], Always),
            // Repeatable.
            Self::ReopenSession => (&[SuperHost], Always),
            Self::DeleteSession => (&[SuperHost], Always),
            Self::HandOver => (&[SuperHost], Always),
            Self::GrantHost => (&[SuperHost], Running),
            // Taking away goes on after the end, here and below.
            Self::RevokeHost => (&[SuperHost], Always),
            Self::Leave => (&[Anyone], Always),
            Self::Ask => (&[Anyone], Running),
            // Hosts never edit the words of others.
            Self::EditQuestion => (&[AuthorUntilJudged], Running),
            Self::DeleteQuestion => (&[AuthorUntilSettled, Hosts], Always),
            Self::PinQuestion => (&[Hosts], Running),
            Self::CloseQuestion => (&[Hosts], Running),
            Self::LikeQuestion => (&[Anyone], Running),
            Self::Reply => (&[Anyone], Running),
            Self::EditReply => (&[AuthorUntilJudged], Running),
            Self::DeleteReply => (&[Author, Hosts], Always),
            Self::PinReply => (&[Hosts], Running),
            Self::LikeReply => (&[Anyone], Running),
        }
    }
}

/// What a decision depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The role of whoever acts; none before entering.
    pub role: Option<Role>,
    /// Whether whoever acts wrote what it is about.
    pub is_author: bool,
    /// Whether the session has ended, by its super host or by time.
    pub is_over: bool,
    /// Whether it is closed, is pinned, or has a living reply.
    pub is_settled: bool,
    /// Whether somebody else likes it, for longer than an author may still change it.
    pub is_judged: bool,
}

/// Why someone may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The session has ended: nobody writes.
    SessionEnded,
    /// Others may.
    Forbidden,
    /// Its author could have, earlier: others have judged it.
    QuestionLocked,
}

/// Decides about an action.
///
/// # Errors
/// Why not. That the session has ended comes first.
pub fn decide(action: Action, standing: Standing) -> Result<(), Refusal> {
    let (who, when) = action.rule();
    if standing.is_over && when == Running {
        return Err(Refusal::SessionEnded);
    }
    let may = |who: &Who| match who {
        Anyone => true,
        Participants => standing.role.is_some(),
        Hosts => standing.role.is_some_and(Role::is_host),
        SuperHost => standing.role == Some(Role::SuperHost),
        Author => standing.is_author,
        AuthorUntilSettled => standing.is_author && !standing.is_settled,
        AuthorUntilJudged => standing.is_author && !standing.is_settled && !standing.is_judged,
    };
    if who.iter().any(may) {
        return Ok(());
    }
    let is_for_a_time = |who: &Who| matches!(who, AuthorUntilSettled | AuthorUntilJudged);
    if standing.is_author && who.iter().any(is_for_a_time) {
        Err(Refusal::QuestionLocked)
    } else {
        Err(Refusal::Forbidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_the_document_have_the_same_words() {
        crate::text::assert_documented::<Role>();
    }
}
