import { configFileOf, isConfigNamed } from '../../config/env.ts'
import { EXIT, exitCodeOfLoss, type ExitCode } from '../../domain/exit-code.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { reportFault } from '../faults.ts'
import { helpWith } from '../options.ts'

/** `kedge serve` and its flags. */
export const addServe: AddCommand = (program, context, settle) => {
  program
    .command('serve')
    .description('look after the clusters that the configuration names, until Ctrl-C or SIGTERM')
    .option('-c, --config <file>', 'configuration; KEDGE_CONFIG says it, too, else kedge.yaml')
    .addHelpText(
      'after',
      helpWith(
        ['kedge config validate --config kedge.yaml && kedge serve --config kedge.yaml'],
        'The default mode is observe: it looks, lists and records, and touches nothing outside.',
      ),
    )
    .action(({ config }: { config?: string }) => settle(runServe({ config }, context)))
}

/**
 * `kedge serve`: without a configuration it looks at the current context of the kubeconfig and touches nothing. Runs
 * until SIGINT or SIGTERM, then ends in order: no new work, what is under way may finish, the ledger is closed.
 * @returns 0 ended as asked, 4 the ledger was lost, 5 its disk reported an error
 * @throws KedgeError E_CONFIG_INVALID, E_LEDGER_*, E_CLUSTER_CONFIG, E_LISTEN; E_LEDGER_BROKEN also when it has served for a while
 */
async function runServe(options: { config: string | undefined }, context: CliContext): Promise<ExitCode> {
  const [{ loadConfig }, { createConfigSource }, { createService }] = await Promise.all([
    import('../../config/load.ts'),
    import('../../config/source.ts'),
    import('../../service.ts'),
  ])
  const { io, env } = context
  const file = configFileOf(options.config, env)
  const location = { file, env, optional: !isConfigNamed(options.config, env) }
  const loaded = loadConfig(location)
  const source = createConfigSource(location, loaded)
  // Before anything is opened: a signal during the start is one to end, too.
  const interrupted = context.interrupted()
  await using service = await startUnless(interrupted, () =>
    createService(loaded.config, loaded.secrets, undefined, { interrupted, source }),
  )
  if (!service) {
    io.stderr('Ended during the start: nothing was done.\n')
    return EXIT.fine
  }
  io.stderr(`Kedge serves its page and API at ${service.apiUrl} and webhooks at ${service.webhooksUrl}. Ctrl-C ends it.\n`)
  const broken = service.broken.then((fault) => {
    throw fault
  })
  const lost = await Promise.race([aborted(interrupted), service.lost, broken])
  if (lost) {
    reportFault(lost, io)
    io.stderr('Ending: nothing can be recorded any more, so nothing is done.\n')
    return exitCodeOfLoss(lost)
  }
  io.stderr('Ending: what is under way may finish.\n')
  return EXIT.fine
}

/** Undefined where the start was ended by the signal. */
async function startUnless<T>(interrupted: AbortSignal, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start()
  } catch (fault) {
    if (interrupted.aborted && fault === interrupted.reason) return undefined
    throw fault
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
