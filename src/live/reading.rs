//! What has changed of a session, as one read finds it.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use super::piece::{Event, Present, Seen};
use super::{CountsEvent, PendingEvent, QuestionRemovedEvent, ReplyRemovedEvent};
use crate::changes::{self, Audience, Change, SessionId, Subject, SubjectChange};
use crate::db::{DbConn, DbError};
use crate::questions::{self, Changed, ItemCounts, QuestionEvent, QuestionId, ReplyEvent, ReplyId};
use crate::sessions::{self, Followed, SessionCounts, SessionEvent};
use crate::users::UserId;

/// More things than this that have changed are not told: reading everything anew costs less.
const SUBJECTS: usize = 1_000;

/// Which changes are read.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Of which session.
    pub session_id: SessionId,
    /// As whom numbers are counted.
    pub audience: Audience,
    /// Later than this.
    pub after: i64,
    /// No later than this; the session's number where it is not said.
    pub until: Option<i64>,
}

/// What a read has found.
#[derive(Debug)]
pub enum Reading {
    /// The session is deleted.
    Deleted,
    /// More than is told; or the session, which has come so far, has not come as far as was told,
    /// because the database lacks commits.
    Anew(Change),
    /// These changes.
    Changes(Box<Changes>),
}

/// What has changed.
#[derive(Debug)]
pub struct Changes {
    /// The session as it is now.
    pub session: Followed,
    /// In any order.
    pub events: Vec<Event>,
    /// What is counted of what has changed, and when that was.
    counted: Vec<(Change, Counted)>,
    /// Who is what now; `None` where nothing has changed.
    pub present: Option<Present>,
}

/// Reads the session's number first; then what has changed up to it, by one statement for each kind
/// of thing; then who is a host. So nothing is missed, and no host is told what happened after the
/// role was taken away.
///
/// # Errors
/// When the database fails.
pub fn read(conn: &mut DbConn, wanted: Wanted, now: DateTime<Utc>) -> Result<Reading, DbError> {
    let Wanted {
        session_id,
        audience,
        after,
        until,
    } = wanted;
    let Some(session) = sessions::find_followed(conn, session_id)? else {
        return Ok(Reading::Deleted);
    };
    let number = session.change.number_for(audience);
    if number < after {
        return Ok(Reading::Anew(session.change));
    }
    let until = until.unwrap_or(number);
    if until <= after {
        return Ok(Reading::Changes(Box::new(Changes::none(session))));
    }
    let limit = SUBJECTS as i64 + 1;
    let questions = questions::list_changed_questions(conn, session_id, audience, after, limit)?;
    let replies = questions::list_changed_replies(conn, session_id, audience, after, limit)?;
    let subjects = changes::list_subjects(conn, session_id, audience, after, limit)?;
    let is_too_much = questions.len() + replies.len() + subjects.len() > SUBJECTS;
    // Who follows has seen whose it was. Others would learn it by asking from one number after the
    // other.
    let is_catching_up = wanted.until.is_some();
    let is_of_one_person = |it: &SubjectChange| Subject::OF_ONE_PERSON.contains(&it.subject);
    if is_too_much || is_catching_up && subjects.iter().any(is_of_one_person) {
        return Ok(Reading::Anew(session.change));
    }
    let is_wanted = |change: Change| {
        let number = change.number_for(audience);
        after < number && number <= until
    };
    let mut found = Changes::none(session);
    found.add_session(audience, now, is_wanted);
    found.add_questions(questions, is_wanted);
    found.add_replies(replies, is_wanted);
    let persons = found.add_gone(subjects, is_wanted);
    let inside = found.add_persons(conn, session_id, persons)?;
    let hosts = sessions::list_hosts(conn, session_id)?;
    found.present = Some(Present { hosts, inside });
    Ok(Reading::Changes(Box::new(found)))
}

/// What not everybody sees, hosts do.
fn seen_if(is_public: bool) -> Seen {
    if is_public {
        Seen::ByAll
    } else {
        Seen::ByHosts
    }
}

/// Who is told that something is gone.
fn seen_gone(subject: Subject) -> Seen {
    if Subject::HIDDEN.contains(&subject) {
        Seen::ByOthers
    } else {
        seen_if(!subject.is_for_hosts())
    }
}

/// What is counted of one thing.
#[derive(Debug, Clone, Copy)]
enum Counted {
    Session(SessionCounts),
    Question(QuestionId, ItemCounts),
    Reply(ReplyId, ItemCounts),
}

impl Changes {
    /// What is counted of what has changed.
    pub fn counts(&self) -> CountsEvent {
        let mut counts = CountsEvent::default();
        for (_, counted) in &self.counted {
            match *counted {
                Counted::Session(it) => counts.session = Some(it.into()),
                Counted::Question(id, it) => drop(counts.questions.insert(id, it)),
                Counted::Reply(id, it) => drop(counts.replies.insert(id, it)),
            }
        }
        counts
    }

