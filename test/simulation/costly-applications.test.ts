import { expect, it } from 'vitest'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createStage, type Stage } from './stage.ts'

const MINUTE = 60_000
const UNTOLD = 'Of these it could not be told whether this changes them, so look before you merge: '

interface Beside {
  name: string
  valueFiles: readonly string[]
}

/** Web fails, and beside it are Applications of others in the same repository. */
async function fail(others: readonly Beside[], valueFiles: readonly string[] = []): Promise<Stage> {
  const file = valueFiles.length > 0 ? 'apps/web/templates/rollout.yaml' : 'apps/web/rollout.yaml'
  const stage = await createStage()
  const web = stage.addRollout()
  const source = (files: readonly string[]) => ({
    repoURL: REPO,
    targetRevision: 'main',
    path: 'apps/web',
    ...(files.length > 0 && { helm: { valueFiles: files } }),
  })
  const app = stage.addApplication({ sources: [source(valueFiles)] })
  for (const { name, valueFiles: files } of others) stage.addApplication({ name, rollouts: [], sources: [source(files)] })
  app.sync(stage.commit({ [file]: manifest('v1') }, 'v1'))
  web.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ [file]: manifest('v2') }, 'v2'))
  web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

const names = (count: number, name: (index: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => name(index))
/** 1,280 names. */
const BY_BRACES = names(10, (index) => `${index}-${'{a,b}'.repeat(7)}/x.yaml`)

it('an Application that names thousands of files is not looked into: it costs others one line, and no PR', async () => {
  await using stage = await fail([{ name: 'mallory', valueFiles: BY_BRACES }])
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.pulls()[0]?.body).toContain(`${UNTOLD}\`argocd/mallory\`.`)
})

it('those that name many files are looked into as far as all of them may cost together, after those that name few', async () => {
  const many = (name: string): Beside => ({ name, valueFiles: names(50, (index) => `/${name}/${index}-{1,2,3,4,5,6,7,8,9}.yaml`) })
  await using stage = await fail([...['a', 'b', 'c', 'd', 'e'].map(many), { name: 'few', valueFiles: ['rollout.yaml'] }])
  expect(stage.pulls()[0]?.body).toContain(`${UNTOLD}\`argocd/e\`, \`argocd/few\`.`)
})

it('one’s own that names thousands of files is refused by name, where files have to do', async () => {
  await using stage = await fail([], BY_BRACES)
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.reason).toContain('more than 500 files and folders that the Application names')
})
