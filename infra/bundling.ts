/**
 * How esbuild makes a function of functions/<name>.ts, in esbuild's own words: CDK is told the same, and
 * `npm run bench` measures what comes of it.
 *
 * The SDK is bundled although the runtime brings one: what was tested is what runs, and one minified file is read and
 * compiled faster than many small ones. Source maps stay outside the bundle and without the sources, so that a stack
 * trace names our lines. docs/benchmarks.md has what either costs a start.
 */
export const bundling = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  // Some dependencies are CommonJS and ask for Node's own modules by require, which an ES module has not.
  banner: { js: 'import{createRequire as catnapRequire}from"node:module";const require=catnapRequire(import.meta.url);' },
} as const
