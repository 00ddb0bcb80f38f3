//! A sign-in as many write it: where there is no account, there is nothing to compare.

use actix_web::web::{Data, Json, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, error};
use askit::client_network::Network;
use askit::config::Settings;
use askit::db::{BUSY_TIMEOUT, Db, DbError};
use askit::password::{Passwords, TypedPassword};
use askit::random::Random;
use askit::users::{FoldedEmail, repository};
use serde::{Deserialize, Serialize};

use super::listen;

#[derive(Clone)]
struct Parts {
    db: Db,
    passwords: Passwords,
}

#[derive(Deserialize)]
struct Typed {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct Refusal {
    code: &'static str,
}

/// With askit's own parts.
pub async fn serve(settings: &Settings) -> anyhow::Result<()> {
    let random = Random::from_system();
    let public_url = &settings.server.public_url;
    let parts = Parts {
        db: Db::open(&settings.database, BUSY_TIMEOUT)?,
        passwords: Passwords::start(&settings.password, public_url, random.bytes(), random)?,
    };
    let listener = listen(settings)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(parts.clone()))
            .route("/api/auth/login", post().to(sign_in))
    });
    let server = server.h1_allow_half_closed(false);
    Ok(server.listen(listener)?.run().await?)
}

/// Nobody gets in: only the way to the refusal is of interest.
async fn sign_in(
    parts: Data<Parts>,
    typed: Json<Typed>,
    request: HttpRequest,
) -> Result<HttpResponse, actix_web::Error> {
    let address = request.peer_addr().map(|it| it.ip());
    let place = parts.passwords.enter(Network::of(address));
    let mut place = place.map_err(error::ErrorServiceUnavailable)?;
    let email = FoldedEmail::of(&typed.email);
    let wanted = email.clone();
    let find = move |conn: &mut _| repository::find_credentials(conn, &wanted);
    let account = parts.db.read::<_, DbError, _>(find).await;
    if let Some(account) = account.map_err(error::ErrorInternalServerError)? {
        let (password, stored) = (TypedPassword::new(&typed.password), account.password_hash);
        let compared = parts
            .passwords
            .compare(&mut place, &password, &email, Some(&stored));
        compared.await.map_err(error::ErrorServiceUnavailable)?;
    }
    Ok(HttpResponse::Unauthorized().json(Refusal {
        code: "invalid_credentials",
    }))
}
