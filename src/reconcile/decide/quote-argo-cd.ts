import { detailOf } from '../../domain/application/argo-cd-words.ts'
import type { ApplicationSnapshot } from '../../domain/application/snapshots.ts'
import { experimentNamed } from '../../domain/experiment/name.ts'
import { subjectWords } from '../../domain/experiment/words.ts'
import { plainText } from '../../domain/words/plain-text.ts'
import type { Look } from '../look/observe.ts'

const MOST_CONDITIONS = 3

/** Argo CD's own words for states; of another word nobody knows whose it is. Source: Argo CD `pkg/apis/application/v1alpha1/types.go`. */
const STATES: ReadonlySet<string> = new Set(
  [
    'Synced OutOfSync Unknown Healthy Progressing Degraded Suspended Missing Running Terminating Failed Error Succeeded',
    'ComparisonError SyncError InvalidSpecError UnknownError DeletionError SharedResourceWarning RepeatedResourceWarning',
    'OrphanedResourceWarning ExcludedResourceWarning',
  ].flatMap((words) => words.split(' ')),
)

/** What Argo CD says about an Application that does not come back: which states it is in, and what its messages mean, not their words. */
export function quoteArgoCD(look: Look): string {
  const [application] = look.applications
  const isOfExperiment = experimentNamed(look.ref.name) !== undefined
  if (!application) return `The revert was merged, but no Application maps to the ${subjectWords(isOfExperiment).kind} any more.`
  const { operation } = application
  const conditions = application.conditions.slice(0, MOST_CONDITIONS).map(({ type, message }) => [type, message] as const)
  const said = [...(operation ? [[operation.phase, operation.message ?? '', 'the sync: '] as const] : []), ...conditions]
  const parts = [
    `${stateOf(application.syncStatus)}/${stateOf(application.health)}`,
    ...said.map(([state, message, what = '']) => `${what}${stateOf(state)}${explained(message, application)}`),
  ]
  const running =
    operation?.phase === 'Running' ? ' A sync is still running and blocks the next one: terminate it, or set syncPolicy.retry.refresh.' : ''
  const manual = application.autoSync ? '' : ' Automated sync is off: sync it by hand.'
  const what = isOfExperiment ? 'no sync is known to have applied that' : 'the version before is not back'
  return `The revert was merged, but ${what}. Argo CD says: ${parts.join('; ')}.${running}${manual}`
}

function stateOf(word: string): string {
  return STATES.has(word) ? word : '?'
}

/** With those Rollouts of the Application that the message names: it may name much else. */
function explained(message: string, { rollouts }: ApplicationSnapshot): string {
  if (message === '') return ''
  const names = rollouts.map((rollout) => rollout.slice(rollout.indexOf('/') + 1))
  const named = names.filter((name) => message.includes(`"${name}"`)).slice(0, MOST_CONDITIONS)
  const of = named.length > 0 ? ` (Rollout ${plainText(named.join(', '), 200)})` : ''
  return `${of}: ${detailOf(message)?.replace(/\.$/, '') ?? 'its own page says why'}`
}
