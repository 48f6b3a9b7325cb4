import { InvalidArgumentError } from 'commander'
import type { Tone } from '../../api/words.ts'
import type { ExitCode } from '../../domain/exit-code.ts'
import { exitCodeOfFindings, type Finding, type Level } from '../../ports/finding.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { helpWith, outputOption } from '../options.ts'
import { createPaint, TONE_SIGNS, type Paint } from '../terminal/paint.ts'

/** `kedge doctor` and its flags. */
export const addDoctor: AddCommand = (program, context, settle) => {
  program
    .command('doctor')
    .description('is everything there that Kedge needs: permissions, clusters, repositories, channel, ledger')
    .option('-c, --config <file>', 'configuration; KEDGE_CONFIG says it, too, else kedge.yaml')
    .option('--migration <namespace/name>', 'instead: at which step of the way from a Deployment to this Rollout somebody is', parseTarget)
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge doctor --config kedge.yaml', 'kedge doctor --migration shop/checkout', 'helm -n kedge test kedge --logs'],
        'Each line: how it is, what it means, what to do. It changes nothing.',
      ),
    )
    .action(({ config, migration, output }: Partial<DoctorFlags> & Pick<DoctorFlags, 'output'>) =>
      settle(runDoctor({ config, migration, output }, context)),
    )
}

interface DoctorFlags {
  config: string | undefined
  migration: Target | undefined
  output: 'text' | 'json'
}

interface Target {
  namespace: string
  name: string
}

/** Names as Kubernetes allows them. */
function parseTarget(text: string): Target {
  const [, namespace, name] = /^([a-z0-9][a-z0-9.-]{0,252})\/([a-z0-9][a-z0-9.-]{0,252})$/.exec(text) ?? []
  if (namespace === undefined || name === undefined) throw new InvalidArgumentError('It is a namespace and a name, such as shop/checkout.')
  return { namespace, name }
}

const TONES: Readonly<Record<Level, Tone>> = { ok: 'good', warn: 'warn', fail: 'bad' }

/**
 * `kedge doctor`: looks at everything that Kedge needs, and changes nothing. Each line: how it is, what it means, what to do.
 * @returns 0 nothing failed, 1 something did, 3 something could not be seen
 * @throws KedgeError E_CONFIG_INVALID
 */
async function runDoctor({ config, migration, output }: DoctorFlags, context: CliContext): Promise<ExitCode> {
  const { io, env, now } = context
  const options = { config, env, now }
  const findings = migration
    ? await (await import('../../doctor/check-migration.ts')).examineMigration(migration, options)
    : await (await import('../../doctor/run.ts')).examine(options)
  const exitCode = exitCodeOfFindings(findings)
  io.stdout(output === 'json' ? `${JSON.stringify({ exitCode, findings }, null, 2)}\n` : describe(findings, createPaint(context)))
  return exitCode
}

function describe(findings: readonly Finding[], paint: Paint): string {
  const lines = findings.map(({ subject, level, says, advice, unseen }) => {
    const sign = unseen ? paint.tone('unknown', TONE_SIGNS.unknown) : paint.tone(TONES[level], TONE_SIGNS[TONES[level]])
    const word = level === 'ok' ? '  ok' : level
    return `${sign} ${word}  ${paint.strong(subject)}: ${says}\n${advice === undefined ? '' : `        ${paint.faint('→')} ${advice}\n`}`
  })
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length
  return `${lines.join('')}\n${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed\n`
}
