import { describe, expect, test } from 'vitest'
import { encodeId } from '../../../src/http/request/paging.ts'
import { aLedger, aRollout, aView, NOW, readOptions } from '../fleet-fixture.ts'
import { startService } from '../service.ts'
import { BAD, GOOD, tellStory, theFleet, theRelease } from '../story.ts'
import { get, RELEASE, withStory } from '../with-story.ts'

describe('/api/v1/rollouts', () => {
  test('says what Git wants, what the cluster runs, and why they differ', async () => {
    await using service = await withStory()
    const { body } = await get(service, '/api/v1/rollouts/east/shop/checkout')
    expect(body).toMatchObject({
      serving: 'split',
      cause: 'analysis-failed',
      why: 'success-rate 0.91 < 0.95 (3/5)',
      since: NOW - 251_000,
      gitWants: { revision: BAD, author: 'ana', images: ['registry.example/checkout:v1.8.0'] },
      clusterRuns: { revision: GOOD, images: ['registry.example/checkout:v1.7.3'] },
      pullRequest: { number: 412, state: 'open' },
      newestRelease: { release: { rollout: 'checkout' }, revert: { branch: 'kedge/revert/9f31c2e4b7a8-5b0e11c2' } },
    })
    expect(body.newestRelease.release.decision.checks).toHaveLength(12)
  })

  test('a Rollout of the same name as one that was deleted does not inherit its story', async () => {
    const ledger = await aLedger()
    await tellStory(ledger)
    const view = aView('east', { rollouts: [aRollout({ name: 'checkout', uid: 'another' })] })
    await using service = await startService(readOptions([view], ledger), ledger)
    expect((await get(service, '/api/v1/rollouts/east/shop/checkout')).body).toMatchObject({
      release: null,
      newestRelease: null,
      cause: null,
      pullRequest: null,
    })
  })

  test('before the controller has seen a new spec, its images stand beside no commit, and those of N beside N', async () => {
    const ledger = await aLedger()
    await tellStory(ledger)
    const split = theFleet().rollout('shop', 'checkout')
    if (split === undefined) throw new Error('the story has no such Rollout')
    const images = ['registry.example/checkout:v1.9.0']
    const unseen = { ...split, observed: false, currentPodHash: split.stableRS, images }
    await using service = await startService(readOptions([aView('east', { rollouts: [unseen] })], ledger), ledger)
    expect((await get(service, '/api/v1/rollouts/east/shop/checkout')).body).toMatchObject({
      serving: 'unknown',
      gitWants: { podTemplateHash: null, revision: null, images },
      clusterRuns: { revision: GOOD, images: ['registry.example/checkout:v1.7.3'] },
    })
  })

  test('filters by cluster, namespace, state and health', async () => {
    await using service = await withStory()
    const names = async (query: string): Promise<string[]> =>
      (await get(service, `/api/v1/rollouts?${query}`)).body.items.map(({ name }: { name: string }) => name)
    expect(await names('state=split')).toEqual(['checkout'])
    expect(await names('health=Degraded&namespace=shop')).toEqual(['checkout', 'ledger-api'])
    expect(await names('name=web')).toEqual(['web'])
    expect(await names('cluster=west')).toEqual([])
    expect(await names('cluster=&state=')).toHaveLength(7)
  })

  test('pages through all of them in order, each once', async () => {
    await using service = await withStory()
    const seen: string[] = []
    let token: string | null = ''
    while (token !== null) {
      const { body } = await get(service, `/api/v1/rollouts?limit=3&continue=${token}`)
      expect(body.total).toBe(7)
      seen.push(...body.items.map(({ name }: { name: string }) => name))
      token = body.continue
    }
    expect(seen).toEqual(['catalog', 'checkout', 'ledger-api', 'payments', 'recommendations', 'search', 'web'])
  })

  test.each(['limit=0', 'limit=501', 'limit=x', 'state=broken', 'health=healthy', 'continue=%25%25'])(
    'answers 400 to %s',
    async (query) => {
      await using service = await withStory()
      expect((await get(service, `/api/v1/rollouts?${query}`)).body).toMatchObject({ code: 'E_HTTP_BAD_REQUEST' })
    },
  )

  test('health alone is what Argo CD shows', async () => {
    await using service = await withStory()
    expect((await get(service, '/api/v1/rollouts/east/shop/payments/health')).body).toEqual({
      status: 'Suspended',
      message: '',
    })
  })

  test('a Rollout that is not seen in a stale view is not declared gone', async () => {
    const view = aView('east', {
      rollouts: [aRollout({ name: 'web' })],
      freshness: { fresh: false, asOf: 0, blind: [{ kind: 'Rollout', reason: 'forbidden', since: 0 }] },
    })
    const ledger = await aLedger()
    await using service = await startService(readOptions([view], ledger), ledger)
    expect(await get(service, '/api/v1/rollouts/east/shop/other')).toMatchObject({
      status: 503,
      body: { message: expect.stringContaining('stale') },
    })
    expect((await get(service, '/api/v1/rollouts/east/shop/web')).body).toMatchObject({ serving: 'unknown', blindSince: 0, since: 0 })
  })
})

