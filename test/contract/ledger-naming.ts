import { describe, expect, it } from 'vitest'
import type { CommitSha } from '../../src/domain/application/commit.ts'
import type { LedgerStore } from '../../src/ports/ledger.ts'
import { aRelease, aRevert, releaseEntry, revertEntry } from './ledger-documents.ts'

const sha = (digits: string): CommitSha => digits.padEnd(40, '7') as CommitSha
const plain = { revision: null, images: [], stableImages: [] }

/** How every LedgerStore finds releases by what they name. */
export function describeNaming(name: string, open: () => LedgerStore | Promise<LedgerStore>): void {
  const found = async (ledger: LedgerStore, asked: string, limit = 10) => (await ledger.naming(asked, limit)).releases.map(({ key }) => key)

  describe(`${name} finds releases by what they name`, () => {
    it('a commit by its first digits, in every place where a release has one', async () => {
      await using ledger = await open()
      const applied = (digits: string) => ({ application: 'argocd/web', revisions: [sha('0000'), sha(digits)] })
      await ledger.append([
        releaseEntry(aRelease({ ...plain, key: 'r1', revision: sha('abcd1') })),
        releaseEntry(aRelease({ ...plain, key: 'r2', goodRevision: sha('abcd2') })),
        releaseEntry(aRelease({ ...plain, key: 'r3', applied: applied('abcd3') })),
        releaseEntry(aRelease({ ...plain, key: 'r4', goodApplied: applied('abcd4') })),
        releaseEntry(aRelease({ ...plain, key: 'r5', revision: sha('abce') })),
      ])
      expect(await found(ledger, 'ABCD ')).toEqual(['r4', 'r3', 'r2', 'r1'])
      expect(await found(ledger, 'abcd1')).toEqual(['r1'])
      expect(await found(ledger, sha('abcd2'))).toEqual(['r2'])
      expect(await found(ledger, 'abc')).toEqual([])
      expect(await found(ledger, 'abcd5')).toEqual([])
      expect(await found(ledger, '0000777')).toEqual(['r4', 'r3'])
    })

    it.each([
      ['registry.example:5000/shop/Web:v1.8.0', ['r1']],
      ['shop/web:v1.8.0', ['r1']],
      ['web:v1.8.0', ['r2', 'r1']],
      ['v1.8.0', ['r2', 'r1']],
      [`sha256:${'e'.repeat(64)}`, ['r3']],
      ['eb:v1.8.0', []],
      ['web', []],
      ['', []],
    ])('an image as a whole or from a boundary on: %s', async (asked, keys) => {
      await using ledger = await open()
      await ledger.append([
        releaseEntry(aRelease({ ...plain, key: 'r1', images: ['registry.example:5000/shop/Web:v1.8.0', 'sidecar:'] })),
        releaseEntry(aRelease({ ...plain, key: 'r2', stableImages: ['other/web:v1.8.0'] })),
        releaseEntry(aRelease({ ...plain, key: 'r3', images: [`web@sha256:${'e'.repeat(64)}`] })),
      ])
      expect(await found(ledger, asked)).toEqual(keys)
    })

    it('what its revert takes back, is committed as and was merged as, whichever of both was written first', async () => {
      await using ledger = await open()
      const culprit = {
        sha: sha('cccc'),
        parents: [],
        author: { name: 'ana', email: 'ana@acme.example' },
        committedAt: 1,
        subject: 'v2',
        body: '',
      }
      await ledger.append([releaseEntry(aRelease({ ...plain, key: 'r1', revertKey: 'revert-1' })), releaseEntry(aRelease({ key: 'r2' }))])
      await ledger.append([revertEntry(aRevert({ key: 'revert-1', commit: sha('dddd'), culprits: [culprit] }))])
      await ledger.append([revertEntry(aRevert({ key: 'revert-1', commit: sha('dddd'), culprits: [culprit], mergeCommit: sha('eeee') }))])
      await ledger.append([releaseEntry(aRelease({ ...plain, key: 'r3', revertKey: 'revert-1' }))])
      for (const asked of ['cccc', 'dddd', 'eeee7']) expect(await found(ledger, asked)).toEqual(['r3', 'r1'])
    })

    it('as the release is now, the newest by their first records first, and says whether there are more', async () => {
      await using ledger = await open()
      const entry = (key: string, recurrence: number) => releaseEntry(aRelease({ ...plain, key, revision: sha('abcd'), recurrence }))
      await ledger.append(['r1', 'r2', 'r3'].map((key) => entry(key, 1)))
      await ledger.append([entry('r1', 2)])
      const all = await ledger.naming('abcd', 3)
      expect(all.releases.map(({ key, recurrence }) => [key, recurrence])).toEqual([
        ['r3', 1],
        ['r2', 1],
        ['r1', 2],
      ])
      expect(all.complete).toBe(true)
      expect(await ledger.naming('abcd', 2)).toEqual({ releases: all.releases.slice(0, 2), complete: false })
    })

    it('where many commits begin so, it finds at least a hundred, and says whether there are more', async () => {
      await using ledger = await open()
      const digits = (index: number) => `abcd${index.toString(16).padStart(4, '0')}`
      const many = Array.from({ length: 150 }, (_, index) => aRelease({ ...plain, key: `r${index}`, revision: sha(digits(index)) }))
      await ledger.append(many.map((release) => releaseEntry(release)))
      const asked = await ledger.naming('abcd', 200)
      expect(asked.complete).toBe(asked.releases.length === many.length)
      expect(asked.releases.length).toBeGreaterThanOrEqual(100)
      expect(await ledger.naming(digits(149), 200)).toMatchObject({ complete: true, releases: [{ key: 'r149' }] })
    })

    it('what it has taken over from another ledger', async () => {
      await using from = await open()
      await from.append([releaseEntry(aRelease({ ...plain, key: 'r1', revision: sha('abcd'), images: ['web:1'] }))])
      await using to = await open()
      await to.importChain({ after: undefined, records: from.records() })
      expect([await found(to, 'abcd'), await found(to, 'web:1')]).toEqual([['r1'], ['r1']])
    })
  })
}
