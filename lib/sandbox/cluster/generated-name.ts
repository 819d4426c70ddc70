import type { KindRow } from './kinds.ts'
import type { ObjectStore } from './object-store.ts'

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** A free name that begins with `prefix`: five letters that follow from the store's version, so that runs repeat. */
export const generatedName = (
  store: ObjectStore,
  { kind }: KindRow,
  namespace: string | undefined,
  prefix: string | undefined,
): string | undefined => {
  if (prefix === undefined || prefix === '') return undefined
  for (let serial = Number(store.resourceVersion); ; serial += 1) {
    let rest = serial
    let name = prefix
    for (let place = 0; place < 5; place += 1) {
      name += alphabet[rest % alphabet.length] ?? ''
      rest = Math.floor(rest / alphabet.length)
    }
    if (store.get(kind, name, namespace) === undefined) return name
  }
}
