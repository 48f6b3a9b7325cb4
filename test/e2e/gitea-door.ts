import { request as send } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createSystemClock } from '../../src/simulator/clock.ts'
import type { Faults } from '../../src/simulator/loopback/faults.ts'
import { listenOnLoopback, type Exchange, type Reply } from '../../src/simulator/loopback/server.ts'

/** Another address of the bench's Gitea, at which things go wrong on purpose: its API, and Git over HTTP. */
export interface GiteaDoor extends AsyncDisposable {
  url: string
  faults: Faults
}

/** @param url where Gitea itself is, on loopback */
export async function openGiteaDoor(url: string): Promise<GiteaDoor> {
  const pass = (exchange: Exchange): Promise<Reply | 'streamed'> => {
    const target = new URL(`${exchange.url.pathname}${exchange.url.search}`, url)
    return target.pathname.startsWith('/api/') ? passRequest(exchange, target) : passGit(exchange, target)
  }
  const server = await listenOnLoopback(pass, createSystemClock())
  return { url: server.url, faults: server.faults, [Symbol.asyncDispose]: () => server.close() }
}

/** As data: its answer may have to be lost once it has come. */
async function passRequest(exchange: Exchange, target: URL): Promise<Reply> {
  const { authorization = '', accept = '*/*', 'content-type': type = 'application/json' } = exchange.request.headers
  const sent = await exchange.body()
  const answer = await fetch(target, {
    method: exchange.method,
    headers: { authorization, accept, 'content-type': type },
    redirect: 'manual',
    ...(sent.length > 0 && { body: new Uint8Array(sent) }),
  })
  const kept = ['content-type', 'link', 'x-total-count', 'location', 'date', 'retry-after']
  const headers = kept.flatMap((name): [string, string][] => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value]]
  })
  return { status: answer.status, headers: Object.fromEntries(headers), body: await answer.text() }
}

async function passGit({ request, response, method }: Exchange, target: URL): Promise<'streamed'> {
  const onward = send(target, { method, headers: { ...request.headers, host: target.host } })
  const answered = new Promise<void>((resolve, reject) => {
    onward.once('error', reject)
    onward.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      pipeline(answer, response).then(resolve, reject)
    })
  })
  await Promise.all([pipeline(request, onward), answered])
  return 'streamed'
}
