import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import { revertKey } from '../../src/domain/revert/keys.ts'
import type { Revert } from '../../src/domain/revert/revert.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { manifest } from './manifest.ts'
import { createStage, type Stage, type StageOptions } from './stage.ts'

const MINUTE = 60_000
const SPELLINGS = ['https://git.example/Shop/GitOps.git', 'https://git.example/shop/gitops']

/** Applications of one folder, each with its own spelling of the repository; all fail at once. */
async function failAll(spellings: readonly string[], options: StageOptions = {}, pushed?: (commit: CommitSha) => void): Promise<Stage> {
  const stage = await createStage(options)
  const apps = spellings.map((repoURL, index) => {
    const web = stage.addRollout({ name: `web-${index}`, application: `shop-${index}` })
    const sources = [{ repoURL, targetRevision: 'main', path: 'apps/web' }]
    return { web, app: stage.addApplication({ name: `shop-${index}`, rollouts: [web], sources }) }
  })
  const good = stage.commit({ 'apps/web/rollout.yaml': manifest('v1', 'web-0', 'web-1') }, 'v1')
  for (const { web, app } of apps) {
    app.sync(good)
    web.healthy('v1')
  }
  await stage.start()
  await stage.advance(MINUTE)
  const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2', 'web-0', 'web-1') }, 'v2')
  pushed?.(bad)
  for (const { web, app } of apps) {
    app.sync(bad)
    web.canary('v2')
  }
  await stage.show()
  await stage.advance(10_000)
  for (const { web } of apps) web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  return stage
}

it('B7: two spellings of one repository are one: one branch, one PR, which stands for both', async () => {
  await using stage = await failAll(SPELLINGS)
  expect(stage.branches()).toHaveLength(1)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.reverts()).toMatchObject([{ repository: 'git.example/shop/gitops', releases: [expect.any(String), expect.any(String)] }])
})

it.each(SPELLINGS)('a revert on which people decided under the spelling of an older ledger is found again, now spelled %s', async (now) => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  const repository = 'git.example/Shop/GitOps'
  const decided: { key?: string } = {}
  const older = (environment: Environment): Environment => {
    const { ledger } = environment
    const known = () => ({ key: decided.key, repository, state: 'ended', outcome: 'declined', releases: [], paths: [], culprits: [] })
    const read = (kind: string, key: string): unknown =>
      kind === 'revert' && key === decided.key ? known() : ledger.read(kind as 'revert', key)
    const reverts: Environment['ledger']['reverts'] = (filter) => [
      ...ledger.reverts(filter),
      ...(filter.open === true ? [] : [known() as unknown as Revert]),
    ]
    return { ...environment, ledger: { ...ledger, read: read as Environment['ledger']['read'], reverts } }
  }
  await using stage = await failAll([now], { wrap: older }, (bad) => {
    decided.key = revertKey({ repository, baseBranch: 'main', culprits: [bad], paths: ['apps/web/rollout.yaml'] }, sha256)
  })
  expect(stage.pulls()).toEqual([])
  expect(stage.failed()[0]?.decision?.checks.find(({ outcome }) => outcome === 'failed')).toMatchObject({ id: 'P9' })
})
