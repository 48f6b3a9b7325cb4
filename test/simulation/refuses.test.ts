import { describe, expect, it } from 'vitest'
import type { SourceShape } from './application-objects.ts'
import { REPO, type ApplicationOptions } from './application.ts'
import { byFiles, manifest } from './manifest.ts'
import { failWith, MINUTE, refusalOf, refused, twoCommits } from './refusals.ts'
import { createRunningStage } from './stage.ts'

const one = (change: Partial<SourceShape>): ApplicationOptions => ({
  sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web', ...change }],
})

describe('a source that is no branch is refused by name', () => {
  it.each<[string, ApplicationOptions, RegExp]>([
    ['a chart of a Helm repository', one({ repoURL: 'https://charts.example', chart: 'web', targetRevision: '1.2.3' }), /Helm repository/],
    ['an OCI artifact', one({ repoURL: 'oci://registry.example/web', targetRevision: '1.2.3' }), /OCI artifact/],
    ['a pinned commit', one({ targetRevision: '0123456789012345678901234567890123456789' }), /pinned to a commit/],
    ['a tag', one({ targetRevision: 'v1.2.3' }), /tag or gone/],
    ['a version constraint', one({ targetRevision: '>=1.2 <2' }), /version constraint/],
    [
      'two repositories',
      {
        multi: true,
        sources: [
          { repoURL: REPO, targetRevision: 'main', path: 'apps/web' },
          { repoURL: 'https://git.example/shop/more.git', targetRevision: 'main', path: 'x' },
        ],
      },
      /several repositories/,
    ],
  ])('%s', async (_, application, words) => {
    const { stage } = await failWith(application, twoCommits)
    await using _stage = stage
    expect(refusalOf(stage)).toEqual(refused('P3', words))
  })
})

describe('what Git cannot tell is refused by name', () => {
  it('a history that was rewritten', async () => {
    await using stage = await createRunningStage({ policy: { mode: 'notify' } })
    const second = await stage.release('v2')
    await stage.abort()
    expect(stage.failed()[0]?.revision).toBe(second)
    stage.origin.git(['update-ref', 'refs/heads/main', stage.origin.git(['rev-parse', 'refs/heads/main~1'])])
    stage.commit({ 'apps/web/rollout.yaml': manifest('v2-again') }, 'rewritten')
    stage.policy = { mode: 'pr' }
    await stage.pushed()
    await stage.advance(MINUTE)
    expect(refusalOf(stage)).toEqual(refused('P4', /history was rewritten/))
  })

  it('a history of which Kedge has not seen that it was rewritten', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    stage.origin.git(['update-ref', 'refs/heads/main', stage.origin.git(['rev-parse', 'refs/heads/main~1'])])
    stage.commit({ 'apps/web/rollout.yaml': manifest('v2-again') }, 'rewritten')
    await stage.abort()
    expect(refusalOf(stage)).toEqual(
      refused('P4', /is not on the branch: it was synced from another branch, or this one was pushed by force/),
    )
  })

  it('a commit of a branch that the Application does not read, though that one is pushed by force', async () => {
    await using stage = await createRunningStage()
    const content = { 'apps/web/rollout.yaml': manifest('v2') }
    const feature = stage.commit(content, 'web v2, to be tried', { branch: 'feature', parents: [stage.good] })
    stage.app.sync(feature)
    stage.web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    stage.commit({ ...content, 'docs/x': '1\n' }, 'web v2, amended', { branch: 'feature', parents: [stage.good] })
    await stage.pushed()
    await stage.advance(2 * MINUTE)
    expect(refusalOf(stage)).toEqual(refused('P4', /is not on the branch: it was synced from another branch/))
    expect(JSON.stringify(stage.cards())).not.toContain('rewritten')
  })

  it('a mutable tag: the image changed, Git did not', async () => {
    await using stage = await createRunningStage()
    stage.web.canary('v1@sha256:new')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    const [release] = stage.failed()
    expect(release?.decision).toMatchObject({ action: 'notify' })
    expect(stage.pulls()).toEqual([])
  })

  it('parameters that changed on the Application', async () => {
    await using stage = await createRunningStage()
    const [source] = [
      { repoURL: REPO, targetRevision: 'main', path: 'apps/web', directory: { jsonnet: { extVars: [{ name: 'tag', value: 'v2' }] } } },
    ]
    stage.app.change({ sources: source ? [source] : [] })
    const touched = stage.commit({ 'apps/web/note.yaml': '# x\n' }, 'a note')
    stage.app.sync(touched)
    stage.web.canary('v2')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    expect(refusalOf(stage)).toEqual(refused('P7', /the Application itself changed/))
  })

  it('two Applications that claim one Rollout', async () => {
    await using stage = await createRunningStage()
    stage
      .addApplication({ name: 'other', rollouts: [stage.web], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }] })
      .sync(stage.good)
    stage
      .addApplication({ name: 'third', rollouts: [stage.web], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }] })
      .sync(stage.good)
    await stage.release('v2')
    stage.web.patch({})
    await stage.abort()
    // The tracking id names one of the three; then there is exactly one.
    expect(stage.pulls()).toHaveLength(1)
  })
})

