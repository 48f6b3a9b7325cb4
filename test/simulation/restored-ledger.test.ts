import { expect, it } from 'vitest'
import { createMemoryLedger, type MemoryLedger } from '../../src/adapters/ledgers/memory/memory-ledger.ts'
import type { Effect } from '../../src/domain/effect.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage } from './stage.ts'
import { fail, settle } from './transition-stories.ts'

const MINUTE = 60_000

/** What a backup of the stage's ledger is restored to. */
async function backUp(stage: RunningStage): Promise<MemoryLedger> {
  const restored = createMemoryLedger({ clock: stage.clock })
  await restored.importChain({ after: undefined, records: stage.ledgerStore.records() })
  return restored
}

/** What the receipts say of pull requests that were there already. */
async function foundIn(stage: RunningStage): Promise<unknown[]> {
  const effects = (await stage.records()).flatMap(({ kind, document }) => (kind === 'effect' ? [document as Effect] : []))
  return effects.filter(({ action, state }) => action.type === 'open-revert' && state === 'done').map(({ receipt }) => receipt?.['found'])
}

it('a ledger from before the failure finds the open PR at the forge, says so, and opens no second one', async () => {
  await using stage = await createRunningStage()
  const backup = await backUp(stage)
  await stage.release('v2')
  await stage.abort()
  const [pull] = stage.pulls()
  await stage.restart({ ledger: backup })
  await stage.advance(MINUTE)
  expect(stage.pulls().map(({ number, state }) => [number, state])).toEqual([[pull?.number, 'open']])
  expect(stage.branches()).toHaveLength(1)
  expect(stage.reverts()).toMatchObject([{ state: 'open', pullRequest: { number: pull?.number } }])
  const found = { level: 'warn', message: 'the ledger did not know this pull request: it was found at the forge' }
  const fields = expect.objectContaining({ code: 'E_LEDGER_OLDER', url: pull?.url }) as object
  expect(stage.warnings()).toContainEqual({ ...found, fields })
  expect(await foundIn(stage)).toEqual([1])
  expect(await stage.ledgerStore.verify()).toMatchObject({ intact: true })
  const merged = stage.merge(1)
  await stage.pushed()
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'merged' }])
  expect(stage.pulls()).toHaveLength(1)
})

it('a ledger from before the merge learns of it from the forge, and opens no second PR', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  const backup = await backUp(stage)
  const merged = stage.merge(1)
  await stage.pushed()
  await stage.restart({ ledger: backup })
  stage.app.sync(merged)
  stage.web.healthy('v1')
  await stage.show()
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'merged' }])
  expect(stage.pulls()).toHaveLength(1)
})

it('a ledger from before Kedge closed the PR learns from the forge who did, and takes it for nobody’s No', async () => {
  await using stage = await createRunningStage()
  await stage.release('v2')
  await stage.abort()
  const backup = await backUp(stage)
  await stage.release('v3')
  expect(stage.pulls().map(({ state }) => state)).toEqual(['closed'])
  await stage.restart({ ledger: backup })
  await stage.advance(MINUTE)
  expect(stage.reverts()).toMatchObject([{ state: 'ended', outcome: 'superseded', pullRequest: { number: 1 } }])
  expect(
    stage
      .cards()
      .map(({ card }) => card.outcome)
      .join(),
  ).not.toContain('somebody')
})

it('a ledger from before a person closed the PR learns of it from the forge, and opens no second one', async () => {
  await using stage = await createRunningStage()
  const backup = await backUp(stage)
  await stage.release('v2')
  await stage.abort()
  stage.forges.closeByHuman(REPO, 1)
  await stage.advance(MINUTE)
  await stage.restart({ ledger: backup })
  await stage.advance(10 * MINUTE)
  expect(stage.failed().map(({ decision }) => decision?.reason)).toEqual([expect.stringContaining('was closed by somebody') as string])
  expect(stage.pulls().map(({ state }) => state)).toEqual(['closed'])
})

it.each([
  ['Kedge closed is opened again, once a person adopts the release', false],
  ['a person closed is not', true],
])('after a lost ledger, a PR that %s', async (_, byHuman) => {
  await using stage = await createRunningStage()
  await fail(stage)
  const head = stage.origin.git(['rev-parse', 'refs/heads/main'])
  if (byHuman) stage.forges.closeByHuman(REPO, 1)
  else stage.commit({ 'apps/web/rollout.yaml': manifest('v3') }, 'web v3')
  await stage.pushed()
  await settle(stage)
  stage.origin.git(['update-ref', 'refs/heads/main', head])
  await stage.restart({ loseLedger: true })
  const [release] = stage.failed()
  await stage.controller.adopt(release?.key ?? '', 'ana')
  await settle(stage)
  expect(stage.pulls().map((pull) => pull.state)).toEqual(byHuman ? ['closed'] : ['closed', 'open'])
})
