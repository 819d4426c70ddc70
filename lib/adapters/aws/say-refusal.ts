/**
 * What a call to AWS failed with, in words for a log or a report. A missing right is named by its IAM action: that of the
 * message, where it names one (SES asks for other rights than its API has names), else the one given.
 */
export const sayRefusal = (error: unknown, action: string): string => {
  if (!(error instanceof Error)) return String(error)
  // A connection that was refused on all addresses has a code and no message.
  const words = error.message.split('\n')[0] || ('code' in error ? String(error.code) : '')
  const said = `${error.name}: ${words}`
  if (!DENIED.test(error.name)) return said
  const [, named = action] = /perform:? [`'"]?([\w-]+:\w+)/.exec(words) ?? []
  return `${said}; the role needs the right ${named}, as in docs/permissions.md`
}

const DENIED = /^(?:AccessDenied|UnauthorizedOperation|NotAuthorized)/
