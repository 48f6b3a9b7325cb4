import { describe, expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { Effect } from '../../../src/domain/effect.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Tracer } from '../../../src/ports/tracer.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createController, type ControllerPart } from '../../../src/reconcile/loop/controller.ts'
import { anEffect, aRelease, aRevert, effectEntry, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aStorm } from '../../domain/notice/a-storm.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { rememberLog } from '../../remember-log.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { COMMIT, REPO } from '../announce/an-announcement.ts'
import { cardEntry, placed } from '../tell/a-card.ts'
import { stormEntry } from '../tell/a-told-storm.ts'

/** Of a Rollout that nobody has seen, so that nothing follows from a look at it. */
const RELEASE = aRelease({ key: 'r', rollout: 'other', revision: COMMIT, repoURL: REPO, attempts: [anAttempt()], preExisting: true })
const asking = (fields: Partial<Effect> = {}): Effect =>
  anEffect({ key: 'e', action: { type: 'trace-source', releaseKey: 'r' }, notBefore: AT, createdAt: AT, ...fields })

interface Given {
  more?: Partial<Environment>
  part?: Partial<ControllerPart>
  known?: readonly LedgerEntry[]
}

async function createDesk({ more, part, known = [releaseEntry(RELEASE)] }: Given = {}) {
  let looks = 0
  const { logger, lines } = rememberLog()
  const forges = createMemoryForges({ now: () => AT })
  const views = [aCluster('east', ['web']), aCluster('west', ['web'])]
  const world = await aWorld({}, { views, channel: undefined, forges, logger, onReconciled: () => void (looks += 1), ...more })
  await world.put(...known)
  const budget = { take: () => true, giveBack: () => undefined }
  const lead: ControllerPart['lead'] = { leads: (cluster) => cluster === 'east', within: (work) => work() }
  const controller = createController(world.environment, part && { journal: world.journal, lead, budget, ...part })
  const looked = async (): Promise<number> => {
    await controller.idle()
    const seen = looks
    looks = 0
    return seen
  }
  const pending = (): readonly string[] => world.ledger.pendingEffects().map(({ key }) => key)
  return { ...world, controller, looked, pending, lines, views }
}

describe('what is to be done', () => {
  it('is begun with at the start, and found again in each round', async () => {
    const { controller, put, pending, wait } = await createDesk()
    await put(effectEntry(asking()))
    await controller.idle()
    expect(pending()).toEqual(['e'])
    controller.start()
    await controller.idle()
    expect(pending()).toEqual([])
    await put(effectEntry(asking({ key: 'later' })))
    await wait(600_000)
    await controller.idle()
    expect(pending()).toEqual([])
    await controller[Symbol.asyncDispose]()
  })

  it('is done once another process has said that it is', async () => {
    const { controller, put, pending, looked } = await createDesk()
    await put(effectEntry(asking()))
    controller.heard(effectEntry(asking()))
    expect([await looked(), pending()]).toEqual([0, []])
    controller.heard(releaseEntry(RELEASE))
    expect(await looked()).toBeGreaterThan(0)
  })

  it('is left to whoever leads its cluster', async () => {
    const west = aRelease({ ...RELEASE, key: 'west', cluster: 'west' })
    const { controller, put, pending } = await createDesk({ part: {}, known: [releaseEntry(RELEASE), releaseEntry(west)] })
    await put(effectEntry(asking()), effectEntry(asking({ key: 'theirs', action: { type: 'trace-source', releaseKey: 'west' } })))
    controller.start()
    await controller.idle()
    expect(pending()).toEqual(['theirs'])
    await controller[Symbol.asyncDispose]()
  })

  it('waits for its turn at the forge, and gives that back where it fails', async () => {
    const given: string[] = []
    let takes = false
    const budget = { take: () => takes, giveBack: ({ key }: Effect) => void given.push(key) }
    const failing = { introducedBy: () => Promise.reject(new KedgeError('E_FORGE_UNREACHABLE', 'away')) }
    const more = { forges: { forRepository: () => failing } } as unknown as Partial<Environment>
    const { controller, put, ledger, wait } = await createDesk({ part: { budget }, more })
    await put(effectEntry(asking()))
    controller.start()
    await controller.idle()
    expect([ledger.read('effect', 'e')?.attempts, given]).toEqual([0, []])
    takes = true
    await wait(10_000)
    controller.heard(effectEntry(asking()))
    await controller.idle()
    expect([ledger.read('effect', 'e')?.attempts, given]).toEqual([1, ['e']])
    await controller[Symbol.asyncDispose]()
  })

  it.each<[string, EffectAction, number, boolean]>([
    ['waits for what its pods are about to tell', { type: 'read-images', releaseKey: 'r' }, AT + 60_000, true],
    ['waits for no pods that it does not need', { type: 'trace-source', releaseKey: 'r' }, AT + 60_000, false],
    ['that tells people waits for the Applications after a start', { type: 'show-deployment', releaseKey: 'r' }, AT, true],
  ])('%s', async (_, action, ...[notBefore, waits]) => {
    const unseen = aCluster('hub', [], 'applications')
    const { controller, put, pending } = await createDesk({ more: { applications: unseen } })
    await put(
      effectEntry(asking({ action })),
      effectEntry(asking({ key: 'pods', action: { type: 'read-pods', releaseKey: 'r' }, notBefore })),
    )
    controller.start()
    await controller.idle()
    expect(pending().includes('e')).toBe(waits)
    await controller[Symbol.asyncDispose]()
  })

  it('is a trace of its own where traces are collected', async () => {
    const names: string[] = []
    const span: Tracer['span'] = (name, __, work) => {
      names.push(name)
      return work(() => undefined)
    }
    const { controller, put } = await createDesk({ more: { tracer: { span, trace: span } } })
    await put(effectEntry(asking()))
    controller.start()
    await controller.idle()
    expect(names).toEqual(['trace-source', 'forge introducedBy'])
    await controller[Symbol.asyncDispose]()
  })

  it('has what its revert stands for looked at again', async () => {
    const revert = aRevert({ key: 'v', repoURL: REPO, releases: ['r'], state: 'ended', outcome: 'merged', pullRequest: null })
    const { controller, put, looked } = await createDesk({ known: [releaseEntry(RELEASE), revertEntry(revert)] })
    await put(effectEntry(asking({ action: { type: 'trace-revert', revertKey: 'v' } })))
    controller.start()
    expect(await looked()).toBeGreaterThan(0)
    await controller[Symbol.asyncDispose]()
  })
})

