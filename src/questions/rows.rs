//! Rows of `questions`, `replies` and the tables of likes.

use diesel::prelude::*;

use super::{ContributionAuthor, Entry, Question, QuestionId, Reply, ReplyId};
use crate::db::UtcTime;
use crate::db::columns::number_columns;
use crate::db::schema::{questions, replies};
use crate::sessions::{Role, SessionId};
use crate::users::UserId;

number_columns!(QuestionId, ReplyId);

/// A new question.
#[derive(Insertable)]
#[diesel(table_name = questions)]
pub struct NewQuestionRow<'a> {
    pub session_id: SessionId,
    pub author_id: UserId,
    pub anonymous: bool,
    pub body: &'a str,
    pub pinned: bool,
    pub closed: bool,
    pub likes_count: i64,
    pub replies_count: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A new reply.
#[derive(Insertable)]
#[diesel(table_name = replies)]
pub struct NewReplyRow<'a> {
    pub question_id: QuestionId,
    pub author_id: UserId,
    pub anonymous: bool,
    pub body: &'a str,
    pub pinned: bool,
    pub likes_count: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// A question without what it has in common with replies.
#[derive(Queryable)]
pub struct QuestionRow {
    question_id: QuestionId,
    session_id: SessionId,
    closed: bool,
    replies_count: i64,
    body: String,
}

/// A reply without what it has in common with questions.
#[derive(Queryable)]
pub struct ReplyRow {
    reply_id: ReplyId,
    question_id: QuestionId,
    body: Option<String>,
}

/// What questions and replies have in common, and what is joined to it: the author's nickname and
/// role in the session, and whoever asks, if that one likes it.
#[derive(Queryable)]
pub struct EntryRow {
    author_id: Option<UserId>,
    anonymous: bool,
    pinned: bool,
    likes_count: i64,
    created_at: UtcTime,
    updated_at: UtcTime,
    nickname: Option<String>,
    role: Option<Role>,
    liked_by: Option<UserId>,
}

impl EntryRow {
    /// As `me` sees it.
    fn seen_by(self, me: Option<UserId>) -> Entry {
        Entry {
            is_owner: me.is_some() && self.author_id == me,
            pinned: self.pinned,
            likes_count: self.likes_count,
            liked: self.liked_by.is_some(),
            created_at: self.created_at.into(),
            updated_at: self.updated_at.into(),
            author: self.author().unwrap_or_default(),
        }
    }

    /// The one place that decides whether an author is seen.
    fn author(self) -> Option<ContributionAuthor> {
        let seen = self.author_id.filter(|_| !self.anonymous);
        let (user_id, nickname) = seen.zip(self.nickname)?;
        Some(ContributionAuthor {
            user_id: Some(user_id),
            nickname: Some(nickname),
            is_host: self.role.is_some_and(Role::is_host),
        })
    }
}

impl QuestionRow {
    /// As `me` sees it.
    pub fn seen_by(self, me: Option<UserId>, entry: EntryRow) -> Question {
        Question {
            question_id: self.question_id,
            session_id: self.session_id,
            closed: self.closed,
            replies_count: self.replies_count,
            body: self.body,
            entry: entry.seen_by(me),
        }
    }
}

impl ReplyRow {
    /// As `me` sees it.
    pub fn seen_by(self, me: Option<UserId>, entry: EntryRow) -> Reply {
        Reply {
            reply_id: self.reply_id,
            question_id: self.question_id,
            deleted: self.body.is_none(),
            body: self.body,
            entry: entry.seen_by(me),
        }
    }
}
