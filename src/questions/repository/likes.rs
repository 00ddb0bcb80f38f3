//! Statements on `question_likes` and `reply_likes`, and on the counts that go with them. The
//! session is locked.

use diesel::prelude::*;

use super::counts_changed;
use crate::changes::Change;
use crate::db::schema::{question_likes, questions, replies, reply_likes};
use crate::db::{DbConn, DbError, dialect};
use crate::questions::{QuestionNumber, ReplyNumber};
use crate::users::UserId;

/// Writes the four functions for one kind of what can be liked.
macro_rules! likes_of {
    (
        $table:ident, $likes:ident, $key:ident: $number:ty, $insert:ident, $delete:ident,
        $delete_others:ident, $update_count:ident
    ) => {
        /// Lets someone like it. Tells how many likes that is more: none for who likes it already.
        pub fn $insert(conn: &mut DbConn, $key: $number, user_id: UserId) -> Result<i64, DbError> {
            let like = ($likes::$key.eq($key), $likes::user_id.eq(user_id));
            let inserted = dialect::on_each!(conn, |conn| diesel::insert_into($likes::table)
                .values(like)
                .on_conflict_do_nothing()
                .execute(conn))?;
            Ok(inserted as i64)
        }

        /// Lets someone not like it any more. Tells how many likes that is less.
        pub fn $delete(conn: &mut DbConn, $key: $number, user_id: UserId) -> Result<i64, DbError> {
            let like = $likes::table.find(($key, user_id));
            Ok(diesel::delete(like).execute(conn)? as i64)
        }

        /// Takes back the likes of all but its author. Tells how many they were.
        pub fn $delete_others(
            conn: &mut DbConn,
            $key: $number,
            author: UserId,
        ) -> Result<i64, DbError> {
            let others = $likes::table
                .filter($likes::$key.eq($key))
                .filter($likes::user_id.ne(author));
            Ok(diesel::delete(others).execute(conn)? as i64)
        }

        /// Adds to the number of its likes, and tells how many there are then.
        pub fn $update_count(
            conn: &mut DbConn,
            $key: $number,
            added: i64,
            change: Change,
        ) -> Result<i64, DbError> {
            let counted = diesel::update($table::table.find($key)).set((
                $table::likes_count.eq($table::likes_count + added),
                counts_changed!($table, change),
            ));
            Ok(counted.returning($table::likes_count).get_result(conn)?)
        }
    };
}

likes_of!(
    questions, question_likes, question_id: QuestionNumber, insert_of_question, delete_of_question,
    delete_of_question_by_others, update_count_of_question
);
likes_of!(
    replies, reply_likes, reply_id: ReplyNumber, insert_of_reply, delete_of_reply,
    delete_of_reply_by_others, update_count_of_reply
);
