import type { RequestHandler } from 'express'
import type { ApplicationAnswer, ApplicationRelease, ApplicationRollout } from '../../api/application-contract.ts'
import type { ReleaseDetail } from '../../api/contract.ts'
import { chipOf, verdictOf, whyOf, type Chip, type Tone } from '../../api/words.ts'
import type { RolloutSnapshot } from '../../domain/rollout/snapshots.ts'
import { rolloutHref } from '../../ui/board.ts'
import { releasePageOf } from '../../ui/release-page.ts'
import { answerError } from '../request/answers.ts'
import type { ReadOptions } from '../request/options.ts'
import { isApplicationName, rolloutsOwnedBy } from '../views/find.ts'
import { findRollout } from '../views/fleet.ts'
import { findRelease } from '../views/release-detail.ts'
import { newestRelease, summariseRollout } from '../views/rollout-summary.ts'

/** What Argo CD's proxy sets on every request, after it has found that whoever asks may get this Application: `namespace:name`. */
const APPLICATION_HEADER = 'Argocd-Application-Name'
const PATH = '/api/v1/application'
const MOST = 50

/**
 * Answers what comes through Argo CD's proxy, and that alone: `GET /api/v1/application`, of the Application that the header names.
 * Everything else with that header is refused, reading and writing: Argo CD lets whoever may use the extension ask for any path, and they
 * may only see what belongs to an Application that they may get. Who sets the header without being the proxy sees less than without it.
 */
export function answerThroughArgocd(options: ReadOptions): RequestHandler {
  return async (request, response, next) => {
    const named = request.get(APPLICATION_HEADER)
    if (named === undefined && request.path !== PATH) return next()
    if (request.path !== PATH || request.method !== 'GET')
      return answerError(response, 403, 'E_HTTP_FORBIDDEN', `Through Argo CD only GET ${PATH} is answered.`)
    const application = named === undefined || named.includes('/') ? '' : named.replace(':', '/')
    if (!isApplicationName(application))
      return answerError(response, 400, 'E_HTTP_BAD_REQUEST', `${APPLICATION_HEADER} has to name an Application, as Argo CD's proxy does.`)
    response.json(await tellApplication(options, application))
  }
}

async function tellApplication(options: ReadOptions, application: string): Promise<ApplicationAnswer> {
  const owned = rolloutsOwnedBy(options, application)
  const told = (await Promise.all(owned.slice(0, MOST).map((rollout) => tellRollout(options, rollout)))).filter((one) => one !== undefined)
  return {
    application,
    rollouts: told.toSorted((a, b) => TONES.indexOf(a.tone) - TONES.indexOf(b.tone)),
    total: owned.length,
    blind: options.views.filter((view) => !view.freshness('rollouts').fresh).map(({ cluster }) => cluster),
  }
}

/** The worst first. */
const TONES: readonly Tone[] = ['bad', 'warn', 'unknown', 'paused', 'moving', 'good']

async function tellRollout(options: ReadOptions, rollout: RolloutSnapshot): Promise<ApplicationRollout | undefined> {
  const found = findRollout(options, rollout)
  if (!found) return undefined
  const summary = summariseRollout(found, options)
  const release = newestRelease(rollout, options.ledger)
  const detail = release && (await findRelease(options, release.key))
  const { tone, words } = verdictOf(summary)
  const path = detail ? `/releases/${detail.id}` : rolloutHref(rollout)
  return {
    cluster: rollout.cluster,
    namespace: rollout.namespace,
    name: rollout.name,
    uid: rollout.uid,
    tone,
    verdict: words,
    since: summary.since,
    gitWants: versionOf(chipOf(summary.gitWants, summary.clusterRuns)),
    clusterRuns: versionOf(chipOf(summary.clusterRuns, summary.gitWants)),
    why: whyOf(summary) ?? null,
    release: detail ? tellRelease(detail, options.clock.now()) : null,
    page: options.links.own?.(path) ?? null,
  }
}

function tellRelease(detail: ReleaseDetail, now: number): ApplicationRelease {
  const { sentence, todo, todoHref, did, pullRequest, evidence } = releasePageOf(detail, now)
  const isOpen = detail.release.outcome === 'open'
  return {
    isOpen,
    sentence,
    todo: (isOpen && todo) || null,
    todoHref: (isOpen && todoHref) || null,
    did,
    pullRequest: pullRequest ? { words: pullRequest.words, href: pullRequest.href ?? null } : null,
    evidence: evidence.map(({ metric, value, condition, counts, source }) => ({ metric, value, condition, counts, source })),
  }
}

function versionOf(chip: Chip | undefined): string | null {
  if (!chip) return null
  return chip.tag !== undefined && chip.sha !== undefined ? `${chip.tag} (${chip.sha})` : (chip.tag ?? chip.sha ?? null)
}
