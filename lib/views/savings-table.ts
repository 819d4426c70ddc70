import type { SavingsLine } from '../domain/ledger/savings-lines.ts'
import { type Canvas, type Cell, terminalTable } from './terminal-table.ts'
import { OF_NO_ENVIRONMENT } from './mail/mail-words.ts'
import { sayHours, sayUsd } from './mail/say-amount.ts'

/** Savings, one line each, under them their sum. Net is what is left for the bill to show; the last two are never in it. */
export const savingsTable = (title: string, lines: readonly SavingsLine[], total: Omit<SavingsLine, 'name'>, canvas: Canvas): string =>
  terminalTable(
    [{ title }, ...['net usd', 'realised', 'waking', 'own cost', 'node-hours avoided', 'potential', 'stranded'].map((column) => ({ title: column, align: 'right' as const }))],
    [
      ...lines.map((line) => [line.name ?? OF_NO_ENVIRONMENT, ...figures(line)]),
      ...(lines.length < 2 ? [] : [[{ text: 'all', style: 'bold' as const }, ...figures(total)]]),
    ],
    canvas,
  )

const figures = ({ netMicroUsd, ownMicroUsd, savings }: Omit<SavingsLine, 'name'>): readonly Cell[] => [
  sayUsd(netMicroUsd),
  sayUsd(savings.realized.microUsd),
  sayUsd(savings.wake.microUsd),
  sayUsd(ownMicroUsd),
  sayHours(savings.avoidedNodeSeconds),
  sayUsd(savings.potential.microUsd),
  sayUsd(savings.stranded.microUsd),
]
