//! Finding questions by a part of their words: in memory, so that a search costs no more than a
//! page. A search for what is nowhere would have the database look at every question.
//!
//! What was read of a session is kept with its number and brought up to date by what has changed
//! since. The database decides what is told: a page is read from it by the numbers that were found.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use lru::LruCache;

use crate::changes::{self, Audience, Epoch, Subject};
use crate::db::{DbConn, DbError};
use crate::normalize::fold;
use crate::questions::repository::search::{self, SearchedRow};
use crate::questions::{
    Listing, Question, QuestionCursor, QuestionNumber, Sort, State, Viewer, repository,
};
use crate::sessions::SessionId;

/// Sessions that are remembered.
const SESSIONS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);
/// Bytes of all of them together, about. The largest session has 18 MB of the longest texts.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// More deleted questions than this since the last search: everything is read anew.
const MOST_GONE: i64 = 1_000;
/// How often a page is read in which something is missing that has just been found.
const TRIES: u32 = 3;
/// What one question takes beside its words.
const OVERHEAD: usize = 160;

/// What sessions are searched by. Clones share it.
#[derive(Clone)]
pub struct SearchTexts(Arc<Mutex<LruCache<SessionId, Kept>>>);

/// What is kept of one session, and how many bytes that is.
#[derive(Clone, Default)]
struct Kept {
    texts: Arc<RwLock<Texts>>,
    bytes: usize,
}

/// The questions of one session.
#[derive(Default)]
struct Texts {
    /// How far the session had come, as hosts count; none where nothing was read.
    read: Option<(Epoch, i64)>,
    questions: BTreeMap<QuestionNumber, Searched>,
    bytes: usize,
}

struct Searched {
    row: SearchedRow,
    folded: String,
}

