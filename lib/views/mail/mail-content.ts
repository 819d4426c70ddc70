/** A place to go to; only http and https are shown. */
export interface Link {
  readonly text: string
  readonly url: string
}

/** One row of a table; the first cell names it. */
export interface Row {
  readonly cells: readonly string[]
  readonly links?: readonly Link[]
}

/** A table. The plain text has all its rows; the HTML as many as there is room for. */
export interface Table {
  readonly kind: 'table'
  readonly caption: string
  readonly columns: readonly string[]
  /** How many columns from the left are words; the others are numbers. */
  readonly wordColumns: number
  readonly rows: readonly Row[]
  /** Rows under the others, always shown: sums, and what belongs to none of them. */
  readonly totals?: readonly Row[]
  /** What stands for the rows the HTML leaves out when it shows the first `shown`. */
  readonly rest: (shown: number) => { readonly row?: Row; readonly sentence: string }
  /** The most rows the HTML shows; `fill`: what the size of the mail allows. */
  readonly most: number | 'fill'
}

/** Bars side by side, each with its number. */
export interface Bars {
  readonly kind: 'bars'
  readonly caption: string
  readonly columns: readonly [name: string, value: string]
  /** `share` of the longest bar, 0 to 1. */
  readonly bars: readonly { readonly name: string; readonly value: string; readonly share: number }[]
}

/** A piece of a section. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Bars
  | Table

/** A heading and what stands under it. */
export interface Section {
  readonly heading: string
  readonly blocks: readonly Block[]
}

/** What a mail says, before it is HTML or plain text: both say the same. */
export interface MailContent {
  readonly subject: string
  /** What an inbox shows beside the subject. */
  readonly preheader: string
  readonly title: string
  /** The one number, and what it is. */
  readonly headline: { readonly figure: string; readonly sentence: string }
  /** Of when the data is, and what of it may still change. */
  readonly note: string
  /** Figures that are not savings: smaller, and apart. */
  readonly asides: readonly { readonly name: string; readonly figure: string; readonly sentence: string }[]
  readonly sections: readonly Section[]
  readonly footer: string
}

/** A paragraph. */
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text })

/** A list, or nothing where it would be empty. */
export const listOf = (items: readonly string[]): readonly Block[] => (items.length === 0 ? [] : [{ kind: 'list', items }])

/** Words cut to a length, at a letter; the CSV has them whole. */
export const shorten = (text: string, most: number): string => {
  const letters = [...text]
  return letters.length > most ? `${letters.slice(0, most - 1).join('').trimEnd()}…` : text
}

/** Whether a link may be shown: nothing but http and https leads out of a mail. */
export const isShown = ({ url }: Link): boolean => /^https?:\/\/[^\s<>"']+$/i.test(url)

/** Text on one line, without control and direction characters: a name must not rearrange what stands around it. */
export const oneLine = (text: string): string =>
  text.replaceAll(/[\s\p{Cc}]+/gu, ' ').replaceAll(/[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '').trim()
