import fc from 'fast-check'
import { createViewStore } from '../../../src/adapters/kubernetes/store.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { advanceReleases } from '../../../src/domain/release/steps.ts'
import type { ReleaseTransition } from '../../../src/domain/release/transitions.ts'
import type { Version } from '../../../src/domain/release/version.ts'
import { assessServing } from '../../../src/domain/rollout/serving.ts'
import { stageRollout, type StagedRollout } from '../../simulation/rollout.ts'

const START = Date.parse('2026-12-01T22:00:00Z')

/** What none of these stories is about. */
const NOTHING_ELSE = {
  experiments: [],
  syncs: [],
  underWay: [],
  drift: 'none',
  held: undefined,
  standingRevert: () => null,
  restoredInGit: () => false,
  movedInGit: () => true,
  baseline: false,
} as const

/** One Rollout and the memory of a ledger, without a clock, a queue or a disk. */
export function createStory() {
  let now = START
  let version = 0
  let seesApplications = true
  const web = stageRollout({ now: () => now, nextVersion: () => (version += 1) })
  const documents = new Map<string, Release>()
  const versions = new Map<string, Version>()
  const store = createViewStore('prod')

  function look(settled: boolean): Observation {
    const rollout = store.rollout('shop', 'web')
    const replicaSets = store.replicaSets(web.uid)
    const serving = assessServing({ rollout, replicaSets, seenHealthy: (hash) => versions.has(hash), failedFirst: () => false })
    const known = [...documents.values()].toReversed()
    return {
      ...NOTHING_ELSE,
      ref: { cluster: 'prod', namespace: 'shop', name: 'web' },
      rollout,
      replicaSets,
      analysisRuns: store.analysisRuns(web.uid),
      serving,
      settled,
      seesApplications,
      wish: { state: seesApplications ? 'met' : 'unknown', revisions: [] },
      version: (hash) => versions.get(hash),
      open: known.filter((release) => release.state !== 'ended'),
      past: known,
      now,
    }
  }

  return {
    web,
    documents,
    /** Shows the world and records what follows. */
    see(settled = true): readonly ReleaseTransition[] {
      for (const object of web.objects()) store.apply('MODIFIED', object)
      const seen = look(settled)
      const changes = advanceReleases(seen)
      for (const { release } of changes) documents.set(release.key, release)
      const { rollout } = seen
      if (settled && seen.serving.state === 'in-step' && rollout?.phase === 'Healthy' && rollout.currentPodHash) {
        versions.set(rollout.currentPodHash, {
          templateKey: '',
          podTemplateHash: rollout.currentPodHash,
          healthyAt: now,
          applied: null,
          images: [],
        })
      }
      return changes
    },
    pass(ms: number): void {
      now += ms
    },
    /** Argo CD's Applications come from another cluster, which may be out of sight. */
    seeApplications(isSeen: boolean): void {
      seesApplications = isSeen
    },
    failed: () => [...documents.values()].filter((release) => release.attempts.length > 0),
  }
}

type Deed = (web: StagedRollout) => void

/** What happens to a Rollout without a release being aborted. */
export const QUIET: Readonly<Record<string, Deed>> = {
  'scales, not observed': (web) => web.scale(),
  'is observed': (web) => web.settle(),
  'drains a node': (web) => web.patch({ status: { phase: 'Progressing', availableReplicas: 0 } }),
  'flashes Degraded': (web) => web.patch({ status: { phase: 'Degraded', message: 'x' } }),
  'lags behind': (web) => web.patch({ status: { observedGeneration: '1' } }),
  'runs v1': (web) => web.healthy('v1'),
  'begins v2': (web) => web.canary('v2'),
  'runs v2': (web) => web.healthy('v2'),
  'begins v3': (web) => web.canary('v3'),
  'asks for an abort that nobody carries out': (web) => web.patch({ status: { abort: true, abortedAt: null } }),
}

/** The same, and aborts. */
export const LOUD: Readonly<Record<string, Deed>> = {
  ...QUIET,
  'aborts v2': (web) => (web.canary('v2'), web.abort()),
  'aborts v3': (web) => (web.canary('v3'), web.abort({ why: 'error' })),
  retries: (web) => web.retry(),
  'is stuck': (web) =>
    web.patch({
      status: {
        phase: 'Degraded',
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'x' }],
      },
    }),
}

/** Some deeds, each seen or missed, settled or not. */
export function histories(
  deeds: Readonly<Record<string, Deed>>,
): fc.Arbitrary<readonly { deed: string; seen: boolean; settled: boolean }[]> {
  return fc.array(fc.record({ deed: fc.constantFrom(...Object.keys(deeds)), seen: fc.boolean(), settled: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
}

/** Lives through a history. `after` is shown the story after each deed. */
export function live(
  history: readonly { deed: string; seen: boolean; settled: boolean }[],
  after: (story: ReturnType<typeof createStory>) => void,
): ReturnType<typeof createStory> {
  const story = createStory()
  story.web.healthy('v1')
  story.see()
  for (const { deed, seen, settled } of history) {
    story.pass(2_000)
    LOUD[deed]?.(story.web)
    if (seen) story.see(settled)
    after(story)
  }
  story.see()
  return story
}
