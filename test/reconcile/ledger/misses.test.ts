import { expect, it } from 'vitest'
import { createMemoryLedger } from '../../../src/adapters/ledgers/memory/memory-ledger.ts'
import { createSystemClock } from '../../../src/adapters/system/clock.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { createMisses } from '../../../src/reconcile/ledger/misses.ts'
import { openLedger } from '../../../src/reconcile/ledger/open-ledger.ts'
import { resumeLedger, type ResumedLedger } from '../../../src/reconcile/ledger/resume-ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { until } from '../../until.ts'

const ENDED = { state: 'ended', outcome: 'restored', endedAt: 9 } as const
const VERSION = { templateKey: 'v', podTemplateHash: 'h', healthyAt: 1, applied: null, images: [] }
const ENTRIES: readonly LedgerEntry[] = [
  { kind: 'baseline', key: 'east', event: 'baseline', document: { cluster: 'east', at: 1 } },
  { kind: 'version', key: 'v', event: 'seen-healthy', document: VERSION },
  releaseEntry(aRelease({ key: 'open' })),
  releaseEntry(aRelease({ key: 'old', ...ENDED })),
  { kind: 'card', key: 'open', event: 'card-published', document: { releaseKey: 'open', ref: null, contentHash: 'c' } },
  effectEntry(anEffect({ key: 'due' })),
  effectEntry(anEffect({ key: 'done', state: 'done' })),
  revertEntry(aRevert({ key: 'revert-1', releases: ['old'] })),
]

/** A ledger of these entries that begins at its end, by an index that lacks some of what is there; the walk waits until it may go on. */
async function hiding(hidden: readonly string[], entries = ENTRIES) {
  const real = createMemoryLedger({ clock: { now: () => 7 } })
  await real.append(entries)
  await real.keepCheckpoint(await real.head())
  const walk = Promise.withResolvers<void>()
  const resumed = await resumeLedger(
    {
      ...real,
      resume: (taking) =>
        real.resume({ ...taking, take: (newest) => (hidden.includes(`${newest.kind} ${newest.key}`) ? undefined : taking.take(newest)) }),
      async verify(take, interrupted) {
        await walk.promise
        return real.verify(take, interrupted)
      },
    },
    { name: 'the ledger', clock: createSystemClock(), logger: SILENT, random: () => 1 },
  )
  const walked = async (): Promise<ReturnType<ResumedLedger['chain']>> => {
    walk.resolve()
    await until(() => (resumed.chain().from && !resumed.chain().broken ? undefined : true), { what: 'the walk', timeoutMs: 10_000 })
    return resumed.chain()
  }
  return { real, resumed, walked, [Symbol.asyncDispose]: () => resumed[Symbol.asyncDispose]() }
}

it.each(['baseline east', 'version v', 'release open', 'release old', 'card open', 'effect due', 'revert revert-1'])(
  'a start from which an index has hidden %s ends once the chain was walked, and the next one walks first',
  async (what) => {
    await using ledger = await hiding([what])
    const { broken } = await ledger.walked()
    expect(broken).toMatchObject({ code: 'E_LEDGER_BROKEN', message: expect.stringContaining(`the index hides ${what}`) as string })
    expect(await ledger.real.resume({ take: () => undefined, wanted: () => [] })).toBeUndefined()
  },
)

it('what was hidden and has been done since by others, or has changed since, is none that is missing', async () => {
  await using ledger = await hiding(['effect due', 'release open', 'card open'])
  await ledger.resumed.ledger.append([
    effectEntry(anEffect({ key: 'due', state: 'done' })),
    releaseEntry(aRelease({ key: 'open', ...ENDED })),
  ])
  await ledger.resumed.ledger.append([
    { kind: 'card', key: 'open', event: 'card-published', document: { releaseKey: 'open', ref: null, contentHash: 'd' } },
  ])
  expect(await ledger.walked()).toMatchObject({ broken: undefined, from: undefined })
})

it.each(['baseline east', 'version v', 'revert revert-1'])(
  '%s is missed also where it was made anew before the walk met it',
  async (what) => {
    await using ledger = await hiding([what])
    const entries = ENTRIES.filter(({ kind, key }) => `${kind} ${key}` === what)
    await ledger.resumed.ledger.append(entries)
    expect(await ledger.walked()).toMatchObject({ broken: { code: 'E_LEDGER_BROKEN' } })
  },
)

it('what is new since the start is none that is missing', async () => {
  await using ledger = await hiding([])
  const document = { cluster: 'west', at: 2 }
  for (const _time of [1, 2]) await ledger.resumed.ledger.append([{ kind: 'baseline', key: 'west', event: 'baseline', document }])
  expect(await ledger.walked()).toMatchObject({ broken: undefined, from: undefined })
})

it('what is over while the chain is walked, and intended once more before that, is none that is missing', async () => {
  await using ledger = await hiding([])
  await ledger.resumed.ledger.append([effectEntry(anEffect({ key: 'done' }))])
  await ledger.resumed.ledger.append([effectEntry(anEffect({ key: 'due', state: 'done' }))])
  await ledger.resumed.ledger.append([effectEntry(anEffect({ key: 'done', state: 'done' }))])
  expect(await ledger.walked()).toMatchObject({ broken: undefined, from: undefined })
})

it('what was under way as a walk began once more is none that is missing', async () => {
  const real = createMemoryLedger({ clock: { now: () => 7 } })
  await real.append(ENTRIES)
  const misses = createMisses(await openLedger(real), await real.head())
  misses.begin()
  misses.touch({ kind: 'effect', key: 'gone' })
  const take = misses.begin()
  const gone = { kind: 'effect', key: 'gone', document: anEffect({ key: 'gone' }), place: { since: 1, sequence: 2 } } as const
  take(gone, 2)
  expect(misses.first()).toBeUndefined()
  take({ ...gone, key: 'other' }, 2)
  expect(misses.first()).toEqual({ what: 'the index hides effect other', sequence: 2 })
  misses.begin()
  expect(misses.first()).toBeUndefined()
})

it('of a Rollout with more releases than are kept the older ones are not missing', async () => {
  const many = Array.from({ length: 230 }, (_, at) => releaseEntry(aRelease({ key: `r${at}`, startedAt: 1_000 + at, ...ENDED })))
  await using ledger = await hiding([], many)
  expect(ledger.resumed.ledger.read('release', 'r0')).toBeUndefined()
  await ledger.resumed.ledger.append([releaseEntry(aRelease({ key: 'new', startedAt: 5_000 }))])
  expect(await ledger.walked()).toMatchObject({ broken: undefined, from: undefined })
})
