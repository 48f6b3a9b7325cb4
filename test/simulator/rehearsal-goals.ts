import type { Rollout } from '../../src/simulator/argo-rollouts/types.ts'
import type { KubeObject } from '../../src/simulator/kubernetes/object.ts'
import type { Recording } from './recording.ts'

/** Objects as they stand now, by kind and name. */
export type Look = (kind: 'Rollout' | 'Application', name: string) => KubeObject | undefined

/** Whether what a step of a recording waited for has come about. */
export type Goal = (look: Look) => boolean

/**
 * What the step at `index` of a recording waited for. People's steps say it in words, the bench's only have a name: there the Rollout has
 * to stand where it stood in the recording when that was reached.
 */
export function goalOf(scenario: string, { steps, events }: Recording, index: number): Goal {
  const { what } = steps[index]!
  if (what.includes('=')) return wordedGoal(scenario, what)
  const reached = steps.slice(index).find((step) => step.what === what.replace('waiting', 'reached'))
  // Kedge's cards and pull requests are not of this world.
  if (reached === undefined) return () => true
  const named = /^waiting: (\w+) and (\w+)$/.exec(what)
  if (named) return (look) => sameText(appOf(look, scenario), [named[1], named[2]])
  const name = what.includes('api ') ? 'api' : 'web'
  const then = events.findLast(({ t, object }) => t <= reached.t && object.kind === 'Rollout' && object.metadata.name === name)!
  const wanted = standing(then.object as Rollout)
  return (look) => {
    const rollout = look('Rollout', name) as Rollout | undefined
    return rollout !== undefined && sameText(standing(rollout), wanted)
  }
}

/** `waiting: sync=Synced health=None phase=Paused abort=True image=…`; None stands for anything. */
function wordedGoal(scenario: string, what: string): Goal {
  const goal = Object.fromEntries([...what.matchAll(/(\w+)=(\S+)/g)].map(([, key, value]) => [key, value]))
  const is = (key: string, value: string | undefined): boolean => goal[key] === 'None' || goal[key] === value
  return (look) => {
    const rollout = look('Rollout', 'web') as Rollout | undefined
    const app = appOf(look, scenario)
    if (rollout?.status === undefined || app === undefined) return false
    const [isObserved, phase, abort, , image = ''] = standing(rollout)
    return (
      isObserved === 'observed' &&
      is('sync', app[0]) &&
      is('health', app[1]) &&
      is('phase', phase) &&
      is('abort', abort === 'abort' ? 'True' : 'False') &&
      (goal['image'] === 'None' || image.includes(goal['image'] ?? ''))
    )
  }
}

function standing({ metadata, spec, status = {} }: Rollout): readonly (string | undefined)[] {
  const isObserved = status.observedGeneration === String(metadata.generation)
  const promoted = status.stableRS !== undefined && status.stableRS === status.currentPodHash
  const image = spec.template.spec.containers[0]?.image
  return [
    isObserved ? 'observed' : 'behind',
    status.phase,
    status.abort === true ? 'abort' : 'no abort',
    status.abortedAt && 'aborted',
    image,
    promoted ? 'promoted' : 'not promoted',
  ]
}

function appOf(look: Look, name: string): readonly (string | undefined)[] | undefined {
  const status = look('Application', name)?.status as { sync: { status: string }; health: { status?: string } } | undefined
  return status && [status.sync.status, status.health.status]
}

function sameText(a: readonly (string | undefined)[] | undefined, b: readonly (string | undefined)[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
