import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { loadConfig } from '../../src/config/load.ts'
import { secretTexts } from '../../src/config/secrets.ts'
import { checkChannels } from '../../src/doctor/check-channels.ts'
import { checkStorms } from '../../src/doctor/check-storms.ts'
import type { Storm } from '../../src/domain/storm/storm.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startSlack } from '../../src/simulator/slack.ts'
import { everythingIn, faultOf } from '../adapters/faults.ts'

const SECRET = '0123456789abcdef0123456789abcdef'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedge-doctor-storms-'))
  await writeFile(join(folder, 'token'), 'xoxb-1')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function load(yaml: string, secret = SECRET) {
  await writeFile(join(folder, 'signing'), secret)
  await writeFile(join(folder, 'kedge.yaml'), `apiVersion: kedge/v1\nledger: { path: ledger.db }\n${yaml}`)
  return loadConfig({ file: join(folder, 'kedge.yaml'), env: {} })
}

describe('the doctor on storms', () => {
  const storm = (key: string, state: Storm['state']): Storm => ({
    key,
    cause: { kind: 'metric', key, words: `errors of ${key}`, cluster: 'prod', metrics: [] },
    state,
    begunAt: 1,
    endedAt: state === 'over' ? 2 : null,
  })
  const said = async (yaml = '') => (await checkStorms(await load(yaml))).map(({ level, says }) => `${level} ${says}`)

  it('says what is held by the configuration, and of a ledger that is not there nothing', async () => {
    expect(await said()).toEqual([
      'ok failures of one cause within 5 min are told on one card, and from 3 Rollouts on their PRs wait for a person',
    ])
    expect(await said('defaults: { inStorms: false }\n')).toEqual(['ok each failure is told for itself, unless a rule says otherwise'])
  })

  it('names each storm that holds PRs, and how to release it; what is over is none', async () => {
    await using ledger = createSqliteLedger({ path: join(folder, 'ledger.db'), clock: { now: () => 1 } })
    const states = { s1: 'holding', s2: 'passed', s3: 'released', s4: 'over' } as const
    await ledger.append(
      Object.entries(states).map(([key, state]) => ({ kind: 'storm', key, event: 'storm-begun', document: storm(key, state) })),
    )
    expect((await said()).slice(1).toSorted()).toEqual([
      'ok s3 is not over (released): errors of s3',
      'warn s1 is not over (holding): errors of s1; its PRs are held',
      'warn s2 is not over (passed): errors of s2; its PRs are held',
    ])
    const held = (await checkStorms(await load(''))).find(({ says }) => says.startsWith('s1'))
    expect(JSON.stringify(held)).toContain('kedge storm release s1')
  })
})

describe('the doctor on buttons at Slack', () => {
  async function said(interactivity: string, secret?: string) {
    await using slack = await startSlack({ clock: createSystemClock(), token: 'xoxb-1' })
    const entry = `{ type: slack, tokenFile: token, apiUrl: "${slack.apiUrl}"${interactivity} }`
    const { config, secrets } = await load(`defaults: { mode: notify, channel: "#deploys" }\nchannels: [${entry}]\n`, secret)
    const findings = await checkChannels(config, secrets)
    expect(JSON.stringify([findings, config, secrets])).not.toContain(secret ?? SECRET)
    expect(secretTexts(secrets).includes(secret ?? SECRET)).toBe(interactivity !== '')
    return findings.map(({ level, says }) => `${level} ${says}`).slice(1, -1)
  }

  it('says whether a secret is given, and that no more can be told', async () => {
    expect(await said('')).toEqual(['ok no signing secret is given: cards have no buttons'])
    expect(await said(', interactivity: { signingSecretFile: signing, team: T1 }')).toEqual([
      'ok a signing secret is given; whether Slack has the address /webhooks/slack can only be told by pressing a button',
    ])
  })

  it('says what cannot work: a secret that is none of Slack, and a workspace that the token is not of', async () => {
    expect(await said(', interactivity: { signingSecretFile: signing }', 'xoxb-planted')).toEqual([
      'warn the signing secret does not look like one (32 digits and letters a to f): what people press may be refused',
    ])
    expect((await said(', interactivity: { signingSecretFile: signing, team: T2 }'))[0]).toBe(
      'fail the token is of the workspace T1, and only people of T2 may answer cards: nobody can',
    )
  })

  it.each([
    ['{ type: slack, tokenFile: token, interactivity: { team: T1 } }', 'has no signing secret'],
    ['{ type: slack, tokenFile: token, interactivity: { signingSecretFile: none } }', 'does not exist'],
    ['{ type: slack, webhookUrlFile: hook, interactivity: { signingSecretFile: signing } }', 'needs a bot token'],
    ['{ type: slack, tokenFile: token, interactivity: { signingSecretFile: signing, team: acme } }', 'must be the id of a workspace'],
    ['{ type: slack, tokenFile: token, interactivity: { signingSecretFile: signing, names: { ada: Ada } } }', 'names'],
    ['{ type: slack, tokenFile: token, interactivity: { signingSecretFile: signing, maxSnoozeMinutes: 1441 } }', 'maxSnoozeMinutes'],
  ])('%s is refused: %s', async (entry, reason) => {
    await writeFile(join(folder, 'hook'), 'https://hooks.example/planted')
    const seen = everythingIn(await faultOf(load(`channels: [${entry}]\n`)))
    expect(seen).toContain(reason)
    expect(seen).not.toMatch(new RegExp(`planted|${SECRET}`))
  })
})
