import { isHeld } from '../../domain/decision/decision.ts'
import type { Release } from '../../domain/release/release.ts'
import { holdOf, isTakenBack, type StormFacts } from '../../domain/storm/hold.ts'
import type { Pass } from '../decide/case.ts'
import type { Environment, Journal } from '../environment.ts'
import type { Look } from '../look/observe.ts'
import { liveRevertOf } from '../look/stands-for.ts'
import { stormOf, tokenOfStorm } from '../storm/storm-of.ts'
import { tellStorms } from '../tell/tell-storm.ts'
import { keyOfRelease } from './keys.ts'

/** Failures of one cause come in crowds: what changes for all of them is looked at once. */
const TOGETHER_MS = 250

/**
 * Brings the cards of a Rollout's storms up to date, and looks again at all that is in one of them once it has come to stand otherwise:
 * what was held may be so no more. What was noticed is in memory only: after a start, everything is looked at.
 * @param later looks at a Rollout at a time by the clock's `elapsed`
 */
export function createFollowStorms(
  environment: Environment,
  journal: Journal,
  later: (key: string, at: number) => void,
): (pass: Pass) => Promise<void> {
  const { ledger, clock } = environment
  const known = new Map<string, string>()

  /** The Rollouts whose decision may be another one now, by key. */
  function moved({ releases }: Look): readonly string[] {
    const present = releases.flatMap(({ key }) => ledger.read('release', key) ?? [])
    const one = new Map(present.flatMap((release) => (release.storm === undefined ? [] : [[release.storm, release] as const])))
    return [...one].flatMap(([storm, release]) => {
      const facts = stormOf(environment, release)
      const token = tokenOfStorm(facts)
      if (!facts || known.get(storm) === token) return []
      known.set(storm, token)
      return facts.members.filter((member) => isOtherwise(member, facts)).map(keyOfRelease)
    })
  }

  /** Held while it need not be any more, or the other way round. What is not decided yet asks by itself. */
  function isOtherwise(release: Release, facts: StormFacts): boolean {
    if (release.state === 'ended') return false
    return isHeld(release.decision)
      ? holdOf(facts) !== 'all'
      : isTakenBack(facts, release) && liveRevertOf(environment, release) !== undefined
  }

  return async (pass) => {
    await tellStorms(environment, journal, pass)
    for (const key of new Set(moved(pass.look))) later(key, clock.elapsed() + TOGETHER_MS)
  }
}
