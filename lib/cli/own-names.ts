/** The table's name, as infra/ gives it. */
export const TABLE = 'catnap'

/** The parameter that holds the key of signed links, as docs/deploy.md has it. */
export const LINK_KEY = '/catnap/link-key'
