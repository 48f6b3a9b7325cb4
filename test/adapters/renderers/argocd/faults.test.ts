import type { ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { describe, expect, test } from 'vitest'
import type { Rendering } from '../../../../src/domain/application/rendered.ts'
import { createOrigin } from '../../../contract/git/origin.ts'
import { application, PLANTED, rollout } from '../../../contract/renderer.ts'
import { makeSelfSigned } from '../../kubernetes/faults/self-signed.ts'
import { json, listen, manifest, question, rendererAt, serve, type Answer } from './answering.ts'
import { openApiWorld, TOKEN } from './api-world.ts'

async function ask(answer: Answer, limits: object = {}): Promise<Rendering> {
  const renderer = rendererAt({ url: await listen(answer), ...limits })
  const rendering = await renderer.render(question())
  expect(JSON.stringify(rendering)).not.toContain(PLANTED)
  expect(JSON.stringify(rendering)).not.toContain(TOKEN)
  return rendering
}

describe('what Argo CD refuses', () => {
  test('is told by name: the token, the right, the project, the Application', async () => {
    await using origin = await createOrigin()
    const sha = origin.commit({ 'web/rollout.yaml': rollout('web:1') })
    const why = async (may: (name: string) => boolean, token: string, spec: object = {}): Promise<unknown> => {
      await using world = await openApiWorld(origin, may, token)
      world.apply(application(spec))
      const rendering = await world.renderer.render(question({}, sha))
      return rendering.result === 'unknown' ? [rendering.why, /HTTP (\d+)/.exec(rendering.detail)?.[1]] : rendering.result
    }
    expect(await why(() => true, TOKEN)).toBe('rendered')
    expect(await why(() => true, 'another')).toEqual(['locked-out', '401'])
    expect(await why(() => false, TOKEN)).toEqual(['forbidden', '403'])
    expect(await why((name) => name.startsWith('shop/'), TOKEN, { project: 'other' })).toEqual(['forbidden', '404'])
  })

  test.each([
    [500, 'error getting server version: dial tcp: connection refused', 'unreachable'],
    [503, 'no children to pick from', 'unreachable'],
    [500, `error generating manifests: rpc error: code = Unknown desc = helm template . --set x=${PLANTED} failed exit status 1`, 'failed'],
    [500, `error generating manifests: CMP processing failed: ${PLANTED}`, 'failed'],
    [500, `something else: ${PLANTED}`, 'failed'],
    [400, `Failed to unmarshal "a.yaml": ${PLANTED}`, 'failed'],
    [500, 'grpc: received message larger than max (5 vs. 4)', 'too-large'],
  ])('%i %s', async (status, message, why) => {
    expect(await ask(json(status, { error: message, code: 2, message }))).toMatchObject({ result: 'unknown', why })
  })
})

describe('what answers as nothing that Argo CD answers', () => {
  test.each([
    ['a page', (response: ServerResponse) => response.end(`<html>${PLANTED}</html>`)],
    ['a text', json(200, PLANTED)],
    ['null', json(200, null)],
    ['manifests that are none', json(200, { manifests: { 0: manifest('web:1') } })],
    ['a manifest that is no text', json(200, { manifests: [{ kind: 'Rollout' }] })],
    ['a manifest that is no JSON', json(200, { manifests: [`{"kind":"Rollout" ${PLANTED}`] })],
    ['a broken line', (response: ServerResponse) => response.destroy()],
    ['half an answer', (response: ServerResponse) => void response.writeHead(200, { 'content-length': '100' }).end('{"mani')],
  ] as const)('%s is unreachable', async (_, answer) => {
    expect(await ask(answer as Answer)).toMatchObject({ result: 'unknown', why: 'unreachable' })
  })

  test('nothing rendered is no Rollout', async () => {
    expect(await ask(json(200, {}))).toMatchObject({ why: 'absent' })
    expect(await ask(json(200, { manifests: null }))).toMatchObject({ why: 'absent' })
  })

  test('a redirect is not followed, with the token or without', async () => {
    const visits: unknown[] = []
    const elsewhere = await listen((response, request) => {
      visits.push(request.headers.authorization)
      json(200, { manifests: [manifest('web:1')] })(response, request)
    })
    for (const status of [301, 302, 307, 308]) {
      const rendering = await ask((response) => void response.writeHead(status, { location: `${elsewhere}/api` }).end())
      expect(rendering).toMatchObject({ result: 'unknown', why: 'unreachable', detail: expect.stringContaining(String(status)) })
    }
    expect(visits).toEqual([])
  })

  test('an answer of 50 MB is let go of early', async () => {
    let sent = 0
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const rendering = await ask((response) => {
      const more = (): void => {
        while (sent < 50 * 1024 * 1024 && !response.destroyed) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', more)
        }
      }
      more()
    })
    expect(rendering).toMatchObject({ why: 'too-large' })
    expect(sent).toBeLessThan(25 * 1024 * 1024)
  })

  test('a large answer is read without holding others up', async () => {
    const other = JSON.stringify({ kind: 'ConfigMap', data: { x: 'y"'.repeat(50_000) } })
    const body = JSON.stringify({ manifests: [...Array<string>(31).fill(other), manifest('web:1')] })
    expect(body.length).toBeGreaterThan(7 * 1024 * 1024)
    const before = process.cpuUsage()
    expect(await ask((response) => response.end(body))).toMatchObject({ result: 'rendered' })
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })

  test.each([
    ['empty ones', () => ''],
    ['small objects', (index: number) => `{"kind":"ConfigMap","metadata":{"name":"c${index}"}}`],
  ])('more objects than any Application has are not read: %s', async (_, text) => {
    const beside = Array.from({ length: 20_000 }, (_none, index) => text(index))
    expect(await ask(json(200, { manifests: [...beside, manifest('web:1')] }))).toMatchObject({ why: 'too-large' })
    expect(await ask(json(200, { manifests: [...beside.slice(1), manifest('web:1')] }))).toMatchObject({ result: 'rendered' })
  })

  test('more workloads than any Application has are not read', async () => {
    const others = Array.from({ length: 5_000 }, (_, index) => `{"kind":"Deployment","metadata":{"name":"d${index}"}}`)
    expect(await ask(json(200, { manifests: [...others, manifest('web:1')] }))).toMatchObject({ why: 'too-large' })
  })

  test('deep nesting and a manifest that is too large are no matter', async () => {
    const deep = `{"kind":"Rollout","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(await ask(json(200, { manifests: [deep, manifest('web:1')] }))).toMatchObject({ result: 'rendered' })
    expect(await ask(json(200, { manifests: [`{"kind":"Rollout","x":"${'y'.repeat(300_000)}"}`] }))).toMatchObject({ why: 'too-large' })
  })

  test.each([
    ['no header', () => undefined],
    ['a body that trickles', (response: ServerResponse) => void (response.writeHead(200), response.write('{'))],
  ] as const)('%s: it is let go of after its time', async (_, answer) => {
    const rendering = await ask(answer as Answer, { timeoutMs: 150 })
    expect(rendering).toMatchObject({ why: 'unreachable', detail: expect.stringContaining('150 ms') })
  })
})

test('a private authority is believed where it is named, and not otherwise', async () => {
  const { key, cert } = makeSelfSigned('kedge-test')
  const server = createTlsServer({ key, cert }, (_, response) => response.end(JSON.stringify({ manifests: [manifest('web:1')] })))
  const url = `https://127.0.0.1:${await serve(server)}`
  const trusting = rendererAt({ url, ca: cert })
  expect(await trusting.render(question())).toMatchObject({ result: 'rendered' })
  const careful = rendererAt({ url })
  expect(await careful.render(question())).toMatchObject({ why: 'unreachable', detail: expect.stringMatching(/CERT|SELF/) })
})