type EffectAction = Effect['action']

describe('what a person decides', () => {
  type Desk = Awaited<ReturnType<typeof createDesk>>
  const storm = aStorm()
  const known: readonly LedgerEntry[] = [
    releaseEntry({ ...RELEASE, storm: storm.key }),
    stormEntry(storm),
    { kind: 'quarantine', key: 'q', event: 'quarantine-begun', document: aQuarantine({ key: 'q', rollout: 'other', until: AT * 2 }) },
    cardEntry(placed()),
  ]
  const says = { card: 'r', ref: { channel: 'C1', timestamp: '1' }, says: { type: 'on-it' }, by: 'ada', user: 'U1' } as const

  it.each<[string, (desk: Desk) => Promise<string>, string]>([
    ['adopts', ({ controller }) => controller.adopt('r', 'ada'), 'adopted'],
    ['releases', ({ controller }) => controller.releaseStorm(storm.key, 'ada'), 'released'],
    ['lets come back', ({ controller }) => controller.lift({ key: 'q', by: 'ada', reason: 'Fixed.' }), 'lifted'],
    ['answers', ({ controller }) => controller.answer(says, ''), 'answered'],
  ])('has what it is about looked at: %s', async (_, decide, result) => {
    const desk = await createDesk({ known })
    expect(await decide(desk)).toBe(result)
    expect(await desk.looked()).toBeGreaterThan(0)
    await desk.controller[Symbol.asyncDispose]()
  })

  it('has nothing looked at where there is nothing that it is about', async () => {
    const { controller, looked } = await createDesk({ known: [] })
    const results = await Promise.all([
      controller.adopt('r', 'ada'),
      controller.releaseStorm(storm.key, 'ada'),
      controller.lift({ key: 'q', by: 'ada', reason: 'Fixed.' }),
      controller.answer(says, ''),
    ])
    expect([results, await looked()]).toEqual([['absent', 'absent', 'absent', 'absent'], 0])
  })
})

describe('a controller', () => {
  it('looks at what it leads alone', async () => {
    const { controller, looked } = await createDesk({ part: {} })
    for (const key of ['west/shop/web', 'nothing that anybody knows']) controller.enqueue(key)
    expect(await looked()).toBe(0)
    controller.enqueue('east/shop/web')
    expect(controller.queueDepth).toBe(1)
    expect(await looked()).toBe(1)
  })

  it('says at its start what is left of clusters that nobody watches', async () => {
    const left = [releaseEntry(aRelease({ key: 'left', cluster: 'gone' })), revertEntry(aRevert({ key: 'v', releases: ['left'] }))]
    const { controller, lines } = await createDesk({ known: left })
    controller.start()
    expect(lines.map(({ level, fields }) => [level, fields?.['cluster']])).toEqual([['warn', 'gone']])
    await controller[Symbol.asyncDispose]()
  })

  it('does nothing any more once it has ended', async () => {
    const { controller, looked, wait, views, put, pending } = await createDesk()
    controller.start()
    for (const view of views) await controller.watch(view)
    await looked()
    await controller[Symbol.asyncDispose]()
    await put(effectEntry(asking()))
    controller.enqueue('east/shop/web')
    controller.heard(effectEntry(asking()))
    await wait(1_200_000)
    expect([await looked(), pending()]).toEqual([0, ['e']])
  })
})
