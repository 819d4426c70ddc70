import { defineConfig } from 'vitest/config'

/** They load the functions, which read their environment when they are loaded, or end processes. */
const APART = ['test/functions/**/*.test.ts', 'test/sandbox/*.test.ts', 'test/sandbox/console/*.test.ts', 'test/contract/*.test.ts', 'test/crash/*.test.ts']

/** They kill a worker at every call, and let chaos go on for longer: `npm run test:crash`. */
const LONG = ['test/crash/*.long.test.ts']

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: APART, isolate: false } },
      { extends: true, test: { name: 'apart', include: APART, exclude: LONG } },
      { extends: true, test: { name: 'long', include: LONG } },
    ],
  },
})
