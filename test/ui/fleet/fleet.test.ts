import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReleaseDetail, RolloutSummary } from '../../../src/api/contract.ts'
import { openApi } from '../../../src/api/openapi/openapi.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { theRelease, theRevert } from '../../http/story.ts'
import { schemaFaults } from '../../schema-faults.ts'
import { pagesOf } from './pages-of.ts'
import { openFleet } from './story.ts'
import { newestCard, openPullRequest } from './told.ts'
import type { FleetWorld } from './world.ts'

const README = new URL('../../../README.md', import.meta.url)

// What README and docs show is what the service made of what it saw in the simulator, and can be made again by anybody.

describe('the fleet of the pictures', () => {
  let fleets: readonly FleetWorld[]

  beforeAll(async () => {
    fleets = [await openFleet(), await openFleet()]
  }, 600_000)

  afterAll(() => Promise.all(fleets?.map((one) => one[Symbol.asyncDispose]())))

  async function ask<T>(path: string): Promise<T> {
    return (await (await fetch(`${fleets[0]!.url}/api/v1${path}`)).json()) as T
  }

  test('has one of each kind that people meet, and the service says so', async () => {
    const { items } = await ask<{ items: readonly RolloutSummary[] }>('/rollouts')
    expect(Object.fromEntries(items.map(({ name, serving, cause, health }) => [name, [serving, cause, health.status]]))).toEqual({
      checkout: ['split', 'analysis-failed', 'Degraded'],
      'ledger-api': ['stuck', 'stuck', 'Degraded'],
      search: ['rolling', null, 'Progressing'],
      payments: ['rolling', null, 'Suspended'],
      catalog: ['in-step', null, 'Healthy'],
      recommendations: ['in-step', null, 'Healthy'],
      web: ['in-step', null, 'Healthy'],
    })
  })

  test('was told by what the simulator shows: the PR that the board names is open at the forge', async () => {
    const { items } = await ask<{ items: readonly RolloutSummary[] }>('/rollouts?name=checkout')
    const [{ repository } = { repository: undefined }] = fleets
    const number = items[0]?.pullRequest?.number ?? 0
    expect(repository?.pulls.get(number)).toMatchObject({ state: 'open', head: expect.stringMatching(/^kedge\/revert\//) as string })
  })

  test('is the same each time, down to the last byte of each page', { timeout: 60_000 }, async () => {
    const [one, other] = fleets
    for (const path of (await pagesOf(one!.url)).all) {
      const texts = await Promise.all([one!, other!].map(async ({ url }) => (await fetch(url + path)).text()))
      expect({ path, text: texts[0] }).toEqual({ path, text: texts[1] })
    }
  })

  test('writes documents of the shape that other tests write by hand, with the same checks', async () => {
    const { release: path } = await pagesOf(fleets[0]!.url)
    const { release, revert } = await ask<ReleaseDetail>(path)
    const only = (byHand: object, written: object): readonly string[] => Object.keys(byHand).filter((key) => !Object.hasOwn(written, key))
    const [attempt, evidence] = [theRelease().attempts[0]!, theRelease().attempts[0]!.evidence[0]!]
    expect(only(theRelease(), release)).toEqual([])
    expect(only(attempt, release.attempts[0]!)).toEqual([])
    expect(only(JSON.parse(JSON.stringify(evidence)) as object, release.attempts[0]!.evidence[0]!)).toEqual([])
    expect(only(theRevert(), revert!)).toEqual([])
    const checks = (one: Pick<Release, 'decision'>) => one.decision?.checks.map(({ id, title, outcome }) => [id, title, outcome])
    expect(checks(theRelease())).toEqual(checks(release))
    expect([theRelease().decision?.reason, theRevert().changes?.fields]).toEqual([release.decision?.reason, revert?.changes?.fields])
  })

  test.each([
    ['card', newestCard],
    ['pull request', openPullRequest],
  ] as const)('the %s in README is the one that people were told (UPDATE_DOCS=1 writes it)', (name, told) => {
    const shown = new RegExp(`(?<=<!-- ${name}: begin[^>]*-->\\n\\n).*?(?=\\n\\n<!-- ${name}: end -->)`, 's')
    const text = told(fleets[0]!)
    if (process.env['UPDATE_DOCS'] === '1')
      writeFileSync(
        README,
        readFileSync(README, 'utf8').replace(shown, () => text),
      )
    expect(shown.exec(readFileSync(README, 'utf8'))?.[0]).toBe(text)
  })

  test('answers as the description of the API says', async () => {
    const { paths } = openApi() as { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> }
    const { release } = await pagesOf(fleets[0]!.url)
    for (const [route, path] of [
      ['/api/v1/rollouts', '/rollouts'],
      ['/api/v1/releases', '/releases'],
      ['/api/v1/releases/{id}', release],
      ['/api/v1/quarantines', '/quarantines'],
    ] as const) {
      const described = paths[route]?.['get']?.responses['200'] as { content: { 'application/json': { schema: Record<string, unknown> } } }
      expect(schemaFaults(await ask(path), described.content['application/json'].schema, openApi())).toEqual([])
    }
  })
})

/** The files of this repository that a file leads to. */
function reached(file: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(file)) return known
  known.add(file)
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)'/g)) reached(resolve(dirname(file), path!), known)
  return known
}

test('nothing that was written by hand in the place of what the service makes gets into a picture', () => {
  const pictures = new URL('../browser/pictures.ts', import.meta.url).pathname
  const byHand = [...reached(pictures)].filter(
    (file) => /\/test\//.test(file) && !/\/test\/(?:ui\/(?:browser|fleet)|argocd-extension)\//.test(file),
  )
  expect(byHand).toEqual([])
  expect([...reached(pictures)].filter((file) => /fixture|many|large-fleet|http\/story|kedge-of/.test(file))).toEqual([])
})
