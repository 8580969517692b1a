# The registry as a container: `docker build -t weft .`, then see docs/operations.md.
FROM rust:1.94-bookworm AS build
WORKDIR /weft
COPY . .
# The commit for `weft --version`: `--build-arg WEFT_COMMIT="$(git show -s --date=short --format='%h %cd')"`.
ARG WEFT_COMMIT=""
# The image below has no zlib.
ENV LIBZ_SYS_STATIC=1 CARGO_INCREMENTAL=0
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/weft/target \
    cargo build --locked --release --bin weft && cp target/release/weft /usr/local/bin/weft && mkdir /data

# The C library, certificates and time zones, and no shell. Runs as user 65532, and with a read-only root: it writes to
# /data alone, and only if the database is SQLite.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /usr/local/bin/weft /usr/local/bin/weft
COPY --from=build --chown=65532:65532 /data /data
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/weft"]
# Any address but loopback needs an admin token: WEFT_ADMIN_TOKEN or --admin-token-file.
CMD ["serve", "--listen", "0.0.0.0:8080", "--database", "/data/weft.db", "--log-format", "json"]
