import { defineConfig } from 'vitest/config'

/** They kill a worker at every call, which takes minutes: `npm run test:crash`. */
const LONG = process.env['npm_lifecycle_event'] === 'test:crash' ? [] : ['test/crash/crash.test.ts', 'test/crash/chaos.test.ts']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['node_modules/**', ...LONG],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
