import { KedgeError } from '../../domain/errors.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import type { AddCommand } from '../context.ts'
import { flagOf, FLAGS, type Answers, type QuestionId } from '../init/flags.ts'
import { helpWith } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

interface InitFlags {
  config: string
  values: string
  force?: boolean
  /** False: nobody is asked. */
  input: boolean
}

/** `kedge init` and its flags. */
export const addInit: AddCommand = (program, context, settle) => {
  const command = program
    .command('init')
    .description('begin a configuration and values for the chart, and say what to do next; asks on a terminal')
    .option('-c, --config <file>', 'the configuration that is written', 'kedge.yaml')
    .option('--values <file>', 'the values for the chart that are written', 'values.yaml')
    .option('--force', 'replace these files where they are there')
    .option('--no-input', 'ask nothing: what no flag says is as usual')
  for (const { flag, asks } of Object.values(FLAGS)) command.option(flag, asks)
  command
    .addHelpText(
      'after',
      helpWith(
        [
          'kedge init',
          'kedge init --image registry.acme.example/kedge:0.1.0 --mode observe',
          "kedge init --namespaces shop,search --channel '#releases' --argocd-api https://argocd-server.argocd.svc",
        ],
        'It asks for no secret and writes none: the files name where you put them. It talks to nobody.',
      ),
    )
    .action((flags: InitFlags & Record<string, unknown>) => settle(runInit(flags, givenIn(flags), context.io)))
}

function givenIn(flags: Readonly<Record<string, unknown>>): Partial<Answers> {
  const ids = Object.keys(FLAGS) as QuestionId[]
  return Object.fromEntries(ids.flatMap((id) => (typeof flags[keyOf(id)] === 'string' ? [[id, flags[keyOf(id)]]] : [])))
}

/** As commander names a long flag: `--forge-url` is `forgeUrl`. */
function keyOf(id: QuestionId): string {
  return flagOf(id)
    .slice(2)
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * `kedge init`: writes a configuration and values for the chart, and prints the account at the forge, the account at Argo CD, the Secrets
 * and the next commands. Both files are written, or none.
 * @returns 0
 * @throws KedgeError E_INIT_ANSWER, E_INIT_EXISTS, E_CONFIG_INVALID
 */
async function runInit(flags: InitFlags, given: Partial<Answers>, io: CliIo): Promise<ExitCode> {
  const { firstConfig, firstValues } = await import('../../config/first-config.ts')
  const { assertUsable } = await import('../../config/load.ts')
  const { replaceable, writeBoth } = await import('../init/write.ts')
  const { askAll } = await import('../init/ask.ts')
  const { nextSteps } = await import('../init/next-steps.ts')
  const { wishesOf } = await import('../init/wishes.ts')
  const { config, values, force = false, input } = flags
  if (config === values) throw new KedgeError('E_INIT_ANSWER', '--config and --values are one file')
  // Before the questions: nobody likes to answer them in vain.
  await replaceable([config, values], force)
  const wishes = wishesOf(await askAll(given, io, input))
  const text = firstConfig(wishes)
  assertUsable(text, config)
  await writeBoth(
    [
      { path: config, text },
      { path: values, text: firstValues(wishes) },
    ],
    force,
  )
  io.stdout(`${config} and ${values} are written. No secret is in them.\n\n`)
  io.stdout(`${nextSteps(wishes, { config, values }).join('\n')}\n`)
  return EXIT.fine
}
