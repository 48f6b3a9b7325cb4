import { describe, expect, test } from 'vitest'
import type { ServingState } from '../../../src/domain/rollout/serving.ts'
import { aLedger, aRollout, aSplitRollout, aView, NOW, readOptions } from '../fleet-fixture.ts'
import { aFleetOf, ledgerOf } from '../large-fleet.ts'
import { startService, type Service } from '../service.ts'
import { tellStory, theFleet, theRelease } from '../story.ts'
import { withStory } from '../with-story.ts'

async function page(service: Service, path: string): Promise<{ status: number; text: string; bytes: number }> {
  const answer = await fetch(service.servers.api.url + path)
  const text = await answer.text()
  return { status: answer.status, text, bytes: Buffer.byteLength(text) }
}

async function itemsOf(url: string): Promise<readonly { name: string }[]> {
  return ((await (await fetch(url)).json()) as { items: { name: string }[] }).items
}

const names = (text: string): string[] => [...text.matchAll(/<th scope="row"><a href="[^"]*">([^<]*)<\/a>/g)].map(([, name]) => name!)

describe('the board', () => {
  test('has the newest trouble first, then what moves, then the others by name', async () => {
    const old = aSplitRollout({ name: 'aaa', uid: 'uid-aaa', abortedAtMs: NOW - 86_400_000 })
    const fleet = [...theFleet().rollouts(), old]
    const ledger = await aLedger()
    await tellStory(ledger)
    await using service = await startService(readOptions([aView('east', { rollouts: fleet })], ledger), ledger)
    expect(names((await page(service, '/')).text).slice(0, 2)).toEqual(['checkout', 'aaa'])
    expect(names((await page(service, '/')).text).slice(-3)).toEqual(['catalog', 'recommendations', 'web'])
  })

  test('has what is wrong before what was not told, what cannot be seen, what is ill, what moves and what stands', async () => {
    const rollouts = ['a-stands', 'b-moves', 'c-ill', 'd-unseen', 'e-untold', 'f-wrong'].map((name) => aRollout({ name }))
    const ill = { status: 'Degraded', message: '' } as const
    const [stands, moves, sick, ...others] = rollouts
    const health = { status: 'Progressing', message: '' } as const
    const view = aView('east', { rollouts: [stands!, { ...moves!, health }, { ...sick!, health: ill }, ...others] })
    const states: Readonly<Record<string, ServingState>> = { 'd-unseen': 'unknown', 'e-untold': 'undone', 'f-wrong': 'invalid-spec' }
    await using service = await withStory({
      views: [view],
      verdict: ({ name }) => ({ serving: states[name] ?? 'in-step', reason: 'told' }),
    })
    expect(names((await page(service, '/')).text)).toEqual(['f-wrong', 'e-untold', 'd-unseen', 'c-ill', 'b-moves', 'a-stands'])
  })

  test.each([
    ['q=CHECK', ['checkout']],
    ['q=shop+v1.8.0', ['checkout']],
    ['state=split', ['checkout']],
    ['cause=analysis-failed', ['checkout']],
    ['namespace=shop&health=Suspended', ['payments']],
    ['name=web&state=', ['web']],
    ['q=nothing', []],
    ['project=none', []],
  ])('?%s leaves %j', async (query, left) => {
    await using service = await withStory()
    const { status, text } = await page(service, `/?${query}`)
    expect([status, names(text)]).toEqual([200, left])
  })

  test('filters by the project of the one Application that owns a Rollout, as the API does', async () => {
    const ledger = await aLedger()
    await using service = await startService(readOptions(aFleetOf(20), ledger), ledger)
    expect(names((await page(service, '/?project=payments')).text)).toHaveLength(5)
    const items = await itemsOf(`${service.servers.api.url}/api/v1/rollouts?project=payments&q=WEB`)
    expect(items).toMatchObject([{ project: 'payments', namespace: 'payments' }])
  })

  test('never says that all is in step while a filter hides what is not', async () => {
    await using service = await withStory()
    const { text } = await page(service, '/?q=catalog')
    expect(text).toContain('1 of 7 shown, none needs a look; 2 that need a look hidden by the filter')
    expect(text).toContain('aria-label="Take out Search: catalog"')
  })

  test.each(['state=broken', 'state=split&state=stuck', 'nmespace=shop', 'page=0', 'page=x', 'cause=x', `q=${'x'.repeat(300)}`])(
    '?%s is told, and nothing else is shown instead',
    async (query) => {
      await using service = await withStory()
      const { status, text } = await page(service, `/?${query}`)
      expect(status).toBe(400)
      expect(text).toContain('That cannot be asked')
      expect(names(text)).toEqual([])
    },
  )

  test('a filter that is hostile is shown as it is', async () => {
    await using service = await withStory()
    const query = new URLSearchParams({ q: '"><script>alert(1)</script>\u202e', namespace: "'><img src=x>" }).toString()
    const { text } = await page(service, `/?${query}`)
    expect(text).not.toMatch(/<script>|<img|\u202e/)
    expect(text.match(/<script/g)).toHaveLength(1)
  })

  test('a thousand Rollouts are one page of 300 kB at most, and more are on further pages', async () => {
    const ledger = await aLedger()
    await ledger.append(ledgerOf(1_200))
    await using service = await startService(readOptions(aFleetOf(1_200), ledger), ledger)
    const first = await page(service, '/')
    expect(names(first.text)).toHaveLength(1_000)
    expect(first.bytes).toBeLessThan(300_000)
    expect(first.text).toContain('Page 1 of 2: 1000 of 1200 Rollouts')
    const second = await page(service, '/?page=2')
    expect(new Set([...names(first.text), ...names(second.text)]).size).toBe(1_200)
    expect((await page(service, '/?page=9')).text).toContain('Nothing is on this page.')
  })
})

describe('the index of releases', () => {
  const long = (key: string, fields: object): Parameters<Awaited<ReturnType<typeof aLedger>>['append']>[0][number] => ({
    kind: 'release',
    key,
    event: 'began',
    document: theRelease({ key, state: 'ended', outcome: 'promoted', cause: null, attempts: [], endedAt: NOW, ...fields }),
  })

  async function served(): Promise<Service> {
    const ledger = await aLedger()
    await ledger.append([
      long('a', { rollout: 'old', startedAt: Date.parse('2026-02-28T23:59:59.999Z') }),
      long('b', { rollout: 'first', startedAt: Date.parse('2026-03-01T00:00:00Z') }),
      long('c', {
        rollout: 'last',
        startedAt: Date.parse('2026-03-31T23:59:59.999Z'),
        namespace: 'other',
        outcome: 'restored',
        cause: 'stuck',
      }),
      long('d', { rollout: 'new', startedAt: Date.parse('2026-04-01T00:00:00Z') }),
    ])
    return startService(readOptions([theFleet()], ledger), ledger)
  }

  test.each([
    ['', ['new', 'last', 'first', 'old']],
    ['from=2026-03-01&to=2026-03-31', ['last', 'first']],
    ['to=2026-02-28', ['old']],
    ['namespace=other', ['last']],
    ['outcome=promoted&from=2026-03-01', ['new', 'first']],
    ['cause=stuck', ['last']],
    ['q=FIR', ['first']],
    ['name=new&open=false', ['new']],
  ])('?%s has %j, promoted ones too, in the API as on the page', async (query, expected) => {
    await using service = await served()
    expect(names((await page(service, `/releases?${query}`)).text)).toEqual(expected)
    const items = await itemsOf(`${service.servers.api.url}/api/v1/releases?${query}`)
    expect(items.map(({ name }) => name)).toEqual(expected)
  })

  test('where few of very many match, says that it has not read them all, and goes on', async () => {
    const ledger = await aLedger()
    const entries = Array.from({ length: 2_101 }, (_, at) =>
      long(`k${at}`, { rollout: at === 0 ? 'needle' : 'hay', startedAt: NOW - 5_000 + at }),
    )
    await ledger.append(entries)
    await using service = await startService(readOptions([theFleet()], ledger), ledger)
    const first = await page(service, '/releases?name=needle')
    expect(first.text).toContain('None of the newest is like that: look among the older ones')
    const older = /<a href="([^"]*)" rel="next"/.exec(first.text)![1]!.replaceAll('&#38;', '&')
    expect(older).toContain('name=needle')
    expect(names((await page(service, older)).text)).toEqual(['needle'])
  })

  test.each(['from=March', 'from=2026-04-01&to=2026-03-01', 'outcome=x', 'contnue=x', 'continue=MTIz'])('?%s is told', async (query) => {
    await using service = await served()
    expect((await page(service, `/releases?${query}`)).status).toBe(400)
    expect((await fetch(`${service.servers.api.url}/api/v1/releases?${query}`)).status).toBe(400)
  })
})

