import { defineConfig } from 'vitest/config'

/** They load the functions, which read their environment when they are loaded, or end processes. What is named here does neither. */
const APART = [
  'test/functions/!(account|wake-cache|wake-fronts).test.ts',
  'test/sandbox/!(cluster-autoscaler|dice|example|fleet-plan|money|object-checker|open-front|registered-targets|timeline|traffic|visitors).test.ts',
  'test/sandbox/console/!(brief|count-nodes).test.ts',
  'test/crash/*.test.ts',
]

/** They kill a worker at every call, let chaos go on for longer, and try what others try in part: `npm run test:crash`. */
const LONG = ['test/{crash,sandbox}/*.long.test.ts']

export default defineConfig({
  test: {
    // What hangs ends some time; what is slow is none of a test's business, on a machine that others use too.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Vitest leaves a core to itself: of two that is half, and its own work is a tenth.
    maxWorkers: '100%',
    // What one process compiled the next one reads: of packages in each worker, of all there is in a `catnap` of its own.
    env: { NODE_COMPILE_CACHE: new URL('node_modules/.cache/node-compile', import.meta.url).pathname },
    projects: [
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: APART, isolate: false } },
      // After the others: while a live sandbox of theirs runs, every command in this folder acts on it.
      { extends: true, test: { name: 'apart', include: APART, exclude: LONG, sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'long', include: LONG, sequence: { groupOrder: 2 } } },
    ],
  },
})
