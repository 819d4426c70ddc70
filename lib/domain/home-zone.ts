import type { Terms } from './environment.ts'
import { parseHours } from './hours.ts'

/** The zone people of an environment live in: that of its first window, else the one its hours are in by default. */
export const homeZone = ({ hours, timezone }: Terms): string => parseHours(hours, timezone).windows[0]?.zone.name ?? timezone
