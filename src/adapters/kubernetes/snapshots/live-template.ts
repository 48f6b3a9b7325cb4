import type { LiveTemplate } from '../../../domain/rollout/template.ts'
import { Sealed } from '../../../domain/sealed.ts'
import { fields, isObject } from './fields.ts'

/**
 * By whom a ReplicaSet's template was given labels and annotations that may go again. Source: argo-rollouts
 * `utils/replicaset/canary.go`.
 */
const EPHEMERAL = 'rollout.argoproj.io/ephemeral-metadata'

/** The pod template of an `apps/v1` ReplicaSet; undefined for one without a template, or of another uid. Never throws. */
export function readLiveTemplate(object: unknown, uid: string): LiveTemplate | undefined {
  const metadata = fields(fields(object)['metadata'])
  const { template } = fields(fields(object)['spec'])
  if (metadata['uid'] !== uid || !isObject(template)) return undefined
  const ephemeral = fields(metadata['annotations'])[EPHEMERAL]
  return { template: new Sealed(template), ephemeralMetadata: typeof ephemeral === 'string' ? ephemeral : undefined }
}
