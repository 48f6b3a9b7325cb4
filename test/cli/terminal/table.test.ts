import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createPaint } from '../../../src/cli/terminal/paint.ts'
import { formatTable, type Cell } from '../../../src/cli/terminal/table.ts'

const paint = createPaint({ isTerminal: true, env: {} })
const long = 'a-name-of-some-length'
const rows: Cell[][] = [
  [{ text: `✖ ${long}`, painted: `${paint.tone('bad', '✖')} ${paint.strong(long)}` }, { text: 'x'.repeat(40) }, { text: 'ok' }],
]

const withoutColours = stripVTControlCharacters

describe('a table', () => {
  test('is as wide as its cells where nobody says how wide a terminal is', () => {
    expect(withoutColours(formatTable(['NAME', 'WHY', 'PR'], rows)).split('\n')[1]).toBe(`✖ ${long}  ${'x'.repeat(40)}  ok`)
  })

  test.each([60, 50, 40, 32])('is %d characters wide at most, its widest columns cut first', (columns) => {
    const lines = withoutColours(formatTable(['NAME', 'WHY', 'PR'], rows, columns))
      .trimEnd()
      .split('\n')
    for (const line of lines) expect(Array.from(line).length).toBeLessThanOrEqual(columns)
    expect(lines[1]).toMatch(/…  ok$/)
    expect(lines[1]?.includes(long)).toBe(columns >= 60)
  })

  test('keeps something of every column, however narrow the terminal', () => {
    const [, line] = withoutColours(formatTable(['NAME', 'WHY', 'PR'], rows, 3)).split('\n')
    expect(line).toBe('✖ a-nam…  xxxxxxx…  ok')
  })

  test('cuts names last, and not at their end: there one differs from another', () => {
    const names = ['prod-west/payments/web-7', 'prod-west/payments/web-8'].map((name): Cell[] => [
      { text: `✖ ${name}`, painted: `${paint.tone('bad', '✖')} ${paint.strong(name)}`, cutAt: 2 },
      { text: '2026-11-23T09:53:08Z', cutAt: Infinity },
      { text: 'x'.repeat(40) },
    ])
    const at = (columns: number) =>
      withoutColours(formatTable(['  NAME', 'BEGAN', 'WHY'], names, columns))
        .trimEnd()
        .split('\n')
        .slice(1)
    expect(at(60)[0]).toBe('✖ …d-west/payments/web-7  2026-11-23T09:53:08Z  xxxxxxxxxxx…')
    expect(at(45)).toEqual(['✖ …ayments/web-7  2026-11-23T09:5…  xxxxxxx…', '✖ …ayments/web-8  2026-11-23T09:5…  xxxxxxx…'])
    expect(at(20)[0]).toBe('✖ …web-7  2026-11…  xxxxxxx…')
    expect(formatTable(['  NAME', 'BEGAN', 'WHY'], names, 20).split('\u001b[0m')).toHaveLength(5)
  })

  test('ends every colour that it cuts', () => {
    const [, line = ''] = formatTable(['NAME', 'WHY', 'PR'], rows, 30).split('\n')
    expect(line).toContain(`${paint.tone('bad', '✖')} `)
    expect(line.split('\u001b[1m')).toHaveLength(2)
    expect(line.indexOf('\u001b[0m', line.indexOf('\u001b[1m'))).toBeGreaterThan(0)
    expect(line).toContain('…\u001b[0m')
  })
})
