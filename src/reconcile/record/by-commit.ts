import { factsOfSource } from '../../domain/release/findings.ts'
import type { Release } from '../../domain/release/release.ts'
import { failedAt, isWithin } from '../../domain/storm/members.ts'
import type { Case } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import { gather } from '../storm/gather.ts'
import { entriesOfGathered, recordRelease } from './moves.ts'

/**
 * Which commit brought a release is known only once Git was asked: those that one commit brought are told on one card from then on. What is
 * known of it is written before it is decided on, so that others find it. Nothing is written where nobody else has failed lately.
 */
export async function gatherByCommit(environment: Environment, journal: Journal, { release, policy, findings }: Case): Promise<void> {
  const { ledger } = environment
  const { source } = findings
  const isAlone = (present: Release): boolean =>
    !ledger
      .releases({ open: true, limit: 1_000 })
      .some((one) => one.key !== present.key && one.state === 'failed' && isWithin(failedAt(present), [failedAt(one)], policy.storms))
  const isMeant = (present: Release | undefined): present is Release => present?.state === 'failed' && present.storm === undefined
  if (!source?.revision || !policy.inStorms || !isMeant(release) || isAlone(release)) return
  await journal.commit(() => {
    const present = ledger.read('release', release.key)
    if (!isMeant(present)) return []
    const facts = factsOfSource(present, source)
    const gathered = gather(environment, { ...present, ...facts }, policy)
    const { storm } = gathered
    const event = storm === undefined ? 'release-updated' : 'release-gathered'
    const known = recordRelease(environment, present.key, { type: event, facts: { ...facts, ...(storm !== undefined && { storm }) } })
    return [...entriesOfGathered(environment, gathered), ...known.entries]
  })
}
