import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { openListener } from '../../../src/http/servers/listener.ts'

describe('a listener', () => {
  test('drops a peer that never ends its header', async () => {
    await using listener = await openListener(
      (_request, response) => response.end('ok'),
      { host: '127.0.0.1', port: 0 },
      { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 20 },
    )
    const slow = connect(listener.port, '127.0.0.1')
    slow.write('GET / HTTP/1.1\r\nHost: x\r\n')
    expect(await text(slow)).toMatch(/^HTTP\/1.1 408/)
  })

  test('lets a request under way end when it is disposed', async () => {
    const begun = Promise.withResolvers<void>()
    const release = Promise.withResolvers<void>()
    const listener = await openListener(
      (_request, response) => {
        begun.resolve()
        void release.promise.then(() => response.end('done'))
        // Longer than the test may take: only the end of the request can end the listener.
      },
      { host: '127.0.0.1', port: 0 },
      { graceMs: 600_000, keepAliveTimeout: 600_000 },
    )
    const answer = fetch(listener.url)
    await begun.promise
    const closed = listener[Symbol.asyncDispose]()
    release.resolve()
    expect(await (await answer).text()).toBe('done')
    await closed
    await expect(fetch(listener.url)).rejects.toThrow('fetch failed')
  })
})
