# Two stages: the official Swift image builds a binary with the standard library linked in; a slim Debian runs it.
FROM swift:6.3-bookworm AS build
RUN apt-get -q update \
  && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
    libpq-dev libsqlite3-dev libssl-dev zlib1g-dev pkg-config \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
# The manifest names the test targets; their folders only have to exist.
COPY Tests Tests
ARG VERSION=0.1.0
ARG REVISION=unknown
RUN --mount=type=cache,target=/src/.build,sharing=locked \
  export BUILD_VERSION="$VERSION" BUILD_REVISION="$REVISION" \
  && swift build -c release --static-swift-stdlib --product bookstore -Xlinker -s \
  && install -D "$(swift build -c release --static-swift-stdlib --show-bin-path)/bookstore" /out/bookstore

FROM debian:bookworm-slim
RUN apt-get -q update \
  && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
    ca-certificates libpq5 libsqlite3-0 libssl3 tzdata zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin bookstore \
  && install -d -o 10001 -g 10001 -m 0750 /data \
  # Nothing here changes the user, so no program needs the bit to.
  && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /out/bookstore /usr/local/bin/bookstore
COPY migrations /usr/share/bookstore/migrations

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="bookstore" \
  org.opencontainers.image.description="The inventory service of a bookshop" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"
# It listens beyond loopback, so it asks for BOOKSTORE_AUTH=key, or for BOOKSTORE_ALLOW_OPEN=true where the
# container's port is not published to others.
ENV BOOKSTORE_HOST=0.0.0.0 \
  BOOKSTORE_PORT=8080 \
  DATABASE_URL=sqlite:/data/bookstore.db \
  MIGRATIONS_DIR=/usr/share/bookstore/migrations

USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bookstore", "health"]
ENTRYPOINT ["bookstore"]
CMD ["serve"]
