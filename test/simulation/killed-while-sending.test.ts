import { Buffer } from 'node:buffer'
import { expect, it } from 'vitest'
import { createTeamsChannel } from '../../src/adapters/channels/teams/channel.ts'
import { createWebhookChannel } from '../../src/adapters/channels/webhook/channel.ts'
import { signingKey } from '../../src/adapters/channels/webhook/signature.ts'
import type { Channel } from '../../src/ports/channel.ts'
import { joinChannels } from '../../src/service/join-channels.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startEventReceiver } from '../../src/simulator/event-receiver.ts'
import { startTeams } from '../../src/simulator/teams.ts'
import { createKiller, momentsOf } from './killer.ts'
import { createRunningStage, type RunningStage } from './stage.ts'

// Nobody can look into these channels for what an earlier try has left. So one may come twice, and nothing worse.

const SECRET = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`

/** One life: a release fails, its PR is opened, and the release makes it after all. Killed at a call, Kedge is started again. */
async function live(at: number, when: 'before' | 'after') {
  const clock = createSystemClock()
  await using receiver = await startEventReceiver({ clock, secret: SECRET })
  await using teams = await startTeams({ clock })
  const key = signingKey(SECRET)
  if (!key) throw new Error('no key')
  const webhook = createWebhookChannel({ url: receiver.url, keys: [key], now: Date.now })
  const team = createTeamsChannel({ url: teams.webhookUrl, now: Date.now })
  const killer = createKiller()
  killer.arm(at, when)
  await using stage = await createRunningStage({
    policy: { mode: 'notify', channel: 'audit', alsoTell: ['team'] },
    wrap: (environment) => killer.wrap({ ...environment, channel: joined(webhook, team) }),
  })
  await tellAll(stage, async () => {
    if (!killer.dead) return
    killer.revive()
    await stage.restart()
    await stage.advance(5_000)
  })
  const ids = receiver.events.map((event) => String(event['id']))
  return {
    calls: killer.calls,
    ids,
    types: [...new Map(receiver.events.map((event) => [event['id'], event['type']])).values()],
    cards: teams.cards.map((card) => JSON.stringify(card)),
    pending: stage.ledger.pendingEffects().length,
  }
}

function joined(audit: Channel, team: Channel): Channel | undefined {
  return joinChannels([
    { name: 'audit', hasOnePlace: true, channel: audit },
    { name: 'team', hasOnePlace: true, channel: team },
  ])
}

async function tellAll(stage: RunningStage, restart: () => Promise<void>): Promise<void> {
  await stage.release('v2')
  await restart()
  await stage.abort()
  await restart()
  stage.web.retry()
  await stage.show()
  await restart()
  stage.web.healthy('v2')
  await stage.show()
  await restart()
  await stage.advance(60_000)
  await restart()
  await stage.advance(60_000)
}

it('killed before or after any message, at most one comes twice, under the same id, and none is lost', async () => {
  const whole = await live(Infinity, 'before')
  expect(whole.types).toEqual(expect.arrayContaining(['dev.cdevents.service.rolledback.0.2.0', 'dev.cdevents.service.upgraded.0.2.0']))
  expect(new Set(whole.ids).size).toBe(whole.ids.length)
  let repeats = 0
  for (const [at, call] of whole.calls.entries()) {
    if (call !== 'publish') continue
    for (const when of momentsOf(call, at)) {
      const hurt = await live(at, when)
      expect([at, when, hurt.pending]).toEqual([at, when, 0])
      expect([at, when, hurt.types]).toEqual([at, when, expect.arrayContaining(whole.types)])
      // What came twice has come under an id that was there already.
      expect([at, when, new Set(hurt.ids).size]).toEqual([at, when, whole.ids.length])
      expect(hurt.ids.length - whole.ids.length).toBeLessThanOrEqual(1)
      repeats += hurt.ids.length - whole.ids.length
      expect(hurt.cards.length - new Set(hurt.cards).size).toBeLessThanOrEqual(1)
    }
  }
  // Else the kills have hit nothing.
  expect(repeats).toBeGreaterThan(0)
}, 180_000)
