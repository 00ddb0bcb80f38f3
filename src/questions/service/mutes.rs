//! Muting whoever wrote something, without learning who that is.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::{find, questions as question_rules, replies as reply_rules};
use crate::audit::AuditAction;
use crate::changes::Recorder;
use crate::db::{DbConn, DbError};
use crate::paging::Page;
use crate::questions::repository::mutes::{self, Author, NewMuteRow, Written};
use crate::questions::repository::replies;
use crate::questions::{
    Mute, MuteNumber, Question, QuestionId, QuestionsError, QuestionsService, Reply, ReplyId,
    Viewer,
};
use crate::sessions::{self, Action, Actor, MuteId, SessionId, decide};
use crate::users::CurrentUser;

/// How far back everything is removed that somebody wrote in the same way.
const REMOVED_WITHIN: TimeDelta = TimeDelta::hours(1);

/// By what somebody is muted.
struct Item {
    id: String,
    written: Written,
    author: Author,
    /// Whether it stands under the nickname of somebody who is a host now.
    is_hosts: bool,
}

impl QuestionsService {
    /// Mutes whoever wrote a question: by an anonymous one in what is done anonymously here, by one
    /// under a nickname in everything. If wished, what the same person wrote in the same way within
    /// the last hour is removed with it.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::MutedHost`], or when the database fails.
    pub async fn mute_asker(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        removes_all: bool,
        ip: Option<IpAddr>,
    ) -> Result<(), QuestionsError> {
        let mute_id = MuteId::generate(&self.random);
        let mute = move |conn: &mut DbConn,
                         recorder: &mut Recorder,
                         mut actor: Actor,
                         question: Question| {
            let item = Item {
                id: question_id.to_text(),
                written: Written::Question(question.number),
                author: mutes::find_asker(conn, question.number)?,
                is_hosts: question.entry.content.author.is_host,
            };
            mute(conn, &actor, mute_id, &item, ip)?;
            if removes_all {
                remove_all(conn, recorder, &mut actor, &item, ip)?;
            }
            Ok(())
        };
        self.act(me, question_id, muting(removes_all), mute).await
    }

    /// The same of who wrote a reply.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchReply`], [`QuestionsError::Session`], [`QuestionsError::MutedHost`],
    /// or when the database fails.
    pub async fn mute_replier(
        &self,
        me: CurrentUser,
        reply_id: ReplyId,
        removes_all: bool,
        ip: Option<IpAddr>,
    ) -> Result<(), QuestionsError> {
        let mute_id = MuteId::generate(&self.random);
        let mute =
            move |conn: &mut DbConn, recorder: &mut Recorder, mut actor: Actor, reply: Reply| {
                let item = Item {
                    id: reply_id.to_text(),
                    written: Written::Reply(reply.number),
                    author: mutes::find_replier(conn, reply.number)?,
                    is_hosts: reply.entry.content.author.is_host,
                };
                mute(conn, &actor, mute_id, &item, ip)?;
                if removes_all {
                    remove_all(conn, recorder, &mut actor, &item, ip)?;
                }
                Ok(())
            };
        let action = muting(removes_all);
        self.act_on_reply(me, reply_id, action, mute).await
    }

    /// At most `limit` of what hosts have muted somebody by in a session, the newest first: of
    /// those behind `after`.
    ///
    /// # Errors
    /// [`QuestionsError::Session`], or when the database fails.
    pub async fn list_mutes(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        after: Option<MuteNumber>,
        limit: usize,
    ) -> Result<Page<Mute>, QuestionsError> {
        let now = self.clock.now();
        let list = move |conn: &mut DbConn| {
            let session = sessions::find(conn, session_id, Some(me.user_id))?;
            decide(Action::ListMutes, session.standing(now))?;
            let found = mutes::list(conn, session_id, after, limit as i64 + 1)?;
            Ok(Page::of(found, limit))
        };
        self.db.read(list).await
    }

