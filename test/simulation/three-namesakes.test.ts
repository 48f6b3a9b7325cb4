import { describe, expect, it } from 'vitest'
import { REPO, type StagedApplication } from './application.ts'
import { manifest } from './manifest.ts'
import type { StagedRollout } from './rollout.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const CLUSTERS = ['east', 'west', 'north'] as const
type Name = (typeof CLUSTERS)[number]

interface Side {
  web: StagedRollout
  app: StagedApplication
}

type Three = Stage & { sides: Record<Name, Side> }

const ONE_FILE = (): string => 'apps/web'
const OWN_FILES = (cluster: Name): string => `apps/${cluster}`

/** A hub of Applications alone, and three clusters with a `shop/web` each, in which v1 runs. `pathOf`: what each is made of. */
async function createThree(pathOf: (cluster: Name) => string, options: StageOptions = {}): Promise<Three> {
  const stage = await createStage({ clusters: ['hub', ...CLUSTERS], argocd: 'hub', onlyApplications: true, ...options })
  const add = (cluster: Name): Side => {
    const web = stage.addRollout({ cluster, uid: `uid-${cluster}`, application: '' })
    const sources = [{ repoURL: REPO, targetRevision: 'main', path: pathOf(cluster) }]
    return { web, app: stage.addApplication({ name: `shop-${cluster}`, cluster, sources }) }
  }
  const sides = { east: add('east'), west: add('west'), north: add('north') }
  const good = stage.commit(filesOf(pathOf, 'v1'), 'web v1')
  for (const { web, app } of Object.values(sides)) {
    app.sync(good)
    web.healthy('v1')
  }
  await stage.start()
  await stage.advance(MINUTE)
  return Object.assign(stage, { sides })
}

function filesOf(pathOf: (cluster: Name) => string, tag: string): Record<string, string> {
  return Object.fromEntries(CLUSTERS.map((cluster) => [`${pathOf(cluster)}/rollout.yaml`, manifest(tag)]))
}

/** One commit brings v2 to all of them, and it fails in those that are named. */
async function failIn(stage: Three, pathOf: (cluster: Name) => string, failing: readonly Name[]): Promise<void> {
  const bad = stage.commit(filesOf(pathOf, 'v2'), 'web v2')
  for (const { web, app } of Object.values(stage.sides)) {
    app.sync(bad)
    web.canary('v2')
  }
  await stage.show()
  await stage.advance(10_000)
  for (const cluster of failing) stage.sides[cluster].web.abort()
  await stage.show()
  await stage.advance(MINUTE)
}

const placesOf = ({ body }: { body: string }): readonly string[] =>
  [...body.matchAll(/`shop\/web` \(cluster `(\w+)`\)/g)].map(([, name = '']) => name)

describe('three clusters with a Rollout of one namespace and name', () => {
  it('that is made of one file have one PR, which names those that failed and the Application of the one that did not', async () => {
    await using stage = await createThree(ONE_FILE)
    await failIn(stage, ONE_FILE, ['east', 'north'])
    const [pull, ...more] = stage.pulls()
    expect(more).toEqual([])
    expect(placesOf(pull ?? { body: '' }).toSorted()).toEqual(['east', 'north'])
    expect(pull?.body).toContain('- `argocd/shop-west`')
    expect(
      stage
        .failed()
        .map(({ cluster }) => cluster)
        .toSorted(),
    ).toEqual(['east', 'north'])
  })

  it('that is made of one file need their PR until the last of them is in step', async () => {
    await using stage = await createThree(ONE_FILE)
    await failIn(stage, ONE_FILE, CLUSTERS)
    for (const cluster of ['east', 'west'] as const) {
      stage.sides[cluster].web.healthy('v2')
      await stage.show()
      await stage.advance(MINUTE)
      expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    }
    stage.sides.north.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })

  it('each of files of its own have a PR each, for that cluster alone', async () => {
    await using stage = await createThree(OWN_FILES, { policy: { inStorms: false } })
    await failIn(stage, OWN_FILES, CLUSTERS)
    const pulls = stage.pulls()
    expect(pulls.map((pull) => placesOf(pull).join()).toSorted()).toEqual(['east', 'north', 'west'])
    expect(new Set(pulls.map(({ branch }) => branch)).size).toBe(3)
  })

  it('are told apart on the card of what they failed for together', async () => {
    await using stage = await createThree(OWN_FILES)
    await failIn(stage, OWN_FILES, CLUSTERS)
    const lines = stage.cards().flatMap(({ card }) => card.evidence)
    for (const cluster of CLUSTERS) expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^shop/web \\(${cluster}\\) `)))
  })

  it('of which one leaves the configuration and another fails: nothing is decided for the one, and the other has its PR', async () => {
    await using stage = await createThree(OWN_FILES, { policy: { inStorms: false } })
    stage.leave('west')
    await stage.restart()
    await stage.advance(MINUTE)
    await failIn(stage, OWN_FILES, ['east', 'west'])
    expect(stage.pulls().map(placesOf)).toEqual([['east']])
    expect(stage.failed().map(({ cluster }) => cluster)).toEqual(['east'])
  })

  it('of which one leaves the configuration in the midst of a storm: it is no news when the others have made it', async () => {
    await using stage = await createThree(OWN_FILES)
    await failIn(stage, OWN_FILES, CLUSTERS)
    const [first] = stage.cards()
    stage.leave(first?.card.key.startsWith('west|') ? 'north' : 'west')
    await stage.restart()
    await stage.advance(MINUTE)
    const cards = stage.cards().map(({ card }) => card.key)
    const good = stage.commit(filesOf(OWN_FILES, 'v3'), 'web v3')
    for (const { web, app } of Object.values(stage.sides)) {
      app.sync(good)
      web.healthy('v3')
    }
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.ledger.storms({})).toMatchObject([{ state: 'over' }])
    expect(stage.cards().map(({ card }) => card.key)).toEqual(cards)
  })
})
