import { html, type Markup } from '../html.ts'
import {
  type Bars,
  type Block,
  isShown,
  type Link,
  type MailContent,
  oneLine,
  type Row,
  type Section,
  type Table,
} from './mail-content.ts'

// What mail programs leave alone: tables, inline styles, no image, no script, nothing from elsewhere (FIELD §6).
// Text keeps the program's own colour on its own ground, so it is right in light and dark; a colour is set only
// together with its ground. Tested: every pair has a contrast of 4.5 or more.

/** Gmail clips a mail near 102 KB and hides the rest. */
export const MOST_BYTES = 98_000

/** For the sentence and the row that tell what was left out, whose numbers grow while rows are added. */
const RESERVE_BYTES = 1_000

/** So many rows keep their links even where that costs other rows their place. */
const LINKED_FIRST = 20

const FONT = 'font-family:Arial,Helvetica,sans-serif'
const HEADLINE = `background-color:#1f2f6b;color:#ffffff;${FONT}`
/** Stands out from white (4.6) and from a dark ground (4.0 on #121212); no text stands on it. */
const BAR = '#4a6fd4'
const LINE = 'border-bottom:1px solid #8a8f9c'

/** Makes a table a means of layout only: read in order, not announced as a table. */
const LAYOUT = html`role="presentation" width="100%" cellspacing="0" border="0"`

/** How much of a table is shown: so many rows, the first `linked` of them with their links. */
interface Extent {
  readonly shown: number
  readonly linked: number
}

/** The mail as HTML of at most `mostBytes`: the table that may grow gets the room the rest leaves it. */
export const mailHtml = (content: MailContent, mostBytes: number = MOST_BYTES): string => {
  const growing = content.sections.flatMap(({ blocks }) => blocks).find(isGrowing)
  if (growing === undefined) return page(content, { shown: 0, linked: 0 })
  const without = sizeOf(page(content, { shown: 0, linked: 0 }))
  return page(content, extentWithin(growing, mostBytes - without - RESERVE_BYTES))
}

const isGrowing = (block: Block): block is Table => block.kind === 'table' && block.most === 'fill'

/** As many rows as there is room for, the first of them with links; where all fit, as many more links as fit. */
const extentWithin = ({ rows, wordColumns }: Table, room: number): Extent => {
  const sizes = rows.map((row) => ({
    plain: sizeOf(rowPart(row, wordColumns, false).text),
    linked: sizeOf(rowPart(row, wordColumns, true).text),
  }))
  const shown = countWithin(sizes.map(({ plain, linked }, index) => (index < LINKED_FIRST ? linked : plain)), room)
  const first = Math.min(shown, LINKED_FIRST)
  if (shown < rows.length) return { shown, linked: first }
  const used = sizes.reduce((sum, { plain, linked }, index) => sum + (index < first ? linked : plain), 0)
  return { shown, linked: first + countWithin(sizes.slice(first).map(({ plain, linked }) => linked - plain), room - used) }
}

/** How many sizes, from the first, fit into a room. */
const countWithin = (sizes: readonly number[], room: number): number => {
  let left = room
  const full = sizes.findIndex((size) => (left -= size) < 0)
  return full === -1 ? sizes.length : full
}

const sizeOf = (text: string): number => new TextEncoder().encode(text).byteLength

const page = (content: MailContent, extent: Extent): string => `<!doctype html>
${html`<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>${oneLine(content.subject)}</title>
<style>:root{color-scheme:light dark;supported-color-schemes:light dark}</style>
</head>
<body style="margin:0;padding:0;${FONT}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${oneLine(content.preheader)}</div>
<table ${LAYOUT} cellpadding="0"><tr><td align="center">
<table ${LAYOUT} cellpadding="12" style="max-width:760px;text-align:left;${FONT};font-size:14px;line-height:1.5">
<tr><td><h1 style="margin:0;font-size:20px;line-height:1.3">${oneLine(content.title)}</h1></td></tr>
${headlinePart(content.headline)}
${asidesPart(content.asides)}
<tr><td><p style="margin:0">${oneLine(content.note)}</p></td></tr>
${content.sections.map((section) => sectionPart(section, extent))}<tr><td style="font-size:12px">${oneLine(content.footer)}</td></tr>
</table>
</td></tr></table>
</body>
</html>`.text}
`

const headlinePart = ({ figure, sentence }: MailContent['headline']): Markup => html`<tr><td style="${HEADLINE};padding:20px">
<p style="margin:0;font-size:34px;line-height:1.2;font-weight:bold">${oneLine(figure)}</p>
<p style="margin:4px 0 0;font-size:15px">${oneLine(sentence)}</p>
</td></tr>`

const asidesPart = (asides: MailContent['asides']): Markup => html`<tr><td style="padding:8px 0">
<table ${LAYOUT} cellpadding="12" style="${FONT};font-size:13px;line-height:1.5"><tr>${asides.map(({ name, figure, sentence }) => html`
<td width="50%" valign="top">
<p style="margin:0;font-size:16px">${name}: <strong>${figure}</strong></p>
<p style="margin:0">${oneLine(sentence)}</p>
</td>`)}</tr></table>
</td></tr>`

