//! Rows of `questions`, `replies` and the tables of likes.

use diesel::prelude::*;

use super::{
    Content, ContributionAuthor, Entry, ItemCounts, LabelIds, MuteNumber, Question, QuestionEvent,
    QuestionId, QuestionNumber, Reply, ReplyEvent, ReplyId, ReplyNumber, Review, Viewer,
};
use crate::db::UtcTime;
use crate::db::columns::{bytes_columns, enum_columns, number_columns, stored_as};
use crate::db::schema::{questions, replies};
use crate::sessions::{Role, SessionId};
use crate::users::UserId;

bytes_columns!(ReplyId);
number_columns!(MuteNumber, QuestionNumber, ReplyNumber);
enum_columns!(Review);
stored_as! {
    LabelIds,
    diesel::sql_types::Text,
    String,
    |text: &String| LabelIds::from_column(text),
    |ids: LabelIds| ids.0
}

/// A new question.
#[derive(Insertable)]
#[diesel(table_name = questions)]
pub struct NewQuestionRow<'a> {
    pub public_id: QuestionId,
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
    pub review: Review,
    pub shown: bool,
}

/// A new reply.
#[derive(Insertable)]
#[diesel(table_name = replies)]
pub struct NewReplyRow<'a> {
    pub public_id: ReplyId,
    pub question_id: QuestionNumber,
    pub session_id: SessionId,
    pub author_id: UserId,
    pub anonymous: bool,
    pub body: &'a str,
    pub pinned: bool,
    pub likes_count: i64,
    pub created_at: UtcTime,
    pub updated_at: UtcTime,
    pub review: Review,
}

/// A question without what it has in common with replies.
#[derive(Queryable)]
pub struct QuestionRow {
    number: QuestionNumber,
    question_id: QuestionId,
    pub session_id: SessionId,
    closed: bool,
    merged_into: Option<QuestionId>,
    target_review: Option<Review>,
    merged_count: i64,
    label_ids: LabelIds,
    replies_count: i64,
    body: String,
}

/// A reply without what it has in common with questions.
#[derive(Queryable)]
pub struct ReplyRow {
    number: ReplyNumber,
    reply_id: ReplyId,
    question: QuestionNumber,
    question_id: QuestionId,
    question_review: Review,
    question_author_id: Option<UserId>,
    body: Option<String>,
}

/// What questions and replies have in common, and what is joined to it: the author's nickname and
/// role in the session, and whoever asks, if that one likes it.
#[derive(Queryable)]
pub struct EntryRow {
    author_id: Option<UserId>,
    anonymous: bool,
    review: Review,
    pinned: bool,
    likes_count: i64,
    created_at: UtcTime,
    updated_at: UtcTime,
    edited_at: Option<UtcTime>,
    revision: i64,
    nickname: Option<String>,
    role: Option<Role>,
    liked_by: Option<UserId>,
}

impl EntryRow {
    /// As the viewer sees it, who may do nothing yet.
    fn seen_by(self, viewer: &Viewer) -> Entry {
        let me = viewer.me;
        Entry {
            is_owner: me.is_some() && self.author_id == me,
            can_edit: false,
            can_delete: false,
            anonymous: self.anonymous,
            likes_count: self.likes_count,
            liked: self.liked_by.is_some(),
            content: self.content(),
        }
    }

    /// As everybody sees it.
    fn content(self) -> Content {
        Content {
            review: self.review,
            pinned: self.pinned,
            created_at: self.created_at,
            updated_at: self.updated_at,
            edited_at: self.edited_at,
            revision: self.revision,
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
    /// As the viewer sees it.
    pub fn seen_by(self, viewer: &Viewer, entry: EntryRow) -> Question {
        let question = Question {
            number: self.number,
            question_id: self.question_id,
            session_id: self.session_id,
            closed: self.closed,
            merged_into: self.merged_into,
            target_review: self.target_review,
            merged_count: self.merged_count,
            label_ids: self.label_ids,
            replies_count: self.replies_count,
            body: self.body,
            entry: entry.seen_by(viewer),
        };
        question.judged(viewer)
    }
}

impl QuestionRow {
    /// As everybody is told of it, and how many like it and reply to it.
    pub fn told(self, entry: EntryRow) -> (QuestionEvent, ItemCounts) {
        let counts = ItemCounts {
            likes_count: entry.likes_count,
            replies_count: Some(self.replies_count),
        };
        let event = QuestionEvent {
            question_id: self.question_id,
            session_id: self.session_id,
            closed: self.closed,
            merged_into: self.merged_into,
            label_ids: self.label_ids,
            replies_changed: false,
            body: self.body,
            content: entry.content(),
        };
        (event, counts)
    }
}

impl ReplyRow {
    /// As everybody is told of it, and how many like it.
    pub fn told(self, entry: EntryRow) -> (ReplyEvent, ItemCounts) {
        let counts = ItemCounts {
            likes_count: entry.likes_count,
            replies_count: None,
        };
        let event = ReplyEvent {
            reply_id: self.reply_id,
            question_id: self.question_id,
            deleted: self.body.is_none(),
            body: self.body,
            content: entry.content(),
        };
        (event, counts)
    }

    /// As the viewer sees it.
    pub fn seen_by(self, viewer: &Viewer, entry: EntryRow) -> Reply {
        let reply = Reply {
            number: self.number,
            reply_id: self.reply_id,
            question: self.question,
            question_id: self.question_id,
            question_review: self.question_review,
            is_to_own: viewer.me.is_some() && self.question_author_id == viewer.me,
            deleted: self.body.is_none(),
            body: self.body,
            entry: entry.seen_by(viewer),
        };
        reply.judged(viewer)
    }
}
