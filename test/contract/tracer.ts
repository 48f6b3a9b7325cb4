import { describe, expect, it } from 'vitest'
import type { SpanAttributes, TracedWork, Tracer } from '../../src/ports/tracer.ts'

/** One implementation under test. */
export interface TracerUnderTest {
  name: string
  open: () => Promise<Tracer & Partial<AsyncDisposable>>
}

const BOTH = ['trace', 'span'] as const

/** What nobody should hand to a collector, and somebody will. */
const ODD: SpanAttributes = { '': '', 'line\nbreak': 'a\u001b[2J\nb', long: 'x'.repeat(100_000), none: Number.NaN, huge: Infinity }

/** What every Tracer keeps to. */
export function describeTracer({ name, open }: TracerUnderTest): void {
  const opened = async (use: (tracer: Tracer) => Promise<void>): Promise<void> => {
    const tracer = await open()
    try {
      await use(tracer)
    } finally {
      await tracer[Symbol.asyncDispose]?.()
    }
  }

  describe.each(BOTH)(`${name} as a Tracer: %s`, (method) => {
    it('does the work once and answers with its value', () =>
      opened(async (tracer) => {
        let done = 0
        const value = { it: 'self' }
        const work: TracedWork<object> = async () => {
          done += 1
          return value
        }
        expect(await tracer[method]('work', {}, work)).toBe(value)
        expect(done).toBe(1)
      }))

    it('fails with the very error of the work, whatever that is', () =>
      opened(async (tracer) => {
        for (const error of [new Error('the work failed'), 'a text', undefined, null, Object.create(null) as object]) {
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- work of others may
          const caught = tracer[method]('work', {}, () => Promise.reject(error)).then(
            () => 'no error',
            (found: unknown) => ({ found }),
          )
          expect(await caught).toEqual({ found: error })
        }
      }))

    it('work that throws before it has answered is a rejection, not a throw', () =>
      opened(async (tracer) => {
        const error = new Error('at once')
        const answer = (): Promise<unknown> =>
          tracer[method]('work', {}, () => {
            throw error
          })
        await expect(Promise.resolve().then(() => answer().catch((found: unknown) => ({ found })))).resolves.toEqual({ found: error })
      }))

    it('adds no fault of its own for odd names, attributes and notes', () =>
      opened(async (tracer) => {
        const work: TracedWork<number> = async (note) => {
          note(ODD)
          note({})
          return 7
        }
        expect(await tracer[method]('', ODD, work)).toBe(7)
      }))

    it('a note that comes after the end is no fault', () =>
      opened(async (tracer) => {
        let late: ((attributes: SpanAttributes) => void) | undefined
        await tracer[method]('work', {}, async (note) => void (late = note))
        expect(() => late?.({ late: 1 })).not.toThrow()
      }))

    it('parts side by side answer each with its own, in whatever order they end', () =>
      opened(async (tracer) => {
        const first = Promise.withResolvers<string>()
        const whole = tracer[method]('whole', {}, () =>
          Promise.all([
            tracer.span('first', {}, () => first.promise),
            tracer.span('second', {}, async () => {
              first.resolve('first')
              return 'second'
            }),
            tracer.trace('apart', {}, async () => 'apart'),
          ]),
        )
        expect(await whole).toEqual(['first', 'second', 'apart'])
      }))
  })
}
