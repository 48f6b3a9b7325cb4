import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, createStage, type StageOptions } from './stage.ts'

const MINUTE = 60_000

/** A cluster whose release failed before Kedge was ever started. */
async function createOldFailure(options: StageOptions = {}) {
  const stage = await createStage(options)
  const web = stage.addRollout()
  const app = stage.addApplication()
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'web v1'))
  web.healthy('v1')
  await stage.advance(10 * MINUTE)
  app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v2') }, 'web v2'))
  web.canary('v2')
  await stage.advance(MINUTE)
  web.abort()
  await stage.advance(MINUTE)
  return Object.assign(stage, { web, app })
}

it('an old failure is listed and nobody is told; nothing is opened', async () => {
  await using stage = await createOldFailure()
  await stage.start()
  await stage.advance(5 * MINUTE)
  await stage.restart()
  await stage.advance(5 * MINUTE)
  expect(stage.failed()).toMatchObject([{ preExisting: true, serving: 'split', decision: { action: 'none' } }])
  expect(stage.cards()).toEqual([])
  expect(stage.pulls()).toEqual([])
})

it('an old failure that a person adopts is handled like any other', async () => {
  await using stage = await createOldFailure()
  await stage.start()
  await stage.advance(MINUTE)
  expect(await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')).toBe('adopted')
  await stage.advance(MINUTE)
  expect(stage.pulls()).toHaveLength(1)
  expect(stage.cards()).toHaveLength(1)
  expect(await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')).toBe('not-needed')
})

it('what is handled already is adopted by nobody, and the ledger does not say so', async () => {
  await using adopted = await createOldFailure()
  await adopted.start()
  await adopted.controller.adopt(adopted.failed()[0]?.key ?? '', 'ana')
  await adopted.advance(MINUTE)
  await using own = await createRunningStage()
  await own.release('v2')
  await own.abort()
  for (const stage of [adopted, own]) expect(await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'bob')).toBe('not-needed')
  expect([adopted, own].map((stage) => stage.failed()[0]?.adoptedBy)).toEqual(['ana', undefined])
})

it('an old failure stays silent when Git cannot be reached at the first start, and the cluster is watched all the same', async () => {
  let down = true
  await using stage = await createOldFailure({
    wrap: (environment) => ({
      ...environment,
      repositories: {
        open: async (url) => {
          if (down) throw new KedgeError('E_GIT_UNREACHABLE', 'no route to host')
          return environment.repositories.open(url)
        },
      },
    }),
  })
  await stage.start()
  await stage.advance(MINUTE)
  down = false
  await stage.advance(5 * MINUTE)
  expect(stage.failed()).toMatchObject([{ preExisting: true }])
  expect(stage.cards()).toEqual([])
  stage.web.retry()
  await stage.show()
  await stage.advance(MINUTE)
  stage.web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.cards()).toHaveLength(1)
})

it('an old failure stays silent when the view was blind at the first look', async () => {
  await using stage = await createOldFailure()
  await stage.blind(true)
  await stage.start()
  await stage.advance(MINUTE)
  expect(stage.failed()).toEqual([])
  await stage.blind(false)
  await stage.advance(5 * MINUTE)
  expect(stage.failed()).toMatchObject([{ preExisting: true }])
  expect(stage.cards()).toEqual([])
  expect(stage.pulls()).toEqual([])
})

it('an old failure that fails anew after the first start is a new failure', async () => {
  await using stage = await createOldFailure()
  await stage.start()
  await stage.advance(MINUTE)
  stage.web.retry()
  await stage.show()
  await stage.advance(MINUTE)
  stage.web.abort()
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.cards()).toHaveLength(1)
  expect(stage.pulls()).toHaveLength(1)
})

it.each([
  ['open', { pulls: ['open'], preExisting: false }],
  ['closed', { pulls: ['closed'], preExisting: true }],
  ['merged', { pulls: ['merged'], preExisting: true }],
] as const)('a lost ledger never leads to a second PR when the first one is %s', async (state, expected) => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  if (state === 'closed') stage.forges.closeByHuman(REPO, 1)
  if (state === 'merged') stage.merge(1)
  await stage.restart({ loseLedger: true })
  await stage.advance(5 * MINUTE)
  const [release] = stage.failed()
  expect(release?.preExisting).toBe(expected.preExisting)
  if (release) await stage.controller.adopt(release.key, 'ana')
  await stage.advance(MINUTE)
  stage.web.retry()
  await stage.show()
  await stage.advance(MINUTE)
  stage.web.abort()
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls().map((pull) => pull.state)).toEqual(expected.pulls)
})

it('a lost ledger never leads to a second PR when a later commit fails before anybody has looked again', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  await stage.stop()
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3'))
  stage.web.canary('v3')
  await stage.restart({ loseLedger: true })
  await stage.abort()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls().map(({ state }) => state)).toEqual(['open'])
  expect(stage.cards().at(-1)?.card.outcome).toContain('PR #1')
})

it("a lost ledger does not make somebody else's commit on our branch ours", async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  const [branch = ''] = stage.branches()
  const theirs = stage.commit({ 'apps/web/note.yaml': '# mine\n' }, 'my own touch', { branch })
  await stage.restart({ loseLedger: true })
  await stage.advance(5 * MINUTE)
  stage.web.healthy('v2')
  await stage.show()
  await stage.advance(5 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open', headSha: theirs }])
  expect(stage.branches()).toEqual([branch])
})
