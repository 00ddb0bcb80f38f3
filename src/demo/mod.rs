//! `askit demo`: fills an empty database with a session that looks alive, by the same use cases as
//! people do. Time is a clock that it moves.

mod cast;
mod plan;
mod script;

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::auth::AuthError;
use crate::clock::ManualClock;
use crate::db::DbError;
use crate::questions::{Body, Contribution, QuestionId, QuestionsError, ReplyId};
use crate::random::Random;
use crate::retries::Creation;
use crate::services::Services;
use crate::sessions::SessionsError;
use crate::users::CurrentUser;
use crate::validation::Invalid;
use cast::Cast;
use plan::{Act, Place};
use script::Script;

/// How far the clock is moved: it ends where the last one has spoken.
pub const LENGTH: TimeDelta = TimeDelta::minutes(42);

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody uses this database.
    #[error("the database has accounts already: a demonstration needs an empty one")]
    NotEmpty,
    /// The script is no JSON, or not of this form.
    #[error("the script of the demonstration cannot be read")]
    Script(#[from] serde_json::Error),
    /// Somebody acts in it who is not among its people, or on what is not there yet.
    #[error("the script of the demonstration names {0}, which is not there")]
    Nobody(String),
    /// A text of the script is none that the service takes.
    #[error("a text of the demonstration is refused")]
    Text(#[from] Invalid),
    /// Somebody could not come in.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The session could not be opened or entered.
    #[error(transparent)]
    Sessions(#[from] SessionsError),
    /// Something could not be written.
    #[error(transparent)]
    Questions(#[from] QuestionsError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// What was made.
pub struct Demo {
    /// With which people come in.
    pub join_code: String,
    /// Who is in charge: the super host first.
    pub hosts: Vec<HostAccount>,
}

/// How a host signs in.
pub struct HostAccount {
    /// Under which others see it.
    pub nickname: String,
    /// Under which it signs in.
    pub email: String,
    /// With which it signs in.
    pub password: String,
}

/// Makes the demonstration. It begins at the clock's time, and moves the clock by [`LENGTH`] at
/// most.
///
/// # Errors
/// [`DemoError::NotEmpty`], or when the database fails; what was made until then stays.
pub async fn fill(
    services: &Services,
    clock: &ManualClock,
    random: &Random,
) -> Result<Demo, DemoError> {
    if services.users.named_account_exists().await? {
        return Err(DemoError::NotEmpty);
    }
    let script = Script::read()?;
    let (cast, demo) = cast::gather(services, &script, random).await?;
    let mut stage = Stage {
        services,
        script: &script,
        cast,
        questions: HashMap::new(),
        replies: HashMap::new(),
    };
    let mut before = TimeDelta::zero();
    for (at, act) in plan::acts(&script, &stage.cast, random)? {
        clock.advance(at - before);
        before = at;
        stage.perform(&act).await?;
    }
    stage.cast.leave(services).await?;
    Ok(demo)
}

/// Where it is acted, and what has been written so far.
struct Stage<'a> {
    services: &'a Services,
    script: &'a Script,
    cast: Cast,
    questions: HashMap<usize, QuestionId>,
    replies: HashMap<(usize, usize), ReplyId>,
}

impl Stage<'_> {
    async fn perform(&mut self, act: &Act) -> Result<(), DemoError> {
        let questions = &self.services.questions;
        let host = self.cast.super_host();
        match *act {
            Act::Write { place, by } => self.write(place, by).await?,
            Act::Like { place, by } => match place {
                Place::Question(at) => drop(questions.like(by, self.question(at)?, true).await?),
                Place::Reply(at, reply) => {
                    let reply = self.reply(at, reply)?;
                    questions.like_reply(by, reply, true).await?;
                }
            },
            Act::Pin(Place::Question(at)) => {
                questions.pin(host, self.question(at)?, true, None).await?;
            }
            Act::Pin(Place::Reply(at, reply)) => {
                let reply = self.reply(at, reply)?;
                questions.pin_reply(host, reply, true, None).await?;
            }
            Act::Close(at) => drop(questions.close(host, self.question(at)?, true).await?),
        }
        Ok(())
    }

    async fn write(&mut self, place: Place, by: CurrentUser) -> Result<(), DemoError> {
        let questions = &self.services.questions;
        let words = |body: &str, anonymous| {
            let body = Body::parse(body)?;
            Ok::<_, Invalid>(Contribution::new(body, anonymous))
        };
        match place {
            Place::Question(at) => {
                let asked = self.script.questions.get(at).ok_or_else(|| missing(at))?;
                let words = words(&asked.body, asked.anonymous)?;
                let made = questions.ask(by, self.cast.session_id, words, None).await?;
                self.questions.insert(at, created(made).question_id);
            }
            Place::Reply(at, reply) => {
                let asked = self.script.questions.get(at).ok_or_else(|| missing(at))?;
                let answered = asked.replies.get(reply).ok_or_else(|| missing(at))?;
                let words = words(&answered.body, false)?;
                let made = questions.reply(by, self.question(at)?, words, None).await?;
                self.replies.insert((at, reply), created(made).reply_id);
            }
        }
        Ok(())
    }

    fn question(&self, at: usize) -> Result<QuestionId, DemoError> {
        self.questions.get(&at).copied().ok_or_else(|| missing(at))
    }

    fn reply(&self, at: usize, reply: usize) -> Result<ReplyId, DemoError> {
        let found = self.replies.get(&(at, reply)).copied();
        found.ok_or_else(|| missing(at))
    }
}

fn missing(question: usize) -> DemoError {
    DemoError::Nobody(format!("question {question} or a reply to it"))
}

fn created<T>(creation: Creation<T>) -> T {
    match creation {
        Creation::New(it) | Creation::Replayed(it) => it,
    }
}
