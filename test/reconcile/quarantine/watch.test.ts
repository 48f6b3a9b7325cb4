import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { createQuarantineWatch } from '../../../src/reconcile/quarantine/watch.ts'
import { stagedApplication } from '../an-application.ts'
import { known, NOW } from '../an-environment.ts'
import { anAskedBranch } from './an-asked-branch.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const KEY = 'east/shop/web'

async function aWatch(...quarantines: Parameters<typeof anAskedBranch>) {
  const place = await anAskedBranch(...quarantines)
  const later: (readonly [string, number])[] = []
  const watch = createQuarantineWatch(place.environment, place.journal, (key, at) => void later.push([key, at]))
  return {
    ...place,
    watch,
    /** When it is looked at again, by the newest word of it. */
    next: () => later.at(-1),
    /** Looks, and asks where that is due. */
    look: async (pass = place.pass()) => {
      const isDue = watch.isDue(pass)
      if (isDue) await watch.follow(pass)
      return isDue
    },
  }
}

const comparedWith = (...comparedRevisions: string[]): Partial<Look> => ({ applications: [{ ...stagedApplication(), comparedRevisions }] })

describe('what has failed since the start', () => {
  it('is asked about after two minutes, and every two minutes from then on', async () => {
    const { look, wait, seen, next } = await aWatch()
    expect(await look()).toBe(false)
    expect(next()).toEqual([KEY, 120 * SECOND])
    await wait(119 * SECOND)
    expect(await look()).toBe(false)
    expect(next()).toEqual([KEY, 120 * SECOND])
    await wait(SECOND)
    expect(await look()).toBe(true)
    expect([seen.fetched, next()]).toEqual([1, [KEY, 240 * SECOND]])
    expect(await look()).toBe(false)
    await wait(130 * SECOND)
    expect(await look()).toBe(true)
    expect([seen.fetched, next()]).toEqual([2, [KEY, 370 * SECOND]])
  })

  it.each<{ what: string; quarantine: Partial<Quarantine>; at: number }>([
    { what: 'when its days are over', quarantine: { until: NOW + 60 * SECOND }, at: 60 * SECOND },
    { what: 'a second later where they are already', quarantine: { until: NOW - 1 }, at: SECOND },
    { what: 'within six hours where nobody is asked', quarantine: { culprit: null, until: NOW + 99 * HOUR }, at: 6 * HOUR },
  ])('is looked at again $what', async ({ quarantine, at }) => {
    const { look, next } = await aWatch([{ key: 'q', ...quarantine }])
    await look()
    expect(next()).toEqual([KEY, at])
  })

  it('is looked at by nobody where there is none, or it is over', async () => {
    const over = await aWatch([{ key: 'q', state: 'over', outcome: 'expired', endedAt: 1 }])
    expect([await over.look(), over.next()]).toEqual([false, undefined])
    const none = await aWatch([])
    await none.watch.follow(none.pass())
    expect([await none.look(), none.next()]).toEqual([false, undefined])
  })

  it.each<{ what: string; quarantine?: Partial<Quarantine>; look?: Partial<Look>; policy?: Partial<Policy> }>([
    { what: 'in another mode', policy: { mode: 'notify' } },
    { what: 'where nothing is kept out', policy: { quarantineMs: 0 } },
    { what: 'where the Rollout is gone', look: { rollout: undefined } },
    { what: 'where its repository is not known', quarantine: { repoURL: null } },
    { what: 'where its commit is not known', quarantine: { culprit: null } },
  ])('is not asked about $what, whatever moves', async ({ quarantine, look = {}, policy }) => {
    const { look: see, watch, seen, pass, wait } = await aWatch([{ key: 'q', ...quarantine }])
    const one = pass('web', look, policy)
    await see(one)
    watch.hint(KEY)
    await wait(HOUR)
    expect(await see(one)).toBe(false)
    await watch.follow(one)
    expect(seen.fetched).toBe(0)
  })
})

