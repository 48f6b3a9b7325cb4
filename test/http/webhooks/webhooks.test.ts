import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { githubWebhook } from '../../../src/adapters/forges/github/webhook.ts'
import { aLedger } from '../fleet-fixture.ts'
import { ARGOCD_SECRET, GITHUB_SECRET, startService, type Service } from '../service.ts'

const PUSH = JSON.stringify({
  ref: 'refs/heads/main',
  repository: { clone_url: 'https://GitHub.example/acme/gitops.git' },
})

function sign(body: string, secret = GITHUB_SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

let delivery = 0

function deliver(service: Service, body: string, headers: Record<string, string | undefined> = {}): Promise<Response> {
  const all = {
    'X-GitHub-Event': 'push',
    'X-GitHub-Delivery': `delivery-${delivery++}`,
    'X-Hub-Signature-256': sign(body),
    'Content-Type': 'application/json',
    ...headers,
  }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return fetch(`${service.servers.webhooks.url}/webhooks/github`, { method: 'POST', body, headers: given })
}

function notify(
  service: Service,
  payload: unknown,
  headers: Record<string, string> = { Authorization: `Bearer ${ARGOCD_SECRET}` },
): Promise<Response> {
  return fetch(`${service.servers.webhooks.url}/webhooks/argocd`, {
    method: 'POST',
    body: JSON.stringify(payload),
    headers,
  })
}

describe('webhooks of GitHub', () => {
  test('a signed push is answered 202 and enqueues its repository, whatever the content type says', async () => {
    await using service = await startService()
    expect((await deliver(service, PUSH)).status).toBe(202)
    expect(
      (
        await deliver(service, PUSH, {
          'Content-Type': 'application/x-www-form-urlencoded',
          'X-GitHub-Event': 'pull_request',
        })
      ).status,
    ).toBe(202)
    expect(service.enqueued).toEqual(['repository github.example/acme/gitops', 'repository github.example/acme/gitops'])
    expect(await service.ledger.pending()).toEqual([])
  })

  test.each([
    ['missing', { 'X-Hub-Signature-256': undefined }],
    ['of another secret', { 'X-Hub-Signature-256': sign(PUSH, 'another') }],
    ['too short', { 'X-Hub-Signature-256': sign(PUSH).slice(0, -1) }],
    ['too long', { 'X-Hub-Signature-256': `${sign(PUSH)}0` }],
    [
      'SHA-1 only',
      {
        'X-Hub-Signature-256': undefined,
        'X-Hub-Signature': `sha1=${createHmac('sha1', GITHUB_SECRET).update(PUSH).digest('hex')}`,
      },
    ],
    ['without its scheme', { 'X-Hub-Signature-256': sign(PUSH).slice(7) }],
  ])('a signature that is %s is answered 401 and enqueues nothing', async (_what, headers) => {
    await using service = await startService()
    const answer = await deliver(service, PUSH, headers)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({
      code: 'E_WEBHOOK_UNAUTHORIZED',
      advice: expect.stringContaining('secret'),
    })
    expect(service.enqueued).toEqual([])
  })

  test('one changed byte breaks the signature', async () => {
    await using service = await startService()
    const answer = await deliver(service, PUSH.replace('acme', 'acmf'), { 'X-Hub-Signature-256': sign(PUSH) })
    expect(answer.status).toBe(401)
  })

  test('the same delivery enqueues once, also after a restart', async () => {
    const ledger = await aLedger()
    await using service = await startService({}, ledger)
    const headers = { 'X-GitHub-Delivery': 'the-same' }
    expect(await (await deliver(service, PUSH, headers)).json()).toEqual({ result: 'accepted' })
    expect(await (await deliver(service, PUSH, headers)).json()).toEqual({ result: 'duplicate' })
    expect(service.enqueued).toHaveLength(1)
  })

  test('a ping is answered 200, an event of no use 202, and neither enqueues anything', async () => {
    await using service = await startService()
    expect((await deliver(service, PUSH, { 'X-GitHub-Event': 'ping' })).status).toBe(200)
    expect((await deliver(service, PUSH, { 'X-GitHub-Event': 'star' })).status).toBe(202)
    expect(service.enqueued).toEqual([])
  })

  test.each([
    ['no JSON', 'ref=main', {}],
    ['too deep', PUSH.replace('{', `{"deep":${'['.repeat(64)}${']'.repeat(64)},`), {}],
    ['without a repository', '{}', {}],
    ['an array', '[]', {}],
    ['null', 'null', {}],
    ['without a delivery id', PUSH, { 'X-GitHub-Delivery': undefined }],
    ['with a delivery id of its own making', PUSH, { 'X-GitHub-Delivery': `${'x'.repeat(101)}` }],
  ])('a signed body that is %s is answered 400 and enqueues nothing', async (_what, body, headers) => {
    await using service = await startService()
    const answer = await deliver(service, body, { 'X-Hub-Signature-256': sign(body), ...headers })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'E_WEBHOOK_MALFORMED' })
    expect(service.enqueued).toEqual([])
  })

  test('a body beyond the cap is answered 413, with and without its length in the header', async () => {
    await using service = await startService({ maxBodyBytes: 10_000 })
    const body = JSON.stringify({ padding: 'x'.repeat(200_000) })
    expect((await deliver(service, body)).status).toBe(413)
    const chunked = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < 20; at++) controller.enqueue(new TextEncoder().encode('x'.repeat(10_000)))
        controller.close()
      },
    })
    const answer = await fetch(`${service.servers.webhooks.url}/webhooks/github`, {
      method: 'POST',
      body: chunked,
      duplex: 'half',
      headers: { 'X-Hub-Signature-256': sign('') },
    })
    expect(answer.status).toBe(413)
    expect(service.enqueued).toEqual([])
  })

  test('without a configured secret there is no webhook, and no default secret', async () => {
    await using service = await startService({
      senders: [{ id: 'github', name: 'GitHub', webhook: githubWebhook, secrets: [] }],
      secrets: {},
    })
    for (const secret of ['', 'development', 'secret']) {
      const answer = await deliver(service, PUSH, { 'X-Hub-Signature-256': sign(PUSH, secret) })
      expect(answer.status).toBe(404)
      expect(await answer.json()).toMatchObject({ code: 'E_WEBHOOK_NOT_CONFIGURED' })
    }
    expect(service.enqueued).toEqual([])
  })

  test('a delivery that cannot be written down is answered 503 and enqueues nothing', async () => {
    const broken = {
      accept: () => Promise.reject(new Error('disk full')),
      pending: () => Promise.resolve([]),
      done: () => Promise.resolve(),
      putAside: () => Promise.resolve(),
    }
    await using service = await startService({ inbox: broken })
    expect((await deliver(service, PUSH)).status).toBe(503)
    expect(service.enqueued).toEqual([])
  })

  test('a delivery accepted before a crash is followed at the next start', async () => {
    const ledger = await aLedger()
    await ledger.accept({ source: 'github', id: 'before-the-crash', receivedAt: 1, body: PUSH })
    await ledger.accept({ source: 'argocd', id: 'not-json', receivedAt: 2, body: 'oops' })
    await using service = await startService({}, ledger)
    expect(service.enqueued).toEqual(['repository github.example/acme/gitops'])
    expect(await ledger.pending()).toEqual([])
  })
})

