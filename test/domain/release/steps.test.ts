import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createViewStore } from '../../../src/adapters/kubernetes/store.ts'
import type { Observation } from '../../../src/domain/release/observation.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { advanceReleases } from '../../../src/domain/release/steps.ts'
import type { ReleaseTransition } from '../../../src/domain/release/transitions.ts'
import type { Version } from '../../../src/domain/release/version.ts'
import { assessServing } from '../../../src/domain/rollout/serving.ts'
import { stageRollout, type StagedRollout } from '../../simulation/rollout.ts'

const START = Date.parse('2026-12-01T22:00:00Z')

/** One Rollout and the memory of a ledger, without a clock, a queue or a disk. */
function createStory() {
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
      ref: { cluster: 'prod', namespace: 'shop', name: 'web' },
      rollout,
      replicaSets,
      analysisRuns: store.analysisRuns(web.uid),
      experiments: [],
      serving,
      settled,
      seesApplications,
      syncs: [],
      underWay: [],
      drift: 'none',
      wish: { state: seesApplications ? 'met' : 'unknown', revisions: [] },
      held: undefined,
      version: (hash) => versions.get(hash),
      open: known.filter((release) => release.state !== 'ended'),
      past: known,
      standingRevert: () => null,
      restoredInGit: () => false,
      movedInGit: () => true,
      baseline: false,
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

const QUIET: Readonly<Record<string, Deed>> = {
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

const LOUD: Readonly<Record<string, Deed>> = {
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
function histories(deeds: Readonly<Record<string, Deed>>): fc.Arbitrary<readonly { deed: string; seen: boolean; settled: boolean }[]> {
  return fc.array(fc.record({ deed: fc.constantFrom(...Object.keys(deeds)), seen: fc.boolean(), settled: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
}

function live(
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

describe('the story of releases', () => {
  it('is the same when it is looked at twice: the second look changes nothing', () => {
    fc.assert(
      fc.property(histories(LOUD), (history) => {
        const story = live(history, () => undefined)
        expect(story.see().filter((change) => change.event !== 'release-started')).toEqual([])
        expect(story.see()).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })

  it('never has an aborted attempt where no release was aborted, whatever flaps (3,000 histories)', () => {
    fc.assert(
      fc.property(histories(QUIET), (history) => {
        const story = live(history, () => undefined)
        expect(story.failed().filter((release) => release.attempts.some((attempt) => attempt.abortedAt !== null))).toEqual([])
      }),
      { numRuns: 3_000 },
    )
  })

  it('never forgets an attempt, nor opens again what has ended', () => {
    fc.assert(
      fc.property(histories(LOUD), (history) => {
        const seen = new Map<string, Release>()
        live(history, (story) => {
          for (const [key, release] of story.documents) {
            const before = seen.get(key)
            expect(release.attempts.length).toBeGreaterThanOrEqual(before?.attempts.length ?? 0)
            expect(before?.state === 'ended' ? before : release).toEqual(release)
            seen.set(key, release)
          }
        })
      }),
      { numRuns: 1_000 },
    )
  })

  it('counts one attempt for one abort, however often it is seen', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.see()
    story.pass(10_000)
    story.web.abort()
    for (let times = 0; times < 5; times += 1) story.see()
    expect(story.failed()).toMatchObject([{ state: 'failed', serving: 'split', cause: 'analysis-failed', recurrence: 1 }])
    expect(story.failed()[0]?.attempts).toHaveLength(1)
  })

  it('names images once its ReplicaSets do, where the ledger has none', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    const [{ release } = { release: undefined }] = story.see()
    if (!release) throw new Error('nothing has begun')
    story.documents.set(release.key, { ...release, images: [], stableImages: [] })
    const { images, stableImages } = release
    expect(images).toEqual(['registry.example/web:v2'])
    expect(story.see()).toMatchObject([{ event: 'release-updated', release: { images, stableImages } }])
    expect(story.see()).toEqual([])
  })

  it('takes no failure from a look that has not settled', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.web.abort()
    story.see(false)
    expect(story.failed()).toEqual([])
  })

  it('knows the same template again under a new number as the second time', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    for (const round of [1, 2]) {
      story.pass(60_000)
      story.web.canary('v2')
      story.see()
      story.pass(10_000)
      story.web.abort()
      story.see()
      expect(story.failed().at(-1)?.recurrence).toBe(round)
      story.pass(60_000)
      story.web.healthy('v1')
      story.see()
    }
    expect(story.failed().map((release) => release.outcome)).toEqual(['restored', 'restored'])
  })

  it('does not end as restored while Applications are not seen: nobody says what Git asks for', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.web.abort()
    story.see()
    story.seeApplications(false)
    story.web.healthy('v1')
    story.see()
    expect(story.failed().map((release) => release.outcome)).toEqual(['open'])
    story.seeApplications(true)
    story.see()
    expect(story.failed().map((release) => release.outcome)).toEqual(['restored'])
  })

  it('ends as superseded by a newer template, as promoted by its own', () => {
    const story = createStory()
    story.web.healthy('v1')
    story.see()
    story.web.canary('v2')
    story.see()
    story.web.canary('v3')
    story.see()
    story.web.healthy('v3')
    story.see()
    expect([...story.documents.values()].map((release) => [release.images[0]?.split(':')[1], release.outcome]).slice(-2)).toEqual([
      ['v2', 'superseded'],
      ['v3', 'promoted'],
    ])
  })
})
