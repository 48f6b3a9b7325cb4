import type { RolloutSummary } from '../../api/contract.ts'
import type { QuarantineSummary } from '../../api/quarantine-contract.ts'
import type { Quarantine } from '../../domain/quarantine/quarantine.ts'
import { quarantinedName } from '../../domain/quarantine/words.ts'
import type { Release } from '../../domain/release/release.ts'
import type { RolloutRef } from '../../domain/rollout/snapshots.ts'
import type { Ledger } from '../../ports/ledger.ts'
import { encodeId } from '../request/paging.ts'

/** One version that failed and is to stay out. */
export function summariseQuarantine(one: Quarantine): QuarantineSummary {
  const { key, cluster, namespace, rollout: name, images, reason, culprit, repository, since, until, state, outcome, endedAt } = one
  return {
    key,
    cluster,
    namespace,
    name,
    version: quarantinedName(one),
    images,
    reason,
    culprit,
    repository,
    since,
    until,
    state,
    outcome,
    endedAt,
    liftedBy: one.liftedBy ?? null,
    liftedFor: one.liftedFor ?? null,
    release: encodeId(one.release),
    broughtBackBy: one.marks.filter(({ brings }) => brings).map(({ commit, pullRequest }) => ({ commit, pullRequest })),
    unsaid: one.unsaid ?? null,
  }
}

/** The quarantine that the version of a release is in, or was last; null where it never was in one. */
export function quarantineOf(release: Release, ledger: Ledger): QuarantineSummary | null {
  const { cluster, namespace, rollout: name, podTemplateHash, key } = release
  const own = ledger.quarantines({ rollout: { cluster, namespace, name } })
  const isSame = ({ templates }: Quarantine): boolean => podTemplateHash !== null && templates.includes(podTemplateHash)
  const found = own.find((one) => one.release === key) ?? own.find((one) => isSame(one) && one.state === 'standing') ?? own.find(isSame)
  return found ? summariseQuarantine(found) : null
}

/** The newest version of a Rollout that is in quarantine. */
export function newestQuarantine(rollout: RolloutRef, ledger: Ledger): RolloutSummary['quarantine'] {
  const [newest] = ledger.quarantines({ rollout, standing: true })
  return newest ? { key: newest.key, version: quarantinedName(newest), until: newest.until } : null
}
