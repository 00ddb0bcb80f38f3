//! Lists in pages: the query `cursor` and `limit`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use utoipa::IntoParams;

use super::error::{ApiError, ErrorCode};
use super::json::Fields;
use crate::validation::Invalid;

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// Where a list goes on: behind the entry with this number. Clients give back what they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(i64);

impl Cursor {
    /// Behind the entry with this number.
    pub fn behind(number: i64) -> Self {
        Self(number)
    }

    /// The number of the entry behind which the list goes on.
    pub fn number(self) -> i64 {
        self.0
    }

    /// As clients keep it: 11 characters of base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.to_be_bytes())
    }

    /// Takes what [`Self::to_text`] wrote of a number above 0, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let number = i64::from_be_bytes(bytes.try_into().ok()?);
        (number > 0).then_some(Self(number))
    }
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `nextCursor` of the page before; the first page without.
    #[param(value_type = Option<String>, pattern = "^[A-Za-f][A-Za-z0-9_-]{9}[AEIMQUYcgkosw048]$")]
    pub cursor: Option<Cursor>,
    /// How many at most; fewer where they are long.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
}

impl Page {
    fn parse(query: &str) -> Result<Self, ApiError> {
        let mut fields = Fields::of_query(query);
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        let limit = fields.optional("limit", parse_limit);
        let (cursor, limit) = fields.finish(cursor.zip(limit))?;
        let cursor = cursor.map(|text| Cursor::parse(&text).ok_or(ErrorCode::InvalidCursor));
        Ok(Self {
            cursor: cursor.transpose()?,
            limit: limit.unwrap_or(DEFAULT_LIMIT),
        })
    }
}

fn parse_limit(text: &str) -> Result<u32, Invalid> {
    let bounds = 1..=MAX_LIMIT;
    let limit: Option<u32> = text.parse().ok();
    let limit = limit.filter(|limit| bounds.contains(limit) && limit.to_string() == text);
    limit.ok_or(Invalid::OutOfRange {
        min: 1,
        max: MAX_LIMIT,
    })
}

impl FromRequest for Page {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::parse(request.query_string()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(query: &str) -> ErrorCode {
        Page::parse(query).map_err(|error| error.code).unwrap_err()
    }

    #[test]
    fn a_query_says_where_and_how_much() {
        let first = Page {
            cursor: None,
            limit: 20,
        };
        assert_eq!(Page::parse("").ok(), Some(first));
        assert_eq!(
            Page::parse("limit=1").ok(),
            Some(Page { limit: 1, ..first })
        );
        let cursor = Cursor::behind(7);
        let query = format!("limit=100&cursor={}", cursor.to_text());
        let page = Page {
            cursor: Some(cursor),
            limit: 100,
        };
        assert_eq!(Page::parse(&query).ok(), Some(page));
    }

    #[test]
    fn what_is_no_limit_or_cursor_is_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=",
            "limit=1.5",
            "limit=x",
            "limit=007",
            "limit=%2B7",
            "page=2",
        ] {
            assert_eq!(refused(query), ErrorCode::ValidationFailed, "{query}");
        }
        let good = Cursor::behind(7).to_text();
        let (zero, negative) = (Cursor(0).to_text(), Cursor(-7).to_text());
        let longer = format!("{good}A");
        // The last character of eight bytes holds two bits that are zero.
        let odd = format!("{}d", &good[..10]);
        for cursor in [
            "",
            "x",
            &good[..10],
            &longer,
            &odd,
            "AAAAAAAAAA=",
            &zero,
            &negative,
        ] {
            assert_eq!(
                refused(&format!("cursor={cursor}")),
                ErrorCode::InvalidCursor,
                "{cursor}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_cursor_has_one_spelling(
            number in 1..=i64::MAX,
            text in "[A-Za-z0-9_-]{11}|\\PC{0,20}"
        ) {
            let cursor = Cursor::behind(number);
            prop_assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
            if let Some(cursor) = Cursor::parse(&text) {
                prop_assert!(cursor.number() > 0);
                prop_assert_eq!(cursor.to_text(), text);
            }
        }

        #[test]
        fn no_query_asks_for_more_than_a_page(
            query in "(limit=[0-9+]{0,4}&?|cursor=[A-Za-f0-9_-]{0,11}&?|\\PC){0,3}"
        ) {
            if let Ok(page) = Page::parse(&query) {
                prop_assert!((1..=MAX_LIMIT).contains(&page.limit), "{page:?}");
            }
        }
    }
}