describe('a commit that comes in between', () => {
  it('before the failure has settled is named, and nothing is opened', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
    await stage.abort()
    expect(refusalOf(stage)).toEqual(refused('P5', /later commit touches the same inputs.*web v3/))
  })

  it('and changes only a ConfigMap while N+1 is rolling stays, and the PR says so', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    const innocent = stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config only')
    stage.app.sync(innocent)
    await stage.show()
    await stage.advance(MINUTE)
    await stage.abort()
    await stage.advance(2 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ culprits: [{ subject: 'web v2' }], paths: ['apps/web/rollout.yaml'] }])
    const [{ body } = { body: '' }] = stage.pulls()
    expect(body).toContain(`1 later commit(s) that touch nothing that is restored stay as they are: \`${innocent.slice(0, 12)}\`.`)
    expect(body).toMatch(
      /What is restored is the same at this revert[^]*git diff --stat [0-9a-f]{40} [0-9a-f]{40} -- apps\/web\/rollout.yaml/,
    )
    stage.commit({ 'apps/web/config.yaml': 'a: 2\n' }, 'config again')
    await stage.advance(10 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'back by hand')
    await stage.advance(10 * MINUTE)
    expect(stage.reverts()).toMatchObject([{ outcome: 'restored' }])
  })

  it('and mends the analysis stands in the way, as it may be what was missing', async () => {
    await using stage = await createRunningStage()
    const analysis = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'web' }, spec: { metrics: [] } }
    stage.app.sync(stage.commit({ 'apps/web/analysis.yaml': JSON.stringify(analysis) }, 'measure'))
    await stage.release('v2')
    stage.commit({ 'apps/web/analysis.yaml': JSON.stringify({ ...analysis, spec: { metrics: [{ name: 'x' }] } }) }, 'mend the analysis')
    await stage.abort()
    expect(refusalOf(stage)).toEqual(refused('P5', /later commit touches the same inputs.*mend the analysis/))
    expect(stage.pulls()).toEqual([])
  })

  it('and changes only a ConfigMap that was there before stands in the way where nothing renders', async () => {
    await using stage = await createRunningStage({ wrap: byFiles })
    stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'a: 0\n' }, 'config'))
    await stage.show()
    await stage.advance(MINUTE)
    await stage.release('v2')
    stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config only'))
    await stage.show()
    await stage.advance(MINUTE)
    await stage.abort()
    expect(refusalOf(stage)).toEqual(refused('P5', /config only/))
  })

  it('and changes only a ConfigMap while N runs stays, because N ran with it', async () => {
    await using stage = await createRunningStage()
    stage.app.sync(stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config only'))
    await stage.show()
    await stage.advance(MINUTE)
    await stage.release('v2')
    await stage.abort()
    expect(stage.reverts()[0]?.culprits.map((commit) => commit.subject)).toEqual(['web v2'])
  })

  it('and changes back what the release changed leaves nothing to restore: no PR, and no end of trying', async () => {
    await using stage = await createRunningStage({ wrap: byFiles })
    stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2')
    const back = stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web as it was')
    stage.app.sync(back)
    stage.web.canary('stamp-2')
    await stage.show()
    await stage.advance(10_000)
    await stage.abort()
    const records = (await stage.records()).length
    await stage.advance(2 * MINUTE)
    expect(refusalOf(stage)).toEqual(refused('P7', /leave the inputs as they were: what changed is not in this branch/))
    expect(await stage.records()).toHaveLength(records)
  })
})

it('two looks that disagree for good do not run in a circle', async () => {
  let looks = 0
  await using stage = await createRunningStage({
    wrap: (environment) => ({
      ...environment,
      repositories: {
        open: async (url) => {
          const repository = await environment.repositories.open(url)
          const buildRestore: typeof repository.buildRestore = async (request) =>
            (looks += 1) % 2 === 0 ? { result: 'empty' } : repository.buildRestore(request)
          return { ...repository, buildRestore }
        },
      },
    }),
  })
  await stage.release('v2')
  await stage.abort()
  const records = (await stage.records()).length
  await stage.advance(5 * MINUTE)
  expect((await stage.records()).length - records).toBeLessThan(150)
})
