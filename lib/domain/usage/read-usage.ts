import { quantity } from '../requests.ts'

/** A reading that says nothing sensible: why, for counting and in words. */
export interface BadReading {
  readonly reason: 'missing' | 'no-unit' | 'not-a-number'
  readonly text: string
}

/** What one container used at an instant. */
export interface Reading {
  readonly cpuMilli: number
  readonly memoryMiB: number
}

/**
 * Reads the `usage` of a container as `metrics.k8s.io` writes it (`{ cpu: '12345678n', memory: '65536Ki' }`). A number
 * without a unit is refused unless it is 0: the API writes none, and whether 250 meant cores or milli-cores is not
 * guessed. Negative values are read as they are; `takeSamples` refuses them.
 */
export const readUsage = (usage: Readonly<Record<string, unknown>> | undefined): Reading | BadReading => {
  const cpu = read('cpu', usage?.['cpu'])
  const memory = read('memory', usage?.['memory'])
  if (typeof cpu !== 'number') return cpu
  if (typeof memory !== 'number') return memory
  return { cpuMilli: cpu * 1000, memoryMiB: memory / 2 ** 20 }
}

const read = (resource: string, found: unknown): number | BadReading => {
  if (found === undefined || found === null || found === '') {
    return {
      reason: 'missing',
      text: `no ${resource} usage: found nothing, expected a quantity such as 12345678n or 65536Ki`,
    }
  }
  const text = typeof found === 'string' || typeof found === 'number' ? `${found}` : `of type ${typeof found}`
  const value = valueOf(text)
  if (value === undefined) {
    return {
      reason: 'not-a-number',
      text: `not a ${resource} usage: found "${text}", expected a quantity such as 12345678n or 65536Ki`,
    }
  }
  if (value !== 0 && !/[a-zA-Z]$/.test(text)) {
    return {
      reason: 'no-unit',
      text: `${resource} usage without a unit: found "${text}", expected one such as 12345678n or 65536Ki`,
    }
  }
  return value
}

const valueOf = (text: string): number | undefined => {
  try {
    return quantity(text)
  } catch {
    return undefined
  }
}
