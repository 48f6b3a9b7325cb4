import { describe, expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import type { EffectAction } from '../../../src/domain/effect.ts'
import { experimentName } from '../../../src/domain/experiment/name.ts'
import { DEFAULT_POLICY, type Policy } from '../../../src/domain/policy/policy.ts'
import type { KeptPolicy, Release } from '../../../src/domain/release/release.ts'
import { beginPass, hasSeenApplications, keptPolicy } from '../../../src/reconcile/decide/case.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { anEffect, aRelease, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { aFailure } from '../act/a-failure.ts'
import { publishesCard } from '../publishes-card.ts'
import { cardEntry } from '../tell/a-card.ts'

const kept = (channel: string | null, fields: Partial<KeptPolicy> = {}): KeptPolicy => ({
  mode: 'pr',
  channel,
  mutedUntil: null,
  ...fields,
})
const ended = { state: 'ended', outcome: 'promoted' } as const

/** What is kept of the policy of a Rollout that is gone, with these releases, the newest first. */
async function keeps(
  releases: readonly Partial<Release>[],
  { told, waiting = [] }: { told?: string; waiting?: readonly EffectAction[] } = {},
) {
  const ledger = await openLedger(createMemoryLedger({ clock: createVirtualClock(0) }))
  await ledger.append([
    revertEntry(aRevert({ key: 'live', state: 'open' })),
    revertEntry(aRevert({ key: 'over', state: 'ended', outcome: 'merged' })),
    ...releases.map((fields, at) => releaseEntry(aRelease({ key: `r${at}`, ...fields }))),
    ...waiting.map((action, at) => effectEntry(anEffect({ key: `e${at}`, action }))),
  ])
  if (told !== undefined) await ledger.append([cardEntry({ releaseKey: 'r1', channel: told, ref: null, contentHash: '' })])
  return keptPolicy(
    { ledger },
    releases.map((fields, at) => aRelease({ key: `r${at}`, ...fields })),
  )
}

const gone: Policy = { ...DEFAULT_POLICY, mode: 'notify', channel: undefined, alsoTell: [], announce: [], mutedUntil: undefined }

describe('the policy of a Rollout that is gone', () => {
  it.each<[string, readonly Partial<Release>[], Partial<Policy>]>([
    ['opens nothing', [{ policy: kept('#c') }], { channel: '#c' }],
    ['goes on observing', [{ policy: kept('#c', { mode: 'observe' }) }], { mode: 'observe', channel: '#c' }],
    ['names no channel where it named none', [{ policy: kept(null) }], {}],
    [
      'tells as it told',
      [{ policy: kept('#c', { alsoTell: ['#d'], announce: ['comment'], mutedUntil: 9 }) }],
      { channel: '#c', alsoTell: ['#d'], announce: ['comment'], mutedUntil: 9 },
    ],
    [
      'shows deployments as it did',
      [{ policy: kept('#c', { announce: ['comment'], deployments: 'prod' }) }],
      { channel: '#c', announce: ['comment', 'deployment'], deploymentEnvironment: 'prod' },
    ],
    ['is that of the newest release', [{ policy: kept('#new') }, { policy: kept('#old') }], { channel: '#new' }],
    ['is that of what is not over', [{ ...ended, policy: kept('#new') }, { policy: kept('#old') }], { channel: '#old' }],
    [
      'is that of what has a live revert',
      [
        { ...ended, policy: kept('#new') },
        { ...ended, revertKey: 'live', policy: kept('#old') },
      ],
      { channel: '#old' },
    ],
    [
      'is not that of what has a revert that is over',
      [
        { ...ended, policy: kept('#new') },
        { ...ended, revertKey: 'over', policy: kept('#old') },
      ],
      { channel: '#new' },
    ],
    ['is that of the newest one that has kept it', [{}, { ...ended, policy: kept('#old') }], { channel: '#old' }],
    ['is silent where none has kept it', [{}, ended], {}],
    ['is silent without a release', [], {}],
  ])('%s', async (_, releases, fields) => {
    expect(await keeps(releases)).toStrictEqual({ ...gone, ...fields })
  })

  const cards = [
    publishesCard({ releaseKey: 'other', channel: '#x' }),
    publishesCard({ releaseKey: 'r1', channel: '#beside', also: true }),
    { type: 'trace-release', releaseKey: 'r1' } as const,
    publishesCard({ releaseKey: 'r1', channel: '#w' }),
  ]
  it.each<[string, Parameters<typeof keeps>[1], string | undefined]>([
    ['where the card of one is', { told: '#t', waiting: cards }, '#t'],
    ['where a card of one waits to go', { waiting: cards }, '#w'],
    ['nowhere, where none waits', { waiting: cards.slice(0, 3) }, undefined],
  ])('which no release has kept tells %s', async (_, given, channel) => {
    expect((await keeps([{}, {}], given)).channel).toBe(channel)
  })

  it('which says that nobody is told is kept, wherever a card is', async () => {
    expect((await keeps([{ policy: kept(null) }, {}], { told: '#t' })).channel).toBeUndefined()
  })
})

describe('a pass', () => {
  const REF = { cluster: 'prod', namespace: 'shop', name: 'web' }
  const policyIn = async (isSeen: boolean, policy?: KeptPolicy, name = 'web'): Promise<Policy> => {
    const failure = await aFailure(policy ? { policy } : {})
    const { environment, view, world } = failure
    failure.policy.current = { channel: '#annotated', announce: ['comment'] }
    if (!isSeen) Object.assign(view, { applications: () => [], freshness: () => ({ fresh: false, asOf: 0, blind: [] }) })
    expect(world.clusters).toHaveLength(1)
    return beginPass(environment, view, { ...REF, name }).policy
  }

  it.each<[string, boolean, KeptPolicy | undefined, Partial<Policy>]>([
    ['has the policy as it is', true, kept('#c', { mode: 'notify' }), { mode: 'pr', channel: '#annotated', announce: ['comment'] }],
    [
      'tells as was kept before Argo CD is seen',
      false,
      kept('#c', { mode: 'notify', mutedUntil: 7 }),
      { mode: 'notify', channel: '#c', alsoTell: [], announce: [], mutedUntil: 7 },
    ],
    ['tells nobody before Argo CD is seen where nobody was', false, kept(null), { mode: 'pr', channel: undefined, mutedUntil: undefined }],
    ['has the policy as it is where none was kept', false, undefined, { mode: 'pr', channel: '#annotated' }],
  ])('%s', async (_, isSeen, policy, fields) => {
    const found = await policyIn(isSeen, policy)
    expect(Object.fromEntries(Object.keys(fields).map((key) => [key, found[key as keyof Policy]]))).toStrictEqual(fields)
  })

  it.each([
    ['of its own has the policy as it is', { uid: 'e', phase: 'Failed', own: { settings: {}, labels: {} } }, 'pr'],
    ['of a Rollout has none of its own', { uid: 'e', phase: 'Failed' }, 'notify'],
  ])('at an Experiment %s', async (_, experiment, mode) => {
    const { environment, view } = await aFailure()
    Object.assign(view, { standaloneExperiment: () => experiment })
    expect(beginPass(environment, view, { ...REF, name: experimentName('smoke') }).policy.mode).toBe(mode)
  })

  it('at a Rollout that is gone has the policy that was kept, of which nothing is opened', async () => {
    expect(await policyIn(true, undefined, 'gone')).toStrictEqual(gone)
  })
})

it.each([
  ['fresh, and there are none', true, [], true],
  ['fresh, and there are some', true, [{}], true],
  ['not fresh any more, and some were seen', false, [{}], true],
  ['not fresh, and none were seen', false, [], false],
])('Applications that are %s were listed since the start: %s', (_, fresh, applications, isSeen) => {
  const view = { freshness: (question: string) => ({ fresh: fresh && question === 'applications' }), applications: () => applications }
  expect(hasSeenApplications({ applications: view } as unknown as Environment)).toBe(isSeen)
})
