import { describe, expect, it } from 'vitest'
import type { ReplicaSetSnapshot } from '../../src/domain/rollout/snapshots.ts'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import { REPO } from './application.ts'
import { byFiles, manifest } from './manifest.ts'
import { hashOf } from './objects.ts'
import { createRunningStage, createStage, type Stage } from './stage.ts'

const MINUTE = 60_000

function failedCheck(stage: Stage): unknown {
  const decision = stage.failed()[0]?.decision
  return { check: decision?.checks.find((check) => check.outcome === 'failed')?.id, reason: decision?.reason, pulls: stage.pulls() }
}

it('a rollback by Argo CD to an older commit is never reverted: N is newer than what failed', async () => {
  await using stage = await createRunningStage()
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  stage.app.sync(stage.good)
  stage.web.canary('v1')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(failedCheck(stage)).toEqual({
    check: 'P6',
    reason: expect.stringMatching(/not on the way to the commit that failed: it is newer\./),
    pulls: [],
  })
})

it('a release whose own ReplicaSet was collected is told by what Kedge remembers of N', async () => {
  const isOfN = ({ podTemplateHash }: ReplicaSetSnapshot): boolean => podTemplateHash === hashOf('v1')
  const bare = (view: ClusterView): ClusterView => ({ ...view, replicaSets: (uid) => view.replicaSets(uid).filter(isOfN) })
  await using stage = await createRunningStage({
    wrap: (environment) => {
      const views = environment.views.map(bare)
      return { ...environment, views, applications: views[0] ?? environment.applications }
    },
  })
  const bad = await stage.release('v2')
  await stage.abort()
  expect(stage.reverts()).toMatchObject([{ goodRevision: stage.good, culprits: [{ sha: bad }] }])
})

describe('a self-heal, which replaces what Argo CD says it has applied,', () => {
  it('after the abort changes nothing', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.abort()
    stage.app.selfHeal(stage.commit({ 'other/readme': 'y\n' }, 'docs'))
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'web v2' }] }])
  })

  it('before N+1 is not what N was made from', async () => {
    await using stage = await createRunningStage()
    stage.app.selfHeal(stage.commit({ 'apps/web/rollout.yaml': manifest('never applied') }, 'never applied'))
    await stage.show()
    await stage.advance(MINUTE)
    await stage.release('v3')
    await stage.abort()
    expect(stage.reverts()).toMatchObject([{ goodRevision: stage.good, culprits: [{ subject: 'never applied' }, { subject: 'web v3' }] }])
  })
})

it.each([
  ['are rendered', {}],
  ['cannot be', { wrap: byFiles }],
])('a clock of Argo CD that is ahead costs the PR, never the truth, where commits %s: people are told', async (_, options) => {
  await using stage = await createRunningStage(options)
  const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
  stage.web.canary('v2')
  await stage.advance(3_000)
  stage.app.sync(bad)
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(failedCheck(stage)).toMatchObject({ check: 'P4', pulls: [] })
  expect(stage.cards()).toHaveLength(1)
})

it('two sources of one repository at two commits are refused: a commit that only the one has is not what failed', async () => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const app = stage.addApplication({
    multi: true,
    sources: [
      { repoURL: REPO, targetRevision: 'main', path: 'a' },
      { repoURL: REPO, targetRevision: 'main', path: 'b' },
    ],
  })
  const good = stage.commit({ 'a/x': '1\n', 'b/x': '1\n' }, 'v1')
  app.sync(good, good)
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const bad = stage.commit({ 'a/x': '2\n' }, 'v2')
  const notApplied = stage.commit({ 'a/y': '3\n' }, 'v3, of which the first source knows nothing')
  app.sync(bad, notApplied)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(failedCheck(stage)).toEqual({ check: 'P4', reason: expect.stringContaining('different commits'), pulls: [] })
})

describe('a PR that stands for two Applications', () => {
  /** Two Applications with a folder each and one file that both read; it has failed in both. */
  async function failInBoth(): Promise<Stage> {
    const stage = await createStage()
    const both = ['a', 'b'].map((name) => {
      const web = stage.addRollout({ name, application: name })
      return {
        web,
        app: stage.addApplication({
          name,
          rollouts: [web],
          sources: [{ repoURL: REPO, targetRevision: 'main', path: name, helm: { valueFiles: ['/common.yaml'] } }],
        }),
      }
    })
    const good = stage.commit({ 'a/x': '1\n', 'b/x': '1\n', 'common.yaml': 'tag: v1\n' }, 'v1')
    for (const { web, app } of both) {
      app.sync(good)
      web.healthy('v1')
    }
    await stage.start()
    await stage.advance(MINUTE)
    const bad = stage.commit({ 'common.yaml': 'tag: v2\n' }, 'v2')
    for (const { web, app } of both) {
      app.sync(bad)
      web.canary('v2')
    }
    await stage.show()
    await stage.advance(10_000)
    for (const { web } of both) web.abort()
    await stage.show()
    await stage.advance(2_000)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    return stage
  }

  it('stays open when a later commit changes other files of the one: it is still right for the other', async () => {
    await using stage = await failInBoth()
    stage.commit({ 'b/x': '2\n' }, 'b only')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })

  it('is closed when a later commit changes what it restores', async () => {
    await using stage = await failInBoth()
    stage.commit({ 'common.yaml': 'tag: v3\n' }, 'v3')
    await stage.pushed()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
})

it('a merge that does not bring N back since a manifest cannot be read is told so, and nothing of what Argo CD quotes', async () => {
  await using stage = await createRunningStage({ policy: { restoreDeadlineMs: 5 * MINUTE } })
  await stage.release('v2')
  await stage.abort()
  const merged = stage.merge(1)
  await stage.pushed()
  stage.app.compare(merged)
  const message = 'rpc error: code = Unknown desc = failed to unmarshal manifest: password: correct-horse'
  stage.app.change({ syncStatus: 'Unknown', conditions: [{ type: 'ComparisonError', message }] })
  await stage.show()
  await stage.advance(20 * MINUTE)
  expect(stage.cards()[0]?.card.outcome).toMatch(
    /not back.*ComparisonError: A manifest of this revision is not YAML or JSON that can be read/,
  )
  expect(JSON.stringify([stage.cards(), await stage.records()])).not.toContain('correct-horse')
})
