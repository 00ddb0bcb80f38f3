//! Labels, and the question that is being answered now.

use super::find;
use crate::changes::{Audience, Position, Recorder};
use crate::db::DbConn;
use crate::questions::repository::labels;
use crate::questions::{
    LabelIds, Question, QuestionId, QuestionsError, QuestionsService, Viewer, repository,
};
use crate::sessions::{
    self, Action, Actor, LabelId, Labels, Session, SessionId, SessionsError, WantedLabel,
};
use crate::users::CurrentUser;

impl QuestionsService {
    /// Gives a session these labels in place of those that it had, and returns it. What is left out
    /// is taken off the questions. Where it is said what was seen, nothing is done if the session
    /// has changed since.
    ///
    /// # Errors
    /// [`QuestionsError::Session`], or when the database fails.
    pub async fn change_labels(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        wanted: Vec<WantedLabel>,
        seen: Option<Position>,
    ) -> Result<Session, QuestionsError> {
        let service = self.clone();
        let change = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let applicant = sessions::lock(conn, &service.clock, me, session_id)?;
            let standing = applicant.standing();
            let mut session = applicant.allow(Action::EditLabels, standing)?.session;
            if let Some(seen) = seen {
                service.require_unchanged(conn, &session, seen)?;
            }
            let before = session.details.labels.clone();
            let labels = before.replaced(&wanted, &service.random);
            let labels = labels.ok_or(SessionsError::NoSuchLabel)?;
            let gone = before.0.iter().filter(|it| !labels.contains(it.label_id));
            for label in gone {
                take_off(conn, recorder, session_id, label.label_id)?;
            }
            sessions::change_details(conn, recorder, &mut session, |it| it.labels = labels)?;
            Ok(session)
        };
        self.changes.write(change).await
    }

    /// Puts a question under these labels of its session alone, and returns it.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::Merged`], or when the database fails.
    pub async fn label(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        label_ids: Vec<LabelId>,
    ) -> Result<Question, QuestionsError> {
        let label = move |conn: &mut DbConn,
                          recorder: &mut Recorder,
                          actor: Actor,
                          mut question: Question| {
            question.require_unmerged()?;
            let labels: &Labels = &actor.session.details.labels;
            if !label_ids.iter().all(|it| labels.contains(*it)) {
                return Err(SessionsError::NoSuchLabel.into());
            }
            let wanted = LabelIds::new(&label_ids);
            if question.label_ids != wanted {
                let is_shown = question.is_shown();
                let change = recorder.change_seen(conn, question.session_id, is_shown)?;
                labels::update_labels(conn, question.number, &wanted, change)?;
                question.label_ids = wanted;
            }
            Ok(question)
        };
        let action = Action::LabelQuestion;
        self.act(me, question_id, action, label).await
    }

    /// Has a question answered now, or none, and returns the session. Where a `revision` is given,
    /// the words are chosen that it names, or nothing.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::NotApproved`], [`QuestionsError::Merged`],
    /// [`QuestionsError::OtherRevision`], or when the database fails.
    pub async fn choose(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        chosen: Option<(QuestionId, Option<i64>)>,
    ) -> Result<Session, QuestionsError> {
        let clock = self.clock.clone();
        let choose = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let applicant = sessions::lock(conn, &clock, me, session_id)?;
            let standing = applicant.standing();
            let actor = applicant.allow(Action::ChooseCurrent, standing)?;
            if let Some((question_id, revision)) = chosen {
                let place = repository::find_place(conn, question_id)?;
                let here = place.filter(|(_, session)| *session == session_id);
                let (number, _) = here.ok_or(QuestionsError::NoSuchQuestion)?;
                let question = find(conn, number, &Viewer::acting(&actor))?;
                question.require_shown()?;
                question.entry.require_revision(revision)?;
            }
            let mut session = actor.session;
            let current = chosen.map(|it| it.0);
            sessions::change_details(conn, recorder, &mut session, |details| {
                details.current_question_id = current;
            })?;
            Ok(session)
        };
        self.changes.write(choose).await
    }

    /// Refuses to go on with a session that has changed in itself since it was seen.
    fn require_unchanged(
        &self,
        conn: &mut DbConn,
        session: &Session,
        seen: Position,
    ) -> Result<(), QuestionsError> {
        let followed = sessions::find_followed(conn, session.details.session_id)?;
        let last = followed.map(|it| it.details_change).unwrap_or_default();
        let is_same = seen.epoch == self.changes.epochs().current()
            && seen.audience == Audience::Hosts
            && last.host_number <= seen.number;
        if is_same {
            Ok(())
        } else {
            Err(SessionsError::Changed.into())
        }
    }
}

/// Takes a label off all questions of a session.
fn take_off(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    label_id: LabelId,
) -> Result<(), QuestionsError> {
    let labelled = labels::list_labelled(conn, session_id, label_id)?;
    for (number, label_ids) in labelled {
        let change = recorder.change(conn, session_id)?;
        labels::update_labels(conn, number, &label_ids.without(label_id), change)?;
    }
    Ok(())
}