describe('what stood before the start', () => {
  it('is asked about from the start on, with what failed since', async () => {
    const { look } = await aWatch([{ key: 'q', since: NOW - 1 }, { key: 'p' }])
    expect(await look()).toBe(true)
  })

  it('is at its time where another of its Rollout fails the while', async () => {
    const { look, seen } = await aWatch([{ key: 'q', since: NOW - 1 }])
    await look()
    expect([await look(), seen.fetched]).toEqual([false, 1])
  })
})

describe('it is asked at once', () => {
  it('where somebody says that something has moved, once', async () => {
    const { look, watch, seen } = await aWatch()
    await look()
    watch.hint('east/shop/api')
    expect(await look()).toBe(false)
    watch.hint(KEY)
    expect(await look()).toBe(true)
    expect([await look(), seen.fetched]).toEqual([false, 1])
  })

  it('where Argo CD has seen another commit, once', async () => {
    const { look, pass, seen } = await aWatch()
    await look(pass('web', comparedWith('a')))
    expect(await look(pass('web', comparedWith('a')))).toBe(false)
    expect(await look(pass('web', comparedWith('b')))).toBe(true)
    expect([await look(pass('web', comparedWith('b'))), seen.fetched]).toEqual([false, 1])
  })

  it.each<Partial<Quarantine>>([{ attempt: 'again' }, { culprit: '9'.repeat(40) as never }, { images: ['other:1'] }])(
    'where it has failed anew: %j',
    async (change) => {
      const { look, ledger, documents } = await aWatch()
      await look()
      const [one] = documents
      if (one) await ledger.append([known('quarantine', { ...one, ...change })])
      expect(await look()).toBe(true)
    },
  )

  it('and not for what was said before it was looked at: nobody has brought it back yet', async () => {
    const { look, watch } = await aWatch()
    watch.hint(KEY)
    expect(await look()).toBe(false)
    expect(await look()).toBe(false)
  })

  it('and not by a look that is blind, nor by one that came too early', async () => {
    const { watch, pass, seen } = await aWatch()
    watch.isDue(pass())
    watch.hint(KEY)
    await watch.follow(undefined)
    expect(seen.fetched).toBe(0)
    await watch.follow(pass())
    await watch.follow(pass())
    expect(seen.fetched).toBe(1)
  })

  it('and begins anew once its Rollout was gone', async () => {
    const { look, watch, next, wait } = await aWatch()
    await look()
    watch.hint(KEY)
    await wait(SECOND)
    watch.forget(KEY)
    expect([await look(), next()]).toEqual([false, [KEY, 121 * SECOND]])
  })
})

describe('a branch is read', () => {
  const both = [{ key: 'q' }, { key: 'p', rollout: 'api' }]

  it('once for all Rollouts whose time has come', async () => {
    const { look, pass, wait, seen } = await aWatch(both)
    for (const name of ['web', 'api']) await look(pass(name))
    await wait(120 * SECOND)
    for (const name of ['web', 'api']) expect(await look(pass(name))).toBe(true)
    expect(seen.fetched).toBe(1)
  })

  it('once for all Rollouts that one push has hinted at', async () => {
    const { look, pass, watch, seen } = await aWatch(both)
    for (const name of ['web', 'api']) await look(pass(name))
    for (const name of ['web', 'api']) watch.hint(`east/shop/${name}`)
    for (const name of ['web', 'api']) expect(await look(pass(name))).toBe(true)
    expect(seen.fetched).toBe(1)
  })

  it('anew for a Rollout whose Application has seen another commit: what others have read may be of before', async () => {
    const { look, pass, watch, seen } = await aWatch(both)
    for (const name of ['web', 'api']) await look(pass(name))
    watch.hint(KEY)
    await look(pass('web'))
    expect(await look(pass('api', comparedWith('b')))).toBe(true)
    expect(seen.fetched).toBe(2)
  })
})
