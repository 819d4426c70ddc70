import { existsSync } from 'node:fs'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is: CHROMIUM, or where Debian puts it. Throws with what to install. */
export const findChromium = (): string => {
  const named = process.env['CHROMIUM']
  const found = (named === undefined ? PLACES : [named]).find((place) => existsSync(place))
  if (found === undefined) {
    throw new Error(`no Chromium: found none at ${named ?? PLACES.join(', ')}; install it (Debian: apt-get install chromium) or name it in CHROMIUM`)
  }
  return found
}
