import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/ports/command.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createReplica } from '../../../src/reconcile/loop/replica.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { cardEntry, placed } from '../tell/a-card.ts'
import { stormEntry } from '../tell/a-told-storm.ts'
import { anElection, type AnElection } from './an-election.ts'

const OLD = aRelease({ key: 'r', uid: 'gone', preExisting: true, attempts: [anAttempt()], startedAt: 1 })
const OF_STORM = aRelease({ key: 'r2', uid: 'gone', rollout: 'api', storm: aStorm().key, attempts: [anAttempt()] })
const QUARANTINE = aQuarantine({ key: 'q', until: AT * 2 })
const KNOWN: readonly LedgerEntry[] = [
  releaseEntry(OLD),
  releaseEntry(OF_STORM),
  stormEntry(aStorm()),
  { kind: 'quarantine', key: 'q', event: 'quarantine-begun', document: QUARANTINE },
  cardEntry(placed()),
]
const answer = (says: 'on-it' = 'on-it') =>
  ({ card: 'r', ref: { channel: 'C1', timestamp: '1' }, says: { type: says }, by: 'ada', user: 'U1' }) as const

const COMMANDS: readonly (readonly [Command, string])[] = [
  [{ type: 'adopt', release: 'r', by: 'ada' }, 'adopted'],
  [{ type: 'release-storm', storm: aStorm().key, by: 'ada' }, 'released'],
  [{ type: 'lift', quarantine: 'q', by: 'ada', reason: 'Fixed.' }, 'lifted'],
  [{ type: 'answer', answer: answer(), side: '' }, 'answered'],
]

/** `east` and `west` are watched, and this process leads what the election gives it. `views`: as if they were blind, nothing is done. */
async function aReplica(election: AnElection | undefined, more: Partial<Environment> = {}) {
  const looks: string[] = []
  const views = [aCluster('east', ['web', 'api']), aCluster('west', ['other'])]
  const world = await aWorld({}, { views, channel: undefined, onReconciled: (_, result) => void looks.push(result), ...more })
  const left: Command[] = []
  const replica = createReplica(world.environment, { election, leave: async (command) => void left.push(command) })
  return { ...world, views, replica, left, looks: () => looks.splice(0).length }
}

type Replica = Awaited<ReturnType<typeof aReplica>>['replica']

function wanted(replica: Replica, command: Command): Promise<unknown> {
  if (command.type === 'adopt') return replica.adopt(command.release, command.by)
  if (command.type === 'release-storm') return replica.releaseStorm(command.storm, command.by)
  if (command.type === 'lift') return replica.lift({ key: command.quarantine, by: command.by, reason: command.reason })
  if (command.type === 'answer') return replica.answer(command.answer, command.side)
  return Promise.resolve(replica.retry(command.rollout))
}

const DONE = ['ada', 'ada', 'lifted', 'ada']

/** What the ledger says of what these commands are about. */
const documents = ({ ledger }: Pick<Awaited<ReturnType<typeof aReplica>>, 'ledger'>) => [
  ledger.read('release', 'r')?.adoptedBy,
  ledger.read('storm', aStorm().key)?.releasedBy,
  ledger.read('quarantine', 'q')?.outcome,
  ledger.read('release', 'r')?.onIt?.by,
]

describe('what a person wants', () => {
  it.each(COMMANDS)('is left to the process that leads it: %o', async (command, result) => {
    const election = anElection()
    const desk = await aReplica(election)
    await desk.put(...KNOWN)
    desk.replica.start()
    expect(await wanted(desk.replica, command)).toBe(command.type === 'answer' ? result : 'elsewhere')
    expect(desk.left).toEqual([command])
    expect(await desk.replica.perform(command)).toBe(false)
    expect(documents(desk)).toEqual([undefined, undefined, null, undefined])
  })

  it.each(COMMANDS)('is done by the process that leads it: %o', async (command, result) => {
    const election = anElection()
    const desk = await aReplica(election)
    await desk.put(...KNOWN)
    desk.replica.start()
    election.gain('east')
    expect(await wanted(desk.replica, command)).toBe(result)
    expect(desk.left).toEqual([])
    await desk.replica[Symbol.asyncDispose]()
  })

  it.each(COMMANDS)('and was left by another is done here, alone or among others: %o', async (command) => {
    for (const election of [undefined, anElection()]) {
      const desk = await aReplica(election)
      await desk.put(...KNOWN)
      desk.replica.start()
      election?.gain('east')
      expect(await desk.replica.perform(command)).toBe(true)
      expect(documents(desk)).toEqual(DONE.map((done, at) => (COMMANDS[at]?.[0] === command ? done : at === 2 ? null : undefined)))
      await desk.replica[Symbol.asyncDispose]()
    }
  })

  it('is left to nobody where there is nothing that it is about', async () => {
    const desk = await aReplica(anElection())
    desk.replica.start()
    const results = await Promise.all(COMMANDS.map(([command]) => wanted(desk.replica, command)))
    expect([results, desk.left]).toEqual([['absent', 'absent', 'absent', 'absent'], []])
  })

  it('as another look is taken by who leads the Rollout', async () => {
    const election = anElection()
    const desk = await aReplica(election)
    const retry: Command = { type: 'retry', rollout: 'east/shop/web' }
    desk.replica.start()
    await wanted(desk.replica, retry)
    expect(desk.left).toEqual([retry])
    election.gain('east')
    await desk.replica.idle()
    desk.looks()
    expect(await desk.replica.perform(retry)).toBe(true)
    await desk.replica.idle()
    expect(desk.looks()).toBe(1)
    await wanted(desk.replica, retry)
    await desk.replica.idle()
    expect([desk.looks(), desk.left.length]).toEqual([1, 1])
    await desk.replica[Symbol.asyncDispose]()
  })
})

