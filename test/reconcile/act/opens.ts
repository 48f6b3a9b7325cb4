import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { PullRequest } from '../../../src/ports/forge.ts'
import { openRevert } from '../../../src/reconcile/act/open-revert.ts'
import { revertEntry } from '../../contract/ledger-documents.ts'
import type { Failure } from './a-failure.ts'
import { REPO } from './a-host.ts'

/** What comes of a delivery, in its receipt, at the forge and in the ledger. */
export async function opens(failure: Failure, fields: Partial<Revert> = {}, isFirst = true) {
  const revert = failure.planned(fields)
  await failure.ledger.append([revertEntry(revert)])
  const { entries, ...delivered } = await openRevert(failure.environment, revert, { decided: failure.decided, isLate: false, isFirst })
  await failure.ledger.append(entries?.() ?? [])
  return { revert, delivered, pulls: failure.forges.pullRequests(REPO), kept: failure.ledger.read('revert', revert.key) }
}

/** It was decided a moment ago. */
export function justDecided({ decided, known, planned }: Failure, source: object = {}): void {
  const findings = { ...known.findings, source: known.findings.source && { ...known.findings.source, ...source } }
  decided.note(planned().key, { known: { ...known, findings }, at: 0 })
}

/** A PR of the revert, whose branch holds this. */
export async function openAtForge(failure: Failure, head = failure.known.findings.source?.proof?.commit): Promise<PullRequest> {
  const { branch, forges, repository } = failure
  if (head && !(await repository.remoteBranch(branch))) await repository.push(branch, head)
  return forges.forRepository(REPO).open({ branch, base: 'main', title: 't', body: 'Proven by files: as it was.' })
}
