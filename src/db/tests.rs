//! The writer against its failures: whoever was told something keeps it.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::mpsc::{Sender, channel};
use std::task::Poll;

use actix_web::rt::System;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

use super::schema::signing_keys;
use super::*;
use crate::clock::SystemClock;

const NO_PATIENCE: Duration = Duration::from_millis(50);

struct Given {
    folder: TempDir,
    db: Db,
}

fn given_a_database() -> Given {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = DatabaseUrl::Sqlite(file(&folder));
    migrations::run(&url, BUSY_TIMEOUT, &[], &SystemClock).expect("migrated");
    let settings = DatabaseSettings {
        url,
        pool_size: 2,
        acquire_timeout: Duration::from_secs(3),
    };
    let db = Db::open(&settings, NO_PATIENCE).expect("opened");
    Given { folder, db }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("test.db")
}

fn insert(conn: &mut DbConn, id: &str, bytes: usize) -> Result<(), DbError> {
    diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::key_id.eq(id),
            signing_keys::public_key.eq(vec![0; bytes]),
            signing_keys::encrypted_private_key.eq(vec![0]),
            signing_keys::created_at.eq(UtcTime::from(chrono::DateTime::UNIX_EPOCH)),
        ))
        .execute(conn)?;
    Ok(())
}

fn stored(given: &Given) -> Vec<String> {
    System::new()
        .block_on(given.db.read(|conn| {
            let ids = signing_keys::table
                .select(signing_keys::key_id)
                .order(signing_keys::key_id)
                .load(conn)?;
            Ok::<_, DbError>(ids)
        }))
        .expect("read")
}

type Job = Box<dyn FnMut(&mut DbConn) -> Result<(), DbError> + Send>;

/// Runs the jobs in one batch: the writer is held up until all of them are queued.
fn in_one_batch(given: &Given, jobs: Vec<Job>) -> Vec<Result<(), DbError>> {
    System::new().block_on(async {
        let go = hold_the_writer(&given.db).await;
        let mut queued = Vec::new();
        for job in jobs {
            let mut write = Box::pin(given.db.write(job));
            assert!(poll_once(&mut write).await.is_none());
            queued.push(write);
        }
        go.send(()).expect("the writer waits");
        let mut outcomes = Vec::new();
        for write in queued {
            outcomes.push(write.await);
        }
        outcomes
    })
}

