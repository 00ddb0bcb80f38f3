//! Reads HTTP/1.1 answers, no more of them than a measurement needs.

use anyhow::{Context, bail, ensure};

/// One whole answer at the beginning of what was received.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// 200, one hopes.
    pub status: u16,
    /// As long as `Content-Length` says.
    pub body: &'a [u8],
    /// Bytes of head and body.
    pub length: usize,
    /// The seconds of `Retry-After`.
    pub retry_after: Option<usize>,
}

impl<'a> Answer<'a> {
    /// The answer at the beginning of `received`; `None` until all of it is there.
    ///
    /// # Errors
    /// For what is no answer, or one without `Content-Length`.
    pub fn parse(received: &'a [u8]) -> anyhow::Result<Option<Self>> {
        let Some(head_length) = end_of_head(received) else {
            return Ok(None);
        };
        let (head, rest) = received.split_at(head_length);
        let status = status(head)?;
        let body_length = match header(head, b"content-length:") {
            Some(length) => length,
            None => bail!("the answer has no Content-Length"),
        };
        Ok(rest.get(..body_length).map(|body| Answer {
            status,
            body,
            length: head_length + body_length,
            retry_after: header(head, b"retry-after:"),
        }))
    }

    /// The text of the field `name` in a JSON body that has no escapes in it.
    ///
    /// # Errors
    /// When there is none.
    pub fn text_field(&self, name: &str) -> anyhow::Result<&'a [u8]> {
        let quoted = format!("\"{name}\":\"");
        let found = find(self.body, quoted.as_bytes());
        let value = found.and_then(|at| self.body.get(at + quoted.len()..));
        let value = value.with_context(|| format!("the answer has no {name}"))?;
        let end = value.iter().position(|byte| *byte == b'"');
        value
            .get(..end.unwrap_or_default())
            .with_context(|| format!("{name} does not end"))
    }

    /// # Errors
    /// For any other status, with the body.
    pub fn expect(&self, status: u16) -> anyhow::Result<()> {
        ensure!(
            self.status == status,
            "answered {} where {status} was expected: {}",
            self.status,
            String::from_utf8_lossy(self.body)
        );
        Ok(())
    }
}

/// The status of an answer, whose first line at least was received.
///
/// # Errors
/// For what is no answer.
pub fn status(received: &[u8]) -> anyhow::Result<u16> {
    let digits = received.strip_prefix(b"HTTP/1.1 ");
    let status = digits.and_then(leading_number);
    let status = status.and_then(|it| u16::try_from(it).ok());
    status.context("the answer has no status line")
}

/// How long the head is, once all of it was received.
pub fn end_of_head(received: &[u8]) -> Option<usize> {
    find(received, b"\r\n\r\n").map(|at| at + 4)
}

/// The number in a header, whose name is given with its colon.
fn header(head: &[u8], wanted: &[u8]) -> Option<usize> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(wanted.len())?;
        name.eq_ignore_ascii_case(wanted)
            .then(|| number(value.trim_ascii()))?
    })
}

fn number(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The number that a text begins with.
pub fn leading_number(text: &[u8]) -> Option<usize> {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let end = text.iter().position(|byte| !is_digit(byte));
    number(text.get(..end.unwrap_or(text.len()))?)
}

/// Where something begins.
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] =
        b"HTTP/1.1 200 OK\r\ndate: now\r\nContent-Length: 11\r\n\r\n{\"a\":\"b-c\"}HTTP/1.1";

    #[test]
    fn a_whole_answer_is_told_from_the_next() {
        let answer = Answer::parse(ANSWER).unwrap().unwrap();
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body, br#"{"a":"b-c"}"#);
        assert_eq!(answer.length, ANSWER.len() - "HTTP/1.1".len());
        assert_eq!(answer.retry_after, None);
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let text = b"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(Answer::parse(text).unwrap().unwrap().retry_after, Some(3));
    }

    #[test]
    fn a_part_of_an_answer_is_none_yet() {
        for length in 0..ANSWER.len() - "HTTP/1.1".len() {
            assert_eq!(Answer::parse(&ANSWER[..length]).unwrap(), None, "{length}");
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        assert!(Answer::parse(b"SMTP ready\r\n\r\n").is_err());
        assert!(Answer::parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }

    #[test]
    fn a_field_of_the_body_is_found() {
        let answer = Answer::parse(ANSWER).unwrap().unwrap();
        assert_eq!(answer.text_field("a").unwrap(), b"b-c");
        assert!(answer.text_field("b").is_err());
    }

    #[test]
    fn another_status_is_an_error() {
        let answer = Answer::parse(ANSWER).unwrap().unwrap();
        assert!(answer.expect(200).is_ok());
        assert!(answer.expect(201).is_err());
    }
}
