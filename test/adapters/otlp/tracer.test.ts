import { describe, expect, it } from 'vitest'
import { createOtlpTracer, type OtlpOptions } from '../../../src/adapters/otlp/tracer.ts'
import { createRedactor } from '../../../src/adapters/system/log.ts'
import { KedgeError } from '../../../src/domain/errors.ts'
import { SILENT } from '../../../src/ports/log.ts'
import { describeTracer } from '../../contract/tracer.ts'
import { rememberLog } from '../../remember-log.ts'
import { createRunningStage } from '../../simulation/stage.ts'
import { startCollector } from './collector.ts'

const tracerTo = (url: string, more: Partial<OtlpOptions> = {}) =>
  createOtlpTracer({
    url: `${url}/v1/traces`,
    headers: {},
    sampleRatio: 1,
    version: '1.2.3',
    redact: (text) => text,
    logger: SILENT,
    ...more,
  })

describe('traces of a release that fails', () => {
  it('show each look at the Rollout, each effect with its outcome, and the questions to Git and the forge as parts of them', async () => {
    await using collector = await startCollector()
    const tracer = await tracerTo(collector.url)
    {
      await using stage = await createRunningStage({ wrap: (environment) => ({ ...environment, tracer }) })
      await stage.release('v2')
      await stage.abort()
      expect(stage.pulls()).toHaveLength(1)
    }
    await tracer[Symbol.asyncDispose]()
    const spans = collector.spans()
    expect(collector.resource()).toMatchObject({ 'service.name': 'kedge', 'service.version': '1.2.3' })
    const looks = spans.filter(({ name }) => name === 'reconcile')
    expect(looks.length).toBeGreaterThan(1)
    for (const look of looks) expect(look).toMatchObject({ attributes: { 'kedge.rollout': 'prod/shop/web', 'kedge.result': 'ok' } })
    const opened = spans.find(({ name }) => name === 'open-revert')
    expect(opened).toMatchObject({
      attributes: {
        'kedge.effect': 'open-revert',
        'kedge.effect.attempt': 1,
        'kedge.effect.state': 'done',
        'kedge.effect.outcome': 'revert-opened',
        'kedge.result': 'ok',
      },
    })
    expect(opened?.attributes['kedge.revert']).toMatch(/./)
    const partsOf = (traceId: string | undefined) => spans.filter((span) => span.traceId === traceId && span.parentSpanId)
    expect(partsOf(opened?.traceId).map(({ name }) => name)).toEqual(expect.arrayContaining(['git push', 'forge open']))
    expect(partsOf(opened?.traceId)[0]).toMatchObject({
      parentSpanId: opened?.spanId,
      attributes: { 'kedge.repository': expect.stringMatching(/./) },
    })
  })
})

describeTracer({
  name: 'the tracer',
  open: async () => {
    const collector = await startCollector()
    const tracer = await tracerTo(collector.url)
    return {
      ...tracer,
      async [Symbol.asyncDispose]() {
        await tracer[Symbol.asyncDispose]()
        await collector[Symbol.asyncDispose]()
      },
    }
  },
})

