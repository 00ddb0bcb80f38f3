//! Who may do what in a session: the one table of roles and actions, and the one place that
//! decides.
//!
//! Pure: what it decides from is read in the transaction that acts, after the session's row was
//! locked. What the settings of a session forbid, and whom hosts have muted, is decided here, too.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};
use utoipa::ToSchema;

use super::rows::{Muted, Rules};
use super::settings::{NamesSetting, QuestionsSetting, RepliesSetting};

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
    /// Changing what the session allows.
    EditSettings,
    /// Changing the labels of the session.
    EditLabels,
    /// Choosing the question that is being answered now, or none.
    ChooseCurrent,
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
    /// Putting a question under labels.
    LabelQuestion,
    /// Letting everybody see a question.
    ApproveQuestion,
    /// Letting hosts and its author alone see a question.
    DismissQuestion,
    /// Making one question of two.
    MergeQuestion,
    /// Liking a question.
    LikeQuestion,
    /// Writing a reply.
    Reply,
    /// Changing the words of a reply.
    EditReply,
    /// Deleting a reply.
    DeleteReply,
    /// Pinning a reply, or not any more.
    PinReply,
    /// Letting everybody see a reply.
    ApproveReply,
    /// Letting hosts and its author alone see a reply.
    DismissReply,
    /// Liking a reply.
    LikeReply,
    /// Not liking something any more.
    Unlike,
    /// Seeing what waits for review, and what was dismissed.
    ListReview,
    /// Muting the author of something.
    Mute,
    /// Removing what the same person wrote in the same way a while ago.
    RemoveAll,
    /// Seeing by what somebody was muted.
    ListMutes,
    /// Taking a mute back.
    Unmute,
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
            Self::EditSettings => (&[Hosts], Running),
            Self::EditLabels => (&[Hosts], Running),
            Self::ChooseCurrent => (&[Hosts], Running),
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
            Self::LabelQuestion => (&[Hosts], Running),
            Self::ApproveQuestion => (&[Hosts], Running),
            Self::DismissQuestion => (&[Hosts], Always),
            Self::MergeQuestion => (&[Hosts], Running),
            Self::LikeQuestion => (&[Anyone], Running),
            Self::Reply => (&[Anyone], Running),
            Self::EditReply => (&[AuthorUntilJudged], Running),
            Self::DeleteReply => (&[Author, Hosts], Always),
            Self::PinReply => (&[Hosts], Running),
            Self::ApproveReply => (&[Hosts], Running),
            Self::DismissReply => (&[Hosts], Always),
            Self::LikeReply => (&[Anyone], Running),
            Self::Unlike => (&[Anyone], Running),
            Self::ListReview => (&[Hosts], Always),
            Self::Mute => (&[Hosts], Always),
            Self::RemoveAll => (&[Hosts], Running),
            Self::ListMutes => (&[Hosts], Always),
            Self::Unmute => (&[Hosts], Always),
        }
    }

    /// Which setting it depends on; most depend on none.
    fn setting(self) -> Option<Setting> {
        match self {
            Self::Ask | Self::EditQuestion => Some(Setting::Questions),
            Self::Reply | Self::EditReply => Some(Setting::Replies),
            Self::LikeQuestion | Self::LikeReply => Some(Setting::Likes),
            Self::Unlike => Some(Setting::Unlikes),
            _ => None,
        }
    }
}

/// What a setting decides about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    /// The words of questions.
    Questions,
    /// The words of replies.
    Replies,
    /// Likes.
    Likes,
    /// Likes that are taken back: counts stand still where likes are off, and muted people take
    /// away what is theirs.
    Unlikes,
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
    /// Whether it is closed, pinned or answered now, has a living reply, or something was merged
    /// into it.
    pub is_settled: bool,
    /// Whether somebody else likes it, for longer than an author may still change it, or a host has
    /// dismissed it.
    pub is_judged: bool,
    /// Whether a guest acts.
    pub is_guest: bool,
    /// Whether what is written bears no name.
    pub is_anonymous: bool,
    /// What the session allows.
    pub rules: Rules,
    /// How whoever acts is muted.
    pub muted: Muted,
}

