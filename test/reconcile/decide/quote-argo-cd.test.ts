import { expect, it } from 'vitest'
import { experimentName } from '../../../src/domain/experiment/name.ts'
import { quoteArgoCD } from '../../../src/reconcile/decide/quote-argo-cd.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'

const healthy = {
  syncStatus: 'Synced',
  health: 'Healthy',
  operation: undefined,
  conditions: [],
  autoSync: true,
  rollouts: ['shop/web', 'shop/api'],
}
const NOT_BACK = 'The revert was merged, but the version before is not back. Argo CD says: '
const operation = (phase: string, message?: string): object => ({ operation: { phase, message } })
const condition = (type: string, message = ''): object => ({ type, message })
const quoted = (application: object | undefined, name = 'web'): string =>
  quoteArgoCD({ ref: { name }, applications: application ? [{ ...healthy, ...application }] : [] } as unknown as Look)

it.each<[string, object, string]>([
  ['its states', {}, 'Synced/Healthy.'],
  ['no word that is not its own', { syncStatus: 'password', health: '' }, '?/?.'],
  ['how its sync stands', operation('Succeeded'), 'Synced/Healthy; the sync: Succeeded.'],
  [
    'what the message of its sync means',
    operation('Failed', 'admission webhook "x" denied'),
    'Synced/Healthy; the sync: Failed: An admission webhook of the cluster denied an object.',
  ],
  [
    'that its own page says why, where nobody knows what it means',
    operation('Failed', 'token=1'),
    'Synced/Healthy; the sync: Failed: its own page says why.',
  ],
  [
    'which of its Rollouts a message names',
    operation('Failed', 'Rollout "web" and "other" and "api"'),
    'Synced/Healthy; the sync: Failed (Rollout web, api): its own page says why.',
  ],
  [
    'three of its Rollouts at most',
    { ...operation('Failed', '"a" "b" "c" "d"'), rollouts: ['s/a', 's/b', 's/c', 's/d'] },
    'Synced/Healthy; the sync: Failed (Rollout a, b, c): its own page says why.',
  ],
  [
    'three of its conditions at most',
    { conditions: [condition('SyncError'), condition('mine', 'x'), condition('UnknownError'), condition('ComparisonError')] },
    'Synced/Healthy; SyncError; ?: its own page says why; UnknownError.',
  ],
  [
    'that a sync blocks the next one',
    operation('Running'),
    'Synced/Healthy; the sync: Running. A sync is still running and blocks the next one: terminate it, or set syncPolicy.retry.refresh.',
  ],
  ['that somebody has to sync it', { autoSync: false }, 'Synced/Healthy. Automated sync is off: sync it by hand.'],
])('of an Application that does not come back is told %s', (_, application, text) => {
  expect(quoted(application)).toBe(`${NOT_BACK}${text}`)
})

it('of an Experiment is told that no sync has applied its revert', () => {
  const text = 'The revert was merged, but no sync is known to have applied that. Argo CD says: Synced/Healthy.'
  expect(quoted({}, experimentName('smoke'))).toBe(text)
})

it.each([
  ['web', 'Rollout'],
  [experimentName('smoke'), 'Experiment'],
])('of %s that no Application maps to is told that', (name, kind) => {
  expect(quoted(undefined, name)).toBe(`The revert was merged, but no Application maps to the ${kind} any more.`)
})
