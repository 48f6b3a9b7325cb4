import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Forge } from '../../src/ports/forge.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import type { StagedApplication } from './application.ts'
import { manifest } from './manifest.ts'
import type { StagedRollout } from './rollout.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

describe('Argo CD in a cluster of its own', () => {
  /** v1 runs in `prod`, which has no Argo CD, and Kedge has seen it. */
  async function createTwoViews() {
    const stage = await createStage({ clusters: ['prod', 'hub'], argocd: 'hub' })
    const web = stage.addRollout()
    const app = stage.addApplication({ cluster: 'prod' })
    const good = stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1')
    app.sync(good)
    web.healthy('v1')
    await stage.start()
    await stage.advance(MINUTE)
    return Object.assign(stage, { web, app, good })
  }

  it('that cannot be seen when a release fails: nothing is decided or opened until it is seen again', async () => {
    await using stage = await createTwoViews()
    const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    stage.app.sync(bad)
    stage.web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    await stage.blind(true, 'hub')
    stage.web.abort()
    await stage.tell(...stage.web.objects())
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.branches(), stage.reverts()]).toEqual([[], [], []])
    expect(stage.failed()).toMatchObject([{ serving: 'split', decision: { action: 'wait' } }])
    await stage.blind(false, 'hub')
    await stage.advance(MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.reverts()).toMatchObject([{ goodRevision: stage.good, culprits: [{ sha: bad }] }])
  })

  it('that cannot be seen when a version comes to serve: its commit is told by what it renders', async () => {
    await using stage = await createTwoViews()
    await stage.blind(true, 'hub')
    const runs = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    stage.app.sync(runs)
    stage.web.healthy('v2')
    await stage.tell(...stage.web.objects())
    await stage.advance(5 * MINUTE)
    const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    // The Application was made anew meanwhile: its history does not have the sync either.
    stage.app.forget()
    stage.app.sync(bad)
    stage.web.canary('v3')
    await stage.show()
    await stage.blind(false, 'hub')
    await stage.advance(10_000)
    stage.web.abort()
    await stage.show()
    await stage.advance(MINUTE)
    // v2 runs well: its commit is no culprit.
    expect(stage.reverts()).toMatchObject([{ goodRevision: runs, culprits: [{ sha: bad }] }])
    expect(stage.pulls()[0]?.body).toContain('Neither Argo CD nor Kedge remembers the sync that brought the running version')
  })
})

