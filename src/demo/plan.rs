//! Who does what when.

use std::time::Duration;

use chrono::TimeDelta;

use super::DemoError;
use super::cast::Cast;
use super::script::Script;
use crate::random::Random;
use crate::users::CurrentUser;

/// What is written where: a question by its place in the script, a reply by that and its own.
#[derive(Clone, Copy)]
pub enum Place {
    /// A question.
    Question(usize),
    /// A reply to a question.
    Reply(usize, usize),
}

/// Something that somebody does.
pub enum Act {
    /// Writes the words of the script.
    Write { place: Place, by: CurrentUser },
    /// Likes them.
    Like { place: Place, by: CurrentUser },
    /// A host pins them.
    Pin(Place),
    /// A host closes a question.
    Close(usize),
}

/// The last time at which something is liked.
const END: TimeDelta = TimeDelta::minutes(41);
/// Within its minute, nobody knows when something is written.
const MINUTE: Duration = Duration::from_secs(59);

/// Everything that is done, in order, each with its time since the session was opened.
///
/// # Errors
/// [`DemoError::Nobody`].
pub fn acts(
    script: &Script,
    cast: &Cast,
    random: &Random,
) -> Result<Vec<(TimeDelta, Act)>, DemoError> {
    let mut acts = Vec::new();
    for (index, asked) in script.questions.iter().enumerate() {
        let place = Place::Question(index);
        let by = cast.actor(asked.by.as_deref(), index)?;
        let at = some_time_in(asked.minute, random);
        acts.push((at, Act::Write { place, by }));
        let pinned = asked.pinned.map(|minute| (minute, Act::Pin(place)));
        let closed = asked.closed.map(|minute| (minute, Act::Close(index)));
        for (minute, act) in pinned.into_iter().chain(closed) {
            acts.push((end_of(minute), act));
        }
        acts.extend(likes(place, by, asked.likes, at, cast, random));
        for (reply, answered) in asked.replies.iter().enumerate() {
            let place = Place::Reply(index, reply);
            // A guest who replies is another one than who asks.
            let turn = script.questions.len() + index + reply;
            let by = cast.actor(answered.by.as_deref(), turn)?;
            let at = some_time_in(answered.minute, random);
            acts.push((at, Act::Write { place, by }));
            if let Some(minute) = answered.pinned {
                acts.push((end_of(minute), Act::Pin(place)));
            }
            acts.extend(likes(place, by, answered.likes, at, cast, random));
        }
    }
    acts.sort_by_key(|(at, _)| *at);
    Ok(acts)
}

/// So many of the others like it, most of them soon after it was written.
fn likes(
    place: Place,
    author: CurrentUser,
    count: usize,
    written: TimeDelta,
    cast: &Cast,
    random: &Random,
) -> Vec<(TimeDelta, Act)> {
    let left = (END - written).to_std().unwrap_or_default();
    let voters = cast.voters(author, random).into_iter().take(count);
    let soon = || random.up_to(random.up_to(left));
    let like = |by| (written + delta(soon()), Act::Like { place, by });
    voters.map(like).collect()
}

fn some_time_in(minute: u32, random: &Random) -> TimeDelta {
    TimeDelta::minutes(minute.into()) + delta(random.up_to(MINUTE))
}

/// Later than everything that is written in this minute.
fn end_of(minute: u32) -> TimeDelta {
    TimeDelta::minutes(minute.into()) + delta(MINUTE) + TimeDelta::milliseconds(500)
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or_default()
}
