# Node 24 is the long-term support line until April 2028 and the version that runs the action; Node 20 has had no
# security fixes since April 2026. The exact version makes a rebuild use the same Node and the same Debian release.
FROM node:24.21.0-trixie-slim AS manifests
WORKDIR /app
# Only the manifests, so that a change of the source does not install the dependencies again.
COPY package.json package-lock.json ./
COPY packages/action/package.json packages/action/
COPY packages/cli/package.json packages/cli/
COPY packages/client/package.json packages/client/
COPY packages/protocol/package.json packages/protocol/
COPY packages/registry/package.json packages/registry/

# The tarballs that npm publishes.
FROM manifests AS tarballs
RUN --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=certificates \
    npm ci --ignore-scripts
COPY . .
RUN node scripts/pack.js /tarballs

# The dependencies of the server, exactly as in the lock file, and the two packages from their tarballs.
FROM manifests AS server
RUN --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=secret,id=certificates \
    npm ci --omit=dev --ignore-scripts --workspace packages/registry --include-workspace-root=false
COPY --from=tarballs /tarballs/fixture-registry-protocol-*.tgz /tarballs/fixture-registry-server-*.tgz /tarballs/
RUN tar -xzf /tarballs/fixture-registry-protocol-*.tgz -C packages/protocol --strip-components=1 \
 && tar -xzf /tarballs/fixture-registry-server-*.tgz -C packages/registry --strip-components=1 \
 && rm -r packages/action packages/cli packages/client package.json package-lock.json \
 && find node_modules packages -type f \
      \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && find node_modules -xtype l -delete

FROM node:24.21.0-trixie-slim
# The registry runs no package manager, and scanners report vulnerabilities of those that the base image brings.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
 && install --directory --owner=1000 --group=1000 --mode=0700 /var/lib/fixture-registry \
 && ln -s /app/packages/registry/bin/fixture-registry.js /usr/local/bin/fixture-registry
COPY LICENSE /app/LICENSE
COPY --from=server /app /app
# Below the copies, so that a new version alone does not repeat them.
ARG VERSION=unreleased
LABEL org.opencontainers.image.title="Fixture Registry" \
      org.opencontainers.image.description="Stores recordings of API calls and reviews them as behaviour" \
      org.opencontainers.image.source="https://github.com/fixture-registry/fixture-registry" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
ENV NODE_ENV=production \
    FIXTURE_REGISTRY_DATA=/var/lib/fixture-registry
WORKDIR /var/lib/fixture-registry
# By number: Kubernetes can verify only then that it is not root. It is the user `node` of the base image.
USER 1000:1000
VOLUME /var/lib/fixture-registry
EXPOSE 4000
# The start includes the migrations, so the start period allows for a large database.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1: it handles SIGTERM itself and starts no processes, so it needs no init.
ENTRYPOINT ["fixture-registry"]
CMD ["serve", "--host", "0.0.0.0", "--port", "4000"]
