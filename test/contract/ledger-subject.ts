import { describe, expect, it } from 'vitest'
import type { Release } from '../../src/domain/release/release.ts'
import { rolloutKey } from '../../src/domain/rollout/key.ts'
import type { LedgerPlace, LedgerQuery, LedgerStore } from '../../src/ports/ledger.ts'
import { aRelease, anEffect, aRevert, effectEntry, releaseEntry, revertEntry } from './ledger-documents.ts'

const WEB = 'east/shop/web'

/** What a pattern, a sloppy comparison or a sorted range would take for the Rollout `web`, and it for them. */
const LOOKALIKES = ['web', 'Web', 'we_', 'we%', '%', '*', 'we?', 'w[e]b', 'web ', 'web-2', 'we', `web' OR '1'='1`, 'web\\', 'wéb', '']

const subjectOf = ({ cluster, namespace, rollout }: Release): string => rolloutKey({ cluster, namespace, name: rollout })

/** Releases of several Rollouts by turns, three at one moment, every fourth open. */
function releasesOf(places: readonly Partial<Release>[], count: number): readonly Release[] {
  return Array.from({ length: count }, (_, at) =>
    aRelease({
      key: `r${at}`,
      startedAt: Math.floor(at / 3),
      ...(at % 4 !== 0 && { state: 'ended', outcome: 'restored', endedAt: 9 }),
      ...places[at % places.length],
    }),
  )
}

/** How every LedgerStore finds what is about one thing. */
export function describeSubjects(name: string, open: () => LedgerStore | Promise<LedgerStore>): void {
  const keys = async (ledger: LedgerStore, query: Partial<LedgerQuery>) =>
    (await ledger.load('release', { limit: 500, ...query })).map(({ key }) => key)

  describe(`${name} finds documents by what they are about`, () => {
    it('those of one Rollout as they stand among all, by openness too, and no namesake in another cluster or namespace', async () => {
      await using ledger = await open()
      const places = [{}, { cluster: 'west' }, { namespace: 'shop-2' }, { rollout: 'api' }, { cluster: 'east-1' }]
      const all = releasesOf(places, 60)
      await ledger.append(all.map((release) => releaseEntry(release)))
      for (const openness of [undefined, true, false]) {
        const whole = await ledger.load('release', { limit: 500, open: openness })
        for (const subject of new Set(all.map(subjectOf))) {
          const own = whole.filter(({ document }) => subjectOf(document) === subject)
          expect(own.length).toBeGreaterThan(2)
          expect(await ledger.load('release', { limit: 500, subject, open: openness })).toEqual(own)
        }
      }
    })

    it('an object that was made anew is the same Rollout', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1', uid: 'one' })), releaseEntry(aRelease({ key: 'r2', uid: 'two' }))])
      expect(await keys(ledger, { subject: WEB })).toEqual(['r2', 'r1'])
    })

    it.each([undefined, true, false])(
      'pages meet every one once, also those of one moment and those that change on the way, where open is %s',
      async (openness) => {
        await using ledger = await open()
        const all = releasesOf([{}, { cluster: 'west' }], 120)
        await ledger.append(all.map((release) => releaseEntry(release)))
        const expected = await keys(ledger, { subject: WEB, open: openness })
        const seen: string[] = []
        let before: LedgerPlace | undefined
        do {
          const page = await ledger.load('release', { subject: WEB, open: openness, limit: 7, before })
          seen.push(...page.map(({ key }) => key))
          before = page.at(-1)?.place
          await ledger.append([releaseEntry({ ...all[6]!, recurrence: seen.length }), releaseEntry({ ...all[16]!, recurrence: 3 })])
        } while (before)
        expect(seen).toEqual(expected)
        expect(new Set(seen).size).toBe({ undefined: 60, true: 30, false: 30 }[String(openness)])
      },
    )

    it('a place may be one of another Rollout, or before the first and after the last', async () => {
      await using ledger = await open()
      await ledger.append(releasesOf([{}, { cluster: 'west' }], 10).map((release) => releaseEntry(release)))
      const [found] = await ledger.load('release', { key: 'r5', limit: 1 })
      expect(await keys(ledger, { subject: WEB, before: found!.place })).toEqual(['r4', 'r2', 'r0'])
      expect(await keys(ledger, { subject: WEB, before: { since: 0, sequence: 0 } })).toEqual([])
      expect(await keys(ledger, { subject: WEB, before: { since: 9_999, sequence: 0 }, limit: 2 })).toEqual(['r8', 'r6'])
    })

    it('a name is no pattern, and is told from others to the letter', async () => {
      await using ledger = await open()
      await ledger.append(LOOKALIKES.map((rollout) => releaseEntry(aRelease({ key: `<${rollout}>`, rollout }))))
      for (const rollout of LOOKALIKES) expect(await keys(ledger, { subject: `east/shop/${rollout}` })).toEqual([`<${rollout}>`])
    })

    it.each([
      '',
      'web',
      'shop/web',
      'east/shop/',
      'east/shop/web/',
      'east/%/web',
      'east/shop/we\0b',
      'east/shop/web\0',
      '\ud800',
      '\u{10ffff}',
    ])('nothing where there is no such thing: %j', async (subject) => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
      for (const openness of [undefined, true, false]) expect(await keys(ledger, { subject, open: openness })).toEqual([])
    })

    it('with its key, a document is found where both are right', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
      expect(await keys(ledger, { key: 'r1', subject: WEB })).toEqual(['r1'])
      expect(await keys(ledger, { key: 'r1', subject: 'west/shop/web' })).toEqual([])
      expect(await keys(ledger, { key: 'r2', subject: WEB })).toEqual([])
    })

    it('each kind has its own: a revert is about its repository, an effect about nothing', async () => {
      await using ledger = await open()
      await ledger.append([
        revertEntry(aRevert({ key: 'v1' })),
        effectEntry(anEffect({ key: 'e1' })),
        releaseEntry(aRelease({ key: 'r1' })),
      ])
      const found = async (kind: 'revert' | 'effect', subject: string) =>
        (await ledger.load(kind, { subject, limit: 9 })).map(({ key }) => key)
      expect(await found('revert', 'github.com/acme/shop')).toEqual(['v1'])
      expect([await found('revert', WEB), await found('effect', ''), await found('effect', WEB)]).toEqual([[], [], []])
    })

    it('what has moved to another Rollout by a later record is found there alone', async () => {
      await using ledger = await open()
      await ledger.append([releaseEntry(aRelease({ key: 'r1' }))])
      await ledger.append([releaseEntry(aRelease({ key: 'r1', rollout: 'api' }))])
      expect([await keys(ledger, { subject: WEB }), await keys(ledger, { subject: 'east/shop/api' })]).toEqual([[], ['r1']])
    })
  })
}
