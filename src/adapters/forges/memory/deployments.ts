import type { Deployment, DeploymentShown } from '../../../ports/forge.ts'

/** A deployment as the memory keeps it. */
export interface RememberedDeployment extends Pick<Deployment, 'environment' | 'commit' | 'branch' | 'marker'> {
  number: number
  /** What was said of it, oldest first. */
  said: Pick<Deployment, 'state' | 'description' | 'url'>[]
}

/** See `VendorForge`; what is refused, for whatever reason, is refused here, too. */
export function deployTo(
  shelf: { deployments: RememberedDeployment[]; statusesRefused: string | undefined },
  { environment, commit, branch, marker, ...news }: Deployment,
  number: number | undefined,
): DeploymentShown {
  if (shelf.statusesRefused !== undefined) return { ...(number !== undefined && { number }), refusal: shelf.statusesRefused }
  const known = shelf.deployments.find((one) => one.number === number || (one.environment === environment && one.marker === marker))
  const deployment = known ?? { environment, commit, branch, marker, number: shelf.deployments.length + 1, said: [] }
  if (!known) shelf.deployments.push(deployment)
  const newest = deployment.said.at(-1)
  const isThere = newest?.state === news.state && newest.description === news.description
  if (!isThere) deployment.said.push({ url: undefined, ...news })
  return { number: deployment.number }
}