describe('/api/v1/releases', () => {
  test('one release comes with its revert and the records of both', async () => {
    await using service = await withStory()
    const { body } = await get(service, RELEASE)
    expect(body.history.map(({ kind, event }: { kind: string; event: string }) => `${kind} ${event}`)).toEqual([
      'release began',
      'release failed',
      'revert planned',
      'revert opened',
      'card published',
    ])
    expect(body.links.badCommit).toBe(`https://github.example/acme/gitops/commit/${BAD}`)
  })

  test('lists newest first, a page at a time', async () => {
    const ledger = await aLedger()
    for (let at = 0; at < 5; at++)
      await ledger.append([
        {
          kind: 'release',
          key: `key-${at}`,
          event: 'began',
          document: theRelease({ key: `key-${at}`, rolloutRevision: at, startedAt: at + 1 }),
        },
      ])
    await using service = await startService(readOptions([theFleet()], ledger), ledger)
    const first = (await get(service, '/api/v1/releases?limit=3')).body
    const second = (await get(service, `/api/v1/releases?limit=3&continue=${first.continue}`)).body
    expect([...first.items, ...second.items].map(({ rolloutRevision }: { rolloutRevision: number }) => rolloutRevision)).toEqual([
      4, 3, 2, 1, 0,
    ])
    expect(second.continue).toBeNull()
  })

  test('of releases that began in the same millisecond, every one is on one page', async () => {
    const ledger = await aLedger()
    const keys = Array.from({ length: 150 }, (_, index) => `key-${index}`)
    await ledger.append(keys.map((key) => ({ kind: 'release', key, event: 'began', document: theRelease({ key, startedAt: NOW }) })))
    await using service = await startService(readOptions([theFleet()], ledger), ledger)
    const seen: string[] = []
    let next = ''
    while (next !== null) {
      const { body } = await get(service, `/api/v1/releases?limit=40${next && `&continue=${next}`}`)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      next = body.continue
    }
    expect(seen.toSorted()).toEqual(keys.map(encodeId).toSorted())
  })

  test.each(['MTIz', 'eA', encodeId('1.2.3'), encodeId('1e9.1')])('a place that no page gave is refused: %s', async (place) => {
    await using service = await withStory()
    expect((await get(service, `/api/v1/releases?continue=${place}`)).status).toBe(400)
  })

  test.each(['/api/v1/releases/bm9uZQ', '/api/v1/releases/..%2f..%2fetc', '/api/v1/nothing', '/api/v1/rollouts/a/b/c'])(
    '%s is answered 404',
    async (path) => {
      await using service = await withStory()
      expect((await get(service, path)).status).toBe(404)
    },
  )
})

describe('/api/v1/trace', () => {
  test.each([['9f31c2e'], [GOOD], ['checkout:v1.8.0'], ['registry.example/checkout:v1.7.3'], ['V1.8.0']])(
    '%s leads to the release',
    async (query) => {
      await using service = await withStory()
      const { body } = await get(service, `/api/v1/trace?q=${encodeURIComponent(query)}`)
      expect(body.releases).toMatchObject([{ name: 'checkout', outcome: 'open' }])
      expect(body).toMatchObject({ complete: true })
    },
  )

  test.each(['heckout:v1.8.0', '1.8.0', 'deadbeef'])('%s leads nowhere', async (query) => {
    await using service = await withStory()
    expect((await get(service, `/api/v1/trace?q=${query}`)).body).toMatchObject({ releases: [], rollouts: [] })
  })
})

describe('the API listener', () => {
  test('every answer forbids scripts and frames of others', async () => {
    await using service = await withStory()
    for (const path of ['/', '/api/v1/rollouts', '/healthz', '/nothing', '/assets/refresh.js']) {
      const { headers } = await get(service, path)
      expect(headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.has('x-powered-by')).toBe(false)
    }
  })

  test('says what it is blind to, as 503', async () => {
    const state = { ready: false, conditions: [{ name: 'cluster east', ok: false, detail: 'forbidden' }] }
    await using service = await withStory({ readiness: () => state })
    expect(await get(service, '/readyz')).toMatchObject({ status: 503, body: state })
    expect(await get(service, '/healthz')).toMatchObject({ status: 200, body: 'ok\n' })
  })

  test('a fault inside is answered without its words', async () => {
    const verdict = (): never => {
      throw new Error('token ghp_planted in a message')
    }
    await using service = await withStory({ verdict })
    const { status, body } = await get(service, '/api/v1/rollouts')
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('ghp_planted')
  })

  test('a port that is taken is a fault with the address in it', async () => {
    await using service = await withStory()
    const { port } = service.servers.api
    await expect(startService({ api: { host: '127.0.0.1', port } })).rejects.toThrow(
      `E_LISTEN: cannot listen on 127.0.0.1:${port} (EADDRINUSE)`,
    )
  })
})
