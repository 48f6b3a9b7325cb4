import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSqliteLedger } from '../../src/adapters/ledgers/sqlite/sqlite-ledger.ts'
import { runCli } from '../../src/cli/program.ts'
import { openListener } from '../../src/http/servers/listener.ts'
import { aLedger, aView, readOptions } from '../http/fleet-fixture.ts'
import { startService, type Service } from '../http/service.ts'
import { tellStory, theFleet, theRelease } from '../http/story.ts'
import { createTerminal } from './terminal.ts'

const RECORDINGS = new URL('../recordings', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'kedge-exit-'))
const file = (name: string): string => join(folder, name)
const places = { seen: '', blind: '', nobody: '' }
const services: Service[] = []

beforeAll(async () => {
  for (const [name, status] of [
    ['healthy', { phase: 'Healthy' }],
    ['degraded', { phase: 'Degraded', message: 'it hurts' }],
    ['odd', { phase: 'Odd' }],
  ] as const) {
    const object = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name, generation: 1 }, spec: {} }
    writeFileSync(file(`${name}.json`), JSON.stringify({ ...object, status: { observedGeneration: '1', ...status } }))
  }
  writeFileSync(file('good.yaml'), 'apiVersion: kedge/v1\nallow: { repositories: [github.com/acme/gitops] }\nclusters: [{ name: east }]\n')
  writeFileSync(file('bad.yaml'), 'apiVersion: kedge/v1\nlimit: {}\n')
  writeFileSync(file('broken.jsonl'), '{"sequence":1,"at":0,"kind":"baseline","key":"x","event":"x","document":{},"hash":"none"}\n')
  await using ledger = createSqliteLedger({ path: file('ledger.db'), clock: { now: () => 0 } })
  await ledger.append([{ kind: 'baseline', key: 'east', event: 'seen', document: { cluster: 'east', at: 0 } }])
  const story = await aLedger()
  await tellStory(story)
  const adopt = async (key: string): Promise<{ result: 'adopted' | 'absent' }> => ({
    result: key === theRelease().key ? 'adopted' : 'absent',
  })
  services.push(await startService({ ...readOptions([theFleet()], story), adopt }, story))
  const freshness = { fresh: false, asOf: 0, blind: [{ kind: 'Rollout', reason: 'forbidden', since: 0 }] }
  const blind = aView('east', { rollouts: [...theFleet().rollouts()], freshness })
  services.push(await startService(readOptions([blind], await aLedger()), await aLedger()))
  const taken = await openListener((_request, response) => response.end(), { host: '127.0.0.1', port: 0 })
  await taken[Symbol.asyncDispose]()
  Object.assign(places, { seen: services[0]?.servers.api.url, blind: services[1]?.servers.api.url, nobody: taken.url })
})
afterAll(async () => {
  for (const service of services) await service[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

// What `serve`, `doctor`, `demo` and `record` exit with beside wrong use stands in their own tests.
test.each<[keyof typeof places, string, number]>([
  ['seen', 'status --state in-step', 0],
  ['seen', 'status', 1],
  ['seen', 'status --state broken', 2],
  ['blind', 'status', 3],
  ['nobody', 'status', 3],
  ['seen', 'explain web', 0],
  ['seen', 'explain checkout', 1],
  ['seen', 'explain nothing', 2],
  ['blind', 'explain web', 3],
  ['nobody', 'explain web', 3],
  ['seen', 'trace 9f31c2e', 0],
  ['seen', 'trace deadbeef', 1],
  ['seen', 'trace x', 2],
  ['nobody', 'trace 9f31c2e', 3],
  ['seen', 'adopt checkout --by ana', 0],
  ['seen', 'adopt web --by ana', 2],
  ['nobody', 'adopt checkout', 3],
])('asked of a Kedge that has %s: kedge %s exits with %i', async (place, line, code) => {
  expect(await runCli([...line.split(' '), '--server', places[place]], createTerminal())).toBe(code)
})

test.each<[string, number]>([
  ['health -f {healthy.json}', 0],
  ['health -f {healthy.json} {degraded.json}', 1],
  ['health -f {healthy.json} {none.json}', 2],
  ['health -f {odd.json} {degraded.json}', 3],
  ['argocd-cm', 0],
  ['argocd-cm --format tar', 2],
  ['ledger verify {ledger.db}', 0],
  ['ledger verify {broken.jsonl}', 1],
  ['ledger verify --config {bad.yaml}', 2],
  ['ledger verify {none.db}', 3],
  ['ledger export {ledger.db}', 0],
  ['ledger export --format xml', 2],
  ['ledger export {none.db}', 3],
  ['config validate --config {good.yaml}', 0],
  ['config validate --config {bad.yaml}', 2],
  ['config schema', 0],
  ['serve --config {bad.yaml}', 2],
  ['doctor --config {bad.yaml}', 2],
  ['demo --once --scenario earthquake', 2],
  [`replay ${RECORDINGS}/faq-canary-failed`, 0],
  [`replay ${RECORDINGS}/canary-inconclusive`, 1],
  ['replay {nowhere}', 2],
  [`replay ${RECORDINGS}/canary-error --policy {bad.yaml}`, 2],
  ['record --out {ledger.db}', 2],
])('kedge %s exits with %i', async (line, code) => {
  const argv = line.split(' ').map((word) => word.replace(/^\{(.*)\}$/, (_all, name: string) => file(name)))
  expect(await runCli(argv, createTerminal())).toBe(code)
})
