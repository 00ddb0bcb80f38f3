//! The numbers that sessions count up, so that whoever follows one misses nothing.
//!
//! Each transaction that changes what others see of a session takes the session's next number, in
//! [`Recorder`], and writes it to the rows that it changes. The session's row is locked, so numbers
//! are in the order of commits.

mod epochs;
mod position;
mod recorder;
mod repository;
mod rows;
mod session_id;
mod woken;

use std::error::Error;

use crate::db::{Db, DbConn, DbError};

pub use epochs::{Epoch, Epochs};
pub use position::{Audience, NotAPosition, Position};
pub use recorder::Recorder;
pub use repository::{delete_of_session, list_subjects};
pub use rows::{Change, Gone, Subject, SubjectChange};
pub use session_id::SessionId;
pub use woken::{Woken, WokenSessions};

/// Writes what others see, and wakes those who follow it. Clones share everything.
#[derive(Clone)]
pub struct Changes {
    db: Db,
    woken: Woken,
    epochs: Epochs,
}

impl Changes {
    /// On this database.
    pub fn new(db: Db, woken: Woken, epochs: Epochs) -> Self {
        Self { db, woken, epochs }
    }

    /// Like [`Db::write`]; `job` takes its numbers from the recorder. Once it is committed, those
    /// are woken who follow a session that has changed.
    ///
    /// # Errors
    /// Those of [`Db::write`].
    pub async fn write<T, E, F>(&self, mut job: F) -> Result<T, E>
    where
        F: FnMut(&mut DbConn, &mut Recorder) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Error + From<DbError> + Send + 'static,
    {
        let work = move |conn: &mut DbConn| {
            let mut recorder = Recorder::default();
            let outcome = job(conn, &mut recorder)?;
            Ok((outcome, recorder))
        };
        let woken = self.woken.clone();
        let wake = move |(_, recorder): &(T, Recorder)| woken.mark(recorder.sessions());
        let committed = self.db.write_then::<_, E, _, _>(work, wake).await?;
        Ok(committed.0)
    }

    /// Where a session is that has come so far, for one of the audiences.
    pub fn position(&self, change: Change, audience: Audience) -> Position {
        Position {
            epoch: self.epochs.current(),
            audience,
            number: change.number_for(audience),
        }
    }

    /// Which sessions have changed a moment ago.
    pub fn woken(&self) -> &Woken {
        &self.woken
    }

    /// To which history of the database numbers belong now.
    pub fn epochs(&self) -> &Epochs {
        &self.epochs
    }
}
