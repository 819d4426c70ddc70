/** A message to people, in plain text. */
export interface Notice {
  readonly subject: string
  readonly text: string
  /** What they can do about it. */
  readonly link?: { readonly says: string; readonly url: string }
}
