import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shortEvidence } from '../../src/domain/words/evidence.ts'
import { nestsDeeperThan } from '../../src/http/json-depth.ts'
import { openListener } from '../../src/http/listener.ts'
import { decodeId, encodeId, firstInOrder } from '../../src/http/paging.ts'
import { EVIDENCE } from './story-analysis.ts'

describe('evidence in a line', () => {
  test.each([
    ['[0.91]', 'result[0] >= 0.95', 'success-rate 0.91 < 0.95 (3/5)'],
    ['0.91', 'result[0] < 0.95', 'success-rate 0.91 < 0.95 (3/5)'],
    ['[512.0000001]', 'result <= 500', 'success-rate 512 > 500 (3/5)'],
    ['{"value":0.42,"n":7}', 'result.value >= 0.95', 'success-rate 0.42 < 0.95 (3/5)'],
    ['{"value":null}', 'result.value >= 0.95', 'success-rate {"value":null}, wanted result.value >= 0.95 (3/5)'],
    ['null', 'result.value >= 0.95', 'success-rate null, wanted result.value >= 0.95 (3/5)'],
    ['"degraded"', 'result == "ok"', 'success-rate "degraded", wanted result == "ok" (3/5)'],
    ['[0.9,0.8]', 'all(result, # > 0.95)', 'success-rate [0.9,0.8], wanted all(result, # > 0.95) (3/5)'],
  ])('%s under %s', (value, condition, line) => {
    expect(shortEvidence({ ...EVIDENCE, value, condition })).toBe(line)
  })

  test('a Job is named, an error says its message', () => {
    const { value: _, condition: __, ...bare } = EVIDENCE
    const nothing = { ...bare, value: undefined, condition: undefined }
    expect(shortEvidence({ ...nothing, job: 'smoke-1', failed: 1, count: 1 })).toBe('success-rate Job smoke-1 Failed (1/1)')
    expect(shortEvidence({ ...nothing, phase: 'Error', message: 'dial tcp: refused\u001b[2J', count: 0 })).toBe(
      'success-rate Error: dial tcp: refused',
    )
  })
})

describe('depth of JSON', () => {
  test('agrees with the parsed value, whatever its strings hold', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 6 }), (value, max) => {
        expect(nestsDeeperThan(Buffer.from(JSON.stringify(value)), max)).toBe(depthOf(value) > max)
      }),
    )
  })

  test('a million brackets cost no stack', () => {
    expect(nestsDeeperThan(Buffer.from('['.repeat(1_000_000)), 64)).toBe(true)
  })
})

describe('pages', () => {
  test('the first in order are those of a full sort', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 20 }), (numbers, limit) => {
        expect(firstInOrder(numbers, limit, (a, b) => a - b)).toEqual([...numbers].sort((a, b) => a - b).slice(0, limit))
      }),
    )
  })

  test('an id leads back to its key, and nothing else does', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), (key) => {
        expect(decodeId(encodeId(key))).toBe(key)
      }),
    )
    for (const id of ['', '=', 'YQ==', '../x', 'a'.repeat(2_000)]) expect(decodeId(id)).toBeUndefined()
  })
})

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