describe('the page of a Rollout', () => {
  test('has every release of it, those that were promoted too, and leads to the one that is under way', async () => {
    await using service = await withStory()
    const before = theRelease({ key: 'k', rolloutRevision: 8, state: 'ended', outcome: 'promoted', cause: null, attempts: [] })
    await service.ledger.append([
      { kind: 'release', key: 'k', event: 'began', document: { ...before, startedAt: NOW - 9e8, endedAt: NOW - 8e8, revertKey: null } },
    ])
    const { text } = await page(service, '/rollouts/east/shop/checkout')
    expect(text).toContain('checkout – Split: the cluster went back, Git did not')
    expect(text.match(/<th scope="row">/g)).toHaveLength(2)
    expect(text).toContain('Promoted')
    expect(text).toContain('See the release')
  })

  test('of one that is gone has what the ledger knows, and of one that never was nothing', async () => {
    await using service = await withStory()
    const other = readOptions([aView('east', { rollouts: [] })], service.ledger)
    await using without = await startService(other, service.ledger)
    expect((await page(without, '/rollouts/east/shop/checkout')).text).toContain('no cluster has it any more; what follows is history')
    expect((await page(without, '/rollouts/east/shop/never')).status).toBe(404)
    expect((await page(without, '/rollouts/%E0%A4%A/shop/never')).status).toBe(400)
  })

  test('a name that is hostile is no markup, and is linked as it is', async () => {
    const name = `x"><img src=x onerror='alert(1)'>/../?\u202e`
    const ledger = await aLedger()
    const view = aView('east', { rollouts: [aRollout({ name })] })
    await using service = await startService(readOptions([view], ledger), ledger)
    const board = (await page(service, '/')).text
    const [, href] = /<a href="(\/rollouts\/[^"]*)"/.exec(board) ?? []
    const { status, text } = await page(service, href!.replaceAll('&#39;', "'"))
    expect(status).toBe(200)
    expect(text + board).not.toMatch(/<img|\u202e/)
  })
})

