//! GET `/.well-known/jwks.json`.

use actix_web::http::header::{CacheControl, CacheDirective};
use actix_web::{HttpResponse, web};

use super::SigningKeys;
use super::dto::Jwks;

/// Seconds for which the public keys may be remembered.
const JWKS_MAX_AGE: u32 = 300;

/// Get the public keys
///
/// For whoever checks access tokens. Keys change: a new one is listed 310 s before it signs, unless
/// the ones before it were compromised. Ask again for a `kid` that is not known.
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "service",
    responses((status = 200, description = "The keys; they may be kept for 300 s.", body = Jwks))
)]
pub async fn get_public_keys(keys: web::Data<SigningKeys>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(CacheControl(vec![
            CacheDirective::Public,
            CacheDirective::MaxAge(JWKS_MAX_AGE),
        ]))
        .json(Jwks::of(&keys.published()))
}
