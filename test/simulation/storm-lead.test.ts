import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createStage } from './stage.ts'
import { byName, createStormStage, openPulls, shown, type StormStage } from './storm-stage.ts'

// Whose card is the storm's.

const MINUTE = 60_000
const UNTIL = Date.parse('2027-01-01T00:00:00Z')

async function failAll(stage: StormStage): Promise<void> {
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all)
  await stage.advance(MINUTE)
}

/** Git and cluster are back at v1. */
async function takeBack(stage: StormStage, at: number): Promise<void> {
  const one = stage.all[at]
  one?.app.sync(stage.commit({ [`apps/${one.name}/rollout.yaml`]: manifest('v1', one.name) }, 'back'))
  one?.rollout.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
}

async function retry(stage: StormStage, at: number): Promise<void> {
  stage.all[at]?.rollout.retry()
  await stage.show()
  await stage.advance(MINUTE)
}

it('when the lead has ended and is muted since, the others are told all the same, and the ledger rests', async () => {
  let muted = false
  await using stage = await createStormStage(
    3,
    byName((name) => (muted && name === 'app-0' ? { mutedUntil: UNTIL } : {})),
  )
  await failAll(stage)
  await takeBack(stage, 0)
  muted = true
  await stage.show()
  await stage.advance(MINUTE)
  const before = (await stage.records()).length
  await retry(stage, 1)
  await stage.advance(10 * MINUTE)
  expect(shown(stage).join()).toContain('app-1 app-1:v2: being tried again')
  await stage.letGo()
  await stage.advance(10 * MINUTE)
  expect(openPulls(stage)).toEqual(['Revert "app-2 v2"'])
  expect(shown(stage).join()).toContain('shop/app-2: app-2:v2 failed')
  const withheld = (await stage.records()).slice(before).filter(({ event }) => event === 'effect-withheld')
  expect(withheld.length).toBeLessThan(5)
})

it('when the lead is deleted, and when it is made anew and only observed, the others are told', async () => {
  let observed = false
  await using stage = await createStormStage(
    4,
    byName((name) => (observed && name === 'app-0' ? { mode: 'observe' } : {})),
  )
  await failAll(stage)
  const [first] = stage.all
  if (first) stage.remove(first.rollout)
  await stage.show()
  await stage.advance(MINUTE)
  await retry(stage, 1)
  expect(shown(stage).join()).toContain('app-1 app-1:v2: being tried again')
  observed = true
  stage.addRollout({ name: 'app-0', uid: 'new', application: 'app-0' }).healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  await retry(stage, 2)
  expect(shown(stage).join()).toContain('app-2 app-2:v2: being tried again')
})

it('when the cluster of the lead is away, the others are told', async () => {
  await using stage = await createStage({ clusters: ['east', 'west'] })
  const all = ['east', 'west', 'west'].map((cluster, at) => {
    const name = `${cluster}-${at}`
    const sources = [{ repoURL: REPO, targetRevision: 'main', path: `apps/${name}` }]
    return {
      name,
      rollout: stage.addRollout({ name, uid: name, cluster, application: name }),
      app: stage.addApplication({ name, cluster, sources }),
    }
  })
  const bring = async (tag: string, happens: (one: (typeof all)[number]) => void): Promise<void> => {
    const files = Object.fromEntries(all.map(({ name }) => [`apps/${name}/rollout.yaml`, manifest(tag, name)]))
    const commit = stage.commit(files, tag)
    for (const one of all) {
      one.app.sync(commit)
      happens(one)
    }
  }
  await bring('v1', ({ rollout }) => rollout.healthy('v1'))
  await stage.start()
  await stage.advance(MINUTE)
  await bring('v2', ({ rollout }) => rollout.canary('v2'))
  await stage.show()
  await stage.advance(20_000)
  const [east, west, last] = all
  for (const one of [east, west]) {
    one?.rollout.abort()
    await stage.show()
    await stage.advance(10_000)
  }
  expect(shown(stage)).toHaveLength(1)
  await stage.blind(true, 'east')
  if (east) stage.remove(east.rollout)
  await stage.restart()
  await stage.advance(MINUTE)
  last?.rollout.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(shown(stage).join()).toContain('west-2')
})

it('the lead stays the same one when an older one comes to the storm, and no card says for ever that it is held', async () => {
  await using stage = await createStormStage(4)
  await stage.release('v2', 'own-commits')
  const [own, ...others] = stage.all
  const first = own ? [own] : []
  await stage.abort(first, { value: '{"value":0.11}' })
  await stage.abort(others)
  await stage.advance(MINUTE)
  own?.rollout.retry()
  await takeBack(stage, 1)
  await stage.abort(first)
  await stage.advance(MINUTE)
  const storm = stage.cards().filter(({ card }) => card.title.includes('failed for one cause'))
  expect(storm.map(({ card: { key } }) => key)).toEqual([expect.stringContaining('app-1')])
  await stage.fixForward('v3', [...first, ...others.slice(1)])
  await stage.advance(10 * MINUTE)
  expect(shown(stage).join()).not.toContain('No revert PR is opened')
})

it('a storm of yesterday is not told of again, neither where a link has changed nor in the channel of today', async () => {
  let links: { text: string; url: string }[] = []
  await using stage = await createStormStage(2, { wrap: (environment) => ({ ...environment, linksFor: () => links }) })
  await failAll(stage)
  await stage.fixForward('v3')
  await stage.advance(24 * 60 * MINUTE)
  const before = (await stage.records()).length
  links = [{ text: 'Release', url: 'https://kedge.example/x' }]
  await stage.restart()
  await stage.advance(MINUTE)
  stage.policy = { channel: '#new' }
  await stage.restart()
  await stage.advance(MINUTE)
  expect((await stage.records()).slice(before).map(({ event }) => event)).not.toContain('card-published')
  expect(stage.cards().map(({ ref }) => ref.channel)).toEqual(['#deploys'])
})
