//! What is sent at once: events, framed once for everybody (`text/event-stream`: HTML, section
//! 9.2).

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

use crate::changes::{Audience, Change, Epoch, Position};
use crate::users::UserId;

/// Bytes around the data of an event, about.
const FRAME: usize = 48;

/// Who is told an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Everybody.
    ByAll,
    /// Those who take part, hosts too.
    Inside,
    /// Those who do not take part.
    Outside,
    /// Everybody but hosts, who still see what is hidden from the others.
    ByOthers,
    /// Hosts.
    ByHosts,
}

/// For whom a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Outside,
    Inside,
    Host,
}

impl Seen {
    fn is_by(self, reader: Reader) -> bool {
        match self {
            Self::ByAll => true,
            Self::Inside => reader != Reader::Outside,
            Self::Outside => reader == Reader::Outside,
            Self::ByOthers => reader != Reader::Host,
            Self::ByHosts => reader == Reader::Host,
        }
    }
}

/// An event before it is framed.
#[derive(Debug, Clone)]
pub struct Event {
    name: &'static str,
    seen: Seen,
    /// When it happened; none for what no number is given to.
    pub change: Option<Change>,
    data: String,
}

impl Event {
    /// An event with a number.
    pub fn new(name: &'static str, seen: Seen, change: Change, data: &impl Serialize) -> Self {
        Self {
            change: Some(change),
            seen,
            ..Self::unnumbered(name, data)
        }
    }

    /// About as many bytes as it takes.
    pub fn size(&self) -> usize {
        self.data.len() + FRAME
    }

    /// An event that everybody is told and that bears no id.
    pub fn unnumbered(name: &'static str, data: &impl Serialize) -> Self {
        Self {
            name,
            seen: Seen::ByAll,
            change: None,
            // Structs of texts, numbers and flags: nothing in them can fail.
            data: serde_json::to_string(data).unwrap_or_default(),
        }
    }
}

/// One event as bytes. JSON has no line break outside of its escapes, so it is one line.
pub fn frame(name: &str, id: Option<Position>, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).unwrap_or_default();
    let mut framed = String::new();
    write_frame(&mut framed, name, id, &data);
    framed
}

fn write_frame(framed: &mut String, name: &str, id: Option<Position>, data: &str) {
    framed.push_str("event: ");
    framed.push_str(name);
    if let Some(id) = id {
        framed.push_str("\nid: ");
        framed.push_str(&id.to_string());
    }
    framed.push_str("\ndata: ");
    framed.push_str(data);
    framed.push_str("\n\n");
}

/// Who is what in a session, read after what a piece tells.
#[derive(Debug, Clone, Default)]
pub struct Present {
    /// Its hosts.
    pub hosts: HashSet<UserId>,
    /// All who take part: read where something is for them alone.
    pub inside: HashSet<UserId>,
}

/// Events for one kind of listener.
#[derive(Debug, Clone, Default)]
struct Form {
    bytes: Bytes,
    /// Where the events end that bear each number, in their order.
    ends: Box<[(i64, usize)]>,
}

/// Events as bytes, for each kind of listener.
#[derive(Debug)]
pub struct Piece {
    outside: Form,
    inside: Form,
    hosts: Form,
    /// `None` where nothing has changed, as in a beat.
    pub present: Option<Present>,
    /// What is told with this piece, and with those before it.
    pub through: Change,
    pub epoch: Epoch,
    /// The numbers begin anew: `through` may be less than what was told before.
    pub is_reset: bool,
    /// The stream ends with it.
    pub is_last: bool,
}

/// How a piece is made of events.
pub struct Framing {
    pub epoch: Epoch,
    /// Events that are no later, as either audience counts, are left out.
    pub after: Change,
    pub through: Change,
    /// Whether everything up to `through` is told with this piece; then its events bear ids, or its
    /// counts alone where there are any.
    pub has_ids: bool,
}

impl Framing {
    /// A piece of these events, and of `counts`, which are told last, to everybody, and bear the
    /// number of all.
    pub fn piece(
        &self,
        mut events: Vec<Event>,
        counts: Option<&impl Serialize>,
        present: Option<Present>,
    ) -> Piece {
        let counts = counts.map(|it| Event::unnumbered("counts", it));
        let is_for_some = |it: &Event| matches!(it.seen, Seen::Inside | Seen::Outside);
        let differs = events.iter().any(is_for_some);
        let outside = self.form(&mut events, &counts, Audience::All, Reader::Outside);
        let inside = if differs {
            self.form(&mut events, &counts, Audience::All, Reader::Inside)
        } else {
            outside.clone()
        };
        Piece {
            hosts: self.form(&mut events, &counts, Audience::Hosts, Reader::Host),
            outside,
            inside,
            present,
            through: self.through,
            epoch: self.epoch,
            is_reset: false,
            is_last: false,
        }
    }

