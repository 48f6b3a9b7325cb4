import { expect, it } from 'vitest'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import { createLiftByLabel } from '../../../src/reconcile/quarantine/lift-by-label.ts'
import { liftQuarantine, type LiftResult } from '../../../src/reconcile/quarantine/lift.ts'
import { aRelease, aRevert } from '../../contract/ledger-documents.ts'
import { aQuarantine } from '../../domain/quarantine/a-quarantine.ts'
import { anEnvironment, known, NOW } from '../an-environment.ts'

const REPO = 'https://forge.example/acme/shop'
const LABEL = 'kedge/quarantine-lift'

it.each<{ what: string; quarantine: Partial<Quarantine> | undefined; result: LiftResult }>([
  { what: 'that stands', quarantine: {}, result: 'lifted' },
  { what: 'that is over', quarantine: { state: 'over', outcome: 'expired', endedAt: 1 }, result: 'not-needed' },
  { what: 'that nobody knows', quarantine: undefined, result: 'absent' },
])('a quarantine $what: $result', async ({ quarantine, result }) => {
  const documents = quarantine ? [known('quarantine', aQuarantine({ key: 'q', ...quarantine }))] : []
  const { environment, journal, ledger } = await anEnvironment(documents)
  expect(await liftQuarantine(environment, journal, { key: 'q', by: 'ada', reason: `it was\u0007 Git ${'x'.repeat(400)}` })).toBe(result)
  const lifted = ledger.read('quarantine', 'q')
  const isLifted = result === 'lifted'
  expect(lifted ?? {}).toMatchObject(isLifted ? { state: 'over', outcome: 'lifted', liftedBy: 'ada', endedAt: NOW } : {})
  expect(lifted === documents[0]?.document).toBe(!isLifted)
  expect(lifted?.liftedFor?.length).toBe(result === 'lifted' ? 300 : undefined)
})

interface Given {
  labels?: readonly string[]
  isOpen?: boolean
  revert?: Partial<Revert> | null
  release?: null
  allowed?: boolean
  quarantine?: Partial<Quarantine>
}

/** Whether a quarantine is lifted by what the revert PR of its release bears, how often that was asked, and who has lifted it. */
async function lifted({ labels = [LABEL], isOpen = true, revert = {}, release, allowed = true, quarantine = {} }: Given) {
  const one = aQuarantine({ key: 'q', release: 'r' })
  const { environment, journal, ledger, forges } = await anEnvironment(
    [
      known('quarantine', { ...one, ...quarantine }),
      ...(release === null ? [] : [known('release', aRelease({ key: 'r', revertKey: revert && 'v' }))]),
      ...(revert
        ? [known('revert', aRevert({ key: 'v', repoURL: REPO, pullRequest: { number: 2, url: 'https://forge.example/2' }, ...revert }))]
        : []),
    ],
    { allowsRepository: (url) => url !== REPO || allowed },
  )
  for (const branch of ['kedge/revert/a', 'kedge/revert/b'])
    await forges.openByHuman(REPO, { branch, base: 'main', title: 't', body: '', author: 'kedge' })
  const forge = forges.forRepository(REPO)
  let asked = 0
  environment.forges = {
    forRepository: () => ({ ...forge, get: async (number) => ((asked += 1), { ...(await forge.get(number)), labels }) }),
  }
  const open = (await forge.listOpen('main')).map((pull) => ({ ...pull, labels: pull.number === 2 ? labels : [] }))
  const heads = { head: undefined, pulls: [], ours: isOpen ? open : [], moves: 0 }
  const result = await createLiftByLabel(environment, journal)(one, heads, 0)
  const { liftedBy, liftedFor } = ledger.read('quarantine', 'q') ?? {}
  return { result, asked, by: [liftedBy, liftedFor] }
}

const BY = ['whoever labelled PR #2', `the label ${LABEL} on PR #2`]
const NOBODY = [undefined, undefined]

it.each<{ what: string; given: Given; expected: { result: boolean; asked: number; by: readonly (string | undefined)[] } }>([
  { what: 'bears the label', given: {}, expected: { result: true, asked: 0, by: BY } },
  {
    what: 'bears it in capitals, among others',
    given: { labels: ['other', LABEL.toUpperCase()] },
    expected: { result: true, asked: 0, by: BY },
  },
  { what: 'bears it and is open no more', given: { isOpen: false }, expected: { result: true, asked: 1, by: BY } },
  { what: 'bears none', given: { labels: [] }, expected: { result: false, asked: 0, by: NOBODY } },
  { what: 'bears another', given: { labels: ['other'], isOpen: false }, expected: { result: false, asked: 1, by: NOBODY } },
  { what: 'is not there', given: { revert: { pullRequest: null } }, expected: { result: false, asked: 0, by: NOBODY } },
  { what: 'was never asked for', given: { revert: null }, expected: { result: false, asked: 0, by: NOBODY } },
  { what: 'is of a release that is forgotten', given: { release: null }, expected: { result: false, asked: 0, by: NOBODY } },
  {
    what: 'is in a repository that is not allowed',
    given: { allowed: false, isOpen: false },
    expected: { result: false, asked: 0, by: NOBODY },
  },
  {
    what: 'bears it once it is over',
    given: { quarantine: { state: 'over', outcome: 'expired', endedAt: 1 } },
    expected: { result: false, asked: 0, by: NOBODY },
  },
])('where the revert PR $what: $expected.result', async ({ given, expected }) => {
  expect(await lifted(given)).toEqual(expected)
})
