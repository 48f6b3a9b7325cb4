import { describe, expect, it } from 'vitest'
import { notRendered, type Rendering } from '../../src/domain/application/rendered.ts'
import { manifest } from './manifest.ts'
import { server } from './server-renderer.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
async function fail(stage: RunningStage): Promise<void> {
  await stage.release('v2')
  await stage.abort()
  await stage.advance(2 * MINUTE)
}

describe('a revert that only a server can render', () => {
  it('is rendered between its push and its PR', async () => {
    await using stage = await createRunningStage({ wrap: server() })
    await fail(stage)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.pulls()[0]?.body).toContain('Proven by rendering: ')
    expect(stage.pulls()[0]?.body).toContain('`registry.example/web:v2` → `registry.example/web:v1`')
  })

  it('that does not render N is taken back, told once, and not pushed in a circle', async () => {
    const revert = notRendered('absent', 'The Rollout is not among what is rendered.')
    await using stage = await createRunningStage({ wrap: server({ revert }) })
    await fail(stage)
    expect([stage.pulls(), stage.branches()]).toEqual([[], []])
    expect(stage.reverts()).toMatchObject([{ outcome: 'withdrawn' }])
    const planned = (await stage.records()).filter(({ event }) => event === 'revert-planned')
    expect(planned).toHaveLength(1)
    expect(stage.failed()[0]?.decision?.reason).toContain('the revert does not render. The Rollout is not among')
    expect(stage.cards()).toHaveLength(1)
  })

  describe('of a file that a later commit has changed, too', () => {
    const FILE = 'apps/web/rollout.yaml'
    const scaled = (tag: string): string => manifest(tag).replace('"spec": {', '"spec": {\n  "replicas": 5,')

    async function failLate(say: { revert?: Rendering } = {}) {
      const stage = await createRunningStage({ wrap: server(say) })
      await stage.release('v2')
      const late = stage.commit({ [FILE]: scaled('v2') }, 'scale web')
      await stage.abort()
      await stage.advance(2 * MINUTE)
      return Object.assign(stage, { late })
    }

    it('keeps the later change, once the server has rendered it', async () => {
      await using stage = await failLate()
      const { headSha = '', body = '' } = stage.pulls()[0] ?? {}
      expect(stage.origin.git(['show', `${headSha}:${FILE}`])).toBe(scaled('v1').trim())
      expect(body).toContain('Proven by rendering: ')
      expect(body).toContain('`registry.example/web:v2` → `registry.example/web:v1`')
    })

    it.each([
      [
        'does not render such a source after all',
        notRendered('unsupported', 'A plugin renders it.'),
        /^P5: a later commit .*is not rendered/,
      ],
      ['says that it does not render', notRendered('failed', 'It does not parse.'), /^P10: the revert does not render/],
    ])('opens no PR where the server %s', async (_, revert, refusal) => {
      await using stage = await failLate({ revert })
      expect(stage.pulls()).toEqual([])
      const failed = stage.failed()[0]?.decision?.checks.find(({ outcome }) => outcome === 'failed')
      expect(`${failed?.id}: ${failed?.detail}`).toMatch(refusal)
    })
  })

  it('waits with its branch while the server is away, and is opened when it is back', async () => {
    const say: { revert?: Rendering } = { revert: notRendered('unreachable', 'Argo CD did not answer.') }
    await using stage = await createRunningStage({ wrap: server(say) })
    await fail(stage)
    expect([stage.pulls(), stage.branches().length]).toEqual([[], 1])
    delete say.revert
    await stage.advance(10 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    expect(stage.pulls()[0]?.body).toContain('Proven by rendering: ')
  })

  it.each([
    ['any', 1],
    ['rendered', 0],
  ] as const)(
    'goes by files once the server has been away for two minutes, where the policy lets it (proof: %s)',
    async (proof, opened) => {
      const revert = notRendered('unreachable', 'Argo CD did not answer.')
      await using stage = await createRunningStage({ wrap: server({ revert }) })
      stage.policy = { proof }
      await fail(stage)
      expect(stage.pulls()).toEqual([])
      await stage.advance(10 * MINUTE)
      expect(stage.pulls()).toHaveLength(opened)
      for (const { body } of stage.pulls()) expect(body).toContain('Proven by files: There was no answer for two minutes.')
      // What the ledger and a replay say is what the PR says.
      expect(stage.reverts()).toMatchObject([opened > 0 ? { state: 'open', provenBy: 'files' } : { state: 'planned' }])
    },
  )
})