describe('one process among several', () => {
  it('takes part for what it watches, and names what is left of other clusters', async () => {
    const election = anElection({ west: 'other' })
    const desk = await aReplica(election)
    await desk.put(releaseEntry(aRelease({ key: 'left', cluster: 'gone' })), revertEntry(aRevert({ key: 'v', releases: ['left'] })))
    desk.replica.start()
    expect(election.names()).toEqual(['east', 'west'])
    expect(election.left()).toEqual(['gone'])
    election.gain('east')
    expect(desk.replica.leaders()).toEqual([
      { cluster: 'east', holder: 'me', isOwn: true },
      { cluster: 'west', holder: 'other', isOwn: false },
    ])
    expect(createReplica(desk.environment, { election: undefined, leave: async () => undefined }).leaders()).toEqual([])
    await desk.replica[Symbol.asyncDispose]()
    expect([election.isOver(), election.listening()]).toEqual([true, 0])
  })

  it('says that nobody leads a cluster that nobody does', async () => {
    const desk = await aReplica(anElection())
    desk.replica.start()
    expect(desk.replica.leaders()).toEqual(['east', 'west'].map((cluster) => ({ cluster, holder: undefined, isOwn: false })))
  })

  it('looks after the clusters that it leads, from their first lists on, and begins anew with each time', async () => {
    const election = anElection()
    const desk = await aReplica(election)
    const [east, west] = desk.views
    desk.replica.start()
    for (const view of [east, west]) if (view) await desk.replica.watch(view)
    await desk.replica.idle()
    expect([desk.looks(), desk.ledger.read('baseline', 'east')]).toEqual([0, undefined])
    election.gain('east')
    await desk.replica.idle()
    expect(desk.looks()).toBe(2)
    expect(['east', 'west'].map((cluster) => desk.ledger.read('baseline', cluster)?.cluster)).toEqual(['east', undefined])
    await election.lose('east')
    desk.replica.enqueue('east/shop/web')
    await desk.replica.idle()
    expect([desk.looks(), desk.replica.queueDepth]).toEqual([0, 0])
    election.gain('east')
    await desk.replica.idle()
    expect(desk.looks()).toBe(2)
    await desk.replica[Symbol.asyncDispose]()
  })

  it('begins with a cluster that is in view only later', async () => {
    const election = anElection()
    const desk = await aReplica(election)
    desk.replica.start()
    election.gain('east')
    await desk.replica.idle()
    expect(desk.looks()).toBe(0)
    if (desk.views[0]) await desk.replica.watch(desk.views[0])
    await desk.replica.idle()
    expect([desk.looks(), desk.ledger.read('baseline', 'east')?.cluster]).toEqual([2, 'east'])
    await desk.replica[Symbol.asyncDispose]()
  })

  it('looks at what others have appended', async () => {
    const election = anElection()
    const desk = await aReplica(election)
    desk.replica.start()
    election.gain('east')
    await desk.replica.idle()
    desk.looks()
    election.hear({ ...releaseEntry(aRelease({ key: 'x', rollout: 'web' })), sequence: 1 })
    await desk.replica.idle()
    expect(desk.looks()).toBe(1)
    await desk.replica[Symbol.asyncDispose]()
  })

  it('hands every hint to all that it leads, and tells their depth and troubles as one', async () => {
    const election = anElection()
    const hints: string[] = []
    const alerts = {
      hint: () => void hints.push('alerts'),
      idle: async () => undefined,
      subscribe: () => ({ [Symbol.dispose]: () => undefined }),
    }
    const seen: string[] = []
    const hub = { ...aCluster('east', ['web']), application: (_: string, name: string) => void seen.push(name) }
    const desk = await aReplica(election, { applications: hub, alerts: alerts as unknown as Environment['alerts'] })
    desk.replica.start()
    for (const name of ['east', 'west']) election.gain(name)
    await desk.replica.idle()
    for (const key of ['east/shop/web', 'west/shop/other']) desk.replica.enqueue(key)
    expect(desk.replica.queueDepth).toBe(2)
    expect([...desk.replica.troubles]).toEqual([])
    desk.replica.enqueueApplication('argocd', 'web')
    expect(seen).toEqual(['web', 'web'])
    desk.replica.enqueueAlerts()
    expect(hints).toEqual(['alerts'])
    desk.replica.enqueueRepository('https://git.example/none')
    await desk.replica[Symbol.asyncDispose]()
  })

  it('tells the troubles of all that it leads', async () => {
    const election = anElection()
    const replicaSets = (): never => {
      throw new Error('no memory')
    }
    const desk = await aReplica(election, { views: [{ ...aCluster('east', ['web']), replicaSets }] })
    desk.replica.start()
    election.gain('east')
    desk.replica.enqueue('east/shop/web')
    await desk.replica.idle()
    expect([...desk.replica.troubles]).toEqual([['east/shop/web', 'no memory']])
    await desk.replica[Symbol.asyncDispose]()
  })

  it('says who serves, led or not', async () => {
    const election = anElection()
    const desk = await aReplica(election)
    const ref = { cluster: 'east', namespace: 'shop', name: 'web' }
    desk.replica.start()
    const before = desk.replica.serving(ref)
    election.gain('east')
    expect(desk.replica.serving(ref)).toEqual(before)
    expect(desk.replica.serving({ ...ref, cluster: 'gone' }).state).toBe('unknown')
    await desk.replica[Symbol.asyncDispose]()
  })
})
