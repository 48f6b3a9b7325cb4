import { KedgeError, type ErrorCode } from '../../../src/domain/errors.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import type { Look } from '../../../src/reconcile/look/observe.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { REPO } from '../../simulation/application.ts'
import { aPass } from '../a-case.ts'
import { aHistory, ofWeb, running } from '../a-history.ts'
import { stagedApplication } from '../an-application.ts'
import { anEnvironment, known, NOW, TOLD_IN_C } from '../an-environment.ts'

/** A branch that cannot be read. */
export const AWAY = 'away'

/** A branch on which v2 failed, was taken back and is brought again; how often it is asked, and what keeps it from being asked. */
export async function anAskedBranch(quarantines: readonly (Partial<Quarantine> & { key: string })[] = [{ key: 'q' }]) {
  const { repository, commit, asked } = aHistory()
  const good = commit(running('v1'))
  const culprit = commit(running('v2'), good)
  const head = commit(running('v2'), commit(running('v1'), culprit))
  const place = {
    repository: 'git.example/shop/gitops',
    repoURL: REPO,
    baseBranch: 'main',
    release: 'r',
    since: NOW,
    until: NOW + 86_400_000,
  }
  const documents = quarantines.map((one) => ofWeb(good, culprit, { ...place, ...one }))
  const seen = { fetched: 0, fault: undefined as ErrorCode | Error | undefined }
  const repositories = {
    open: async () => ({
      ...repository,
      fetch: async (branch: string) => {
        seen.fetched += 1
        if (branch === AWAY) throw new KedgeError('E_GIT_UNREACHABLE', 'away')
        if (seen.fault instanceof Error) throw seen.fault
        if (seen.fault) throw new KedgeError(seen.fault, 'away')
        return head
      },
    }),
  }
  const revert = aRevert({ key: 'v', repoURL: REPO, releases: ['r'], pullRequest: { number: 1, url: 'https://forge.example/1' } })
  const release = aRelease({ key: 'r', policy: TOLD_IN_C, revertKey: 'v' })
  const house = await anEnvironment(
    [known('release', release), known('revert', revert), ...documents.map((one) => known('quarantine', one))],
    { repositories },
  )
  await house.forges.openByHuman(REPO, { branch: 'kedge/revert/x', base: 'main', title: 't', body: '', author: 'kedge' })
  return {
    ...house,
    documents,
    head,
    culprit,
    seen,
    label: () => house.forges.label(REPO, 1, 'kedge/quarantine-lift'),
    /** How often a change was read. */
    read: () => asked.filter(([what]) => what === 'differingPaths').length,
    wait: (ms: number) => house.clock.advanceTo(house.clock.now() + ms, async () => undefined),
    /** A pass over one of its Rollouts. */
    pass: (name = 'web', look: Partial<Look> = {}, policy: Partial<Policy> = {}): Pass =>
      aPass({ ref: { cluster: 'east', namespace: 'shop', name }, applications: [stagedApplication()], ...look }, policy),
  }
}
