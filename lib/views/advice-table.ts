import type { AdviceRecord } from '../domain/advice/advice-record.ts'
import { sayCpu, sayMemory } from '../domain/advice/container.ts'
import { adviceName, rankAdvice } from '../domain/report/rank-advice.ts'
import { sayHours, sayUsd } from './mail/say-amount.ts'
import { type Canvas, type Cell, terminalTable } from './terminal-table.ts'

/** Advice for people, what saves most first; where there is none, why. */
export const adviceTable = (records: readonly AdviceRecord[], canvas: Canvas): string => {
  const { saving, raising, unpriced, refused } = rankAdvice(records)
  return terminalTable(
    [
      { title: 'container' }, { title: 'cpu' }, { title: 'memory' }, { title: 'usd a month', align: 'right' },
      { title: 'confidence' }, { title: 'awake hours', align: 'right' }, { title: 'why' },
    ],
    [...saving, ...raising, ...unpriced, ...refused].map((line): readonly Cell[] => {
      const { requestNow, advised, microUsdPerMonth, confidence, windowAwakeHours, reasons } = line.advice
      const isRefused = advised.cpuMilli === undefined && advised.memoryMiB === undefined
      return [
        adviceName(line),
        sayMove(requestNow.cpuMilli, advised.cpuMilli, sayCpu),
        sayMove(requestNow.memoryMiB, advised.memoryMiB, sayMemory),
        isRefused ? '-' : sayUsd(microUsdPerMonth),
        confidence?.level ?? '-',
        sayHours(windowAwakeHours * 3600),
        reasons.filter(({ kind }) => kind === 'refused' || !isRefused).map(({ about, text }) => (about === 'both' ? text : `${about}: ${text}`)).join('; '),
      ]
    }),
    canvas,
  )
}

const sayMove = (now: number, advised: number | undefined, say: (value: number) => string): string => {
  const before = now === 0 ? 'none' : say(now)
  if (advised === undefined) return before
  return advised === now ? `${before} (fits)` : `${before} → ${say(advised)}`
}
