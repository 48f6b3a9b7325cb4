import { describe, expect, it } from 'vitest'
import { createRecent } from '../../src/domain/recent.ts'

/** Texts, each as heavy as it is long, ten together. */
function texts(kept: Readonly<Record<string, string>> = {}) {
  const recent = createRecent<string>(10, (text) => text.length)
  for (const [key, text] of Object.entries(kept)) recent.set(key, text)
  const left = (): string => ['a', 'b', 'c', 'd'].filter((key) => recent.get(key) !== undefined).join('')
  return { recent, left }
}

describe('what was used last', () => {
  it('is kept up to its whole weight, and given back as it is', () => {
    const { recent, left } = texts({ a: '12345', b: '67890' })
    expect([recent.get('a'), recent.get('b'), recent.get('c'), left()]).toEqual(['12345', '67890', undefined, 'ab'])
  })

  it('stays where something goes: what was longest not asked for', () => {
    const { recent, left } = texts({ a: '1234', b: '1234' })
    recent.get('a')
    recent.set('c', '1234')
    expect(left()).toBe('ac')
  })

  it('goes as far as room is needed, and no further', () => {
    const { recent, left } = texts({ a: '123', b: '123', c: '123' })
    recent.set('d', '123456')
    expect(left()).toBe('cd')
  })

  it('is not weighed any more once it is taken out', () => {
    const { recent, left } = texts({ a: '12345', b: '12345' })
    recent.delete('a')
    recent.delete('a')
    recent.delete('never')
    recent.set('c', '12345')
    expect(left()).toBe('bc')
  })

  it('weighs once where it is set anew, and is the newest then', () => {
    const { recent, left } = texts({ a: '12345', b: '123' })
    recent.set('a', '1234567')
    recent.set('c', '123')
    expect([recent.get('a'), left()]).toEqual(['1234567', 'ac'])
  })

  it('may weigh all of it by itself; what is heavier is not kept, nor what it was before, and moves nothing out', () => {
    const { recent, left } = texts({ a: '1234567890' })
    expect(left()).toBe('a')
    recent.set('b', '12345678901')
    expect(left()).toBe('a')
    recent.set('a', '12345678901')
    expect(left()).toBe('')
    recent.set('c', '1234567890')
    expect(left()).toBe('c')
  })
})
