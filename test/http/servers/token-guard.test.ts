import { expect, it } from 'vitest'
import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { rememberLog } from '../../remember-log.ts'
import { startService, type Service } from '../service.ts'

const TOKEN = 'an-admin-token'

function adopt(service: Service, token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': '10.0.0.1' }
  return fetch(`${service.servers.api.url}/api/v1/releases/none/adopt`, { method: 'POST', headers })
}

const guarded = { secrets: { adminToken: TOKEN }, adopt: async () => ({ result: 'absent' }) as const }

it('looks at ten wrong admin tokens within a minute, and at no more, be they right', async () => {
  const clock = createVirtualClock(0)
  await using service = await startService({ ...guarded, clock })
  for (let tried = 0; tried < 10; tried += 1) expect((await adopt(service, `wrong-${tried}`)).status).toBe(403)
  const answer = await adopt(service, TOKEN)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60'])
  expect(await answer.json()).toMatchObject({ code: 'E_HTTP_TOO_MANY' })
  await clock.advanceTo(60_000, async () => undefined)
  expect((await adopt(service, TOKEN)).status).toBe(404)
})

it('counts no right ones', async () => {
  await using service = await startService({ ...guarded, clock: createVirtualClock(0) })
  for (let tried = 0; tried < 20; tried += 1) expect((await adopt(service, TOKEN)).status).toBe(404)
})

it('says so in the log at the first and at the last, and never which they were', async () => {
  const { logger, lines } = rememberLog()
  await using service = await startService({ ...guarded, logger, clock: createVirtualClock(0) })
  for (let tried = 0; tried < 40; tried += 1) await adopt(service, `a-guess-${tried}`)
  expect(lines.map(({ level, fields }) => [level, fields?.['code'], fields?.['address']])).toEqual([
    ['warn', 'E_HTTP_FORBIDDEN', '127.0.0.1'],
    ['warn', 'E_HTTP_TOO_MANY', '127.0.0.1'],
  ])
  expect(JSON.stringify(lines)).not.toContain('a-guess')
})

it('has no say where nobody sends one', async () => {
  await using service = await startService({ ...guarded, clock: createVirtualClock(0) })
  for (let tried = 0; tried < 20; tried += 1) {
    const answer = await fetch(`${service.servers.api.url}/api/v1/releases/none/adopt`, { method: 'POST' })
    expect(answer.status).toBe(404)
  }
})
