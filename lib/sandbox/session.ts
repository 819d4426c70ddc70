/** Where a running sandbox says how it is reached; the CLI reads it. */
export const SESSION_FILE = new URL('../../.catnap/sandbox.json', import.meta.url)

/** A running sandbox. */
export interface SandboxSession {
  readonly pid: number
  readonly environment: Readonly<Record<string, string>>
  /** Its clock: at this wall time it was this time in the sandbox. */
  readonly began: { readonly wallMs: number; readonly sandboxMs: number }
  readonly speed: number
}
