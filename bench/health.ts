import { assessAnalysisRunHealth, assessRolloutHealth, type HealthVerdict } from '../src/domain/health/health.ts'
import { recordedObjects, type RecordedObject } from '../test/lua/health-cases.ts'
import { healthScript, loadHealthScript, type Kind } from '../test/lua/sandbox.ts'
import type { BenchRow } from './row.ts'
import { FULL } from './sizes.ts'

const GOAL_NANOSECONDS = 200
const GOAL_RATIO = 1_000

type Assess = Readonly<Partial<Record<Kind, (object: unknown) => HealthVerdict>>>

/**
 * Measures a verdict over every recorded Rollout and AnalysisRun: in TypeScript, and by the same rules in Lua on the same
 * objects in the same run. Both arms start from the parsed object; the Lua arm pays for handing it to Lua, as Argo CD does.
 * The arms alternate; each figure is the best of its rounds, because whatever else the machine does only ever adds time.
 */
export async function benchHealth({ rounds, repeats } = FULL.health): Promise<BenchRow[]> {
  const objects = recordedObjects()
  const typescript: Assess = { Rollout: assessRolloutHealth, AnalysisRun: assessAnalysisRunHealth }
  const lua: Assess = { Rollout: loadLua('Rollout'), AnalysisRun: loadLua('AnalysisRun') }
  measure(typescript, objects, repeats)
  measure(lua, objects, 1)
  const ours: number[] = []
  const other: number[] = []
  for (let round = 0; round < rounds; round++) {
    ours.push(measure(typescript, objects, repeats))
    other.push(measure(lua, objects, 1))
    await new Promise(setImmediate)
  }
  const nanoseconds = Math.min(...ours)
  const luaNanoseconds = Math.min(...other)
  const ratio = luaNanoseconds / nanoseconds
  return [
    {
      what: `health verdict, ${objects.length} recorded objects: TypeScript / the same rules in Lua (fengari)`,
      ours: `${nanoseconds.toFixed(0)} ns`,
      other: `${(luaNanoseconds / 1_000).toFixed(0)} µs`,
      ratio: `${ratio.toFixed(0)}x`,
      goal: `<= ${GOAL_NANOSECONDS} ns, >= ${GOAL_RATIO}x`,
      ok: nanoseconds <= GOAL_NANOSECONDS && ratio >= GOAL_RATIO,
    },
  ]
}

function loadLua(kind: Kind): (object: unknown) => HealthVerdict {
  return loadHealthScript(healthScript(kind), { openLibs: false })
}

/** Nanoseconds a verdict. The lengths are summed so that no verdict, and no text in it, can be optimised away. */
function measure(assess: Assess, objects: readonly RecordedObject[], repeats: number): number {
  let length = 0
  const start = process.hrtime.bigint()
  for (let i = 0; i < repeats; i++) {
    for (const { kind, object } of objects) length += assess[kind]?.(object).message.length ?? 0
  }
  const elapsed = Number(process.hrtime.bigint() - start)
  if (length === 0) throw new Error('no verdict said anything')
  return elapsed / (repeats * objects.length)
}
