import { createNarrator } from '../../demo/narrator.ts'
import { StepFailed } from '../../demo/step.ts'
import { KedgeError } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { createProcessContext, type AddCommand } from '../context.ts'
import { helpWith, parsePort } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

/** `kedge demo` and its flags. */
export const addDemo: AddCommand = (program, context, settle) => {
  program
    .command('demo')
    .description('the whole story on this machine: a release, its abort, the revert, and N restored')
    .option('--once', 'end by itself; exit code 0 only if every step held')
    .option('--pause', 'wait for Enter where there is something to look at, and not for some seconds')
    .option(
      '--scenario <name>',
      'another story: later-commit, image-bot, first-deploy, human-abort, error-not-failure, superseded, burn-after-promotion',
    )
    .option('--forge <name>', 'the forge that it is told on: github (default), gitea, gitlab')
    .option('-p, --port <number>', 'port of the page; 0 takes a free one', parsePort)
    .addHelpText(
      'after',
      helpWith(
        ['kedge demo', 'kedge demo --pause', 'kedge demo --once --scenario later-commit', 'kedge demo --forge gitlab'],
        'Needs git, and no cluster: the far ends are stand-ins on loopback, the service is the real one.',
      ),
    )
    .action(({ once = false, ...options }: { once?: boolean; pause?: boolean; scenario?: string; forge?: string; port?: number }) =>
      settle(runDemo({ once, ...options }, context.io)),
    )
}

export interface DemoOptions {
  /** End with the story instead of keeping the page open. */
  once: boolean
  /** Wait for a person where the story does. Where nobody can be asked, until the end is wanted. */
  pause?: boolean | undefined
  scenario?: string | undefined
  forge?: string | undefined
  /** Port of the page; 8484 where nothing is said, or a free one when that is taken. */
  port?: number | undefined
  /** Aborts when the person wants an end; Ctrl-C of this process where nothing is said. */
  interrupted?: (() => AbortSignal) | undefined
}

/** How long a person has to look at the page before the story goes on. */
const LOOK_MS = 6_000

/**
 * `kedge demo`: plays a story with the real service against stand-ins on loopback, and tells it as it happens.
 * @returns 0 every step held, 1 one did not, 2 there is no such scenario or forge
 */
export async function runDemo(options: DemoOptions, io: CliIo): Promise<ExitCode> {
  const [{ openStage }, { STORIES }, { FORGES }] = await Promise.all([
    import('../../demo/stage.ts'),
    import('../../demo/stories.ts'),
    import('../../demo/forges.ts'),
  ])
  const story = STORIES.get(options.scenario ?? 'main')
  if (!story) {
    io.stderr(`kedge: there is no scenario ${options.scenario ?? ''}; there are ${[...STORIES.keys()].join(', ')}\n`)
    return EXIT.misuse
  }
  const forge = FORGES.get(options.forge ?? 'github')
  if (!forge) {
    io.stderr(`kedge: there is no forge ${options.forge ?? ''}; there are ${[...FORGES.keys()].join(', ')}\n`)
    return EXIT.misuse
  }
  const interrupted = options.interrupted?.() ?? createProcessContext().interrupted()
  const narrator = createNarrator(io, () => performance.now())
  await using stage = await openStage({ port: options.port, world: story.world, ...story.config, forge })
  narrator.heading([`${story.title}.`, `The cluster, ${forge.name} and Slack are stand-ins on this machine; the service is the real one.`])
  narrator.tell('page', `page at ${stage.url}`)
  try {
    await orInterrupted(
      interrupted,
      story.play({ stage, narrator }, (text) => pause(options.once, text)),
    )
  } catch (error) {
    if (interrupted.aborted) return EXIT.bad
    narrator.tell('bad', `This step did not hold. ${describe(error)}`)
    return EXIT.bad
  }
  narrator.tell('good', 'every step held')
  if (!options.once) {
    io.stdout(`\nThe page stays open at ${stage.url}. Ctrl-C ends it.\n`)
    await orInterrupted(interrupted, new Promise<never>(() => {})).catch(() => undefined)
  }
  return EXIT.fine

  async function pause(once: boolean, text: string): Promise<void> {
    if (options.pause) return waitForEnter(`${text} as soon as you press Enter; look at the page and the pull request meanwhile`)
    if (once) return
    narrator.tell('person', `${text} in ${LOOK_MS / 1_000} seconds; look at the page meanwhile`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }

  async function waitForEnter(text: string): Promise<void> {
    narrator.tell('person', text)
    if ((await io.ask?.('')) === undefined) await new Promise<never>(() => {})
  }
}

/** Settles as `work` does, or rejects as soon as somebody wants an end. */
function orInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const end = Promise.withResolvers<never>()
  const onAbort = (): void => end.reject(new KedgeError('E_INTERNAL', 'interrupted'))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  return Promise.race([work, end.promise]).finally(() => signal.removeEventListener('abort', onAbort))
}

function describe(error: unknown): string {
  if (error instanceof StepFailed) return error.message
  return error instanceof Error ? error.message : String(error)
}
