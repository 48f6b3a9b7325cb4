import { exitCodeOf, standingOfState, type ExitCode } from '../../domain/exit-code.ts'
import { allowsRepository } from '../../domain/policy/allow.ts'
import { resolvePolicy } from '../../domain/policy/rules.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { FailedRelease, ReplayResult, RevertPr } from '../../replay-result.ts'
import type { ReplayOptions } from '../../replay.ts'
import type { AddCommand } from '../context.ts'
import { helpWith, outputOption } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

/** `kedge replay` and its flags. */
export const addReplay: AddCommand = (program, context, settle) => {
  program
    .command('replay')
    .description('what Kedge would have done with a recording, when, and why')
    .argument('<dir>', 'folder with events.jsonl and meta.json')
    .option('--repo <bundle>', 'Git bundle or repository; gitops.bundle in the folder or above it where nothing is said')
    .option('--policy <file>', 'a configuration to try on it; without one, mode pr with default settings')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(['kedge record --out yesterday --for 2h', 'kedge replay yesterday --repo gitops.bundle --policy kedge.yaml']),
    )
    .action((dir: string, { repo, policy, output }: { repo?: string; policy?: string; output: 'text' | 'json' }) =>
      settle(runReplay({ dir, repo, policyFile: policy, output }, context.io)),
    )
}

export interface ReplayCommand {
  /** Folder of the recording. */
  dir: string
  /** Bundle or repository. */
  repo: string | undefined
  /** A Kedge configuration: what would it have done yesterday. */
  policyFile: string | undefined
  output: 'text' | 'json'
}

/**
 * `kedge replay DIR`: what Kedge would have done with a recording, when, and why.
 * @returns 0 in step at the end; 1 when a Rollout ends split or failed; 3 when a state is not known
 * @throws KedgeError E_RECORDING_UNREADABLE, E_CONFIG_INVALID, E_GIT_*
 */
async function runReplay(command: ReplayCommand, io: CliIo): Promise<ExitCode> {
  const { replay } = await import('../../replay.ts')
  const result = await replay(await optionsOf(command))
  io.stdout(command.output === 'json' ? `${JSON.stringify(result, null, 2)}\n` : describe(result))
  return exitCodeOf(Object.values(result.end).map(standingOfState))
}

async function optionsOf({ dir, repo, policyFile }: ReplayCommand): Promise<ReplayOptions> {
  if (policyFile === undefined) return { dir, ...(repo !== undefined && { repo }) }
  const { loadPolicySettings } = await import('../../config/load.ts')
  const settings = loadPolicySettings(policyFile)
  return {
    dir,
    ...(repo !== undefined && { repo }),
    policy: {
      policyFor: (rollout, application, now) => resolvePolicy(settings, { rollout, application }, now),
      allowsRepository: (repoURL) => allowsRepository(settings, repoURL),
    },
  }
}

function describe({ failedReleases, revertPrs, end }: ReplayResult): string {
  const lines = [
    ...(failedReleases.length === 0 ? ['No release failed.'] : failedReleases.flatMap(describeRelease)),
    '',
    ...(revertPrs.length === 0 ? ['No revert PR.'] : revertPrs.map(describePr)),
    '',
    ...Object.entries(end).map(([rollout, state]) => `At the end: ${rollout} is ${state}.`),
  ]
  return `${lines.join('\n')}\n`
}

function describeRelease(release: FailedRelease): readonly string[] {
  const attempts = release.attempts > 1 ? `, ${release.attempts} attempts` : ''
  const again = release.recurrence > 1 ? `, failure ${release.recurrence} of this very template` : ''
  return [
    `✖ ${release.rollout} ${release.podTemplateHash ?? '(no template)'}: ` +
      `${release.cause ?? 'unknown'}${attempts}${again} → ${release.outcome}`,
    `    N+1 ${short(release.revision)}   N ${short(release.goodRevision)}`,
    ...release.evidence.map(
      (one) =>
        `    ${plainText(one.metric)} ${plainText(one.value ?? one.phase)}, wanted ${plainText(one.condition ?? '–')} (${one.limit})`,
    ),
    ...describeRefusal(release),
    ...release.effects.map((effect) => `    ${`${effect.t.toFixed(3)} s`.padStart(11)}  ${effect.effect}`),
  ]
}

/** Why no PR was opened. Where one was, the newest decision is about a second one, which nobody has asked for. */
function describeRefusal({ effects, reason, checks }: FailedRelease): readonly string[] {
  if (effects.some(({ effect }) => effect === 'revert-opened')) return []
  const failed = checks.filter((check) => check.outcome === 'failed')
  return [`    ${plainText(reason)}`, ...failed.map((check) => `    ✖ ${check.id} ${check.title}: ${plainText(check.detail)}`)]
}

function describePr(pr: RevertPr): string {
  const closed = pr.closed === null ? 'still open' : `closed at ${pr.closedAt?.toFixed(3) ?? '?'} s: ${pr.closed}`
  return `⇄ revert PR ${pr.branch} at ${pr.openedAt.toFixed(3)} s for ${pr.culprits.map(short).join(', ')} (${pr.cause}); ${closed}`
}

function short(sha: string | null): string {
  return sha?.slice(0, 12) ?? 'unknown'
}