describe('a Rollout of one namespace and name in two clusters', () => {
  interface Side {
    web: StagedRollout
    app: StagedApplication
  }

  /** v1 runs in both, each by an Application of its own, of one folder. Argo CD tracks by label: no annotation says whose a Rollout is. */
  async function createTwins(options: StageOptions = {}): Promise<Stage & { east: Side; west: Side }> {
    const stage = await createStage({ clusters: ['east', 'west'], ...options })
    const add = (cluster: string): Side => {
      const web = stage.addRollout({ cluster, uid: `uid-${cluster}`, application: '' })
      return { web, app: stage.addApplication({ name: `shop-${cluster}`, cluster }) }
    }
    const twins = Object.assign(stage, { east: add('east'), west: add('west') })
    const good = stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'apps/web/note.yaml': '# x\n' }, 'web v1')
    for (const { web, app } of [twins.east, twins.west]) {
      app.sync(good)
      web.healthy('v1')
    }
    await stage.start()
    await stage.advance(MINUTE)
    return twins
  }

  /** v2 begins in both, and fails in those that are named. */
  async function failIn(stage: Awaited<ReturnType<typeof createTwins>>, sides: readonly ('east' | 'west')[]): Promise<void> {
    const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    for (const { web, app } of [stage.east, stage.west]) {
      app.sync(bad)
      web.canary('v2')
    }
    await stage.show()
    await stage.advance(10_000)
    for (const side of sides) stage[side].web.abort()
    await stage.show()
    await stage.advance(5_000)
  }

  it('is two: what fails in the one is no failure of the other, and the card says where', async () => {
    await using stage = await createTwins()
    await failIn(stage, ['west'])
    expect(stage.failed()).toMatchObject([{ cluster: 'west', applied: { application: 'argocd/shop-west' } }])
    expect(stage.cards()).toHaveLength(1)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.pulls()[0]?.body).toContain('`shop/web` (cluster `west`)')
    expect(stage.pulls()[0]?.body).not.toContain('(cluster `east`)')
    stage.east.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.controller.serving({ cluster: 'east', namespace: 'shop', name: 'web' }).state).toBe('in-step')
    expect(stage.controller.serving({ cluster: 'west', namespace: 'shop', name: 'web' }).state).toBe('split')
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('has a release in each and one PR for both, which stays until the last of them needs it no more', async () => {
    await using stage = await createTwins()
    await failIn(stage, ['east', 'west'])
    expect(stage.failed().map((release) => release.cluster)).toEqual(expect.arrayContaining(['east', 'west']))
    // One commit brought both: one card.
    expect(stage.cards().map(({ card }) => card.fields.find(({ label }) => label === 'Cluster')?.value)).toEqual(['east, west'])
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.pulls()[0]?.body).toMatch(/\(cluster `east`\), `shop\/web` \(cluster `west`\)/)
    stage.east.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.west.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })

  it('of which one went while Kedge was away ends there, and nowhere else', async () => {
    await using stage = await createTwins()
    await failIn(stage, ['east', 'west'])
    stage.remove(stage.west.web)
    await stage.restart()
    await stage.advance(MINUTE)
    const outcomes = stage.failed().map(({ cluster, outcome }) => `${cluster} ${outcome}`)
    expect(outcomes.toSorted()).toEqual(['east open', 'west gone'])
  })

  it('of which one is gone leaves the PR to the other', async () => {
    await using stage = await createTwins()
    await failIn(stage, ['east', 'west'])
    stage.remove(stage.east.web)
    await stage.idle()
    await stage.advance(MINUTE)
    expect(stage.failed().map((release) => release.outcome)).toEqual(expect.arrayContaining(['gone', 'open']))
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('of which one has made it: a later commit of other files of the app leaves the PR open for the other', async () => {
    await using stage = await createTwins()
    await failIn(stage, ['east', 'west'])
    const later = stage.commit({ 'apps/web/note.yaml': '# y\n' }, 'a note')
    for (const { app } of [stage.east, stage.west]) app.sync(later)
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.east.web.healthy('v2')
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    await stage.advance(10 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'superseded' }])
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })

  it('that cannot be seen in one cluster is followed in the other', async () => {
    await using stage = await createTwins()
    await stage.blind(true, 'west')
    await failIn(stage, ['east', 'west'])
    expect(stage.failed()).toMatchObject([{ cluster: 'east' }])
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.controller.serving({ cluster: 'west', namespace: 'shop', name: 'web' }).state).toBe('unknown')
  })

  it.each(['east', 'west'] as const)(
    'with one PR for both that waits for the forge while %s goes away has it opened for the other',
    async (away) => {
      const forge = { refuses: true }
      await using stage = await createTwins({
        argocd: 'hub',
        clusters: ['hub', 'east', 'west'],
        wrap: (environment) => refusing(environment, forge),
      })
      await failIn(stage, ['east', 'west'])
      expect(stage.reverts()).toMatchObject([{ state: 'planned', releases: [expect.any(String), expect.any(String)] }])
      await stage.blind(true, away)
      forge.refuses = false
      await stage.advance(MINUTE)
      expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    },
  )

  it('of which all are away has its PR opened when one of them is back, and not before', async () => {
    const forge = { refuses: true }
    await using stage = await createTwins({
      argocd: 'hub',
      clusters: ['hub', 'east', 'west'],
      wrap: (environment) => refusing(environment, forge),
    })
    await failIn(stage, ['east', 'west'])
    await stage.blind(true, 'east')
    await stage.blind(true, 'west')
    forge.refuses = false
    await stage.advance(5 * MINUTE)
    expect([stage.pulls(), stage.reverts()]).toMatchObject([[], [{ state: 'planned' }]])
    await stage.blind(false, 'west')
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })
})

/** A forge that opens nothing as long as it refuses. */
function refusing(environment: Environment, forge: { refuses: boolean }): Environment {
  const guarded = (port: Forge): Forge => ({
    ...port,
    open: async (request) => {
      if (forge.refuses) throw new KedgeError('E_FORGE_UNREACHABLE', 'no route to host')
      return port.open(request)
    },
  })
  return { ...environment, forges: { forRepository: (url) => guarded(environment.forges.forRepository(url)) } }
}
