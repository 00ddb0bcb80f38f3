//! Statements on `question_likes` and `reply_likes`, and on the counts that go with them. The
//! session is locked.

use diesel::prelude::*;

use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, dialect};
use crate::questions::{QuestionNumber, ReplyNumber};
use crate::users::UserId;

/// Writes the two functions for one kind of what can be liked.
macro_rules! likes_of {
    (
        $table:ident, $likes:ident, $key:ident: $number:ty, $insert:ident, $delete:ident,
        $delete_others:ident
    ) => {
        /// Lets someone like it, and tells how many do.
        pub fn $insert(conn: &mut DbConn, $key: $number, user_id: UserId) -> Result<i64, DbError> {
            let like = ($likes::$key.eq($key), $likes::user_id.eq(user_id));
            let inserted = dialect::on_each!(conn, |conn| diesel::insert_into($likes::table)
                .values(like)
                .on_conflict_do_nothing()
                .execute(conn))?;
            likes_of!(@count conn, $table, $key, inserted as i64)
        }

        /// Lets someone not like it any more, and tells how many do.
        pub fn $delete(conn: &mut DbConn, $key: $number, user_id: UserId) -> Result<i64, DbError> {
            let like = $likes::table.find(($key, user_id));
            let deleted = diesel::delete(like).execute(conn)?;
            likes_of!(@count conn, $table, $key, -(deleted as i64))
        }

        /// Takes back the likes of all but its author, and tells how many like it then.
        pub fn $delete_others(
            conn: &mut DbConn,
            $key: $number,
            author: UserId,
        ) -> Result<i64, DbError> {
            let others = $likes::table
                .filter($likes::$key.eq($key))
                .filter($likes::user_id.ne(author));
            let deleted = diesel::delete(others).execute(conn)?;
            likes_of!(@count conn, $table, $key, -(deleted as i64))
        }
    };
    (@count $conn:ident, $table:ident, $key:ident, $added:expr) => {{
        let counted = diesel::update($table::table.find($key))
            .set($table::likes_count.eq($table::likes_count + $added));
        Ok(counted.returning($table::likes_count).get_result($conn)?)
    }};
}

likes_of!(
    questions, question_likes, question_id: QuestionNumber, insert_of_question, delete_of_question,
    delete_of_question_by_others
);
likes_of!(
    replies, reply_likes, reply_id: ReplyNumber, insert_of_reply, delete_of_reply,
    delete_of_reply_by_others
);
