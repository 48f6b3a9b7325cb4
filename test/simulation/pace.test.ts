import { expect, it } from 'vitest'
import { createDirectoryRenderer } from '../../src/adapters/renderers/directory/renderer.ts'
import { notRendered } from '../../src/domain/application/rendered.ts'
import type { Renderer } from '../../src/ports/renderer.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { until } from '../until.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const SETTLE_MS = 1_000
const STEP_MS = 10

/** How long others take, milliseconds: a forge a continent away, and a server that has to fetch a commit before it renders it. */
const TAKES = { fetch: 200, push: 300, render: 0, renderNew: 400, findByBranch: 100, open: 100, reread: 20 }

/** Everybody who is asked takes this long by the stage's clock; how fast this machine is has no part in it. */
function slowly(at: { stage?: RunningStage; busy: number }): (environment: Environment) => Environment {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => (at.stage ? at.stage.clock.after(ms, resolve) : resolve()))
  const work = <T>(real: () => Promise<T>): Promise<T> => {
    at.busy += 1
    return real().finally(() => (at.busy -= 1))
  }
  const slow = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(inner, method) {
        const value: unknown = Reflect.get(inner, method)
        if (typeof value !== 'function' || method === 'commitUrl') return value
        return async (...args: readonly unknown[]) => {
          const ms = method in TAKES ? TAKES[method as keyof typeof TAKES] : 0
          if (ms > 0) await wait(ms)
          return work(async () => Reflect.apply(value, inner, args) as unknown)
        }
      },
    })
  return (environment) => {
    const directory = createDirectoryRenderer(environment.repositories)
    const seen = new Set<string>()
    const server: Renderer['render'] = async (question) => {
      const key = question.revisions.join()
      if (question.isUnpublished && !seen.has(key)) return notRendered('unpublished', 'It is rendered once it is pushed.')
      await wait(seen.has(key) ? TAKES.render : TAKES.renderNew)
      seen.add(key)
      return work(() => directory.render(question))
    }
    return {
      ...environment,
      repositories: { open: async (url) => slow(await environment.repositories.open(url)) },
      forges: { forRepository: (url) => slow(environment.forges.forRepository(url)) },
      views: environment.views.map((view) => ({
        ...view,
        reread: async (...named) => {
          await wait(TAKES.reread)
          return view.reread(...named)
        },
      })),
      renderer: { ...environment.renderer, render: server },
    }
  }
}

it('Git is asked once between the settle delay and the push, and beside who renders between the push and the PR', async () => {
  const at: { stage?: RunningStage; busy: number } = { busy: 0 }
  await using stage = await createRunningStage({ policy: { settleMs: SETTLE_MS }, wrap: slowly(at) })
  await stage.release('v2')
  stage.web.abort()
  at.stage = stage
  const abortedAt = stage.clock.now()
  void stage.show()
  const isOpen = async (): Promise<true | undefined> => {
    // Time passes while everybody waits for it, and not while this machine works.
    for (let quiet = 0; quiet < 20; quiet = at.busy > 0 ? 0 : quiet + 1) await new Promise(setImmediate)
    if (stage.pulls().length > 0) return true
    await stage.clock.advanceTo(stage.clock.now() + STEP_MS, async () => undefined)
    return undefined
  }
  await until(isOpen, { what: 'the PR', timeoutMs: 50_000, everyMs: 0 })
  const took = stage.clock.now() - abortedAt
  delete at.stage
  // Whoever still waits is let go.
  await stage.clock.advanceTo(stage.clock.now() + SETTLE_MS, async () => undefined)
  expect(stage.pulls()[0]?.body).toContain('Proven by rendering')
  const { fetch, push, renderNew, findByBranch, open, reread } = TAKES
  const decided = SETTLE_MS + fetch + findByBranch + reread
  const pushed = decided + findByBranch + reread + push
  expect(took).toBeLessThanOrEqual(pushed + Math.max(fetch, renderNew) + reread + open + STEP_MS)
})
