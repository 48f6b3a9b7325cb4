import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReportPage } from '../../../src/api/report/contract.ts'
import type { Release } from '../../../src/domain/release/release.ts'
import { encodeId } from '../../../src/http/request/paging.ts'
import { readReport } from '../../api/report/read-csv.ts'
import { releaseEntry } from '../../contract/ledger-documents.ts'
import { until } from '../../until.ts'
import { aLedger, NOW, readOptions } from '../fleet-fixture.ts'
import { startService, type Service } from '../service.ts'
import { theFleet, theRelease } from '../story.ts'
import { withStory } from '../with-story.ts'

async function withReleases(releases: readonly Release[]): Promise<Service> {
  const ledger = await aLedger()
  await ledger.append(releases.map((release) => releaseEntry(release)))
  return startService(readOptions([theFleet()], ledger), ledger)
}

const urlOf = (service: Service, path: string): string => `${service.servers.api.url}${path}`

async function allPages(service: Service, query: string): Promise<readonly ReportPage['items'][number][]> {
  const items = []
  for (let next: string | null = ''; next !== null;) {
    const answer: Response = await fetch(urlOf(service, `/api/v1/report?${query}&continue=${next}`))
    const page = (await answer.json()) as ReportPage
    items.push(...page.items)
    next = page.continue
  }
  return items
}

describe('/api/v1/report', () => {
  test('says of a release who, what, when, why, and by which records', async () => {
    await using service = await withStory()
    const page = (await (await fetch(urlOf(service, '/api/v1/report'))).json()) as ReportPage
    const head = await service.ledger.head()
    expect(page).toMatchObject({ continue: null, head, archived: null, madeAt: expect.any(Number) })
    expect(page.items).toMatchObject([
      {
        service: 'checkout',
        images: [{ image: 'registry.example/checkout:v1.8.0', digest: null }],
        people: { author: 'ana', approvers: ['lin'], mergedBy: null, syncStartedBy: null, abortedBy: 'Argo Rollouts', revertMergedBy: '' },
        times: { began: NOW - 412_000, failed: NOW - 251_000, aborted: NOW - 252_000, revertOpened: NOW - 249_900 },
        outcome: 'open',
        cause: 'analysis-failed',
        evidence: [expect.stringContaining('success-rate [0.91], wanted result[0] >= 0.95')],
        pullRequests: [
          { what: 'release', number: 408, outcome: 'merged' },
          { what: 'revert', number: 412, outcome: null },
        ],
        records: [
          { of: 'release', first: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
          { of: 'revert', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
        ],
      },
    ])
  })

  test('has each release exactly once, however it is paged and filtered', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 5 }), isShop: fc.boolean() }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (shapes, limit) => {
          const releases = shapes.map(({ at, isShop }, index) =>
            theRelease({ key: `key-${index}`, namespace: isShop ? 'shop' : 'back', startedAt: NOW + at, revertKey: null }),
          )
          await using service = await withReleases(releases)
          const keys = (of: readonly { key: string }[]): readonly string[] => of.map(({ key }) => key).toSorted()
          expect(keys(await allPages(service, `limit=${limit}`))).toEqual(keys(releases))
          const shop = releases.filter(({ namespace }) => namespace === 'shop')
          expect(keys(await allPages(service, `limit=${limit}&namespace=shop`))).toEqual(keys(shop))
        },
      ),
      { numRuns: 25 },
    )
  })

  test.each(['from=yesterday', 'namespce=shop', 'continue=MTIz', 'limit=0', 'from=2026-03-02&to=2026-03-01'])(
    '%s is refused',
    async (query) => {
      await using service = await withStory()
      expect((await fetch(urlOf(service, `/api/v1/report?${query}`))).status).toBe(400)
    },
  )
})

