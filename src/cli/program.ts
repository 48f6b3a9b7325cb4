import { Command, CommanderError } from 'commander'
import { EXIT, type ExitCode } from '../domain/exit-code.ts'
import { VERSION } from '../domain/program-version.ts'
import { addAdopt } from './commands/adopt.ts'
import { addArgocdCm } from './commands/argocd-cm.ts'
import { addCompletion } from './commands/completion.ts'
import { addConfig } from './commands/config.ts'
import { addDemo } from './commands/demo.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExplain } from './commands/explain.ts'
import { addHealth } from './commands/health.ts'
import { addInit } from './commands/init.ts'
import { addLedger } from './commands/ledger/ledger.ts'
import { addQuarantine } from './commands/quarantine.ts'
import { addRbac } from './commands/rbac.ts'
import { addRecord } from './commands/record.ts'
import { addReleases } from './commands/releases.ts'
import { addReplay } from './commands/replay.ts'
import { addReport } from './commands/report.ts'
import { addRetry } from './commands/retry.ts'
import { addServe } from './commands/serve.ts'
import { addStatus } from './commands/status.ts'
import { addStorm } from './commands/storm.ts'
import { addTrace } from './commands/trace.ts'
import { createProcessContext, type AddCommand, type CliContext, type Settle } from './context.ts'
import { reportFault } from './faults.ts'

const EXIT_CODES = `
Exit codes, of every command:
  0  fine
  1  the answer is bad: split, degraded, a broken chain, a trace that finds nothing
  2  wrong use or configuration, or a name that means no Rollout or several
  3  could not see: unreachable, forbidden, stale
  4  serve only: the ledger was lost on the way (removed, replaced, damaged), or another Kedge has taken it over
  5  the disk under the ledger reported an input/output error (doctor: 1)

Examples:
  $ kedge demo                      the whole story on this machine, no cluster needed
  $ kedge init                      begin a configuration, and be told what to do next
  $ kedge serve --config kedge.yaml look after real clusters; observes unless told otherwise
  $ kedge status                    what Git wants and what the clusters run, worst first
  $ kedge explain shop/checkout     why, down to the failing measurement
`

/** Every command, in the order of the help. */
const COMMANDS: readonly AddCommand[] = [
  addInit,
  addServe,
  addDoctor,
  addDemo,
  addReplay,
  addRecord,
  addStatus,
  addExplain,
  addReleases,
  addReport,
  addTrace,
  addAdopt,
  addRetry,
  addStorm,
  addQuarantine,
  addHealth,
  addArgocdCm,
  addRbac,
  addLedger,
  addConfig,
  addCompletion,
]

/**
 * Runs one command line (without `node` and the script) and returns its exit code. Writes only through the context,
 * never ends the process.
 */
export async function runCli(argv: readonly string[], context: CliContext = createProcessContext()): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.fine
  const settle: Settle = async (run) => {
    exitCode = await run
  }
  try {
    await createProgram(context, settle).parseAsync(argv, { from: 'user' })
    return exitCode
  } catch (fault) {
    // Commander has told what was wrong; help and the version that were asked for are fine.
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? EXIT.fine : EXIT.misuse
    return reportFault(fault, context.io)
  }
}

/** The whole command line. */
export function createProgram(context: CliContext, settle: Settle): Command {
  const { io } = context
  const program = new Command('kedge')
    .enablePositionalOptions()
    .description(
      'Hauls Git back when a Rollout runs aground: shows who serves, opens one proven revert PR, tells people, ' + 'keeps the log.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout(text), writeErr: (text) => io.stderr(text) })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', EXIT_CODES)
  for (const add of COMMANDS) add(program, context, settle)
  return program
}
