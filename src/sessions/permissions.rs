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
    /// Changing the session's title and end.
    EditSession,
    /// Ending the session.
    EndSession,
    /// Making someone a sub host, or a participant again.
    ChangeHosts,
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
    /// Who wrote it, while the question is open and has no living reply.
    AuthorUntilAnswered,
}
use Who::{Anyone, Author, AuthorUntilAnswered, Hosts, Participants, SuperHost};

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
            Self::ChangeHosts => (&[SuperHost], Running),
            Self::Ask => (&[Anyone], Running),
            // Hosts never edit the words of others.
            Self::EditQuestion => (&[AuthorUntilAnswered], Running),
            Self::DeleteQuestion => (&[AuthorUntilAnswered, Hosts], Running),
            Self::PinQuestion => (&[Hosts], Running),
            Self::CloseQuestion => (&[Hosts], Running),
            Self::LikeQuestion => (&[Anyone], Running),
            Self::Reply => (&[Anyone], Running),
            Self::EditReply => (&[Author], Running),
            Self::DeleteReply => (&[Author, Hosts], Running),
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
    /// Whether the question is closed, or has a living reply.
    pub is_settled: bool,
}

/// Why someone may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The session has ended: nobody writes.
    SessionEnded,
    /// Others may.
    Forbidden,
    /// Its author could have, earlier.
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
        AuthorUntilAnswered => standing.is_author && !standing.is_settled,
    };
    if who.iter().any(may) {
        return Ok(());
    }
    if standing.is_author && who.contains(&AuthorUntilAnswered) {
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
