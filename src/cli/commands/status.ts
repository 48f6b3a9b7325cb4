import { Option } from 'commander'
import { createClient } from '../../api/client.ts'
import { HEALTH_STATUSES, SERVING_STATES, type RolloutSummary, type VersionSide } from '../../api/contract.ts'
import { CAUSES, parseRolloutFilter, type RolloutFilter } from '../../api/filters.ts'
import { formatDuration } from '../../api/format.ts'
import { chipOf, pullRequestWords, REVISION_BY, STATE_WORDS, verdictOf, whyOf } from '../../api/words.ts'
import { exitCodeOf, standingOfState, standingOfHealth, type ExitCode, type Standing } from '../../domain/exit-code.ts'
import { besideNote } from '../../domain/migration/beside.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { accepted, helpWith, outputOption, parseSeconds, serverOption } from '../options.ts'
import { createPaint, TONE_SIGNS, type Paint } from '../terminal/paint.ts'
import { AFTER_SIGN } from '../terminal/release-row.ts'
import { formatTable, type Cell } from '../terminal/table.ts'
import { lookAgain } from '../terminal/watch.ts'

/** `kedge status` and its flags. */
export const addStatus: AddCommand = (program, context, settle) => {
  program
    .command('status')
    .description('what Git wants and what the clusters run, worst first')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'only of this cluster')
    .option('--name <name>', 'only Rollouts of this name')
    .option('--project <name>', 'only of Applications in this project of Argo CD')
    .option('-q, --search <words>', 'only with these words in the name, the place, the Application or an image')
    .addOption(new Option('--cause <cause>', 'only where a release under way failed for this').choices(CAUSES))
    .addOption(new Option('--state <state>', 'only in this state').choices(SERVING_STATES))
    .addOption(new Option('--health <status>', 'only with this health, in the words of Argo CD').choices(HEALTH_STATUSES))
    .addOption(
      new Option('-w, --watch [every]', 'look again and again, each 2s or as often as is said').argParser(parseSeconds).preset('2s'),
    )
    .addOption(serverOption(context.env))
    .addOption(outputOption(['table', 'wide', 'json', 'name']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge status', 'kedge status -n shop --state split -o name', 'kedge status --search checkout --watch'],
        'Exit code 1 when something is split or ill, so a pipeline can wait on it. A watch ends at Ctrl-C, with the code of its last look.',
      ),
    )
    .action(({ server, output, watch, search, ...filter }: StatusFlags) =>
      settle(runStatus({ server, output, watch, filter: accepted(parseRolloutFilter({ ...filter, q: search })) }, context)),
    )
}

type StatusOutput = 'table' | 'wide' | 'json' | 'name'

type StatusFlags = Omit<RolloutFilter, 'q'> & { server: string; output: StatusOutput; watch?: number; search?: string }

interface StatusOptions {
  server: string
  filter: RolloutFilter
  output: StatusOutput
}

/**
 * `kedge status`: every Rollout that matches, worst first.
 * @returns 0 all in step or on their way, 1 something is split or ill, 3 something cannot be seen
 */
async function runStatus({ watch, ...options }: StatusOptions & { watch: number | undefined }, context: CliContext): Promise<ExitCode> {
  return watch === undefined ? lookOnce(options, context) : lookAgain(context, watch * 1_000, (once) => lookOnce(options, once))
}

async function lookOnce(options: StatusOptions, context: CliContext): Promise<ExitCode> {
  const rollouts = await createClient(options.server, undefined).rollouts(options.filter)
  const sorted = [...rollouts].sort((a, b) => rank(a) - rank(b) || newest(b) - newest(a))
  const { io } = context
  if (options.output === 'json') io.stdout(`${JSON.stringify(sorted, undefined, 2)}\n`)
  else if (options.output === 'name') for (const { cluster, namespace, name } of sorted) io.stdout(`${cluster}/${namespace}/${name}\n`)
  else if (sorted.length === 0) io.stderr('No Rollout matches.\n')
  else
    io.stdout(
      statusTable(sorted, {
        paint: createPaint(context),
        now: context.now(),
        isWide: options.output === 'wide',
        columns: context.columns(),
      }),
    )
  return exitCodeOf(sorted.map(standingOf))
}

/** How a Rollout stands: one that Git and cluster agree on can still be ill. */
export function standingOf({
  serving,
  health,
  cause,
}: Pick<RolloutSummary, 'serving' | 'health'> & { cause?: RolloutSummary['cause'] }): Standing {
  if (serving === 'in-step' && cause === 'slo-burn') return 'bad'
  return serving === 'in-step' && standingOfHealth(health.status) === 'bad' ? 'bad' : standingOfState(serving)
}

