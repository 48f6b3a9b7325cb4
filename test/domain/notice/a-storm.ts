import type { Card } from '../../../src/domain/notice/card.ts'
import { buildStormCard, type StormMember } from '../../../src/domain/notice/storm-card.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import type { Revert } from '../../../src/domain/revert/revert.ts'
import type { Storm } from '../../../src/domain/storm/storm.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { anAttempt, AT } from '../an-attempt.ts'

/** What all of these failed for. */
export const aStorm = (fields: Partial<Storm> = {}): Storm => ({
  key: 'abcdef012345',
  cause: { kind: 'metric', key: 'm', words: 'success-rate is 0', cluster: 'east', metrics: [] },
  state: 'holding',
  begunAt: AT,
  endedAt: null,
  ...fields,
})

/** A release of a Rollout of its own, called by its letter, that Git has told nothing of. */
export const member = (letter: string, fields: Partial<Release> = {}, more: Partial<StormMember> = {}): StormMember => ({
  release: aRelease({
    key: `k-${letter}`,
    rollout: letter,
    uid: `uid-${letter}`,
    revision: null,
    attempts: [anAttempt()],
    policy: { mode: 'pr', channel: null, mutedUntil: null },
    ...fields,
  }),
  revert: undefined,
  ...more,
})

/** The same, over. */
export const over = (letter: string, outcome: Release['outcome'], fields: Partial<Release> = {}, revert?: Revert): StormMember =>
  member(letter, { state: 'ended', outcome, endedAt: AT, ...fields }, { revert })

/** The card of these, where no other release is of the storm. */
export function stormCard(members: readonly StormMember[], storm: Partial<Storm> = {}, more: { live?: readonly string[] } = {}): Card {
  const releases = members.map(({ release }) => release)
  return buildStormCard({
    facts: { storm: aStorm(storm), members: releases, live: new Set(more.live) },
    members,
    lead: releases[0] ?? aRelease({ key: 'none' }),
    links: [{ text: 'Dashboard', url: 'https://grafana.example/d' }],
    now: AT,
  })
}
