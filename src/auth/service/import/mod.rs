//! Taking over the accounts of another program, from a file with a line for each.

mod line;
mod taken;

use std::io::{self, BufRead};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::time::sleep;

use crate::audit;
use crate::audit::{AuditAction, AuditEntry};
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::password;
use crate::purge::{COMMAND_BATCH, PAUSE};
use crate::random::Random;
use crate::users::{NewUserRow, UserId, repository};

pub use line::Reason;

use line::{Account, Lines};
use taken::{ImportVerdict, Names, Taken};

/// After how many batches the schemes of passwords are counted again, so that the decoys of servers
/// follow.
const BATCHES_TO_COUNT: u32 = 10;
/// How often a batch is tried whose names others take at the same moment.
const TRIES: u32 = 10;

/// Why an import ends early. What was imported until then stays.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("the file cannot be read")]
    File(#[from] io::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
}

/// What became of the lines of a batch.
#[derive(Debug, Default)]
pub struct Batch {
    /// Accounts that were made, or would be.
    pub imported: usize,
    /// Accounts that were there already, under both names.
    pub already_there: usize,
    /// The numbers of lines that are refused, in their order, and why.
    pub refused: Vec<(u64, Reason)>,
    /// How many bytes of the file have been read.
    pub position: u64,
}

/// Makes accounts in batches, each whole or not at all, beside a server or without one. What is
/// there already is not touched, so whatever ended too early can be repeated.
pub struct Import {
    db: Db,
    clock: SharedClock,
    random: Random,
    is_dry_run: bool,
}

/// A line that can be an account, as far as it says itself.
struct Candidate {
    line: u64,
    names: Names,
    account: Account,
}

impl Import {
    /// Into this database; a dry run writes nothing to it.
    pub fn new(db: Db, clock: SharedClock, random: Random, is_dry_run: bool) -> Self {
        Self {
            db,
            clock,
            random,
            is_dry_run,
        }
    }

    /// Imports what the file says, and tells of each batch when it is done.
    ///
    /// # Errors
    /// When the file or the database fails.
    pub async fn run(
        &self,
        file: impl BufRead,
        mut tell: impl FnMut(Batch),
    ) -> Result<(), ImportError> {
        let mut lines = Lines::new(file);
        let mut seen = Taken::default();
        let mut written = 0_u32;
        while let Some((candidates, mut batch)) = next_batch(&mut lines)? {
            let candidates: Arc<[_]> = candidates.into();
            let verdicts = if self.is_dry_run {
                self.look(&candidates, &mut seen).await?
            } else {
                self.write(&candidates, written == 0).await?
            };
            batch.count(&candidates, verdicts);
            let has_written = !self.is_dry_run && batch.imported > 0;
            tell(batch);
            if has_written {
                if written.is_multiple_of(BATCHES_TO_COUNT) {
                    password::service::recount(&self.db).await?;
                }
                written += 1;
                sleep(PAUSE).await;
            }
        }
        if !self.is_dry_run {
            password::service::recount(&self.db).await?;
        }
        Ok(())
    }

    /// What would become of the candidates, after all those that were seen before.
    async fn look(
        &self,
        candidates: &Arc<[Candidate]>,
        seen: &mut Taken,
    ) -> Result<Vec<ImportVerdict>, DbError> {
        let asked = Arc::clone(candidates);
        let there = self.db.read(move |conn| list_names(conn, &asked)).await?;
        there.iter().for_each(|names| seen.add(names));
        Ok(candidates.iter().map(|it| seen.judge(&it.names)).collect())
    }

    /// Makes the accounts that can be made, in one transaction. It does not look for itself, so
    /// that a server beside it waits less: where others have taken a name meanwhile, it fails,
    /// and all is looked at again.
    async fn write(
        &self,
        candidates: &Arc<[Candidate]>,
        is_first: bool,
    ) -> Result<Vec<ImportVerdict>, DbError> {
        let mut tries = 1;
        loop {
            let verdicts = self.look(candidates, &mut Taken::default()).await?;
            let now = self.clock.now();
            let new = candidates.iter().zip(&verdicts);
            let new = new.filter(|(_, verdict)| **verdict == ImportVerdict::New);
            let rows: Vec<_> = new.map(|(it, _)| it.row(&self.random, now)).collect();
            if rows.is_empty() {
                return Ok(verdicts);
            }
            let make = move |conn: &mut DbConn| {
                if is_first {
                    let entry = AuditEntry::new(AuditAction::AccountsImported, None, now);
                    audit::repository::insert(conn, &entry)?;
                }
                repository::insert_all(conn, &rows)
            };
            match self.db.write(make).await {
                Ok(()) => return Ok(verdicts),
                Err(DbError::Unique(_)) if tries < TRIES => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Candidate {
    fn row(&self, random: &Random, now: DateTime<Utc>) -> NewUserRow {
        let Account {
            email,
            nickname,
            password_hash,
        } = &self.account;
        let id = UserId::generate(random);
        NewUserRow::named(id, email, nickname, password_hash, now.into())
    }
}

impl Batch {
    fn count(&mut self, candidates: &[Candidate], verdicts: Vec<ImportVerdict>) {
        for (candidate, verdict) in candidates.iter().zip(verdicts) {
            match verdict {
                ImportVerdict::New => self.imported += 1,
                ImportVerdict::AlreadyThere => self.already_there += 1,
                ImportVerdict::Refused(reason) => self.refused.push((candidate.line, reason)),
            }
        }
        self.refused.sort_by_key(|(line, _)| *line);
    }
}

/// Reads as many lines as a transaction takes; `None` at the end of the file.
fn next_batch(lines: &mut Lines<impl BufRead>) -> io::Result<Option<(Vec<Candidate>, Batch)>> {
    let mut candidates = Vec::new();
    let mut batch = Batch::default();
    for _ in 0..COMMAND_BATCH {
        let Some((line, parsed)) = lines.next()? else {
            break;
        };
        match parsed {
            Ok(account) => candidates.push(Candidate {
                line,
                names: (
                    account.email.folded().as_str().to_owned(),
                    account.nickname.folded(),
                ),
                account,
            }),
            Err(reason) => batch.refused.push((line, reason)),
        }
    }
    batch.position = lines.position;
    let is_empty = candidates.is_empty() && batch.refused.is_empty();
    Ok((!is_empty).then_some((candidates, batch)))
}

/// The names of accounts that have one of the candidates' names.
fn list_names(conn: &mut DbConn, candidates: &[Candidate]) -> Result<Vec<Names>, DbError> {
    let (emails, nicknames): (Vec<_>, Vec<_>) = candidates
        .iter()
        .map(|it| (it.names.0.as_str(), it.names.1.as_str()))
        .unzip();
    repository::list_names(conn, &emails, &nicknames)
}
