import { defineConfig } from 'vitest/config'

/** Tests on a real control plane: `npm run test:cluster` (docs/testing.md). One plane for all of them, one file at a time. */
export default defineConfig({
  test: {
    include: ['test/cluster/*.cluster.ts'],
    globalSetup: ['test/cluster/plane/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
})
