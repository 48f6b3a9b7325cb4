import { expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import type { Raw } from './objects.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const RENDERED = 'https://git.example/shop/rendered.git'
const BRANCH = 'env/prod'

interface Hydration {
  /** Added to the dry source. */
  dry?: Raw
  /** Added to the sync source. */
  sync?: Raw
  /** Where the tag is. */
  file?: string
}

/** v1 is hydrated and runs, then v2 is, and fails. Without `spec.source`, as Argo CD has it on the real thing. */
async function failHydrated(
  { dry = {}, sync = {}, file = 'dry/web/values.yaml' }: Hydration = {},
  options: StageOptions = {},
  prepare?: (stage: Stage) => void,
) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const drySource = { repoURL: REPO, targetRevision: 'main', path: 'dry/web', ...dry }
  const app = stage.addApplication({ hydrator: { drySource, syncSource: { targetBranch: BRANCH, path: 'web', ...sync } }, sources: [] })
  prepare?.(stage)
  const hydrate = (from: string, tag: string): string => {
    const metadata = JSON.stringify({ drySha: from })
    return stage.commit({ 'web/manifest.yaml': manifest(tag), 'web/hydrator.metadata': metadata }, `${from.slice(0, 7)}: hydrated`, {
      branch: BRANCH,
    })
  }
  const good = stage.commit({ 'dry/web/Chart.yaml': 'name: web\n', [file]: 'tag: v1\n' }, 'v1')
  app.sync(hydrate(good, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const bad = stage.commit({ [file]: 'tag: v2\n' }, 'v2')
  app.sync(hydrate(bad, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(2_000)
  return { stage, good, bad }
}

it('a hydrated Application is reverted at its dry source', async () => {
  const { stage, good, bad } = await failHydrated()
  await using _stage = stage
  expect(stage.failed()[0]?.decision?.reason).toContain('All twelve')
  expect(stage.pulls()).toMatchObject([{ base: 'main' }])
  expect(stage.reverts()).toMatchObject([{ repoURL: REPO, goodRevision: good, culprits: [{ sha: bad }], paths: ['dry/web/values.yaml'] }])
})

it('value files of the dry source outside its folder are its inputs, too', async () => {
  const { stage, good } = await failHydrated({ dry: { helm: { valueFiles: ['/env/prod.yaml'] } }, file: 'env/prod.yaml' })
  await using _stage = stage
  expect(stage.reverts()).toMatchObject([{ goodRevision: good, paths: ['env/prod.yaml'] }])
})

it('what is hydrated into a repository of its own is read there', async () => {
  const { stage, good } = await failHydrated({ sync: { repoURL: RENDERED } }, { wrap: apart })
  await using _stage = stage
  expect(stage.reverts()).toMatchObject([{ repoURL: REPO, goodRevision: good, paths: ['dry/web/values.yaml'] }])
})

/** Only the repository of its own has the branch that is hydrated into. */
function apart(environment: Environment): Environment {
  const open = async (repoURL: string) => {
    const repository = await environment.repositories.open(repoURL)
    const isDry = async (revision: Parameters<typeof repository.has>[0]): Promise<boolean> =>
      (await repository.readFile(revision, 'web/hydrator.metadata', 1_000)) === undefined && repository.has(revision)
    return repoURL === RENDERED ? repository : { ...repository, has: isDry }
  }
  return { ...environment, repositories: { open } }
}

it('the branch that is hydrated into is fetched only where a server gives no single commits', async () => {
  const fetched: string[] = []
  const { stage } = await failHydrated({}, { wrap: (environment) => counting(environment, fetched) })
  await using _stage = stage
  expect(stage.pulls()).toHaveLength(1)
  expect([fetched.includes('main'), fetched.includes(BRANCH)]).toEqual([true, false])
  const strict = await failHydrated({}, { wrap: (environment) => counting(environment, fetched, true) })
  await using _strict = strict.stage
  expect([strict.stage.pulls().length, fetched.includes(BRANCH)]).toEqual([1, true])
})

/** Remembers which branches are fetched; a strict server gives a commit only once its branch was fetched. */
function counting(environment: Environment, fetched: string[], isStrict = false): Environment {
  const open = async (repoURL: string) => {
    const repository = await environment.repositories.open(repoURL)
    const isHydrated = async (revision: Parameters<typeof repository.has>[0]): Promise<boolean> =>
      (await repository.readFile(revision, 'web/hydrator.metadata', 1_000)) !== undefined
    return {
      ...repository,
      fetch: (branch: string) => (fetched.push(branch), repository.fetch(branch)),
      has: async (revision: Parameters<typeof repository.has>[0]) =>
        (!isStrict || fetched.includes(BRANCH) || !(await isHydrated(revision))) && repository.has(revision),
    }
  }
  return { ...environment, repositories: { open } }
}

it('another Application that is hydrated from the same file is named', async () => {
  const { stage } = await failHydrated({}, {}, (at) => {
    const hydrator = {
      drySource: { repoURL: REPO, targetRevision: 'main', path: 'dry/web' },
      syncSource: { targetBranch: 'env/staging', path: 'web' },
    }
    at.addApplication({ name: 'staging', rollouts: [], hydrator, sources: [] })
  })
  await using _stage = stage
  expect(stage.pulls()[0]?.body).toMatch(/Other Applications[\s\S]*`argocd\/staging`/)
})

it("what somebody has written into the hydrated branch by hand is no dry commit's", async () => {
  const stage = await createStage()
  await using _stage = stage
  const web = stage.addRollout()
  const drySource = { repoURL: REPO, targetRevision: 'main', path: 'dry/web' }
  const app = stage.addApplication({ hydrator: { drySource, syncSource: { targetBranch: BRANCH, path: 'web' } }, sources: [] })
  const good = stage.commit({ 'dry/web/Chart.yaml': 'name: web\n', 'dry/web/values.yaml': 'tag: v1\n' }, 'v1')
  const metadata = (drySha: string) => ({ 'web/hydrator.metadata': JSON.stringify({ drySha }) })
  app.sync(stage.commit({ 'web/manifest.yaml': manifest('v1'), ...metadata(good) }, 'hydrated', { branch: BRANCH }))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  const neighbour = stage.commit({ 'dry/web/values.yaml': 'tag: v1\nlevel: 2\n' }, "a neighbour's")
  app.sync(stage.commit(metadata(neighbour), 'hydrated, too', { branch: BRANCH }))
  await stage.show()
  await stage.advance(MINUTE)
  const byHand = stage.commit({ 'web/manifest.yaml': manifest('v2') }, 'v2 by hand', { branch: BRANCH })
  app.sync(byHand)
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  const wants = stage.cards()[0]?.card.fields.find(({ label }) => label === 'Git wants')?.value
  expect(wants).toBe(`web:v2 (${byHand.slice(0, 7)} as Argo CD synced)`)
})