    fn form(
        &self,
        events: &mut [Event],
        counts: &Option<Event>,
        audience: Audience,
        reader: Reader,
    ) -> Form {
        let number = |event: &Event| event.change.map(|it| it.number_for(audience));
        // Stable: what bears one number stays in its order.
        events.sort_by_key(|event| number(event));
        let after = self.after.number_for(audience);
        let told: Vec<&Event> = events
            .iter()
            .filter(|it| it.seen.is_by(reader))
            .filter(|it| number(it).is_none_or(|number| number > after))
            .collect();
        // Counts may be of any number here: who is cut off before them has to be told them again.
        let has_ids = self.has_ids && counts.is_none();
        let mut framed = String::new();
        let mut ends = Vec::new();
        for (at, event) in told.iter().enumerate() {
            let own = number(event);
            let is_last = told.get(at + 1).is_none_or(|next| number(next) != own);
            let id = own.filter(|_| is_last && has_ids);
            let id = id.map(|number| self.position(audience, number));
            write_frame(&mut framed, event.name, id, &event.data);
            ends.extend(own.filter(|_| is_last).map(|own| (own, framed.len())));
        }
        let through = self.through.number_for(audience);
        if let Some(counts) = counts {
            let id = self.has_ids.then(|| self.position(audience, through));
            write_frame(&mut framed, counts.name, id, &counts.data);
        } else if self.has_ids
            && after < through
            && ends.last().is_none_or(|(number, _)| *number < through)
        {
            // What came last is not for everybody: those who are not told it are as far, too. But
            // where nothing has changed that they count, they are told nothing.
            framed.push_str(&format!("id: {}\n\n", self.position(audience, through)));
        }
        Form {
            bytes: framed.into(),
            ends: ends.into(),
        }
    }

    fn position(&self, audience: Audience, number: i64) -> Position {
        Position {
            epoch: self.epoch,
            audience,
            number,
        }
    }
}

impl Piece {
    /// The same bytes for everybody, which tell no change.
    pub fn unnumbered(text: String, through: Change, epoch: Epoch) -> Self {
        let form = Form {
            bytes: text.into(),
            ends: Box::default(),
        };
        Self {
            outside: form.clone(),
            inside: form.clone(),
            hosts: form,
            present: None,
            through,
            epoch,
            is_reset: false,
            is_last: false,
        }
    }

    /// Tells everybody to read everything anew.
    pub fn reset(through: Change, epoch: Epoch) -> Self {
        let form = |audience| {
            let change = Position {
                epoch,
                audience,
                number: through.number_for(audience),
            };
            Form {
                bytes: reset_frame(change).into(),
                ends: Box::default(),
            }
        };
        Self {
            outside: form(Audience::All),
            inside: form(Audience::All),
            hosts: form(Audience::Hosts),
            is_reset: true,
            ..Self::unnumbered(String::new(), through, epoch)
        }
    }

    /// The bytes for somebody who has been told everything up to `number`.
    pub fn bytes(&self, audience: Audience, me: Option<UserId>, number: i64) -> Bytes {
        let is_inside = |it: &Present| me.is_some_and(|me| it.inside.contains(&me));
        let form = match audience {
            Audience::Hosts => &self.hosts,
            Audience::All if self.present.as_ref().is_some_and(is_inside) => &self.inside,
            Audience::All => &self.outside,
        };
        form.after(number)
    }

    /// How many bytes it keeps.
    pub fn size(&self) -> usize {
        let is_shared = self.inside.bytes.as_ptr() == self.outside.bytes.as_ptr();
        let inside = if is_shared {
            0
        } else {
            self.inside.bytes.len()
        };
        self.outside.bytes.len() + inside + self.hosts.bytes.len()
    }

    /// Where it ends, as this audience counts.
    pub fn position(&self, audience: Audience) -> Position {
        Position {
            epoch: self.epoch,
            audience,
            number: self.through.number_for(audience),
        }
    }
}

/// The event that tells somebody to read everything anew, and to go on from there.
pub fn reset_frame(change: Position) -> String {
    frame("reset", Some(change), &super::ResetEvent { change })
}

impl Form {
    /// Without the events that are no later than `number`.
    fn after(&self, number: i64) -> Bytes {
        let told = self.ends.partition_point(|(own, _)| *own <= number);
        let before = told.checked_sub(1).and_then(|last| self.ends.get(last));
        self.bytes.slice(before.map_or(0, |(_, end)| *end)..)
    }
}

/// A piece that several share.
pub type SharedPiece = Arc<Piece>;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::random::Random;

    fn change(number: i64) -> Change {
        Change {
            number,
            host_number: number,
        }
    }

    /// The ids that the events of a piece bear, which are of these numbers.
    fn ids(numbers: &[i64], has_ids: bool, has_counts: bool) -> Vec<Option<i64>> {
        let event = |number: &i64| Event::new("reply", Seen::ByAll, change(*number), &json!({}));
        let framing = Framing {
            epoch: Epoch::draw(&Random::from_seed(1)),
            after: change(0),
            through: change(9),
            has_ids,
        };
        let counts = has_counts.then(|| json!({}));
        let events = numbers.iter().map(event).collect();
        let piece = framing.piece(events, counts.as_ref(), None);
        let bytes = piece.bytes(Audience::All, None, 0);
        let frames = str::from_utf8(&bytes).unwrap().split_terminator("\n\n");
        let id = |frame: &str| {
            let id = frame.lines().find_map(|line| line.strip_prefix("id: "))?;
            let position: Position = id.parse().unwrap();
            Some(position.number)
        };
        frames.map(id).collect()
    }

    #[test]
    fn the_last_event_of_a_number_bears_it() {
        assert_eq!(ids(&[9, 1, 9], true, false), [Some(1), None, Some(9)]);
    }

    #[test]
    fn who_is_not_told_the_last_event_is_as_far_as_the_others() {
        assert_eq!(ids(&[1, 2], true, false), [Some(1), Some(2), Some(9)]);
        assert_eq!(ids(&[], true, false), [Some(9)]);
    }

    #[test]
    fn nobody_goes_on_from_within_a_piece_that_has_counts() {
        assert_eq!(ids(&[1, 2], true, true), [None, None, Some(9)]);
    }

    #[test]
    fn nobody_goes_on_from_where_counts_wait() {
        assert_eq!(ids(&[1, 2], false, false), [None, None]);
        assert_eq!(ids(&[1, 2], false, true), [None, None, None]);
    }
}
