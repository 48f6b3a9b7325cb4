import { expect, it } from 'vitest'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { ReleaseTransition } from '../../../src/domain/release/transitions.ts'
import type { ServingState } from '../../../src/domain/rollout/serving.ts'
import type { RolloutSnapshot } from '../../../src/domain/rollout/snapshots.ts'
import { quarantinesOfLook } from '../../../src/reconcile/quarantine/of-look.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { aReplicaSet, aRollout } from '../../domain/release/a-look.ts'
import { aPass } from '../a-case.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

const IMAGE = 'registry.example/web:v2'

interface Given {
  quarantine?: Partial<Quarantine>
  rollout?: Partial<RolloutSnapshot> | null
  serving?: ServingState
  holds?: boolean
  /** What the same look has shown of releases. */
  steps?: readonly (Partial<Release> & { key: string })[]
}

/** What a look writes of a quarantine whose release is told; by default the Rollout runs another image, healthy. */
async function written({ quarantine, rollout = {}, serving = 'in-step', holds = true, steps = [] }: Given) {
  const one = aQuarantine({ key: 'q', images: [IMAGE], templates: ['bad'], release: 'r', until: NOW + 1, ...quarantine })
  const release = aRelease({ key: 'r', attempts: [anAttempt()], policy: TOLD_IN_C, quarantine: { key: 'q', until: NOW + 1 } })
  const { environment } = await anEnvironment([known('quarantine', one), known('release', release)])
  const pass = aPass()
  const shown = rollout === null ? undefined : aRollout({ images: ['registry.example/web:v1'], ...rollout })
  const look = { ...pass.look, rollout: shown, serving: { ...pass.look.serving, state: serving } }
  const moved = steps.map((step) => ({ release: aRelease(step) }) as unknown as ReleaseTransition)
  return quarantinesOfLook(environment, look, { steps: moved, holds }).map(lineOf)
}

const TOLD = ['release r: release-updated', 'publish-card-intended', 'card r: card-changed']
const PROVEN = ['quarantine q: quarantine-proven', ...TOLD]
const EXPIRED = ['quarantine q: quarantine-expired', ...TOLD]
const NARROWED = ['quarantine q: quarantine-narrowed']
const V2 = { currentPodHash: 'new', images: [IMAGE] }

it.each<{ what: string; given: Given; lines: readonly string[] }>([
  { what: 'nothing while it lasts', given: {}, lines: [] },
  { what: 'that its days are over', given: { quarantine: { until: NOW } }, lines: EXPIRED },
  { what: 'nothing of what is over already', given: { quarantine: { until: NOW, state: 'over', endedAt: 1 } }, lines: [] },
  { what: 'nothing of another Rollout’s', given: { quarantine: { until: NOW, rollout: 'api' } }, lines: [] },
  { what: 'that its image serves healthy', given: { rollout: V2 }, lines: PROVEN },
  { what: 'that its template does', given: { rollout: { currentPodHash: 'bad' } }, lines: PROVEN },
  { what: 'that one of its images does', given: { rollout: V2, quarantine: { images: [IMAGE, 'job:2'] } }, lines: NARROWED },
  { what: 'nothing of a verdict that does not hold', given: { rollout: V2, holds: false }, lines: [] },
  { what: 'nothing of what does not serve alone', given: { rollout: V2, serving: 'rolling' }, lines: [] },
  { what: 'nothing of what is not healthy', given: { rollout: { ...V2, phase: 'Degraded' } }, lines: [] },
  { what: 'nothing of no template', given: { rollout: { ...V2, currentPodHash: undefined } }, lines: [] },
  { what: 'nothing of a Rollout that is gone', given: { rollout: null }, lines: [] },
  {
    what: 'that its image was promoted',
    given: { holds: false, steps: [{ key: 'n', outcome: 'promoted', images: [IMAGE] }] },
    lines: PROVEN,
  },
  {
    what: 'that its template was promoted',
    given: { holds: false, steps: [{ key: 'n', outcome: 'promoted', podTemplateHash: 'bad' }] },
    lines: PROVEN,
  },
  {
    what: 'nothing of what ended otherwise',
    given: { holds: false, steps: [{ key: 'n', outcome: 'restored', images: [IMAGE] }] },
    lines: [],
  },
  {
    what: 'nothing of what has no template',
    given: { steps: [{ key: 'n', outcome: 'promoted', podTemplateHash: null, images: [IMAGE] }] },
    lines: [],
  },
  {
    what: 'it alone where its release takes a step',
    given: { quarantine: { until: NOW }, steps: [{ key: 'r' }] },
    lines: EXPIRED.slice(0, 1),
  },
  { what: 'it with its card where another release does', given: { quarantine: { until: NOW }, steps: [{ key: 'n' }] }, lines: EXPIRED },
])('a look says of a quarantine $what', async ({ given, lines }) => {
  expect(await written(given)).toEqual(lines)
})

it('images are those of the template that serves, as its ReplicaSet has them', async () => {
  const one = aQuarantine({ key: 'q', images: [IMAGE], templates: [], until: NOW + 1 })
  const { environment } = await anEnvironment([known('quarantine', one)])
  const pass = aPass()
  const rollout = aRollout({ images: [], currentPodHash: 'new', workloadRef: { kind: 'Deployment', name: 'web' } as never })
  const observation = { ...pass.look.observation, replicaSets: [aReplicaSet('new', 3, { images: [IMAGE] })] }
  const entries = quarantinesOfLook(environment, { ...pass.look, rollout, observation }, { steps: [], holds: true })
  expect(entries.map(lineOf)).toEqual(['quarantine q: quarantine-proven'])
})