const sectionPart = ({ heading, blocks }: Section, extent: Extent): Markup => html`<tr><td>
<h2 style="margin:12px 0 6px;font-size:17px;line-height:1.3">${heading}</h2>
${blocks.map((block) => blockPart(block, extent))}</td></tr>
`

const blockPart = (block: Block, extent: Extent): Markup => {
  switch (block.kind) {
    case 'paragraph':
      return paragraphPart(block.text)
    case 'list':
      return listPart(block.items)
    case 'bars':
      return barsPart(block)
    case 'table':
      return tablePart(block, block.most === 'fill' ? extent : { shown: Math.min(block.most, block.rows.length), linked: block.rows.length })
    default:
      return block satisfies never
  }
}

const paragraphPart = (text: string): Markup => html`<p style="margin:0 0 8px">${oneLine(text)}</p>
`

const listPart = (items: readonly string[]): Markup => html`<ul style="margin:0 0 8px;padding-left:20px">
${items.map((item) => html`<li>${oneLine(item)}</li>
`)}</ul>
`

const DATA = `${FONT};font-size:12px;line-height:1.4;border-collapse:collapse;margin:0 0 8px`

const tableStart = (caption: string): Markup => html`<table width="100%" cellpadding="4" cellspacing="0" border="0" style="${DATA}">
<caption style="text-align:left;font-size:12px;padding:4px">${oneLine(caption)}</caption>
`

const barsPart = ({ caption, columns: [name, value], bars }: Bars): Markup => html`${tableStart(caption)}<thead><tr>
<th scope="col" align="left" style="${LINE}">${name}</th>
<th scope="col" align="right" style="${LINE}">${value}</th>
<td width="50%" aria-hidden="true" style="${LINE}"></td>
</tr></thead>
<tbody>${bars.map((bar) => html`<tr>
<th scope="row" align="left" style="font-weight:normal">${bar.name}</th>
<td align="right">${bar.value}</td>
<td aria-hidden="true">${barPart(bar.share)}</td>
</tr>
`)}</tbody></table>
`

/** A bar is a cell with a ground; what is more than nothing shows at least one percent. */
const barPart = (share: number): Markup | undefined => {
  if (share <= 0) return undefined
  const percent = Math.max(1, Math.round(Math.min(1, share) * 100))
  return html`<table role="presentation" width="${percent}%" cellpadding="0" cellspacing="0" border="0"><tr>
<td height="12" bgcolor="${BAR}" style="height:12px;background-color:${BAR};font-size:1px;line-height:12px">&nbsp;</td>
</tr></table>`
}

const tablePart = (table: Table, { shown, linked }: Extent): Markup => {
  const { caption, columns, rows, wordColumns, totals = [] } = table
  const rest = shown < rows.length ? table.rest(shown) : undefined
  return html`<div style="overflow-x:auto">${tableStart(caption)}<thead><tr align="right" valign="bottom">
${columns.map((column, index) => html`<th scope="col"${alignment(index, wordColumns)} style="${LINE}">${column}</th>
`)}</tr></thead>
<tbody align="right" valign="top">
${rows.slice(0, shown).map((row, index) => rowPart(row, wordColumns, index < linked))}${rest?.row === undefined ? undefined : rowPart(rest.row, wordColumns, false)}</tbody>
${totals.length === 0 ? undefined : html`<tfoot style="font-weight:bold" align="right">
${totals.map((row) => rowPart(row, wordColumns, false))}</tfoot>
`}</table></div>
${rest === undefined || rest.sentence === '' ? undefined : paragraphPart(rest.sentence)}${hasLinks(rows.slice(linked)) ? paragraphPart(LINKS_ELSEWHERE) : undefined}`
}

const LINKS_ELSEWHERE =
  'There is no room here for every link to wake or stay awake: the attached CSV and the plain text of this mail have them.'

const hasLinks = (rows: readonly Row[]): boolean => rows.some(({ links = [] }) => links.some(isShown))

/** Words are on the left; numbers follow the row, to the right. */
const alignment = (index: number, wordColumns: number): Markup | undefined =>
  index < wordColumns ? html` align="left"` : undefined

/** Kept short: there may be hundreds. Alignment is inherited from `tbody`, padding from the table. */
const rowPart = ({ cells: [name = '', ...others], links = [] }: Row, wordColumns: number, withLinks: boolean): Markup => {
  const shownLinks = withLinks ? links.filter(isShown).map(linkPart) : undefined
  const cells = others.map((cell, index) => html`<td${alignment(index + 1, wordColumns)}>${oneLine(cell)}</td>`)
  return html`<tr><th scope="row" align="left">${oneLine(name)}${shownLinks}</th>${cells}</tr>
`
}

/** In the colour of the text around it: no blue is right on white and on black. */
const linkPart = ({ text, url }: Link): Markup => html` <a href="${url}" style="color:inherit">${text}</a>`
