//! Reads an answer of `text/event-stream` as it comes, no more of it than a measurement needs.

use anyhow::{Context, ensure};

use crate::answer::{end_of_head, find, status};

const OK: u16 = 200;

/// What was received and is not whole yet.
#[derive(Default)]
pub struct Stream {
    has_head: bool,
    received: Vec<u8>,
    text: Vec<u8>,
}

/// One event.
#[derive(Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// `question`, for example.
    pub name: &'a [u8],
    /// Where to go on from.
    pub id: Option<&'a [u8]>,
    /// JSON in one line.
    pub data: &'a [u8],
}

impl Stream {
    /// Takes more bytes and tells `hear` each event that they make whole.
    ///
    /// # Errors
    /// For any status but 200, for what is not chunked, and for an error of `hear`.
    pub fn receive(
        &mut self,
        bytes: &[u8],
        mut hear: impl FnMut(&Event) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.received.extend_from_slice(bytes);
        if !self.has_head {
            let Some(length) = end_of_head(&self.received) else {
                return Ok(());
            };
            let status = status(&self.received)?;
            ensure!(
                status == OK,
                "a stream was answered {status}: {}",
                String::from_utf8_lossy(&self.received)
            );
            self.received.drain(..length);
            self.has_head = true;
        }
        let mut taken = 0;
        while let Some((data, length)) = chunk(self.received.get(taken..).unwrap_or_default())? {
            self.text.extend_from_slice(data);
            taken += length;
        }
        self.received.drain(..taken);
        let mut rest = self.text.as_slice();
        while let Some((text, after)) = split(rest, b"\n\n") {
            if let Some(event) = Event::parse(text) {
                hear(&event)?;
            }
            rest = after;
        }
        let taken = self.text.len() - rest.len();
        self.text.drain(..taken);
        Ok(())
    }
}

impl<'a> Event<'a> {
    /// `None` for a comment, and for the time after which to come back.
    fn parse(text: &'a [u8]) -> Option<Self> {
        let mut event = Event {
            name: b"",
            id: None,
            data: b"",
        };
        for line in text.split(|byte| *byte == b'\n') {
            match split(line, b": ") {
                Some((b"event", name)) => event.name = name,
                Some((b"id", id)) => event.id = Some(id),
                Some((b"data", data)) => event.data = data,
                _ => {}
            }
        }
        (!event.name.is_empty()).then_some(event)
    }
}

/// The data of the chunk at the beginning, and how long the whole chunk is.
fn chunk(received: &[u8]) -> anyhow::Result<Option<(&[u8], usize)>> {
    let Some((size, rest)) = split(received, b"\r\n") else {
        return Ok(None);
    };
    let size = std::str::from_utf8(size).ok();
    let size = size.and_then(|it| usize::from_str_radix(it, 16).ok());
    let size = size.context("a stream is not chunked")?;
    let begin = received.len() - rest.len();
    let whole = rest.get(..size).filter(|_| rest.len() >= size + 2);
    Ok(whole.map(|data| (data, begin + size + 2)))
}

/// What stands before and after the first `mark`.
fn split<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = find(text, mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    /// Where the server cuts its text into chunks has nothing to do with where events end.
    const CHUNKS: [&str; 5] = [
        "retry: 3120\n\n",
        "event: ready\nid: 7k-41\ndata: {\"as\":\"all\"}\n\n: bea",
        "t\n\ne",
        "vent: reply\ndata: {\"body\":\"a: b\"}\n\nevent:",
        "",
    ];

    fn answer(head: &str) -> String {
        let chunks = CHUNKS.map(|text| format!("{:x}\r\n{text}\r\n", text.len()));
        head.to_owned() + &chunks.concat()
    }

    /// The name, the id and the data of each event, when so many bytes come at once.
    fn heard(answer: &str, at_once: usize) -> anyhow::Result<Vec<String>> {
        let (mut stream, mut heard) = (Stream::default(), Vec::new());
        for bytes in answer.as_bytes().chunks(at_once) {
            stream.receive(bytes, |event| {
                let parts = [event.name, event.id.unwrap_or(b"-"), event.data];
                heard.push(String::from_utf8(parts.join(&b' '))?);
                Ok(())
            })?;
        }
        Ok(heard)
    }

    #[test]
    fn events_are_whole_however_their_bytes_come() {
        let answer = answer(HEAD);
        for at_once in 1..=answer.len() {
            assert_eq!(
                heard(&answer, at_once).unwrap(),
                [r#"ready 7k-41 {"as":"all"}"#, r#"reply - {"body":"a: b"}"#],
                "{at_once} bytes at once"
            );
        }
    }

    #[test]
    fn a_refused_stream_is_an_error() {
        let refused = answer(&HEAD.replace("200 OK", "503 Busy"));
        assert!(heard(&refused, refused.len()).is_err());
    }

    #[test]
    fn what_is_not_chunked_is_an_error() {
        let plain = format!("{HEAD}event: ready\r\n");
        assert!(heard(&plain, plain.len()).is_err());
    }
}
