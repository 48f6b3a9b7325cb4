import { describe, expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createLookQueue } from '../../../src/reconcile/loop/look-queue.ts'
import type { Looked, Reconciler } from '../../../src/reconcile/loop/reconciler.ts'
import { rememberLog } from '../../remember-log.ts'

type Given = Partial<Pick<Reconciler, 'look' | 'follow' | 'watch'>>

function createDesk({ look, follow, watch }: Given = {}, looked: Partial<Looked> = {}) {
  const clock = createVirtualClock(0)
  const { logger, lines } = rememberLog()
  const order: string[] = []
  const seconds: (readonly [number, string])[] = []
  const troubles = new Map<string, string>()
  let ends = 0
  const noted = (what: string, key: string): void => void order.push(`${what} ${key}`)
  const queue = createLookQueue(
    { clock, logger, random: () => 1, onReconciled: (...of: [number, string]) => void seconds.push(of) } as unknown as Environment,
    {
      reconciler: {
        async look(key) {
          noted('look', key)
          return (await look?.(key)) ?? { follows: false, watches: false, ...looked }
        },
        async follow(key) {
          noted('follow', key)
          await follow?.(key)
        },
        async watch(key) {
          noted('watch', key)
          await watch?.(key)
        },
      },
      troubles,
      onLooked: () => void (ends += 1),
    },
  )
  const advance = (ms: number): Promise<void> => clock.advanceTo(clock.now() + ms, () => queue.idle())
  return { clock, queue, order, seconds, troubles, lines, ends: () => ends, advance }
}

/** A gate that holds whoever comes to it. */
function aGate() {
  const waiting: (() => void)[] = []
  return { pass: () => new Promise<void>((resolve) => waiting.push(resolve)), open: () => waiting.splice(0).forEach((go) => go()), waiting }
}

describe('a look', () => {
  it.each<[string, Partial<Looked>, readonly string[]]>([
    ['is all where there is nothing to follow', {}, ['look a']],
    ['is followed where there is a release', { follows: true }, ['look a', 'follow a']],
    ['is followed by one at what is in quarantine', { watches: true }, ['look a', 'watch a']],
  ])('%s', async (_, looked, order) => {
    const desk = createDesk({}, looked)
    desk.queue.add('a')
    await desk.queue.idle()
    expect(desk.order).toEqual(order)
    expect(desk.ends()).toBe(order.length)
    expect(desk.seconds).toEqual(order.map(() => [0, 'ok']))
    expect(desk.queue.depth).toBe(0)
  })

  it('is taken at a time that was asked for', async () => {
    const desk = createDesk()
    desk.queue.addAt('a', 1_000)
    await desk.advance(999)
    expect(desk.order).toEqual([])
    await desk.advance(1)
    expect(desk.order).toEqual(['look a'])
  })

  it('waits for nobody that is asked about a release', async () => {
    const gate = aGate()
    const desk = createDesk({ follow: gate.pass }, { follows: true })
    desk.queue.add('a')
    await expect.poll(() => gate.waiting.length).toBe(1)
    desk.queue.add('a')
    await expect.poll(() => desk.order).toEqual(['look a', 'follow a', 'look a'])
    expect(desk.queue.depth).toBe(1)
    gate.open()
    await expect.poll(() => gate.waiting.length).toBe(1)
    gate.open()
    await desk.queue.idle()
  })

  it('at what is in quarantine is taken at one Rollout at a time, the others at eight', async () => {
    const [watches, follows] = [aGate(), aGate()]
    const desk = createDesk({ watch: watches.pass, follow: follows.pass }, { watches: true, follows: true })
    for (let at = 0; at < 9; at += 1) desk.queue.add(`${at}`)
    await expect.poll(() => follows.waiting.length).toBe(8)
    expect(watches.waiting).toHaveLength(1)
    desk.queue[Symbol.dispose]()
  })
})

describe('a look that fails', () => {
  const failing = (fault: unknown): Given => ({ look: () => Promise.reject(fault as Error) })

  it('is a trouble until one has succeeded, and measured as what it is', async () => {
    const faults = [new Error('away')]
    const desk = createDesk({
      look: async () => {
        const fault = faults.shift()
        if (fault) throw fault
        return { follows: false, watches: false }
      },
    })
    desk.queue.add('a')
    await desk.queue.idle()
    expect([...desk.troubles]).toEqual([['a', 'away']])
    expect(desk.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { rollout: 'a', retryInMs: 500, error: 'Error: away' }],
    ])
    await desk.advance(500)
    expect([...desk.troubles]).toEqual([])
    expect(desk.seconds.map(([, result]) => result)).toEqual(['error', 'ok'])
    expect(desk.ends()).toBe(2)
  })

  it('stays a trouble until what is asked after it has succeeded, too', async () => {
    let isAway = true
    const desk = createDesk(
      {
        follow: async () => {
          if (isAway) throw 'no word'
        },
      },
      { follows: true },
    )
    desk.queue.add('a')
    await desk.queue.idle()
    desk.queue.add('a')
    await desk.queue.idle()
    expect([...desk.troubles]).toEqual([['a', 'no word']])
    isAway = false
    await desk.advance(60_000)
    expect([...desk.troubles]).toEqual([])
  })

  it.each<[string, unknown, number]>([
    ['a minute', new KedgeError('E_FORGE_UNREACHABLE', 'away'), 60_000],
    ['ten seconds where the ledger is away, for which all wait', new KedgeError('E_LEDGER_UNREACHABLE', 'away'), 10_000],
    ['a minute where it is no fault that Kedge knows', new Error('bug'), 60_000],
  ])('is repeated after %s at most', async (_, fault, longest) => {
    const desk = createDesk(failing(fault))
    desk.queue.add('a')
    await desk.queue.idle()
    await desk.advance(600_000)
    expect(desk.lines.at(-1)?.fields?.['retryInMs']).toBe(longest)
  })

  it('is measured by how long it took, and repeated no more once all has ended', async () => {
    const gate = aGate()
    const desk = createDesk({
      look: async () => {
        await gate.pass()
        throw new Error('away')
      },
    })
    await desk.clock.advanceTo(500, async () => undefined)
    desk.queue.add('a')
    await expect.poll(() => gate.waiting.length).toBe(1)
    await desk.clock.advanceTo(2_000, async () => undefined)
    desk.queue[Symbol.dispose]()
    gate.open()
    await desk.queue.idle()
    expect(desk.seconds).toEqual([[1.5, 'error']])
    await desk.clock.advanceTo(60_000, async () => undefined)
    expect(desk.order).toEqual(['look a'])
  })
})
