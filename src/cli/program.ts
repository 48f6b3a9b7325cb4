import { Command, CommanderError } from 'commander'
import { addAskingCommands } from './commands-asking.ts'
import { addFileCommands } from './commands-files.ts'
import { addRunningCommands } from './commands-running.ts'
import { createProcessContext, type CliContext, type Settle } from './context.ts'
import { reportFault } from './faults.ts'

const EXIT_CODES = `
Exit codes, of every command:
  0  fine
  1  the answer is bad: split, degraded, a broken chain, a trace that finds nothing
  2  wrong use or configuration, or a name that means no Rollout or several
  3  could not see: unreachable, forbidden, stale

Examples:
  $ kedge demo                      the whole story on this machine, no cluster needed
  $ kedge serve --config kedge.yaml look after real clusters; observes unless told otherwise
  $ kedge status                    what Git wants and what the clusters run, worst first
  $ kedge explain shop/checkout     why, down to the failing measurement
`

/**
 * Runs one command line (without `node` and the script) and returns its exit code. Writes only through the context,
 * never ends the process.
 */
export async function runCli(argv: readonly string[], context: CliContext = createProcessContext()): Promise<number> {
  let exitCode = 0
  const settle: Settle = async (run) => {
    exitCode = await run
  }
  try {
    await createProgram(context, settle).parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (fault) {
    // Commander has told what was wrong; help and the version that were asked for are fine.
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2
    return reportFault(fault, context.io)
  }
}

/** The whole command line. Each command is loaded when it runs, so that help and small commands stay quick. */
export function createProgram(context: CliContext, settle: Settle): Command {
  const { io } = context
  const program = new Command('kedge')
    .description(
      'Hauls Git back when a Rollout runs aground: shows who serves, opens one proven revert PR, tells people, ' + 'keeps the log.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', EXIT_CODES)
  addRunningCommands(program, context, settle)
  addAskingCommands(program, context, settle)
  addFileCommands(program, context, settle)
  return program
}

/** As in package.json; a test keeps them the same. */
export const VERSION = '0.1.0'
