/**
 * Text of which the contrast with what is behind it is below 4.5:1 (WCAG 1.4.3), as the browser computed both: an
 * expression for the page, which answers one line for each.
 */
export const LOW_CONTRAST = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0)
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const color = rgb(getComputedStyle(each).backgroundColor)
      if (color[3] === 255) return color
    }
    return [255, 255, 255, 255]
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const low = []
  while (texts.nextNode()) {
    const { nodeValue, parentElement } = texts.currentNode
    if (nodeValue.trim() === '' || !parentElement.checkVisibility()) continue
    const [a, b] = [light(rgb(getComputedStyle(parentElement).color)), light(behind(parentElement))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < 4.5) low.push(ratio.toFixed(2) + ' ' + nodeValue.trim())
  }
  return low
})()`

/** What a person can act on, by what it says, in the order of the page. */
export const CONTROLS = `[...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
  .filter((each) => each.checkVisibility()).map((each) => each.getAttribute('aria-label') ?? each.textContent.trim())`

/** What has the focus, in the same words; whether it is seen; empty: the page itself. */
export const FOCUSED = `(() => {
  const each = document.activeElement
  if (each === null || each === document.body) return { name: '', isSeen: false }
  const { outlineStyle, outlineWidth } = getComputedStyle(each)
  return { name: each.getAttribute('aria-label') ?? each.textContent.trim(), isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 }
})()`

/** How much wider the page is than the window. */
export const OVERFLOW = `document.documentElement.scrollWidth - window.innerWidth`

/** What a reader finds whenever he looks: headings, captions, names of environments and pools. */
export const CONTENT = `[...document.querySelectorAll('h1, h2, h3, caption, tbody th[scope=row]')].map((each) => each.textContent.trim())`
