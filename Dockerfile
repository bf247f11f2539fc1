# Outflow's processes, one image for all: docker run outflow:0.1.0 worker | bridge | codec | simulator, or any other command.
# Debian, since Temporal's SDK needs glibc.

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# dist/, and in it the workflows bundled for Temporal's sandbox, so that a worker starts at once.
RUN npm run build
# What runs needs neither the tools that built it nor the SDK's native code for other systems.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && \
    find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name '*-linux-gnu' -exec rm -r {} +

FROM base
# The slim image has no root certificates, which Temporal's SDK needs for TLS (Temporal Cloud).
RUN apt-get update && \
    apt-get install --yes --no-install-recommends ca-certificates && \
    rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# `docker compose exec worker outflow get w-1042`; and a folder for the simulator's journal.
RUN chmod +x dist/cli/main.js && ln -s /app/dist/cli/main.js /usr/local/bin/outflow && install -d -o node -g node /data
USER node
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["--help"]
