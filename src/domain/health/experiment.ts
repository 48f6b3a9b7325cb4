import { unknownRunPhase } from './analysis-run.ts'
import { entriesOf, fieldsOf, textOf, type Fields } from './fields.ts'
import { verdict, type HealthStatus, type HealthVerdict } from './verdict.ts'

type ExperimentStatus = Fields<'phase' | 'message' | 'analysisRuns' | 'templateStatuses'>

/**
 * Health of an `argoproj.io/Experiment`, the same status and message as lua-health/argoproj.io/Experiment/health.lua
 * byte for byte. Takes any value and never throws.
 */
export function assessExperimentHealth(object: unknown): HealthVerdict {
  const status: ExperimentStatus = fieldsOf(fieldsOf<'status'>(object).status)
  switch (status.phase) {
    case undefined:
    case null:
    case '':
      return verdict('Progressing', undefined, 'Waiting for experiment to finish: status has not been reconciled.')
    case 'Pending':
      return verdict('Progressing', undefined, 'Experiment is pending')
    case 'Running':
      return verdict('Progressing', undefined, 'Experiment is running')
    case 'Successful':
      return verdict('Healthy', undefined, 'Experiment is successful')
    case 'Failed':
      return ended('Degraded', status, 'Experiment has failed')
    case 'Error':
      return ended('Degraded', status, 'Experiment had an error')
    case 'Inconclusive':
      return ended('Unknown', status, 'Experiment is inconclusive')
    default:
      return unknownRunPhase(status.phase)
  }
}

function ended(code: HealthStatus, status: ExperimentStatus, text: string): HealthVerdict {
  return verdict(code, text + culprit(status), status.message)
}

/** The first analysis, else the first template, that ended like the experiment. */
function culprit(status: ExperimentStatus): string {
  const analysis = entriesOf(status.analysisRuns).find((entry) => fieldsOf<'phase'>(entry).phase === status.phase)
  const analysisName = textOf(fieldsOf<'name'>(analysis).name)
  if (analysisName !== undefined) return `: analysis ${analysisName}`
  const template = entriesOf(status.templateStatuses).find((entry) => fieldsOf<'status'>(entry).status === status.phase)
  const templateName = textOf(fieldsOf<'name'>(template).name)
  return templateName === undefined ? '' : `: template ${templateName}`
}
