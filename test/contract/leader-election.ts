import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import type { Campaign, LeaderElection, OthersEntry, Within } from '../../src/ports/leader-election.ts'
import type { LedgerHead } from '../../src/ports/ledger.ts'
import { holds } from '../until.ts'
import { aRelease, releaseEntry } from './ledger-documents.ts'

/** One process of several. */
export interface ElectionMember extends AsyncDisposable {
  election: LeaderElection
  store: HeldLedger
}

export interface ElectionWorld extends AsyncDisposable {
  /** A process that shares the ledger with the others, under this name. */
  join(holder: string): Promise<ElectionMember>
}

/** Takes part, and notes what it is told. */
interface Candidacy extends AsyncDisposable {
  campaign: Campaign
  /** What it leads, with the right to work for that. */
  led: Map<string, Within>
  /** What it was told, in order. */
  told: string[]
  /** Waited for before something is given up. */
  underWay: Promise<void>
}

const SOON_MS = 15_000
const NAMES = ['east', 'west']

function run({ election }: ElectionMember, names: readonly string[] = NAMES, left: readonly string[] = []): Candidacy {
  const led = new Map<string, Within>()
  const told: string[] = []
  const campaign = election.campaign(names, {
    gained: (name, within) => void (led.set(name, within), told.push(`gained ${name}`)),
    left: () => left,
    outdated: (why) => void told.push(`outdated ${why.code}`),
    async lost(name) {
      await candidacy.underWay
      led.delete(name)
      told.push(`lost ${name}`)
    },
  })
  const candidacy: Candidacy = {
    campaign,
    led,
    told,
    underWay: Promise.resolve(),
    [Symbol.asyncDispose]: () => campaign[Symbol.asyncDispose](),
  }
  return candidacy
}

const namesOf = (...candidacies: readonly Candidacy[]): readonly string[] => candidacies.flatMap(({ led }) => [...led.keys()]).toSorted()

