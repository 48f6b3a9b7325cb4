import { expect, it } from 'vitest'
import type { ClusterView } from '../../src/ports/cluster-view.ts'
import type { Environment } from '../../src/reconcile/environment.ts'
import { createRunningStage, type StageOptions } from './stage.ts'

type Counts = Record<'policy' | 'mirror' | 'fetch' | 'live' | 'decided', number>

/** Counts what each look at a Rollout asks for, beside the delivery's questions. */
function countAsked(): { options: StageOptions; passes: Counts[] } {
  const passes: Counts[] = []
  const nothing = (): Counts => ({ policy: 0, mirror: 0, fetch: 0, live: 0, decided: 0 })
  let now = nothing()
  const note = (what: keyof Counts): void => void (now[what] += 1)
  const counted = (view: ClusterView): ClusterView => ({ ...view, reread: (...of) => (note('live'), view.reread(...of)) })
  const wrap = (environment: Environment): Environment => {
    const views = environment.views.map(counted)
    return {
      ...environment,
      views,
      applications: views[0] ?? environment.applications,
      policyFor: (...of) => (note('policy'), environment.policyFor(...of)),
      repositories: {
        async open(url) {
          note('mirror')
          const repository = await environment.repositories.open(url)
          return Object.assign(Object.create(repository), { fetch: (branch: string) => (note('fetch'), repository.fetch(branch)) })
        },
      },
      // Each decision asks once how many reverts are open anywhere.
      ledger: {
        ...environment.ledger,
        reverts: (filter) => {
          if (filter.open && filter.repository === undefined) note('decided')
          return environment.ledger.reverts(filter)
        },
      },
      onReconciled: () => {
        passes.push(now)
        now = nothing()
      },
    }
  }
  return { options: { wrap }, passes }
}

it.each([
  ['for a notice', 'notify', { decided: 1, live: 0 }],
  ['for a revert, once more on the live read', 'pr', { decided: 2, live: 1 }],
] as const)('a look resolves the policy once, asks Git once and decides once; %s', async (_, mode, decides) => {
  const { options, passes } = countAsked()
  await using stage = await createRunningStage({ ...options, policy: { mode } })
  await stage.release('v2')
  passes.length = 0
  stage.web.abort()
  await stage.show()
  await stage.clock.advanceTo(stage.clock.now() + 1_000, () => stage.idle())
  expect(passes.find((pass) => pass.decided > 0)).toEqual({ policy: 1, mirror: 1, fetch: 1, ...decides })
})
