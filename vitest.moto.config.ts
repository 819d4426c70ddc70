import { defineConfig } from 'vitest/config'

/** Tests against moto's server, where it is installed (docs/testing.md). */
export default defineConfig({
  test: {
    include: ['test/moto/*.moto.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
