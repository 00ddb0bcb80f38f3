//! Rows of `questions`, `replies` and the tables of likes.

use diesel::prelude::*;

use super::{ContributionAuthor, Entry, Question, QuestionId, Reply, ReplyId};
use crate::db::UtcTime;
use crate::db::columns::number_columns;
use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::sessions::{Role, SessionId};

number_columns!(QuestionId, ReplyId);

/// A new question.
#[derive(Insertable)]
#[diesel(table_name = questions)]
pub struct NewQuestionRow<'a> {
    pub session_id: String,
    pub author_id: i64,
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
    pub question_id: i64,
    pub author_id: i64,
    pub anonymous: bool,
    pub body: &'a str,
    pub pinned: bool,
    pub likes_count: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
}

/// Someone likes a question.
#[derive(Insertable)]
#[diesel(table_name = question_likes)]
pub struct QuestionLikeRow {
    pub question_id: i64,
    pub user_id: i64,
}

/// Someone likes a reply.
#[derive(Insertable)]
#[diesel(table_name = reply_likes)]
pub struct ReplyLikeRow {
    pub reply_id: i64,
    pub user_id: i64,
}

/// A question without what replies have, too.
#[derive(Queryable)]
pub struct QuestionRow {
    question_id: i64,
    session_id: SessionId,
    closed: bool,
    replies_count: i64,
}

/// A reply without what questions have, too.
#[derive(Queryable)]
pub struct ReplyRow {
    reply_id: i64,
    question_id: i64,
}

/// What questions and replies have in common, and what is joined to it: the author's nickname and
/// role in the session, and whoever asks, if that one likes it.
#[derive(Queryable)]
pub struct EntryRow {
    author_id: Option<i64>,
    anonymous: bool,
    body: Option<String>,
    pinned: bool,
    likes_count: i64,
    created_at: UtcTime,
    updated_at: UtcTime,
    nickname: Option<String>,
    role: Option<Role>,
    liked_by: Option<i64>,
}

impl EntryRow {
    /// As `me` sees it.
    fn seen_by(self, me: i64) -> Entry {
        Entry {
            is_mine: self.author_id == Some(me),
            author: self.author(),
            body: self.body,
            is_pinned: self.pinned,
            likes_count: self.likes_count,
            is_liked: self.liked_by.is_some(),
            created_at: self.created_at.into(),
            updated_at: self.updated_at.into(),
        }
    }

    /// The one place that decides whether an author is seen.
    fn author(&self) -> Option<ContributionAuthor> {
        let seen = self.author_id.filter(|_| !self.anonymous);
        let (user_id, nickname) = seen.zip(self.nickname.clone())?;
        Some(ContributionAuthor {
            user_id,
            nickname,
            is_host: self.role.is_some_and(Role::is_host),
        })
    }
}

impl QuestionRow {
    /// As `me` sees it.
    pub fn seen_by(self, me: i64, entry: EntryRow) -> Question {
        Question {
            question_id: self.question_id,
            session_id: self.session_id,
            is_closed: self.closed,
            replies_count: self.replies_count,
            entry: entry.seen_by(me),
        }
    }
}

impl ReplyRow {
    /// As `me` sees it.
    pub fn seen_by(self, me: i64, entry: EntryRow) -> Reply {
        Reply {
            reply_id: self.reply_id,
            question_id: self.question_id,
            entry: entry.seen_by(me),
        }
    }
}
