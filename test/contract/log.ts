import { describe, expect, it } from 'vitest'
import type { Logger } from '../../src/ports/log.ts'

/** One implementation under test. */
export interface LoggerUnderTest {
  name: string
  /** Whether it tells errors and warnings; one that stands for nobody does not. */
  tells: boolean
  open: () => {
    logger: Logger
    /** What it has told, a text each. */
    told: () => readonly string[]
  }
}

const LEVELS = ['info', 'warn', 'error'] as const

function circle(): Record<string, unknown> {
  const self: Record<string, unknown> = {}
  self['self'] = self
  return self
}

/** Fields that whoever writes them down can fall over. */
const ODD: readonly (readonly [string, () => Record<string, unknown>])[] = [
  ['a circle', circle],
  ['a bigint and a symbol', () => ({ big: 1n, symbol: Symbol('x') })],
  ['a function', () => ({ call: () => 1 })],
  ['a date that is none', () => ({ at: new Date(Number.NaN) })],
  ['a member that throws when it is read', () => Object.defineProperty({}, 'x', { enumerable: true, get: fall })],
  ['a value that says no JSON', () => ({ x: { toJSON: fall } })],
  ['an error without words', () => ({ error: Object.assign(new Error('x'), { message: undefined, stack: undefined, cause: circle() }) })],
  ['a revoked proxy', revoked],
  ['names that objects have themselves', () => JSON.parse('{"__proto__":{"x":1},"constructor":1,"msg":2,"level":3,"time":4}')],
]

function fall(): never {
  throw new Error('not to be read')
}

function revoked(): Record<string, unknown> {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return { x: proxy }
}

/** What every Logger keeps to. */
export function describeLogger({ name, tells, open }: LoggerUnderTest): void {
  describe(`${name} as a Logger`, () => {
    it.each(LEVELS)('%s answers at once and with nothing', (level) => {
      const { logger } = open()
      expect(logger[level]('a message')).toBeUndefined()
      expect(logger[level]('a message', { release: 'r1' })).toBeUndefined()
      expect(logger[level]('', {})).toBeUndefined()
    })

    it.each(ODD)('throws nothing at %s, and goes on', (_what, fields) => {
      const { logger, told } = open()
      for (const level of LEVELS) expect(() => logger[level]('odd', fields())).not.toThrow()
      logger.error('afterwards')
      expect(told().at(-1) ?? '').toContain(tells ? 'afterwards' : '')
    })

    it('each method works when it is handed on alone', () => {
      const { logger, told } = open()
      const { warn, error } = logger
      warn('one')
      error('two')
      expect(told().map((line) => ['one', 'two'].filter((word) => line.includes(word)))).toEqual(tells ? [['one'], ['two']] : [])
    })

    it('changes nothing of what it is given', () => {
      const { logger } = open()
      const fields = Object.freeze({ deep: Object.freeze({ list: Object.freeze(['a\nb']) }) })
      for (const level of LEVELS) logger[level]('a message', fields)
      expect(fields).toEqual({ deep: { list: ['a\nb'] } })
    })

    it('tells errors and warnings in the order of the calls, each with its message and fields', () => {
      const { logger, told } = open()
      logger.warn('first', { release: 'r1' })
      logger.error('second', { release: 'r2' })
      const words = ['first', 'r1', 'second', 'r2']
      const found = told().map((line) => words.filter((word) => line.includes(word)))
      expect(found).toEqual(tells ? [words.slice(0, 2), words.slice(2)] : [])
    })
  })
}