/// Keeps the writer busy, in a batch of its own, until the sender is used.
async fn hold_the_writer(db: &Db) -> Sender<()> {
    let (go, wait) = channel::<()>();
    let (begin, begun) = channel::<()>();
    let mut held = Box::pin(db.write(move |_| {
        begin.send(()).ok();
        wait.recv().ok();
        Ok::<_, DbError>(())
    }));
    assert!(poll_once(&mut held).await.is_none());
    begun.recv().expect("the writer has begun");
    go
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        Poll::Ready(match Pin::new(&mut *future).poll(context) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}

#[test]
fn a_job_that_errs_is_undone_alone() {
    let given = given_a_database();
    let outcomes = in_one_batch(
        &given,
        vec![
            Box::new(|conn| insert(conn, "before", 1)),
            Box::new(|conn| {
                insert(conn, "undone", 1)?;
                insert(conn, "before", 1)
            }),
            Box::new(|conn| insert(conn, "after", 1)),
        ],
    );
    assert!(
        matches!(
            &outcomes[..],
            [Ok(()), Err(DbError::Unique(name)), Ok(())] if name == "signing_keys_key_id_key"
        ),
        "{outcomes:?}"
    );
    assert_eq!(stored(&given), ["after", "before"]);
}

#[test]
fn a_job_that_panics_is_undone_alone() {
    let given = given_a_database();
    let outcomes = in_one_batch(
        &given,
        vec![
            Box::new(|conn| insert(conn, "before", 1)),
            Box::new(|conn| {
                insert(conn, "undone", 1)?;
                panic!("a defect")
            }),
            Box::new(|conn| insert(conn, "after", 1)),
        ],
    );
    assert!(
        matches!(&outcomes[..], [Ok(()), Err(DbError::Panicked), Ok(())]),
        "{outcomes:?}"
    );
    assert_eq!(stored(&given), ["after", "before"]);
}

/// Whether SQLite has undone more than the statement is not known then.
#[test]
fn a_statement_that_the_database_fails_ends_its_batch() {
    let given = given_a_database();
    let outcomes = in_one_batch(
        &given,
        vec![
            Box::new(|conn| insert(conn, "neighbour", 1)),
            Box::new(|conn| Ok(conn.batch_execute("SELECT * FROM nowhere")?)),
            Box::new(|conn| insert(conn, "never run", 1)),
        ],
    );
    assert!(
        outcomes
            .iter()
            .all(|it| matches!(it, Err(DbError::Unavailable(_)))),
        "{outcomes:?}"
    );
    assert_eq!(stored(&given), Vec::<String>::new());
}

#[test]
fn a_full_disk_fails_its_batch_and_nothing_else() {
    let given = given_a_database();
    let outcomes = in_one_batch(&given, vec![Box::new(|conn| insert(conn, "before", 1))]);
    assert!(matches!(outcomes[..], [Ok(())]), "{outcomes:?}");

    let outcomes = in_one_batch(
        &given,
        vec![
            Box::new(|conn| insert(conn, "neighbour", 1)),
            Box::new(|conn| {
                conn.batch_execute("PRAGMA max_page_count = 1")?;
                insert(conn, "too large", 1_000_000)
            }),
            Box::new(|conn| insert(conn, "never run", 1)),
        ],
    );
    assert!(
        outcomes
            .iter()
            .all(|it| matches!(it, Err(DbError::Unavailable(_)))),
        "{outcomes:?}"
    );
    assert_eq!(stored(&given), ["before"]);

    let outcomes = in_one_batch(&given, vec![Box::new(|conn| insert(conn, "later", 1))]);
    assert!(matches!(outcomes[..], [Ok(())]), "{outcomes:?}");
    assert_eq!(stored(&given), ["before", "later"]);
}

#[test]
fn a_commit_that_fails_fails_everyone_in_it() {
    let given = given_a_database();
    let outcomes = in_one_batch(
        &given,
        vec![
            Box::new(|conn| insert(conn, "neighbour", 1)),
            Box::new(|conn| {
                conn.batch_execute(
                    "PRAGMA defer_foreign_keys = ON;
                     INSERT INTO refresh_tokens (login_id, user_id, generation, rotated_at,
                         created_at, idle_expires_at, expires_at)
                     VALUES ('orphan', 7, 0, '', '', '', '')",
                )?;
                Ok(())
            }),
        ],
    );
    assert!(
        outcomes
            .iter()
            .all(|it| matches!(it, Err(DbError::Unavailable(_)))),
        "{outcomes:?}"
    );
    assert_eq!(stored(&given), Vec::<String>::new());

    let outcomes = in_one_batch(&given, vec![Box::new(|conn| insert(conn, "later", 1))]);
    assert!(matches!(outcomes[..], [Ok(())]), "{outcomes:?}");
}

#[test]
fn a_command_that_holds_the_write_lock_is_waited_for_and_then_reported() {
    let given = given_a_database();
    let url = DatabaseUrl::Sqlite(file(&given.folder));
    let mut command = DbConn::open(&url, OpenMode::Write, BUSY_TIMEOUT).expect("opened");
    command.batch_execute("BEGIN IMMEDIATE").expect("locked");
    let write = || {
        let job = |conn: &mut DbConn| insert(conn, "mine", 1);
        System::new().block_on(given.db.write(job))
    };
    let outcome = write();
    assert!(
        matches!(outcome, Err(DbError::Unavailable(_))),
        "{outcome:?}"
    );

    command.batch_execute("COMMIT").expect("unlocked");
    write().expect("written once the lock is free");
    assert_eq!(stored(&given), ["mine"]);
}

#[test]
fn a_full_queue_is_overload_and_every_queued_job_is_still_done() {
    let given = given_a_database();
    let mut refused = 0;
    System::new().block_on(async {
        let mut writes = Vec::new();
        let go = hold_the_writer(&given.db).await;
        for number in 0..1_030 {
            let name = format!("{number:04}");
            let mut write = Box::pin(given.db.write(move |conn| insert(conn, &name, 1)));
            match poll_once(&mut write).await {
                None => writes.push(write),
                Some(Err(DbError::Overloaded)) => refused += 1,
                Some(other) => panic!("{other:?}"),
            }
        }
        go.send(()).expect("the writer waits");
        for write in writes {
            write.await.expect("queued, so done");
        }
    });
    assert_eq!(refused, 6);
    assert_eq!(stored(&given).len(), 1_024);
}

#[test]
fn a_reading_connection_refuses_to_write() {
    let given = given_a_database();
    let outcome = System::new().block_on(given.db.read(|conn| insert(conn, "mine", 1)));
    assert!(matches!(outcome, Err(DbError::Failed(_))), "{outcome:?}");
}
