# syntax=docker/dockerfile:1
# Every step of the first stage is executed by `npm run test:image`, without an engine.
ARG NODE_IMAGE=node:24-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY lua-health lua-health
COPY src src
RUN npm run build
# The optional packages are Node itself, for machines that have an older one.
RUN npm prune --omit=dev --omit=optional --ignore-scripts

FROM ${NODE_IMAGE}
# npm and yarn of the base image are not used at run time: what is not there needs no update.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends git ca-certificates \
  && rm -rf /var/lib/apt/lists/* /usr/local/lib/node_modules /opt/yarn* /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/yarn* /usr/local/bin/corepack \
  && groupadd --gid 65532 kedge \
  && useradd --uid 65532 --gid 65532 --home-dir /var/lib/kedge --create-home --shell /usr/sbin/nologin kedge \
  && ln -s /app/dist/src/main.js /usr/local/bin/kedge
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build --chmod=755 /app/dist /app/dist
COPY LICENSE /app/LICENSE
# A small young generation: with tens of thousands of objects it keeps the memory at two thirds (docs/watch.md).
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=4
WORKDIR /var/lib/kedge
USER 65532:65532
EXPOSE 8484 8485
LABEL org.opencontainers.image.title="Kedge" \
      org.opencontainers.image.description="Hauls Git back when a Rollout runs aground." \
      org.opencontainers.image.source="https://github.com/kedge-dev/kedge" \
      org.opencontainers.image.licenses="Apache-2.0"
ENTRYPOINT ["node", "/app/dist/src/main.js"]
CMD ["serve"]