    /// Leaves out what is later than some number, so that the events have no more than `bytes`, or
    /// all bear one number. Tells the number up to which everything is kept: `until`, where nothing
    /// is left out.
    pub fn fit(&mut self, audience: Audience, until: i64, bytes: usize) -> i64 {
        let numbered = self.events.iter();
        let mut sizes: Vec<(i64, usize)> = numbered
            .filter_map(|it| Some((it.change?.number_for(audience), it.size())))
            .collect();
        sizes.sort_unstable();
        let (mut sum, mut last) = (0, None);
        for (number, size) in sizes {
            sum += size;
            if sum > bytes && last.is_some_and(|last| last < number) {
                break;
            }
            last = Some(number);
        }
        if sum <= bytes {
            return until;
        }
        let last = last.unwrap_or(until);
        let is_kept = |change: Change| change.number_for(audience) <= last;
        self.events.retain(|it| it.change.is_some_and(is_kept));
        self.counted.retain(|(change, _)| is_kept(*change));
        last
    }

    fn none(session: Followed) -> Self {
        Self {
            session,
            events: Vec::new(),
            counted: Vec::new(),
            present: None,
        }
    }

    fn add_session(
        &mut self,
        audience: Audience,
        now: DateTime<Utc>,
        is_wanted: impl Fn(Change) -> bool,
    ) {
        let session = &self.session;
        if is_wanted(session.details_change) {
            let event = SessionEvent::new(session, now);
            let change = session.details_change;
            self.events
                .push(Event::new("session", Seen::ByAll, change, &event));
        }
        if is_wanted(session.counts_change) {
            let counted = Counted::Session(session.counts);
            self.counted.push((session.counts_change, counted));
        }
        let pending_change = Change {
            number: session.change.number,
            host_number: session.pending_change,
        };
        if audience == Audience::Hosts && is_wanted(pending_change) {
            let pending_count = session.counts.pending_count;
            let event = PendingEvent { pending_count };
            self.events
                .push(Event::new("pending", Seen::ByHosts, pending_change, &event));
        }
    }

    fn add_questions(
        &mut self,
        questions: Vec<Changed<QuestionEvent>>,
        is_wanted: impl Fn(Change) -> bool,
    ) {
        for it in questions {
            // Also where its counts have changed since: they are told later, and it is not.
            if is_wanted(it.content_change) {
                let seen = seen_if(it.is_public);
                let event = Event::new("question", seen, it.content_change, &it.event);
                self.events.push(event);
            }
            if it.is_public && is_wanted(it.change) {
                let counted = Counted::Question(it.event.question_id, it.counts);
                self.counted.push((it.change, counted));
            }
        }
    }

    fn add_replies(
        &mut self,
        replies: Vec<Changed<ReplyEvent>>,
        is_wanted: impl Fn(Change) -> bool,
    ) {
        for it in replies {
            if is_wanted(it.content_change) {
                let seen = seen_if(it.is_public);
                let event = Event::new("reply", seen, it.content_change, &it.event);
                self.events.push(event);
            }
            if it.is_public && is_wanted(it.change) {
                let counted = Counted::Reply(it.event.reply_id, it.counts);
                self.counted.push((it.change, counted));
            }
        }
    }

    /// Adds what is gone, and tells which persons have changed.
    fn add_gone(
        &mut self,
        subjects: Vec<SubjectChange>,
        is_wanted: impl Fn(Change) -> bool,
    ) -> Vec<(UserId, Subject, Change)> {
        let mut persons = Vec::new();
        for it in subjects.into_iter().filter(|it| is_wanted(it.change)) {
            let event = match it.subject {
                Subject::Question | Subject::HiddenQuestion | Subject::UnseenQuestion => {
                    let question_id = it.subject_id;
                    let gone = QuestionRemovedEvent { question_id };
                    Event::new("question_removed", seen_gone(it.subject), it.change, &gone)
                }
                Subject::Reply | Subject::HiddenReply | Subject::UnseenReply => {
                    let gone = ReplyRemovedEvent {
                        reply_id: it.subject_id,
                        question_id: it.question_id,
                    };
                    Event::new("reply_removed", seen_gone(it.subject), it.change, &gone)
                }
                Subject::Person | Subject::Listing => {
                    let user_id = it.subject_id.parse().ok().and_then(UserId::new);
                    persons.extend(user_id.map(|user_id| (user_id, it.subject, it.change)));
                    continue;
                }
                Subject::OfOnePerson | Subject::UnseenOfOnePerson => continue,
            };
            self.events.push(event);
        }
        persons
    }

    /// Those who take part are told about everybody in their list. Others are told about whose name
    /// stands under a question or a reply: that is all they see of persons. Tells who takes part.
    fn add_persons(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        changed: Vec<(UserId, Subject, Change)>,
    ) -> Result<HashSet<UserId>, DbError> {
        if changed.is_empty() {
            return Ok(HashSet::new());
        }
        let ids: Vec<UserId> = changed.iter().map(|it| it.0).collect();
        let persons = sessions::list_persons(conn, session_id, &ids)?;
        let named = questions::list_named_authors(conn, session_id, &ids)?;
        for (user_id, subject, change) in changed {
            let Some(person) = persons.get(&user_id) else {
                continue;
            };
            self.events
                .push(Event::new("person", Seen::Inside, change, &person));
            if subject == Subject::Person && named.contains(&user_id) {
                let person = person.clone().without_role();
                self.events
                    .push(Event::new("person", Seen::Outside, change, &person));
            }
        }
        sessions::list_present(conn, session_id)
    }
}
