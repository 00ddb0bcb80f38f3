//! Sees what other instances and commands have changed in the database.

use std::time::Duration;

use actix_web::rt::time::sleep;

use super::signing_keys::SigningKeys;
use crate::db::describe;

/// How often it looks.
const INTERVAL: Duration = Duration::from_secs(2);

/// Looks for as long as the server runs. Of a row of failures the first is told.
pub async fn run(signing_keys: SigningKeys) {
    let mut failing = false;
    loop {
        sleep(INTERVAL).await;
        let outcome = signing_keys.reread().await;
        match &outcome {
            Err(error) if !failing => {
                let error = describe(error);
                tracing::warn!(error, "the signing keys cannot be read again");
            }
            Ok(()) if failing => tracing::info!("the signing keys are read again"),
            _ => {}
        }
        failing = outcome.is_err();
    }
}
