import { describe, expect, it } from 'vitest'
import { templateKey } from '../../src/domain/release/keys.ts'
import { REPO } from './application.ts'
import { failedCheck } from './failing.ts'
import { manifest } from './manifest.ts'
import { hashOf } from './objects.ts'
import { createRunningStage, createStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

describe('a Rollout that one Application lists and another one has applied', () => {
  it("is nobody's for certain: the one that lists it is not asked for the commit", async () => {
    await using stage = await createRunningStage()
    stage.addApplication({ name: 'other', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/other' }] })
    stage.web.track('other')
    stage.app.sync(stage.commit({ 'apps/web/note.yaml': '# x\n' }, 'a note'))
    stage.web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    expect(failedCheck(stage)).toEqual({
      action: 'notify',
      check: 'P2',
      reason: expect.stringMatching(/argocd\/shop lists this Rollout, but its tracking id names other/),
    })
    expect(stage.pulls()).toEqual([])
  })

  it('does not teach Kedge what N is', async () => {
    await using stage = await createRunningStage()
    stage.web.track('other')
    stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('never run') }, 'never run'))
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.ledger.read('version', templateKey('prod', stage.web.uid, hashOf('v1')))?.applied?.revisions).toEqual([stage.good])
  })
})

describe('a Rollout that takes its template from a Deployment', () => {
  async function failAfterCommit(stage: RunningStage): Promise<string> {
    stage.web.patch({ spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-template' } } })
    await stage.show()
    await stage.advance(MINUTE)
    const bad = await stage.release('v2')
    await stage.abort()
    return bad
  }

  it('of its own Application gets the PR', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ deployments: ['web-template'] })
    const bad = await failAfterCommit(stage)
    expect(stage.reverts()).toMatchObject([{ culprits: [{ sha: bad }] }])
  })

  it('that its Application does not hold is not put down to a commit of it', async () => {
    await using stage = await createRunningStage()
    stage.app.change({ deployments: ['other'] })
    await failAfterCommit(stage)
    expect(failedCheck(stage)).toEqual({
      action: 'notify',
      check: 'P2',
      reason: expect.stringContaining('takes its template from the Deployment web-template, which argocd/shop does not list'),
    })
    expect(stage.pulls()).toEqual([])
  })
})

it('an Application that is made anew under its name tells what it applied from then on', async () => {
  await using stage = await createRunningStage()
  stage.app.forget()
  stage.app.sync(stage.good)
  await stage.show()
  await stage.advance(MINUTE)
  const bad = await stage.release('v2')
  await stage.abort()
  expect(stage.reverts()).toMatchObject([{ goodRevision: stage.good, culprits: [{ sha: bad }] }])
})

it('an Application that is made anew while its release fails changes nothing about the PR', async () => {
  await using stage = await createRunningStage()
  const bad = await stage.release('v2')
  await stage.abort()
  stage.app.forget()
  stage.app.sync(bad)
  await stage.show()
  await stage.advance(10 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.reverts()).toMatchObject([{ state: 'open' }])
})

describe('a first version that never became Healthy', () => {
  it('is no N, however many of its pods are there', async () => {
    await using stage = await createStage()
    const web = stage.addRollout()
    const app = stage.addApplication()
    await stage.start()
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
    web.healthy('v1')
    const message = 'ReplicaSet "web" has timed out progressing.'
    web.patch({
      status: {
        phase: 'Degraded',
        message,
        conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }],
      },
    })
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ cause: 'first-deploy' }])
    app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2, the fix'))
    web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    web.abort()
    await stage.show()
    await stage.advance(MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(failedCheck(stage)).toMatchObject({
      action: 'notify',
      check: 'P1',
      reason: expect.stringContaining('there is no version before'),
    })
  })
})

const KUSTOMIZATION = 'resources: [../../base]\n'

it.each([
  {
    what: 'a base that only its kustomization names',
    path: 'overlays/prod',
    changed: 'base/rollout.yaml',
    files: {
      'overlays/prod/kustomization.yaml': KUSTOMIZATION,
      'overlays/other/kustomization.yaml': KUSTOMIZATION,
      'base/kustomization.yaml': 'resources: [rollout.yaml]\n',
    },
  },
  {
    what: 'the folder of the failing one',
    path: 'overlays/web',
    changed: 'overlays/web/rollout.yaml',
    files: {
      'overlays/web/kustomization.yaml': 'resources: [rollout.yaml]\n',
      'overlays/other/kustomization.yaml': 'resources:\n- ../web\n',
    },
  },
])('every other Application that renders from the restored files is named, also by $what', async ({ path, changed, files }) => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const app = stage.addApplication({ sources: [{ repoURL: REPO, targetRevision: 'main', path }] })
  stage.addApplication({ name: 'other', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'overlays/other' }] })
  stage.addApplication({ name: 'elsewhere', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/else' }] })
  const elsewhere = { 'apps/else/kustomization.yaml': 'resources: [x.yaml]\n', 'apps/else/x.yaml': 'a: 1\n' }
  app.sync(stage.commit({ ...files, ...elsewhere, [changed]: manifest('v1') } as Record<string, string>, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [changed]: manifest('v2') }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  expect(stage.reverts()).toMatchObject([{ paths: [changed], otherApplications: ['argocd/other'] }])
})
