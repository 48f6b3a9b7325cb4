import type { Environment } from '../../src/reconcile/environment.ts'

/** The calls that reach outside or into the ledger: each is a point where the process may be killed, just before and just after. */
export const POINTS = {
  ledger: ['append'],
  git: ['push', 'deleteBranch'],
  forge: ['commit', 'open', 'decorate', 'comment', 'close', 'updateBody', 'setStatus', 'deploy'],
  channel: ['publish'],
} as const

export interface Killer {
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
export function createKiller(): Killer {
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

/** Every write is a point to die at in the nightly run; by day, every second append of the ledger, and all that goes outside. */
export function momentsOf(call: string, at: number): readonly ('before' | 'after')[] {
  if (process.env['KEDGE_NIGHTLY'] === '1') return ['before', 'after']
  if (call !== 'append') return ['after']
  return at % 2 === 0 ? ['after'] : []
}
