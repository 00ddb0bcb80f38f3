//! To which history of the database numbers belong. A restored backup and a standby that took over
//! may lack commits and count their numbers anew: then all numbers from before mean nothing.

use std::sync::{Arc, PoisonError, RwLock};

use super::repository;
use crate::db::{Db, DbConn, DbError, dialect};
use crate::random::Random;

/// Characters of an epoch.
const LENGTH: usize = 6;
/// What they are: 32 of them, so that a byte gives each equally often.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// One history of the database, by a random name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch([u8; LENGTH]);

impl Epoch {
    /// A new one.
    pub fn draw(random: &Random) -> Self {
        let bytes: [u8; LENGTH] = random.bytes();
        let letter = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied();
        Self(bytes.map(|byte| letter(byte).unwrap_or(b'0')))
    }

    /// From a row or from outside.
    pub fn parse(text: &str) -> Option<Self> {
        let epoch: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        let is_known = epoch.iter().all(|letter| ALPHABET.contains(letter));
        is_known.then_some(Self(epoch))
    }

    /// As it is told.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The epoch of this server's database, as it was read last. Clones share it.
#[derive(Clone)]
pub struct Epochs {
    current: Arc<RwLock<Epoch>>,
    random: Random,
}

impl Epochs {
    /// Reads the epoch; at the first start it is drawn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: &Db, random: Random) -> Result<Self, DbError> {
        let first = Epoch::draw(&random);
        let timeline = timeline(db).await?;
        let find = move |conn: &mut DbConn| {
            repository::insert_epoch(conn, first, timeline.as_deref())?;
            Ok::<_, DbError>(repository::find_epoch(conn)?.map_or(first, |it| it.0))
        };
        let epoch = db.write(find).await?;
        let current = Arc::new(RwLock::new(epoch));
        Ok(Self { current, random })
    }

    /// The epoch now.
    pub fn current(&self) -> Epoch {
        *self.current.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the epoch again, and draws a new one where PostgreSQL's timeline is another: a standby
    /// has taken over, which may lack commits.
    ///
    /// # Errors
    /// When the database fails; then the epoch stays.
    pub fn reload(&self, conn: &mut DbConn) -> Result<Epoch, DbError> {
        let timeline = dialect::timeline(conn);
        let mut read = repository::find_epoch(conn)?;
        if let Some((before, drawn_on)) = &read
            && timeline.is_some()
            && *drawn_on != timeline
        {
            let epoch = Epoch::draw(&self.random);
            repository::update_epoch(conn, *before, epoch, timeline.as_deref())?;
            read = repository::find_epoch(conn)?;
        }
        let epoch = read.map_or_else(|| self.current(), |it| it.0);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = epoch;
        Ok(epoch)
    }

    /// Draws a new epoch, because commits may have been lost: after a restore.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draw_anew(db: &Db, random: &Random) -> Result<(), DbError> {
        let epoch = Epoch::draw(random);
        let timeline = timeline(db).await?;
        let draw = move |conn: &mut DbConn| match repository::find_epoch(conn)? {
            Some((before, _)) => repository::update_epoch(conn, before, epoch, timeline.as_deref()),
            None => repository::insert_epoch(conn, epoch, timeline.as_deref()),
        };
        db.write::<_, DbError, _>(draw).await
    }
}

/// Outside of a transaction: where PostgreSQL cannot tell it, the transaction would fail.
async fn timeline(db: &Db) -> Result<Option<String>, DbError> {
    db.read(|conn| Ok(dialect::timeline(conn))).await
}
