import { plainText } from '../words/plain-text.ts'
import type { Alert, Objective } from './alert.ts'

const LONGEST = 120

/** Where rules write it, the first that is there. Pyrra v0.8 `slo/rules.go` labels its alerts; Sloth `sloth_*` and its `id`. */
const PLACES: Readonly<Record<'slo' | 'target' | 'burn' | 'short' | 'long' | 'exhaustion', readonly string[]>> = {
  slo: ['slo', 'sloth_slo', 'sloth_id', 'slo_name', 'objective_name'],
  target: ['objective', 'target', 'slo_objective', 'sloth_objective'],
  burn: ['burn_rate', 'burnrate', 'burn', 'factor'],
  short: ['short', 'short_window', 'window_short'],
  long: ['long', 'long_window', 'window_long', 'window', 'sloth_window'],
  exhaustion: ['exhaustion', 'time_to_exhaustion'],
}

/** What an alert says of its error budget: by its labels, else by its annotations. One harmless line each. */
export function objectiveOf({ labels, annotations }: Pick<Alert, 'labels' | 'annotations'>): Objective {
  const of = (what: keyof typeof PLACES): string | undefined => {
    for (const name of PLACES[what]) {
      const value = ownValue(labels, name) ?? ownValue(annotations, name)
      if (value !== undefined && value.trim() !== '') return plainText(value, LONGEST)
    }
    return undefined
  }
  const [slo, target, burn, exhaustion, short, long] = [of('slo'), of('target'), of('burn'), of('exhaustion'), of('short'), of('long')]
  return {
    ...(slo !== undefined && { slo }),
    ...(target !== undefined && { target }),
    ...(burn !== undefined && { burn }),
    ...(short !== undefined && long !== undefined && { windows: { short, long } }),
    ...(exhaustion !== undefined && { exhaustion }),
  }
}

/** Labels are a stranger's record: `constructor` is not a label that every object has. */
function ownValue(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