describe('the tracer', () => {
  it('answers as the work does, and says which error it was', async () => {
    await using collector = await startCollector()
    const tracer = await tracerTo(collector.url)
    const fault = new KedgeError('E_GIT_TIMEOUT', 'fetching took too long')
    expect(await tracer.trace('good', {}, async () => 7)).toBe(7)
    await expect(tracer.trace('bad', {}, () => Promise.reject(fault))).rejects.toBe(fault)
    await tracer[Symbol.asyncDispose]()
    const [good, bad] = collector.spans()
    expect(good).toMatchObject({ name: 'good', attributes: { 'kedge.result': 'ok' } })
    expect(bad).toMatchObject({
      name: 'bad',
      status: { code: 2, message: fault.message },
      attributes: { 'kedge.result': 'error', 'error.type': 'E_GIT_TIMEOUT' },
    })
  })

  it('begins a trace where one is asked for, whatever is under way, and makes a part of what is under way out of a span', async () => {
    await using collector = await startCollector()
    const tracer = await tracerTo(collector.url)
    const later = Promise.withResolvers<void>()
    await tracer.trace('first', {}, async () => {
      // As a timer does that is set while a span is open.
      setImmediate(() => later.resolve(tracer.trace('second', {}, async () => undefined)))
      await tracer.span('part', {}, async () => undefined)
    })
    await later.promise
    await tracer[Symbol.asyncDispose]()
    const named = (name: string) => collector.spans().find((span) => span.name === name)
    expect(named('part')).toMatchObject({ traceId: named('first')?.traceId, parentSpanId: named('first')?.spanId })
    expect(named('second')).toMatchObject({ attributes: { 'kedge.result': 'ok' } })
    expect(named('second')?.traceId).not.toBe(named('first')?.traceId)
  })

  it('makes hostile text harmless and short, and shows no secret', async () => {
    await using collector = await startCollector()
    const tracer = await tracerTo(collector.url, {
      redact: createRedactor(['planted-secret']),
      headers: { Authorization: 'Bearer planted-secret' },
    })
    const work = tracer.trace('work', { long: 'x'.repeat(100_000), lines: 'a\u001b[31m\nb', secret: 'is planted-secret' }, async (note) => {
      note({ later: 'planted-secret, too' })
      throw new Error('planted-secret in an error')
    })
    await expect(work).rejects.toThrow('planted-secret in an error')
    await tracer[Symbol.asyncDispose]()
    const [span] = collector.spans()
    expect(String(span?.attributes['long'])).toHaveLength(256)
    expect(span?.attributes).toMatchObject({ lines: 'a b', secret: 'is [redacted]', later: '[redacted], too' })
    expect(collector.requests[0]?.body).not.toContain('planted-secret')
    expect(collector.requests[0]?.headers.authorization).toBe('Bearer planted-secret')
    expect(collector.requests[0]?.path).toBe('/v1/traces')
  })

  it('sends nothing of the traces that the ratio leaves out, parts included', async () => {
    await using collector = await startCollector()
    const tracer = await tracerTo(collector.url, { sampleRatio: 0 })
    await tracer.trace('work', {}, () => tracer.span('part', {}, async () => undefined))
    await tracer[Symbol.asyncDispose]()
    expect(collector.requests).toEqual([])
  })
})

describe('a collector that refuses', () => {
  it('is logged once and keeps no release from its pull request', async () => {
    await using collector = await startCollector({ answer: 400 })
    const { lines, logger } = rememberLog()
    const tracer = await tracerTo(collector.url, { logger })
    {
      await using stage = await createRunningStage({ wrap: (environment) => ({ ...environment, tracer }) })
      await stage.release('v2')
      await stage.abort()
      expect(stage.pulls()).toHaveLength(1)
      expect(stage.warnings()).toEqual([])
    }
    // A full batch is sent at once: several, so that there is more than one refusal.
    for (let batch = 1; batch <= 3; batch += 1) {
      for (let span = 0; span < 512; span += 1) await tracer.trace('work', {}, async () => undefined)
      await expect.poll(() => collector.requests.length).toBeGreaterThanOrEqual(batch)
    }
    await tracer[Symbol.asyncDispose]()
    expect(lines.map(({ message }) => message)).toEqual([expect.stringMatching(/^traces do not reach the collector/)])
  })

  it('is logged again when it takes them', async () => {
    await using collector = await startCollector({ answer: 400 })
    const { lines, logger } = rememberLog()
    const tracer = await tracerTo(collector.url, { logger })
    for (let span = 0; span < 512; span += 1) await tracer.trace('work', {}, async () => undefined)
    await expect.poll(() => lines.length).toBe(1)
    collector.state.answer = 200
    await tracer.trace('work', {}, async () => undefined)
    await tracer[Symbol.asyncDispose]()
    expect(lines[1]?.message).toMatch(/^traces reach the collector again/)
  })

  it('is the same as one that is not there', async () => {
    const { lines, logger } = rememberLog()
    // A port that was free a moment ago may be another test's by now. Nobody listens at this one.
    const tracer = await tracerTo('http://127.0.0.1:1', { logger })
    expect(await tracer.trace('work', {}, async () => 'done')).toBe('done')
    await tracer[Symbol.asyncDispose]()
    expect(lines.map(({ message }) => message)).toEqual([expect.stringMatching(/^traces do not reach the collector/)])
  })
})
