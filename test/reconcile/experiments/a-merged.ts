import type { CommitSha } from '../../../src/domain/application/commit.ts'
import { notRendered, type NotRendered } from '../../../src/domain/application/rendered.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import { createExperiments } from '../../../src/reconcile/experiments/experiments.ts'
import { createRestored } from '../../../src/reconcile/experiments/taken-back.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aLook } from '../../domain/release/a-look.ts'
import { aPass } from '../a-case.ts'
import { anEnvironment, NOW } from '../an-environment.ts'
import { anExperiment, type Story } from '../git-facts/experiments/an-experiment.ts'

const REF = { cluster: 'east', namespace: 'shop', name: 'experiment:web-ab' }

export const COMMITS: Story['commits'] = {
  before: { 'config.yaml': 'c1' },
  try: { 'experiment.yaml': 'e1 refers: rate', 'template.yaml': 't1' },
  other: { 'other/a.yaml': 'a' },
  merge: { 'experiment.yaml': null, 'template.yaml': null },
}

/** What stands in the way of an answer, or makes it another one. */
export interface Merged {
  readonly commits?: Story['commits']
  /** What Argo CD has synced last; null: nothing is known of that. A name that no commit has is a branch. */
  readonly newest?: string | null
  readonly applications?: (application: ApplicationSnapshot) => readonly ApplicationSnapshot[]
  readonly release?: Partial<Release>
  readonly revert?: Partial<Revert>
  /** Who renders does not, and says why, for as long as this is in the way. */
  readonly why?: NotRendered
  /** What is the matter with the repository, for as long as this is in the way. */
  readonly git?: { readonly isBehind?: boolean; readonly fault?: Error }
}

/** The merged revert of a failed Experiment, about which a test asks, again and again. */
export async function aMerged(commits: Story['commits'] = COMMITS) {
  let now: Merged = {}
  const asked = anExperiment({ commits, told: (digest) => (now.why ? notRendered(now.why, 'Why.') : digest) })
  const { question, sha, rendered } = asked
  const [git, opened] = [asked.repository.git, [] as string[]]
  const has = async (at: CommitSha): Promise<boolean> => now.git?.isBehind !== true && git.has(at)
  const open = async (url: string) => {
    opened.push(url)
    if (now.git?.fault) throw now.git.fault
    return { ...git, has }
  }
  const { environment, ledger, clock, journal } = await anEnvironment([], { repositories: { open }, renderer: question.renderer })
  const restored = createRestored(environment)
  const lookAt = ({ newest = 'merge', applications = (one) => [one] }: Merged): Look => {
    const syncs = newest === null ? [] : [{ application: 'argocd/web', revisions: [sha(newest) ?? newest], startedAt: 5, endedAt: 6 }]
    const history = syncs.map(({ revisions }) => ({ id: 1, revisions, sources: [], deployStartedAt: 5, deployedAt: 6 }))
    return aPass({ ref: REF, applications: applications({ ...question.application, history }), observation: { ...aLook(), syncs } }).look
  }
  /** The ledger has the release, and what is in the way is so from now on. */
  const know = async (given: Merged): Promise<void> => {
    now = given
    const merged = { state: 'ended', outcome: 'merged', mergeCommit: sha('merge'), endedAt: NOW, ...given.revert } as const
    const known = { ...question.release, revision: sha('try'), goodRevision: sha('before'), revertKey: 'k', ...given.release }
    await ledger.append([releaseEntry(known), revertEntry(aRevert({ key: 'k', releases: ['r'], ...merged }))])
  }
  return {
    opened,
    rendered,
    wait: async (ms: number) => clock.advanceTo(clock.now() + ms, async () => undefined),
    ask: async (given: Merged = {}, key = 'r') => {
      await know(given)
      return restored.isTakenBack(lookAt(given), key)
    },
    /** What the release has come to once it is followed. */
    follow: async (given: Merged = {}) => {
      await know(given)
      const experiments = createExperiments(environment, journal, createJustDecided(clock))
      await experiments.follow({ look: lookAt(given), policy: { ...DEFAULT_POLICY, mode: 'pr' } })
      return ledger.read('release', 'r')?.outcome
    },
  }
}
