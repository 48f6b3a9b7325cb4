import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openListText, parseWithoutManagedFields } from '../../../src/adapters/kubernetes/json-text.ts'
import { recordedEvents } from './recorded.ts'

const asBytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const hostile = fc.constantFrom(
  'managedFields',
  'items',
  'x"managedFields',
  '"managedFields":[',
  '\\"items\\":[',
  '}',
  ']',
  '\\',
  '"',
  '🚢',
)
const key = fc.oneof(hostile, fc.string({ maxLength: 6 })).filter((text) => text !== '__proto__')
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    key,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

/** Whether two values are equal when the first list called managedFields may be empty in one of them. */
function sameButManagedFields(whole: unknown, cut: unknown): boolean {
  if (typeof whole !== 'object' || whole === null || typeof cut !== 'object' || cut === null) return Object.is(whole, cut)
  if (Array.isArray(whole) !== Array.isArray(cut)) return false
  const keys = Object.keys(whole)
  if (keys.join('\n') !== Object.keys(cut).join('\n')) return false
  return keys.every((one) => {
    const [a, b] = [whole[one as never], cut[one as never]] as [unknown, unknown]
    const emptied = one.endsWith('managedFields') && Array.isArray(a) && Array.isArray(b) && b.length === 0
    return emptied || sameButManagedFields(a, b)
  })
}

describe('parsing without managedFields', () => {
  it('loses managedFields and nothing else, whatever the text holds', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(sameButManagedFields(JSON.parse(JSON.stringify(value)), parseWithoutManagedFields(asBytes(value)))).toBe(true)
      }),
      { seed: 5, numRuns: 5_000 },
    )
  })

  it('keeps every recorded object as it is but for them', () => {
    for (const { object } of recordedEvents('next-release-while-degraded')) {
      const managed = {
        ...object,
        metadata: { ...object['metadata'], managedFields: [{ manager: 'a"]}\\', fieldsV1: { 'f:x': [[], {}] } }] },
      }
      expect(parseWithoutManagedFields(asBytes(managed))).toEqual({ ...object, metadata: { ...object['metadata'], managedFields: [] } })
    }
  })

  it('leaves a key alone that only ends like it', () => {
    const object = { 'x"managedFields': [1], y: 2 }
    expect(parseWithoutManagedFields(asBytes(object))).toEqual(object)
  })

  it.each(['{"managedFields":[', '{"managedFields":[{]', '{"managedFields":["', '{"a":1', ''])('refuses %j as any parser does', (text) => {
    expect(() => parseWithoutManagedFields(Buffer.from(text))).toThrow(SyntaxError)
  })
})

describe('opening a list', () => {
  it('gives the items that a parser gives, whatever they hold and wherever they stand', () => {
    const item = fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.boolean(), (list, first) => {
        const metadata = { resourceVersion: '7', continue: 'x' }
        const whole = first ? { apiVersion: 'v1', items: list, kind: 'List', metadata } : { kind: 'List', metadata, items: list }
        const { envelope, items } = openListText(asBytes(whole))
        expect(envelope).toEqual({ ...whole, items: [] })
        const plain = JSON.parse(JSON.stringify(list)) as unknown[]
        const found = [...items]
        expect(found).toHaveLength(plain.length)
        expect(plain.every((one, index) => sameButManagedFields(one, found[index]))).toBe(true)
      }),
      { seed: 5, numRuns: 3_000 },
    )
  })

  it.each([
    { text: '{ "items" : [ {"a":1} ] }', expected: [{ a: 1 }] },
    { text: '{"items":[ {"a":1} ]}', expected: [{ a: 1 }] },
    { text: '{"items":null}', expected: [] },
    { text: '{"items":[1,2]}', expected: [1, 2] },
    { text: '{"kind":"Status"}', expected: [] },
  ])('reads $text too, though no API server writes it', ({ text, expected }) => {
    expect([...openListText(Buffer.from(text)).items]).toEqual(expected)
  })

  it.each(['{"items":[{"a":1}', '{"items":[{"a":1},', '<html>', '{"items":[{"a":1}]'])('refuses %j', (text) => {
    expect(() => [...openListText(Buffer.from(text)).items]).toThrow(SyntaxError)
  })
})