test('a name that is no text at all breaks no page, and the longest filter is linked whole', async () => {
  const ledger = await aLedger()
  const view = aView('east', { rollouts: [aRollout({ name: 'x\ud800' }), aRollout({ name: 'web' })] })
  await using service = await startService(readOptions([view], ledger), ledger)
  expect((await page(service, '/')).text).toContain('href="/rollouts/east/shop/x%EF%BF%BD"')
  const query = new URLSearchParams({ q: '界'.repeat(256), name: '界'.repeat(256) }).toString()
  const { status, text } = await page(service, `/?${query}`)
  expect(status).toBe(200)
  expect(text).toContain(`href="/?${query.replaceAll('&', '&#38;')}&#38;state=split"`)
})

test('the page of storms lists them with their releases, and says when there is none', async () => {
  await using service = await withStory()
  expect((await page(service, '/storms')).text).toContain('No storm so far')
  const cause = { kind: 'metric', key: 's', words: '<b>down</b>', cluster: 'east', metrics: [] } as const
  const document = { key: 's', cause, state: 'holding', begunAt: NOW - 60_000, endedAt: null } as const
  const release = theRelease({ storm: 's' })
  await service.ledger.append([
    { kind: 'storm', key: 's', event: 'storm-begun', document },
    { kind: 'release', key: release.key, event: 'failed', document: release },
  ])
  const { text } = await page(service, '/storms')
  expect(text).toContain('1 of 1 storms go on')
  expect(text).toContain('&#60;b&#62;down')
  expect(text).toContain('>shop/checkout</a>')
})
