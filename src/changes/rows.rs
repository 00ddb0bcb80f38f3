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
    /// A person: its nickname, or whether it is a host.
    Person,
    /// Whether a person is in the list of participants, which only those in it see.
    Listing,
    /// Things whose number in common would tell that they were one person's.
    OfOnePerson,
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