describe('a report as a file', () => {
  test.each([
    ['csv', 'text/csv', 'registry.example/checkout:v1.8.0'],
    ['json', 'application/json', '"service":"checkout"'],
    ['md', 'text/markdown', 'Service: checkout'],
    ['html', 'text/html', '<b>checkout</b>'],
  ])('%s is one that is kept, with the right type', async (format, type, words) => {
    await using service = await withStory()
    const answer = await fetch(urlOf(service, `/report.${format}?namespace=shop`))
    expect(answer.headers.get('content-type')).toContain(type)
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="kedge-report.${format}"`)
    expect(await answer.text()).toContain(words)
  })

  test('has each of many releases once, and its JSON reads as such', async () => {
    const releases = Array.from({ length: 450 }, (_, index) =>
      theRelease({ key: `key-${index}`, startedAt: NOW + (index % 7), revertKey: null }),
    )
    await using service = await withReleases(releases)
    const body = (await (await fetch(urlOf(service, '/report.json'))).json()) as { releases: { key: string }[]; count: number }
    expect(new Set(body.releases.map(({ key }) => key)).size).toBe(450)
    expect(body).toMatchObject({ count: 450, report: { head: { sequence: 450 } } })
    const rows = readReport(await (await fetch(urlOf(service, '/report.csv'))).text())
    const ids = releases.map(({ key }) => encodeId(key))
    expect([rows.length, new Set(rows.map((row) => row['Release id']))]).toEqual([450, new Set(ids)])
  })

  test('holds no markup and no formula of a hostile name', async () => {
    const evil = '=HYPERLINK("http://evil.example")<script>alert(1)</script>|[x](javascript:alert(1))\u202e\n'
    const sourcePr = { number: 1, url: 'javascript:alert(1)', author: evil, approvers: [evil, evil], mergedBy: evil }
    await using service = await withReleases([theRelease({ rollout: evil, images: [evil], author: evil, sourcePr, revertKey: null })])
    const read = async (format: string): Promise<string> => (await fetch(urlOf(service, `/report.${format}`))).text()
    const html = await read('html')
    expect(html).not.toMatch(/<script|href="javascript|\u202e/)
    expect(await read('md')).not.toMatch(/<script|\]\(javascript|\u202e/)
    for (const row of readReport(await read('csv'))) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@]|\u202e|\n/)
  })

  test('links to no address with a password in it', async () => {
    const sourcePr = { number: 7, url: 'https://ada:planted@git.example/pull/7', author: 'ana', approvers: [] }
    await using service = await withReleases([theRelease({ sourcePr, revertKey: null })])
    for (const format of ['html', 'md']) {
      const text = await (await fetch(urlOf(service, `/report.${format}`))).text()
      expect(text).toContain('7 release, merged')
      expect(text).not.toContain('planted')
    }
  })

  test('has as many cells in each row of Markdown as in its head, whatever stands in the address of a pull request', async () => {
    const sourcePr = { number: 1, url: 'https://git.example/acme/a|b|c/pull/1', author: 'ana', approvers: [] }
    await using service = await withReleases([theRelease({ sourcePr, revertKey: null })])
    const lines = (await (await fetch(urlOf(service, '/report.md'))).text()).split('\n').filter((line) => line.startsWith('| '))
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line.split(/(?<!\\)\|/)).toHaveLength(8)
  })

  test('what means nothing is refused, and no more than two are written at the same time', async () => {
    const releases = Array.from({ length: 150 }, (_, index) => theRelease({ key: `key-${index}`, revertKey: null }))
    const ledger = await aLedger()
    await ledger.append(releases.map((release) => releaseEntry(release)))
    const gate = Promise.withResolvers<void>()
    let waiting = 0
    const options = readOptions([theFleet()], ledger)
    const store = {
      ...options.store,
      async history(kind: 'release', key: string) {
        waiting += 1
        await gate.promise
        return ledger.history(kind, key)
      },
    }
    await using service = await startService({ ...options, store: store as typeof options.store }, ledger)
    expect((await fetch(urlOf(service, '/report.csv?from=never'))).status).toBe(400)
    const two = [1, 2].map(() => fetch(urlOf(service, '/report.csv')))
    await until(() => waiting === 2 || undefined, { timeoutMs: 10_000, what: 'two reports are being written' })
    expect(await fetch(urlOf(service, '/report.html'))).toMatchObject({ status: 503 })
    gate.resolve()
    for (const one of await Promise.all(two)) expect(readReport(await one.text())).toHaveLength(150)
    expect((await fetch(urlOf(service, '/report.html'))).status).toBe(200)
  })
})

test('the index of releases links to the report of what it shows', async () => {
  await using service = await withStory()
  const page = await (await fetch(urlOf(service, '/releases?namespace=shop'))).text()
  expect(page).toContain('href="/report.csv?namespace=shop"')
  expect(page).toContain('href="/report.html?namespace=shop"')
})
