import { describe, expect, it } from 'vitest'
import { notRendered } from '../../src/domain/application/rendered.ts'
import { server, type Says } from './server-renderer.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
const TOKEN = 'Argo CD does not take the token (HTTP 401).'

async function failWith(say: Says, proof: 'any' | 'rendered' = 'rendered'): Promise<RunningStage> {
  const stage = await createRunningStage({ wrap: server(say) })
  stage.policy = { proof }
  await stage.release('v2')
  await stage.abort()
  return stage
}

async function planned(stage: RunningStage): Promise<number> {
  return (await stage.records()).filter(({ event }) => event === 'revert-planned').length
}

const reasonOf = (stage: RunningStage): string | undefined => stage.failed()[0]?.decision?.reason

const GONE = notRendered('unfetched', 'Argo CD does not find the revision in the repository.')

describe.each(['too-large', 'unsupported', 'failed', 'absent', 'several'] as const)(
  'a pushed revert of which the server says “%s”',
  (why) => {
    const revert = notRendered(why, `Said of the revert: ${why}.`)

    it.each([
      ['for ever', false],
      ['until its branch is gone, and then finds it no more', true],
    ])('is taken back, told once with the check, and not pushed again, whatever else is committed: %s', async (_, isLost) => {
      const say: Says = { revert }
      await using stage = await failWith(say)
      if (isLost) Object.defineProperty(say, 'revert', { get: () => (stage.branches().length > 0 ? revert : GONE) })
      await stage.advance(30 * MINUTE)
      stage.commit({ 'docs/other.md': 'Of nobody.\n' }, 'docs: other')
      await stage.advance(30 * MINUTE)
      expect([stage.pulls(), stage.branches(), await planned(stage)]).toEqual([[], [], 1])
      expect(stage.failed()[0]?.decision).toMatchObject({ action: 'notify' })
      const failed = stage.failed()[0]?.decision?.checks.filter(({ outcome }) => outcome === 'failed')
      expect(failed).toMatchObject([{ id: 'P10', detail: expect.stringContaining(`Said of the revert: ${why}.`) as string }])
      expect(stage.cards()[0]?.thread.filter((reply) => reply.includes('Said of the revert'))).toHaveLength(1)
      expect(stage.cards()[0]?.thread.length).toBeLessThan(3)
    })
  },
)

it.each(['too-large', 'failed'] as const)(
  'a revert that was taken back (%s) is planned again once the server answers otherwise',
  async (why) => {
    const say: Says = { revert: notRendered(why, 'Not now.') }
    await using stage = await failWith(say)
    await stage.advance(10 * MINUTE)
    say.revert = undefined
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('Proven by rendering: ') as string }])
    expect(await planned(stage)).toBe(2)
  },
)

describe('a server that lets Kedge in no more once the revert is pushed', () => {
  function lost(detail: string, why: 'locked-out' | 'forbidden'): Says {
    const say: Says = { atPush: () => (say.all ??= notRendered(why, detail)) }
    return say
  }

  it.each([
    ['its token has run out', 'locked-out'],
    ['its right is gone', 'forbidden'],
  ] as const)('(%s) is told of by name, and nothing is pushed in a circle', async (_, why) => {
    const say = lost(TOKEN, why)
    await using stage = await failWith(say)
    await stage.advance(60 * MINUTE)
    expect([stage.pulls(), stage.branches(), await planned(stage)]).toEqual([[], [], 1])
    expect(reasonOf(stage)).toContain(`(E_RENDERER_REFUSED). ${TOKEN}`)
    expect(stage.cards()[0]?.card.outcome).toContain(TOKEN)
    expect(stage.cards()[0]?.thread.length).toBeLessThan(4)
    delete say.atPush
    say.all = undefined
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('Proven by rendering: ') as string }])
  })

  it('is waited for as one that is away, and files have to do after two minutes', async () => {
    await using stage = await failWith(lost(TOKEN, 'forbidden'), 'any')
    await stage.advance(MINUTE)
    expect(stage.pulls()).toEqual([])
    await stage.advance(4 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open', body: expect.stringContaining('Proven by files: ') as string }])
    expect(stage.reverts()).toMatchObject([{ provenBy: 'files' }])
  })

  it('and that has not fetched what was taken back is asked anew, once it answers', async () => {
    const say = lost(TOKEN, 'locked-out')
    await using stage = await failWith(say)
    await stage.advance(10 * MINUTE)
    expect(stage.branches()).toEqual([])
    say.all = undefined
    say.revert = GONE
    say.atPush = () => (say.revert = undefined)
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  })
})

it('a revert that the server does not find is waited for with its branch, two minutes at most, and then taken back', async () => {
  const say: Says = { revert: GONE }
  await using stage = await failWith(say, 'any')
  await stage.advance(MINUTE)
  expect([stage.pulls(), stage.branches().length]).toEqual([[], 1])
  await stage.advance(4 * MINUTE)
  expect([stage.pulls(), stage.branches(), await planned(stage)]).toEqual([[], [], 1])
  expect(reasonOf(stage)).toContain(
    'does not find the revert that was pushed, so nobody has rendered it. It is pushed again later. Argo CD',
  )
})

it('is pushed again after rests that grow, and told of once, while no server finds it', async () => {
  await using stage = await failWith({ revert: GONE }, 'any')
  await stage.advance(5 * MINUTE)
  const told = stage.cards()[0]?.thread.length
  expect(told).toBeLessThan(3)
  const rounds: number[] = []
  for (let half = 0; half < 4; half += 1) {
    await stage.advance(30 * MINUTE)
    rounds.push(await planned(stage))
  }
  expect(rounds).toEqual([3, 4, 5, 5])
  expect(stage.cards()[0]?.thread).toHaveLength(told ?? 0)
  expect([stage.pulls(), stage.branches()]).toEqual([[], []])
})

it('is opened after a rest where the server was slow once, and finds only what a branch has', async () => {
  const say: Says = { revert: GONE }
  await using stage = await failWith(say)
  await stage.advance(4 * MINUTE)
  expect(stage.branches()).toEqual([])
  Object.defineProperty(say, 'revert', { get: () => (stage.branches().length > 0 ? undefined : GONE) })
  await stage.advance(10 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
  expect(stage.reverts()[0]).not.toHaveProperty('takenBackTimes')
})

it('a revert that the server finds a moment later is opened', async () => {
  const say: Says = { revert: GONE }
  await using stage = await failWith(say, 'any')
  say.revert = undefined
  await stage.advance(MINUTE)
  expect(stage.pulls()).toMatchObject([{ state: 'open' }])
})

it("a repository that the admin's list does not name any more is told as that, not as a right at Argo CD that is gone", async () => {
  const say: Says = { atPush: () => (say.all ??= notRendered('not-allowed', 'The repository is not among those that Kedge may read.')) }
  await using stage = await failWith(say)
  await stage.advance(10 * MINUTE)
  expect(reasonOf(stage)).toMatch(/^No revert PR: the policy wants a proof by rendering, .*not among those that Kedge may read\.$/)
  expect(reasonOf(stage)).not.toContain('E_RENDERER')
})

it('a token that was never taken is waited for, named, and left to files after two minutes', async () => {
  await using stage = await failWith({ all: notRendered('locked-out', TOKEN) }, 'any')
  await stage.advance(MINUTE)
  expect([stage.pulls(), reasonOf(stage)]).toEqual([[], expect.stringContaining(TOKEN)])
  await stage.advance(4 * MINUTE)
  expect(stage.pulls()).toMatchObject([{ body: expect.stringContaining('Proven by files: ') as string }])
})
