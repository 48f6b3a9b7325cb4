import { expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import { LEADS_ALL, type Environment, type Journal } from '../../../src/reconcile/environment.ts'
import { createController, type Controller } from '../../../src/reconcile/loop/controller.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../../domain/an-attempt.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { REPO } from '../announce/an-announcement.ts'

/** Something that is not over before a test says so. */
function aPause(): { promise: Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { promise, end: () => resolve() }
}

/** Whether it is over, once all that can go on without the test has. */
async function isOver(work: PromiseLike<void>): Promise<boolean> {
  let over = false
  void work.then(() => (over = true))
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => void setImmediate(resolve))
  return over
}

it.each<[string, (controller: Controller) => PromiseLike<void>]>([
  ['is idle', (controller) => controller.idle()],
  ['has ended', (controller) => controller[Symbol.asyncDispose]()],
])('a controller %s only once the look that is under way is over', async (_, wait) => {
  const pause = aPause()
  const { environment, journal } = await aWorld()
  const held: Journal = {
    async commit(entries) {
      await pause.promise
      await journal.commit(entries)
    },
  }
  const budget = { take: () => true, giveBack: () => undefined }
  const controller = createController(environment, { journal: held, lead: LEADS_ALL, budget })
  controller.enqueue('east/shop/web')
  await isOver(Promise.resolve())
  const work = wait(controller)
  expect(await isOver(work)).toBe(false)
  pause.end()
  expect(await isOver(work)).toBe(true)
})

it('a controller is idle only once the alerts are', async () => {
  const pause = aPause()
  const alerts = { idle: () => pause.promise } as unknown as NonNullable<Environment['alerts']>
  const { environment } = await aWorld({}, { alerts })
  const work = createController(environment).idle()
  expect(await isOver(work)).toBe(false)
  pause.end()
  expect(await isOver(work)).toBe(true)
})

it('a controller asks the forge at once about what somebody hints at, and about what it hears in its time', async () => {
  const forges = createMemoryForges({ now: () => AT, headOf: async () => '1'.repeat(40) })
  const number = await forges.openByHuman(REPO, { branch: 'b', base: 'main', title: '', body: '', author: 'kedge' })
  const forge = forges.forRepository(REPO)
  let asked = 0
  const get: typeof forge.get = (of) => {
    asked += 1
    return forge.get(of)
  }
  const views = [aCluster('east', [])]
  const { environment, put } = await aWorld({}, { views, channel: undefined, forges: { forRepository: () => ({ ...forge, get }) } })
  const release = releaseEntry(aRelease({ key: 'r', attempts: [anAttempt()], revertKey: 'v' }))
  await put(release, revertEntry(aRevert({ key: 'v', repoURL: REPO, releases: ['r'], pullRequest: { number, url: 'u' } })))
  const controller = createController(environment)
  const askedBy = async (work: () => void): Promise<number> => {
    const before = asked
    work()
    await controller.idle()
    return asked - before
  }
  const hint = (): void => controller.enqueue('east/shop/web')
  await askedBy(hint)
  expect([await askedBy(() => controller.heard(release)), await askedBy(hint)]).toEqual([0, 1])
})
