import { expect, it } from 'vitest'
import { createControllers } from '../../../src/reconcile/loop/controllers.ts'
import { rememberLog } from '../../remember-log.ts'
import { aCluster, aWorld } from '../a-world.ts'
import { anElection } from './an-election.ts'

/** The controllers of a process that watches `east`, and how often they have looked since they were asked last. */
async function createDesk(view = aCluster('east', ['web']), election = anElection()) {
  const { logger, lines } = rememberLog()
  let looks = 0
  const world = await aWorld({}, { views: [view], logger, onReconciled: () => void (looks += 1) })
  const controllers = createControllers(world.environment, election)
  controllers.start()
  const looked = async (): Promise<number> => {
    await controllers.idle()
    return [looks, (looks = 0)][0] ?? 0
  }
  return { ...world, view, election, controllers, looked, lines }
}

it('what a process leads is looked at in rounds from then on, until it leads it no more', async () => {
  const desk = await createDesk()
  desk.election.gain('east')
  await desk.controllers.watch(desk.view)
  await desk.looked()
  // What it shows has to hold first.
  await desk.wait(60_000)
  await desk.looked()
  await desk.wait(540_000)
  expect(await desk.looked()).toBe(1)
  expect(desk.controllers.leaders()).toEqual([{ cluster: 'east', holder: 'me', isOwn: true }])
  await desk.election.lose('east')
  expect(desk.controllers.leaders()).toEqual([{ cluster: 'east', holder: undefined, isOwn: false }])
  expect([desk.controllers.of('east'), desk.controllers.all()]).toEqual([undefined, []])
  await desk.wait(600_000)
  expect(await desk.looked()).toBe(0)
})

it('what a process leads, and what no more, is in its log', async () => {
  const desk = await createDesk()
  desk.election.gain('east')
  await desk.election.lose('east')
  const of = { cluster: 'east', replica: 'me' }
  expect(desk.lines.map(({ level, fields }) => [level, fields])).toEqual([
    ['info', of],
    ['info', of],
  ])
})

it('a look that fails is a trouble of the controller that takes it', async () => {
  const broken = aCluster('east', ['web'])
  const view = {
    ...broken,
    replicaSets: () => {
      throw new Error('no memory')
    },
  }
  const desk = await createDesk(view)
  desk.election.gain('east')
  desk.controllers.of('east')?.enqueue('east/shop/web')
  await desk.looked()
  expect(desk.controllers.all().map(({ troubles }) => [...troubles])).toEqual([[['east/shop/web', 'no memory']]])
  await desk.controllers[Symbol.asyncDispose]()
})

it('nothing is done with before this process has tried to take its share', async () => {
  const election = anElection()
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const desk = await createDesk(undefined, { ...election, campaign: (...of) => ({ ...election.campaign(...of), begun }) })
  let isIdle = false
  const idle = desk.controllers.idle().then(() => (isIdle = true))
  await new Promise(setImmediate)
  expect(isIdle).toBe(false)
  begin()
  await idle
  expect(isIdle).toBe(true)
})
