import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { reportPage } from '../../src/http/views/report.ts'
import type { Forge, SourcePullRequest } from '../../src/ports/forge.ts'
import { REPO } from './application.ts'
import { manifest } from './manifest.ts'
import { createRunningStage, type RunningStage, type StageOptions } from './stage.ts'
import { createOldFailure, createPair, forgeThat, MINUTE, retry, settle } from './transition-stories.ts'

const SOURCE: SourcePullRequest = {
  number: 7,
  url: 'https://git.example/shop/gitops/pull/7',
  author: 'ada',
  approvers: ['grace'],
  mergedBy: 'linus',
}

/** Counts for which commits the forge is asked who brought them, and answers first with these faults. */
function countingForge(...faults: readonly KedgeError[]): { asked: string[]; options: StageOptions } {
  const asked: string[] = []
  const options = forgeThat((forge: Forge) => ({
    async introducedBy(commit) {
      const fault = faults[asked.push(commit) - 1]
      if (fault) throw fault
      return forge.introducedBy(commit)
    },
  }))
  return { asked, options }
}

const NOTIFY = { policy: { mode: 'notify' } } as const satisfies StageOptions

/** A release that a pull request brought fails, and people are only told. */
async function failTold(stage: RunningStage, source: SourcePullRequest | null = SOURCE): Promise<string> {
  const bad = await stage.release('v2')
  if (source) stage.forges.introduce(REPO, bad, source)
  await stage.abort()
  return bad
}

async function endRestored(stage: RunningStage): Promise<void> {
  stage.app.sync(stage.commit({ 'apps/web/rollout.yaml': manifest('v1') }, 'back by hand'))
  stage.web.healthy('v1')
  await settle(stage)
  await settle(stage)
}

