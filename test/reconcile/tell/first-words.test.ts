import { describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { Release, StoredDecision } from '../../../src/domain/release/release.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import type { Journal } from '../../../src/reconcile/environment.ts'
import { createFirstWords } from '../../../src/reconcile/tell/first-words.ts'
import { tellOwed, tellWaiting } from '../../../src/reconcile/tell/tell-waiting.ts'
import { aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aWorld, type World } from '../a-world.ts'
import { cardEntry, cardOf, failed, hashOf, placed, publishing } from './a-card.ts'

const policy = { ...DEFAULT_POLICY, mode: 'notify', channel: '#shop' } as const
const pass = (...releases: readonly Release[]): Pass => ({ look: { releases }, policy }) as unknown as Pass
const decision = (at: number): StoredDecision => ({ action: 'notify', reason: '', checks: [], at })
/** The rows that wait to be delivered. */
const rowsOf = ({ ledger }: World): readonly string[] => ledger.pendingEffects().map(({ key }) => key)

async function createTelling() {
  const world = await aWorld()
  const words = createFirstWords(world.environment, world.journal)
  /** What was asked for since, once this release has been looked at, and when to look again. */
  const look = async (release: Release): Promise<{ due: number | undefined; rows: number }> => {
    await world.put(releaseEntry(release))
    const before = new Set(rowsOf(world))
    const due = await words.tell(pass(), release)
    return { due, rows: rowsOf(world).filter((key) => !before.has(key)).length }
  }
  return { ...world, words, look }
}

describe('the first words on a failure', () => {
  it('wait half a second for Git, and are told once', async () => {
    const { look, wait } = await createTelling()
    await wait(1_000)
    expect(await look(failed())).toEqual({ due: 1_500, rows: 0 })
    await wait(499)
    expect(await look(failed())).toEqual({ due: 1_500, rows: 0 })
    await wait(1)
    expect(await look(failed())).toEqual({ due: undefined, rows: 1 })
    await wait(3_600_000)
    expect(await look(failed())).toEqual({ due: undefined, rows: 0 })
  })

  it('are asked for no second time, whatever a look finds later', async () => {
    const world = await aWorld()
    await world.put(releaseEntry(failed()))
    const counted = counting(world)
    const words = createFirstWords(world.environment, counted.journal)
    for (const after of [500, 1, 1, 3_600_000]) {
      await words.tell(pass(), failed())
      await world.wait(after)
    }
    expect(counted.commits()).toBe(1)
  })

  it.each<[string, Partial<Release>]>([
    ['who serves meanwhile is another one', { serving: 'stuck' }],
    ['it has failed again', { attempts: [anAttempt(), anAttempt({ key: 'k|2' })] }],
  ])('are waited with and told anew once %s', async (_, news) => {
    const { look, wait } = await createTelling()
    await look(failed())
    await wait(500)
    await look(failed())
    expect(await look(failed(news))).toEqual({ due: 1_000, rows: 0 })
    await wait(500)
    expect(await look(failed(news))).toEqual({ due: undefined, rows: 1 })
  })

  it('are told with the revert that stands for it', async () => {
    const { look, wait, put, ledger } = await createTelling()
    const release = failed({ revertKey: 'v' })
    await put(revertEntry(aRevert({ key: 'v' })))
    await look(release)
    await wait(500)
    await look(release)
    expect(ledger.read('card', 'r')).toMatchObject({ contentHash: hashOf(cardOf(release, aRevert({ key: 'v' }))) })
  })

  it.each<[string, Partial<Release>, boolean]>([
    ['nothing was decided', {}, true],
    ['only an earlier attempt was decided on', { decision: decision(AT - 1) }, true],
    ['its newest attempt was decided on', { decision: decision(AT) }, false],
    ['a decision is there and no attempt', { attempts: [], decision: decision(0) }, false],
    ['it is tried again', { state: 'rolling' }, false],
    ['it is over', { state: 'ended', outcome: 'restored' }, false],
  ])('where %s, are waited for as they have to be', async (_, fields, isTold) => {
    const { look } = await createTelling()
    expect(await look(failed(fields))).toEqual({ due: isTold ? 500 : undefined, rows: 0 })
  })

  it('are begun anew for what was decided on in between', async () => {
    const { look, wait } = await createTelling()
    await look(failed())
    await wait(400)
    await look(failed({ decision: decision(AT) }))
    expect(await look(failed())).toEqual({ due: 900, rows: 0 })
  })

  it.each<[string, readonly LedgerEntry[]]>([
    ['decides on it meanwhile', [releaseEntry(failed({ decision: decision(AT) }))]],
    ['sees that it is over', [releaseEntry(failed({ state: 'ended', outcome: 'gone', endedAt: AT })), cardEntry(placed())]],
  ])('are left to whoever %s', async (_, entries) => {
    const world = await aWorld()
    const words = createFirstWords(world.environment, world.journal)
    await words.tell(pass(), failed())
    await world.wait(500)
    await world.put(...entries)
    await words.tell(pass(), failed())
    expect(rowsOf(world)).toEqual([])
  })

  it('are nothing of a release that the ledger does not know', async () => {
    const world = await aWorld()
    const words = createFirstWords(world.environment, world.journal)
    await words.tell(pass(), failed())
    await world.wait(500)
    await words.tell(pass(), failed())
    expect(rowsOf(world)).toEqual([])
  })
})

/** The same journal, and how often something was written to it. */
function counting({ journal }: World): { journal: Journal; commits: () => number } {
  let commits = 0
  return {
    commits: () => commits,
    journal: {
      commit: (entries) => {
        commits += 1
        return journal.commit(entries)
      },
    },
  }
}

describe('a release that waits for a person', () => {
  const waiting = failed({ state: 'rolling', attempts: [], waiting: { reason: 'inconclusive', evidence: [] } })

  it('is told at once, as the ledger has it by then', async () => {
    const world = await aWorld()
    const newer = { ...waiting, rolloutRevision: 9, images: ['web:newer'], revertKey: 'v' }
    await world.put(releaseEntry(newer), revertEntry(aRevert({ key: 'v' })))
    await tellWaiting(world.environment, world.journal, pass(), waiting)
    const [row] = world.ledger.pendingEffects()
    expect(row).toEqual(publishing(cardOf(newer, aRevert({ key: 'v' })), '#shop').document)
  })

  it('is told as it is seen, where the ledger does not have it yet', async () => {
    const world = await aWorld()
    await tellWaiting(world.environment, world.journal, pass(), waiting)
    expect(rowsOf(world)).toEqual([publishing(cardOf(waiting), '#shop').key])
  })

  it.each<[string, Release, readonly LedgerEntry[], number]>([
    ['waits', waiting, [], 1],
    ['waits no more, and people know that it did', { ...waiting, waiting: null }, [cardEntry(placed())], 1],
    ['waits no more, and nobody knows of it', { ...waiting, waiting: null }, [], 0],
    ['has failed, which others tell', failed({ waiting: { reason: '', evidence: [] } }), [], 0],
    ['is over, which others tell', { ...waiting, state: 'ended' }, [cardEntry(placed())], 0],
  ])('and one that %s is brought up to date as it takes', async (_, release, known, commits) => {
    const world = await aWorld()
    await world.put(releaseEntry(release), ...known)
    const counted = counting(world)
    await tellWaiting(world.environment, counted.journal, pass(), release)
    expect([counted.commits(), rowsOf(world).length]).toEqual([commits, commits])
  })
})

describe('what has ended while nobody was to be told', () => {
  const ended = (fields: Partial<Release> = {}): Release => failed({ state: 'ended', outcome: 'restored', endedAt: AT, ...fields })
  const owed = cardEntry(placed({ contentHash: '' }))

  it('is told by the card that people have, with the revert that stands for it', async () => {
    const world = await aWorld()
    const revert = aRevert({ key: 'v', state: 'ended', outcome: 'merged' })
    await world.put(releaseEntry(ended({ revertKey: 'v' })), revertEntry(revert), owed)
    await tellOwed(world.environment, world.journal, pass(failed(), ended()))
    const card = cardOf(ended({ revertKey: 'v' }), revert)
    expect(world.ledger.pendingEffects()).toEqual([publishing(card, '#shop', { thread: card.outcome }).document])
    expect(world.ledger.read('card', 'r')).toEqual(placed({ contentHash: hashOf(card), said: '' }))
  })

  it('is told as it is seen, where the ledger has forgotten it', async () => {
    const world = await aWorld()
    await world.put(owed)
    await tellOwed({ ...world.environment, ledger: { ...world.ledger, read: forgetful(world) } }, world.journal, pass(ended()))
    expect(rowsOf(world)).toHaveLength(1)
  })

  it.each<[string, LedgerEntry, Pass]>([
    ['people know the end', cardEntry(placed()), pass(ended())],
    ['nobody is to be told yet', owed, { ...pass(ended()), policy: { ...policy, mode: 'observe' } }],
  ])('is nothing to be written of where %s', async (_, card, of) => {
    const world = await aWorld()
    await world.put(releaseEntry(ended()), card)
    const counted = counting(world)
    await tellOwed(world.environment, counted.journal, of)
    expect([counted.commits(), rowsOf(world)]).toEqual([0, []])
  })
})

/** Reads all but releases. */
function forgetful({ ledger }: World): World['ledger']['read'] {
  return (kind, key) => (kind === 'release' ? undefined : ledger.read(kind, key))
}
