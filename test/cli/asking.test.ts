import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeId } from '../../src/http/request/paging.ts'
import { openListener } from '../../src/http/servers/listener.ts'
import { aLedger, aView, readOptions } from '../http/fleet-fixture.ts'
import { startService, type Service } from '../http/service.ts'
import { tellStory, theFleet, theRelease } from '../http/story.ts'
import { kedge } from './kedge.ts'
import { createTerminal } from './terminal.ts'

describe('commands that ask a running Kedge', () => {
  let service: Service
  const ask = (...argv: string[]): ReturnType<typeof kedge> => kedge([...argv, '--server', service.servers.api.url])

  beforeEach(async () => {
    const ledger = await aLedger()
    await tellStory(ledger)
    service = await startService(
      {
        ...readOptions([theFleet()], ledger),
        adopt: async (key, by) => (key === theRelease().key && by === 'ana (this machine)' ? { result: 'adopted' } : { result: 'absent' }),
      },
      ledger,
    )
  })
  afterEach(() => service[Symbol.asyncDispose]())

  test('status prints the fleet, worst first, and is 1 when something is split', async () => {
    const { code, out } = await ask('status')
    expect(code).toBe(1)
    expect(out).toBe(readFileSync(new URL('status.txt', import.meta.url), 'utf8'))
  })

  test('status takes filters and formats', async () => {
    expect(await ask('status', '--state', 'in-step', '-o', 'name')).toEqual({
      code: 0,
      out: 'east/shop/catalog\neast/shop/recommendations\neast/shop/web\n',
      err: '',
    })
    expect(JSON.parse((await ask('status', '--health', 'Suspended', '-o', 'json')).out)).toMatchObject([
      { name: 'payments', health: { status: 'Suspended' } },
    ])
    expect(await ask('status', '-n', 'nowhere')).toEqual({ code: 0, out: '', err: 'No Rollout matches.\n' })
  })

  test('colours are for terminals whose owner has not said no', async () => {
    const painted = async (fields: Parameters<typeof createTerminal>[0]): Promise<string> =>
      (await kedge(['status', '--server', service.servers.api.url], createTerminal(fields))).out
    expect(await painted({ isTerminal: true })).toContain('\u001b[31m✖\u001b[0m')
    expect(await painted({ isTerminal: true, env: { NO_COLOR: '1' } })).not.toContain('\u001b')
    expect(await painted({ isTerminal: false })).not.toContain('\u001b')
  })

  test('explain draws the tree and lists the twelve checks', async () => {
    const { code, out } = await ask('explain', 'shop/checkout')
    expect(code).toBe(1)
    expect(out).toContain('✖ Rollout shop/checkout (east)  Split: the cluster went back, Git did not (for 4m11s)\n├─ ')
    expect(out).toContain('│  └─ came by #408 of ana  https://github.example/acme/gitops/pull/408\n')
    expect(out).toContain('└─ Pull request #412 open  https://github.example/acme/gitops/pull/412\n')
    expect(out.match(/^ {2}✔ P\d+ /gm)).toHaveLength(12)
  })

  test('trace finds by commit and by image; nothing found is 1', async () => {
    expect((await ask('trace', '9f31c2e')).out).toContain(
      '✖ east/shop/checkout  2026-11-23T09:53:08Z  9f31c2e v1.8.0  51ab07d v1.7.3  Failed   success-rate 0.91 < 0.95 (3/5)  #412 open\n',
    )
    expect((await ask('trace', 'deadbeef')).code).toBe(1)
    expect((await ask('trace', 'x')).code).toBe(2)
  })

  test('adopt says who wants it, and a refusal is 2', async () => {
    expect(await ask('adopt', 'checkout', '--by', 'ana')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Adopted east/shop/checkout'),
    })
    expect(await ask('adopt', 'checkout', '--by', 'bob')).toMatchObject({ code: 2 })
    expect(await ask('adopt', 'web', '--by', 'ana')).toMatchObject({
      code: 2,
      err: expect.stringContaining('no release of web'),
    })
  })

  test('a name that means none or several is 2, and the several are named', async () => {
    const ledger = await aLedger()
    await using other = await startService(
      readOptions(
        [theFleet(), aView('west', { rollouts: [...theFleet().rollouts()].map((rollout) => ({ ...rollout, cluster: 'west' })) })],
        ledger,
      ),
      ledger,
    )
    const { code, err } = await kedge(['explain', 'checkout', '--server', other.servers.api.url])
    expect([code, err]).toEqual([2, expect.stringContaining('east/shop/checkout, west/shop/checkout')])
    expect((await ask('explain', 'nothing')).code).toBe(2)
    expect((await ask('explain', 'a/b/c/d')).code).toBe(2)
  })
})

describe('commands that cannot see', () => {
  test('nobody there is 3, and says what to do', async () => {
    const taken = await openListener((_request, response) => response.end(), { host: '127.0.0.1', port: 0 })
    await taken[Symbol.asyncDispose]()
    expect(await kedge(['status'], createTerminal({ env: { KEDGE_SERVER: taken.url } }))).toMatchObject({
      code: 3,
      err: expect.stringMatching(/E_SERVER_UNREACHABLE.*ECONNREFUSED[^]*--server/),
    })
  })

  test('somebody else there is 3', async () => {
    await using login = await openListener((_request, response) => response.end('<html>log in</html>'), {
      host: '127.0.0.1',
      port: 0,
    })
    expect(await kedge(['status', '--server', login.url])).toMatchObject({
      code: 3,
      err: expect.stringContaining('E_SERVER_ANSWER'),
    })
  })

  test('a stale view is 3', async () => {
    const view = aView('east', {
      rollouts: [...theFleet().rollouts()],
      freshness: { fresh: false, asOf: 0, blind: [{ kind: 'Rollout', reason: 'forbidden', since: 0 }] },
    })
    const ledger = await aLedger()
    await using service = await startService(readOptions([view], ledger), ledger)
    expect((await kedge(['status', '--server', service.servers.api.url])).code).toBe(3)
    const explained = await kedge(['explain', 'web', '--server', service.servers.api.url])
    expect(explained).toMatchObject({ code: 3, out: expect.stringContaining('Blind') })
  })

  test('the admin token goes to no other machine in clear, and along no redirect', async () => {
    const seen: (string | undefined)[] = []
    await using thief = await openListener(
      (request, response) => {
        seen.push(request.headers.authorization)
        response.end('{}')
      },
      { host: '127.0.0.1', port: 0 },
    )
    await using redirecting = await openListener(
      (request, response) => {
        seen.push(request.headers.authorization)
        if (request.method === 'GET')
          response.end(
            JSON.stringify({
              items: [{ cluster: 'east', namespace: 'shop', name: 'checkout', release: encodeId('key') }],
              continue: null,
            }),
          )
        else response.writeHead(307, { Location: thief.url }).end()
      },
      { host: '127.0.0.1', port: 0 },
    )
    const { code } = await kedge(
      ['adopt', 'checkout', '--server', redirecting.url],
      createTerminal({ env: { KEDGE_ADMIN_TOKEN: 'planted' } }),
    )
    expect(code).toBe(3)
    expect(seen).toEqual([undefined, 'Bearer planted'])
  })
})
