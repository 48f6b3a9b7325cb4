import { eventOfTime, type Healthy } from '../../domain/quarantine/ending.ts'
import type { ReleaseTransition } from '../../domain/release/transitions.ts'
import { imagesTold } from '../../domain/rollout/images-told.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { recordQuarantine } from '../record/record-quarantine.ts'

/**
 * What a look at a Rollout says of its quarantines: a version that serves healthy is proven, and days that are over are over. `steps`: what
 * the same look has shown of its releases; `holds`: whether its verdict does. To be called within `Journal.commit`.
 */
export function quarantinesOfLook(
  environment: Environment,
  look: Look,
  { steps, holds }: { steps: readonly ReleaseTransition[]; holds: boolean },
): readonly LedgerEntry[] {
  const standing = environment.ledger.quarantines({ rollout: look.ref, standing: true })
  // Of nearly every look.
  if (standing.length === 0) return []
  const healthy = [...promotedIn(steps), ...(holds ? servingIn(look) : [])]
  const told = steps.map(({ release }) => release.key)
  return standing.flatMap((one) => {
    const event = eventOfTime(one, environment.clock.now(), healthy)
    // A release that takes a step is written with that, and its card as well.
    return event ? recordQuarantine(environment, one.key, event, told.includes(one.release) ? { told: one.release } : {}).entries : []
  })
}

function promotedIn(steps: readonly ReleaseTransition[]): readonly Healthy[] {
  return steps.flatMap(({ release: { outcome, podTemplateHash, images } }) =>
    outcome === 'promoted' && podTemplateHash !== null ? [{ podTemplateHash, images }] : [],
  )
}

function servingIn({ rollout, serving, observation }: Look): readonly Healthy[] {
  if (!rollout?.currentPodHash || serving.state !== 'in-step' || rollout.phase !== 'Healthy') return []
  return [{ podTemplateHash: rollout.currentPodHash, images: imagesTold(rollout, observation.replicaSets) }]
}
