import type { Phase } from '../../domain/environment.ts'
import { html, type Markup } from '../html.ts'

/** A phase has a word and a shape of its own, so that nobody needs the colour. */
const MARKS: Readonly<Record<Phase, { readonly word: string; readonly path: string }>> = {
  awake: { word: 'awake', path: 'M6 1a5 5 0 1 1 0 10a5 5 0 1 1 0-10z' },
  waking: { word: 'waking', path: 'M6 1L11 11L1 11z' },
  'falling-asleep': { word: 'falling asleep', path: 'M1 1L11 1L6 11z' },
  asleep: { word: 'asleep', path: 'M8.5 9.9A5 5 0 1 1 6.4 1A4.2 4.2 0 0 0 8.5 9.9z' },
}

/** The word of a phase behind its shape: a disc, a triangle up, a triangle down, a crescent. */
export const phaseMark = (phase: Phase): Markup => {
  const { word, path } = MARKS[phase]
  return html`<span class="phase ${phase}"><svg viewbox="0 0 12 12" aria-hidden="true"><path d="${path}"></path></svg>${word}</span>`
}
