import { expect, it } from 'vitest'
import { faultCode } from '../../../src/domain/words/fault-code.ts'

it('is the code of an error, or of its cause, and never a text that may hold what was sent', () => {
  const refused = Object.assign(new Error('connect to token=secret'), { code: 'ECONNREFUSED' })
  expect(faultCode(refused)).toBe('ECONNREFUSED')
  expect(faultCode(new TypeError('fetch failed', { cause: refused }))).toBe('ECONNREFUSED')
  for (const other of [new Error('token=secret'), Object.assign(new Error('x'), { code: 'token=secret' }), 'token=secret', undefined])
    expect(faultCode(other)).toBe('no code')
})
