import { deploymentState, deploymentWords, environmentName } from '../../domain/announce/deployment.ts'
import type { ShownDeployment } from '../../domain/announce/shown-deployment.ts'
import { normaliseRepoURL } from '../../domain/application/repo-url.ts'
import { KedgeError } from '../../domain/errors.ts'
import type { Release } from '../../domain/release/release.ts'
import type { LedgerEntry } from '../../ports/ledger.ts'
import type { Environment } from '../environment.ts'
import { askGit } from '../git-facts/ask-git.ts'
import { knownForge } from '../known-forge.ts'
import { lookAt } from '../look/observe.ts'
import { revertOf } from '../look/stands-for.ts'
import type { Delivered } from '../outbox/delivered.ts'
import { recordRelease } from '../record/moves.ts'
import { policyOf } from '../tell/whom.ts'
import { openWays, type TellRefusal } from './announce.ts'
import { linkOf } from './link-of.ts'

const WITHHELD: Delivered = { state: 'abandoned', event: 'effect-withheld' }

/**
 * Brings a release's deployment at its forge up to date; it is made first where there is none, for the commit that Git names as the one
 * that brought the release. The forge is looked at before anything is written, so a crash anywhere repeats nothing. What it refuses is left
 * out.
 * @throws KedgeError E_GIT_*, E_FORGE_* that may pass, to be tried again
 */
export async function showDeployment(environment: Environment, releaseKey: string, tellRefusal: TellRefusal): Promise<Delivered> {
  const { ledger, digest } = environment
  const release = ledger.read('release', releaseKey)
  const state = release && deploymentState(release)
  if (!release || !state) return WITHHELD
  const policy = policyOf(environment, release)
  if (!openWays(environment, policy).includes('deployment')) return WITHHELD
  const place = release.deployment ?? (await placeOf(environment, release, policy.deploymentEnvironment))
  if (!place || place.environment === '') return { state: 'done', event: 'deployment-shown', receipt: { deployment: 'none' } }
  const forge = environment.allowsRepository(place.repoURL) ? knownForge(environment.forges, place.repoURL) : undefined
  if (!forge) return WITHHELD
  const { repoURL, commit, environment: name } = place
  const revert = revertOf(environment, release)
  const url = linkOf(environment, release, revert)
  const { number, refusal } = await forge.deploy(
    {
      environment: name,
      commit,
      branch: 'branch' in place ? place.branch : commit,
      marker: digest(releaseKey).slice(0, 20),
      state,
      description: deploymentWords({ release, revert }),
      ...(url && { url }),
    },
    { number: release.deployment?.number, others: othersIn(environment, release, place) },
  )
  if (refusal !== undefined) tellRefusal({ repository: normaliseRepoURL(repoURL), commit }, 'deployment', refusal)
  const entries = (): readonly LedgerEntry[] => {
    if (number === undefined) return []
    const deployment: ShownDeployment = { repoURL, commit, environment: name, number }
    return recordRelease(environment, releaseKey, { type: 'release-shown', facts: { deployment } }).entries
  }
  const receipt = { deployment: number ?? 'refused', environment: name, state: refusal === undefined ? state : 'refused' }
  return { state: 'done', event: 'deployment-shown', receipt, entries }
}

interface Place extends Omit<ShownDeployment, 'number'> {
  readonly branch: string
}

/**
 * Where a deployment is to be made; undefined where Git does not say which commit has brought the release (a chart, a Rollout of several
 * Applications), or cannot be read for good.
 */
async function placeOf(environment: Environment, release: Release, template: string): Promise<Place | undefined> {
  const { cluster, namespace, rollout: name } = release
  const view = environment.views.find((one) => one.cluster === cluster)
  if (!view || release.outcome === 'gone') return undefined
  try {
    const source = await askGit(environment, lookAt(environment, view, { cluster, namespace, name }), release)
    if (!source?.revision || source.repoURL === null) return undefined
    const { sha: commit } = source.revision
    return { repoURL: source.repoURL, commit, branch: source.baseBranch ?? commit, environment: environmentName(template, release) }
  } catch (error) {
    if (error instanceof KedgeError && !error.retryable) return undefined
    throw error
  }
}

/** The deployments of the Rollout's other releases there: a forge that keeps no marker may show them by the same commit. */
function othersIn({ ledger }: Environment, release: Release, place: Pick<ShownDeployment, 'repoURL' | 'environment'>): readonly number[] {
  const { cluster, namespace, rollout: name, key } = release
  return ledger
    .releasesOf({ cluster, namespace, name })
    .flatMap((other) => (other.key !== key && other.deployment ? [other.deployment] : []))
    .filter(({ repoURL, environment }) => repoURL === place.repoURL && environment === place.environment)
    .map(({ number }) => number)
}
