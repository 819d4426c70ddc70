/** How the price of a node is shared out between its cores and its memory: what a core costs in GiB of memory. */
export interface PriceSplit {
  readonly name: string
  readonly coreInGiB: number
}

/** AWS split cost allocation data: a core weighs nine times a GiB, so that figures meet the bill (FIELD §5). */
export const AWS_SPLIT: PriceSplit = { name: 'AWS split cost allocation, 9:1', coreInGiB: 9 }

/** What a node offers and costs. */
export interface NodePrice {
  readonly instanceType: string
  readonly vcpu: number
  readonly memoryMiB: number
  readonly microUsdPerHour: number
}

/** What one core and one GiB of a node cost an hour, and how that was found. */
export interface UnitPrice {
  readonly instanceType: string
  readonly microUsdPerCoreHour: number
  readonly microUsdPerGiBHour: number
  /** The name of the split. */
  readonly split: string
}

/** Hours of a month as AWS reckons it. */
const HOURS_PER_MONTH = 730

/**
 * The price of a core and of a GiB of a node: `node = vcpu · core + GiB · gib`, with `core = coreInGiB · gib`.
 * Source: FIELD §5, m5.xlarge at $0.192 → $0.033231 a core-hour and $0.003692 a GiB-hour.
 */
export const unitPrice = (
  { instanceType, vcpu, memoryMiB, microUsdPerHour }: NodePrice,
  split: PriceSplit = AWS_SPLIT,
): UnitPrice => {
  const microUsdPerGiBHour = microUsdPerHour / (vcpu * split.coreInGiB + memoryMiB / 1024)
  return {
    instanceType,
    microUsdPerCoreHour: Math.round(microUsdPerGiBHour * split.coreInGiB),
    microUsdPerGiBHour: Math.round(microUsdPerGiBHour),
    split: split.name,
  }
}

/** Awake hours of a month of 730 h, from those of a span such as a week of 168 h: 12×5 is 260.7. */
export const awakeHoursPerMonth = (awakeHours: number, spanHours: number): number =>
  (HOURS_PER_MONTH * awakeHours) / spanHours
