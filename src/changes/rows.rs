//! Rows of `session_changes`, and the numbers that the rows of other features bear.

use diesel::prelude::*;
use strum::{EnumString, IntoStaticStr};

use super::{Audience, SessionId};
use crate::db::columns::{enum_columns, text_columns};
use crate::db::schema::sessions;

text_columns!(SessionId);
enum_columns!(Subject);

/// How far a session has come, counted in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Change {
    /// What all see has changed so often.
    #[diesel(column_name = change)]
    pub number: i64,
    /// What hosts see has changed so often: everything.
    #[diesel(column_name = host_change)]
    pub host_number: i64,
}

impl Change {
    /// As this audience counts.
    pub fn number_for(self, audience: Audience) -> i64 {
        match audience {
            Audience::All => self.number,
            Audience::Hosts => self.host_number,
        }
    }
}

/// What has no row of its own that could bear a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Subject {
    /// A question that is gone.
    Question,
    /// A reply that is gone.
    Reply,
    /// A question that hosts alone see from then on.
    HiddenQuestion,
    /// A reply that hosts alone see from then on.
    HiddenReply,
    /// A question that is gone, and that hosts alone saw.
    UnseenQuestion,
    /// A reply that is gone, and that hosts alone saw.
    UnseenReply,
    /// A person: its nickname, or whether it is a host.
    Person,
    /// Whether a person is in the list of participants, which only those in it see.
    Listing,
    /// Things whose number in common would tell that they were one person's.
    OfOnePerson,
    /// The same of things that hosts alone see.
    UnseenOfOnePerson,
}

impl Subject {
    /// What hosts are not told, because they still see it.
    pub const HIDDEN: [Self; 2] = [Self::HiddenQuestion, Self::HiddenReply];
    /// What hosts alone are told.
    pub const UNSEEN: [Self; 3] = [
        Self::UnseenQuestion,
        Self::UnseenReply,
        Self::UnseenOfOnePerson,
    ];
    /// After what whoever was not there reads everything anew.
    pub const OF_ONE_PERSON: [Self; 2] = [Self::OfOnePerson, Self::UnseenOfOnePerson];

    /// Whether hosts alone are told.
    pub fn is_for_hosts(self) -> bool {
        Self::UNSEEN.contains(&self)
    }
}

/// From whom something is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gone {
    /// From everybody: all saw it.
    ForAll,
    /// From everybody but hosts.
    ButForHosts,
    /// From hosts, who alone saw it.
    ForHosts,
}

impl Gone {
    /// What is deleted that everybody saw, or hosts alone.
    pub fn deleted(was_public: bool) -> Self {
        if was_public {
            Self::ForAll
        } else {
            Self::ForHosts
        }
    }
}

/// The last change of a [`Subject`].
#[derive(Debug, Clone, Queryable)]
pub struct SubjectChange {
    /// Which kind of thing.
    pub subject: Subject,
    /// Its id, as it is told.
    pub subject_id: String,
    /// The question of a reply that is gone.
    pub question_id: Option<String>,
    /// When it changed last.
    pub change: Change,
}
