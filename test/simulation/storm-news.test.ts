import { expect, it } from 'vitest'
import { createTeamsChannel } from '../../src/adapters/channels/teams/channel.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startTeams } from '../../src/simulator/teams.ts'
import { withSlack } from './slack-stage.ts'
import { createStormStage } from './storm-stage.ts'

it('where nothing can be changed, a storm is told again each time that it is twice as large, and when it is over', async () => {
  await using teams = await startTeams({ clock: createSystemClock() })
  const channel = createTeamsChannel({ url: teams.webhookUrl, now: Date.now })
  await using stage = await createStormStage(12, {
    policy: { mode: 'notify' },
    wrap: (environment) => ({ ...environment, channel }),
  })
  const told = () => teams.cards.map(({ fallbackText }) => String(fallbackText).replace(/^.* · /, ''))
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all, {}, 5_000)
  await stage.advance(60_000)
  expect(told()).toEqual([
    'shop/app-0: app-0:v2 failed; the cluster went back, Git did not',
    expect.stringMatching(/^2 Rollouts failed for one cause/),
    expect.stringMatching(/^4 Rollouts failed for one cause/),
    expect.stringMatching(/^8 Rollouts failed for one cause/),
  ])
  await stage.fixForward('v3')
  expect(told().slice(4)).toEqual([expect.stringMatching(/^12 Rollouts failed for one cause; .*is over/)])
})

it('in a thread nothing is said of a Rollout that joins a storm or leaves it: its card shows that', async () => {
  await using stage = await withSlack((options) => createStormStage(6, options), { policy: { mode: 'notify' } })
  await stage.release('v2', 'own-commits')
  await stage.abort(stage.all, {}, 5_000)
  await stage.fixForward('v3', stage.all.slice(0, 4))
  expect(stage.shown().at(-1)).toContain('2 failed, 4 superseded or gone')
  expect(stage.replies()).toEqual([])
  await stage.fixForward('v3', stage.all.slice(4))
  expect(stage.replies()).toEqual([expect.stringMatching(/^None of its releases is open any more/)])
})
