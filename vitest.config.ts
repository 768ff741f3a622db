import { defineConfig } from 'vitest/config';

// Sources are run as they are (condition `@indelible/source`); only the sealing worker and the program itself run from
// `dist/`, which is why `npm test` builds first.
export default defineConfig({
  ssr: { resolve: { conditions: ['@indelible/source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'test/*.test.ts'],
          exclude: ['**/*.{pg,go,chromium}.test.ts'],
          // Many of them write real logs, and a busy disk takes its time to sync.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{packages,test}/**/*.{pg,go,chromium}.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: 'seeds', include: ['test/seeds/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
    ],
  },
});
