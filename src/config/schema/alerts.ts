import { z } from 'zod'
import { path } from '../../options/file.ts'
import { mappingPath, name } from './words.ts'

// Who has the alerts, and which Rollout one is about.

const DEFAULT_ROLLOUT = [
  '$.labels.rollout',
  '$.labels.exported_rollout',
  '$.labels.deployment',
  '$.labels.workload',
  '$.labels.app_kubernetes_io_name',
  '$.labels.app',
  '$.labels.service',
  '$.labels.exported_service',
  '$.labels.sloth_service',
  '$.labels.slo',
  '$.labels.job',
]

/** More places would be looked at for each of many alerts. */
const paths = z.array(mappingPath).min(1).max(20)

export const labels = z.strictObject({
  cluster: mappingPath
    .default('$.labels.cluster')
    .describe("JSONPath of the cluster's name, as `clusters` gives it; passed over where it is none."),
  namespace: mappingPath.default('$.labels.namespace').describe("JSONPath of the Rollout's namespace."),
  rollout: paths
    .default(DEFAULT_ROLLOUT)
    .describe("JSONPaths of the Rollout's name. The first that finds a Rollout in that namespace counts."),
})

export const webhook = z.strictObject({
  secretFile: path
    .optional()
    .describe('File with the shared secret: the `credentials` of its `authorization`, or the password of its `basic_auth`.'),
})

/** What every entry of `alerts.sources` may say besides its server's own keys. */
export const ofSource = {
  cluster: name.optional().describe('Its alerts are about this cluster, by its name in `clusters`. Any where nothing is said.'),
}
