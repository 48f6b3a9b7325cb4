import { describe, expect, it } from 'vitest'
import type { SourceShape } from './application-objects.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, createStage, type RunningStage, type Stage } from './stage.ts'

const MINUTE = 60_000

/** What became of the newest failed release: the check that failed and its reason. Nothing may have been opened. */
function refusal(stage: Stage): unknown {
  const decision = stage.failed()[0]?.decision
  const failed = decision?.checks.find((check) => check.outcome === 'failed')
  return { action: decision?.action, check: failed?.id, reason: failed?.detail, pulls: stage.pulls(), branches: stage.branches() }
}

function refused(check: string, words: RegExp): unknown {
  return { action: 'notify', check, reason: expect.stringMatching(words), pulls: [], branches: [] }
}

const source = (more: Partial<SourceShape> = {}): SourceShape => ({ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...more })
const tag = (value: string): Partial<SourceShape> => ({ directory: { jsonnet: { extVars: [{ name: 'tag', value }] } } })

/** An innocent commit below the app's folder, such as comes with every change of the Application. */
const note = (stage: Stage): string => stage.commit({ 'apps/web/note.yaml': '# x\n' }, 'a note')

/** v2 begins and is aborted, whatever made it. */
async function fail(stage: RunningStage, version = 'v2'): Promise<void> {
  stage.web.canary(version)
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
}

describe('what changed on the Application is never put down to a commit', () => {
  it('when the sync that brought both has not ended, so that the history does not have it', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ sources: [source(tag('v2'))] })
    stage.app.begin(note(stage))
    await fail(stage)
    expect(refusal(stage)).toEqual(refused('P7', /the Application itself changed/))
  })

  it('when it failed before, and the next release brought a commit only', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ sources: [source(tag('v2'))] })
    stage.app.sync(note(stage))
    await fail(stage)
    stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config only'))
    await fail(stage, 'v2-with-config')
    // Files cannot tell which of the two syncs it was; that would be the next reason.
    expect(refusal(stage)).toEqual(refused('P4', /which of them made it is not known/))
  })

  it('when it is the branch', async () => {
    await using stage = await createRunningStage()
    const other = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2', { branch: 'next', parents: [stage.good] })
    stage.app.change({ sources: [source({ targetRevision: 'next' })] })
    stage.app.sync(other)
    await fail(stage)
    expect(refusal(stage)).toEqual(refused('P7', /the Application itself changed/))
  })

  it('when it is the folder, and both were there before', async () => {
    await using stage = await createStage()
    const web = stage.addRollout()
    const app = stage.addApplication()
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'apps/next/rollout.yaml': manifest('v0') }, 'v1'))
    web.healthy('v1')
    await stage.start()
    await stage.advance(MINUTE)
    app.change({ sources: [source({ path: 'apps/next' })] })
    app.begin(stage.commit({ 'apps/next/rollout.yaml': manifest('v2') }, 'next v2'))
    web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    await stage.show()
    await stage.advance(2_000)
    expect(refusal(stage)).toEqual(refused('P7', /the Application itself changed/))
  })

  it('when it is the version of a chart, chosen anew within the range that the Application names', async () => {
    await using stage = await createStage()
    const web = stage.addRollout()
    const sources = [
      { repoURL: 'https://charts.example', chart: 'web', targetRevision: '1.x', helm: { valueFiles: ['$values/env/prod.yaml'] } },
      { repoURL: REPO, targetRevision: 'main', ref: 'values' },
    ]
    const app = stage.addApplication({ multi: true, sources })
    app.sync('1.2.3', stage.commit({ 'env/prod.yaml': 'replicas: 3\n' }, 'values'))
    web.healthy('v1')
    await stage.start()
    await stage.advance(MINUTE)
    app.sync('1.2.4', stage.commit({ 'env/prod.yaml': 'replicas: 4\n' }, 'more replicas'))
    web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    await stage.show()
    await stage.advance(2_000)
    expect(refusal(stage)).toEqual(refused('P7', /the Application itself changed/))
  })

  it('when another Application applied N', async () => {
    await using stage = await createRunningStage()
    const next = stage.addApplication({ name: 'shop-next', rollouts: [stage.web] })
    stage.app.change({ rollouts: [] })
    stage.web.track('shop-next')
    next.sync(stage.commit({ 'apps/web/note.yaml': '# x\n' }, 'a note'))
    await fail(stage)
    expect(refusal(stage)).toEqual(refused('P7', /another Application/))
  })
})

it('an Application that reads another folder since the release failed is not asked what to revert', async () => {
  await using stage = await createRunningStage({ policy: { mode: 'notify' } })
  stage.app.sync(stage.commit({ 'apps/next/rollout.yaml': manifest('v0') }, 'next v0'))
  await stage.show()
  await stage.advance(MINUTE)
  stage.commit({ 'apps/next/rollout.yaml': manifest('v1') }, 'next v1')
  await stage.release('v2')
  stage.app.change({ sources: [source({ path: 'apps/next' })] })
  await stage.abort()
  stage.policy = { mode: 'pr' }
  await stage.advance(MINUTE)
  expect(refusal(stage)).toEqual(refused('P4', /reads other sources/))
})

describe('a sync that applied nothing', () => {
  it('is never taken for what made N: a dry run', async () => {
    await using stage = await createRunningStage()
    const tried = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2, never run')
    stage.app.dryRun(tried)
    await stage.show()
    await stage.advance(MINUTE)
    const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    stage.app.sync(bad)
    await fail(stage, 'v3')
    expect(stage.reverts()).toMatchObject([{ goodRevision: stage.good, culprits: [{ sha: tried }, { sha: bad }] }])
  })

  it('is never taken for what made N: one of some resources only, the Rollout not among them', async () => {
    await using stage = await createRunningStage()
    const partly = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2, of which only a ConfigMap was applied')
    stage.app.selfHeal(partly)
    await stage.show()
    await stage.advance(MINUTE)
    const bad = stage.commit({ 'apps/web/note.yaml': '# x\n' }, 'a note')
    stage.app.sync(bad)
    await fail(stage)
    expect(stage.reverts()).toMatchObject([{ goodRevision: stage.good, culprits: [{ sha: partly }, { sha: bad }] }])
  })

  it('is never taken for what began a release: self-heal of some resources, after a whole sync that has', async () => {
    await using stage = await createRunningStage()
    const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    stage.app.sync(bad)
    const innocent = stage.commit({ 'apps/web/note.yaml': '# x\n' }, 'a note')
    stage.app.selfHeal(innocent)
    await fail(stage)
    expect(stage.failed()).toMatchObject([{ applied: { revisions: [bad] } }])
  })
})
