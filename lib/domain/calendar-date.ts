const MS_PER_DAY = 86_400_000

/** A calendar date as days since 1970-01-01; undefined when the text is not a real date written `YYYY-MM-DD`. */
export const dayNumber = (text: string): number | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(ms)) return undefined
  const day = ms / MS_PER_DAY
  // Date.parse lets 30 February run over into March; writing it back tells.
  return calendarDate(day) === text ? day : undefined
}

/** The calendar date `day` days after 1970-01-01, as `YYYY-MM-DD`. */
export const calendarDate = (day: number): string => new Date(day * MS_PER_DAY).toISOString().slice(0, 10)

/** 0 for Monday to 6 for Sunday. */
export const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7
