//! The cookies `refreshToken`, `Authentication` and `device`, of both flows.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::COOKIE;
use actix_web::{HttpRequest, HttpResponse};
use chrono::TimeDelta;

use super::device_token::DeviceTokenText;
use super::refresh_token::RefreshTokenText;
use super::service::SignedIn;
use crate::config::PublicUrl;
use crate::keys::access_token::AccessTokenText;

/// The most that browsers keep a cookie (RFC 6265bis, section 5.5).
const DEVICE_LIFETIME: TimeDelta = TimeDelta::days(400);

/// Reads and writes the cookies; with an https URL under the prefix `__Host-`, which no other
/// host or path can plant (RFC 6265bis, section 4.1.3.2).
#[derive(Debug, Clone, Copy)]
pub struct Cookies {
    https: bool,
}

impl Cookies {
    /// For pages of this URL.
    pub fn new(public_url: &PublicUrl) -> Self {
        Self {
            https: public_url.is_https(),
        }
    }

    /// The refresh token that came as a cookie.
    pub fn refresh_token(self, request: &HttpRequest) -> Option<RefreshTokenText> {
        read(request, self.refresh_name()).map(RefreshTokenText::new)
    }

    /// The access token that came as a cookie.
    pub fn access_token(self, request: &HttpRequest) -> Option<AccessTokenText> {
        read(request, self.access_name()).map(AccessTokenText::new)
    }

    /// Whether one of them was sent.
    pub fn are_sent(self, request: &HttpRequest) -> bool {
        let is_sent = |name| read(request, name).is_some();
        is_sent(self.refresh_name()) || is_sent(self.access_name())
    }

    /// The token by which the device may be known.
    pub fn device_token(self, request: &HttpRequest) -> Option<DeviceTokenText> {
        read(request, self.device_name()).map(DeviceTokenText::new)
    }

    /// Sets both tokens of a login, each for as long as it lives: one alone could belong to someone
    /// else.
    pub fn set(self, response: &mut HttpResponse, tokens: &SignedIn) {
        let access = tokens.access_token.text.expose();
        let lifetime = tokens.access_token.lifetime;
        self.add(response, self.access_name(), access, lifetime);
        let refresh = tokens.refresh_token.expose();
        self.add(
            response,
            self.refresh_name(),
            refresh,
            tokens.refresh_lifetime,
        );
    }

    /// Makes the device known. It stays known when it is signed out.
    pub fn set_device(self, response: &mut HttpResponse, token: &DeviceTokenText) {
        self.add(
            response,
            self.device_name(),
            token.expose(),
            DEVICE_LIFETIME,
        );
    }

    /// Removes the tokens of a login.
    pub fn clear(self, response: &mut HttpResponse) {
        for name in [self.access_name(), self.refresh_name()] {
            self.add(response, name, "", TimeDelta::zero());
        }
    }

    fn add(self, response: &mut HttpResponse, name: &str, value: &str, lifetime: TimeDelta) {
        let cookie = Cookie::build(name, value)
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.https)
            .max_age(Duration::seconds(lifetime.num_seconds()))
            .finish();
        // Names and values are ASCII of our own making, so this header can always be added.
        let added = response.add_cookie(&cookie);
        debug_assert!(added.is_ok(), "{added:?}");
    }

    fn device_name(self) -> &'static str {
        if self.https {
            "__Host-device"
        } else {
            "device"
        }
    }

    /// The name of the cookie that holds the refresh token.
    pub fn refresh_name(self) -> &'static str {
        if self.https {
            "__Host-refreshToken"
        } else {
            "refreshToken"
        }
    }

    /// The name of the cookie that holds the access token.
    pub fn access_name(self) -> &'static str {
        if self.https {
            "__Host-Authentication"
        } else {
            "Authentication"
        }
    }
}

/// The first cookie of this name. Read byte by byte: a cookie of someone else's that is no UTF-8
/// must not hide ours, as it does from Actix's reader. Only ASCII spaces are taken off: browsers
/// take another space before `__Host-` for a part of the name, and let any host of the site set it.
fn read(request: &HttpRequest, name: &str) -> Option<String> {
    let lines = request.headers().get_all(COOKIE);
    let mut pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.find_map(|pair| {
        let pair = str::from_utf8(pair.trim_ascii()).ok()?;
        let (found, value) = pair.split_once('=')?;
        (found == name && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    /// What other cookies may be: any bytes that a header may hold, without a cookie of our name.
    fn junk() -> impl Strategy<Value = Vec<u8>> {
        let bytes = prop::collection::vec(32..=255_u8, 0..40);
        let visible = bytes.prop_map(|bytes| bytes.into_iter().filter(|it| *it != 127).collect());
        visible.prop_filter("ours", |bytes: &Vec<u8>| !bytes.contains(&b'T'))
    }

    fn found(lines: &[&[u8]]) -> Option<String> {
        let mut request = TestRequest::default();
        for line in lines {
            let line = HeaderValue::from_bytes(line).expect("a header's value");
            request = request.append_header((COOKIE, line));
        }
        read(&request.to_http_request(), "refreshToken")
    }

    #[test]
    fn the_first_cookie_of_the_name_that_says_something_counts() {
        for (line, expected) in [
            ("refreshToken=a; refreshToken=b", Some("a")),
            ("refreshToken=; refreshToken=b", Some("b")),
            ("xrefreshToken=a; refreshTokenx=b; RefreshToken=c", None),
            ("refreshToken", None),
            ("a=b;refreshToken=c=d", Some("c=d")),
        ] {
            assert_eq!(found(&[line.as_bytes()]).as_deref(), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn our_cookie_is_found_among_whatever_else_is_sent(
            line in junk(), before in junk(), after in junk(), value in "[A-Za-z0-9_-]{1,80}"
        ) {
            let ours = format!("; refreshToken={value}; ");
            let ours = [before, ours.into_bytes(), after].concat();
            prop_assert_eq!(found(&[&line, &ours, &line]), Some(value));
            prop_assert_eq!(found(&[&line]), None);
        }
    }
}
