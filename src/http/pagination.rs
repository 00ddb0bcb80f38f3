//! Lists in pages: the query `cursor` and `limit`.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use utoipa::IntoParams;

use super::error::{ApiError, ErrorCode};
use super::json::Fields;
use crate::validation::Invalid;

const DEFAULT_LIMIT: u32 = 20;

/// Which part of a list is wanted.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `nextCursor` of the page before; the first page without.
    #[param(value_type = Option<String>, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
    /// How many at most; fewer where they are long.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
}

impl PageQuery {
    /// The most that one page may have.
    pub const MAX_LIMIT: u32 = 100;

    /// Takes the two fields of a query.
    pub fn take(fields: &mut Fields) -> Option<Self> {
        Self::take_of(fields, DEFAULT_LIMIT)
    }

    /// The same where another limit than 20 holds if none is said.
    pub fn take_of(fields: &mut Fields, default_limit: u32) -> Option<Self> {
        let cursor = fields.optional("cursor", |text| Ok(text.to_owned()));
        let limit = fields.optional("limit", parse_limit);
        let (cursor, limit) = cursor.zip(limit)?;
        Some(Self {
            cursor,
            limit: limit.unwrap_or(default_limit),
        })
    }

    /// Where the list goes on: behind the entry with this key, which [`cursor_behind`] wrote.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidCursor`] for anything else, and for a key that `is_of_list` does not
    /// know.
    pub fn after<K: Serialize + DeserializeOwned>(
        &self,
        is_of_list: impl FnOnce(&K) -> bool,
    ) -> Result<Option<K>, ApiError> {
        let Some(cursor) = &self.cursor else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
        let key: Option<K> = serde_json::from_slice(&bytes).ok();
        let key = key.filter(|key| is_of_list(key) && cursor_behind(key) == *cursor);
        key.map(Some).ok_or(ErrorCode::InvalidCursor.into())
    }
}

/// The cursor with which a list goes on behind the entry with this key. Clients give back what they
/// were given.
pub fn cursor_behind<K: Serialize>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(json!(key).to_string())
}

fn parse_limit(text: &str) -> Result<u32, Invalid> {
    let bounds = 1..=PageQuery::MAX_LIMIT;
    let limit: Option<u32> = text.parse().ok();
    let limit = limit.filter(|limit| bounds.contains(limit) && limit.to_string() == text);
    limit.ok_or(Invalid::OutOfRange {
        min: 1,
        max: PageQuery::MAX_LIMIT,
    })
}

impl FromRequest for PageQuery {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Fields::parse_query(request.query_string(), Self::take))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(query: &str) -> Result<PageQuery, ErrorCode> {
        Fields::parse_query(query, PageQuery::take).map_err(|error| error.code)
    }

    fn after(cursor: &str) -> Result<Option<(bool, i64)>, ErrorCode> {
        let page = parse(&format!("cursor={cursor}"))?;
        page.after(|(_, number)| *number > 0)
            .map_err(|error| error.code)
    }

    #[test]
    fn a_query_says_where_and_how_much() {
        let first = PageQuery {
            cursor: None,
            limit: 20,
        };
        assert_eq!(parse(""), Ok(first.clone()));
        assert_eq!(parse("limit=1"), Ok(PageQuery { limit: 1, ..first }));
        let cursor = cursor_behind(&(true, 7));
        let page = PageQuery {
            cursor: Some(cursor.clone()),
            limit: 100,
        };
        assert_eq!(parse(&format!("limit=100&cursor={cursor}")), Ok(page));
        assert_eq!(after(&cursor), Ok(Some((true, 7))));
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
            assert_eq!(parse(query), Err(ErrorCode::ValidationFailed), "{query}");
        }
        let good = cursor_behind(&(true, 7));
        let encode = |json: &str| URL_SAFE_NO_PAD.encode(json);
        for cursor in [
            "",
            "x",
            &good[..10],
            &format!("{good}A"),
            &format!("{good}="),
            &encode("[true,0]"),
            &encode("[true,-7]"),
            &encode("[true,7.0]"),
            &encode("[true, 7]"),
            &encode("[true,7,8]"),
            &encode("[true]"),
            &encode("7"),
            &encode("[true,99999999999999999999]"),
        ] {
            assert_eq!(after(cursor), Err(ErrorCode::InvalidCursor), "{cursor}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_has_one_spelling(
            pinned: bool, number in 1..=i64::MAX, text in "[A-Za-z0-9_-]{1,24}|\\PC{0,20}"
        ) {
            let cursor = cursor_behind(&(pinned, number));
            prop_assert_eq!(after(&cursor), Ok(Some((pinned, number))));
            let page = PageQuery { cursor: Some(text.clone()), limit: 1 };
            if let Ok(Some(key)) = page.after(|(_, number): &(bool, i64)| *number > 0) {
                prop_assert_eq!(cursor_behind(&key), text);
            }
        }

        #[test]
        fn no_query_asks_for_more_than_a_page(
            query in "(limit=[0-9+]{0,4}&?|cursor=[A-Za-f0-9_-]{0,11}&?|\\PC){0,3}"
        ) {
            if let Ok(page) = parse(&query) {
                prop_assert!((1..=PageQuery::MAX_LIMIT).contains(&page.limit), "{page:?}");
            }
        }
    }
}
