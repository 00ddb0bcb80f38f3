//! Statements on `mutes`. The session is locked where one is written.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::db::schema::{mutes, questions, replies, users};
use crate::db::{DbConn, DbError, UtcTime, dialect};
use crate::questions::{Mute, MuteNumber, MutedBy, QuestionNumber, ReplyNumber};
use crate::sessions::{MuteId, Muted, SessionId};
use crate::users::UserId;

/// Characters that are told of what somebody was muted by.
const EXCERPT: usize = 100;

/// Something that somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    Question(QuestionNumber),
    Reply(ReplyNumber),
}

/// Who wrote something, and whether others see that. It is told to nobody.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Author {
    /// None once the account is gone.
    pub user_id: Option<UserId>,
    pub is_anonymous: bool,
}

/// A new mute.
#[derive(Insertable)]
#[diesel(table_name = mutes)]
pub struct NewMuteRow {
    pub public_id: MuteId,
    pub session_id: SessionId,
    pub user_id: Option<UserId>,
    pub anonymous: bool,
    pub question_id: Option<QuestionNumber>,
    pub reply_id: Option<ReplyNumber>,
    pub muted_at: UtcTime,
    pub muted_by: UserId,
}

/// Who has asked a question.
pub fn find_asker(conn: &mut DbConn, number: QuestionNumber) -> Result<Author, DbError> {
    let row = questions::table.find(number);
    let author = row.select((questions::author_id, questions::anonymous));
    Ok(author.get_result(conn)?)
}

/// Who has written a reply.
pub fn find_replier(conn: &mut DbConn, number: ReplyNumber) -> Result<Author, DbError> {
    let row = replies::table.find(number);
    let author = row.select((replies::author_id, replies::anonymous));
    Ok(author.get_result(conn)?)
}

/// Writes a mute, unless there is one by the same item.
pub fn insert(conn: &mut DbConn, row: &NewMuteRow) -> Result<(), DbError> {
    dialect::on_each!(conn, |conn| diesel::insert_into(mutes::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Deletes a mute of a session, and tells whose it was.
pub fn delete(
    conn: &mut DbConn,
    session_id: SessionId,
    mute_id: MuteId,
) -> Result<Option<Author>, DbError> {
    let row = mutes::table
        .filter(mutes::session_id.eq(session_id))
        .filter(mutes::public_id.eq(mute_id));
    let deleted = diesel::delete(row).returning((mutes::user_id, mutes::anonymous));
    Ok(deleted.get_result(conn).optional()?)
}

/// How somebody is muted in a session; nobody is in no way.
pub fn find_muted(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: Option<UserId>,
) -> Result<Muted, DbError> {
    let by = |is_anonymous: bool| {
        let theirs = mutes::table
            .filter(mutes::user_id.eq(user_id))
            .filter(mutes::session_id.eq(session_id))
            .filter(mutes::anonymous.eq(is_anonymous));
        exists(theirs)
    };
    let muted = diesel::select((by(false), by(true)));
    let (by_name, anonymously) = muted.get_result(conn)?;
    Ok(Muted {
        by_name,
        anonymously,
    })
}

/// At most `limit` mutes of a session, the newest first: of those behind `after`.
pub fn list(
    conn: &mut DbConn,
    session_id: SessionId,
    after: Option<MuteNumber>,
    limit: i64,
) -> Result<Vec<Mute>, DbError> {
    let (muted, host) = alias!(users as muted, users as host);
    let nickname = muted
        .filter(muted.field(users::user_id).nullable().eq(mutes::user_id))
        .filter(mutes::anonymous.eq(false))
        .select(muted.field(users::nickname));
    let muted_by = host
        .filter(host.field(users::user_id).nullable().eq(mutes::muted_by))
        .select(host.field(users::nickname));
    let question = questions::table
        .filter(questions::question_id.nullable().eq(mutes::question_id))
        .select(questions::body);
    let reply = replies::table
        .filter(replies::reply_id.nullable().eq(mutes::reply_id))
        .select(replies::body);
    let mut found = mutes::table
        .filter(mutes::session_id.eq(session_id))
        .order(mutes::mute_id.desc())
        .limit(limit)
        .select((
            (mutes::mute_id, mutes::public_id, mutes::muted_at),
            (mutes::muted_by, muted_by.single_value()),
            nickname.single_value(),
            (question.single_value(), reply.single_value()),
        ))
        .into_boxed();
    if let Some(after) = after {
        found = found.filter(mutes::mute_id.lt(after));
    }
    let rows: Vec<MuteRow> = found.load(conn)?;
    Ok(rows.into_iter().map(Mute::from).collect())
}

/// A mute with what it is told by.
type MuteRow = (
    (MuteNumber, MuteId, UtcTime),
    (Option<UserId>, Option<String>),
    Option<String>,
    (Option<String>, Option<String>),
);

impl From<MuteRow> for Mute {
    fn from((id, host, nickname, (question, reply)): MuteRow) -> Self {
        let (number, mute_id, muted_at) = id;
        Self {
            number,
            mute_id,
            muted_at,
            muted_by: host
                .0
                .zip(host.1)
                .map(|(user_id, nickname)| MutedBy { user_id, nickname }),
            nickname,
            excerpt: question.or(reply).map(|body| excerpt(&body)),
        }
    }
}

/// The beginning of a text.
fn excerpt(body: &str) -> String {
    let mut begin: String = body.chars().take(EXCERPT).collect();
    if begin.len() < body.len() {
        begin.push('…');
    }
    begin
}

/// Writes a function that finds what somebody wrote since then in one way, in a session; and the
/// item itself, whenever that was.
macro_rules! list_written {
    ($(#[$attribute:meta])* $name:ident, $table:ident, $key:ident: $number:ty, $item:ident) => {
        $(#[$attribute])*
        pub fn $name(
            conn: &mut DbConn,
            session_id: SessionId,
            author: Author,
            item: Written,
            since: DateTime<Utc>,
        ) -> Result<Vec<$number>, DbError> {
            let mut written = Vec::new();
            if let Some(user_id) = author.user_id {
                let theirs = $table::table
                    .filter($table::author_id.eq(user_id))
                    .filter($table::session_id.eq(session_id))
                    .filter($table::anonymous.eq(author.is_anonymous))
                    .filter($table::created_at.gt(UtcTime::from(since)))
                    .order($table::$key)
                    .select($table::$key);
                written = theirs.load(conn)?;
            }
            if let Written::$item(number) = item
                && !written.contains(&number)
            {
                written.push(number);
            }
            Ok(written)
        }
    };
}

list_written! {
    /// The questions that somebody asked since then as the author of an item, and the item.
    list_asked, questions, question_id: QuestionNumber, Question
}
list_written! {
    /// The replies that somebody wrote since then as the author of an item, and the item.
    list_replied, replies, reply_id: ReplyNumber, Reply
}
