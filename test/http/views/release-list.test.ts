import { describe, expect, test } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { ReleaseFilter } from '../../../src/api/filters.ts'
import { decodePlace } from '../../../src/http/request/paging.ts'
import { findReleases } from '../../../src/http/views/release-list.ts'
import type { LedgerQuery, LedgerStore } from '../../../src/ports/ledger.ts'
import { aRelease, releaseEntry } from '../../contract/ledger-documents.ts'
import { NOW } from '../fleet-fixture.ts'

const ROLLOUTS = 40
const RELEASES = 3_000
const MINUTE = 60_000
const WEB = { cluster: 'east', namespace: 'shop', name: 'web-7' }

/** Releases of many Rollouts by turns, some of which are namesakes in clusters that come one after the other. */
async function aStore(): Promise<LedgerStore> {
  const store = createMemoryLedger({ clock: { now: () => NOW } })
  const releases = Array.from({ length: RELEASES }, (_, at) =>
    aRelease({
      key: `r${at}`,
      cluster: at % 3 === 0 ? 'east' : 'left-long-ago',
      rollout: `web-${at % ROLLOUTS}`,
      uid: at < RELEASES / 2 ? 'before' : 'anew',
      startedAt: NOW + Math.floor(at / 2) * MINUTE,
      images: [`registry.example/web:v${at % 5}`],
      ...(at % 7 === 0 ? { state: 'failed' } : { state: 'ended', outcome: at % 11 === 0 ? 'superseded' : 'promoted', endedAt: NOW }),
    }),
  )
  await store.append(releases.map((release) => releaseEntry(release)))
  return store
}

type Load = Pick<LedgerStore, 'load'>

/** What a store is asked for a release. */
function watched(store: LedgerStore): { store: Load; asked: LedgerQuery[] } {
  const asked: LedgerQuery[] = []
  const load: LedgerStore['load'] = (kind, query) => {
    asked.push(query)
    return store.load(kind, query)
  }
  return { store: { load }, asked }
}

/** Looks through all that there is, as the index of all Rollouts does. */
const lookingThroughAll = (store: LedgerStore): Load => ({
  load: (kind, query) => store.load(kind, { ...query, subject: undefined }),
})

async function walk(store: Load, filter: ReleaseFilter, limit: number): Promise<{ keys: readonly string[]; looked: number }> {
  const keys: string[] = []
  let looked = 0
  for (let next: string | null = ''; next !== null;) {
    const page: Awaited<ReturnType<typeof findReleases>> = await findReleases(store, {
      ...filter,
      limit,
      before: next === '' ? undefined : decodePlace(next),
    })
    keys.push(...page.releases.map(({ key }) => key))
    looked += page.looked
    next = page.next
  }
  return { keys, looked }
}

describe('the releases of one Rollout', () => {
  test.each<[string, ReleaseFilter]>([
    ['nothing else', {}],
    ['openness', { open: true }],
    ['what is over', { open: false }],
    ['an outcome', { outcome: 'superseded' }],
    ['what nothing has', { cause: 'stuck' }],
    ['words', { q: 'web:v3' }],
    ['days', { from: NOW + 300 * MINUTE, to: NOW + 900 * MINUTE }],
    ['all of them', { open: false, outcome: 'promoted', q: 'v1', from: NOW + 1, to: NOW + 1_200 * MINUTE }],
  ])('are the same as looking through all of them gives, by %s', async (_what, filter) => {
    const store = await aStore()
    for (const limit of [1, 3, 24, 25, 26, 500]) {
      const asked = { ...WEB, ...filter }
      expect((await walk(store, asked, limit)).keys).toEqual((await walk(lookingThroughAll(store), asked, limit)).keys)
    }
  })

  test('are read alone, and one more than are shown', async () => {
    const store = await aStore()
    const { keys, looked } = await walk(store, WEB, 500)
    expect([keys.length, looked]).toEqual([RELEASES / ROLLOUTS / 3, RELEASES / ROLLOUTS / 3])
    const first = await findReleases(store, { ...WEB, limit: 10, before: undefined })
    expect([first.releases.length, first.looked]).toEqual([10, 11])
    expect((await findReleases(store, { ...WEB, limit: 10, before: decodePlace(first.next!) })).looked).toBe(11)
    expect((await findReleases(store, { ...WEB, name: 'nowhere', limit: 10, before: undefined })).looked).toBe(0)
  })

  test('that are few of many are looked for in few questions, however short a page is', async () => {
    const { store, asked } = watched(await aStore())
    await walk(store, { ...WEB, cause: 'stuck' }, 1)
    expect(asked.map(({ limit, subject }) => [limit, subject])).toEqual([
      [2, 'east/shop/web-7'],
      [500, 'east/shop/web-7'],
    ])
  })

  test.each<[string, ReleaseFilter, number]>([
    ['a name', { name: WEB.name }, RELEASES / ROLLOUTS],
    ['a namespace and a name', { namespace: WEB.namespace, name: WEB.name }, RELEASES / ROLLOUTS],
    ['a cluster and a name', { cluster: WEB.cluster, name: WEB.name }, RELEASES / ROLLOUTS / 3],
    ['a cluster and a namespace', { cluster: WEB.cluster, namespace: WEB.namespace }, RELEASES / 3],
  ])('may be of several where only %s is named, also of a cluster that has long left', async (_what, filter, count) => {
    const { store, asked } = watched(await aStore())
    const { keys } = await walk(store, filter, 500)
    expect(keys).toHaveLength(count)
    expect(asked.every(({ subject }) => subject === undefined)).toBe(true)
  })

  test.each<ReleaseFilter>([
    { cluster: 'east/shop', namespace: 'web', name: '7' },
    { cluster: 'east', namespace: 'shop/web-7', name: '' },
    { cluster: 'east/shop/web-7', namespace: '', name: '' },
  ])('are none where a slash makes another place the same words: %j', async (filter) => {
    const store = createMemoryLedger({ clock: { now: () => NOW } })
    await store.append([
      releaseEntry(aRelease({ key: 'r1', rollout: 'web/7' })),
      releaseEntry(aRelease({ key: 'r2', rollout: 'web-7/' })),
      releaseEntry(aRelease({ key: 'r3', rollout: 'web-7//' })),
    ])
    expect((await walk(store, filter, 10)).keys).toEqual([])
  })
})
