//! Statements that read which questions and replies of a session have changed.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::columns as question_columns;
use super::replies::columns as reply_columns;
use crate::changes::{Audience, Change};
use crate::db::schema::{participants, question_likes, questions, replies, reply_likes, users};
use crate::db::{DbConn, DbError};
use crate::questions::rows::{EntryRow, QuestionRow, ReplyRow};
use crate::questions::{Changed, QuestionEvent, ReplyEvent, Review};
use crate::sessions::SessionId;
use crate::users::UserId;

/// Writes a function that reads what has changed of one kind.
macro_rules! list_changed {
    (
        $list:ident, $table:ident, $from:expr, $columns:expr, $is_public:expr, $replies:expr,
        $row:ty, $event:ty, $mark:expr
    ) => {
        /// What has changed after `after`, as this audience counts: at most `limit`, in the order
        /// of numbers.
        ///
        /// # Errors
        /// When the database fails.
        pub fn $list(
            conn: &mut DbConn,
            session_id: SessionId,
            audience: Audience,
            after: i64,
            limit: i64,
        ) -> Result<Vec<Changed<$event>>, DbError> {
            let numbers = (
                ($table::change, $table::host_change),
                ($table::content_change, $table::content_host_change),
                $replies,
                $is_public,
            );
            let mut changed = $from
                .filter($table::session_id.eq(session_id))
                .limit(limit)
                .select(($columns, numbers))
                .into_boxed();
            changed = match audience {
                Audience::All => changed
                    .filter($table::change.gt(after))
                    .filter($is_public)
                    .order($table::change),
                Audience::Hosts => changed
                    .filter($table::host_change.gt(after))
                    .order($table::host_change),
            };
            type Row = (($row, EntryRow), (Change, Change, Change, bool));
            let rows: Vec<Row> = changed.load(conn)?;
            let told = rows.into_iter();
            Ok(told
                .map(
                    |((row, entry), (change, content_change, replies, is_public))| {
                        let (mut event, counts) = row.told(entry);
                        $mark(&mut event, replies.number_for(audience) > after);
                        Changed {
                            event,
                            counts,
                            change,
                            content_change,
                            is_public,
                        }
                    },
                )
                .collect())
        }
    };
}

list_changed!(
    list_changed_questions,
    questions,
    questions::table,
    question_columns!(None),
    questions::shown,
    (questions::replies_change, questions::replies_host_change),
    QuestionRow,
    QuestionEvent,
    |event: &mut QuestionEvent, has_changed| event.replies_changed = has_changed
);
list_changed!(
    list_changed_replies,
    replies,
    replies::table.inner_join(questions::table),
    reply_columns!(None),
    questions::shown.and(replies::review.eq(Review::Approved)),
    (replies::change, replies::host_change),
    ReplyRow,
    ReplyEvent,
    |_: &mut ReplyEvent, _| ()
);

/// Whether something stands under the account's nickname in a session that everybody sees.
pub fn is_named_author(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: UserId,
) -> Result<bool, DbError> {
    let asked = questions::table
        .filter(questions::author_id.eq(user_id))
        .filter(questions::session_id.eq(session_id))
        .filter(questions::anonymous.eq(false))
        .filter(questions::shown);
    let replied = replies::table
        .inner_join(questions::table)
        .filter(replies::author_id.eq(user_id))
        .filter(replies::session_id.eq(session_id))
        .filter(replies::anonymous.eq(false))
        .filter(replies::review.eq(Review::Approved))
        .filter(questions::shown);
    let is_author = diesel::select(exists(asked).or(exists(replied)));
    Ok(is_author.get_result(conn)?)
}
