import { entriesOf, fieldsOf, isLongerThan, textOf, type Fields } from './fields.ts'
import { verdict, type HealthStatus, type HealthVerdict } from './verdict.ts'

type RunStatus = Fields<'phase' | 'message' | 'metricResults'>

/** A web metric's value can be a whole response body; longer values than this are left out. In bytes, as Lua counts. */
const MAX_VALUE_LENGTH = 200

/**
 * Health of an `argoproj.io/AnalysisRun`, the same status and message as lua-health/argoproj.io/AnalysisRun/health.lua
 * byte for byte. Takes any value and never throws.
 */
export function assessAnalysisRunHealth(object: unknown): HealthVerdict {
  const run: Fields<'spec' | 'status'> = fieldsOf(object)
  const status: RunStatus = fieldsOf(run.status)
  switch (status.phase) {
    case undefined:
    case null:
    case '':
      // The controller creates a run with an empty phase and fills it in with its first write.
      return verdict('Progressing', undefined, 'Waiting for analysis run to finish: status has not been reconciled.')
    case 'Pending':
    case 'Running':
      return verdict('Progressing', undefined, 'Analysis run is running')
    case 'Successful':
      return verdict('Healthy', undefined, textOf(status.message) ?? 'Analysis run completed successfully')
    case 'Failed':
      return ended('Degraded', run, 'Analysis run failed')
    case 'Error':
      return ended('Degraded', run, 'Analysis run had an error')
    case 'Inconclusive':
      return ended('Unknown', run, 'Analysis run was inconclusive')
    default:
      return unknownRunPhase(status.phase)
  }
}

/** The verdict for a phase that no known controller writes. */
export function unknownRunPhase(phase: unknown): HealthVerdict {
  return verdict('Unknown', undefined, typeof phase === 'string' ? `Unknown phase "${phase}"` : 'The phase in the status is not text')
}

function ended(code: HealthStatus, run: Fields<'spec' | 'status'>, whenSilent: string): HealthVerdict {
  const status: RunStatus = fieldsOf(run.status)
  return verdict(code, decisiveMeasurement(run.spec, status), textOf(status.message) ?? whenSilent)
}

/** The first metric that ended like the run; a dry-run metric decides nothing. */
function decisiveMeasurement(spec: unknown, status: RunStatus): string | undefined {
  for (const entry of entriesOf(status.metricResults)) {
    const result: Fields<'name' | 'phase' | 'dryRun' | 'measurements'> = fieldsOf(entry)
    const name = textOf(result.name)
    if (name === undefined || result.phase !== status.phase || result.dryRun === true) continue
    const value = decisiveValue(result.measurements, status.phase)
    if (value === undefined || isLongerThan(value, MAX_VALUE_LENGTH)) return undefined
    return `${name} measured ${value}${conditionWords(spec, name)}`
  }
  return undefined
}

/** The last measurement that ended like the run: a later one may have been cut short. */
function decisiveValue(measurements: unknown, phase: unknown): string | undefined {
  const decisive = entriesOf(measurements).findLast((entry) => fieldsOf<'phase'>(entry).phase === phase)
  return textOf(fieldsOf<'value'>(decisive).value)
}

/** The condition that the value was held against. A value that met neither condition is inconclusive: both count. */
function conditionWords(spec: unknown, name: string): string {
  const metrics = entriesOf(fieldsOf<'metrics'>(spec).metrics)
  const metric = metrics.find((entry) => fieldsOf<'name'>(entry).name === name)
  const { successCondition, failureCondition }: Fields<'successCondition' | 'failureCondition'> = fieldsOf(metric)
  const success = textOf(successCondition)
  const failure = textOf(failureCondition)
  const words = []
  if (success !== undefined) words.push(`success: ${success}`)
  if (failure !== undefined) words.push(`failure: ${failure}`)
  return words.length === 0 ? '' : ` (${words.join(', ')})`
}
