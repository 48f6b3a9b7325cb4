import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReleasePage } from '../../../src/api/contract.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aLedger, aRollout, aView, NOW, readOptions } from '../fleet-fixture.ts'
import { startService, type Service } from '../service.ts'

const MINUTE = 60_000
const MANY = 450
const PATH = '/rollouts/east/shop/web'
const OWN = 'cluster=east&namespace=shop&name=web'

/** Every tenth of the Rollout's own releases has failed, and another Rollout has as many. */
function releases() {
  return Array.from({ length: MANY }, (_, at) => at).flatMap((at) => {
    const isBad = at % 10 === 0
    const startedAt = NOW - (MANY - at) * MINUTE
    return ['web', 'other'].map((rollout) =>
      aRelease({
        key: `east|uid-${rollout}|t${at}|${at}`,
        namespace: 'shop',
        rollout,
        uid: `uid-${rollout}`,
        images: [`registry.example/${rollout}:v${at}`],
        startedAt,
        endedAt: startedAt + 1_000,
        state: 'ended',
        outcome: isBad ? 'superseded' : 'promoted',
        cause: isBad ? 'stuck' : null,
      }),
    )
  })
}

describe('the page of a Rollout with more releases than fit on it', () => {
  let service: Service

  beforeAll(async () => {
    const ledger = await aLedger()
    await ledger.append(releases().map((document) => ({ kind: 'release', key: document.key, event: 'ended', document })))
    service = await startService(readOptions([aView('east', { rollouts: [aRollout({ name: 'web' })] })], ledger), ledger)
  })

  afterAll(() => service?.[Symbol.asyncDispose]())

  async function page(path: string): Promise<{ status: number; text: string; ids: readonly string[]; older: string | undefined }> {
    const answer = await fetch(service.servers.api.url + path)
    const text = await answer.text()
    const ids = [...text.matchAll(/<th scope="row"><a href="\/releases\/([\w-]+)"/g)].map(([, id]) => id!)
    const older = /<a href="([^"]+)" rel="next">Older/.exec(text)?.[1]?.replaceAll('&#38;', '&')
    return { status: answer.status, text, ids, older }
  }

  /** Follows the links until there is none. */
  async function walk(path: string): Promise<{ ids: readonly string[]; pages: number }> {
    const ids: string[] = []
    let pages = 0
    for (let next: string | undefined = path; next !== undefined && pages < 20; pages += 1) {
      const one = await page(next)
      ids.push(...one.ids)
      next = one.older
    }
    return { ids, pages }
  }

  async function ask(query: string): Promise<readonly string[]> {
    const ids: string[] = []
    for (let next: string | null = ''; next !== null;) {
      const found = (await (await fetch(`${service.servers.api.url}/api/v1/releases?${query}${next}`)).json()) as ReleasePage
      ids.push(...found.items.map(({ id }) => id))
      next = found.continue === null ? null : `&continue=${found.continue}`
    }
    return ids
  }

  test('leads on to all of them, each once, newest first, as the API has them', async () => {
    const { ids, pages } = await walk(PATH)
    expect([ids.length, new Set(ids).size, pages]).toEqual([MANY, MANY, 9])
    expect(ids).toEqual(await ask(OWN))
  })

  test('a later page leads back to the newest, and says that it is of older ones', async () => {
    const { older } = await page(PATH)
    const second = await page(older!)
    expect(second.text).toContain('Older releases')
    expect(second.text).toContain(`<a href="${PATH}">← Newest</a>`)
    expect((await page(PATH)).text).not.toContain('← Newest')
  })

  test.each(['cause=stuck', 'outcome=superseded', 'q=web:v44', 'from=2026-11-23&to=2026-11-23', 'open=true'])(
    'is narrowed down by %s as the API is',
    async (query) => {
      expect((await walk(`${PATH}?${query}`)).ids).toEqual(await ask(`${OWN}&${query}`))
    },
  )

  test('a filter is seen, kept on the way to older ones, and in the report', async () => {
    const { text, older } = await page(`${PATH}?outcome=promoted`)
    expect(text).toContain('Outcome: <b>promoted</b>')
    expect(older).toContain('outcome=promoted&continue=')
    expect(text).toContain(`/report.csv?${OWN}&outcome=promoted`.replaceAll('&', '&#38;'))
    expect((await page(`${PATH}?cause=stuck&outcome=promoted`)).text).toContain('No release is like that')
  })

  test.each(['outcome=broken', 'name=other', 'cluster=west', 'namespce=shop', 'continue=x', 'from=yesterday'])(
    '%s is told',
    async (query) => {
      expect((await page(`${PATH}?${query}`)).status).toBe(400)
    },
  )
})

test('a Rollout with few releases has one page, and no link to others', async () => {
  const ledger = await aLedger()
  const [document] = releases()
  await ledger.append([{ kind: 'release', key: document!.key, event: 'ended', document: document! }])
  await using service = await startService(readOptions([aView('east', { rollouts: [aRollout({ name: 'web' })] })], ledger), ledger)
  const text = await (await fetch(service.servers.api.url + PATH)).text()
  expect(text).toContain('Releases, newest first')
  expect(text).not.toMatch(/Older|Newest/)
})
