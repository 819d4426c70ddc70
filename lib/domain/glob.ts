/** Whether a glob, with `*` for any text and `?` for one character, is all of a text. */
export const matchesGlob = (glob: string, text: string): boolean => {
  const pattern = glob.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.')
  return new RegExp(`^${pattern}$`).test(text)
}
