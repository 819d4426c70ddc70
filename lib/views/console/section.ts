import { html, type Markup } from '../html.ts'

/** A part of the page with a heading of its own. */
export interface Section {
  readonly id: string
  readonly title: string
  /** What stands beside the heading, small. */
  readonly aside?: string | undefined
  readonly body: Markup
}

/** A section as a landmark of its own name. */
export const sectionOf = ({ id, title, aside, body }: Section): Markup => html`<section id="${id}" aria-labelledby="${id}-title">
<div class="head"><h2 id="${id}-title">${title}</h2>${aside === undefined ? undefined : html`<p class="aside" id="${id}-aside" data-live="">${aside}</p>`}</div>
${body}
</section>`

/** A table may be wider than a phone: it scrolls in a box that the keyboard reaches too. */
export const scrollBox = (label: string, table: Markup): Markup => html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`

/** What stands where there is nothing to show yet. */
export const emptyNote = (text: string): Markup => html`<p class="empty">${text}</p>`
