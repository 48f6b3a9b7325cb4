import { expect, it } from 'vitest'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import { notRendered, type RenderedDigest } from '../../src/domain/application/rendered.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { until } from '../until.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createStage, type Stage } from './stage.ts'

const MINUTE = 60_000
const service = (comment: string): string => `# ${comment}\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n`

/** Web fails, by a commit that changes its Rollout and, of a Service beside it, a comment. Others read the one, the other, or both. */
async function fail(wrap?: (environment: Environment) => Environment, digest?: Renderer['digest'], isShown = true): Promise<Stage> {
  const stage = await createStage({
    wrap: (environment) => {
      const wrapped = wrap?.(environment) ?? environment
      return digest ? { ...wrapped, renderer: { ...wrapped.renderer, digest } } : wrapped
    },
  })
  const web = stage.addRollout()
  const folder = (directory?: { include: string }, targetRevision = 'main') => ({
    repoURL: REPO,
    targetRevision,
    path: 'apps/web',
    ...(directory && { directory }),
  })
  const app = stage.addApplication({ sources: [folder()] })
  stage.addApplication({ name: 'copy', rollouts: [], sources: [folder()] })
  stage.addApplication({ name: 'services', rollouts: [], sources: [folder({ include: 'service.yaml' })] })
  stage.addApplication({ name: 'released', rollouts: [], sources: [folder(undefined, 'v1.0.0')] })
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1'), 'apps/web/service.yaml': service('one') }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), 'apps/web/service.yaml': service('two') }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  if (!isShown) return stage
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

const body = (stage: Stage): string => stage.pulls()[0]?.body ?? ''
const UNTOLD = 'Of these it could not be told whether this changes them, so look before you merge: '

it('an Application that shares a restored file is named only when it renders something else at the revert', async () => {
  await using stage = await fail()
  expect(stage.reverts()[0]?.paths).toEqual(['apps/web/rollout.yaml', 'apps/web/service.yaml'])
  expect(body(stage)).toContain('- `argocd/copy`')
  expect(body(stage)).not.toContain('argocd/services')
  expect(body(stage)).not.toContain(UNTOLD)
})

it('an Application that follows a tag is changed by no merge, and is not named', async () => {
  await using stage = await fail()
  expect(body(stage)).not.toContain('argocd/released')
})

it('one that cannot be rendered costs one line, and no PR', async () => {
  await using stage = await fail(undefined, async () => notRendered('failed', 'Helm could not render this revision.'))
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(body(stage)).toContain(`${UNTOLD}\`argocd/copy\`, \`argocd/services\`.`)
})

it('one that is rendered for ever holds up no PR', async () => {
  const answer = Promise.withResolvers<RenderedDigest>()
  await using stage = await fail(undefined, () => answer.promise, false)
  void stage.show()
  const isOpen = async (): Promise<true | undefined> => {
    await stage.clock.advanceTo(stage.clock.now() + 200, async () => undefined)
    return stage.pulls().length > 0 || undefined
  }
  await using _ = { [Symbol.asyncDispose]: async () => answer.resolve(notRendered('failed', 'Late.')) }
  await until(isOpen, { what: 'the PR', timeoutMs: 30_000, everyMs: 100 })
  expect(body(stage)).toContain(`${UNTOLD}\`argocd/copy\`, \`argocd/services\`.`)
})

it('where values of Secrets are not shown, what looks the same may not be', async () => {
  const digest = async (): Promise<RenderedDigest> => ({ result: 'rendered', digest: 'the same', hides: true })
  await using stage = await fail(undefined, digest)
  expect(body(stage)).toContain(`${UNTOLD}\`argocd/copy\`, \`argocd/services\`.`)
})

it('where only a server renders, it is asked between the push and the PR', async () => {
  const asked: boolean[] = []
  await using stage = await fail((environment) => {
    const directory = createDirectoryRenderer(environment.repositories)
    const digest: Renderer['digest'] = async (question) => {
      asked.push(question.isUnpublished === true)
      return question.isUnpublished ? notRendered('unpublished', 'It is rendered once it is pushed.') : directory.digest(question)
    }
    return { ...environment, renderer: { ...environment.renderer, digest } }
  })
  expect(asked.slice(0, asked.indexOf(false)).every(Boolean)).toBe(true)
  expect(body(stage)).toContain('- `argocd/copy`')
  expect(body(stage)).not.toContain('argocd/services')
})
