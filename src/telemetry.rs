//! Logging: one span and one closing line per request, never a secret in either.

use std::io::IsTerminal;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::{Span, Subscriber};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, FmtSubscriber};

use crate::clock::Stopwatch;
use crate::config::{LogFormat, TelemetrySettings};

/// Why logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("telemetry.level is no log filter")]
    Filter(#[from] ParseError),
    /// A process logs in one way only.
    #[error("logging was started before")]
    Again(#[from] TryInitError),
}

/// Starts logging to `writer`, for the rest of the process.
///
/// # Errors
/// When logging was started before, or the filter is none.
pub fn init<W>(settings: &TelemetrySettings, writer: W) -> Result<(), TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&settings.level)?;
    let builder = FmtSubscriber::builder()
        .with_env_filter(filter)
        // Otherwise a log that nobody reads any more ends in a panic of whoever writes to it.
        .log_internal_errors(false)
        .with_writer(writer);
    let subscriber: Box<dyn Subscriber + Send + Sync> = match settings.format {
        // The current span says it all; the list of spans would say it again.
        LogFormat::Json => Box::new(builder.json().with_span_list(false).finish()),
        LogFormat::Pretty => {
            let colours = std::io::stderr().is_terminal();
            Box::new(builder.with_target(false).with_ansi(colours).finish())
        }
    };
    Ok(subscriber.try_init()?)
}

/// The span of a request. It names the route's pattern, not the path: what people type into paths
/// and queries is theirs.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        request.extensions_mut().insert(Stopwatch::start());
        tracing::info_span!(
            "request",
            method = %request.method(),
            route = request.match_pattern().unwrap_or_else(|| "(none)".into()),
            request_id = id.map(tracing::field::display),
        )
    }

    fn on_request_end<B: MessageBody>(_: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        match outcome {
            Ok(response) => {
                let started = response.request().extensions().get::<Stopwatch>().copied();
                let elapsed = started.map(|it| it.elapsed()).unwrap_or_default();
                tracing::info!(
                    status = response.status().as_u16(),
                    microseconds = elapsed.as_micros(),
                    "answered"
                );
            }
            Err(error) => tracing::error!(%error, "not answered"),
        }
    }
}