describe('webhooks of argocd-notifications', () => {
  const payload = {
    app: { metadata: { name: 'checkout', namespace: 'argocd' } },
    rollout: { name: 'checkout', namespace: 'shop' },
  }

  test("the admin's paths find the Application and the Rollout", async () => {
    await using service = await startService()
    expect((await notify(service, payload)).status).toBe(202)
    expect((await notify(service, { rollout: payload.rollout }, { 'X-Kedge-Token': ARGOCD_SECRET })).status).toBe(202)
    expect(service.enqueued).toEqual(['application argocd/checkout', 'key east/shop/checkout', 'key east/shop/checkout'])
  })

  test('a Rollout that no view knows fills no queue', async () => {
    await using service = await startService()
    expect((await notify(service, { rollout: { name: 'stranger', namespace: 'shop' } })).status).toBe(202)
    expect(service.enqueued).toEqual([])
  })

  test.each([{}, { Authorization: 'Bearer wrong' }, { Authorization: `Basic ${ARGOCD_SECRET}` }, { 'X-Kedge-Token': '' }])(
    'the wrong secret %j is answered 401',
    async (headers) => {
      await using service = await startService()
      expect((await notify(service, payload, headers)).status).toBe(401)
      expect(service.enqueued).toEqual([])
    },
  )

  test.each([
    [{ app: { metadata: { name: '../../etc', namespace: 'argocd' } } }],
    [{ app: { metadata: { name: 'checkout' } } }],
    [{ app: { metadata: { name: { toString: 'checkout' }, namespace: ['argocd'] } } }],
    ['checkout'],
    [null],
  ])('a payload without valid names (%j) is answered 400', async (hostile) => {
    await using service = await startService()
    expect((await notify(service, hostile)).status).toBe(400)
    expect(service.enqueued).toEqual([])
  })

  test('a path with a filter in it, which would be code, runs nothing', async () => {
    const argocdFields = {
      application: '$.app[?(@.name === "checkout")].name',
      applicationNamespace: '$.app.metadata.namespace',
    }
    await using service = await startService({ argocdFields })
    expect((await notify(service, payload)).status).toBe(500)
    expect(service.enqueued).toEqual([])
  })
})

describe('the webhook listener', () => {
  test.each(['/', '/metrics', '/healthz', '/api/v1/rollouts', '/webhooks', '/webhooks/gitlab'])('%s is not on it', async (path) => {
    await using service = await startService()
    expect((await fetch(`${service.servers.webhooks.url}${path}`)).status).toBe(404)
  })

  test('a header block that is too large is refused', async () => {
    await using service = await startService()
    const socket = connect(service.servers.webhooks.port, '127.0.0.1')
    socket.write(`POST /webhooks/github HTTP/1.1\r\nHost: x\r\nX-Padding: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(await text(socket)).toContain('431')
  })
})
