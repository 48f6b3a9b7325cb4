import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { holds } from '../../until.ts'
import { aView, until } from './harness.ts'
import { anObject } from './objects.ts'

interface ScriptedServer extends AsyncDisposable {
  url: string
  /** What a list answers from now on. */
  serve(resourceVersion: number, phase: string): void
  /** Says in every watch, up to the next list, that its place in history is gone. */
  expire(): void
  lists(): number
}

const GONE = '{"type":"ERROR","object":{"code":410}}\n'

/** Answers lists with one Rollout whose resourceVersion is the list's own, and watches with nothing. */
async function startScriptedServer(): Promise<ScriptedServer> {
  let current = { resourceVersion: 100, phase: 'New' }
  let lists = 0
  let expired = false
  const watches = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    if (request.url?.includes('watch=1')) {
      if (expired) return response.end(GONE)
      watches.add(response)
      return response.writeHead(200).flushHeaders()
    }
    lists += 1
    expired = false
    const items = [anObject('Rollout', { name: 'web', version: current.resourceVersion, status: { phase: current.phase } })]
    response.end(JSON.stringify({ metadata: { resourceVersion: String(current.resourceVersion) }, items }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (resourceVersion, phase) => void (current = { resourceVersion, phase }),
    expire() {
      expired = true
      for (const watch of watches) watch.end(GONE)
      watches.clear()
    },
    lists: () => lists,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('a server that lags behind', () => {
  it('cannot take the view back in time', async () => {
    await using server = await startScriptedServer()
    await using view = aView(server.url)
    await view.start()
    server.serve(50, 'Old')
    const phases = new Set<string | undefined>()
    view.subscribe(() => void phases.add(view.rollout('shop', 'web')?.phase))
    server.expire()
    await holds('it was listed three times', () => server.lists() >= 3)
    server.serve(200, 'Newer')
    await until(view, () => view.rollout('shop', 'web')?.phase === 'Newer')
    expect(phases).toEqual(new Set(['Newer']))
  })

  it('is believed once it says so several times in a row, because then a backup was restored', async () => {
    await using server = await startScriptedServer()
    await using view = aView(server.url)
    await view.start()
    server.serve(50, 'Restored')
    server.expire()
    await until(view, () => view.rollout('shop', 'web')?.phase === 'Restored')
    expect(server.lists()).toBe(5)
  })
})
