import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineSplitter } from '../../../src/adapters/kubernetes/lines.ts'

function split(chunks: readonly Buffer[], cap = 1_000_000): string[] {
  const lines: string[] = []
  const splitter = createLineSplitter(cap)
  for (const chunk of chunks) splitter.push(chunk, (line) => void lines.push(line.toString('utf8')))
  return lines
}

describe('splitting a stream into lines', () => {
  it('gives the same lines wherever the stream is cut, within a character too', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' '))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(400)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''))
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        expect(split(chunks)).toEqual(lines.map((one) => Buffer.from(one).toString()))
      }),
      { seed: 5, numRuns: 500 },
    )
  })

  it('gives the same lines for single bytes', () => {
    const bytes = Buffer.from('{"name":"Ünïcødé 🚢"}\n{"x":1}\n')
    expect(split([...bytes].map((byte) => Buffer.of(byte)))).toEqual(['{"name":"Ünïcødé 🚢"}', '{"x":1}'])
  })

  it('keeps an unfinished line to itself', () => {
    expect(split([Buffer.from('{"a":1}\n{"b":')])).toEqual(['{"a":1}'])
  })

  it.each([
    [[Buffer.from('x'.repeat(11))]],
    [[Buffer.from('x'.repeat(6)), Buffer.from('x'.repeat(6))]],
    [[Buffer.from(`${'x'.repeat(11)}\n`)]],
  ])('refuses a line beyond the cap, finished or not', (chunks) => {
    expect(() => split(chunks, 10)).toThrow(expect.objectContaining({ kind: 'malformed' }))
  })

  it('goes on after a line of exactly the cap', () => {
    expect(split([Buffer.from(`${'x'.repeat(10)}\ny\n`)], 10)).toEqual(['x'.repeat(10), 'y'])
  })
})