    /// Takes a mute back. Whoever it was stays muted while another one of theirs stands.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchMute`], [`QuestionsError::Session`], or when the database fails.
    pub async fn unmute(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        mute_id: MuteId,
        ip: Option<IpAddr>,
    ) -> Result<(), QuestionsError> {
        let clock = self.clock.clone();
        let unmute = move |conn: &mut DbConn, _: &mut Recorder| {
            let applicant = sessions::lock(conn, &clock, me, session_id)?;
            let standing = applicant.standing();
            let actor = applicant.allow(Action::Unmute, standing)?;
            let muted = mutes::delete(conn, session_id, mute_id)?;
            let muted = muted.ok_or(QuestionsError::NoSuchMute)?;
            note_muted(conn, session_id, muted)?;
            let item = mute_id.to_text();
            Ok(sessions::note_item(
                conn,
                &actor,
                AuditAction::AuthorUnmuted,
                item,
                ip,
            )?)
        };
        self.changes.write(unmute).await
    }
}

/// What it takes to mute somebody, before anything is said of the item.
fn muting(removes_all: bool) -> Action {
    if removes_all {
        Action::RemoveAll
    } else {
        Action::Mute
    }
}

/// Mutes whoever wrote an item. It is answered alike whoever that is, also where nobody is left.
fn mute(
    conn: &mut DbConn,
    actor: &Actor,
    mute_id: MuteId,
    item: &Item,
    ip: Option<IpAddr>,
) -> Result<(), QuestionsError> {
    if item.is_hosts {
        return Err(QuestionsError::MutedHost);
    }
    let session_id = actor.session.details.session_id;
    let (question_id, reply_id) = match item.written {
        Written::Question(number) => (Some(number), None),
        Written::Reply(number) => (None, Some(number)),
    };
    let row = NewMuteRow {
        public_id: mute_id,
        session_id,
        user_id: item.author.user_id,
        anonymous: item.author.is_anonymous,
        question_id,
        reply_id,
        muted_at: actor.now.into(),
        muted_by: actor.me.user_id,
    };
    mutes::insert(conn, &row)?;
    note_muted(conn, session_id, item.author)?;
    let item = item.id.clone();
    Ok(sessions::note_item(
        conn,
        actor,
        AuditAction::AuthorMuted,
        item,
        ip,
    )?)
}

/// Notes with the participant how it is muted now. Where nobody is left, the same is asked of the
/// database: how long a host waits tells nothing.
fn note_muted(conn: &mut DbConn, session_id: SessionId, author: Author) -> Result<(), DbError> {
    let muted = mutes::find_muted(conn, session_id, author.user_id)?;
    sessions::note_muted(conn, session_id, author.user_id, muted)
}

/// Removes an item, and what its author wrote in the same way a while ago.
fn remove_all(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    actor: &mut Actor,
    item: &Item,
    ip: Option<IpAddr>,
) -> Result<(), QuestionsError> {
    let session_id = actor.session.details.session_id;
    let since = actor.now - REMOVED_WITHIN;
    let viewer = Viewer::acting(actor);
    // Replies first: those to a question go with it.
    for number in mutes::list_replied(conn, session_id, item.author, item.written, since)? {
        if let Some(reply) = replies::find(conn, number, &viewer)? {
            reply_rules::remove(conn, recorder, session_id, &reply)?;
        }
    }
    for number in mutes::list_asked(conn, session_id, item.author, item.written, since)? {
        match find(conn, number, &viewer) {
            Ok(question) => {
                question_rules::remove(conn, recorder, &mut actor.session, &question)?;
            }
            // It was merged into one that has gone before.
            Err(QuestionsError::NoSuchQuestion) => {}
            Err(error) => return Err(error),
        }
    }
    let item = item.id.clone();
    Ok(sessions::note_item(
        conn,
        actor,
        AuditAction::AllRemoved,
        item,
        ip,
    )?)
}
