import { createClient } from '../../api/client.ts'
import type { RolloutSummary, TraceAnswer, TracedSync } from '../../api/contract.ts'
import { formatTime, shortSha } from '../../api/format.ts'
import { STATE_WORDS } from '../../api/words.ts'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { helpWith, outputOption, serverOption } from '../options.ts'
import { createPaint, type Paint } from '../terminal/paint.ts'
import { namedCell, RELEASE_COLUMNS, releaseRow } from '../terminal/release-row.ts'
import { formatTable, type Cell } from '../terminal/table.ts'
import { sideWords, stateWords, wordOfArgoCD } from './status.ts'

/** `kedge trace` and its flags. */
export const addTrace: AddCommand = (program, context, settle) => {
  program
    .command('trace')
    .description('where a commit or an image went: releases that had it, and what runs now')
    .argument('<commit or image>', 'a commit (4 hex digits or more), an image, or the end of one')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['table', 'json']))
    .addHelpText('after', helpWith(['kedge trace 9f31c2e', 'kedge trace checkout:v1.8.0']))
    .action((query: string, options: { server: string; output: 'table' | 'json' }) => settle(runTrace({ query, ...options }, context)))
}

/**
 * `kedge trace`: where a commit or an image went.
 * @returns 0 found, 1 the ledger and the clusters know nothing of it, 3 not found where not all was read
 */
async function runTrace(options: { server: string; query: string; output: 'table' | 'json' }, context: CliContext): Promise<ExitCode> {
  const answer = await createClient(options.server, undefined).trace(options.query)
  context.io.stdout(options.output === 'json' ? `${JSON.stringify(answer, undefined, 2)}\n` : traceText(answer, createPaint(context)))
  if (answer.releases.length + answer.rollouts.length + answer.syncs.length > 0) return EXIT.fine
  return answer.complete ? EXIT.bad : EXIT.unseen
}

/** Releases that had it, newest first, and the Rollouts that have to do with it now. */
function traceText({ query, releases, rollouts, syncs, complete }: TraceAnswer, paint: Paint): string {
  const limits = complete ? '' : 'There is more that was not read: name it more closely.\n'
  if (releases.length + rollouts.length + syncs.length === 0) return `Nothing has to do with ${plainText(query, 200)}.\n${limits}`
  const now =
    rollouts.length === 0
      ? ''
      : `${paint.strong('Now')}\n${formatTable(
          ['  ROLLOUT', 'STATE', 'GIT WANTS', 'CLUSTER RUNS'],
          rollouts.map((one) => rolloutRow(one, paint)),
        )}${wordOfArgoCD(rollouts)}`
  const then =
    releases.length === 0
      ? ''
      : `${paint.strong('Releases')}\n${formatTable(
          RELEASE_COLUMNS,
          releases.map((one) => releaseRow(one, paint)),
        )}`
  return [now, then, syncsText(syncs, paint)].filter((part) => part !== '').join('\n') + limits
}

/** Argo CD's own word, where a release may not have it. */
function syncsText(syncs: readonly TracedSync[], paint: Paint): string {
  if (syncs.length === 0) return ''
  const rows = syncs.map(({ cluster, application, revision, what, at, rollouts }): Cell[] => [
    { text: `  ${plainText(`${cluster}/${application}`, 160)}` },
    { text: shortSha(revision) ?? '-' },
    { text: what === 'compared' ? 'compared, not synced' : at === null ? 'syncing' : formatTime(at) },
    { text: plainText(rollouts.join(', '), 160) },
  ])
  return `${paint.strong('By Argo CD')}\n${formatTable(['  APPLICATION', 'COMMIT', 'SYNCED', 'ROLLOUTS'], rows)}`
}

function rolloutRow(rollout: RolloutSummary, paint: Paint): Cell[] {
  const { tone } = STATE_WORDS[rollout.serving]
  return [
    namedCell(rollout, tone, paint),
    { text: stateWords(rollout) },
    { text: sideWords(rollout.gitWants, rollout.clusterRuns) },
    { text: sideWords(rollout.clusterRuns, rollout.gitWants) },
  ]
}
