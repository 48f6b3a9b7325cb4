import { leftovers } from './leftovers.ts'
import {
  deploymentOf,
  selects,
  type MigratingDeployment,
  type MigratingRollout,
  type Migration,
  type MigrationAt,
  type MigrationStep,
  type Remark,
} from './migration.ts'

/** Says at which step of the documented way from a Deployment to a Rollout this is, and what is next. Pure. */
export function judgeMigration(migration: Migration): MigrationAt {
  const { name, rollout } = migration
  const deployment = deploymentOf(migration)
  if (rollout === undefined) return withoutRollout(name, deployment)
  const notes = rollout && deployment ? overlaps(rollout, deployment, migration) : []
  if (!rollout.isHealthy || rollout.available === 0) return { ...starting(rollout, deployment), notes }
  if (deployment !== undefined && (deployment.wanted > 0 || deployment.available > 0)) {
    const both = `the Rollout with ${pods(rollout.available)}, ${withPods(deployment)}`
    return { step: 'both-serve', now: { says: `step 3 of 5, both serve: ${both}`, advice: nextWhileBothServe(rollout, deployment) }, notes }
  }
  return atTheEnd(migration, rollout, deployment)
}

const at = (step: MigrationStep, says: string, advice: string): MigrationAt => ({ step, now: { says, advice }, notes: [] })

function withoutRollout(name: string, deployment: MigratingDeployment | undefined): MigrationAt {
  if (deployment === undefined)
    return at('nothing', `there is neither a Rollout nor a Deployment ${name}`, 'Look at its name and namespace.')
  return at(
    'not-begun',
    `step 1 of 5, not begun: ${withPods(deployment)} serves, and there is no Rollout ${name}`,
    'Add a Rollout beside it, with workloadRef or a template of its own, and leave the Deployment as it is.',
  )
}

function starting({ message }: MigratingRollout, deployment: MigratingDeployment | undefined): Omit<MigrationAt, 'notes'> {
  const why = message === undefined ? '' : ` (${message})`
  if (deployment !== undefined && deployment.available > 0) {
    const says = `step 2 of 5, the Rollout starts: it is not Healthy yet${why}, and ${withPods(deployment)} serves`
    return { step: 'starting', now: { says, advice: 'Leave the Deployment as it is until the Rollout is Healthy.' } }
  }
  const beside = deployment === undefined ? 'there is no Deployment beside it' : `Deployment ${deployment.name} has no pod either`
  return {
    step: 'nobody-serves',
    now: {
      says: `the Rollout is not Healthy${why}, and ${beside}: it may be that nobody serves`,
      advice: deployment === undefined ? 'Mend the Rollout first.' : 'Scale the Deployment up again in Git, then mend the Rollout.',
    },
  }
}

/** What takes the Deployment out of service; Argo CD puts back what Git still says of its size. */
function nextWhileBothServe({ refersTo }: MigratingRollout, { wanted }: MigratingDeployment): string {
  if (wanted === 0) return 'Wait: the Deployment is scaled to 0, and its pods are about to go.'
  if (refersTo === undefined)
    return 'Test the Rollout, over a Service of its own if need be; then set replicas: 0 of the Deployment in Git.'
  if (refersTo.scaleDown === 'never')
    return (
      'Test the Rollout; then set scaleDown: onsuccess of its workloadRef, or replicas: 0 of the Deployment, in Git. ' +
      "What is released from now on is the Deployment's template."
    )
  return (
    `The controller scales the Deployment down by itself (scaleDown: ${refersTo.scaleDown}). ` +
    'Where it comes back, Git still says how many replicas it has: take that out.'
  )
}

function atTheEnd(migration: Migration, rollout: MigratingRollout, deployment: MigratingDeployment | undefined): MigrationAt {
  const notes = leftovers(migration, rollout, deployment)
  const serves = `the Rollout serves alone with ${pods(rollout.available)}`
  if (deployment !== undefined && rollout.refersTo === undefined) {
    const says = `step 4 of 5, ${serves}, and Deployment ${deployment.name} is there with replicas: 0`
    return { step: 'scaled-down', now: { says, advice: 'Keep it as long as you may want to go back; then take it out of Git.' }, notes }
  }
  if (notes.length > 0) return { step: 'leftovers', now: { says: `step 4 of 5, ${serves}, and something seems to be left` }, notes }
  const beside =
    deployment === undefined ? 'no Deployment is beside it' : `Deployment ${deployment.name} keeps its template, with replicas: 0`
  return { step: 'done', now: { says: `step 5 of 5, done: ${serves}, and ${beside}` }, notes }
}

/** What goes wrong while pods of both are there. */
function overlaps(rollout: MigratingRollout, deployment: MigratingDeployment, { services }: Migration): readonly Remark[] {
  const found: Remark[] = []
  // A reference takes over the Deployment's labels, as it is meant to.
  if (rollout.refersTo === undefined && (selects(rollout.selector, deployment.labels) || selects(deployment.selector, rollout.labels))) {
    const counted = 'what counts by them (a budget, an autoscaler, kubectl) counts both'
    found.push({
      says: `the selectors of the Rollout and of Deployment ${deployment.name} match each other's pods: ${counted}`,
      advice: "Give the Rollout's selector and template a label of its own.",
    })
  }
  for (const { name, selector } of services ?? []) {
    if (
      deployment.available === 0 ||
      rollout.available === 0 ||
      !selects(selector, deployment.labels) ||
      !selects(selector, rollout.labels)
    )
      continue
    if (rollout.services.includes(name)) continue
    const share = `about ${deployment.available} of ${rollout.available + deployment.available} requests`
    found.push({
      says: `Service ${name} leads to pods of both: ${share} go to the Deployment, whatever weight a canary has`,
      advice: 'Until the Deployment is scaled down, requests that come this way tell an analysis of both.',
    })
  }
  return found
}

function withPods({ name, available }: MigratingDeployment): string {
  return `Deployment ${name} with ${pods(available)}`
}

function pods(count: number): string {
  return count === 1 ? '1 pod' : `${count} pods`
}
