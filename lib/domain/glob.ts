/** Whether a glob, with `*` for any text and `?` for one character, is all of a text. */
export const matchesGlob = (glob: string, text: string): boolean => new RegExp(globPattern(glob)).test(text)

/** A glob as a regular expression of the whole text, which JavaScript and RE2 read alike. */
export const globPattern = (glob: string): string =>
  `^${glob.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')}$`
