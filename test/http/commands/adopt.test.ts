import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { HttpOptions } from '../../../src/http/request/options.ts'
import type { Service } from '../service.ts'
import { theRelease } from '../story.ts'
import { withStory, RELEASE } from '../with-story.ts'

describe('adopting', () => {
  const adopted: string[] = []
  const adopt: HttpOptions['adopt'] = async (key, by) => {
    adopted.push(`${key} by ${by}`)
    return key === theRelease().key ? { result: 'adopted' } : { result: 'absent' }
  }
  const post = (service: Service, headers: Record<string, string> = {}, body?: string): Promise<Response> =>
    fetch(`${service.servers.api.url}${RELEASE}/adopt`, {
      method: 'POST',
      headers,
      ...(body === undefined ? {} : { body }),
    })

  test('is for callers on this machine, and says who it was', async () => {
    adopted.length = 0
    await using service = await withStory({ adopt })
    expect((await post(service, { 'Content-Type': 'application/json' }, '{"by":"ana\\u001b[31m"}')).status).toBe(202)
    expect((await post(service)).status).toBe(202)
    expect(adopted).toEqual([`${theRelease().key} by ana (this machine)`, `${theRelease().key} by this machine`])
  })

  test.each([
    ['through a proxy', { 'X-Forwarded-For': '127.0.0.1' }],
    ['from a foreign page in a browser here', { Origin: 'https://evil.example' }],
    ['from another site in a browser here', { 'Sec-Fetch-Site': 'cross-site' }],
    ['with a wrong token', { Authorization: 'Bearer wrong' }],
  ])('is refused %s', async (_who, headers) => {
    await using service = await withStory({ adopt, secrets: { adminToken: 'an-admin-token' } })
    expect((await post(service, headers)).status).toBe(403)
  })

  test('is refused under a foreign name that leads to this machine', async () => {
    await using service = await withStory({ adopt })
    const socket = connect(service.servers.api.port, '127.0.0.1')
    socket.write(`POST ${RELEASE}/adopt HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    const [first] = (await socket.toArray()) as Buffer[]
    expect(first?.toString()).toMatch(/^HTTP\/1.1 421/)
  })

  test('is allowed with the admin token, from anywhere', async () => {
    await using service = await withStory({ adopt, secrets: { adminToken: 'an-admin-token' } })
    expect((await post(service, { Authorization: 'Bearer an-admin-token', 'X-Forwarded-For': '203.0.113.9' })).status).toBe(202)
  })

  test('a release that cannot be adopted is answered with the reason', async () => {
    await using service = await withStory({ adopt: async () => ({ result: 'refused', reason: 'it has ended' }) })
    const answer = await post(service)
    expect([answer.status, await answer.json()]).toEqual([409, expect.objectContaining({ message: 'it has ended' })])
  })
})