describe('who wrote, approved and merged what failed', () => {
  it('is known while it is failed, where people are only told, and the forge is asked once', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    const bad = await failTold(stage)
    expect(stage.failed()).toMatchObject([{ state: 'failed', revision: bad, sourcePr: SOURCE }])
    const { items } = await reportPage(
      { ledger: stage.ledger, store: stage.ledgerStore, clock: stage.clock },
      { limit: 1, before: undefined },
    )
    expect(items).toMatchObject([{ outcome: 'open', people: { author: 'ada', approvers: ['grace'], mergedBy: 'linus' } }])
    await stage.advance(60 * MINUTE)
    await stage.restart()
    await stage.advance(60 * MINUTE)
    await endRestored(stage)
    expect(stage.failed()).toMatchObject([{ state: 'ended', sourcePr: SOURCE }])
    expect(asked).toEqual([bad])
  })

  it('completes the card within a minute, and no reply says so', async () => {
    await using stage = await createRunningStage(NOTIFY)
    const bad = await failTold(stage)
    await stage.advance(MINUTE)
    const [card] = stage.cards()
    expect(card?.card.fields).toContainEqual({ label: 'Git wants', value: `web:v2 (${bad.slice(0, 7)} by Ada Author, #7 merged by linus)` })
    expect(card?.thread).toEqual([])
  })

  it('is asked by the revert PR where one is opened, and by nothing besides', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage(options)
    const bad = await failTold(stage)
    await stage.advance(10 * MINUTE)
    expect(stage.failed()).toMatchObject([{ state: 'failed', sourcePr: SOURCE }])
    stage.app.sync(stage.merge(1))
    await stage.pushed()
    stage.web.healthy('v1')
    await settle(stage)
    expect(stage.failed()).toMatchObject([{ outcome: 'restored' }])
    expect(asked).toEqual([bad])
  })

  it('is asked besides where the forge did not answer while the PR was opened', async () => {
    const { asked, options } = countingForge(new KedgeError('E_FORGE_UNREACHABLE', 'no answer'))
    await using stage = await createRunningStage(options)
    const bad = await failTold(stage)
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ state: 'failed', sourcePr: SOURCE }])
    expect(asked).toEqual([bad, bad])
  })

  it('is known of a second Rollout that the same open revert stands for', async () => {
    const { asked, options } = countingForge()
    await using stage = await createPair(options)
    const [bad] = stage.failed().map(({ revision }) => revision)
    if (!bad) throw new Error('no commit')
    expect(asked).toEqual([bad, bad])
    expect(stage.reverts()).toMatchObject([{ releases: [expect.any(String), expect.any(String)] }])
  })

  it('is asked where a revert is refused', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage(options)
    const bad = await stage.release('v2')
    stage.forges.introduce(REPO, bad, SOURCE)
    await stage.abort({ why: 'human' })
    await stage.advance(MINUTE)
    expect(stage.failed()).toMatchObject([{ state: 'failed', revertKey: null, sourcePr: SOURCE }])
    expect(asked).toEqual([bad])
  })

  it('is asked again after a restart while the forge does not answer, and no card waits for it', async () => {
    const away = new KedgeError('E_FORGE_UNREACHABLE', 'no answer')
    const { asked, options } = countingForge(away, away)
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    await failTold(stage)
    expect(stage.cards()).toHaveLength(1)
    expect(stage.failed()).toMatchObject([{ state: 'failed', sourcePr: null }])
    await stage.restart()
    await stage.advance(5 * MINUTE)
    expect(stage.failed()).toMatchObject([{ state: 'failed', sourcePr: SOURCE }])
    expect(asked).toHaveLength(3)
  })

  it('waits as long as the forge asks for', async () => {
    const limited = new KedgeError('E_FORGE_RATE_LIMITED', 'too many requests', { retryAfterSeconds: 240 })
    const { asked, options } = countingForge(limited)
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    await failTold(stage)
    await stage.advance(3 * MINUTE)
    expect(asked).toHaveLength(1)
    await stage.advance(2 * MINUTE)
    expect(asked).toHaveLength(2)
    expect(stage.failed()).toMatchObject([{ sourcePr: SOURCE }])
  })

  it('and a second at least, where that time is over by our clock', async () => {
    const over = new KedgeError('E_FORGE_RATE_LIMITED', 'too many requests', { retryAfterSeconds: 0 })
    const { asked, options } = countingForge(over, over, over)
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    await failTold(stage)
    // Not all at once: the settling takes a second of the story.
    expect(asked).toHaveLength(2)
    await stage.advance(MINUTE)
    expect(asked).toHaveLength(4)
    expect(stage.failed()).toMatchObject([{ sourcePr: SOURCE }])
  })

  it('stays unknown where that may not be read, and the forge is not asked again while it is failed', async () => {
    const { asked, options } = countingForge(new KedgeError('E_FORGE_FORBIDDEN', 'it answered 403'))
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    await failTold(stage)
    await stage.advance(60 * MINUTE)
    expect(asked).toHaveLength(1)
    expect(stage.failed()).toMatchObject([{ state: 'failed', sourcePr: null }])
  })

  it('is asked once more at its end where no PR was known', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    const bad = await failTold(stage, null)
    await stage.advance(10 * MINUTE)
    expect(asked).toEqual([bad])
    await endRestored(stage)
    expect(asked).toEqual([bad, bad])
  })

  it('is not asked again when it is tried again and fails again', async () => {
    const { asked, options } = countingForge()
    await using stage = await createRunningStage({ ...options, ...NOTIFY })
    await failTold(stage)
    await retry(stage)
    await stage.abort()
    await stage.advance(MINUTE)
    expect(stage.failed()[0]?.attempts).toHaveLength(2)
    expect(asked).toHaveLength(1)
  })

  it('is not asked of what was broken before the first look, until a person adopts it', async () => {
    const { asked, options } = countingForge()
    await using stage = await createOldFailure({ ...options, ...NOTIFY })
    await stage.advance(10 * MINUTE)
    expect(asked).toEqual([])
    await stage.controller.adopt(stage.failed()[0]?.key ?? '', 'ana')
    await stage.idle()
    await stage.advance(MINUTE)
    expect(asked).toHaveLength(1)
  })
})
