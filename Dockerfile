# The manifests alone, each with an empty crate: the next layer is made anew only when they change.
FROM rust:1-bookworm AS manifests
WORKDIR /askit
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete \
    && find . -name Cargo.toml -execdir sh -c \
        'mkdir -p src/bin/askit && touch src/lib.rs && echo "fn main() { }" >src/bin/askit/main.rs' ';'

# Layers and no cache mounts: a builder that starts empty can fetch them, and what is built depends
# on nothing that another build has left behind.
FROM rust:1-bookworm AS build
WORKDIR /askit
COPY --from=manifests /askit .
RUN cargo build --release --locked --features postgres-tls
COPY . .
# Files keep their times, which may be older than those of the empty crate.
RUN touch src/lib.rs src/bin/askit/main.rs && cargo build --release --locked --features postgres-tls

FROM debian:bookworm-slim
# OpenSSL and the authorities that sslmode=verify-full needs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin askit \
    && install --directory --owner askit --group askit --mode 700 /data
COPY --from=build /askit/target/release/askit /usr/local/bin/askit

# Settings name files by paths that begin here: data/askit.db is /data/askit.db.
WORKDIR /
VOLUME /data
USER 10001:10001
ENV ASKIT__SERVER__LISTEN=0.0.0.0:3000
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=10s --start-period=30s CMD ["askit", "health"]
ENTRYPOINT ["askit"]

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Askit" \
    org.opencontainers.image.description="Accounts, sign-in and live Q&A sessions over REST" \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION
