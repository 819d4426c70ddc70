/** How a piece of text stands out. */
export type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: Style, text: string) => string