function isBad(rollout: RolloutSummary): boolean {
  return standingOf(rollout) === 'bad'
}

function rank(rollout: RolloutSummary): number {
  if (isBad(rollout)) return rollout.serving === 'split' ? 0 : 1
  if (rollout.serving === 'unknown') return 2
  return rollout.serving === 'rolling' ? 3 : 4
}

/** Of two that are as ill, the one that fell ill last comes first; what is well stays in the order of its name. */
function newest(rollout: RolloutSummary): number {
  return isBad(rollout) ? (rollout.since ?? 0) : 0
}

interface TableStyle {
  paint: Paint
  now: number
  isWide: boolean
  columns: number | undefined
}

/** Characters of the reason in the narrow table; `-o wide` has more. */
const WHY_WIDTH = 56

/** The table of `kedge status`. Times count up to `now`, epoch milliseconds. */
function statusTable(rollouts: readonly RolloutSummary[], { paint, now, isWide, columns }: TableStyle): string {
  const nameOf = namer(rollouts)
  const header = [
    '  APP',
    'GIT WANTS',
    'CLUSTER RUNS',
    'STATE',
    'DRIFT',
    'WHY',
    'PR',
    ...(isWide ? ['HEALTH', 'APPLICATION', 'CLUSTER'] : []),
  ]
  const rows = rollouts.map((rollout): Cell[] => {
    const { tone } = verdictOf(rollout)
    const name = nameOf(rollout)
    const state = stateWords(rollout)
    return [
      { text: `${TONE_SIGNS[tone]} ${name}`, painted: `${paint.tone(tone, TONE_SIGNS[tone])} ${paint.strong(name)}`, cutAt: AFTER_SIGN },
      { text: sideWords(rollout.gitWants, rollout.clusterRuns) },
      { text: sideWords(rollout.clusterRuns, rollout.gitWants) },
      { text: state, painted: paint.tone(tone, state) },
      { text: isBad(rollout) && rollout.since !== null ? formatDuration(now - rollout.since) : '-' },
      { text: plainText([whyOf(rollout), besideNote(rollout)].filter(Boolean).join(' · ') || '-', isWide ? 160 : WHY_WIDTH) },
      { text: rollout.pullRequest ? pullRequestWords(rollout.pullRequest).words : '-' },
      ...(isWide ? [{ text: rollout.health.status }, { text: rollout.application ?? '-' }, { text: rollout.cluster }] : []),
    ]
  })
  return `${formatTable(header, rows, isWide ? undefined : columns)}${wordOfArgoCD(rollouts)}`
}

/** One side as `9f31c2e v1.8.0 ana`; `9f31c2e*` where the commit is Argo CD's word, which {@link wordOfArgoCD} explains. */
export function sideWords(side: VersionSide, other: VersionSide): string {
  const chip = chipOf(side, other)
  const sha = chip?.by ? `${chip.sha}*` : chip?.sha
  return chip ? [sha, chip.tag, chip.author].filter((word) => word !== undefined).join(' ') : '-'
}

/** What the asterisk means, where there is one; empty otherwise. */
export function wordOfArgoCD(rollouts: readonly Pick<RolloutSummary, 'gitWants' | 'clusterRuns'>[]): string {
  const sides = rollouts.flatMap(({ gitWants, clusterRuns }) => [gitWants, clusterRuns])
  const words = new Set(sides.flatMap(({ revisionBy }) => (revisionBy === null ? [] : (REVISION_BY[revisionBy] ?? []))))
  return words.size === 0 ? '' : `* ${[...words].join(', or ')}: Git itself was not asked\n`
}

/** The state, short enough for a column. */
export function stateWords(rollout: RolloutSummary): string {
  if (rollout.serving === 'in-step' || rollout.serving === 'rolling') return verdictOf(rollout).words
  const { words } = STATE_WORDS[rollout.serving]
  const note = rollout.preExisting ? 'pre-existing' : rollout.serving === 'split' ? 'aborted' : undefined
  return note ? `${words} (${note})` : words
}

/** As much of the name as tells these Rollouts apart. */
function namer(rollouts: readonly RolloutSummary[]): (rollout: RolloutSummary) => string {
  const clusters = new Set(rollouts.map(({ cluster }) => cluster)).size
  const namespaces = new Set(rollouts.map(({ namespace }) => namespace)).size
  return ({ cluster, namespace, name }) => {
    const parts = clusters > 1 ? [cluster, namespace, name] : namespaces > 1 ? [namespace, name] : [name]
    return plainText(parts.join('/'), 120)
  }
}
