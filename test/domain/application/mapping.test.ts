import { describe, expect, it } from 'vitest'
import { readApplication } from '../../../src/adapters/kubernetes/snapshots/application.ts'
import {
  isDrifted,
  isWorkloadDrifted,
  mapApplications,
  ownersOf,
  ownershipDoubt,
  sameRevisions,
  type Tracked,
} from '../../../src/domain/application/mapping.ts'
import type { ApplicationSnapshot } from '../../../src/domain/application/snapshots.ts'
import { application } from '../../contract/renderer.ts'

function app(more: Partial<ApplicationSnapshot> = {}): ApplicationSnapshot {
  const read = readApplication('hub', application())
  if (!read) throw new Error('no Application')
  return { ...read, ...more }
}

const WEB: Tracked = { cluster: 'prod', namespace: 'shop', name: 'web', trackingId: undefined }
const tracked = (instance: string): Tracked => ({ ...WEB, trackingId: `${instance}:argoproj.io/Rollout:shop/web` })
const [ONE, TWO] = [app({ name: 'one' }), app({ name: 'two' })]

describe('the owners of a Rollout', () => {
  const owners = (rollout: Tracked, listing: readonly ApplicationSnapshot[], all: readonly ApplicationSnapshot[], elsewhere = '') => {
    const inView = { applications: () => all, applicationsOf: () => listing }
    return ownersOf(rollout, inView, ({ name }, cluster) => cluster === 'prod' && name !== elsewhere).map(({ name }) => name)
  }

  it('are none of another cluster, though it lists a Rollout of that name', () => {
    expect(owners(WEB, [ONE, TWO], [], 'one')).toEqual(['two'])
    expect(owners({ ...WEB, cluster: 'other' }, [ONE, TWO], [ONE, TWO])).toEqual([])
  })

  it('that none lists is the one of its tracking id, if that deploys there', () => {
    expect(owners(tracked('two'), [], [ONE, TWO])).toEqual(['two'])
    expect(owners(tracked('two'), [], [ONE, TWO], 'two')).toEqual([])
  })

  it('are those that list it, whatever its tracking id calls another one', () => {
    expect(owners(tracked('three'), [ONE, TWO], [app({ name: 'three' })])).toEqual(['one', 'two'])
    expect(owners(tracked('three'), [ONE], [app({ name: 'three' })])).toEqual(['one'])
  })

  it('are told apart by the namespace that the tracking id names', () => {
    const other = app({ name: 'one', namespace: 'team' })
    expect(mapApplications(tracked('team_one'), [ONE, other], [])).toEqual([other])
    expect(mapApplications(tracked('team_one'), [], [ONE, other])).toEqual([other])
    expect(mapApplications(tracked('_one'), [], [ONE, other])).toEqual([])
    expect(mapApplications(tracked('one'), [], [ONE, other])).toEqual([ONE, other])
  })

  it('are not told without a tracking id, while none lists it', () => {
    expect(mapApplications(WEB, [], [ONE])).toEqual([])
  })
})

const DEPLOYED = { ...WEB, workloadRef: 'Deployment/base' }
const EXPERIMENT: Tracked = { ...WEB, name: 'experiment:try', trackingId: 'two:argoproj.io/Experiment:shop/try' }

it.each<[string, Parameters<typeof ownershipDoubt>, string | undefined]>([
  ['there is no Rollout', [undefined, ONE], undefined],
  ['there is no Application', [WEB, undefined], undefined],
  ['it has no tracking id', [WEB, ONE], undefined],
  ['its tracking id names it', [tracked('one'), ONE], undefined],
  ['its tracking id names another', [tracked('two'), ONE], 'argocd/one lists this Rollout, but its tracking id names two.'],
  [
    'its tracking id names one of another namespace',
    [tracked('team_one'), ONE],
    'argocd/one lists this Rollout, but its tracking id names team/one.',
  ],
  ['it is an Experiment, of another', [EXPERIMENT, ONE], 'argocd/one lists this Experiment, but its tracking id names two.'],
  ['it lists what the template comes from', [DEPLOYED, app({ workloads: ['Deployment/shop/base'] })], undefined],
  [
    'it lists that of another namespace',
    [DEPLOYED, app({ workloads: ['Deployment/other/base'] })],
    'the Rollout takes its template from the Deployment base, which argocd/web does not list: whose commit changed it is not known.',
  ],
])('what speaks against an Application: %s', (_, question, expected) => {
  expect(ownershipDoubt(...question)).toBe(expected)
})

it('a Rollout differs from Git where Argo CD says it of itself, or of what it takes its template from', () => {
  const plain = { namespace: 'shop', name: 'web', workloadRef: undefined }
  const referring = { ...plain, workloadRef: 'Deployment/base' }
  const [itself, lender] = [app({ driftedRollouts: ['shop/web'] }), app({ driftedWorkloads: ['Deployment/shop/base'] })]
  expect([isDrifted(itself, plain), isDrifted(itself, referring), isDrifted(itself, { ...plain, name: 'api' })]).toEqual([
    true,
    true,
    false,
  ])
  expect([isDrifted(lender, plain), isDrifted(lender, referring), isDrifted(app(), referring)]).toEqual([false, true, false])
  expect([isWorkloadDrifted(itself, referring), isWorkloadDrifted(lender, referring)]).toEqual([false, true])
})

it('two states are the same where each revision is, in its place', () => {
  const same = (one: string, other: string): boolean => sameRevisions(one.split(''), other.split(''))
  expect([same('ab', 'ab'), same('', ''), same('ab', 'ac'), same('ab', 'ba'), same('a', 'ab'), same('ab', 'a')]).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ])
})
