import type { Release } from '../../domain/release/release.ts'
import type { Ledger } from '../../ports/ledger.ts'
import type { LogFields, Logger } from '../../ports/log.ts'

/**
 * The same ledger; each decision that becomes durable is one line of the log, with the keys by which the ledger, the API and the pull
 * request know the release and its attempt. A decision that is only confirmed is no news.
 */
export function logDecisions(ledger: Ledger, logger: Logger): Ledger {
  return {
    ...ledger,
    async append(entries) {
      const releases = entries.flatMap((entry) => (entry.kind === 'release' ? [entry.document] : []))
      // What was decided before must be read before the write.
      const news = releases.filter((release) => isNews(release, ledger.read('release', release.key)))
      await ledger.append(entries)
      for (const release of news) logger.info('decided', describe(release))
    },
  }
}

function isNews({ decision }: Release, before: Release | undefined): boolean {
  return decision !== null && (decision.action !== before?.decision?.action || decision.reason !== before.decision.reason)
}

function describe(release: Release): LogFields {
  const { decision } = release
  return {
    release: release.key,
    attempt: release.attempts.at(-1)?.key,
    rollout: `${release.cluster}/${release.namespace}/${release.rollout}`,
    cause: release.cause,
    action: decision?.action,
    reason: decision?.reason,
    failedChecks: decision?.checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id),
    revert: release.revertKey,
  }
}
