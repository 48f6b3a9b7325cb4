import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { secretTexts } from '../../src/config/secrets.ts'
import { checkChannels } from '../../src/doctor/check-channels.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startEventReceiver } from '../../src/simulator/event-receiver.ts'
import { startSlack } from '../../src/simulator/slack.ts'
import { startTeams } from '../../src/simulator/teams.ts'
import { everythingIn, faultOf } from '../adapters/faults.ts'
import { cardTitled } from '../contract/channel.ts'

// From the file to the messages: three channels of three kinds, with their real manifests, secrets and addresses.

const SECRET = 'whsec_YS1zZWNyZXQtb2YtMzItYnl0ZXMtZm9yLXRlc3Rz'
const SHORT = 'planted-short'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-channels-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
const load = async (channels: string, defaults = '{ mode: notify, channel: "#deploys", alsoTell: [team, audit] }') => {
  await put('kedge.yaml', `apiVersion: kedge/v1\ndefaults: ${defaults}\nchannels:\n${channels}`)
  return loadConfig({ file: join(folder, 'kedge.yaml'), env: {} })
}

it('each address reaches its own channel, the doctor looks at each, and no secret is shown', async () => {
  const clock = createSystemClock()
  await using slack = await startSlack({ clock, token: 'xoxb-1' })
  await using teams = await startTeams({ clock })
  await using receiver = await startEventReceiver({ clock, secret: SECRET })
  await put('token', 'xoxb-1')
  await put('team', teams.webhookUrl)
  await put('secret', SECRET)
  const { config, secrets, warnings } = await load(`
  - { type: slack, tokenFile: token, apiUrl: "${slack.apiUrl}" }
  - { type: teams, name: team, webhookUrlFile: team }
  - { type: webhook, name: audit, url: "${receiver.url}", secretFile: secret }
`)
  expect(warnings).toEqual([])
  const channel = await realAdapters.channel({ config, secrets, clock: { now: Date.now } } as Parameters<typeof realAdapters.channel>[0])
  for (const address of ['#deploys', 'team', 'audit'])
    await channel?.publish({ channel: address, card: cardTitled(address), ref: undefined, thread: undefined })
  expect(slack.messages.map(({ text }) => text)).toEqual(['❌ #deploys'])
  expect(teams.cards.map((card) => card['fallbackText'])).toEqual(['❌ team'])
  expect(receiver.events).toMatchObject([{ data: { customData: { words: { title: 'audit' } } } }])
  const findings = await checkChannels(config, secrets)
  expect(findings.map(({ subject, level }) => [subject, level])).toEqual([
    ['Slack', 'ok'],
    ['Slack', 'ok'],
    ['Slack', 'ok'],
    ['Microsoft Teams', 'ok'],
    ['webhook', 'ok'],
  ])
  expect(JSON.stringify(findings)).not.toMatch(/simulator-signature|whsec_/)
  expect(secretTexts(secrets)).toEqual(expect.arrayContaining([SECRET, 'simulator-signature', teams.webhookUrl]))
})

it.each([
  ['- { type: teams }', 'webhookUrlFile'],
  ['- { type: teams, webhookUrlFile: short }', 'does not hold an https URL'],
  ['- { type: teams, webhookUrlFile: plain }', 'does not hold an https URL'],
  ['- { type: webhook, url: "https://events.example" }', 'must name the file with the secret'],
  ['- { type: webhook, url: "https://events.example", secretFile: short }', 'less than 24 bytes'],
  ['- { type: webhook, url: "https://events.example", secretFile: secret, previousSecretFile: none }', 'does not exist'],
  ['- { type: webhook, url: "http://events.example", secretFile: secret }', 'must be https'],
  ['- { type: webhook, url: "https://me:planted-pw@events.example", secretFile: secret }', 'must not hold a user or password (not shown)'],
  ['- { type: webhook, url: "https://events.example", secretFile: secret, token: x }', 'is not a known key'],
])('%s is refused: %s', async (entry, reason) => {
  await put('secret', SECRET)
  await put('short', SHORT)
  await put('plain', 'http://workflows.example/planted')
  const seen = everythingIn(await faultOf(load(`  ${entry}\n`, '{ mode: notify, channel: "#deploys" }')))
  expect(seen).toContain(reason)
  expect(seen).not.toContain('planted')
})

it('an address of `alsoTell` that names no entry is a fault, and says which there are', async () => {
  await put('secret', SECRET)
  const entry = '  - { type: webhook, name: audit, url: "https://events.example", secretFile: secret }\n'
  const seen = everythingIn(await faultOf(load(entry, '{ mode: notify, alsoTell: [audit, "oops:#x"] }')))
  expect(seen).toContain('defaults.alsoTell[1]')
  expect(seen).toContain('known are audit')
})
