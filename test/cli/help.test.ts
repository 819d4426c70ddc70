import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { applyCommand } from '../../lib/cli/commands/apply.ts'
import { historyCommand } from '../../lib/cli/commands/history.ts'
import { pauseCommand } from '../../lib/cli/commands/pause.ts'
import { planCommand } from '../../lib/cli/commands/plan.ts'
import { resumeCommand } from '../../lib/cli/commands/resume.ts'
import { sleepCommand } from '../../lib/cli/commands/sleep.ts'
import { statusCommand } from '../../lib/cli/commands/status.ts'
import { stayAwakeCommand } from '../../lib/cli/commands/stay-awake.ts'
import { uninstallCommand } from '../../lib/cli/commands/uninstall.ts'
import { wakeCommand } from '../../lib/cli/commands/wake.ts'

describe('the help of an operator\'s command', () => {
  it.each([applyCommand, historyCommand, pauseCommand, planCommand, resumeCommand, sleepCommand, statusCommand, stayAwakeCommand, uninstallCommand, wakeCommand])(
    'teaches with examples, and says where it acts and what its exit codes mean: %o', (register) => {
      let out = ''
      const program = new Command('catnap').configureOutput({ writeOut: (text) => (out += text) }).exitOverride()
      register(program)
      const [command] = program.commands

      expect(() => program.parse(['node', 'catnap', command?.name() ?? '', '--help'])).toThrow('(outputHelp)')

      expect(out).toContain(`Examples:\n  $ catnap ${command?.name()}`)
      expect(out).toContain('It acts on the sandbox that runs in this folder, or else on AWS with your credentials')
      expect(out).toContain('Exit codes: 0 done, 1 refused or not possible, 2 wrong usage.')
    })
})
