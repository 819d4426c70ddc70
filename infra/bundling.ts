/**
 * How esbuild makes a function of functions/<name>.ts, in esbuild's own words: CDK is told the same, and
 * `npm run bench` measures what comes of it.
 *
 * The SDK is bundled although the runtime brings one: what was tested is what runs, and one minified file is read and
 * compiled faster than many small ones. It is a CommonJS file: some dependencies ask for Node's own modules by require,
 * which an ES module has only by a trick, and where `node:http` is imported an ES module starts later, because Node then
 * reads all that module exports.
 */
export const bundling = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  // Outside the bundle and without the sources.
  sourcemap: true,
  sourcesContent: false,
  // No call of ours needs it. It is imported when first wanted, for which esbuild would wrap half of the SDK in functions.
  external: ['@smithy/core/event-streams'],
  // A Lambda finds its credentials in its variables. How a laptop finds some is a third of the wake function.
  alias: { '@aws-sdk/credential-provider-node': './lib/adapters/aws/lambda-credentials.ts' },
} as const

/**
 * Whether a function reads its source map, a sixth of a start, so that a stack trace names our lines. The one that
 * somebody waits for answers whatever fails, and logs it in words (functions/wake.ts): nobody reads a stack there.
 */
export const hasSourceMap = (name: string): boolean => name !== 'wake' && name !== 'door'
