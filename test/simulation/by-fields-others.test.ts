import { describe, expect, it } from 'vitest'
import { notRendered, type RenderedDigest } from '../../src/domain/application/rendered.ts'
import { until } from '../until.ts'
import { REPO } from './application.ts'
import type { Stage } from './stage.ts'
import { both, decides, FILE, inOneFile, oneFails, own, refusals, restored, type Files } from './two-rollouts-stage.ts'

/** Beside the Rollouts, what is none. */
const withJob = (tag: string, mode: string): Files => ({
  [FILE]:
    `${inOneFile(tag)[FILE]}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: jobs}\n` +
    `spec:\n  image: jobs:${tag}\n  mode: ${mode}\n`,
})

/** A ConfigMap in the file of web, and in files of their own what may need it as it is. */
const withConfig = (web: [string, number?], config: string, needs: Record<'jobs' | 'worker', string>): Files => ({
  [FILE]: `${own('web', ...web)}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\ndata: {api: ${config}}\n`,
  'apps/web/jobs.yaml': `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: jobs}\nspec: {image: "jobs:${needs.jobs}"}\n`,
  'apps/web/worker.yaml': own('worker', needs.worker),
})

describe('the release has changed more of the Application than Rollouts', () => {
  it('and a later commit has built upon that: it is left to people', async () => {
    await using stage = await oneFails((tag) => withJob(tag, 'calm'))
    stage.commit(withJob('v2', 'fast'), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([
      expect.stringMatching(
        /: the Deployment jobs of the Application argocd\/shop would change as well, and is as \w{12} “later” left it, not/,
      ),
    ])
  })

  it.each([
    [
      'a Deployment',
      { jobs: 'v3', worker: 'v1' },
      /which the Deployment jobs may need as it is: that is as \w{12} “later” left it, not as/,
    ],
    [
      'another Rollout',
      { jobs: 'v1', worker: 'v3' },
      /which the Rollout worker may need as it is: that is as \w{12} “later” left it, not as/,
    ],
  ])('and a later commit has changed %s, which may need the ConfigMap that would go back: it is left to people', async (_, needs, why) => {
    await using stage = await oneFails((tag) => withConfig([tag], tag, { jobs: 'v1', worker: 'v1' }))
    stage.commit(withConfig(['v2', 5], 'v2', needs), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(/: the ConfigMap config of the Application argocd\/shop would change/)])
    expect(refusals(stage)).toEqual([expect.stringMatching(why)])
  })

  it('and a later commit has changed how many pods there are: all of it goes back', async () => {
    await using stage = await oneFails((tag) => withConfig([tag], tag, { jobs: 'v1', worker: 'v1' }))
    stage.commit(withConfig(['v2', 5], 'v2', { jobs: 'v1', worker: 'v1' }), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(withConfig(['v1', 5], 'v1', { jobs: 'v1', worker: 'v1' })[FILE]?.trimEnd())
  })
})

describe('another Application reads the file that goes back field by field', () => {
  const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n'
  const copy = (stage: Stage): unknown =>
    stage.addApplication({ name: 'copy', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }] })

  it.each([
    ['how many pods it has', both(['v2', 5], ['v2'])],
    ['something else that it renders', { ...both(['v2', 5], ['v2']), 'apps/web/config.yaml': config }],
  ])('and a later commit has changed %s: the PR names it, and keeps that', async (_, later) => {
    await using stage = await oneFails(inOneFile, { prepare: copy })
    stage.commit(later, 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(both(['v1', 5], ['v1'])[FILE]?.trimEnd())
    expect(stage.pulls()[0]?.body).toContain('- `argocd/copy`')
  })

  it('and a later commit has built upon what the release did there: it is left to people', async () => {
    await using stage = await oneFails((tag) => withJob(tag, 'calm'), { prepare: copy })
    stage.commit(withJob('v2', 'fast'), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    const why =
      /: the Deployment jobs of the Application argocd\/copy, which shares the files, would change as well, and is as \w{12} “later”/
    expect(refusals(stage)).toEqual([expect.stringMatching(why)])
  })

  it('and a later commit has changed its Deployment, which may need the ConfigMap that would go back: it is left to people', async () => {
    await using stage = await oneFails((tag) => withConfig([tag], tag, { jobs: 'v1', worker: 'v1' }), { prepare: copy })
    stage.commit(withConfig(['v2', 5], 'v2', { jobs: 'v3', worker: 'v1' }), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    const why =
      /: the ConfigMap config of the Application argocd\/copy, which shares the files, would change as well, which the Deployment jobs/
    expect(refusals(stage)).toEqual([expect.stringMatching(why)])
  })

  it('and no later commit has changed what it renders: the PR names it', async () => {
    await using stage = await oneFails(inOneFile, { prepare: copy })
    stage.commit({ [FILE]: `# Of the shop.\n${inOneFile('v2')[FILE]}` }, 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(`# Of the shop.\n${inOneFile('v1')[FILE]}`.trimEnd())
    expect(stage.pulls()[0]?.body).toContain('- `argocd/copy`')
  })

  it('and nobody can say in time what it renders: nothing goes back field by field', async () => {
    const answer = Promise.withResolvers<RenderedDigest>()
    await using stage = await oneFails(inOneFile, {
      prepare: copy,
      wrap: (environment) => ({ ...environment, renderer: { ...environment.renderer, digest: () => answer.promise } }),
    })
    await using _ = { [Symbol.asyncDispose]: async () => answer.resolve(notRendered('failed', 'Late.')) }
    stage.commit(both(['v2', 5], ['v2']), 'later')
    void stage.show()
    const isDecided = async (): Promise<true | undefined> => {
      await stage.clock.advanceTo(stage.clock.now() + 200, async () => undefined)
      return refusals(stage).length > 0 || undefined
    }
    await until(isDecided, { what: 'the refusal', timeoutMs: 30_000, everyMs: 100 })
    expect(refusals(stage)).toEqual([expect.stringMatching(/^P5: .* what argocd\/copy renders of them could not be asked just now\.$/)])
    expect(stage.pulls()).toEqual([])
  })
})
