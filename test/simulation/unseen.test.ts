import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import { createRunningStage } from './stage.ts'

const MINUTE = 60_000

describe('what Kedge cannot see', () => {
  it('is neither decided nor opened nor closed; when it sees again, it goes on', async () => {
    await using stage = await createRunningStage()
    await stage.release('v2')
    await stage.blind(true)
    await stage.abort()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toEqual([])
    expect(stage.controller.serving({ cluster: 'prod', namespace: 'shop', name: 'web' }).state).toBe('unknown')
    await stage.blind(false)
    await stage.advance(2_000)
    expect(stage.pulls()).toHaveLength(1)
    await stage.blind(true)
    stage.web.healthy('v2')
    await stage.show()
    await stage.advance(5 * MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'open' }])
    await stage.blind(false)
    await stage.advance(MINUTE)
    expect(stage.pulls()).toMatchObject([{ state: 'closed' }])
  })

  it('of Git costs no notice: people are told at once, and the PR follows when Git is back', async () => {
    let down = false
    await using stage = await createRunningStage({
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
    await stage.release('v2')
    down = true
    await stage.abort()
    expect(stage.cards()).toHaveLength(1)
    expect(stage.pulls()).toEqual([])
    down = false
    await stage.advance(2 * MINUTE)
    expect(stage.pulls()).toHaveLength(1)
    expect(stage.cards()[0]?.card.outcome).toContain('PR #1 reverts it')
  })

  it('of a verdict younger than the settle delay is not believed, also when another settled while it waited to write', async () => {
    let gate: Promise<void> | undefined
    await using stage = await createRunningStage({
      wrap: (environment) => ({
        ...environment,
        ledger: new Proxy(environment.ledger, {
          get: (ledger, name, receiver): unknown =>
            name === 'append'
              ? async (entries: Parameters<typeof ledger.append>[0]): Promise<void> => {
                  await gate
                  await ledger.append(entries)
                }
              : Reflect.get(ledger, name, receiver),
        }),
      }),
    })
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
    const other = stage.addRollout({ name: 'other' })
    stage.app.sync(stage.commit({ 'other/readme': 'y\n' }, 'docs'))
    await stage.show()
    // Somebody else's write is under way when the memory of N, which has held for a second, is to be written.
    let open = (): void => undefined
    gate = new Promise((resolve) => (open = resolve))
    other.healthy('v1')
    other.canary('v2')
    void stage.tell(...other.objects())
    await turn()
    const done = stage.advance(1_000)
    await turn()
    stage.web.patch({
      status: {
        phase: 'Degraded',
        message: 'InvalidSpec: not found',
        conditions: [{ type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message: 'not found' }],
      },
    })
    void stage.tell(...stage.web.objects())
    open()
    gate = undefined
    await done
    expect(stage.failed()).toEqual([])
    expect(stage.cards()).toEqual([])
  })
})
