import type { Policy } from '../../../src/domain/policy/policy.ts'
import { DEFAULT_POLICY } from '../../../src/domain/policy/policy.ts'
import type { KeptPolicy, Release } from '../../../src/domain/release/release.ts'
import type { StormFacts } from '../../../src/domain/storm/hold.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import type { Ledger, LedgerEntry } from '../../../src/ports/ledger.ts'
import type { Environment, Journal } from '../../../src/reconcile/environment.ts'
import { factsOfStorm } from '../../../src/reconcile/storm/storm-of.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { AT } from '../../domain/an-attempt.ts'
import { aStorm, member } from '../../domain/notice/a-storm.ts'
import { aCluster, aWorld } from '../a-world.ts'

export const KEY = aStorm().key

/** What a policy has kept: a channel, and those that are told besides. */
export const kept = (channel: string | null, ...alsoTell: readonly string[]): KeptPolicy => ({
  mode: 'notify',
  channel,
  alsoTell,
  mutedUntil: null,
})

/** A release of the storm, of a Rollout that is called by its letter, and told in `#shop`. */
export const inStorm = (letter: string, fields: Partial<Release> = {}): Release =>
  member(letter, { storm: KEY, startedAt: letter.charCodeAt(0), policy: kept('#shop'), ...fields }).release

export const stormEntry = (document: Storm): LedgerEntry => ({ kind: 'storm', key: document.key, event: 'storm-begun', document })

/** A ledger with a storm and what failed in it. */
export interface ToldStorm {
  environment: Environment
  ledger: Ledger
  put: (...entries: readonly LedgerEntry[]) => Promise<void>
  facts: () => StormFacts
  /** The same journal, and what was written by each of its commits. */
  journal: Journal
  written: (readonly LedgerEntry[])[]
}

/** See {@link ToldStorm}. `now`: what the policy says by now, where that is not what it said at the last look. */
export async function aToldStorm(
  members: readonly Release[],
  storm: Partial<Storm> = {},
  { now = {}, ...more }: Partial<Environment> & { now?: Readonly<Record<string, Partial<Policy>>> } = {},
): Promise<ToldStorm> {
  const policyFor: Environment['policyFor'] = ({ name }) => {
    const { mode, channel, alsoTell = [] } = members.find(({ rollout }) => rollout === name)?.policy ?? kept(null)
    return { ...DEFAULT_POLICY, mode, channel: channel ?? undefined, alsoTell, ...now[name] }
  }
  const letters = members.map(({ rollout }) => rollout)
  const world = await aWorld({}, { views: [aCluster('east', letters)], policyFor, ...more })
  const { environment, ledger } = world
  await world.put(stormEntry(aStorm(storm)), ...members.map((one) => releaseEntry(one)))
  const written: (readonly LedgerEntry[])[] = []
  return {
    ...world,
    facts: () => factsOfStorm(environment, ledger.read('storm', KEY) ?? aStorm()),
    written,
    journal: {
      async commit(entries) {
        const rows = entries()
        written.push(rows)
        if (rows.length > 0) await ledger.append(rows)
      },
    },
  }
}

/** One of it that is over since it was. */
export const overIn = (letter: string, fields: Partial<Release> = {}): Release =>
  inStorm(letter, { state: 'ended', outcome: 'restored', endedAt: AT, ...fields })
