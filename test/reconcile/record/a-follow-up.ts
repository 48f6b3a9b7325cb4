import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Pass } from '../../../src/reconcile/decide/case.ts'
import { createJustDecided } from '../../../src/reconcile/decide/just-decided.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { createFollowUp } from '../../../src/reconcile/record/follow-up.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { anAttempt } from '../../domain/an-attempt.ts'
import { aPass } from '../a-case.ts'
import { anEnvironment, known, lineOf, NOW, TOLD_IN_C } from '../an-environment.ts'

const REPO = 'https://forge.example/acme/shop'

/** The commit that the revert is known to have pushed. */
const OURS = '1'.repeat(40)

interface Given {
  release?: Partial<Release>
  /** Undefined: one is open for it; null: there is none. */
  revert?: Partial<Revert> | null
  documents?: readonly LedgerEntry[]
  fields?: Partial<Environment>
}

/** A failed release whose revert PR is open at a forge that counts how often it is asked. */
export async function aFollowUp({ release, revert = {}, documents = [], fields }: Given = {}) {
  const document = aRelease({ key: 'r', attempts: [anAttempt()], policy: TOLD_IN_C, revertKey: revert && 'v', ...release })
  const place = await anEnvironment([known('release', document), ...documents], fields)
  const seen = { asked: 0, meanwhile: async (): Promise<void> => undefined }
  const { forges, ledger, environment, clock } = place
  const request = { branch: 'kedge/revert/x', base: 'main', title: 'Revert', body: '', author: 'kedge' }
  const number = await forges.openByHuman(REPO, request)
  if (revert) {
    const pullRequest = { number, url: 'https://forge.example/1' }
    await ledger.append([known('revert', aRevert({ key: 'v', repoURL: REPO, releases: ['r'], pullRequest, ...revert }))])
  }
  environment.forges = {
    forRepository: (url) => {
      const forge = forges.forRepository(url)
      const get: typeof forge.get = async (pull) => {
        seen.asked += 1
        const found = await forge.get(pull)
        await seen.meanwhile()
        return { ...found, headSha: OURS }
      }
      return { ...forge, get }
    },
  }
  const lines: string[] = []
  const journal: typeof place.journal = {
    commit: (entries) =>
      place.journal.commit(() => {
        const written = entries()
        lines.push(...written.map(lineOf))
        return written
      }),
  }
  const decided = createJustDecided(clock)
  const followUp = createFollowUp(environment, journal, decided)
  return {
    ...place,
    followUp,
    seen,
    lines,
    close: () => forges.closeByHuman(REPO, number),
    merge: () => forges.merge(REPO, number, 'f'.repeat(40)),
    /** Takes the release, as the ledger has it, a step further. */
    follow: (pass: Pass = aPass()) => followUp.follow(pass, ledger.read('release', 'r') ?? document),
    change: (change: Partial<Release>) => ledger.append([known('release', { ...document, ...ledger.read('release', 'r'), ...change })]),
    pass: (ms: number) => clock.advanceTo(NOW + ms, async () => undefined),
  }
}
