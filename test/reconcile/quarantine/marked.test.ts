import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../../src/domain/errors.ts'
import type { Mark, Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import { markCommit } from '../../../src/reconcile/quarantine/mark-commit.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aQuarantine, COMMIT, OTHER } from '../../domain/quarantine/a-quarantine.ts'
import { anEnvironment, known, lineOf, TOLD_IN_C } from '../an-environment.ts'

const REPO = 'https://github.com/acme/shop.git'
const RED: Mark = { commit: COMMIT, pullRequest: null, brings: true }

interface Given {
  quarantine?: Partial<Quarantine> | null
  others?: readonly Partial<Quarantine>[]
  mode?: 'pr' | 'observe' | null
  allowed?: boolean
  /** What the forge says where it takes no status. */
  refusal?: string
  /** No forge serves the repository. */
  isUnknown?: boolean
}

async function marked({ quarantine = {}, others = [], mode = 'pr', allowed = true, refusal, isUnknown = false }: Given = {}) {
  const documents = [
    ...(quarantine ? [known('quarantine', aQuarantine({ key: 'q', marks: [RED], ...quarantine }))] : []),
    ...others.map((one, at) => known('quarantine', aQuarantine({ key: `o${at}`, ...one }))),
    ...(mode ? [known('release', aRelease({ key: 'r1', policy: { ...TOLD_IN_C, mode } }))] : []),
  ]
  const { environment, forges, lines } = await anEnvironment(documents, { allowsRepository: () => allowed, views: [] })
  const forge = forges.forRepository(REPO)
  const setStatus: typeof forge.setStatus = async (...said) => (refusal === undefined ? forge.setStatus(...said) : refusal)
  environment.forges = {
    forRepository: () => {
      if (isUnknown) throw new KedgeError('E_FORGE_UNSUPPORTED', 'nobody')
      return { ...forge, setStatus }
    },
  }
  const deliver = () => markCommit(environment, { quarantineKey: 'q', commit: COMMIT })
  const { entries, ...done } = await deliver()
  return { ...done, deliver, forges, lines, written: entries?.() ?? [], shown: forges.statuses(REPO).map(({ state }) => state) }
}

const NOT_NEEDED = { state: 'abandoned', event: 'mark-not-needed' }

describe('what a forge shows beside a commit', () => {
  it('is red where the commit brings it back, and that once', async () => {
    const { deliver, forges, ...found } = await marked()
    expect(found).toMatchObject({
      state: 'done',
      event: 'commit-marked',
      receipt: { commit: COMMIT, state: 'failure' },
      written: [],
      shown: ['failure'],
    })
    expect(await deliver()).toEqual({ state: 'done', event: 'mark-stands', receipt: { commit: COMMIT, state: 'failure' } })
    expect(forges.statuses(REPO)).toHaveLength(1)
  })

  it.each<{ what: string; given: Given }>([
    { what: 'of a quarantine that nobody knows', given: { quarantine: null } },
    { what: 'where its repository is not known', given: { quarantine: { repoURL: null } } },
    { what: 'where that is not allowed', given: { allowed: false } },
    { what: 'where it is observed by now', given: { mode: 'observe' } },
    { what: 'where nothing is said of the commit', given: { quarantine: { marks: [{ ...RED, commit: OTHER }] } } },
    {
      what: 'where another repository has it',
      given: { quarantine: { marks: [] }, others: [{ repository: 'git.example/other', marks: [RED] }] },
    },
    { what: 'where no forge serves the repository', given: { isUnknown: true } },
  ])('is nothing new $what', async ({ given }) => {
    expect(await marked(given)).toMatchObject({ ...NOT_NEEDED, shown: [] })
  })

  it('is so of a release that is forgotten, too', async () => {
    expect((await marked({ mode: null })).shown).toEqual(['failure'])
  })

  it('is what all quarantines of the repository say together', async () => {
    expect((await marked({ quarantine: { marks: [] }, others: [{ marks: [RED] }] })).shown).toEqual(['failure'])
    expect((await marked({ quarantine: { state: 'over', outcome: 'lifted', endedAt: 1 } })).shown).toEqual(['success'])
  })
})

describe('a forge that takes no status', () => {
  const WHY = `no\u0007 rights ${'x'.repeat(400)}`

  it('costs nothing but that: it is kept, and said', async () => {
    const { event, written, lines } = await marked({ refusal: WHY })
    expect([event, written.map(lineOf)]).toEqual(['mark-refused', ['quarantine q: quarantine-unsaid']])
    const [unsaid] = written.flatMap((one) => (one.kind === 'quarantine' ? [one.document.unsaid] : []))
    expect(unsaid).toHaveLength(300)
    expect(unsaid).not.toContain('\u0007')
    expect(lines).toMatchObject([{ level: 'warn', fields: { code: 'E_FORGE_NO_STATUS', repository: 'github.com/acme/shop' } }])
  })

  it.each<{ what: string; given: Given; said: number }>([
    { what: 'is said once for a repository', given: { others: [{ unsaid: 'no' }] }, said: 0 },
    { what: 'is said of each repository', given: { others: [{ unsaid: 'no', repository: 'git.example/other' }] }, said: 1 },
    { what: 'is said where nobody said so of another', given: { others: [{}] }, said: 1 },
  ])('$what', async ({ given, said }) => {
    expect((await marked({ ...given, refusal: 'no' })).lines).toHaveLength(said)
  })

  it('is taken back once it takes one', async () => {
    const { written, lines } = await marked({ quarantine: { unsaid: 'no' } })
    expect(written[0]?.document).not.toHaveProperty('unsaid')
    expect([written.map(lineOf), lines]).toEqual([['quarantine q: quarantine-unsaid'], []])
  })
})
