# The program with everything it needs. Two stages: what builds it stays behind.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig*.json ./
COPY packages/log/package.json packages/log/tsconfig.json packages/log/
COPY packages/server/package.json packages/server/tsconfig.json packages/server/
RUN npm ci
COPY packages packages
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
# The embedded demo database refuses to run as root, and so should everything else.
RUN useradd --system --uid 10001 --home-dir /var/lib/indelible --create-home indelible
WORKDIR /opt/indelible
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/packages packages
ENV NODE_ENV=production PATH=/opt/indelible/node_modules/.bin:$PATH
USER indelible
WORKDIR /var/lib/indelible
VOLUME /var/lib/indelible
EXPOSE 6432
# /health answers 200 while the log takes records.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:6480/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["indelible"]
CMD ["serve", "--data", "/var/lib/indelible/data", "--listen", "0.0.0.0:6432"]
