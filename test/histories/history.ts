import { inFleet } from './fleet.ts'
import { generate, type Generated } from './generate.ts'
import type { ProvenBy } from './kedge.ts'
import { createJudge } from './oracle/judge.ts'
import type { Judgement, Violation } from './oracle/judgement.ts'
import { play } from './play.ts'
import type { Script } from './script.ts'

export interface Played extends Generated {
  judgement: Judgement
}

/** Plays one script and judges it. */
export async function judge(script: Script, by: ProvenBy): Promise<Judgement> {
  const at: { judgement?: Judgement } = {}
  await play(script, by, (world, kedge) => {
    const observer = createJudge(world, kedge)
    at.judgement = observer.judgement
    return observer
  })
  if (!at.judgement) throw new Error('nobody judged')
  return at.judgement
}

/** The history of a seed, played and judged. */
export async function playSeed(seed: number, by: ProvenBy, how: { only?: string | undefined; fleet?: boolean } = {}): Promise<Played> {
  const own = generate(seed, how.only)
  const generated = how.fleet ? inFleet(own) : own
  return { ...generated, judgement: await judge(generated.script, by) }
}

/** Drops steps, Applications and lags for as long as a violation of the same kind, for the same reason, stays. */
export async function shrink(script: Script, by: ProvenBy, violation: Violation, limits = { tries: 300 }): Promise<Script> {
  const reason = reasonOf(violation)
  let left = limits.tries
  const holds = async (candidate: Script): Promise<boolean> => {
    left -= 1
    const { violations } = await judge(candidate, by).catch(() => ({ violations: [] as Violation[] }))
    return violations.some((one) => one.kind === violation.kind && reasonOf(one) === reason)
  }
  let best = script
  for (let isSmaller = true; isSmaller && left > 0;) {
    isSmaller = false
    for (const candidate of smaller(best)) {
      if (left <= 0) break
      if (!(await holds(candidate))) continue
      best = candidate
      isSmaller = true
      break
    }
  }
  return best
}

/** Without the names in it: a story stays the same with other numbers. */
export function reasonOf({ why }: Violation): string {
  const check = /^P\d+/.exec(why)?.[0]
  if (check !== undefined) return check
  return why.replace(/“[^”]*”|[0-9a-f]{7,40}|#\d+|v?\d+/g, '_').replace(/:.*$/s, '')
}

function* smaller(script: Script): Generator<Script> {
  const { steps, setup } = script
  for (let at = steps.length - 1; at >= 0; at -= 1) yield { ...script, steps: steps.toSpliced(at, 1) }
  for (const app of setup.apps) {
    if (setup.apps.length === 1 || setup.apps.some(({ sharedWith }) => sharedWith === app.name)) continue
    const apps = setup.apps.filter((one) => one !== app)
    yield { ...script, setup: { ...setup, apps }, steps: steps.filter((step) => !('app' in step) || step.app !== app.name) }
  }
  const calm = { Rollout: 0, ReplicaSet: 0, AnalysisRun: 0, Application: 0 }
  if (Object.values(setup.lags).some((lag) => lag > 0)) yield { ...script, setup: { ...setup, lags: calm } }
  if (setup.twice > 0) yield { ...script, setup: { ...setup, twice: 0 } }
  for (const [index, app] of setup.apps.entries()) {
    const change = (plain: Partial<typeof app>): Script => ({
      ...script,
      setup: { ...setup, apps: setup.apps.with(index, { ...app, ...plain }) },
    })
    if (app.waves !== 'none') yield change({ waves: 'none' })
    if (app.historyLimit !== undefined && app.historyLimit < 10) yield change({ historyLimit: 10 })
    if (app.rollouts.length > 1) yield change({ rollouts: ['web'] })
  }
}
