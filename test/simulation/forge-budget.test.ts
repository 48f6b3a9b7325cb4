import { expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { createStormStage } from './storm-stage.ts'

const MINUTE = 60_000
/** By day as many as show that it waits. */
const SERVICES = process.env['KEDGE_NIGHTLY'] === '1' ? 100 : 25

/** Requests that make content, by what is asked of the port: what GitHub takes 80 of in a minute and 500 in an hour, from one account. */
const CONTENT = { open: 1, decorate: 2, comment: 1, updateBody: 1, setStatus: 1, commit: 1, close: 1 } as const

const MINUTES = SERVICES === 100 ? 10 : 5
const LIMITS = { openPerRollout: 1, openPerRepository: SERVICES, openedPerHour: SERVICES }

interface Asked {
  at: number
  what: keyof typeof CONTENT
}

function recording(asked: Asked[]): (environment: Environment) => Environment {
  return (environment) => ({
    ...environment,
    forges: {
      forRepository: (url) =>
        new Proxy(environment.forges.forRepository(url), {
          get(forge, method) {
            const value: unknown = Reflect.get(forge, method)
            if (typeof value !== 'function') return value
            return (...given: unknown[]): unknown => {
              if (method in CONTENT) asked.push({ at: environment.clock.now(), what: method as Asked['what'] })
              return Reflect.apply(value, forge, given)
            }
          },
        }),
    },
  })
}

/** The most content that was made within so long. */
function most(asked: readonly Asked[], withinMs: number): number {
  const within = asked.map(({ at }) => asked.filter((one) => one.at >= at && one.at < at + withinMs))
  return Math.max(...within.map((some) => some.reduce((sum, { what }) => sum + CONTENT[what], 0)))
}

it(
  'services that fail at once in one repository get a PR each, the first at once, and no more content than a forge takes',
  { timeout: 600_000 },
  async () => {
    const asked: Asked[] = []
    await using stage = await createStormStage(SERVICES, {
      policy: { inStorms: false, announce: ['status', 'comment'], limits: LIMITS },
      wrap: recording(asked),
    })
    await stage.release('v2', 'own-commits')
    const failedAt = stage.clock.now()
    await stage.abort(stage.all)
    const [first] = asked.filter(({ what }) => what === 'open')
    expect(first && first.at - failedAt).toBeLessThanOrEqual(2_000)
    for (let minute = 0; minute < MINUTES; minute++) await stage.advance(MINUTE)
    expect(stage.pulls().map(({ state }) => state)).toEqual(Array.from({ length: SERVICES }, () => 'open'))
    expect(most(asked, MINUTE)).toBeLessThanOrEqual(80)
    expect(most(asked, 60 * MINUTE)).toBeLessThanOrEqual(500)
  },
)

/** Every request that opens a pull request fails, as long as it lasts. */
function failing(outage: { isOver: boolean }): (environment: Environment) => Environment {
  return (environment) => ({
    ...environment,
    forges: {
      forRepository(url) {
        const forge = environment.forges.forRepository(url)
        const fault = () => Promise.reject(new KedgeError('E_FORGE_UNREACHABLE', 'the forge did not answer'))
        return { ...forge, open: (...given) => (outage.isOver ? forge.open(...given) : fault()) }
      },
    },
  })
}

it(
  'a forge that fails for long finds each PR opened within a minute once it answers: what failed was not made',
  { timeout: 600_000 },
  async () => {
    const outage = { isOver: false }
    const limits = { openPerRollout: 1, openPerRepository: 12, openedPerHour: 12 }
    await using stage = await createStormStage(12, { policy: { inStorms: false, limits }, wrap: failing(outage) })
    await stage.release('v2', 'own-commits')
    await stage.abort(stage.all)
    await stage.advance(10 * MINUTE)
    expect(stage.pulls()).toEqual([])
    outage.isOver = true
    await stage.advance(MINUTE)
    expect(stage.pulls()).toHaveLength(12)
  },
)
