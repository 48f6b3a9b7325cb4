import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, createStage } from './stage.ts'

const MINUTE = 60_000

it('two Rollouts of one commit share one PR that names both', async () => {
  await using stage = await createStage()
  const web = stage.addRollout()
  const worker = stage.addRollout({ name: 'worker' })
  const app = stage.addApplication({ rollouts: [web, worker] })
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1', 'web', 'worker') }, 'v1'))
  web.healthy('v1')
  worker.healthy('v1')
  await stage.start()
  await stage.advance(MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2', 'web', 'worker') }, 'v2'))
  web.canary('v2')
  worker.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  web.abort()
  await stage.show()
  await stage.advance(5_000)
  worker.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.pulls()[0]?.body).toContain('`shop/web` (cluster `prod`), `shop/worker` (cluster `prod`)')
  expect(stage.cards().map((entry) => entry.card.links[0]?.text)).toEqual(['PR #1'])
  expect(stage.cards()[0]?.card.evidence.slice(0, 2)).toEqual([
    expect.stringContaining('shop/web web:v2: failed, PR #1'),
    expect.stringContaining('shop/worker worker:v2: failed, PR #1'),
  ])
  // One of them makes it after all: the other still needs the revert.
  web.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  worker.healthy('v2')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  expect(
    stage
      .cards()
      .map((entry) => entry.card.outcome)
      .join(' '),
  ).not.toContain('Merging it')
})

it('another Application that renders from the same file is named', async () => {
  await using stage = await createRunningStage()
  stage.addApplication({ name: 'staging', rollouts: [], sources: [{ repoURL: REPO, targetRevision: 'main', path: 'apps/web' }] })
  await stage.release('v2')
  await stage.abort()
  expect(stage.pulls()[0]?.body).toMatch(/Other Applications[\s\S]*`argocd\/staging`/)
})

it('files of the culprit outside the inputs stay as they are, and are named', async () => {
  await using stage = await createRunningStage()
  const bad = stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), 'other/readme': 'changed\n', 'libs/new': 'x\n' }, 'web v2 and more')
  stage.app.sync(bad)
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  const [pull] = stage.pulls()
  expect(pull?.body).toContain('2 other file(s)')
  const changed = stage.origin.git(['diff-tree', '-r', '--name-only', '--no-commit-id', 'refs/heads/main', pull?.headSha ?? ''])
  expect(changed).toBe('apps/web/rollout.yaml')
})

it('a merge commit is reverted as a whole, with a word about merging its branch again', async () => {
  await using stage = await createRunningStage()
  const side = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'on a branch', { branch: 'feature', parents: [stage.good] })
  const merge = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'Merge pull request #7', { parents: [stage.good, side] })
  stage.app.sync(merge)
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(stage.reverts()[0]?.culprits.map((commit) => commit.sha)).toEqual([merge])
  expect(stage.pulls()[0]?.body).toContain('One of them is a merge')
})

it('a repository that the admin does not allow gets no credential and no PR; people are told why', async () => {
  const opened: string[] = []
  await using stage = await createRunningStage({
    allows: () => false,
    wrap: (environment) => ({
      ...environment,
      forges: { forRepository: (url) => (opened.push(url), environment.forges.forRepository(url)) },
    }),
  })
  await stage.release('v2')
  await stage.abort()
  expect([stage.pulls(), stage.branches(), opened]).toEqual([[], [], []])
  expect(stage.cards()[0]?.card.outcome).toMatch(
    /allow list does not name this repository.*This line lets it: allow: \{ repositories: \["https?:/,
  )
})

it.each([
  ['openPerRepository', { openPerRollout: 1, openPerRepository: 0, openedPerHour: 20 }, /open in this repository/],
  ['openedPerHour', { openPerRollout: 1, openPerRepository: 10, openedPerHour: 0 }, /within the hour/],
])('a limit that is reached (%s) leaves it at a notice', async (_, limits, words) => {
  await using stage = await createRunningStage({ policy: { limits } })
  await stage.release('v2')
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toMatch(words)
})

it('a path that the policy calls irreversible is never reverted', async () => {
  await using stage = await createRunningStage({ policy: { irreversible: ['**/migrations/**'] } })
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2'), 'db/migrations/7.sql': 'drop\n' }, 'v2'))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(stage.pulls()).toEqual([])
  expect(stage.cards()[0]?.card.outcome).toContain('irreversible')
})

it("a PR that the forge refuses is told with the forge's own words, and opened when it may be", async () => {
  let refused = true
  await using stage = await createRunningStage({
    wrap: (environment) => ({
      ...environment,
      forges: {
        forRepository: (url) => {
          const forge = environment.forges.forRepository(url)
          const open: typeof forge.open = async (request) => {
            if (refused) throw new KedgeError('E_FORGE_REJECTED', 'Validation Failed: base is locked')
            return forge.open(request)
          }
          return { ...forge, open }
        },
      },
    }),
  })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.cards()[0]?.card.outcome).toContain('base is locked')
  refused = false
  await stage.advance(15 * MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.cards()[0]?.card.outcome).toContain('PR #1 reverts it')
})

it('a branch of our name that holds something else is never made a PR of; people are told', async () => {
  // The name is a pure function of the failed release: the same world gives the same one.
  await using rehearsal = await createRunningStage()
  await rehearsal.release('v2')
  await rehearsal.abort()
  const [branch = ''] = rehearsal.branches()
  await using stage = await createRunningStage()
  await stage.release('v2')
  const theirs = stage.commit({ 'apps/web/evil.yaml': 'x\n' }, 'not a revert', { branch, parents: [stage.good] })
  await stage.abort()
  await stage.advance(MINUTE)
  expect(stage.pulls()).toEqual([])
  expect(stage.origin.git(['rev-parse', `refs/heads/${branch}`])).toBe(theirs)
  expect(stage.cards()[0]?.card.outcome).toContain('holds something else')
})

it('restores, and counts, no file that is the same in both versions, as after a merge of main into a branch', async () => {
  await using stage = await createRunningStage()
  const config = stage.commit({ 'apps/web/config.yaml': 'a: 1\n' }, 'config')
  stage.app.sync(config)
  await stage.show()
  await stage.advance(MINUTE)
  const own = stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2', { branch: 'dev', parents: [stage.good] })
  const files = { 'apps/web/rollout.yaml': manifest('v2'), 'apps/web/config.yaml': 'a: 1\n' }
  stage.app.sync(stage.commit(files, "Merge branch 'main' into dev", { parents: [own, config] }))
  stage.web.canary('v2')
  await stage.show()
  await stage.advance(10_000)
  await stage.abort()
  expect(stage.reverts()).toMatchObject([{ state: 'open', paths: ['apps/web/rollout.yaml'] }])
  expect(stage.pulls()[0]?.body).not.toContain('config.yaml')
})