/** What every LeaderElection promises. `open` makes an empty ledger for each test. */
export function describeLeaderElection(name: string, open: () => Promise<ElectionWorld>): void {
  /** Again where another has come first: what that one appended has been handed over by then. */
  const append = async (member: ElectionMember, within: Within | undefined, key: string): Promise<void> => {
    if (!within) throw new Error('it leads nothing')
    try {
      await within(() => member.store.append([releaseEntry(aRelease({ key }))]))
    } catch (fault) {
      if (!(fault instanceof KedgeError && fault.code === 'E_LEDGER_BEHIND')) throw fault
      await append(member, within, key)
    }
  }
  const headOf = ({ store }: ElectionMember): Promise<LedgerHead | undefined> => store.head()
  /** Follows from a head on; `keys` are those that were handed over. */
  const follow = async ({ election }: ElectionMember, after: LedgerHead | undefined): Promise<string[]> => {
    const keys: string[] = []
    await election.follow(after, ({ key }: OthersEntry) => void keys.push(key))
    return keys
  }

  describe(`${name} as a LeaderElection`, { timeout: 60_000 }, () => {
    it('a process that is alone leads everything that it watches, and says so', async () => {
      await using world = await open()
      await using member = await world.join('a')
      expect(member.election.holder).toBe('a')
      await follow(member, undefined)
      await using own = run(member)
      await own.campaign.begun
      expect(namesOf(own)).toEqual(NAMES)
      expect(member.election.leaders()).toMatchObject(NAMES.map((led) => ({ name: led, holder: 'a', isOwn: true })))
    })

    it('of two, each leads some, all is led, and nothing by both; what both see of it is the same', async () => {
      await using world = await open()
      await using a = await world.join('a')
      await using b = await world.join('b')
      for (const member of [a, b]) await follow(member, undefined)
      await using ofA = run(a)
      await using ofB = run(b)
      await holds('each leads one', () => ofA.led.size === 1 && ofB.led.size === 1, SOON_MS)
      expect(namesOf(ofA, ofB)).toEqual(NAMES)
      const seen = ({ election }: ElectionMember) => election.leaders().map(({ name: led, holder, number }) => `${led} ${holder} ${number}`)
      await holds('both see the same', () => seen(a).toSorted().join() === seen(b).toSorted().join(), SOON_MS)
    })

    it('hands over what others have appended after a record, in order and each once, and nothing of its own', async () => {
      await using world = await open()
      await using a = await world.join('a')
      await follow(a, undefined)
      await using ofA = run(a, ['east'])
      await ofA.campaign.begun
      await append(a, ofA.led.get('east'), 'r1')
      const after = await headOf(a)
      await append(a, ofA.led.get('east'), 'r2')
      await using b = await world.join('b')
      const keys = await follow(b, after)
      expect(keys).toEqual(['r2'])
      await using ofB = run(b, ['west'])
      await holds('b leads', () => ofB.led.has('west'), SOON_MS)
      await append(b, ofB.led.get('west'), 'own')
      for (const key of ['r3', 'r4']) await append(a, ofA.led.get('east'), key)
      await holds('b has been handed all', () => keys.length >= 3, SOON_MS)
      expect(keys).toEqual(['r2', 'r3', 'r4'])
    })

    it('tells who listens of each entry of others, until they leave', async () => {
      await using world = await open()
      await using a = await world.join('a')
      await using b = await world.join('b')
      await follow(a, undefined)
      const handed = await follow(b, undefined)
      await using ofA = run(a, ['east'])
      await using _ofB = run(b, ['west'])
      await holds('a leads', () => ofA.led.has('east'), SOON_MS)
      const heard: string[] = []
      const listening = b.election.subscribe(({ key }) => void heard.push(key))
      await append(a, ofA.led.get('east'), 'r1')
      await holds('it is told', () => heard.length === 1, SOON_MS)
      listening[Symbol.dispose]()
      await append(a, ofA.led.get('east'), 'r2')
      await holds('it is handed over', () => handed.length === 2, SOON_MS)
      expect(heard).toEqual(['r1'])
    })

    it('what one gives up is led by another only once nothing is under way, who has been handed everything by then', async () => {
      await using world = await open()
      await using a = await world.join('a')
      await follow(a, undefined)
      const ofA = run(a, ['east'])
      await ofA.campaign.begun
      const within = ofA.led.get('east')
      await using b = await world.join('b')
      const handed = await follow(b, undefined)
      await using ofB = run(b, ['east'])
      await ofB.campaign.begun
      const going = Promise.withResolvers<void>()
      ofA.underWay = going.promise
      const ending = ofA[Symbol.asyncDispose]()
      await append(a, within, 'last')
      expect(namesOf(ofB)).toEqual([])
      const [before] = a.election.leaders()
      going.resolve()
      await ending
      await holds('b leads it', () => ofB.led.has('east'), SOON_MS)
      expect(handed).toEqual(['last'])
      expect(b.election.leaders()).toMatchObject([{ name: 'east', holder: 'b', isOwn: true }])
      expect(b.election.leaders()[0]?.number).toBeGreaterThan(before?.number ?? Infinity)
    })

    it('refuses work in the name of what is led no more', async () => {
      await using world = await open()
      await using a = await world.join('a')
      await follow(a, undefined)
      const ofA = run(a, ['east'])
      await ofA.campaign.begun
      const old = ofA.led.get('east')
      await ofA[Symbol.asyncDispose]()
      expect(ofA.told).toEqual(['gained east', 'lost east'])
      await expect(append(a, old, 'late')).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
      await using b = await world.join('b')
      await follow(b, undefined)
      await using ofB = run(b, ['east'])
      await holds('b leads it', () => ofB.led.has('east'), SOON_MS)
      await append(b, ofB.led.get('east'), 'r1')
      await expect(append(a, old, 'late')).rejects.toMatchObject({ code: 'E_LEDGER_FENCED' })
      expect((await headOf(b))?.sequence).toBe(1)
    })

    it('has what is left of a cluster that nobody watches led by one, as long as there is something left', async () => {
      await using world = await open()
      await using a = await world.join('a')
      await follow(a, undefined)
      await using own = run(a, ['east'], ['gone'])
      await holds('it leads both', () => own.led.size === 2, SOON_MS)
      expect(namesOf(own)).toEqual(['east', 'gone'])
    })
  })
}
