import { expect, it } from 'vitest'
import { createTeamsChannel } from '../../src/adapters/channels/teams/channel.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startTeams } from '../../src/simulator/teams.ts'
import { createFailedAtSlack } from './slack-stage.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

const MINUTE = 60_000
const AWAY = { times: 1_000, fault: { kind: 'status', status: 503 } } as const

/** It is tried again, and fails again with the same words, while nobody knows whether the word of its being tried again got through. */
async function failAgain(stage: RunningStage, faults: { inject(rule: typeof AWAY): void; clear(): void }): Promise<void> {
  stage.web.retry()
  await stage.show()
  await stage.advance(100)
  faults.inject(AWAY)
  await stage.abort()
  faults.clear()
  await stage.advance(MINUTE)
}

it('people who may have read that it is tried again are told that it has failed again, though in the words of before', async () => {
  await using stage = await createFailedAtSlack()
  stage.slack.faults.inject({ path: /chat\.postMessage/, fault: { kind: 'drop-after' }, afterwards: AWAY })
  await failAgain(stage, stage.slack.faults)
  expect(stage.replies()).toEqual([expect.stringMatching(/^It is being tried again/), expect.stringMatching(/^No revert PR/)])
  expect(JSON.stringify(stage.ledger.read('card', stage.failed()[0]?.key ?? ''))).not.toContain('unsure')
})

it('so are those in a channel where nothing can be changed', async () => {
  await using teams = await startTeams({ clock: createSystemClock() })
  const channel = createTeamsChannel({ url: teams.webhookUrl, now: Date.now })
  await using stage = await createRunningStage({ policy: { mode: 'notify' }, wrap: (environment) => ({ ...environment, channel }) })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  const before = teams.cards.length
  teams.faults.inject({ fault: { kind: 'drop-after' }, afterwards: AWAY })
  await failAgain(stage, teams.faults)
  const since = teams.cards.slice(before).map((card) => JSON.stringify(card))
  expect(since).toEqual([expect.stringContaining('is being tried again'), expect.stringContaining('failed; the cluster went back')])
  await stage.advance(MINUTE)
  expect(teams.cards).toHaveLength(before + 2)
})
