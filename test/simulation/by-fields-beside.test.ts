import { describe, expect, it } from 'vitest'
import { notRendered, type RenderedDigest } from '../../src/domain/application/rendered.ts'
import type { RenderQuestion } from '../../src/ports/renderer.ts'
import { until } from '../until.ts'
import { REPO } from './application.ts'
import { podTemplate } from './objects.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const FILE = 'apps/web/rollouts.yaml'

type Files = Record<string, string>

/** A Rollout as people write it. */
function own(name: string, tag: string, replicas = 2): string {
  const template = JSON.stringify(podTemplate(name, tag)).replace('"image"', '\n    "image"')
  return [
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Rollout',
    `metadata: {name: ${name}}`,
    'spec:',
    `  replicas: ${replicas} # of pods`,
    '  strategy: {canary: {steps: []}}',
    `  template: ${template}`,
    '',
  ].join('\n')
}

const both = (web: [string, number?], worker: [string, number?]): Files => ({
  [FILE]: `${own('web', ...web)}---\n${own('worker', ...worker)}`,
})
const apart = (web: [string, number?], worker: [string, number?]): Files => ({
  [FILE]: own('web', ...web),
  'apps/web/worker.yaml': own('worker', ...worker),
})

/** v2 of web and worker has come, worker has made it, and web has failed. */
async function oneFails(files: (tag: string) => Files, options: StageOptions & { prepare?: (stage: Stage) => void } = {}): Promise<Stage> {
  const stage = await createStage(options)
  const [web, worker] = [stage.addRollout({ name: 'web' }), stage.addRollout({ name: 'worker' })]
  const app = stage.addApplication({ rollouts: [web, worker] })
  options.prepare?.(stage)
  app.sync(stage.commit(files('v1'), 'v1'))
  for (const one of [web, worker]) one.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit(files('v2'), 'v2'))
  for (const one of [web, worker]) one.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  worker.healthy('v2')
  web.abort()
  return stage
}

async function decides(stage: Stage): Promise<void> {
  await stage.show()
  await stage.advance(MINUTE)
}

const restored = (stage: Stage): string => stage.origin.git(['show', `${stage.pulls()[0]?.headSha}:${FILE}`])

function refusals(stage: Stage): readonly string[] {
  return (stage.failed()[0]?.decision?.checks ?? [])
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ id, detail }) => `${id}: ${detail}`)
}

const inOneFile = (tag: string): Files => both([tag], [tag])

describe('two Rollouts of one release, of which web fails', () => {
  it('in one file: both go back, the other is named, and what was changed of it since stays', async () => {
    await using stage = await oneFails(inOneFile)
    stage.commit(both(['v2'], ['v2', 5]), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(both(['v1'], ['v1', 5])[FILE]?.trimEnd())
    expect(stage.pulls()[0]?.body).toContain('**Takes `shop/worker` back, too**')
    expect(stage.pulls()[0]?.body).toContain('`Rollout worker: spec.template.spec.containers[main].image`')
  })

  it('in one file, where the other is at a newer version by now: it is left to people', async () => {
    await using stage = await oneFails(inOneFile)
    stage.commit(both(['v2'], ['v3']), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(/^P5: .*Rollout worker: \S+image has been changed since/)])
  })

  it('in files of their own: the other’s stays as the release left it', async () => {
    await using stage = await oneFails((tag) => apart([tag], [tag]))
    stage.commit({ [FILE]: own('web', 'v2', 5) }, 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(own('web', 'v1', 5).trimEnd())
    expect(stage.reverts()).toMatchObject([{ paths: [FILE] }])
    const { headSha = '' } = stage.pulls()[0] ?? {}
    expect(stage.origin.git(['show', `${headSha}:apps/web/worker.yaml`])).toContain('worker:v2')
  })

  it('in files of their own: what a later commit builds upon the other’s does not keep web’s fields from going back', async () => {
    await using stage = await oneFails((tag) => apart([tag], [tag]))
    stage.commit(apart(['v2', 5], ['v3']), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(own('web', 'v1', 5).trimEnd())
  })
})

describe('a later commit gives another Rollout a mode that only v2 knows', () => {
  const WHY = /^P5: .* “later”\. It cannot .*: the Rollout shop\/worker would .* as \w{12} “later” left it, not as the release did\.$/

  it('in the file that goes back field by field: it is left to people', async () => {
    await using stage = await oneFails(inOneFile)
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(WHY)])
  })

  it('a PR that is open is closed', async () => {
    await using stage = await oneFails(inOneFile)
    await decides(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
    expect(stage.reverts()).toMatchObject([{ outcome: 'superseded' }])
  })
})

describe('only a server renders, once the revert is pushed', () => {
  /** As Argo CD's adapter does, it remembers what it has rendered by commit. */
  const wrap: StageOptions['wrap'] = (environment) => {
    const { renderer } = environment
    const later = notRendered('unpublished', 'It is rendered once it is pushed.')
    const known = new Set<string>()
    const isEarly = ({ isUnpublished, revisions: [revision = ''] }: RenderQuestion): boolean => {
      if (!isUnpublished) known.add(revision)
      return !known.has(revision)
    }
    return {
      ...environment,
      renderer: {
        render: async (question) => (isEarly(question) ? later : renderer.render(question)),
        digest: async (question) => (isEarly({ ...question, rollout: { namespace: '', name: '' } }) ? later : renderer.digest(question)),
      },
    }
  }

  it('another Rollout of the file, which was no part of the release, is at a newer version by now: the PR keeps that', async () => {
    await using stage = await oneFails((tag) => both([tag], ['v1']), { wrap })
    stage.commit(both(['v2'], ['v3']), 'later')
    await decides(stage)
    expect(refusals(stage)).toEqual([])
    expect(restored(stage)).toBe(both(['v1'], ['v3'])[FILE]?.trimEnd())
  })

  it('one that was built upon the release is found before that, by N: nothing is pushed, and it is left to people', async () => {
    await using stage = await oneFails(inOneFile, { wrap })
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await decides(stage)
    expect(stage.pulls()).toEqual([])
    expect(refusals(stage)).toEqual([expect.stringMatching(/^P5: .* the Rollout shop\/worker would change as well/)])
    expect(stage.origin.git(['for-each-ref', 'refs/heads/kedge'])).toBe('')
    expect((await stage.records()).filter(({ event }) => event === 'revert-planned')).toEqual([])
  })

  it('one that is built upon the release while a PR is open closes it', async () => {
    await using stage = await oneFails(inOneFile, { wrap })
    await decides(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    stage.commit(both(['v2'], ['v2+fast']), 'later')
    await stage.pushed()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })
})

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
