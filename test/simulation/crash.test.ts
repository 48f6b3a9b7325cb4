import { expect, it } from 'vitest'
import type { Environment } from '../../src/reconcile/environment.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000

/** The calls that reach outside or into the ledger: each is a point where the process may be killed, just before and just after. */
const POINTS = {
  ledger: ['append'],
  git: ['push', 'deleteBranch'],
  forge: ['open', 'decorate', 'comment', 'close', 'updateBody'],
  channel: ['publish'],
} as const

interface Killer {
  /** Calls seen so far, by name. */
  readonly calls: string[]
  /** Which call kills, and whether its effect still happens. */
  arm(at: number, when: 'before' | 'after'): void
  readonly dead: boolean
  /** A new process. */
  revive(): void
  wrap(environment: Environment): Environment
}

/** Kills one incarnation of Kedge at its nth call: from then on nothing of it reaches anything, as after `kill -9`. */
function createKiller(): Killer {
  const calls: string[] = []
  let target: { at: number; when: 'before' | 'after' } | undefined
  let incarnation = 0
  let dead = false

  function guard<T extends object>(port: T, methods: readonly string[], mine: number): T {
    return new Proxy(port, {
      get(from, name, receiver) {
        const value: unknown = Reflect.get(from, name, receiver)
        if (typeof value !== 'function') return value
        return (...given: unknown[]): unknown => {
          const run = (): unknown => Reflect.apply(value, from, given)
          if (mine !== incarnation || dead) {
            if (methods.includes(String(name))) return Promise.reject(new Error('killed'))
            return run()
          }
          return methods.includes(String(name)) ? strike(String(name), run) : run()
        }
      },
    })
  }

  async function strike(name: string, run: () => unknown): Promise<unknown> {
    const index = calls.push(name) - 1
    if (target?.at !== index) return run()
    if (target.when === 'after') await run()
    dead = true
    throw new Error('killed')
  }

  return {
    calls,
    get dead() {
      return dead
    },
    arm(at, when) {
      target = { at, when }
    },
    revive() {
      target = undefined
      dead = false
    },
    wrap(environment) {
      const mine = (incarnation += 1)
      return {
        ...environment,
        ledger: guard(environment.ledger, POINTS.ledger, mine),
        channel: environment.channel && guard(environment.channel, POINTS.channel, mine),
        forges: { forRepository: (url) => guard(environment.forges.forRepository(url), POINTS.forge, mine) },
        repositories: { open: async (url) => guard(await environment.repositories.open(url), POINTS.git, mine) },
      }
    },
  }
}

/** Release, abort, PR, merge, N back: after each deed a killed Kedge is started again. */
async function live(stage: RunningStage, killer: Killer, ending: 'merged' | 'promoted'): Promise<void> {
  const restart = async (): Promise<void> => {
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(5_000)
  }
  await stage.release('v2')
  await restart()
  await stage.abort()
  await restart()
  if (ending === 'merged') {
    const merged = stage.merge(1)
    await stage.pushed()
    await restart()
    stage.app.sync(merged)
    stage.web.healthy('v1')
  } else {
    stage.web.retry()
    await stage.show()
    await restart()
    stage.web.healthy('v2')
  }
  await stage.show()
  await restart()
  await stage.advance(5_000)
  await restart()
  await stage.advance(MINUTE)
}

/** What must be the same wherever Kedge was killed. */
async function end(stage: RunningStage): Promise<unknown> {
  return {
    pulls: stage
      .pulls()
      .map(({ state, title, labels, comments, headSha }) => ({ state, title, labels, comments: comments.length, headSha })),
    cards: stage.cards().map(({ card }) => ({ title: card.title, tone: card.tone, outcome: card.outcome })),
    branches: stage.branches(),
    releases: stage.failed().map(({ outcome, attempts, recurrence }) => ({ outcome, attempts: attempts.length, recurrence })),
    reverts: stage.reverts().map(({ state, outcome, touchedByOthers }) => ({ state, outcome, touchedByOthers })),
    pending: stage.ledger.pendingEffects().length,
    intact: (await stage.ledgerStore.verify()).intact,
  }
}

/** Every write is a point to die at in the nightly run; by day, every second append of the ledger, and all that goes outside. */
function momentsOf(call: string, at: number): readonly ('before' | 'after')[] {
  if (process.env['KEDGE_NIGHTLY'] === '1') return ['before', 'after']
  if (call !== 'append') return ['after']
  return at % 2 === 0 ? ['after'] : []
}

/** Lives the story once unhurt, then once for every write from the `from`th on, killed there. */
async function killEverywhere(
  ending: 'merged' | 'promoted',
  from: (calls: readonly string[]) => number,
): Promise<{ expected: unknown; lives: readonly unknown[] }> {
  const killer = createKiller()
  await using whole = await createRunningStage({ wrap: (environment) => killer.wrap(environment) })
  await live(whole, killer, ending)
  const expected = await end(whole)
  const lives: unknown[] = []
  for (const [at, call] of [...killer.calls.entries()].slice(from(killer.calls))) {
    for (const when of momentsOf(call, at)) {
      const hit = createKiller()
      hit.arm(at, when)
      await using stage = await createRunningStage({ wrap: (environment) => hit.wrap(environment) })
      await live(stage, hit, ending)
      lives.push({ at, when, call: hit.calls[at], end: await end(stage) })
    }
  }
  return { expected, lives }
}

/** The same end in every life; where one differs, `at`, `when` and `call` say which. */
function sameEnd(expected: unknown, lives: readonly unknown[]): unknown {
  return lives.map((one) => ({ ...(one as object), end: expected }))
}

it(
  'a kill before or after any write of the story leaves the same end: one PR, one card, an intact chain',
  { timeout: 240_000 },
  async () => {
    const { expected, lives } = await killEverywhere('merged', () => 0)
    expect(expected).toMatchObject({ pulls: [{ state: 'merged' }], cards: [{ tone: 'good' }], pending: 0, intact: true })
    expect(lives.length).toBeGreaterThan(10)
    expect(lives).toEqual(sameEnd(expected, lives))
  },
)

it('a kill before or after any write of the closing of a PR leaves the same end', { timeout: 240_000 }, async () => {
  const { expected, lives } = await killEverywhere('promoted', (calls) => calls.indexOf('decorate') + 1)
  expect(expected).toMatchObject({ pulls: [{ state: 'closed' }], cards: [{ tone: 'good' }], pending: 0, intact: true })
  expect(lives).toEqual(sameEnd(expected, lives))
})
