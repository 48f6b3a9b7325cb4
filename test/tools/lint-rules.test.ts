import { describe, expect, it } from 'vitest'
import { lintPlanted } from './planted-lint.ts'

/** Which of the snippets the rule refuses, each planted in a test of its own. */
async function refused(rule: string, snippets: readonly string[], folder = 'test/domain'): Promise<readonly string[]> {
  const files = Object.fromEntries(snippets.map((snippet, index) => [`${folder}/planted${index}.test.ts`, `${snippet}\n`]))
  const found = (await lintPlanted(files)).filter((finding) => finding.rule === `kedge(${rule})`).map(({ file }) => file)
  return snippets.filter((_, index) => found.includes(`${folder}/planted${index}.test.ts`))
}

describe('the lint', () => {
  it('refuses a module mock, whatever the tool is called', async () => {
    const mocks = [
      "vi.mock('../../src/domain/errors.ts')",
      "vi['mock']('../../src/domain/errors.ts')",
      "vi.mock(import('../../src/domain/errors.ts'), () => ({}))",
      "vi.doMock('node:fs', () => ({}))",
      "import { vi as other } from 'vitest'; other.mock('./x.ts')",
      "await vi.importActual('./x.ts')",
      "jest.mock('./x.ts')",
      "mock.module('./x.ts', {})",
      "import { x } from 'vitest/mocks'",
      "import x from './__mocks__/x.ts'",
    ]
    expect(await refused('no-module-mock', mocks)).toEqual(mocks)
  })

  it('lets a function be watched or made up', async () => {
    expect(await refused('no-module-mock', ["vi.spyOn(object, 'method')", 'const f = vi.fn()', 'server.mock(answer)'])).toEqual([])
  })

  it('refuses to wait for time to pass', async () => {
    const sleeps = [
      'await new Promise((resolve) => setTimeout(resolve, 50))',
      'await new Promise<void>((done) => { setTimeout(() => done(), 50) })',
      'const sleep = (ms: number) => new Promise(function (resolve) { setTimeout(resolve, ms) })',
      'await new Promise((resolve) => globalThis.setTimeout(resolve, 50))',
      "import { setTimeout as after } from 'node:timers/promises'",
      "import { scheduler } from 'timers/promises'",
      "const { setTimeout: after } = await import('node:timers/promises')",
      'await promisify(setTimeout)(50)',
      'Atomics.wait(cells, 0, 0, 50)',
    ]
    expect(await refused('no-sleep', sleeps)).toEqual(sleeps)
    expect(await refused('no-sleep', sleeps, 'test/e2e/scenarios')).toEqual(sleeps)
  })

  it('lets a deadline and a turn of the loop be', async () => {
    const fine = [
      "await new Promise((resolve, reject) => { setTimeout(() => reject(new Error('late')), 50); work(resolve) })",
      'await new Promise((resolve) => setImmediate(resolve))',
      'const timer = setTimeout(() => patience.abort(), 50)',
    ]
    expect(await refused('no-sleep', fine)).toEqual([])
  })

  it('refuses Date.parse in src, which reads what names no zone in the zone of the machine, and lets tests have it', async () => {
    const parses = [
      "export const at = Date.parse('2026-12-01')",
      "export const at = Date['parse']('2026-12-01')",
      'export const { parse } = Date',
    ]
    const files = Object.fromEntries(
      ['src/adapters/system', 'src/cli', 'src/simulator', 'src/http', 'src/reconcile', 'src/domain', 'test/cli'].flatMap((folder) =>
        parses.map((snippet, index) => [`${folder}/planted${index}.ts`, `${snippet}\n`]),
      ),
    )
    const found = (await lintPlanted(files)).filter(({ rule }) => /no-restricted-(?:properties|globals)/.test(rule)).map(({ file }) => file)
    expect([...new Set(found)].sort()).toEqual(
      Object.keys(files)
        .filter((file) => file.startsWith('src/'))
        .sort(),
    )
  })

  it('refuses a function over 60 lines in tests, without what is handed to describe and test, blank lines and comments', async () => {
    const body = (count: number) => Array.from({ length: count }, (_, index) => `  call(${index})`).join('\n')
    const long = [
      `function f() {\n${body(59)}\n}`,
      `const f = async () => {\n${body(59)}\n}`,
      `describe('a', () => {\n  const f = function () {\n${body(59)}\n  }\n})`,
      `test('a', () => {\n  const f = () => {\n${body(59)}\n  }\n})`,
      `beforeEach(() => {\n${body(59)}\n})`,
      `function contract() {\n${body(58)}\n  it('a', () => {\n${body(90)}\n  })\n  call()\n}`,
    ]
    const fine = [
      `function f() {\n${body(58)}\n}`,
      `function f() {\n${body(30)}\n\n  // why\n  /* why */\n${body(28)}\n}`,
      `describe('a', () => {\n${body(90)}\n})`,
      `test('a', { timeout: 1 }, async () => {\n${body(90)}\n})`,
      `it.each([1])('%i', () => {\n${body(90)}\n})`,
      `test.each\`a\`('a', () => {\n${body(90)}\n})`,
      `describe.runIf(true)('a', () => {\n${body(90)}\n})`,
      `function contract() {\n${body(50)}\n  it.each([\n${'    1,\n'.repeat(70)}  ])('%i', () => {\n${body(90)}\n  })\n}`,
    ]
    expect(await refused('max-function-lines', [...long, ...fine])).toEqual(long)
    expect(await refused('max-function-lines', long, 'src/domain')).toEqual([])
  })

  it('refuses a line over 140 characters, in comments and strings too', async () => {
    const wide = [`// ${'x'.repeat(138)}`, `const text = '${'x'.repeat(130)}'`]
    expect(await refused('max-width', [...wide, `// ${'x'.repeat(137)}`])).toEqual(wide)
  })
})