impl Standing {
    /// Whether the settings do not hold: they do for what hosts do without their names.
    fn is_exempt(&self) -> bool {
        self.role.is_some_and(Role::is_host) && !self.is_anonymous
    }

    /// Whether it has to wait between two contributions.
    pub fn is_slow(&self) -> bool {
        self.rules.slow_mode > 0 && !self.is_exempt()
    }

    /// Whether a mute keeps whoever acts from doing it: a like is anonymous.
    pub fn is_muted(&self, is_like: bool) -> bool {
        let is_host = self.role.is_some_and(Role::is_host);
        let is_unnamed = self.is_anonymous || is_like;
        self.muted.by_name && !is_host || self.muted.anonymously && is_unnamed
    }

    /// The same, without its name, if it says so or has to.
    pub fn writing(self, wants_anonymity: bool) -> Self {
        let is_host = self.role.is_some_and(Role::is_host);
        let is_hidden = self.rules.names == NamesSetting::Hidden && !is_host;
        Self {
            is_anonymous: wants_anonymity || self.is_guest || is_hidden,
            ..self
        }
    }
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
    /// Hosts have muted whoever asks.
    Muted,
    /// The session asks for names.
    NamesRequired,
    /// The session does not allow it now.
    NotOpen,
}

/// Decides about an action.
///
/// # Errors
/// Why not. That the session has ended comes first; what the session does not allow comes last.
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
        return action
            .setting()
            .map_or(Ok(()), |it| decide_setting(it, standing));
    }
    let is_for_a_time = |who: &Who| matches!(who, AuthorUntilSettled | AuthorUntilJudged);
    if standing.is_author && who.iter().any(is_for_a_time) {
        Err(Refusal::QuestionLocked)
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Decides by mutes and settings.
fn decide_setting(setting: Setting, standing: Standing) -> Result<(), Refusal> {
    let (rules, is_like) = (standing.rules, setting == Setting::Likes);
    if setting != Setting::Unlikes && standing.is_muted(is_like) {
        return Err(Refusal::Muted);
    }
    let is_open = match setting {
        Setting::Questions => standing.is_exempt() || rules.questions != QuestionsSetting::Closed,
        Setting::Replies => standing.is_exempt() || rules.replies.is_open(),
        Setting::Likes | Setting::Unlikes => rules.likes,
    };
    if !is_open {
        return Err(Refusal::NotOpen);
    }
    let is_nameless = match setting {
        Setting::Questions | Setting::Replies => standing.is_anonymous,
        Setting::Likes => standing.is_guest,
        Setting::Unlikes => false,
    };
    if rules.names == NamesSetting::Required && is_nameless {
        return Err(Refusal::NamesRequired);
    }
    Ok(())
}

/// Whether what is written is seen by hosts and its author alone until a host approves it.
/// `has_blocked_word`: whether it has a word that this session holds back.
pub fn needs_review(action: Action, standing: Standing, has_blocked_word: bool) -> bool {
    if standing.is_exempt() {
        return false;
    }
    let by_setting = match action.setting() {
        Some(Setting::Questions) => match standing.rules.questions {
            QuestionsSetting::Review => true,
            QuestionsSetting::ReviewAnonymous => standing.is_anonymous,
            QuestionsSetting::Open | QuestionsSetting::Closed => false,
        },
        Some(Setting::Replies) => match standing.rules.replies {
            RepliesSetting::Review => true,
            RepliesSetting::ReviewAnonymous => standing.is_anonymous,
            RepliesSetting::Open | RepliesSetting::Hosts | RepliesSetting::Closed => false,
        },
        _ => false,
    };
    by_setting || has_blocked_word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_the_document_have_the_same_words() {
        crate::text::assert_documented::<Role>();
    }
}
