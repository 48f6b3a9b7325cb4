import { expect, it } from 'vitest'
import { createMemoryForges } from '../../../src/adapters/forges/memory/forge.ts'
import type { Environment } from '../../../src/reconcile/environment.ts'
import { markCommit } from '../../../src/reconcile/quarantine/mark-commit.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { aQuarantine, COMMIT } from '../../domain/quarantine/a-quarantine.ts'

const PULL = 'https://git.example/pull/1'
const PAGE = 'https://kedge.example/releases/r1'

/** Where the forge leads people from what it says beside a commit that brings back what failed. */
async function ledTo({ pull, page }: { pull: string | undefined; page: string }): Promise<string | undefined> {
  const quarantine = aQuarantine({ marks: [{ commit: COMMIT, pullRequest: null, brings: true }] })
  const documents: Readonly<Record<string, unknown>> = {
    quarantine,
    release: aRelease({ key: 'r1', revertKey: 'v1' }),
    revert: aRevert({ key: 'v1', pullRequest: pull === undefined ? null : { number: 1, url: pull } }),
  }
  const forges = createMemoryForges({ now: () => 7 })
  const environment = {
    ledger: { read: (kind: string) => documents[kind], quarantines: () => [quarantine], pendingEffects: () => [] },
    forges,
    views: [],
    allowsRepository: () => true,
    linksFor: () => [{ text: 'the release', url: page }],
  } as unknown as Environment
  await markCommit(environment, { quarantineKey: quarantine.key, commit: COMMIT })
  const [status] = forges.statuses(quarantine.repoURL ?? '')
  expect(status?.state).toBe('failure')
  return status?.url
}

it('beside a commit that brings back what failed people are led to the PR that took it out, else to its release', async () => {
  expect(await ledTo({ pull: PULL, page: PAGE })).toBe(PULL)
  expect(await ledTo({ pull: undefined, page: PAGE })).toBe(PAGE)
})

it.each(['https://ada:planted@git.example/pull/1', 'javascript:alert(1)', '/pull/1', ''])('and never to %j', async (pull) => {
  expect(await ledTo({ pull, page: PAGE })).toBe(PAGE)
  expect(await ledTo({ pull, page: pull })).toBeUndefined()
})