impl SearchTexts {
    /// Nothing yet.
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(LruCache::new(SESSIONS))))
    }

    /// At most `wanted.limit` of a session's questions in which the words are, as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn find(
        &self,
        conn: &mut DbConn,
        position: (SessionId, Epoch, i64),
        viewer: &Viewer,
        wanted: &Listing,
        words: &str,
    ) -> Result<Vec<Question>, DbError> {
        let (session_id, words) = (position.0, fold(words));
        let mut tries = 0;
        loop {
            let own = match viewer.me.filter(|_| wanted.is_mine) {
                Some(me) => search::list_asked_by(conn, session_id, me)?,
                None => Vec::new(),
            };
            let texts = self.kept(session_id).texts;
            if tries > 0 || !read(&texts).has_come_to(position) {
                let mut texts = texts.write().unwrap_or_else(PoisonError::into_inner);
                texts.bring_up_to_date(conn, position)?;
                self.note_size(session_id, texts.bytes);
            }
            let numbers = read(&texts).find(wanted, &words, &own.into_iter().collect());
            if numbers.is_empty() {
                return Ok(Vec::new());
            }
            let mut found = repository::list_any(conn, &numbers, viewer)?;
            found.retain(|it| wanted.has(it, viewer));
            tries += 1;
            // Something has changed meanwhile. A page that lacks it would look like the last one.
            if found.len() < numbers.len() && tries < TRIES {
                continue;
            }
            let place = |it: &Question| numbers.iter().position(|number| *number == it.number);
            found.sort_by_key(place);
            return Ok(found);
        }
    }

    fn kept(&self, session_id: SessionId) -> Kept {
        let mut sessions = lock(&self.0);
        sessions.get_or_insert(session_id, Kept::default).clone()
    }

    /// Forgets those that were searched longest ago where all take too much.
    fn note_size(&self, session_id: SessionId, bytes: usize) {
        let mut sessions = lock(&self.0);
        if let Some(kept) = sessions.get_mut(&session_id) {
            kept.bytes = bytes;
        }
        let mut sum: usize = sessions.iter().map(|(_, it)| it.bytes).sum();
        while sum > MOST_BYTES && sessions.len() > 1 {
            sum -= sessions.pop_lru().map_or(0, |(_, it)| it.bytes);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(texts: &RwLock<Texts>) -> RwLockReadGuard<'_, Texts> {
    texts.read().unwrap_or_else(PoisonError::into_inner)
}

impl Texts {
    /// Whether everything up to this position was read.
    fn has_come_to(&self, (_, epoch, now): (SessionId, Epoch, i64)) -> bool {
        self.read
            .is_some_and(|(read, number)| read == epoch && number >= now)
    }

    /// Reads what has changed since the last time, up to this position at least.
    fn bring_up_to_date(
        &mut self,
        conn: &mut DbConn,
        (session_id, epoch, now): (SessionId, Epoch, i64),
    ) -> Result<(), DbError> {
        let mut after = match self.read {
            Some((read, number)) if read == epoch => number,
            _ => 0,
        };
        if after > 0 && !self.remove_gone(conn, session_id, after)? {
            after = 0;
        }
        if after == 0 {
            *self = Self::default();
        }
        for row in search::list_changed(conn, session_id, after - 1)? {
            self.insert(row);
        }
        self.read = Some((epoch, now.max(after)));
        Ok(())
    }

    /// Forgets what was deleted; `false` where that is too much.
    fn remove_gone(
        &mut self,
        conn: &mut DbConn,
        session_id: SessionId,
        after: i64,
    ) -> Result<bool, DbError> {
        let gone = changes::list_subjects(conn, session_id, Audience::Hosts, after, MOST_GONE)?;
        if gone.len() as i64 >= MOST_GONE {
            return Ok(false);
        }
        let is_deleted = |it: &Subject| matches!(it, Subject::Question | Subject::UnseenQuestion);
        let ids: HashSet<String> = gone
            .into_iter()
            .filter(|it| is_deleted(&it.subject))
            .map(|it| it.subject_id)
            .collect();
        if !ids.is_empty() {
            let bytes = &mut self.bytes;
            self.questions.retain(|_, it| {
                let stays = !ids.contains(&it.row.question_id.to_text());
                if !stays {
                    *bytes -= it.bytes();
                }
                stays
            });
        }
        Ok(true)
    }

    fn insert(&mut self, row: SearchedRow) {
        let folded = match self.questions.get(&row.number) {
            Some(known) if known.row.body == row.body => known.folded.clone(),
            _ => fold(&row.body),
        };
        let searched = Searched { row, folded };
        self.bytes += searched.bytes();
        if let Some(before) = self.questions.insert(searched.row.number, searched) {
            self.bytes -= before.bytes();
        }
    }

    /// The numbers of the wanted questions in which the words are, in their order.
    fn find(
        &self,
        wanted: &Listing,
        words: &str,
        own: &HashSet<QuestionNumber>,
    ) -> Vec<QuestionNumber> {
        let is_wanted = |it: &&Searched| {
            wanted.takes(&it.row, own) && wanted.is_behind(&it.row) && it.folded.contains(words)
        };
        let mut found: Vec<&SearchedRow> = self
            .questions
            .values()
            .filter(is_wanted)
            .map(|it| &it.row)
            .collect();
        let order = |one: &&SearchedRow, other: &&SearchedRow| {
            wanted.compare(&one.cursor(), &other.cursor())
        };
        // The first ones of many: sorting all of them would cost more than finding them.
        if found.len() > wanted.limit {
            found.select_nth_unstable_by(wanted.limit, order);
            found.truncate(wanted.limit);
        }
        found.sort_unstable_by(order);
        found.into_iter().map(|it| it.number).collect()
    }
}

impl Searched {
    fn bytes(&self) -> usize {
        self.row.body.len() + self.folded.len() + OVERHEAD
    }
}

impl SearchedRow {
    fn cursor(&self) -> QuestionCursor {
        QuestionCursor {
            pinned: self.pinned,
            likes: self.likes_count,
            number: self.number,
        }
    }
}

impl Listing {
    /// Whether a question is one of the list.
    fn takes(&self, row: &SearchedRow, own: &HashSet<QuestionNumber>) -> bool {
        let is_seen = if self.is_mine {
            own.contains(&row.number)
        } else if self.is_by_pins() {
            row.shown
        } else {
            row.review == self.review
        };
        let is_in_state = match self.state {
            State::Open => !row.closed,
            State::Closed => row.closed,
            State::All => true,
        };
        is_seen && is_in_state && self.label.is_none_or(|it| row.label_ids.contains(it))
    }

    fn is_behind(&self, row: &SearchedRow) -> bool {
        let is_behind = |after| self.compare(&after, &row.cursor()) == Ordering::Less;
        self.after.is_none_or(is_behind)
    }

    /// The order of the list: as the database has it.
    fn compare(&self, one: &QuestionCursor, other: &QuestionCursor) -> Ordering {
        let by_pins = other.pinned.cmp(&one.pinned);
        let by_likes = other.likes.cmp(&one.likes);
        let newest = other.number.cmp(&one.number);
        match (self.is_by_pins(), self.sort) {
            (true, Sort::Top) => by_pins.then(by_likes).then(newest),
            (true, Sort::New) => by_pins.then(newest),
            (true, Sort::Old) => by_pins.then(newest.reverse()),
            (false, Sort::Old) => newest.reverse(),
            (false, _) => newest,
        }
    }

    /// Whether the viewer still sees a question in the list, which was read after it was found.
    fn has(&self, question: &Question, viewer: &Viewer) -> bool {
        if self.is_mine {
            question.entry.is_owner
        } else if self.is_by_pins() {
            question.is_shown()
        } else {
            viewer.is_host() && question.entry.content.review == self.review
        }
    }
}
