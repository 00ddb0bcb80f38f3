//! Answers that are written piece by piece, so that little of them is held at once.

use std::error::Error;
use std::future::ready;

use actix_web::web::Bytes;
use futures_util::stream::{self, Stream, StreamExt};

use crate::db::describe;

/// The first piece of a body, and then what `next` makes of what is left, until nothing is. A
/// failure breaks the connection off: a file that looks whole is whole.
pub fn in_pieces<S, E, N, F>(
    first: Vec<u8>,
    left: Option<S>,
    next: N,
) -> impl Stream<Item = Result<Bytes, E>>
where
    N: Fn(S) -> F,
    F: Future<Output = Result<(Vec<u8>, Option<S>), E>>,
    E: Error + 'static,
{
    let rest = stream::try_unfold(left, move |left| {
        let next = left.map(&next);
        async {
            let Some(next) = next else {
                return Ok(None);
            };
            let next = next.await.inspect_err(|error| {
                tracing::error!(error = describe(error), "an export was broken off");
            });
            next.map(|(piece, left)| Some((Bytes::from(piece), left)))
        }
    });
    stream::once(ready(Ok(Bytes::from(first)))).chain(rest)
}
